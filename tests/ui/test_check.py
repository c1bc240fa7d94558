"""Check configuration: every rung in every state, who was asked, what is proved, and that nothing is ever sent."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from element.sandbox import Sandbox, serve
from tests import wire
from tests.conftest import SECRET, SMS, E, write_element
from ui.rungs import NAMES, Subject, climb

CODE = "SMS_1"
SCRIPT = 'from ui import check\ncheck.panel("SMS.Codes")'


@pytest.fixture
def alibaba(monkeypatch, app_folder):
    """A sandbox in Alibaba's place that knows the element's key, its signature and a template."""
    sandbox = Sandbox()
    sandbox.add_account(SMS["accessKey"], SECRET)
    sandbox.add_sign(SMS["verifySign"])
    sandbox.add_template(CODE, "${code}")
    monkeypatch.setenv("SMS_APP", str(app_folder))
    with serve(sandbox) as serving:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", serving.url)
        yield sandbox
    assert sandbox.messages() == []


@pytest.fixture
def shown(monkeypatch, app_folder):
    """`shown(mode, locale)` draws the panel and presses its button."""

    def run(mode="simulate", locale="en-US", code=""):
        monkeypatch.setenv("SMS_APP", str(app_folder))
        page = AppTest.from_string(SCRIPT, default_timeout=20)
        page.context = {"locale": locale}
        page.session_state["mode"] = mode
        page.session_state["message.SMS.Codes.verifyTemplateCode"] = code
        return page.run().button(key="run_check").click().run()

    return run


def states(code=CODE, live=True):
    rungs = climb(Subject("SMS.Codes", "", live, "", code, ""))
    return {rung.name: rung.state for rung in rungs}


def words(page):
    assert not page.exception
    return "\n".join(element.value for part in (page.markdown, page.caption) for element in part).replace("\\", "")


def until(name, state):
    """Every rung passed up to one, which is in `state`; the rest is not checked."""
    place = NAMES.index(name)
    return {rung: "passed" if at < place else state if at == place else "unchecked" for at, rung in enumerate(NAMES)}


def test_an_element_in_order_passes_every_rung(alibaba):
    assert states() == dict.fromkeys(NAMES, "passed")


def test_without_a_template_code_the_template_is_not_checked(alibaba):
    assert states(code="") == until("template", "unchecked")


ACCOUNTS = {
    # what the account holds, and the rungs that do not pass then
    "another secret": (lambda box: box.add_account(SMS["accessKey"], "other"), {"key": "failed"}),
    "no such key": (lambda box: box.catalog.accounts.clear(), {"key": "failed"}),
    "may only send": (
        lambda box: box.add_account(SMS["accessKey"], SECRET, permissions=("SendSms",)),
        {"sign": "denied", "template": "denied"},
    ),
    "may not ask for signatures": (
        lambda box: box.add_account(SMS["accessKey"], SECRET, permissions=("QuerySmsTemplateList", "GetSmsTemplate")),
        {"sign": "denied"},
    ),
    "no such signature": (lambda box: box.catalog.signatures.clear(), {"sign": "failed"}),
    "signature under review": (lambda box: box.add_sign(SMS["verifySign"], status="reviewing"), {"sign": "failed"}),
    "template rejected": (lambda box: box.add_template(CODE, "x", status="rejected"), {"template": "failed"}),
    "no such template": (lambda box: box.catalog.templates.clear(), {"template": "failed"}),
}


@pytest.mark.parametrize(("change", "not_passed"), ACCOUNTS.values(), ids=ACCOUNTS)
def test_what_the_account_lacks_is_told_at_its_rung(alibaba, change, not_passed):
    change(alibaba)
    found = states()
    assert {name: state for name, state in found.items() if state not in ("passed", "unchecked")} == not_passed
    if "key" in not_passed:
        assert found["sign"] == found["template"] == found["clock"] == "unchecked"


FILES = {
    # what sms.json holds, and where the climb ends
    "no signature": ({"verifySign": ""}, "files"),
    "no secret": ({"accessSecret": None}, "files"),
    "unset variable": ({"accessKey": "{{NO_SUCH_VARIABLE}}"}, "shape"),
    "blank inside": ({"accessKey": "test id"}, "shape"),
    "swapped": ({"accessKey": "aSecretOfThirty", "accessSecret": "LTAI5tExample"}, "shape"),
    "the same twice": ({"accessSecret": "testid"}, "shape"),
    "quoted": ({"accessKey": '"testid"'}, "shape"),
    "full width": ({"accessKey": "ｔestid"}, "shape"),
    "zero width": ({"accessSecret": SECRET + "\u200b"}, "shape"),
    "the example's text": ({"accessKey": "your_access_key"}, "shape"),
    "brackets": ({"verifySign": "【阿里云短信测试】"}, "shape"),
}


@pytest.mark.parametrize(("change", "rung"), FILES.values(), ids=FILES)
def test_damage_in_the_files_ends_the_climb_before_anybody_is_asked(alibaba, app_folder, monkeypatch, change, rung):
    sms = {name: value for name, value in {**SMS, **change}.items() if value is not None}
    (app_folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps(sms), encoding="utf-8")
    with wire.serving(wire.answering(wire.OK)) as server:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", server.url)
        assert states() == until(rung, "failed")
    assert server.connections == 0


def error(code):
    return wire.answering(wire.http("400 Bad Request", json.dumps({"Code": code, "Message": "m", "RequestId": "R"})))


ANSWERS = {
    # what the address does, and the rungs that are not as in `until`
    "nobody there": (wire.resetting, until("address", "failed")),
    "not Alibaba": (wire.answering(wire.http("200 OK", "<html>")), until("address", "failed")),
    "clock": (error("InvalidTimeStamp.Expired"), until("clock", "failed")),
    "too many questions": (error("Throttling.User"), until("clock", "unchecked")),
    "no such key": (error("InvalidAccessKeyId.NotFound"), until("clock", "unchecked") | {"key": "failed"}),
}


@pytest.mark.parametrize(("behaviour", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_what_the_address_answers_decides_address_clock_and_key(app_folder, monkeypatch, behaviour, expected):
    monkeypatch.setenv("SMS_APP", str(app_folder))
    with wire.serving(behaviour) as server:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", server.url)
        assert states() == expected


@pytest.mark.parametrize(("locale", "passed", "proof"), [("en-US", "Passed", "sandbox"), ("zh-CN", "通过", "沙箱")])
def test_simulate_asks_the_sandbox_alone_and_says_so_in_both_languages(shown, monkeypatch, locale, passed, proof):
    with wire.serving(wire.answering(wire.OK)) as real:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", real.url)
        page = words(shown(locale=locale, code="SMS_9"))
    assert real.connections == 0
    assert page.count(f"✓** {passed}") == len(NAMES)
    assert page.count(":blue[") == 5
    assert proof in page


def test_live_shows_every_state_with_its_word_and_green_only_for_what_passed(shown, alibaba):
    alibaba.add_account(SMS["accessKey"], SECRET, permissions=("GetSmsTemplate",))
    page = words(shown("live", code="SMS_unknown"))
    assert ":orange[**–** Not permitted for this key] · **Signature approved**" in page
    assert "that takes dysms:GetSmsSign" in page
    assert ":red[**✕** Failed] · **Template approved**" in page
    assert ":gray[**○** Not checked] · **Clock**" in page
    assert page.count(":green[") == page.count("✓** Passed") == 4
    assert "does not prove that a message is delivered" in page
    assert SECRET not in page


def test_a_result_is_dropped_when_the_element_has_changed(shown, app_folder):
    page = shown()
    (app_folder / "SMS" / "Codes").rename(app_folder / "SMS" / "Before")
    write_element(app_folder, "Codes", E, SMS | {"verifySign": "another"})
    assert "no longer holds" in words(page.run())
    assert "✓" not in words(page)


def test_an_element_that_is_gone_is_told_in_words(shown, app_folder):
    page = shown()
    (app_folder / "SMS" / "Codes").rename(app_folder / "elsewhere")
    assert "There is no element" in page.run().error[0].value
