"""The preview and the test send, up to the sandbox: what is restated, what goes out, what is told."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from tests import wire
from ui import plan as plans
from ui import send, workspace
from ui.arming import Arming, Person
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
    parts = (page.markdown, page.caption, page.warning, page.info, page.code)
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
    page.text_area(key=f"{FIELDS}.lines").set_value("code = 2468\n\nname=Lin=Lin").run()
    press(page)
    (arrived,) = workspace.sandbox().messages()
    assert "Simulated: accepted" in texts(page)
    assert arrived.number == "13812345678"


def test_a_line_without_a_value_is_told_and_nothing_is_sent(sending):
    page = sending(text="")
    page.text_area(key=f"{FIELDS}.lines").set_value("code = 2468\nnonsense").run()
    press(page)
    assert "params.nonsense has no value" in texts(page)
    assert workspace.sandbox().messages() == []


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


def test_live_is_off_until_it_is_switched_on_and_nothing_goes_out_before_it_is_armed(sending):
    page = sending()
    assert "Simulate" in texts(page)
    page.segmented_control(key="mode").set_value("live").run()
    assert "Live, not armed" in texts(page)
    assert "Live is not armed" in texts(page)
    assert page.button(key="send_live").label == "Send 1 real message"
    assert page.button(key="send_live").disabled
    assert "send" not in [button.key for button in page.button]


@pytest.fixture
def armed(sending, monkeypatch):
    """`armed(url)` opens a page in Live, armed for one number; its real messages go to `url`."""

    def run(url, number="13812345678", left=10, seconds=900):
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", url)
        page = sending()
        page.session_state["mode"] = "live"
        page.session_state["arming_held"] = Arming((Person("Lin", number),), 10, left, time.time() + seconds)
        return page.run()

    return run


def confirm(page):
    """Press the button of a real send, and then the one in the dialog."""
    return press(press(page, "send_live"), "confirm_live")


def keys(page):
    return [button.key for button in page.button]


COUNTED = {
    # what the address answers, what the card says, what is left of 10
    "accepted": (wire.answering(wire.OK), "no proof of delivery", "9 of 10 messages left"),
    "refused": (
        wire.answering(wire.http("200 OK", '{"Code":"isv.OUT_OF_SERVICE","Message":"no","RequestId":"R-7"}')),
        "Nothing went out, and nothing is charged",
        "10 of 10 messages left",
    ),
    "unknown": (wire.resetting, "it may have gone out", "9 of 10 messages left"),
}


@pytest.mark.parametrize(("behaviour", "said", "left"), COUNTED.values(), ids=COUNTED)
def test_what_was_sent_or_may_have_been_counts(armed, behaviour, said, left):
    with wire.serving(behaviour) as server:
        page = armed(server.url)
        assert "10 of 10 messages left, 15 minutes left, for Lin 138" in texts(page)
        page = confirm(page)
    assert len(server.requests) == 1
    assert said in texts(page)
    assert left in texts(page.run())


def test_a_refusal_leads_to_the_diagnosis_only_when_it_is_alibabas(armed, sending):
    with wire.serving(COUNTED["refused"][0]) as server:
        page = confirm(armed(server.url))
    (link,) = [node.proto.url for node in page.main if node.type == "link_button"]
    assert link == "https://api.aliyun.com/troubleshoot?q=isv.OUT_OF_SERVICE&product=Dysmsapi&requestId=R-7"
    page = press(sending(numbers="10000000121"))
    assert "isv.OUT\\_OF\\_SERVICE" in texts(page)
    assert [node for node in page.main if node.type == "link_button"] == []


@pytest.mark.parametrize(
    ("behaviour", "said"), [(wire.resetting, "it may have gone out"), (wire.answering(wire.OK), "took the very same")]
)
def test_a_second_message_of_the_same_content_needs_a_tick(armed, behaviour, said):
    with wire.serving(behaviour) as server:
        page = press(confirm(armed(server.url)), "again")
        press(page, "send_live")
        assert said in texts(page)
        assert page.button(key="confirm_live").disabled
        assert [tick.value for tick in page.checkbox] == [False]
        assert len(server.requests) == 1


def test_the_same_again_after_the_window_asks_no_more_than_any_other(armed):
    with wire.serving(wire.answering(wire.OK)) as server:
        page = press(confirm(armed(server.url)), "again")
        earlier = page.session_state["earlier SMS.Codes"]
        for content, outcome in earlier.items():
            earlier[content] = replace(outcome, at=outcome.at - timedelta(seconds=46))
        confirm(page)
    assert len(server.requests) == 2


def test_a_simulated_send_whose_outcome_is_unknown_asks_before_the_next(sending):
    page = press(sending(numbers="10000000401"))
    assert "Outcome unknown" in texts(page)
    press(page, "again")
    assert "send" not in keys(page)
    press(page, "send_doubtful")
    assert page.button(key="confirm_live").disabled
    assert len(workspace.sandbox().messages()) == 1


NOT_OUT = {
    # how it is armed, what the page says
    "another number": ({"number": "13987654321"}, "Not among those who may get real messages: 138"),
    "time is up": ({"seconds": -1}, "its time was up"),
    "cap is reached": ({"left": 0}, "its messages are used up"),
}


@pytest.mark.parametrize(("arming", "why"), NOT_OUT.values(), ids=NOT_OUT)
def test_no_real_message_can_be_sent_and_the_page_says_why(armed, arming, why):
    page = armed("http://127.0.0.1:9", **arming)
    assert why in texts(page)
    assert "send_live" not in keys(page) or page.button(key="send_live").disabled


def test_what_was_armed_when_the_dialog_opened_may_be_armed_no_more(armed):
    with wire.serving(wire.answering(wire.OK)) as server:
        page = press(armed(server.url), "send_live")
        page.session_state["arming_held"] = replace(page.session_state["arming_held"], until=time.time())
        press(page, "confirm_live")
    assert server.requests == []
    assert "its time was up" in texts(page)


def test_a_live_plan_of_an_element_changed_meanwhile_is_not_sent(app_folder, monkeypatch):
    monkeypatch.setenv("SMS_APP", str(app_folder))
    plan = plans.Plan("SMS.Codes", True, recipients(["13812345678"]), "s", "SMS_1", "", (), "what was read before")
    monkeypatch.setattr(send.arming, "take", lambda numbers: True)
    monkeypatch.setattr(send, "carry_out", lambda plan: pytest.fail("it was sent"))
    send._send_once(plan, sure=True)
