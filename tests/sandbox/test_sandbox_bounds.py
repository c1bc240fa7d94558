"""What a sandbox keeps is bounded, whatever is sent to it; and what it reads is, too."""

import http.client
import json
import socket

import pytest

from element.sandbox import Sandbox
from element.sandbox.catalog import ready
from element.sandbox.gateway import LARGEST_BODY
from element.sandbox.nonces import LIFETIME, Nonces
from tests.sandbox.caller import FORM, Caller


def test_the_inbox_keeps_the_newest(code_to):
    caller = Caller(Sandbox(ready(), capacity=3))
    for count in range(10):
        caller.call("SendSms", **code_to, OutId=str(count))
    assert [message.out_id for message in caller.sandbox.messages()] == ["9", "8", "7"]


def test_one_call_cannot_overflow_the_inbox(code_to):
    caller = Caller(Sandbox(ready(), capacity=100))
    numbers = ",".join(str(13_900_000_000 + count) for count in range(1000))
    assert caller.call("SendSms", **code_to | {"PhoneNumbers": numbers}).code == "OK"
    assert len(caller.sandbox.messages()) == 100


def test_receipts_that_wait_are_no_more_than_the_inbox_holds(code_to, monkeypatch):
    caller = Caller(Sandbox(ready(), capacity=5))
    monkeypatch.setattr(caller.sandbox.receipts, "_run", lambda: None)
    caller.sandbox.receipts.push_to("http://127.0.0.1:9/")
    for _ in range(10):
        caller.call("SendSms", **code_to)
    assert len(caller.sandbox.receipts) == 5


def test_nonces_are_forgotten_when_they_are_old_or_too_many():
    nonces = Nonces(most=10)
    assert all(nonces.is_new("id", str(count), now=0) for count in range(100))
    assert len(nonces) == 10
    assert not nonces.is_new("id", "99", now=LIFETIME - 1)
    assert nonces.is_new("id", "99", now=LIFETIME + 1)
    assert len(nonces) == 1


def test_a_nonce_belongs_to_its_key():
    nonces = Nonces()
    assert nonces.is_new("one", "n", now=0)
    assert nonces.is_new("other", "n", now=0)


@pytest.mark.parametrize(("path", "size"), [("/", LARGEST_BODY + 1), ("/sandbox/clock", LARGEST_BODY + 1)])
def test_a_body_that_is_too_large_is_refused_over_http(serving, path, size):
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
    connection.request("PUT" if "clock" in path else "POST", path, b"x" * size, {"Content-Type": FORM})
    assert connection.getresponse().status == 413
    connection.close()


def test_a_request_line_without_end_is_refused(serving):
    with socket.create_connection(("127.0.0.1", serving.port), timeout=5) as connection:
        connection.sendall(b"GET /?" + b"a" * (1 << 17))
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_what_a_message_repeats_of_a_request_is_short(caller, code_to):
    reply = caller.but(place="form").call("SendSms", **code_to | {"PhoneNumbers": "9" * 100_000})
    assert len(reply.body["Message"]) < 100


def test_a_text_that_is_not_known_is_kept_in_short(caller, code_to):
    caller.sandbox.add_template("SMS_1", None)
    many = json.dumps({f"variable{count}": "x" * 35 for count in range(1000)})
    send = code_to | {"TemplateCode": "SMS_1", "TemplateParam": many}
    assert caller.but(place="form").call("SendSms", **send).code == "OK"
    assert len(caller.sandbox.messages()[0].text) < 600
