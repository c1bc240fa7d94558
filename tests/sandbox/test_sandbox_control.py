"""The sandbox's own paths: inbox, reset, clock, frequency, faults, receipts; and who may use them."""

import http.client
import json
import threading
import time

import pytest

from element.sandbox import Sandbox, serve
from element.sandbox.catalog import ready


@pytest.fixture
def ask(serving):
    """Ask the running sandbox: method, path, JSON and headers in; status and JSON out."""

    def ask(method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
        text = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
        connection.request(method, f"/sandbox/{path}", text, headers or {})
        answer = connection.getresponse()
        status, said = answer.status, answer.read()
        connection.close()
        return status, json.loads(said) if said.startswith(b"{") else said

    return ask


@pytest.fixture
def three_messages(caller, code_to):
    for number, code in (("13900000000", "1111"), ("13900000001", "2222"), ("13900000000", "3333")):
        send = {"PhoneNumbers": number, "TemplateParam": json.dumps({"code": code})}
        assert caller.call("SendSms", **code_to | send).code == "OK"


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["3333", "2222", "1111"]),
        ("?number=13900000000", ["3333", "1111"]),
        ("?number=%2B8613900000001", ["2222"]),
        ("?number=13900000002", []),
        ("?limit=1", ["3333"]),
        ("?after=2", ["3333"]),
        ("?wait=5", ["3333", "2222", "1111"]),
        ("?wait=nan&number=1", []),
        ("?wait=-1&number=1", []),
    ],
)
def test_the_inbox_is_read_newest_first(ask, three_messages, query, codes):
    status, said = ask("GET", f"messages{query}")
    assert status == 200
    assert [message["code_found"] for message in said["messages"]] == codes


def test_a_message_tells_what_a_phone_would_show(ask, three_messages):
    message = ask("GET", "messages?limit=1")[1]["messages"][0]
    assert message["text"] == "【沙箱商城】验证码：3333，您正在登录，5分钟内有效，请勿告知他人。"
    assert (message["number"], message["sign"], message["parts"]) == ("13900000000", "沙箱商城", 1)
    assert message["state"] == "waiting"
    assert message["time"].startswith("2026-01-01T12:20:3")
    assert message["time"].endswith("+08:00")


def test_waiting_ends_with_the_message(ask, caller, code_to):
    late = threading.Timer(0.3, lambda: caller.call("SendSms", **code_to))
    late.start()
    began = time.monotonic()
    status, said = ask("GET", "messages?number=13900000000&wait=5")
    late.join()
    assert (status, len(said["messages"])) == (200, 1)
    assert time.monotonic() - began < 4


def test_waiting_ends_with_its_time(ask):
    began = time.monotonic()
    assert ask("GET", "messages?wait=0.2") == (200, {"messages": []})
    assert 0.2 <= time.monotonic() - began < 3


@pytest.mark.parametrize(("query", "deleted", "left"), [("", 3, 0), ("?number=13900000000", 2, 1)])
def test_messages_can_be_deleted(ask, three_messages, query, deleted, left):
    assert ask("DELETE", f"messages{query}") == (200, {"deleted": deleted})
    assert len(ask("GET", "messages")[1]["messages"]) == left


def test_reset_forgets_everything_but_what_is_known(ask, caller, code_to, three_messages):
    caller.sandbox.frequency.on = True
    assert caller.call("SendSms", **code_to).code == "OK"
    ask("POST", "faults", {"outcome": "throttled"})
    assert ask("POST", "reset")[0] == 200
    assert ask("GET", "messages")[1] == {"messages": []}
    assert ask("GET", "faults")[1] == {"faults": []}
    assert abs(caller.sandbox.clock.now() - time.time()) < 5
    assert caller.call("SendSms", **code_to).code == "OK"


def test_reset_forgets_counters_and_nonces(ask, caller, code_to):
    caller.sandbox.frequency.on = True
    caller.sandbox.clock.reset()
    for _ in range(2):
        assert caller.but(nonce="the same").call("SendSms", **code_to).code == "OK"
        ask("POST", "reset")


def test_the_clock_can_be_set_advanced_and_given_back(ask):
    assert ask("PUT", "clock", {"at": "2026-03-01T14:03:00+08:00"})[1]["now"].startswith("2026-03-01T14:03:0")
    assert ask("PUT", "clock", {"advance": 3600})[1]["now"].startswith("2026-03-01T15:03:0")
    assert ask("GET", "clock")[1]["now"].startswith("2026-03-01T15:03:0")
    assert not ask("PUT", "clock", {})[1]["now"].startswith("2026-03-01")


def test_frequency_control_is_a_switch(ask, caller, code_to):
    assert ask("GET", "frequency")[1] == {"on": False}
    assert ask("PUT", "frequency", {"on": True})[1] == {"on": True}
    codes = [caller.call("SendSms", **code_to).code for _ in range(2)]
    assert codes == ["OK", "isv.BUSINESS_LIMIT_CONTROL"]


def test_faults_are_rules_that_can_be_read_and_cleared(ask, caller, code_to):
    rule = {"outcome": "throttled", "operation": "SendSms", "probability": 1.0, "seed": 7}
    assert ask("POST", "faults", rule) == (200, {"faults": [rule]})
    assert caller.call("SendSms", **code_to).code == "Throttling.User"
    assert ask("DELETE", "faults") == (200, {"faults": []})
    assert caller.call("SendSms", **code_to).code == "OK"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "messages?wait=soon", None),
        ("GET", "messages?after=x", None),
        ("GET", "messages?limit=-1", None),
        ("PUT", "clock", b"not json"),
        ("PUT", "clock", [1]),
        ("PUT", "clock", {"at": "noon"}),
        ("PUT", "clock", {"at": "9999-12-31T23:59:59+00:00"}),
        ("PUT", "clock", {"advance": "x"}),
        ("PUT", "clock", {"advance": None}),
        ("PUT", "clock", {"advance": 1e300}),
        ("PUT", "clock", b'{"advance": NaN}'),
        ("PUT", "clock", b"[" * 100_000),
        ("POST", "faults", {}),
        ("POST", "faults", {"outcome": ["x"]}),
        ("POST", "faults", {"outcome": "throttled", "probability": "often"}),
        ("POST", "faults", {"outcome": "throttled", "colour": "red"}),
        ("POST", "faults", {"outcome": "throttled", "operation": ["x"]}),
        ("PUT", "receipts", {"url": "file:///etc/passwd"}),
        ("PUT", "receipts", {"url": 5}),
        ("PUT", "receipts", {"url": "http://"}),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_and_changes_nothing(ask, caller, code_to, method, path, body):
    status, said = ask(method, path, body)
    assert (status, set(said)) == (400, {"error"})
    assert caller.call("SendSms", **code_to).code == "OK"
    assert ask("GET", "clock")[0] == 200


def test_a_wish_that_is_too_large_is_not_read(ask):
    assert ask("PUT", "clock", b" " * (1 << 21))[0] == 413


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8010"}, 200),
        ({"Host": "attacker.example"}, 403),
        ({"Host": "127.0.0.1.attacker.example"}, 403),
        ({"Origin": "http://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "localhost:8010", "Origin": "http://localhost:8010"}, 200),
        ({"Host": "localhost:8010", "Origin": "http://localhost:3000"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "messages"), ("POST", "reset"), ("DELETE", "messages"), ("PUT", "clock")]
)
def test_only_this_machine_and_no_foreign_page_may_ask(ask, three_messages, headers, status, method, path):
    answered, said = ask(method, path, None, headers)
    assert answered == status
    assert ("messages" in said) == (method == "GET" and status == 200)


def test_a_page_is_told_nothing_that_would_let_it_read_along(serving):
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
    connection.request("OPTIONS", "/sandbox/messages", headers={"Access-Control-Request-Method": "DELETE"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_server_that_closes_lets_go_of_who_waits(sandbox, capfd):
    with serve(sandbox) as serving:
        connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
        connection.request("GET", "/sandbox/messages?wait=30")
        time.sleep(0.1)
        began = time.monotonic()
        serving.close()
        assert time.monotonic() - began < 3
        with pytest.raises(ConnectionError):
            connection.getresponse()
        connection.close()
    assert capfd.readouterr().err == ""


def test_two_sandboxes_live_side_by_side(code_to):
    with serve(Sandbox(ready())) as one, serve(Sandbox(ready())) as other:
        assert one.url != other.url


def test_a_taken_port_is_an_os_error(serving):
    with pytest.raises(OSError, match="in use"):
        serve(Sandbox(), port=serving.port)
