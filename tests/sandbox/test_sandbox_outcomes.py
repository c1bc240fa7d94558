"""Magic numbers and faults: every outcome of the table does what its row says."""

import http.client
import json
import re
import socket
import time
from dataclasses import replace

import pytest

from element.sandbox import Sandbox, serve
from element.sandbox.faults import MOST_RULES, Rule
from element.sandbox.outcomes import BY_NUMBER, OUTCOMES
from element.sandbox.phones import MOBILE
from element.sandbox.refusals import TABLE
from tests.sandbox.caller import HOST

ROWS = OUTCOMES.values()


@pytest.mark.parametrize("outcome", ROWS, ids=lambda outcome: outcome.name)
def test_a_magic_number_is_no_mobile_number_and_has_one_outcome(outcome):
    assert re.fullmatch(r"1000000\d{4}", outcome.number)
    assert not MOBILE.fullmatch(outcome.number)
    assert BY_NUMBER[outcome.number] is outcome
    assert outcome.en
    assert outcome.zh
    assert outcome.en != outcome.zh
    assert not outcome.code or outcome.code in TABLE


@pytest.mark.parametrize(
    "outcome", [row for row in ROWS if row.code and not row.accepted], ids=lambda outcome: outcome.name
)
def test_a_refusing_number_refuses(caller, code_to, outcome):
    reply = caller.call("SendSms", **code_to | {"PhoneNumbers": f"13900000000,{outcome.number}"})
    assert (reply.code, reply.status) == (outcome.code, TABLE[outcome.code]["status"])
    assert outcome.message in reply.body["Message"]
    assert caller.sandbox.messages() == []


@pytest.mark.parametrize("outcome", [row for row in ROWS if row.receipt is not None], ids=lambda outcome: outcome.name)
def test_a_failing_number_is_accepted_and_fails_on_the_way(caller, code_to, outcome):
    assert caller.call("SendSms", **code_to | {"PhoneNumbers": outcome.number}).code == "OK"
    (message,) = caller.sandbox.messages()
    assert message.state == "waiting"
    caller.sandbox.clock.advance(caller.sandbox.delivery_delay + outcome.receipt_after + 1)
    assert message.err_code == outcome.receipt
    assert message.state == {"DELIVERED": "delivered", "": "waiting"}.get(outcome.receipt, "failed")


def test_a_refusing_number_refuses_beside_one_that_only_fails_later(caller, code_to):
    both = f"{OUTCOMES['not-on-service'].number},{OUTCOMES['no-balance'].number}"
    assert caller.call("SendSms", **code_to | {"PhoneNumbers": both}).code == "isv.AMOUNT_NOT_ENOUGH"


def test_what_is_wrong_with_a_send_comes_before_its_magic(caller, code_to):
    send = code_to | {"PhoneNumbers": "10000000120", "SignName": "没有的签名"}
    assert caller.call("SendSms", **send).code == "isv.SMS_SIGNATURE_ILLEGAL"


def test_a_number_like_a_magic_one_is_just_illegal(caller, code_to):
    assert caller.call("SendSms", **code_to | {"PhoneNumbers": "10000000999"}).code == "isv.MOBILE_NUMBER_ILLEGAL"


def posted(serving, request):
    """Status and body over a socket; raises what the connection raises."""
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=1)
    try:
        headers = request.headers | {"host": HOST}
        connection.request(request.method, f"/?{request.query.decode()}", request.body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("name", "raised", "taken"),
    [("lost", ConnectionError, 1), ("reset", ConnectionError, 0), ("hang", TimeoutError, 1)],
)
def test_a_connection_can_end_without_an_answer(serving, caller, code_to, name, raised, taken):
    request = caller.request("SendSms", **code_to | {"PhoneNumbers": OUTCOMES[name].number})
    with pytest.raises(raised):
        posted(serving, request)
    assert len(caller.sandbox.messages()) == taken


def test_a_hang_ends_when_its_time_is_over(serving, caller, code_to, monkeypatch):
    hang = OUTCOMES["hang"]
    monkeypatch.setitem(BY_NUMBER, hang.number, replace(hang, seconds=0.1))
    with pytest.raises(ConnectionError):
        posted(serving, caller.request("SendSms", **code_to | {"PhoneNumbers": hang.number}))


def test_a_server_that_closes_drops_who_still_hangs_without_a_word(caller, code_to, capfd):
    with serve(caller.sandbox) as serving:
        request = caller.request("SendSms", **code_to | {"PhoneNumbers": OUTCOMES["hang"].number})
        with socket.create_connection(("127.0.0.1", serving.port), timeout=5) as connection:
            head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
            connection.sendall(f"POST /?{request.query.decode()} HTTP/1.1\r\n{head}\r\n".encode())
            while not caller.sandbox.messages():
                time.sleep(0.01)
            serving.close()
            assert connection.recv(1) == b""
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "status", "word", "taken"),
    [
        ("unavailable-after", 503, b"ServiceUnavailable", 1),
        ("unavailable", 503, b"ServiceUnavailable", 0),
        ("html", 502, b"<html>", 0),
    ],
)
def test_an_answer_can_be_another_one(serving, caller, code_to, name, status, word, taken):
    request = caller.request("SendSms", **code_to | {"PhoneNumbers": OUTCOMES[name].number})
    answered, body = posted(serving, request)
    assert answered == status
    assert word in body
    assert len(caller.sandbox.messages()) == taken


def test_a_slow_answer_is_late_and_holds_up_nobody_else(serving, caller, code_to):
    slow = caller.request("SendSms", **code_to | {"PhoneNumbers": OUTCOMES["slow"].number})
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        posted(serving, slow)
    assert posted(serving, caller.request("SendSms", **code_to))[0] == 200
    assert time.monotonic() - began < OUTCOMES["slow"].seconds


def test_a_fault_strikes_its_operation_only(caller, code_to):
    caller.sandbox.faults.add(Rule("throttled", operation="SendSms"))
    assert caller.call("SendSms", **code_to).code == "Throttling.User"
    assert caller.call("QuerySmsSignList").code == "OK"


def test_a_fault_for_every_operation_strikes_queries_too(caller):
    caller.sandbox.faults.add(Rule("internal-error"))
    reply = caller.call("QuerySmsSignList")
    assert (reply.status, reply.code) == (500, "InternalError")


def test_a_fault_after_acceptance_leaves_the_message_in_the_inbox(caller, code_to):
    caller.sandbox.faults.add(Rule("unavailable-after"))
    assert caller.call("SendSms", **code_to).code == "ServiceUnavailable"
    assert len(caller.sandbox.messages()) == 1


def test_a_fault_does_not_strike_a_call_that_is_not_admitted(caller, code_to):
    caller.sandbox.faults.add(Rule("throttled"))
    assert caller.but(secret="wrong").call("SendSms", **code_to).code == "SignatureDoesNotMatch"


def test_the_same_seed_strikes_the_same_calls(code_to):
    def strikes(seed):
        rule = Rule("throttled", probability=0.3, seed=seed)
        return [rule.strikes("SendSms") for _ in range(200)]

    assert strikes(7) == strikes(7) != strikes(8)
    assert 40 < sum(strikes(7)) < 80


@pytest.mark.parametrize(
    "wish",
    [
        {"outcome": "no such"},
        {"outcome": "delivered"},
        {"outcome": "throttled", "probability": 1.5},
        {"outcome": "throttled", "probability": -0.1},
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(wish):
    with pytest.raises(ValueError, match=r"outcome|probability"):
        Rule(**wish)


def test_the_rules_are_bounded():
    faults = Sandbox().faults
    for _ in range(MOST_RULES):
        faults.add(Rule("throttled"))
    with pytest.raises(ValueError, match="at most"):
        faults.add(Rule("throttled"))


def test_the_table_is_served_as_it_is(serving):
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
    connection.request("GET", "/sandbox/numbers")
    served = json.loads(connection.getresponse().read())["numbers"]
    connection.close()
    assert [row["number"] for row in served] == [outcome.number for outcome in ROWS]
