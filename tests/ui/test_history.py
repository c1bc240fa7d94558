"""The history of an element: what is listed, filtered, and copied without secrets."""

import pytest
from streamlit.testing.v1 import AppTest

from element.ledger import Ledger, LedgerError, Result, Sent
from tests.conftest import SECRET, SMS
from ui import history

NUMBER = "13812345678"
SANDBOX, ALIBABA = "http://127.0.0.1:8010", "https://dysmsapi.aliyuncs.com"
ACCEPTED = Result("accepted", None, "", "R-1", "B-1")
REFUSED = Result("refused", 46002, "isv.BUSINESS_LIMIT_CONTROL", "R-2")
UNKNOWN = Result("unknown", 46003, "timeout")
HELD = Result("refused", None, "held_back")


def script():
    from ui import history

    history.panel("SMS.Codes")


@pytest.fixture
def page(app_folder, monkeypatch):
    """`page((result, gateway), …, locale=…)` shows the history after these sends, oldest first."""
    monkeypatch.setenv("SMS_APP", str(app_folder))

    def run(*sends, locale="en-US"):
        ledger = Ledger(app_folder)
        for result, gateway in sends:
            sent = Sent("SMS.Codes", "SMS_1", gateway, [(NUMBER, {"code": "246810"})])
            ledger.record(sent, result, milliseconds=12.0)
        ledger.close()
        shown = AppTest.from_function(script, default_timeout=20)
        shown.context = {"locale": locale}
        return shown.run()

    return run


def column(page, name):
    return list(page.dataframe[0].value[name])


def tick(page, place):
    """What the browser says when the row at `place` is ticked."""
    page.session_state[page.dataframe[0].key] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    return page.run()


def chosen(page, name, option):
    page.selectbox(key=f"history.SMS.Codes.{name}").set_value(option)
    return page.run()


@pytest.mark.parametrize(("locale", "words"), [("en-US", "will appear here"), ("zh-CN", "都会显示在这里")])
def test_before_the_first_send_it_says_what_will_appear_here(page, locale, words):
    shown = page(locale=locale)
    assert words in shown.markdown[0].value
    assert not shown.dataframe


def test_the_newest_comes_first_and_numbers_are_masked(page):
    shown = page((ACCEPTED, SANDBOX), (REFUSED, SANDBOX))
    assert column(shown, "outcome") == ["✕ Not sent", "✓ Accepted"]
    assert column(shown, "number") == ["138****5678"] * 2
    assert column(shown, "code") == ["46002 · isv.BUSINESS_LIMIT_CONTROL", ""]


def test_sends_of_other_elements_are_not_listed(page, app_folder):
    Ledger(app_folder).record(Sent("SMS.Other", "SMS_1", SANDBOX, [(NUMBER, {})]), ACCEPTED, 1.0)
    assert len(column(page((ACCEPTED, SANDBOX)), "time")) == 1


FILTERED = {
    "outcome": ("outcome", "unknown", ["46003 · timeout"]),
    "code": ("code", "isv.BUSINESS_LIMIT_CONTROL", ["46002 · isv.BUSINESS_LIMIT_CONTROL"]),
    "held back": ("code", "held_back", ["held back: got this text lately"]),
    "sandbox": ("mode", "simulate", ["held back: got this text lately", ""]),
    "live": ("mode", "live", ["46003 · timeout", "46002 · isv.BUSINESS_LIMIT_CONTROL"]),
}


@pytest.mark.parametrize(("name", "option", "codes"), FILTERED.values(), ids=FILTERED)
def test_a_filter_leaves_what_fits(page, name, option, codes):
    shown = page((ACCEPTED, SANDBOX), (REFUSED, ALIBABA), (UNKNOWN, ALIBABA), (HELD, SANDBOX))
    assert column(chosen(shown, name, option), "code") == codes


def test_filters_that_nothing_fits_say_so(page):
    shown = chosen(page((ACCEPTED, SANDBOX)), "mode", "live")
    assert "No message fits" in shown.info[0].value


def test_a_filter_for_live_finds_rows_that_lie_deep(page, monkeypatch):
    monkeypatch.setattr(history, "_PAGE", 2)
    shown = page((REFUSED, ALIBABA), *[(ACCEPTED, SANDBOX)] * 4)
    assert column(chosen(shown, "mode", "live"), "outcome") == ["✕ Not sent"]


COPIES = {
    "python": ["App(", "getElement('SMS.Codes')", "phoneList=['138****5678']", "verifyTemplateCode='SMS_1'"],
    "command": ["python -m element --app", "send SMS.Codes", "--phone '138****5678' --template SMS_1"],
    "report": ["46002 · isv.BUSINESS_LIMIT_CONTROL", "RequestId: R-2", "138****5678", SANDBOX],
}


@pytest.mark.parametrize(("copy", "parts"), COPIES.items(), ids=COPIES)
def test_a_row_is_copied_without_secrets(page, copy, parts):
    shown = tick(page((REFUSED, SANDBOX)), 0)
    shown.segmented_control(key="history.SMS.Codes.copy").set_value(copy).run()
    text = shown.code[0].value
    assert [part for part in parts if part not in text] == []
    assert [private for private in (SECRET, SMS["accessKey"], NUMBER, "246810") if private in text] == []
    assert "--live" not in text


def test_the_python_call_is_python(page):
    shown = tick(page((ACCEPTED, SANDBOX)), 0)
    shown.segmented_control(key="history.SMS.Codes.copy").set_value("python").run()
    compile(shown.code[0].value, "copied", "exec")


def test_the_tick_does_not_pass_to_a_row_that_moves_to_its_place(page, app_folder):
    shown = tick(page((REFUSED, SANDBOX)), 0)
    Ledger(app_folder).record(Sent("SMS.Codes", "SMS_1", SANDBOX, [(NUMBER, {})]), ACCEPTED, 1.0)
    shown.run()
    assert not shown.code


def test_a_ledger_that_cannot_be_read_is_told_in_words(page, app_folder):
    (app_folder / "appData").mkdir()
    (app_folder / "appData" / "sms.db").write_text("no database " * 1000)
    with pytest.raises(LedgerError):
        Ledger(app_folder).total()
    shown = AppTest.from_function(script, default_timeout=20).run()
    assert "cannot be used" in shown.error[0].value


def test_the_chart_counts_messages_by_day_and_outcome(page):
    shown = page((ACCEPTED, SANDBOX), (ACCEPTED, SANDBOX), (REFUSED, SANDBOX), locale="zh-CN")
    assert "每日短信条数" in shown.markdown[0].value
    (chart,) = shown.get("vega_lite_chart")
    drawn = {outcome for outcome, colour in history.OUTCOMES.items() if colour in chart.proto.spec}
    assert drawn == {"accepted", "refused"}
