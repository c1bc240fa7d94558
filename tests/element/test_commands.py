"""`python -m element`: what each command prints, in which language, and its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from element.__main__ import main
from element.sandbox import Sandbox, serve
from tests import wire
from tests.conftest import SMS, E, write_element
from tests.element.apps import LOFT, pigeon, write

SEND = ["send", "SMS.Codes", "--phone", "13800138000", "--template", "SMS_1", "--param", "code=1234"]


@pytest.fixture
def run(app_folder, capsys):
    def run_in_app(*arguments):
        code = main(["--app", str(app_folder), *arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run_in_app


def test_list_shows_each_element_with_its_state(run, app_folder):
    write_element(app_folder, "Broken", E, {})
    assert run("list") == (0, "SMS.Broken\tproblems: 3\nSMS.Codes\tvalid\n", "")


def test_list_says_what_to_do_in_an_empty_app(tmp_path, capsys):
    assert main(["--app", str(tmp_path), "list"]) == 0
    assert "There are no SMS elements" in capsys.readouterr().out


def test_check_is_silent_and_zero_when_all_is_well(run):
    assert run("check") == (0, "", "")


def test_check_prints_one_problem_a_line(run, app_folder):
    write_element(app_folder, "Broken", E, {**SMS, "verifySign": "", "verfySign": "x"})
    code, out, _ = run("check", "SMS.Broken")
    assert code == 1
    assert out.splitlines() == [
        "SMS/Broken/sms.json:$.verifySign: SMS signature (verifySign) is empty. Fill it in.",
        "SMS/Broken/sms.json:$.verfySign: note: “verfySign” is not a known field. It is kept as it is.",
    ]


def test_a_note_alone_is_no_failure(run, app_folder):
    write_element(app_folder, "Noted", E, {**SMS, "region": "cn-hangzhou"})
    assert run("check", "SMS.Noted")[0] == 0


def test_check_speaks_json_for_machines(run, app_folder):
    write_element(app_folder, "Broken", E, {})
    code, out, _ = run("check", "--json")
    assert code == 1
    assert json.loads(out)[0] == {
        "element": "SMS.Broken",
        "file": "sms.json",
        "path": "$.accessKey",
        "rule": "required",
        "note": False,
        "message": "AccessKey ID (accessKey) is missing. Fill it in.",
    }


def test_check_of_a_missing_element_names_its_neighbours(run):
    code, _, err = run("check", "SMS.Code")
    assert code == 2
    assert "There is no element SMS.Code" in err
    assert "Did you mean SMS.Codes?" in err


def test_send_goes_to_a_sandbox_of_its_own_and_says_so(run):
    code, out, err = run(*SEND)
    assert code == 0
    assert err.startswith("Simulated: SMS.Codes sends to http://127.0.0.1:")
    assert "138****8000" in err
    assert out.startswith("Accepted; not yet delivered. RequestId ")


def test_send_speaks_chinese(run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    _, out, err = run(*SEND)
    assert err.startswith("模拟：SMS.Codes 发往 http://127.0.0.1:")
    assert out.startswith("已受理，尚未送达。")


def test_a_template_text_is_held_against_the_parameters(run):
    code, out, _ = run(*SEND, "--template-text", "Hello ${name}")
    assert code == 1
    assert "46002 Alibaba Cloud refused the message (isv." in out


def test_send_goes_to_the_configured_sandbox(run, monkeypatch):
    sandbox = Sandbox()
    sandbox.add_account(SMS["accessKey"], SMS["accessSecret"])
    sandbox.add_sign(SMS["verifySign"])
    sandbox.add_template("SMS_1", "Your code is ${code}")
    with serve(sandbox) as serving:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", serving.url)
        code, _, err = run(*SEND)
    assert code == 0
    assert serving.url in err
    assert [message.text for message in sandbox.messages("13800138000")] == ["【阿里云短信测试】Your code is 1234"]


@pytest.mark.parametrize("alibaba", ["https://dysmsapi.aliyuncs.com", "https://dysmsapi.aliyuncs.com."])
def test_without_live_not_even_a_configured_alibaba_is_reached(run, monkeypatch, alibaba):
    monkeypatch.setenv("DYSMSAPI_ENDPOINT", alibaba)
    code, _, err = run(*SEND)
    assert code == 0
    assert err.startswith("Simulated: SMS.Codes sends to http://127.0.0.1:")


@pytest.mark.parametrize("configured", [None, "http://127.0.0.1:9"])
def test_without_live_nothing_is_sent_past_the_sandbox(run, app_folder, monkeypatch, configured):
    if configured:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", configured)
    write(app_folder, {**pigeon("elsewhere"), **LOFT})
    code, _, err = run("send", "SMS.Loft", *SEND[2:])
    assert code == 2
    assert "SMS.Loft does not send through Alibaba Cloud" in err


def test_live_goes_where_the_app_sends_and_calls_no_address_on_this_machine_real(run, monkeypatch):
    with wire.serving(wire.answering(wire.OK)) as server:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", server.url)
        code, _, err = run(*SEND, "--live")
    assert code == 0
    assert err.startswith(f"SMS.Codes sends through {server.url}, on this machine, as it would live: 138****8000")


def test_live_to_elsewhere_says_that_it_is_real_before_it_sends(run, monkeypatch):
    monkeypatch.setenv("DYSMSAPI_ENDPOINT", "https://sms.invalid")
    code, out, err = run(*SEND, "--live")
    assert code == 1
    assert err.startswith("LIVE: SMS.Codes sends real messages through https://sms.invalid to 138****8000")
    assert out.startswith("46003 The request did not reach sms.invalid")


def test_a_terminal_that_cannot_show_a_character_does_not_change_the_outcome(app_folder):
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "LC_ALL": "zh_CN.UTF-8"}
    command = [sys.executable, "-m", "element", "--app", app_folder, *SEND]
    done = subprocess.run(command, env=environment, capture_output=True, cwd=Path(__file__).parents[2], check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


def test_an_unknown_outcome_has_an_exit_code_of_its_own(run, monkeypatch):
    with wire.serving(wire.closing) as server:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", server.url)
        code, out, _ = run(*SEND, "--json")
    assert code == 3
    answer = json.loads(out)
    assert (answer["outcome"], answer["code"], answer["cause"]) == ("unknown", 46003, "reset")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([*SEND, "--param", "code"], "--param takes NAME=VALUE"),
        (["send", "SMS.None", "--phone", "1", "--template", "SMS_1"], "There is no element SMS.None"),
        (["sandbox", "--key", "testid"], "--key takes ID:SECRET"),
        (["sandbox", "--catalogue", "nowhere.toml"], "The sandbox cannot start. nowhere.toml"),
        (["sandbox", "--receipts", "example.com"], "The sandbox cannot start."),
        (["sandbox", "inbox", "--url", "http://127.0.0.1:9"], "There is no sandbox at http://127.0.0.1:9"),
    ],
)
def test_unusable_input_is_exit_code_2(run, arguments, text):
    code, _, err = run(*arguments)
    assert code == 2
    assert text in err


def test_the_sandboxs_inbox_and_numbers_are_printed(run):
    sandbox = Sandbox()
    with serve(sandbox) as serving:
        code, _, err = run("sandbox", "inbox", "--url", serving.url)
    assert code == 1
    assert err
    code, out, _ = run("sandbox", "--numbers")
    assert code == 0
    assert "10000000000  delivered" in out
