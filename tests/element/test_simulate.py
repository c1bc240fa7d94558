"""A simulated send is the real one, to a sandbox; nothing of it leaves this machine."""

import sys
from ipaddress import ip_address

import pytest

from element import App, ElementError, MissingParameter, Refused
from element.sandbox import Sandbox, serve
from element.simulate import rehearse
from tests.element.apps import LOFT, pigeon

dialled: list[str] | None = None


def _note_addresses(event, arguments):
    if dialled is not None and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        address = arguments[1][0] if event == "socket.connect" else arguments[0]
        dialled.append(str(address))


sys.addaudithook(_note_addresses)


@pytest.fixture
def addresses(monkeypatch):
    """Every address that the process dials or looks up during the test."""
    monkeypatch.setattr(sys.modules[__name__], "dialled", [])
    return dialled


@pytest.fixture
def rehearsed(app_folder):
    own = Sandbox()
    with serve(own) as serving:
        app = App(app_folder, endpoint=serving.url)
        rehearse(app, "SMS.Codes", own, template_code="SMS_1", template_text="Code ${code}", sign="别的签名")
        element = app.getElement("SMS.Codes")
        yield element, own
        element.close()


def test_the_message_arrives_in_the_sandbox(rehearsed):
    element, sandbox = rehearsed
    body = element.sendMessage(
        phoneList=["13800138000", "13900139000"], params={"code": "1"}, verifyTemplateCode="SMS_1"
    )
    assert body.code == "OK"
    arrived = sandbox.messages()
    assert {message.number for message in arrived} == {"13800138000", "13900139000"}
    assert {message.text for message in arrived} == {"【阿里云短信测试】Code 1"}
    assert {message.biz_id for message in arrived} == {body.biz_id}


def test_another_signature_is_known_too(rehearsed):
    element, sandbox = rehearsed
    element.sendMessage(
        phoneList=["13800138000"], params={"code": "1"}, verifyTemplateCode="SMS_1", verifySign="别的签名"
    )
    assert sandbox.messages()[0].text == "【别的签名】Code 1"


def test_what_the_sandbox_was_not_told_is_refused_as_alibaba_refuses_it(rehearsed):
    element, _ = rehearsed
    with pytest.raises(Refused) as caught:
        element.sendMessage(phoneList=["13800138000"], params={"code": "1"}, verifyTemplateCode="SMS_2")
    assert caught.value.result_code == "isv.SMS_TEMPLATE_ILLEGAL"


def test_nothing_leaves_loopback_even_where_a_proxy_is_named(rehearsed, monkeypatch, addresses):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    element, sandbox = rehearsed
    element.sendMessage(phoneList=["13800138000"], params={"code": "1"}, verifyTemplateCode="SMS_1")
    assert sandbox.messages()
    assert addresses
    assert all(ip_address(address).is_loopback for address in addresses)


def test_an_element_that_is_not_complete_cannot_be_rehearsed(app_folder):
    (app_folder / "SMS" / "Codes" / "sms.json").write_text(
        '{"accessKey": "a", "accessSecret": "{{NOT_SET}}", "verifySign": "s"}'
    )
    with pytest.raises(MissingParameter, match="environment variable NOT_SET"):
        rehearse(App(app_folder), "SMS.Codes", Sandbox(), template_code="SMS_1")


@pytest.mark.parametrize("value", ["张三", "~!*'() +&=%", "a\nb", "\"'\\/<>", "x${code}", "😀", "%7E+%20"])
@pytest.mark.parametrize("operation", ["sendMessage", "sendBatch"])
def test_any_value_is_signed_as_it_is_sent_in_query_and_form_alike(rehearsed, operation, value):
    element, sandbox = rehearsed
    number, params = "13800138000", {"code": value}
    call = {"sendMessage": ([number], params), "sendBatch": ([(number, params)],)}[operation]
    refusal = ""
    try:
        getattr(element, operation)(*call, verifyTemplateCode="SMS_1")
    except Refused as error:
        refusal = error.result_code
    assert refusal in ("", "isv.UNSUPPORTED_CONTENT"), "the signature is right, whatever the text"
    assert refusal or sandbox.messages(number)[0].text == f"【阿里云短信测试】Code {value}"


def test_an_element_that_sends_elsewhere_cannot_be_simulated(make):
    app = make("Shop", {**LOFT, **pigeon("elsewhere")})
    with pytest.raises(ElementError, match=r"SMS\.Loft does not send through Alibaba Cloud.* Nothing was sent"):
        rehearse(app, "SMS.Loft", Sandbox(), template_code="SMS_1")
