"""`python -m schemas PAGE…`: schemas of any page, warnings, the report, in the language of the terminal."""

import json
import re
from pathlib import Path

import pytest

from schemas.__main__ import WORDS, main
from schemas.remarks import REMARKS
from schemas.report import WORDS as REPORT_WORDS

PAGE = """\
# Lamp

```json title="e.json"
{"title": 5}
```

## e.json
| Parameter | Type | Required | Description | Default |
|---|---|---|---|---|
| title | string | Yes | Its name | - |
| hue | Hue | No | Its colour | red |
| **rest | Any | No | | |

## Methods
### shine
#### Return value
| Field | Type | Description |
|---|---|---|
| light | int | How much |
"""
CHINESE = """\
# 灯
## e.json
| 参数名 | 类型 | 必填 | 说明 |
|---|---|---|---|
| title | string | 是 | 名称 |
"""


@pytest.fixture
def page(tmp_path, monkeypatch) -> Path:
    """A page in the current folder."""
    monkeypatch.chdir(tmp_path)
    return write("lamp.md", PAGE)


def write(name: str, text: str) -> Path:
    file = Path(name)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_any_page_gives_its_schemas_and_warnings(page, capsys):
    assert main([str(page), "--out", "made"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "wrote e.schema.json\n"
    assert printed.err.splitlines() == [
        "warning: lamp.md:4: the example's title breaks the row in line 10 (type); "
        "expected a table and an example that agree",
        "warning: lamp.md:11: “red” cannot be read as the default; "
        'expected a value of the row\'s type, such as "text", 5 or true',
        "warning: lamp.md:11: “Hue” is no known type; expected string, array, object, integer, number, boolean, null, "
        "or one composed of these, such as string[]",
    ]
    assert list(json.loads(Path("made/e.schema.json").read_text(encoding="utf-8"))["properties"]) == ["title", "hue"]


def test_strictly_every_warning_is_an_error_and_nothing_is_written(page, capsys):
    assert main([str(page), "--out", "made", "--strict"]) == 2
    assert [line.split(":")[:2] for line in capsys.readouterr().err.splitlines()] == [
        ["lamp.md", "4"],
        ["lamp.md", "11"],
        ["lamp.md", "11"],
    ]
    assert not Path("made").exists()


def test_the_report_shows_every_row(page, capsys):
    assert main([str(page), "--report"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    lines = printed.out.splitlines()
    assert lines[:10] == [
        "lamp.md",
        "  e (line 8, “e.json”)",
        "    10  title   string  required",
        "    11  hue     any     optional",
        "    12  **rest          any further keys",
        "  Tables left alone",
        "    line 17: what a method returns (rows: 1)",
        "  Examples",
        "    line 3: e.json, not as the table says",
        "  Warnings",
    ]
    assert lines[-1] == "  rows: 4 (properties 2, others 2, left out 0); warnings: 3"


def test_the_report_is_chinese_where_the_terminal_is(page, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert main([str(page), "--report"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:5] == [
        "  e（第 8 行，“e.json”）",
        "    10  title   string  必填",
        "    11  hue     任意    选填",
        "    12  **rest          任意其他键",
    ]
    assert "lamp.md:11：“Hue”不是已知类型；应为：string、array、object" in lines[-2]
    assert main([str(page)]) == 2
    assert capsys.readouterr().err.endswith("请用 --out DIR 指定写入的目录，或用 --report 只查看。\n")


def test_a_translation_beside_its_page_gives_its_words(page, capsys):
    english = write("door.md", CHINESE.replace("灯", "Door").replace("名称", "Its name"))
    chinese = write("door.zh.md", CHINESE)
    assert main([str(english), str(chinese), "--out", "made"]) == 0
    title = json.loads(Path("made/e.schema.json").read_text(encoding="utf-8"))["properties"]["title"]
    assert (title["description"], title["x-i18n"]) == ("Its name", {"zh": {"description": "名称"}})


def test_several_pages_have_a_folder_each(page, capsys):
    readme = write("Door/README.md", CHINESE)
    assert main([str(page), str(readme), "--out", "made"]) == 0
    assert capsys.readouterr().out.splitlines() == ["wrote Door/e.schema.json", "wrote lamp/e.schema.json"]


def test_checking_compares_with_what_is_there_and_touches_nothing_else(page, capsys):
    main([str(page), "--out", "made"])
    Path("made/other").mkdir()
    Path("made/other/x.schema.json").write_text("python -m schemas", encoding="utf-8")
    assert main([str(page), "--out", "made", "--check"]) == 0
    page.write_text(CHINESE, encoding="utf-8")
    capsys.readouterr()
    assert main([str(page), "--out", "made", "--check"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "e.schema.json is stale"
    assert main([str(page), "--out", "made"]) == 0
    assert Path("made/other/x.schema.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lamp.md"], "Where should the schemas go? Add --out DIR, or --report only to look."),
        (["none.md", "--report"], "none.md cannot be read or written: No such file or directory"),
        (
            ["lamp.md", "a/lamp.md", "b/door.md", "--out", "made"],
            "lamp.md and a/lamp.md would be written to the same place; give one of them at a time",
        ),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(page, capsys, arguments, message):
    for name in ("a/lamp.md", "b/door.md"):
        write(name, PAGE)
    assert main(arguments) == 2
    assert capsys.readouterr().err.splitlines()[-1] == message
    assert not Path("made").exists()


def test_our_own_pages_have_nothing_to_warn_of(capsys):
    assert main(["--report"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("warnings: 0") == 2
    assert printed.count("as the table says") == 4


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


@pytest.mark.parametrize("words", [*WORDS.values(), *REPORT_WORDS.values(), *REMARKS.values()])
def test_every_word_is_there_in_both_languages_with_the_same_facts(words):
    english, chinese = ("".join(words[language]) for language in ("en", "zh"))
    assert placeholders(english) == placeholders(chinese)
    assert re.search("[一-鿿]", chinese)
