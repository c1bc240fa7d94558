"""What people do with the designer, in a real browser: each journey ends in something that can be seen."""

import json
import re

import pytest
from playwright.sync_api import expect

from element.sandbox import Sandbox, serve
from element.sandbox.faults import Rule
from element.sandbox.terminal import fetch_messages
from tests.conftest import SECRET, SMS, E, write_element
from tests.ui.browser import button, field, open_page, running_designer, tab, wait_idle
from ui.text import in_language

NUMBER = "13812345678"
FIELDS = {
    "en": ("Element title", "AccessKey ID", "AccessKey Secret", "SMS signature"),
    "zh": ("元素名称", "AccessKey ID", "AccessKey Secret", "短信签名"),
}
VALUES = ("Order notices", "LTAI-any-key", SECRET, "云商城")


def create_first(page, language):
    """From the empty screen to an element: two clicks, and the keyboard in between."""
    button(page, in_language("elements.create_first", language)).click()
    field(page, FIELDS[language][0]).focus()
    for title, value in zip(FIELDS[language], VALUES, strict=True):
        tab_to(page, field(page, title))
        page.keyboard.insert_text(value)
    button(page, in_language("designer.create", language)).click()
    expect(tab(page, in_language("screen.send", language))).to_be_visible()


def tab_to(page, target):
    """Press Tab until the target has the focus; the signs of help on the way are stops too."""
    for _ in range(6):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_newcomer_gets_to_a_simulated_message_in_five_clicks(browser, served, tmp_path, language):
    page = open_page(browser, served, language)
    page.evaluate("() => { window.clicks = 0; addEventListener('mousedown', () => window.clicks++, true) }")
    create_first(page, language)
    tab(page, in_language("screen.send", language)).click()
    button(page, in_language("message.example", language)).click()
    button(page, in_language("send.simulate", language, count=1)).click()
    expect(page.get_by_text(in_language("result.accepted_simulate", language))).to_be_visible()
    text = in_language("message.text_example", language).replace("${code}", "123456")
    expect(page.locator(".bubble")).to_have_text(f"【云商城】{text}")
    assert page.evaluate("window.clicks") <= 5
    saved = json.loads((tmp_path / "app/SMS/aliyunSms01/sms.json").read_text("utf-8"))
    assert saved == dict(zip(("accessKey", "accessSecret", "verifySign"), VALUES[1:], strict=True))


def test_a_template_is_previewed_while_its_values_are_typed(browser, served, tmp_path):
    write_element(tmp_path / "app", "Codes", E, SMS)
    page = open_page(browser, served)
    tab(page, "Preview").click()
    field(page, "Template text").fill("Dear ${name}, ${event} takes place at ${time}.")
    field(page, "Template text").blur()
    expect(page.locator(".bubble")).to_have_text("【阿里云短信测试】Dear Lin, Maintenance takes place at 10:30.")
    field(page, "event").fill("Maintenance!")
    expect(page.locator(".bubble")).to_contain_text("Maintenance! takes place")


@pytest.mark.parametrize("name", ["Send test", "Configuration"])
def test_a_click_elsewhere_right_after_typing_is_not_lost(browser, served, tmp_path, name):
    write_element(tmp_path / "app", "Codes", E, SMS)
    page = open_page(browser, served)
    tab(page, "Preview").click()
    field(page, "Template text").fill("Your code is ${code}.")
    tab(page, name).click()
    expect(page.get_by_role("tabpanel", name=name).get_by_role("textbox").first).to_be_visible()
    wait_idle(page)
    tab(page, "Send test").click()
    expect(field(page, "Template text")).to_have_value("Your code is ${code}.")
    expect(field(page, "code")).to_have_value("123456")


def test_the_language_changes_in_place(browser, served, tmp_path):
    write_element(tmp_path / "app", "Codes", E, SMS)
    page = open_page(browser, served)
    tab(page, "Send test").click()
    field(page, "Recipients").fill(NUMBER)
    page.get_by_role("radio", name="中文").click()
    expect(tab(page, "发送测试")).to_have_attribute("aria-selected", "true")
    expect(field(page, "手机号码")).to_have_value(NUMBER)
    expect(page).to_have_url(f"{served}/?lang=zh")
    page.reload()
    expect(tab(page, "配置")).to_be_visible()


def test_an_address_leads_to_an_element(browser, served, tmp_path):
    for name in ("Codes", "Notices"):
        write_element(tmp_path / "app", name, {**E, "title": name}, SMS)
    page = open_page(browser, f"{served}/?element=SMS.Notices&lang=zh")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Notices")
    expect(tab(page, "发送测试")).to_be_visible()


def test_a_double_click_is_one_send(browser, served, tmp_path):
    write_element(tmp_path / "app", "Codes", E, SMS)
    page = open_page(browser, served)
    tab(page, "Send test").click()
    button(page, "Use an example").click()
    button(page, "Send 1 simulated message").dblclick()
    expect(page.get_by_text("Simulated: accepted")).to_be_visible()
    wait_idle(page)
    assert len(fetch_messages(sandbox_of(tmp_path))) == 1


def test_a_file_that_changes_under_the_form_is_told_and_what_was_typed_stays(browser, served, tmp_path):
    directory = write_element(tmp_path / "app", "Codes", E, SMS)
    page = open_page(browser, served)
    field(page, "SMS signature").fill("typed")
    (directory / "sms.json").write_text(json.dumps({**SMS, "accessKey": "elsewhere"}), "utf-8")
    button(page, "Save").click()
    expect(page.get_by_text("changed on the disk")).to_be_visible()
    expect(field(page, "SMS signature")).to_have_value("typed")
    button(page, "Keep what is in the form").click()
    expect(page.get_by_text("changed on the disk")).to_be_hidden()
    button(page, "Save").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert json.loads((directory / "sms.json").read_text("utf-8")) == {**SMS, "verifySign": "typed"}


def test_an_element_that_is_gone_is_told_where_it_was(browser, served, tmp_path):
    directory = write_element(tmp_path / "app", "Codes", E, SMS)
    page = open_page(browser, served)
    tab(page, "Preview").click()
    field(page, "Template text").fill("Hello")
    directory.rename(tmp_path / "gone")
    field(page, "Template text").blur()
    expect(page.get_by_text("There is no element SMS.Codes")).to_be_visible()


@pytest.fixture
def stand_in():
    """A second sandbox in the place of Alibaba Cloud."""
    sandbox = Sandbox(lenient=True)
    sandbox.add_account(SMS["accessKey"], SMS["accessSecret"])
    with serve(sandbox) as serving:
        sandbox.url = serving.url
        yield sandbox


def arm(page, name, number, most=None):
    """In Live: name who may get real messages."""
    field(page, "Name 1").fill(name)
    field(page, "Number 1").fill(number)
    if most:
        page.get_by_role("spinbutton", name="Messages at most").fill(str(most))
    button(page, "Arm Live").click()


def test_a_real_message_needs_a_switch_arming_and_a_confirmation(browser, stand_in, tmp_path):
    write_element(tmp_path / "app", "Codes", E, SMS)
    with running_designer(tmp_path, DYSMSAPI_ENDPOINT=stand_in.url) as address:
        page = open_page(browser, address)
        tab(page, "Send test").click()
        field(page, "Recipients").fill(NUMBER)
        field(page, "Template code").fill("SMS_1")
        page.get_by_role("radio", name="Live").click()
        expect(page.get_by_text("Live, not armed")).to_be_visible()
        expect(button(page, "Send 1 real message")).to_be_disabled()
        arm(page, "Lin", "13800138000")
        expect(page.get_by_text("out of documentation")).to_be_visible()
        arm(page, "Lin", NUMBER)
        expect(page.get_by_text("10 of 10 messages left")).to_be_visible()
        dialog = page.get_by_role("dialog")

        button(page, "Send 1 real message").click()
        expect(dialog).to_contain_text("Alibaba Cloud charges for real messages")
        expect(dialog).to_contain_text("Lin 138****5678")
        button(dialog, "Cancel").click()
        expect(dialog).to_be_hidden()
        assert stand_in.messages() == []

        button(page, "Send 1 real message").click()
        button(dialog, "Send 1 real message").dblclick()
        expect(page.get_by_text("Accepted by Alibaba Cloud (no proof of delivery)")).to_be_visible()
        expect(dialog).to_be_hidden()
        expect(page.get_by_text("9 of 10 messages left")).to_be_visible()
        assert [message.number for message in stand_in.messages()] == [NUMBER]

        button(page, "Send the same again").click()
        button(page, "Send 1 real message").click()
        expect(dialog).to_contain_text("took the very same message")
        expect(button(dialog, "Send 1 real message")).to_be_disabled()
        dialog.get_by_text("Send it all the same").click()
        button(dialog, "Send 1 real message").click()
        expect(page.get_by_text("8 of 10 messages left")).to_be_visible()
        assert len(stand_in.messages()) == 2

        button(page, "Disarm").click()
        expect(button(page, "Send 1 simulated message")).to_be_visible()


def test_live_goes_off_by_itself_when_its_messages_are_used_up(browser, stand_in, tmp_path):
    write_element(tmp_path / "app", "Codes", E, SMS)
    with running_designer(tmp_path, DYSMSAPI_ENDPOINT=stand_in.url) as address:
        page = open_page(browser, address)
        tab(page, "Send test").click()
        field(page, "Recipients").fill(NUMBER)
        field(page, "Template code").fill("SMS_1")
        page.get_by_role("radio", name="Live").click()
        arm(page, "Lin", NUMBER, most=1)
        button(page, "Send 1 real message").click()
        button(page.get_by_role("dialog"), "Send 1 real message").click()
        expect(page.get_by_text("its messages are used up")).to_be_visible()
        expect(button(page, "Send 1 simulated message")).to_be_visible()
        assert len(stand_in.messages()) == 1


def test_an_unknown_outcome_leads_to_the_delivery_record(browser, stand_in, tmp_path):
    write_element(tmp_path / "app", "Codes", E, SMS)
    stand_in.faults.add(Rule(outcome="lost", operation="SendSms"))
    with running_designer(tmp_path, DYSMSAPI_ENDPOINT=stand_in.url) as address:
        page = open_page(browser, address)
        tab(page, "Send test").click()
        field(page, "Recipients").fill(NUMBER)
        field(page, "Template code").fill("SMS_1")
        page.get_by_role("radio", name="Live").click()
        arm(page, "Lin", NUMBER)
        button(page, "Send 1 real message").click()
        button(page.get_by_role("dialog"), "Send 1 real message").click()
        expect(page.get_by_text("Outcome unknown: it may have gone out")).to_be_visible()
        stand_in.clock.advance(4)
        button(page, "Check delivery record").click()
        expect(page.get_by_role("listitem")).to_contain_text("138****5678")
        expect(page.get_by_role("listitem")).to_contain_text("delivered, 2")
        assert len(stand_in.messages()) == 1


def test_no_secret_reaches_the_browser_and_no_typed_one_comes_back(browser, served, tmp_path):
    write_element(tmp_path / "app", "Stored", E, SMS)
    page = browser.new_context(locale="en-US").new_page()
    received = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(bytes_of(frame))))
    page.goto(served)
    wait_idle(page)
    for name in ("Preview", "Send test", "Configuration"):
        tab(page, name).click()
        wait_idle(page)
        assert SECRET not in page.content()
    button(page, "New element").click()
    expect(page.get_by_role("heading", name="New element")).to_be_visible()
    wait_idle(page)
    for title, value in zip(FIELDS["en"], (*VALUES[:2], "typed-canary-55aa", VALUES[3]), strict=True):
        field(page, title).fill(value)
    button(page, "Create").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(field(page, "AccessKey Secret")).to_have_value("")
    everything = b"".join(received)
    assert len(everything) > 10_000
    assert SECRET.encode() not in everything
    assert b"typed-canary" not in everything
    assert "typed-canary" not in page.content()


def sandbox_of(folder):
    """The address of the designer's sandbox, as it was printed."""
    return re.search(r"http://127\.0\.0\.1:\d+", (folder / "designer.log").read_text("utf-8"))[0]


def bytes_of(frame):
    return frame if isinstance(frame, bytes) else frame.encode()
