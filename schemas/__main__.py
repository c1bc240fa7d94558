"""`python -m schemas` writes the schemas that the pages beside it call for; `--check` only says what would change."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from schemas.generate import COMMAND, generate
from schemas.tables import TableError

HERE = Path(__file__).parent
PAGES = "*/README*.md"
SCHEMAS = "*/*.schema.json"


def main(arguments: list[str] | None = None, root: Path = HERE) -> int:
    """0: the schemas are what the pages say · 1: --check found that they are not · 2: a page cannot be read."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write the JSON Schemas that the pages call for.")
    parser.add_argument("--check", action="store_true", help="write nothing; name what is not as the pages say")
    options = parser.parse_args(arguments)
    try:
        wanted = generate(_pages(root))
        changes = _changes(root, wanted)
        return _name(changes) if options.check else _make(changes, root, wanted)
    except (TableError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _pages(root: Path) -> dict[str, str]:
    files = sorted(root.glob(PAGES))
    if not files:
        raise FileNotFoundError(f"{root} has no page; expected {PAGES}")
    return {file.relative_to(root).as_posix(): _text(file, file.relative_to(root).as_posix()) for file in files}


def _text(file: Path, name: str) -> str:
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableError(name, line, "this line is not UTF-8", "a page saved as UTF-8") from None


def _changes(root: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the files on disk: {path: missing, stale or orphaned}."""
    there = {file.relative_to(root).as_posix(): file for file in sorted(root.glob(SCHEMAS))}
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
        print(f"{path} is {state}")
    print(f"Run: {COMMAND}" if changes else "The schemas are what the pages say.")
    return 1 if changes else 0


def _make(changes: Mapping[str, str], root: Path, wanted: Mapping[str, str]) -> int:
    for path, state in changes.items():
        if state == "orphaned":
            (root / path).unlink()
            print(f"removed {path}")
        else:
            _replace(root / path, wanted[path])
            print(f"wrote {path}")
    if not changes:
        print("The schemas are what the pages say.")
    return 0


def _replace(file: Path, text: str) -> None:
    """At once: whoever reads meanwhile sees the old file or the new one."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(file)


if __name__ == "__main__":
    sys.exit(main())
