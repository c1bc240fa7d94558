"""`python -m element bulk`: what it prints, in which language, and its exit code."""

import json

import pytest

from element.__main__ import main
from element.bulk.command import _ranges
from element.ledger import Ledger
from element.sandbox import Sandbox, serve
from element.sandbox.faults import Rule
from tests.conftest import SMS
from tests.element.apps import INSTANCE, pigeon, write

BAD, NO_MONEY = "10000000110", "10000000120"


@pytest.fixture
def run(app_folder, tmp_path, capsys):
    """Run the command on a list that holds `text`; without one, name no list."""

    def run_on(text, *arguments):
        path = tmp_path / "list.csv"
        path.write_text(text or "", encoding="utf-8")
        listed = [str(path)] if text is not None else []
        code = main(["--app", str(app_folder), "bulk", "SMS.Codes", *listed, "--template", "SMS_1", *arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run_on


@pytest.fixture
def sandbox(monkeypatch):
    """One that is configured, and so outlives the command."""
    sandbox = Sandbox()
    sandbox.add_account(SMS["accessKey"], SMS["accessSecret"])
    sandbox.add_sign(SMS["verifySign"])
    sandbox.add_template("SMS_1", None)
    with serve(sandbox) as serving:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", serving.url)
        yield sandbox


TWO = "phone,name\n13000000001,a\n13000000002,b\n"


def test_it_goes_to_a_sandbox_of_its_own_and_says_so(run):
    code, out, err = run(TWO, "--template-text", "Dear ${name}")
    assert code == 0
    assert out == "Settled. Accepted 2 (not yet delivered), refused 0, unknown 0.\n"
    assert err.startswith("Simulated: SMS.Codes sends to http://127.0.0.1:")
    assert err.splitlines()[0].endswith("not to real people: 2 recipients")
    assert err.splitlines()[1] == "Plan: 2 recipients in 1 calls, 2 messages billed"


def test_it_speaks_chinese(run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    _, out, err = run(TWO)
    assert out == "已完成。已受理 2（尚未送达），未发送 0，结果未知 0。\n"
    assert err.splitlines()[1] == "计划：2 个收件人，1 次调用（提供 --template-text 可计算计费条数）"


def test_rows_that_cannot_be_sent_to_are_named_and_nothing_is_sent(run, sandbox):
    code, out, err = run(f"{TWO}1.38E+10,c\n")
    assert (code, out) == (2, "")
    assert err.startswith("Row 4: the spreadsheet has shortened the number")
    assert "Rows that cannot be sent to: 1. Nothing was sent." in err
    assert not sandbox.messages()


def test_they_can_be_left_out(run, sandbox):
    code, _, err = run(f"{TWO}1.38E+10,c\n", "--skip-bad-rows")
    assert code == 0
    assert "Left out: 1 rows cannot be sent to." in err
    assert len(sandbox.messages()) == 2


def test_refusals_are_listed_by_row(run):
    code, out, _ = run(f"{TWO}{BAD},c\n{BAD},d\n")
    assert code == 1
    assert out.splitlines() == [
        "Refused (isv.MOBILE_NUMBER_ILLEGAL): rows 4–5",
        "Settled. Accepted 2 (not yet delivered), refused 2, unknown 0.",
    ]


def test_a_repeated_send_is_held_back_unless_asked_for(run, sandbox):
    run(TWO)
    code, _, err = run(TWO)
    assert code == 0
    assert "Held back: 2 numbers got this text within the last 24 hours." in err
    assert len(sandbox.messages()) == 2
    run(TWO, "--again")
    assert len(sandbox.messages()) == 4


def test_an_unknown_outcome_is_listed_and_resumed(run, sandbox):
    sandbox.faults.add(Rule("reset", "SendBatchSms"))
    code, out, _ = run(TWO)
    assert code == 3
    assert out.startswith("Unknown: rows 2–3\nThe outcome of 2 messages is unknown; they may have gone out")
    sandbox.faults.clear()
    code, _, err = run(TWO)
    assert code == 2
    assert "is not finished. Go on with it (--resume)" in err
    code, out, _ = run(None, "--resume", "--patience", "0.001")
    assert (code, out) == (0, "Settled. Accepted 2 (not yet delivered), refused 0, unknown 0.\n")
    assert len(sandbox.messages()) == 2


def test_a_job_can_be_abandoned(run, sandbox, app_folder):
    sandbox.faults.add(Rule("reset", "SendBatchSms"))
    run(TWO)
    code, out, _ = run(None, "--abandon")
    assert (code, out) == (0, "Ended as it is: accepted 0, not sent 0, unknown 2.\n")
    assert Ledger(app_folder).total(outcome="unknown") == 2


def test_a_halted_job_says_why(run, sandbox):
    code, out, _ = run(f"phone\n{NO_MONEY}\n")
    assert code == 1
    assert out.startswith("Halted: Alibaba Cloud refused the message (isv.AMOUNT_NOT_ENOUGH)")


def test_it_speaks_json_for_machines(run):
    code, out, _ = run(f"{TWO}{BAD},c\n", "--json")
    answer = json.loads(out)
    assert code == 1
    assert (answer["outcome"], answer["accepted"], answer["refused"], answer["plan"]["calls"]) == ("settled", 2, 1, 1)
    [row] = answer["rows"]
    assert row | {"request_id": ""} == {
        "row": 4,
        "number": "100****0110",
        "outcome": "refused",
        "reason": "isv.MOBILE_NUMBER_ILLEGAL",
        "request_id": "",
    }


def test_params_can_be_shared_and_the_column_named(run, sandbox):
    arguments = ("--param", "code=1234", "--column", "b", "--template-text", "Code ${code}")
    assert run("a,b\n13000000001,13000000002\n", *arguments)[0] == 0
    assert [message.number for message in sandbox.messages()] == ["13000000002"]


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        (None, (), "Name the CSV file with the recipients"),
        (None, ("--resume",), "There is no unfinished bulk job of SMS.Codes with SMS_1 here."),
        (TWO, ("--template-text", "Dear ${nmae}"), "Perhaps: name → nmae."),
        (TWO, ("--param", "code"), "--param takes NAME=VALUE"),
        ("", (), "The list of recipients is empty."),
    ],
)
def test_unusable_input_is_exit_code_2(run, text, arguments, said):
    code, _, err = run(text, *arguments)
    assert code == 2
    assert said in err


def test_an_element_that_sends_elsewhere_is_refused_live_too(run, app_folder):
    write(app_folder, {**pigeon("elsewhere"), "SMS/Codes/e.json": INSTANCE})
    code, _, err = run(TWO, "--live")
    assert code == 2
    assert "SMS.Codes does not send through Alibaba Cloud, and bulk sending does" in err


@pytest.mark.parametrize("option", [("--rate", "0"), ("--concurrency", "0"), ("--patience", "-1")])
def test_numbers_that_make_no_sense_are_refused(run, option, capsys):
    with pytest.raises(SystemExit):
        run(TWO, *option)
    assert f"argument {option[0]}: invalid" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([], ""),
        ([2], "2"),
        ([2, 3, 4, 9], "2–4, 9"),
        (list(range(0, 100, 2)), ", ".join(map(str, range(0, 40, 2))) + " …"),
    ],
)
def test_rows_are_listed_as_ranges(numbers, text):
    assert _ranges(numbers) == text
