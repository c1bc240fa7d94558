"""`python -m schemas` writes the schemas that the pages beside it call for, or those of any other pages.

python -m schemas                      our own pages, which must be understood in full
python -m schemas --check              write nothing; name what is not as the pages say
python -m schemas PAGE… --out DIR      any pages; what is not understood is a warning
python -m schemas PAGE… --report       write nothing; show what is understood, row by row
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from schemas.generate import COMMAND, ENDING, TRANSLATION, Understanding, understand
from schemas.remarks import Remark, TableError
from schemas.report import report
from schemas.sentences import Language, preferred_language

HERE = Path(__file__).parent
PAGES = "*/README*.md"
SCHEMAS = f"*/*{ENDING}"

WORDS: dict[str, dict[Language, str]] = {
    "about": {
        "en": "Write the JSON Schemas that the pages call for.",
        "zh": "根据页面中的表格生成 JSON Schema。",
    },
    "pages": {
        "en": "reference pages (Markdown); our own if none is given",
        "zh": "参考页面（Markdown）；不写则处理自带的页面",
    },
    "out": {"en": "the folder to write the schemas of these pages to", "zh": "把这些页面的 Schema 写入此目录"},
    "strict": {
        "en": "take every warning for an error, as for our own pages",
        "zh": "把警告当作错误（自带的页面总是如此）",
    },
    "check": {"en": "write nothing; name what is not as the pages say", "zh": "不写文件，只列出与页面不一致的文件"},
    "report": {"en": "write nothing; show what is understood, row by row", "zh": "不写文件，逐行显示读懂了什么"},
    "no pages": {"en": "{folder} has no page; expected {pages}", "zh": "{folder} 中没有页面；应为：{pages}"},
    "unreadable": {"en": "{file} cannot be read or written: {reason}", "zh": "无法读写 {file}：{reason}"},
    "namesakes": {
        "en": "{file} and {other} would be written to the same place; give one of them at a time",
        "zh": "{file} 和 {other} 会写到同一位置，请分开处理",
    },
    "where": {
        "en": "Where should the schemas go? Add --out DIR, or --report only to look.",
        "zh": "请用 --out DIR 指定写入的目录，或用 --report 只查看。",
    },
    "warning": {"en": "warning: {sentence}", "zh": "警告：{sentence}"},
    "missing": {"en": "{path} is missing", "zh": "{path} 缺失"},
    "stale": {"en": "{path} is stale", "zh": "{path} 已过期"},
    "orphaned": {"en": "{path} is orphaned", "zh": "{path} 已无对应的表格"},
    "run": {"en": "Run: {command}", "zh": "请运行：{command}"},
    "wrote": {"en": "wrote {path}", "zh": "已写入 {path}"},
    "removed": {"en": "removed {path}", "zh": "已删除 {path}"},
    "current": {"en": "The schemas are what the pages say.", "zh": "各 Schema 与页面一致。"},
}


def say(kind: str, **facts: object) -> str:
    return WORDS[kind][preferred_language()].format_map(facts)


class _Unusable(Exception):
    """What was asked for cannot be done; the text says why."""


def main(arguments: list[str] | None = None, root: Path = HERE) -> int:
    """0: the schemas are what the pages say · 1: --check found that they are not · 2: a page cannot be read."""
    options = _parser().parse_args(arguments)
    try:
        files = _given(options.pages) if options.pages else _own(root)
        understanding = understand({name: _text(file, name) for name, file in files.items()})
        return _do(options, understanding, files, root)
    except TableError as error:
        print(error.in_language(preferred_language()), file=sys.stderr)
    except _Unusable as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(say("unreadable", file=error.filename, reason=error.strerror), file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description=say("about"))
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE", help=say("pages"))
    parser.add_argument("--out", type=Path, metavar="DIR", help=say("out"))
    parser.add_argument("--strict", action="store_true", help=say("strict"))
    parser.add_argument("--check", action="store_true", help=say("check"))
    parser.add_argument("--report", action="store_true", help=say("report"))
    return parser


def _do(options: argparse.Namespace, understanding: Understanding, files: Mapping[str, Path], root: Path) -> int:
    remarks = [_at(files, remark) for remark in understanding.remarks] if options.pages else understanding.remarks
    if options.report:
        for name, reading in understanding.readings.items():
            print(*report(str(files[name]), reading, preferred_language()), sep="\n")
    if remarks and (options.strict or not options.pages):
        raise TableError(remarks)
    if options.report:
        return 0
    for remark in remarks:
        print(say("warning", sentence=remark.sentence(preferred_language())), file=sys.stderr)
    if options.pages and not options.out:
        raise _Unusable(say("where"))
    target = options.out or root
    changes = _changes(target, understanding.schemas, may_have_orphans=target is root)
    return _name(changes) if options.check else _make(changes, target, understanding.schemas)


def _at(files: Mapping[str, Path], remark: Remark) -> Remark:
    return replace(remark, page=str(files[remark.page]))


def _own(root: Path) -> dict[str, Path]:
    files = sorted(root.glob(PAGES))
    if not files:
        raise _Unusable(say("no pages", folder=root, pages=PAGES))
    return {file.relative_to(root).as_posix(): file for file in files}


def _given(files: Iterable[Path]) -> dict[str, Path]:
    """The pages by the name under which their schemas are written: each page has a folder, unless there is only one."""
    files = list(files)
    folders = {file: _folder(file) for file in files}
    is_one = len(set(folders.values())) == 1
    named: dict[str, Path] = {}
    for file, folder in folders.items():
        name = file.name if is_one else f"{folder}/{file.name}"
        if name in named:
            raise _Unusable(say("namesakes", file=named[name], other=file))
        named[name] = file
    return named


def _folder(file: Path) -> str:
    """`aliyun-sms` for `aliyun-sms.md` and its translation `aliyun-sms.zh.md`; `Type` for `Type/README.md`."""
    translates = TRANSLATION.fullmatch(file.name)
    stem = translates[1] if translates else file.stem
    return file.absolute().parent.name if stem == "README" else stem


def _text(file: Path, name: str) -> str:
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableError([Remark(name, line, "encoding")]) from None


def _changes(root: Path, wanted: Mapping[str, str], may_have_orphans: bool) -> dict[str, str]:
    """What is wrong with the files on disk: {path: missing, stale or orphaned}."""
    paths = {*wanted, *(file.relative_to(root).as_posix() for file in root.glob(SCHEMAS) if may_have_orphans)}
    there = {path: root / path for path in sorted(paths) if (root / path).exists()}
    content = {path: file.read_text(encoding="utf-8", errors="replace") for path, file in there.items()}
    # A schema that somebody wrote by hand is theirs.
    orphans = [path for path, text in content.items() if path not in wanted and COMMAND in text]
    differing = [path for path, text in wanted.items() if content.get(path) != text]
    return {
        **{path: "stale" if path in content else "missing" for path in differing},
        **dict.fromkeys(orphans, "orphaned"),
    }


def _name(changes: Mapping[str, str]) -> int:
    for path, state in changes.items():
        print(say(state, path=path))
    print(say("run", command=COMMAND) if changes else say("current"))
    return 1 if changes else 0


def _make(changes: Mapping[str, str], root: Path, wanted: Mapping[str, str]) -> int:
    for path, state in changes.items():
        if state == "orphaned":
            (root / path).unlink()
            print(say("removed", path=path))
        else:
            _replace(root / path, wanted[path])
            print(say("wrote", path=path))
    if not changes:
        print(say("current"))
    return 0


def _replace(file: Path, text: str) -> None:
    """At once: whoever reads meanwhile sees the old file or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(file)


if __name__ == "__main__":
    sys.exit(main())
