"""What can come back from the wire, and what a person is told: code, certainty and text, in one table."""

import socket

import pytest

from element import MissingParameter, Refused, RequestFailed, SmsError
from element import wire as wire_module
from element.redact import redact
from tests import wire
from tests.conftest import refused

DENIED = '{"Code":"isv.SMS_SIGNATURE_ILLEGAL","Message":"签名不合法(不存在或被拉黑)","RequestId":"R-1"}'
THROTTLED = '{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"R-2"}'
BROKEN = '{"Code":"InternalError","Message":"The request processing has failed.","RequestId":"R-3"}'
UNLISTED = '{"Code":"isv.NEWLY_INVENTED","Message":"Something new.","RequestId":"R-4"}'
CHECK = "look at the delivery record before sending again"

ANSWERS = [
    # answer, code, .sent, what the text says
    (wire.http("200 OK", DENIED), 46002, False, "SIGNATURE_ILLEGAL): 签名不合法(不存在或被拉黑) (RequestId R-1)"),
    (wire.http("400 Bad Request", THROTTLED), 46002, False, "Throttling.User): Request was denied"),
    (wire.http("500 Error", BROKEN), 46002, None, CHECK),
    (wire.http("200 OK", UNLISTED), 46002, False, "(isv.NEWLY_INVENTED): Something new. (RequestId R-4)"),
    (wire.http("503 Unavailable", "<html>busy</html>"), 46003, None, "the answer was not Alibaba's"),
    (wire.http("404 Not Found", ""), 46003, None, "the answer was not Alibaba's"),
    (wire.http("200 OK", "<html>Sign in to the hotel's network</html>"), 46003, None, "the answer was not Alibaba's"),
    (wire.http("200 OK", ""), 46003, None, CHECK),
    (wire.http("200 OK", "[]"), 46003, None, CHECK),
    (wire.http("200 OK", "null"), 46003, None, CHECK),
    (wire.http("200 OK", '{"Code":200}'), 46003, None, CHECK),
    (wire.http("200 OK", b"\xff\xfe\x00"), 46003, None, CHECK),
    (wire.http("200 OK", "[" * 100_000), 46003, None, CHECK),
    (wire.http("502 Bad Gateway", '{"Code":"OK"}'), 46003, None, CHECK),
    (wire.http("307 Temporary Redirect", "", "Location: http://127.0.0.1:9/"), 46003, None, "another address, which"),
    (b"not http at all\r\n\r\n", 46003, None, CHECK),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "code", "sent", "text"), ANSWERS)
def test_an_answer_gives_its_code_and_says_whether_anything_was_sent(send, answer, code, sent, text):
    with wire.serving(wire.answering(answer)) as server, pytest.raises(SmsError) as caught:
        send(server.url)
    assert (caught.value.code, caught.value.sent) == (code, sent)
    assert text in str(caught.value)
    assert len(server.requests) == 1


def test_ok_returns_the_sdks_response_body(send):
    with wire.serving(wire.answering(wire.OK)) as server:
        body = send(server.url)
    assert (body.code, body.message, body.biz_id, body.request_id) == ("OK", "OK", "9006197469364984^0", "F655A8D5")


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        (wire.hanging(2), "timeout"),
        (wire.closing, "reset"),
        (wire.resetting, "reset"),
        (wire.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), "timeout"),
        (wire.dripping(wire.OK, 0.05), "timeout"),
        (wire.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 5_000_000), "too_large"),
    ],
)
def test_a_lost_answer_is_unknown_and_is_never_sent_again(send, monkeypatch, behaviour, cause):
    monkeypatch.setattr(wire_module, "TOTAL_SECONDS", 0.5)
    with wire.serving(behaviour) as server, pytest.raises(RequestFailed) as caught:
        send(server.url)
    assert (caught.value.code, caught.value.sent, caught.value.cause) == (46003, None, cause)
    assert CHECK in str(caught.value)
    assert len(server.requests) == 1


def test_a_refused_connection_is_surely_not_sent(send):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(
        RequestFailed, match=r"did not reach 127\.0\.0\.1 \(no connection\)\. Nothing was sent"
    ) as caught:
        send(f"http://127.0.0.1:{port}")
    assert (caught.value.sent, caught.value.cause) == (False, "connect")


def test_a_name_that_does_not_resolve_is_surely_not_sent(send):
    with pytest.raises(RequestFailed, match="the name could not be resolved") as caught:
        send("http://dysmsapi.invalid")
    assert (caught.value.sent, caught.value.cause) == (False, "dns")


def test_a_server_without_tls_is_surely_not_sent(send):
    with wire.serving(wire.closing, greeting=b"220 plain text\r\n") as server, pytest.raises(RequestFailed) as caught:
        send(server.url.replace("http:", "https:"))
    assert (caught.value.sent, caught.value.cause) == (False, "tls")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"phoneList": None}, "phoneList is missing, so nothing was sent"),
        ({"phoneList": []}, "phoneList is empty, so nothing was sent"),
        ({"phoneList": "13800138000"}, "phoneList must be a list, but is str"),
        ({"phoneList": ["13800138000", " "]}, "Entry 2 of phoneList is blank"),
        ({"phoneList": ["13800138000,13900139000"]}, "Entry 1 of phoneList holds more than one number"),
        ({"params": {"code": "1\ud83d"}}, "params.code holds half a character that cannot be sent"),
        ({"outId": False}, "outId must be a text, but is bool"),
        ({"phoneList": [None]}, "phoneList[0] must be a text, but is NoneType"),
        ({"params": None}, "params is missing"),
        ({"params": ["code"]}, "params must be a dict, but is list"),
        ({"params": {"code": None}}, "The template parameter params.code has no value"),
        ({"params": {"code": ""}}, "The template parameter params.code has no value"),
        ({"params": {"code": {"a": 1}}}, "params.code must be a text, but is dict"),
        ({"params": {"code": True}}, "params.code must be a text, but is bool"),
        ({"verifyTemplateCode": None}, "verifyTemplateCode is missing"),
        ({"verifyTemplateCode": "  "}, "verifyTemplateCode is missing"),
        ({"verifyTemplateCode": 1}, "verifyTemplateCode must be a text, but is int"),
        ({"verifySign": ""}, "verifySign is missing"),
    ],
)
def test_a_missing_parameter_is_46001_before_anything_is_sent(send, arguments, text):
    with wire.serving(wire.answering(wire.OK)) as server, pytest.raises(MissingParameter) as caught:
        send(server.url, **arguments)
    assert caught.value.code == 46001
    assert caught.value.sent is False
    assert text in str(caught.value)
    assert not server.connections


def test_every_error_speaks_chinese_too(send):
    with wire.serving(wire.answering(wire.http("200 OK", DENIED))) as server, pytest.raises(Refused) as caught:
        send(server.url)
    assert caught.value.in_language("zh").startswith("阿里云拒绝了这条短信（isv.SMS_SIGNATURE_ILLEGAL）")
    assert caught.value.advice.fix["zh"] in caught.value.in_language("zh")


def test_alibabas_echo_of_the_request_is_taken_out_of_the_message(send):
    echo = (
        '{"Code":"SignatureDoesNotMatch","RequestId":"R","Message":"Specified signature is not matched with our '
        'calculation. server string to sign is:POST&%2F&AccessKeyId%3Dtestid%26PhoneNumbers%3D13800138000"}'
    )
    with wire.serving(wire.answering(wire.http("400 Bad Request", echo))) as server, pytest.raises(Refused) as caught:
        send(server.url)
    assert "signature is not matched" in str(caught.value)
    assert "13800138000" not in str(caught.value)
    assert "testid" not in str(caught.value)


@pytest.mark.parametrize("value", ["InternalError", "Error", "isv", "SIGNATURE"])
@pytest.mark.parametrize(("code", "sent"), [("InternalError", None), ("isv.SMS_SIGNATURE_ILLEGAL", False)])
def test_a_listed_code_keeps_its_meaning_whatever_the_values_are(send, value, code, sent):
    answer = wire.http("200 OK", f'{{"Code":"{code}"}}')
    with wire.serving(wire.answering(answer)) as server, pytest.raises(Refused) as caught:
        send(server.url, params={"code": value})
    assert (caught.value.result_code, caught.value.sent) == (code, sent)


def test_an_unlisted_code_on_a_servers_error_leaves_the_outcome_open():
    assert refused("isv.NEWLY_INVENTED", status=504).sent is None
    assert refused("ServiceTimeout").sent is None


@pytest.mark.parametrize(
    ("private", "message", "shown"),
    [
        ("LTAI5t12345678abcdEF", "key LTAI5t12345678abcdEF.", "key ***."),
        ("Zhang San 20260115001 Room 4", "to Zhang San 20260115001 Room 4!", "to ***!"),
        ("138-1234-5678", "138-1234-5678invalid mobile number", "***invalid mobile number"),
        ("1234", "13812345678invalid mobile number", "138****5678invalid mobile number"),
        ("1", "触发分钟级流控Permits:1", "触发分钟级流控Permits:1"),
        ("", "91234567 is no number", "91****67 is no number"),
    ],
)
def test_what_is_private_is_hidden_whole(private, message, shown):
    assert redact(message, [private]) == shown


@pytest.mark.parametrize("echoed", ["13800138000invalid mobile number", "bad value 246810", "key testid"])
def test_numbers_template_values_and_keys_in_alibabas_words_are_hidden(send, echoed):
    body = '{"Code":"isv.X","RequestId":"R","Message":"' + echoed + '"}'
    with wire.serving(wire.answering(wire.http("200 OK", body))) as server, pytest.raises(Refused) as caught:
        send(server.url)
    assert not any(private in str(caught.value) for private in ("13800138000", "246810", "testid"))


@pytest.mark.parametrize(
    ("error", "retry"),
    [
        (MissingParameter("no_numbers", {"parameter": "phoneList"}), "no"),
        (refused("isv.BUSINESS_LIMIT_CONTROL", "", ""), "window"),
        (refused("isv.SMS_TEMPLATE_ILLEGAL", "", ""), "no"),
        (refused("Throttling.User", "", ""), "yes"),
        (refused("InternalError", "", ""), "check"),
        (refused("isv.NEWLY_INVENTED", "", ""), "no"),
        (refused("NewlyInvented", "", ""), "check"),
        (RequestFailed.before_leaving("dns", "host"), "yes"),
        (RequestFailed.without_answer("timeout", "host"), "check"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.code} {value.facts}",
)
def test_every_error_says_whether_sending_again_is_safe(error, retry):
    assert error.retry == retry
