"""The preview and the test send, up to the sandbox: what is restated, what goes out, what is told."""

import pytest

from tests import wire
from ui import plan as plans
from ui import workspace
from ui.numbers import recipients

FIELDS = "message.SMS.Codes"
TEXT = "Dear ${name}, your code is ${code}."
NUMBERS, CODE = f"{FIELDS}.phoneList", f"{FIELDS}.verifyTemplateCode"


@pytest.fixture
def sending(designer, app_folder):
    """`sending(numbers, code, text)` opens the send tab and fills it in."""

    def run(numbers="13812345678", code="SMS_1", text=TEXT, locale="en-US"):
        page = designer(app_folder, locale)
        page.session_state["tab"] = {"en-US": "Send test", "zh-CN": "发送测试"}[locale]
        page.run()
        page.text_area(key=NUMBERS).set_value(numbers)
        page.text_input(key=CODE).set_value(code)
        page.text_area(key=f"{FIELDS}.text").set_value(text)
        return page.run()

    workspace.sandbox().inbox.delete()
    return run


def press(page, key="send"):
    page.button(key=key).click().run()
    assert not page.exception
    return page


def texts(page):
    parts = (page.markdown, page.caption, page.warning, page.code)
    return "\n".join([element.value for part in parts for element in part] + html(page))


def html(page):
    return [node.proto.body for node in page.main if node.type == "html"]


def test_each_placeholder_gets_a_field_with_a_valid_sample(sending):
    page = sending()
    assert page.text_input(key=f"{FIELDS}.param.name").value == "Lin"
    assert page.text_input(key=f"{FIELDS}.param.code").value == "123456"
    assert "【阿里云短信测试】Dear Lin, your code is 123456." in texts(page)


def test_the_plan_is_restated_with_masked_numbers_and_the_bill(sending):
    page = sending("13812345678\n+86 139 0013 9000", text="x" * 70)
    assert "138****5678, 139****9000" in texts(page)
    assert "2 recipients × 2 parts = 4 billed" in texts(page)
    assert workspace.sandbox_url() in texts(page)
    assert page.button(key="send").label == "Send 2 simulated messages"
    assert "1 number was tidied up" in texts(page)
    assert "13812345678" not in texts(page)


def test_a_simulated_send_arrives_in_the_sandbox_and_is_shown_from_there(sending):
    page = press(sending())
    (arrived,) = workspace.sandbox().messages("13812345678")
    assert arrived.text == "【阿里云短信测试】Dear Lin, your code is 123456."
    assert "Simulated: accepted by the sandbox" in texts(page)
    assert arrived.biz_id in texts(page)
    assert arrived.request_id in texts(page)
    assert any(arrived.text in body for body in html(page))


def test_a_template_without_placeholders_needs_no_values(sending):
    page = sending(text="Maintenance tonight.")
    assert "no placeholders" in texts(page)
    assert "Simulated: accepted" in texts(press(page))


def test_without_a_template_text_values_are_typed_as_lines(sending):
    page = sending(text="")
    page.text_area(key=f"{FIELDS}.lines").set_value("code = 2468\nnonsense\nname=Lin=Lin").run()
    press(page)
    (arrived,) = workspace.sandbox().messages()
    assert "Simulated: accepted" in texts(page)
    assert arrived.number == "13812345678"


def test_the_same_plan_goes_out_once_until_it_is_asked_for_again(sending):
    page = press(sending())
    assert "send" not in [button.key for button in page.button]
    page = press(press(page, "again"))
    assert len(workspace.sandbox().messages()) == 2


def test_a_changed_plan_may_go_out_at_once_and_the_last_result_stays(sending):
    page = press(sending())
    page.text_input(key=f"{FIELDS}.param.code").set_value("654321").run()
    assert "Simulated: accepted" in texts(page)
    press(page)
    assert len(workspace.sandbox().messages()) == 2


NOT_SENT = {
    # what is typed, what is said in English, in Chinese, which codes
    "no numbers": ({"numbers": ""}, "phoneList is empty", "phoneList 为空", "46001"),
    "no template code": ({"code": ""}, "verifyTemplateCode", "verifyTemplateCode", "46001"),
    "no phone number": (
        {"numbers": "12345"},
        "Alibaba Cloud refused",
        "阿里云拒绝",
        "46002 · isv.MOBILE_NUMBER_ILLEGAL",
    ),
}


@pytest.mark.parametrize(("typed", "en", "zh", "codes"), NOT_SENT.values(), ids=NOT_SENT)
def test_what_is_not_sent_says_why_and_what_to_do_in_both_languages(sending, typed, en, zh, codes):
    for locale, words, heading in (("en-US", en, "Not sent"), ("zh-CN", zh, "未发送")):
        page = texts(press(sending(**typed, locale=locale)))
        assert heading in page
        assert words in page.replace("\\", "")
        assert codes in page
    assert workspace.sandbox().messages() == []


def test_a_placeholder_without_a_value_stands_out_and_is_not_sent(sending):
    page = sending()
    page.text_input(key=f"{FIELDS}.param.code").set_value("").run()
    assert "Without a value: code" in texts(page)
    assert "<mark>${code}</mark>" in texts(page)
    assert "Not sent" in texts(press(page))


def test_an_element_that_is_gone_is_left(sending, app_folder):
    page = sending()
    (app_folder / "SMS" / "Codes").rename(app_folder / "elsewhere")
    assert press(page).title[0].value == "No SMS element yet"


def test_the_example_fills_number_code_and_text(designer, app_folder):
    page = designer(app_folder)
    page.session_state["tab"] = "Preview"
    press(page.run(), "example")
    page.session_state["tab"] = "Send test"
    page.run()
    assert page.text_area(key=NUMBERS).value == "13800138000"
    assert page.text_input(key=CODE).value == "SMS_154950909"
    assert "Simulated: accepted" in texts(press(page))


def test_what_a_person_typed_is_shown_as_text(sending):
    page = sending(text="<b>${x}</b> *a* <script>alert(1)</script>")
    page.text_input(key=f"{FIELDS}.param.x").set_value("<img src=x>").run()
    assert "<script>" not in "".join(html(page))
    assert "&lt;b&gt;&lt;img src=x&gt;&lt;/b&gt; *a*" in "".join(html(page))


LIVE = {
    "accepted": (wire.answering(wire.OK), "accepted", None),
    "refused": (
        wire.answering(wire.http("200 OK", '{"Code":"isv.X","Message":"no","RequestId":"R"}')),
        "refused",
        False,
    ),
    "unknown": (wire.resetting, "unknown", None),
}


@pytest.mark.parametrize(("behaviour", "kind", "sent"), LIVE.values(), ids=LIVE)
def test_a_live_plan_goes_where_the_app_sends_and_ends_in_one_of_three_ways(
    app_folder, monkeypatch, behaviour, kind, sent
):
    monkeypatch.setenv("SMS_APP", str(app_folder))
    plan = plans.Plan("SMS.Codes", True, recipients(["13812345678"]), "s", "SMS_1", "", (("code", "1"),))
    with wire.serving(behaviour) as server:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", server.url)
        outcome = plans.carry_out(plan)
    assert len(server.requests) == 1
    assert outcome.kind == kind
    assert getattr(outcome.error, "sent", None) is sent


def test_simulate_never_asks_the_address_for_real_messages(sending, monkeypatch):
    with wire.serving(wire.answering(wire.OK)) as real:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", real.url)
        press(sending())
    assert real.connections == 0
    assert len(workspace.sandbox().messages()) == 1


def test_live_is_off_until_it_is_switched_on_and_then_says_so(sending):
    page = sending()
    assert "Simulate" in texts(page)
    page.segmented_control(key="mode").set_value("live").run()
    assert "Real messages to real phones through dysmsapi.aliyuncs.com" in texts(page)
    assert page.button(key="send_live").label == "Send 1 real message"
    assert "send" not in [button.key for button in page.button]
