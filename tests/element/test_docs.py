"""docs/types.md: its examples run as printed, in both languages."""

import json
import re
from pathlib import Path

import pytest

from element import App
from schemas.generate import generate
from tests import wire
from tests.conftest import SECRET

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
PAGES = ("types.md", "types.zh.md")
ANSWER = wire.answering(wire.http("200 OK", '{"id": "pigeon-7"}'))


def fences(page):
    return FENCE.findall((DOCS / page).read_text(encoding="utf-8"))


@pytest.fixture(params=PAGES)
def printed(request, tmp_path, monkeypatch):
    """An app with the files that a page prints, and the page's snippets."""
    for _, path, text in fences(request.param):
        if path:
            target = tmp_path / "app" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return [text for kind, path, text in fences(request.param) if kind == "python" and not path]


def test_another_provider_sends(printed, monkeypatch, capsys):
    with wire.serving(ANSWER) as server:
        monkeypatch.setenv("PIGEON_URL", server.url)
        monkeypatch.setenv("PIGEON_TOKEN", "token-1")
        exec(printed[0], {})
    assert capsys.readouterr().out == "pigeon-7\n"
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"Authorization: Bearer token-1" in head
    assert json.loads(body) == {"to": ["13800138000"], "template": "alarm", "values": {"code": "1234"}}


def test_the_official_one_has_a_default_template(printed, monkeypatch, capsys):
    with wire.serving(wire.answering(wire.OK)) as server:
        monkeypatch.setenv("SMS_SECRET", SECRET)
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", server.url)
        exec(printed[1], names := {})
        names["app"].SMS.Codes.close()
    assert capsys.readouterr().out == "OK\n"
    assert b"SMS_123456789" in server.requests[0]


@pytest.mark.usefixtures("printed")
def test_the_page_gives_a_form_and_everything_checks(monkeypatch):
    for name in ("PIGEON_URL", "PIGEON_TOKEN", "SMS_SECRET"):
        monkeypatch.setenv(name, "set")
    folder = Path("app/SMS/Pigeon")
    for path, text in generate({"README.md": (folder / "README.md").read_text(encoding="utf-8")}).items():
        (folder / path).write_text(text, encoding="utf-8")
    app = App("app")
    assert app.types() == ["SMS.Aliyun", "SMS.Login", "SMS.Pigeon"]
    assert app.schemas("SMS.Pigeon")["pigeon.json"]["properties"]["token"]["writeOnly"] is True
    assert {name: files.problems for name, files in app.check_each()} == {"SMS.Alarms": [], "SMS.Codes": []}


def test_both_pages_print_the_same_code():
    english, chinese = map(fences, PAGES)
    assert [fence for fence in english if fence[0] != "markdown"] == [
        fence for fence in chinese if fence[0] != "markdown"
    ]
