"""Somebody else's validator accepts the schemas, and checks documents by them as an editor does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.generate import understand
from schemas.validate import problems, schemas_of

ROOT = Path(__file__).parents[2]
TYPE = ROOT / "schemas" / "SMS.Aliyun"
PAGES = sorted((ROOT / "tests" / "schemas" / "pages").glob("*/*.md"))
SMS = {"accessKey": "{{KEY}}", "accessSecret": "{{SECRET}}", "verifySign": "阿里云短信测试"}


def check_jsonschema(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "check_jsonschema", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_our_schemas_are_accepted():
    checked = check_jsonschema("--check-metaschema", *sorted(TYPE.glob("*.schema.json")))
    assert (checked.returncode, checked.stdout) == (0, "ok -- validation done\n")


def test_the_schemas_of_every_test_page_are_accepted(tmp_path):
    made = understand({f"{page.parent.name}/{page.stem}/page.md": page.read_text(encoding="utf-8") for page in PAGES})
    files = [tmp_path / path for path in made.schemas]
    for file, text in zip(files, made.schemas.values(), strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    checked = check_jsonschema("--check-metaschema", *files)
    assert (checked.returncode, checked.stdout) == (0, "ok -- validation done\n")


@pytest.mark.parametrize(
    ("document", "is_good"),
    [
        (SMS, True),
        ({"$schema": "../../../schemas/SMS.Aliyun/sms.schema.json", **SMS}, True),
        (SMS | {"region": "cn"}, True),
        (SMS | {"verifySign": ""}, False),
        ({"accessKey": "k"}, False),
    ],
)
def test_it_judges_a_document_as_we_do(tmp_path, document, is_good):
    file = tmp_path / "sms.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    checked = check_jsonschema("--schemafile", TYPE / "sms.schema.json", file)
    assert (checked.returncode == 0) is is_good, checked.stdout + checked.stderr
    assert all(problem.note for problem in problems(schemas_of("SMS.Aliyun")["sms"], document)) is is_good
