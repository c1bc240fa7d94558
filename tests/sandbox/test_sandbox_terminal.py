"""The sandbox in a terminal: what it prints, in both languages, and with which exit code it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from element.sandbox import Sandbox, inbox, numbers_table, run
from element.sandbox.catalog import CatalogError, from_file, ready
from element.sandbox.outcomes import OUTCOMES

ROOT = Path(__file__).parents[2]
RUN = "import sys; from element.sandbox import run; sys.exit(run({arguments}))"


@pytest.fixture
def started():
    """Start a sandbox as a process; its first lines and the process."""
    processes = []

    def start(arguments):
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
        process = subprocess.Popen(
            [sys.executable, "-c", RUN.format(arguments=arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=ROOT,
            env=environment,
        )
        processes.append(process)
        return "".join(process.stdout.readline() for _ in range(6)), process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("port=0", ["stands in for dysmsapi.aliyuncs.com", "testid", "阿里云短信测试", "SMS_154950909"]),
        ("port=0, language='zh'", ["代替 dysmsapi.aliyuncs.com", "testid"]),
        ("port=0, keys=[('mine', 's3cret')]", ["mine", "SMS_154950909"]),
    ],
)
def test_a_sandbox_says_where_it_is_and_what_it_knows(started, arguments, words):
    said, process = started(arguments)
    assert re.search(r"http://127\.0\.0\.1:\d+", said)
    for word in words:
        assert word in said
    for hidden in ("s3cret", "被禁签名", "已停用签名", "审核中签名"):
        assert hidden not in said
    assert "testsecret" not in said
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0


@pytest.mark.parametrize(("language", "words"), [("en", "is taken"), ("zh", "已被占用")])
def test_a_taken_port_is_said_and_ends_with_1(serving, capsys, language, words):
    assert run(port=serving.port, language=language) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_magic_number_is_printed_with_its_outcome(language):
    table = numbers_table(language)
    for outcome in OUTCOMES.values():
        (line,) = [line for line in table.splitlines() if line.startswith(outcome.number)]
        assert outcome.name in line
        assert getattr(outcome, language) in line


def test_the_inbox_is_printed_newest_first(serving, caller, code_to, capsys):
    caller.call("SendSms", **code_to)
    caller.call("SendSms", **code_to | {"PhoneNumbers": "10000000201"})
    caller.sandbox.clock.advance(5)
    assert inbox(serving.url) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "10000000201  failed (MOBILE_NOT_ON_SERVICE)  【沙箱商城】" in first
    assert "13900000000  delivered  【沙箱商城】" in second


def test_the_inbox_is_asked_for_without_a_proxy(serving, caller, code_to, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    caller.call("SendSms", **code_to)
    assert inbox(serving.url) == 0


def test_the_inbox_is_printed_for_machines(serving, caller, code_to, capsys):
    caller.call("SendSms", **code_to)
    assert inbox(serving.url, "13900000000", as_json=True) == 0
    (message,) = json.loads(capsys.readouterr().out)
    assert message["code_found"] == "123456"


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("en", "13900000000", "No message to 13900000000."),
        ("en", None, "No message."),
        ("zh", "13900000000", "没有发往 13900000000 的短信。"),
        ("zh", None, "没有短信。"),
    ],
)
def test_an_empty_inbox_is_said_and_ends_with_1(serving, capsys, language, number, words):
    assert inbox(serving.url, number, wait=0.1, language=language) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(("language", "words"), [("en", "There is no sandbox"), ("zh", "没有沙箱")])
def test_no_sandbox_is_said_and_ends_with_2(capsys, language, words):
    assert inbox("http://127.0.0.1:9", language=language) == 2
    assert words in capsys.readouterr().err


def test_every_word_is_there_in_both_languages():
    text = files("element.sandbox").joinpath("terminal.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)
    rows |= rows.pop("state")
    for kind, row in rows.items():
        assert set(row) == {"en", "zh"}, kind
        assert re.findall(r"\{(\w+)\}", row["en"]) == re.findall(r"\{(\w+)\}", row["zh"]), kind


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[[accounts]]\nkey_id = 'a'", "secret"),
        ("[[accounts]]\nkey_id = 'a'\nsecret = 's'\nballance = 3", "ballance"),
        ("[[accounts]]\nkey_id = 'a'\nsecret = 's'\nbalance = '3'", "balance: int"),
        ("[[signatures]]\nname = 'a'\nstatus = 'fine'", "status: one of reviewing, approved"),
        ("[[templates]]\ncode = 'a'\nkind = 'otp'", "kind: one of verification"),
        ("[[templates]]\ncode = 3", "code: str"),
        ("accounts = 3", r"\[\[accounts\]\]"),
        ("templates = ['a']", r"\[\[templates\]\]"),
        ("[[acounts]]\nkey_id = 'a'", "acounts: only"),
        ("not toml", "catalogue.toml"),
    ],
)
def test_a_catalogue_that_cannot_be_read_says_where(tmp_path, text, word):
    path = tmp_path / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=word) as caught:
        Sandbox(from_file(path))
    assert "'s'" not in str(caught.value)


def test_a_catalogue_that_is_not_there_says_so(tmp_path):
    with pytest.raises(CatalogError, match="nowhere"):
        from_file(tmp_path / "nowhere.toml")


def test_the_ready_set_has_a_template_of_every_kind_and_one_of_every_state():
    sandbox = Sandbox(ready())
    templates = sandbox.catalog.templates.values()
    kinds = {template.kind for template in templates if template.status == "approved"}
    assert kinds == {"verification", "notification", "promotion", "international"}
    assert {template.status for template in templates} == {"approved", "reviewing", "rejected", "cancelled"}
