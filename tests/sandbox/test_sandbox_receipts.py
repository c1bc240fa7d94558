"""SmsReport: receipts are pushed to a URL until they are taken."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from element.sandbox import receipts
from element.sandbox.clock import MINUTE

TAKEN = (200, b'{"code":0,"msg":"ok"}')


class Receiver(ThreadingHTTPServer):
    """Answers pushes with `answer` after `delay` seconds and keeps what was pushed."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Push)
        self.answer, self.delay, self.pushed = TAKEN, 0.0, []

    def handle_error(self, request, client_address):
        """Nothing: the sandbox hangs up after 700 ms, as Alibaba does."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/reports"


class _Push(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.pushed.append((self.headers["content-type"], json.loads(body)))
        time.sleep(self.server.delay)
        status, said = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        """Nothing: the test output is for the tests."""


@pytest.fixture
def receiver():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def pushing(sandbox, receiver, monkeypatch):
    """A sandbox that pushes to the receiver, but only when the test says so."""
    monkeypatch.setattr(sandbox.receipts, "_run", lambda: None)
    sandbox.receipts.push_to(receiver.url)
    return sandbox


def test_a_report_is_an_array_of_text_and_one_boolean(caller, code_to, pushing, receiver):
    reply = caller.call("SendSms", **code_to | {"PhoneNumbers": "13900000000,10000000201"}, OutId="o-1")
    assert pushing.receipts.push_due() == 0
    pushing.clock.advance(4)
    assert pushing.receipts.push_due() == 2
    ((content_type, (good, bad)),) = receiver.pushed
    assert content_type.startswith("application/json")
    assert good | {"send_time": "", "report_time": ""} == {
        "phone_number": "13900000000",
        "send_time": "",
        "report_time": "",
        "success": True,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "1",
        "biz_id": reply.body["BizId"],
        "out_id": "o-1",
    }
    assert good["send_time"].startswith("2026-01-01 12:20:3")
    assert (bad["success"], bad["err_code"]) == (False, "MOBILE_NOT_ON_SERVICE")


@pytest.mark.parametrize(
    ("answer", "delay"),
    [
        ((500, b'{"code":0}'), 0),
        ((202, b'{"code":0}'), 0),
        ((200, b"thanks"), 0),
        ((200, b'{"code":"0"}'), 0),
        ((200, b"[0]"), 0),
        (TAKEN, receipts.TIMEOUT + 0.3),
    ],
)
def test_a_report_that_is_not_taken_comes_again_after_1_5_and_10_minutes(
    caller, code_to, pushing, receiver, answer, delay
):
    receiver.answer, receiver.delay = answer, delay
    caller.call("SendSms", **code_to)
    pushing.clock.advance(4)
    assert pushing.receipts.push_due() == 1
    for minutes in (1, 5, 10):
        pushing.clock.advance(minutes * MINUTE - 5)
        assert pushing.receipts.push_due() == 0
        pushing.clock.advance(6)
        assert pushing.receipts.push_due() == 1
    pushing.clock.advance(60 * MINUTE)
    assert pushing.receipts.push_due() == 0
    assert len(receiver.pushed) == 4


def test_a_report_that_is_taken_at_last_does_not_come_again(caller, code_to, pushing, receiver):
    receiver.answer = (503, b"")
    caller.call("SendSms", **code_to)
    pushing.clock.advance(4)
    pushing.receipts.push_due()
    receiver.answer = TAKEN
    pushing.clock.advance(MINUTE + 1)
    assert pushing.receipts.push_due() == 1
    pushing.clock.advance(60 * MINUTE)
    assert pushing.receipts.push_due() == 0


def test_nobody_listening_is_like_not_taken(caller, code_to, pushing, receiver):
    pushing.receipts.push_to("http://127.0.0.1:9/")
    caller.call("SendSms", **code_to)
    pushing.clock.advance(4)
    assert pushing.receipts.push_due() == 1
    assert len(pushing.receipts) == 1


def test_duplicates_come_on_request(caller, code_to, pushing, receiver):
    pushing.receipts.push_to(receiver.url, duplicates=True)
    caller.call("SendSms", **code_to)
    pushing.clock.advance(4)
    pushing.receipts.push_due()
    assert len(receiver.pushed) == 2
    assert receiver.pushed[0] == receiver.pushed[1]


def test_many_receipts_share_a_push(caller, code_to, pushing, receiver):
    numbers = ",".join(str(13_900_000_000 + count) for count in range(250))
    caller.call("SendSms", **code_to | {"PhoneNumbers": numbers})
    pushing.clock.advance(4)
    while pushing.receipts.push_due():
        pass
    assert [len(reports) for _, reports in receiver.pushed] == [100, 100, 50]


def test_what_gets_no_receipt_is_not_waited_for(caller, code_to, pushing):
    caller.call("SendSms", **code_to | {"PhoneNumbers": "10000000002"})
    assert len(pushing.receipts) == 0


def test_without_a_url_nothing_is_kept(caller, code_to):
    caller.call("SendSms", **code_to)
    assert len(caller.sandbox.receipts) == 0


def test_receipts_are_pushed_without_being_asked(caller, code_to, sandbox, receiver):
    sandbox.delivery_delay = 0
    sandbox.receipts.push_to(receiver.url)
    caller.call("SendSms", **code_to)
    deadline = time.monotonic() + 5
    while not receiver.pushed and time.monotonic() < deadline:
        time.sleep(0.02)
    sandbox.receipts.push_to(None)
    assert len(receiver.pushed) == 1
