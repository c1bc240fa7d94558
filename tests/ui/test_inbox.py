"""The sandbox's inbox on the page: threads, codes, states, and nothing but what lies there."""

import pytest
from streamlit.testing.v1 import AppTest

from element.simulate import rehearse
from ui import inbox, workspace

TEXT = "Your code is ${code}."


def script():
    from ui import inbox

    inbox.panel("SMS.Codes")


@pytest.fixture
def page(app_folder, monkeypatch):
    """`page((number, code), …)` shows the inbox after these sends, oldest first."""
    monkeypatch.setenv("SMS_APP", str(app_folder))
    workspace.sandbox().delete()

    def run(*sends, text=TEXT, locale="en-US"):
        app = workspace.simulated()
        rehearse(app, "SMS.Codes", workspace.sandbox(), template_code="SMS_1", template_text=text)
        for number, code in sends:
            app.getElement("SMS.Codes").sendMessage([number], {"code": code}, "SMS_1")
        shown = AppTest.from_function(script, default_timeout=20)
        shown.context = {"locale": locale}
        return shown.run()

    yield run
    workspace.sandbox().delete()


def bubbles(page):
    return [node.proto.body for node in page.main if node.type == "html"]


@pytest.mark.parametrize(("locale", "words"), [("en-US", "inbox is empty"), ("zh-CN", "收件箱是空的")])
def test_an_empty_inbox_says_what_will_lie_there(page, locale, words):
    shown = page(locale=locale)
    assert words in shown.markdown[0].value


def test_each_number_has_a_thread_and_the_newest_stands_first(page):
    shown = page(("13812345678", "1111"), ("13900139000", "2222"), ("13812345678", "3333"))
    assert [each.value.replace("\\", "") for each in shown.markdown] == ["**138****5678**", "**139****9000**"]
    assert [each.value for each in shown.code] == ["3333", "1111", "2222"]


def test_the_full_number_is_not_on_the_page(page):
    shown = page(("13812345678", "1111"))
    assert "13812345678" not in "".join([*bubbles(shown), *(each.value for each in (*shown.markdown, *shown.caption))])


def test_a_switch_turns_alibabas_limits_on_and_off(page):
    shown = page()
    assert not shown.toggle(key="sandbox_limits").value
    shown.toggle(key="sandbox_limits").set_value(True).run()
    assert workspace.sandbox().frequency.on
    shown.toggle(key="sandbox_limits").set_value(False).run()
    assert not workspace.sandbox().frequency.on


STATES = {
    # seconds after the send, what is said in English, in Chinese
    "at once": (0, "waiting for the receipt", "等待回执"),
    "after the receipt": (60, "delivered", "已送达"),
}


@pytest.mark.parametrize(("seconds", "en", "zh"), STATES.values(), ids=STATES)
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_state_parts_and_template_stand_under_the_message(page, monkeypatch, seconds, en, zh, locale):
    shown = page(("13812345678", "1111"), locale=locale)
    now = workspace.sandbox().clock.now() + seconds
    monkeypatch.setattr(workspace.sandbox().clock, "now", lambda: now)
    facts = " ".join(each.value for each in shown.run().caption)
    assert {"en-US": en, "zh-CN": zh}[locale] in facts
    assert {"en-US": "1 part", "zh-CN": "计费 1 条"}[locale] in facts
    assert "SMS\\_1" in facts


def test_a_message_without_a_code_offers_none_to_copy(page):
    assert not page(("13812345678", "x"), text="Maintenance tonight.").code


def test_what_a_message_says_is_shown_as_text(page):
    (bubble,) = bubbles(page(("13812345678", "1"), text="<script>alert(1)</script>"))
    assert "<script>" not in bubble
    assert "&lt;script&gt;" in bubble


def test_what_does_not_fit_is_counted(page, monkeypatch):
    monkeypatch.setattr(inbox, "_MOST_NUMBERS", 1)
    monkeypatch.setattr(inbox, "_MOST_MESSAGES", 1)
    shown = page(("13900139000", "1111"), ("13812345678", "2222"), ("13812345678", "3333"))
    captions = [each.value for each in shown.caption]
    assert "1 older message to this number" in captions
    assert "1 more number with older messages" in captions


def test_the_inbox_can_be_emptied(page):
    shown = page(("13812345678", "1111"))
    shown.button(key="clear_inbox").click().run()
    assert workspace.sandbox().messages() == []
    assert "inbox is empty" in shown.markdown[0].value
