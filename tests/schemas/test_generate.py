"""Pages become schemas: our own, the reference page's, and what the command says and does."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from schemas.__main__ import main
from schemas.generate import WORDS, generate
from schemas.tables import TableError, read_tables
from schemas.validate import problems

SCHEMAS = Path(__file__).parents[2] / "schemas"
TYPE = SCHEMAS / "SMS.Aliyun"
REFERENCE = Path(__file__).parent / "pages" / "reference.md"

ENGLISH = """\
# Configuration (door.json)
How the door is.

| Parameter | Type | Required | Description | title | minLength |
|---|---|---|---|---|---|
| name | string | Yes | What it is called | Name | 1 |
| side | string | No | Fixed value "left" | | |
"""
CHINESE = """\
# 配置（door.json）
门是怎样的。

| 参数名 | 类型 | 必填 | 说明 | title | minLength |
|---|---|---|---|---|---|
| name | 字符串 | 是 | 叫什么 | 名称 | 1 |
| side | 字符串 | 否 | 固定值"left" | | |
"""


def made(**pages: str) -> dict:
    """The only schema made from pages given as en=… and zh=…."""
    paths = {"en": "Gate/README.md", "zh": "Gate/README.zh.md"}
    (text,) = generate({paths[language]: page for language, page in pages.items()}).values()
    return json.loads(text)


def gist(page: Path) -> dict:
    """What the unmodified reference page demands: properties, types, constants and required lists."""
    schemas = generate({page.name: page.read_text(encoding="utf-8")})
    return {path: bare(json.loads(text)) for path, text in schemas.items()}


def bare(schema: dict) -> dict:
    kept = {
        key: {word: rule[word] for word in ("type", "const") if word in rule}
        for key, rule in schema["properties"].items()
    }
    return {"type": schema["type"], "properties": kept, "required": schema["required"]}


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the pages and schemas, to edit."""
    shutil.copytree(TYPE, tmp_path / TYPE.name)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_the_committed_schemas_are_what_the_pages_say(capsys):
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_the_unmodified_reference_tables_give_the_same_properties_types_constants_and_required_lists():
    assert gist(REFERENCE) == gist(TYPE / "README.md")
    assert gist(REFERENCE)["e.schema.json"] == {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "type": {"type": "string", "const": "SMS.Aliyun"},
            "backendBundleEntry": {"type": "string", "const": "."},
        },
        "required": ["title", "type", "backendBundleEntry"],
    }


def test_both_languages_have_the_same_rows():
    english, chinese = (read_tables(name, (TYPE / name).read_text("utf-8")) for name in ("README.md", "README.zh.md"))
    assert [rules(table) for table in english] == [rules(table) for table in chinese]
    texts = [row.schema[word] for table in chinese for row in table.rows for word in WORDS]
    assert [text for text in texts if text.isascii()] == ["AccessKey ID", "AccessKey Secret"]


def rules(table) -> tuple:
    """All that a table says besides words."""
    rows = [
        (row.key, row.required, {key: rule for key, rule in row.schema.items() if key not in WORDS})
        for row in table.rows
    ]
    return table.name, rows


def every_schema() -> list:
    files = sorted(TYPE.glob("*.schema.json"))
    return [pytest.param(json.loads(file.read_text(encoding="utf-8")), id=file.name) for file in files]


@pytest.mark.parametrize("schema", every_schema())
def test_a_committed_schema_is_valid_and_complete(schema):
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "README.md and README.zh.md" in schema["$comment"]
    assert "python -m schemas" in schema["$comment"]
    for described in (schema, *schema["properties"].values()):
        assert described["title"]
        assert described["description"]
        assert described["x-i18n"]["zh"].keys() == {"title", "description"}


@pytest.mark.parametrize("schema", every_schema())
def test_whatever_sounds_secret_is_secret(schema):
    for key, rule in schema["properties"].items():
        sounds_secret = re.search("secret|password|token", key, re.IGNORECASE) is not None
        assert rule.get("writeOnly", False) == sounds_secret


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_files_that_a_page_shows_are_valid(page):
    text = (TYPE / page).read_text(encoding="utf-8")
    examples = re.findall(r'```json title="(\w+)\.json"\n(.*?)```', text, re.DOTALL)
    assert [name for name, _ in examples] == ["e", "sms"]
    schemas = {path.removesuffix(".schema.json"): json.loads(made) for path, made in generate({"p.md": text}).items()}
    for name, example in examples:
        assert problems(schemas[name], json.loads(example)) == []


def test_a_table_becomes_a_schema():
    assert made(en=ENGLISH) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made from README.md by `python -m schemas`. Edit the tables there, not this file.",
        "title": "Configuration (door.json)",
        "description": "How the door is.",
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "Name", "description": "What it is called", "minLength": 1},
            "side": {"type": "string", "description": 'Fixed value "left"', "const": "left"},
        },
        "required": ["name"],
    }


def test_a_translation_adds_its_words():
    schema = made(en=ENGLISH, zh=CHINESE)
    assert schema["x-i18n"] == {"zh": {"title": "配置（door.json）", "description": "门是怎样的。"}}
    assert schema["properties"]["name"]["x-i18n"] == {"zh": {"title": "名称", "description": "叫什么"}}


def test_a_row_without_a_translation_stays_english():
    schema = made(en=ENGLISH, zh=CHINESE.replace('| side | 字符串 | 否 | 固定值"left" | | |\n', ""))
    assert "x-i18n" in schema["properties"]["name"]
    assert "x-i18n" not in schema["properties"]["side"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("| name |", "| nmae |", "6: Gate/README.md has no row nmae; expected the same rows there"),
        (
            "door.json",
            "gate.json",
            "6: Gate/README.md has no row name; expected the same rows there\n"
            "Gate/README.zh.md:7: Gate/README.md has no row side; expected the same rows there",
        ),
        (
            "| 是 |",
            "| 否 |",
            "6: row name differs from Gate/README.md in required; expected a difference in words only",
        ),
        ("| 1 |", "| 2 |", "6: row name differs from Gate/README.md in minLength; expected a difference in words only"),
        ("| 1 |", "| |", "6: row name differs from Gate/README.md in minLength; expected a difference in words only"),
        ('"left"', '"右"', "7: row side differs from Gate/README.md in const; expected a difference in words only"),
    ],
)
def test_pages_that_contradict_each_other_are_refused(old, new, message):
    with pytest.raises(TableError) as caught:
        made(en=ENGLISH, zh=CHINESE.replace(old, new, 1))
    assert str(caught.value) == f"Gate/README.zh.md:{message}"


def test_a_translation_of_nothing_is_refused():
    with pytest.raises(TableError) as caught:
        made(zh=CHINESE)
    message = "Gate/README.zh.md:1: this page translates one that is not there; expected Gate/README.md"
    assert str(caught.value) == message


def test_two_pages_for_one_schema_are_refused():
    with pytest.raises(TableError) as caught:
        generate({"Gate/a.md": ENGLISH, "Gate/b.md": ENGLISH})
    message = "Gate/b.md:4: another page makes Gate/door.schema.json too; expected one page for each"
    assert str(caught.value) == message


def test_generating_is_pure_and_the_order_of_pages_does_not_matter():
    pages = {"Gate/README.md": ENGLISH, "Gate/README.zh.md": CHINESE, "Shed/README.md": ENGLISH}
    assert generate(pages) == generate(dict(reversed(pages.items())))
    assert list(generate(pages)) == ["Gate/door.schema.json", "Shed/door.schema.json"]


def test_a_new_row_is_in_the_schema_and_in_the_check_with_no_other_edit(copy, capsys):
    row = "| region | string | No | Where to send from | Region | 2 | | |\n"
    edit(copy / "SMS.Aliyun/README.md", "| verifySign | string |", row + "| verifySign | string |")

    assert main([], root=copy) == 0
    assert capsys.readouterr().out == "wrote SMS.Aliyun/sms.schema.json\n"

    schema = json.loads((copy / "SMS.Aliyun/sms.schema.json").read_text(encoding="utf-8"))
    rule = {"type": "string", "title": "Region", "description": "Where to send from", "minLength": 2}
    assert list(schema["properties"]) == ["accessKey", "accessSecret", "region", "verifySign"]
    assert schema["properties"]["region"] == rule
    document = {"accessKey": "k", "accessSecret": "s", "verifySign": "v"}
    assert problems(schema, document) == []
    (problem,) = problems(schema, document | {"region": "x"})
    assert problem.sentence("en") == "Region (region) is too short. Its length must be at least 2."


def test_checking_names_what_is_not_as_the_pages_say_and_the_command_that_mends_it(copy, capsys):
    edit(copy / "SMS.Aliyun/README.md", "The name that people see", "The name which people see")
    (copy / "SMS.Aliyun/sms.schema.json").unlink()
    shutil.copy(copy / "SMS.Aliyun/sendMessage.schema.json", copy / "SMS.Aliyun/old.schema.json")
    (copy / "SMS.Aliyun/hand-made.schema.json").write_text("{}", encoding="utf-8")

    assert main(["--check"], root=copy) == 1
    assert capsys.readouterr().out.splitlines() == [
        "SMS.Aliyun/e.schema.json is stale",
        "SMS.Aliyun/sms.schema.json is missing",
        "SMS.Aliyun/old.schema.json is orphaned",
        "Run: python -m schemas",
    ]

    assert main([], root=copy) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote SMS.Aliyun/e.schema.json",
        "wrote SMS.Aliyun/sms.schema.json",
        "removed SMS.Aliyun/old.schema.json",
    ]
    assert main(["--check"], root=copy) == 0
    assert (copy / "SMS.Aliyun/hand-made.schema.json").exists()


def test_writing_touches_only_what_changed_and_leaves_nothing_behind(copy, capsys):
    before = {file.name: file.stat().st_mtime_ns for file in (copy / "SMS.Aliyun").iterdir()}
    assert main([], root=copy) == 0
    assert capsys.readouterr().out == "The schemas are what the pages say.\n"
    assert {file.name: file.stat().st_mtime_ns for file in (copy / "SMS.Aliyun").iterdir()} == before

    edit(copy / "SMS.Aliyun/e.schema.json", "{", "{ ")
    main([], root=copy)
    assert {file.name for file in (copy / "SMS.Aliyun").iterdir()} == before.keys()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda page: _append(page, "\n```json\n{}\n"),
            "SMS.Aliyun/README.md:198: this code block is never closed; expected a line ``` where it ends",
        ),
        (
            lambda page: page.write_bytes(b"# Page\n\xff\n"),
            "SMS.Aliyun/README.md:2: this line is not UTF-8; expected a page saved as UTF-8",
        ),
        (
            lambda page: page.unlink(),
            "SMS.Aliyun/README.zh.md:1: this page translates one that is not there; expected SMS.Aliyun/README.md",
        ),
    ],
)
@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_a_page_that_cannot_be_read_is_one_clear_line_and_changes_nothing(copy, capsys, damage, message, arguments):
    damage(copy / "SMS.Aliyun/README.md")
    before = {file: file.read_bytes() for file in (copy / "SMS.Aliyun").iterdir()}
    assert main(arguments, root=copy) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", message + "\n")
    assert {file: file.read_bytes() for file in (copy / "SMS.Aliyun").iterdir()} == before


def test_a_folder_without_pages_is_an_error(tmp_path, capsys):
    assert main([], root=tmp_path) == 2
    assert capsys.readouterr().err == f"{tmp_path} has no page; expected */README*.md\n"


def test_the_command_runs_as_the_page_says():
    run = subprocess.run(
        [sys.executable, "-m", "schemas", "--check"], cwd=SCHEMAS.parent, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "The schemas are what the pages say.\n", "")
