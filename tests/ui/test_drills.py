"""Error drills: each ends in the error it promises, and the snippet shows what app code would catch."""

import ast

import pytest

from element.sandbox import numbers_table
from tests import wire
from ui import drills, workspace

CAUGHT = {
    # drill: (error class, code, what else it tells)
    "empty_list": ("MissingParameter", 46001, {"parameter": "phoneList", "sent": False, "retry": "no"}),
    "number_illegal": ("Refused", 46002, {"result_code": "isv.MOBILE_NUMBER_ILLEGAL", "sent": False}),
    "sign_illegal": ("Refused", 46002, {"result_code": "isv.SMS_SIGNATURE_ILLEGAL", "sent": False}),
    "template_illegal": ("Refused", 46002, {"result_code": "isv.SMS_TEMPLATE_ILLEGAL", "sent": False}),
    "params_missing": ("Refused", 46002, {"result_code": "isv.TEMPLATE_MISSING_PARAMETERS", "sent": False}),
    "flow_minute": ("Refused", 46002, {"result_code": "isv.BUSINESS_LIMIT_CONTROL", "retry": "window"}),
    "no_balance": ("Refused", 46002, {"result_code": "isv.AMOUNT_NOT_ENOUGH", "sent": False}),
    "ram_denied": ("Refused", 46002, {"result_code": "isp.RAM_PERMISSION_DENY", "sent": False}),
    "answer_lost": ("RequestFailed", 46003, {"sent": None, "retry": "check"}),
}


@pytest.fixture
def drilling(designer, app_folder):
    """`drilling(drill)` opens the send tab, picks the drill and runs it."""

    def run(drill, locale="en-US"):
        page = designer(app_folder, locale)
        page.session_state["tab"] = {"en-US": "Send test", "zh-CN": "发送测试"}[locale]
        page.session_state["drill"] = drill
        page.run()
        page.button(key="run_drill").click().run()
        assert not page.exception
        return page

    return run


def caught(page):
    """The class and the attributes that the snippet says."""
    (snippet,) = [code.value for code in page.code if "sendMessage" in code.value]
    ast.parse(snippet)
    lines = [line.split("#") for line in snippet.splitlines() if line.startswith("    error.")]
    told = {name.strip().removeprefix("error."): ast.literal_eval(value.strip()) for name, value in lines}
    (clause,) = [line for line in snippet.splitlines() if line.startswith("except")]
    return clause.split()[1], told


def test_every_drill_is_here():
    assert CAUGHT.keys() == drills.DRILLS.keys()


@pytest.mark.parametrize("drill", CAUGHT)
def test_a_drill_ends_in_the_error_it_promises(drilling, drill):
    kind, code, more = CAUGHT[drill]
    page = drilling(drill)
    assert (name := caught(page))[0] == kind
    assert name[1].items() >= {"code": code, **more}.items()
    label = page.selectbox(key="drill").options[list(CAUGHT).index(drill)]
    assert label.startswith(f"{code} · ")


def test_a_drill_speaks_chinese(drilling):
    page = drilling("answer_lost", "zh-CN")
    assert "短信可能已经发出" in "".join(element.value for element in (*page.markdown, *page.caption))
    assert "# 此时异常的内容" in "".join(code.value for code in page.code)


def test_a_drill_never_asks_the_address_for_real_messages(drilling, monkeypatch):
    with wire.serving(wire.answering(wire.OK)) as real:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", real.url)
        drilling("answer_lost")
    assert real.connections == 0
    assert workspace.sandbox().messages("10000000401")


def test_a_drill_shows_no_value_that_was_typed(drilling, app_folder, designer):
    page = designer(app_folder)
    page.session_state["tab"] = "Send test"
    page.run()
    page.text_area(key="message.SMS.Codes.text").set_value("Hello ${name}").run()
    page.text_input(key="message.SMS.Codes.param.name").set_value("Zhang-private").run()
    page.button(key="run_drill").click().run()
    (snippet,) = [code.value for code in page.code if "sendMessage" in code.value]
    assert "params={'name': 'Lin'}" in snippet


def test_live_has_no_drills(designer, app_folder):
    page = designer(app_folder)
    page.session_state["tab"] = "Send test"
    page.session_state["mode"] = "live"
    page.run()
    assert "run_drill" not in [button.key for button in page.button]


def test_every_number_is_a_magic_one():
    listed = numbers_table()
    assert [number for number in drills.DRILLS.values() if number and number not in listed] == []
