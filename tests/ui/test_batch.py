"""The batch panel: a list read and planned, rehearsed in the sandbox, stopped, resumed and accounted for."""

import csv
import io
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from element.ledger import Ledger
from element.sandbox.faults import Rule
from element.sandbox.outcomes import OUTCOMES
from tests.conftest import SECRET
from ui import batch, workspace

TEXT = "Dear ${name}, your code is ${code}."
LIST = "phone,name,code\n13812345678,Lin,1111\n13900139000,Wu,2222\n"
SICK = "phone,name,code\n13812345678,Lin,1111\n1.38E+10,Wu,2222\n,Li,3333\n"
MANY = "phone,name,code\n" + "".join(f"138{n:08},Lin,{n}\n" for n in range(100_000, 101_500))


def script():
    from ui import batch

    batch.panel("SMS.Codes")


@pytest.fixture
def page(app_folder, monkeypatch):
    """`page(list, code=…, text=…, mode=…, locale=…)` shows the panel filled in."""
    monkeypatch.setenv("SMS_APP", str(app_folder))
    workspace.sandbox().reset()

    def run(rows=LIST, code="SMS_1", text=TEXT, mode="simulate", locale="en-US"):
        shown = AppTest.from_function(script, default_timeout=30)
        shown.context = {"locale": locale}
        fields = {"verifyTemplateCode": code, "text": text}
        for name, typed in fields.items():
            shown.session_state[f"message.SMS.Codes.{name}"] = typed
        shown.session_state["batch.SMS.Codes.pasted"] = rows
        shown.session_state["mode"] = mode
        return shown.run()

    yield run
    workspace.sandbox().reset()


def rehearsal(page):
    return page.session_state["batch.SMS.Codes.run"]


def press(page, key):
    page.button(key=key).click().run()
    return page


def ended(page):
    """The page after the run that is under way."""
    rehearsal(page).wait(30)
    page.run()
    assert not page.exception
    return page


def sent(page):
    return ended(press(page, "run_batch"))


def texts(page):
    parts = (page.markdown, page.caption, page.error, page.info, page.code)
    html = [node.proto.body for node in page.main if node.type == "html"]
    return "\n".join([*(each.value for part in parts for each in part), *html]).replace("\\", "")


def counts(page):
    return {each.label: each.value for each in page.metric}


def keys(page):
    return {button.key for button in page.button}


EMPTY = {
    "nothing": ({"rows": "", "code": ""}, "One template to many people", "用一个模板向多人发送"),
    "no template code": ({"code": ""}, "Fill in the template code", "填写模板 CODE"),
}


@pytest.mark.parametrize(("typed", "en", "zh"), EMPTY.values(), ids=EMPTY)
def test_what_is_missing_for_a_plan_is_said(page, typed, en, zh):
    assert en in texts(page(**typed))
    assert zh in texts(page(**typed, locale="zh-CN"))


def test_the_plan_counts_recipients_calls_and_parts_with_masked_numbers(page):
    shown = page("phone,name,code\n13812345678,Lin,1\n13812345678,Lin,1\n13900139000,Wu,2\n")
    for words in ("<dd>2</dd>", "<dt>Calls</dt><dd>1</dd>", "<dt>Billed</dt><dd>2</dd>", "1 row repeats"):
        assert words in texts(shown)
    assert shown.button(key="run_batch").label == "Send 2 simulated messages"
    first = shown.table[0].value
    assert [text.replace("\\", "") for text in first["Phone number"]] == ["138****5678"] * 2 + ["139****9000"]
    assert workspace.sandbox().messages() == []


def test_rows_are_named_as_a_spreadsheet_counts_and_block_until_they_are_left_out(page):
    shown = page(SICK)
    assert "Row 3: the spreadsheet has shortened the number" in texts(shown)
    assert "Row 4: the phone number is missing" in texts(shown)
    assert shown.button(key="run_batch").disabled
    assert "Correct the rows above" in texts(shown)
    shown.checkbox(key="batch.SMS.Codes.skip").check().run()
    assert counts(sent(shown)) == {"Accepted": "1", "Not sent": "0"}


UNREADABLE = {
    "a column is missing": (
        "phone,name\n13812345678,Lin\n",
        "variables code have no column",
        "模板变量 code 没有对应的列",
    ),
    "a quote is not closed": ('phone,name,code\n138,"Lin,1\n', "a double quote is opened", "双引号没有成对"),
}


@pytest.mark.parametrize(("rows", "en", "zh"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_list_that_cannot_be_read_says_why(page, rows, en, zh):
    assert en in texts(page(rows))
    assert zh in texts(page(rows, locale="zh-CN"))


def test_a_rehearsal_sends_every_message_to_the_sandbox(page):
    shown = sent(page())
    assert "Simulated: the list is through" in texts(shown)
    assert counts(shown) == {"Accepted": "2", "Not sent": "0"}
    arrived = {message.number: message.text for message in workspace.sandbox().messages()}
    assert arrived == {
        "13812345678": "【阿里云短信测试】Dear Lin, your code is 1111.",
        "13900139000": "【阿里云短信测试】Dear Wu, your code is 2222.",
    }


def test_numbers_alone_need_no_header_and_no_template_text(page):
    assert counts(sent(page("13812345678\n13900139000", text="")))["Accepted"] == "2"


def test_the_ledger_has_one_row_for_each_recipient(page, app_folder):
    sent(page())
    assert Ledger(app_folder).total(element="SMS.Codes") == 2


def test_the_button_goes_away_with_its_first_press(page):
    shown = sent(page())
    assert "run_batch" not in keys(shown)
    assert len(workspace.sandbox().messages()) == 2


def test_who_got_the_text_lately_is_held_back_unless_asked_for(page):
    shown = press(sent(page()), "new_batch")
    assert "2 numbers got this very text" in texts(shown)
    assert "There is nobody left" in texts(shown)
    shown.checkbox(key="batch.SMS.Codes.again").check().run()
    assert counts(sent(shown))["Accepted"] == "2"


def test_what_failed_is_listed_masked_and_downloaded_in_full(page):
    shown = page(LIST + "12345,Bad,3333\n,None,4444\n")
    shown.checkbox(key="batch.SMS.Codes.skip").check().run()
    shown = sent(shown)
    assert counts(shown) == {"Accepted": "2", "Not sent": "1"}
    listed = shown.dataframe[0].value
    assert list(listed["row"]) == [4]
    assert list(listed["code"]) == ["46002 · isv.MOBILE_NUMBER_ILLEGAL"]
    assert "With full numbers and values, taken from your own list" in texts(shown)


def test_the_download_is_a_list_to_correct_and_use_again(page):
    shown = page(LIST + "12345,Bad,3333\n,None,4444\n")
    shown.checkbox(key="batch.SMS.Codes.skip").check().run()
    download = rehearsal(sent(shown)).not_accepted("en")
    header, bad, missing = csv.reader(io.StringIO(download.removeprefix("\ufeff")))
    assert header == ["_row", "_outcome", "_reason", "phone", "name", "code"]
    assert bad == ["4", "refused", "isv.MOBILE_NUMBER_ILLEGAL", "12345", "Bad", "3333"]
    assert missing[:2] == ["5", "refused"]
    assert missing[2].startswith("Row 5: the phone number is missing")
    assert "Send 1 simulated message" in page(download.replace("12345", "13700137000")).button(key="run_batch").label


def test_a_run_can_be_stopped_and_goes_on_where_it_stopped(page, monkeypatch):
    monkeypatch.setitem(OUTCOMES, "slow", replace(OUTCOMES["slow"], seconds=0.5))
    workspace.sandbox().faults.add(Rule("slow"))
    shown = press(page(MANY), "run_batch")
    stopped = ended(press(shown, "stop_batch"))
    workspace.sandbox().faults.clear()
    assert "Stopped between calls" in texts(stopped)
    done = len(workspace.sandbox().messages())
    assert 0 < done < 1500
    shown = ended(press(stopped, "resume_batch"))
    assert counts(shown) == {"Accepted": "1,500", "Not sent": "0"}
    assert len(workspace.sandbox().messages()) == 1500


def test_while_it_runs_it_shows_how_far_it_is_and_can_be_stopped(page, monkeypatch):
    shown = page(MANY)
    press(shown, "run_batch")
    rehearsal(shown).wait(30)
    monkeypatch.setattr(batch.Rehearsal, "running", True)
    shown.run()
    (bar,) = shown.progress
    assert "1500 of 1500 · accepted 1500" in bar.proto.text
    press(shown, "stop_batch")
    assert shown.button(key="stop_batch").disabled
    assert "waited for" in texts(shown)


def test_what_every_call_would_meet_halts_and_can_go_on_later(page):
    workspace.sandbox().faults.add(Rule("no-balance"))
    shown = sent(page())
    assert "Halted" in texts(shown)
    workspace.sandbox().faults.clear()
    assert counts(ended(press(shown, "resume_batch")))["Accepted"] == "2"


def test_a_run_that_cannot_be_planned_says_why(page, app_folder):
    shown = page()
    (app_folder / "SMS" / "Codes" / "sms.json").write_text('{"accessKey": "testid"}')
    shown = ended(press(shown, "run_batch"))
    assert "It could not go on" in texts(shown)
    assert "accessSecret" in shown.error[0].value
    assert keys(shown) == {"new_batch"}


def test_what_was_ended_elsewhere_cannot_go_on_and_says_so(page, monkeypatch):
    monkeypatch.setitem(OUTCOMES, "slow", replace(OUTCOMES["slow"], seconds=0.3))
    workspace.sandbox().faults.add(Rule("slow"))
    shown = ended(press(press(page(MANY), "run_batch"), "stop_batch"))
    rehearsal(shown).order.plan().close()
    shown = ended(press(shown, "resume_batch"))
    assert "Stopped between calls" in texts(shown)
    assert "no unfinished bulk job" in shown.error[0].value


def test_live_is_left_to_the_command_line(page):
    shown = page(mode="live")
    assert "command line" in texts(shown)
    command = shown.code[0].value
    assert "python -m element --app" in command
    assert "bulk SMS.Codes recipients.csv --template SMS_1 --template-text 'Dear ${name}" in command
    assert command.endswith("--live")
    assert "run_batch" not in keys(shown)


def test_an_upload_stays_when_the_uploader_has_forgotten_it(page):
    shown = page(rows="")
    shown.session_state["batch.SMS.Codes.kept"] = ("people.csv", b"\xef\xbb\xbf" + LIST.encode())
    shown.run()
    assert "In use: people.csv" in texts(shown)
    assert shown.button(key="run_batch").label == "Send 2 simulated messages"
    assert "One template to many people" in texts(press(shown, "remove_list"))


def test_an_uploaded_file_is_planned(page):
    shown = page(rows="")
    shown.file_uploader(key="batch.SMS.Codes.upload").set_value(("people.csv", LIST.encode(), "text/csv"))
    shown.run()
    assert shown.button(key="run_batch").label == "Send 2 simulated messages"


def test_no_secret_and_no_full_number_is_on_the_page(page):
    shown = sent(page())
    whole = texts(shown) + str([frame.value.to_dict() for frame in (*shown.dataframe, *shown.table)])
    assert [private for private in (SECRET, "13812345678") if private in whole] == []
