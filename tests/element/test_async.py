"""sendMessageAsync: the same outcomes as sendMessage, on an event loop that keeps turning."""

import asyncio
import json
import time

import pytest

from element import App, Refused, RequestFailed
from element import wire as wire_module
from tests import wire
from tests.element.test_answers import ANSWERS
from tests.element.test_arguments import NASTY, sent
from tests.element.test_transport import second_request_closes

CALL = {"phoneList": ["13800138000"], "params": {"code": "246810"}, "verifyTemplateCode": "SMS_1"}


@pytest.fixture
def send(app_folder):
    """Send once on a loop of its own."""

    def send_to(url, **changes):
        element = App(app_folder, endpoint=url).getElement("SMS.Codes")
        return asyncio.run(element.sendMessageAsync(**{**CALL, **changes}))

    return send_to


@pytest.fixture
def element_at(app_folder):
    return lambda url: App(app_folder, endpoint=url).getElement("SMS.Codes")


def test_ok_returns_the_sdks_response_body(send):
    with wire.serving(wire.answering(wire.OK)) as server:
        assert send(server.url, params={"name": NASTY}).biz_id == "9006197469364984^0"
    assert json.loads(sent(server)["TemplateParam"]) == {"name": NASTY}


@pytest.mark.parametrize(("answer", "code", "certainly_not_sent", "text"), ANSWERS)
def test_an_answer_means_the_same_as_to_the_synchronous_call(send, answer, code, certainly_not_sent, text):
    with wire.serving(wire.answering(answer)) as server, pytest.raises((Refused, RequestFailed)) as caught:
        send(server.url)
    assert (caught.value.code, caught.value.sent) == (code, certainly_not_sent)
    assert text in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        (wire.hanging(2), "timeout"),
        (wire.closing, "reset"),
        (wire.resetting, "reset"),
        (wire.dripping(wire.OK, 0.05), "timeout"),
        (wire.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 5_000_000), "too_large"),
    ],
)
def test_a_lost_answer_is_unknown_and_is_never_sent_again(send, monkeypatch, behaviour, cause):
    monkeypatch.setattr(wire_module, "TOTAL_SECONDS", 0.5)
    with wire.serving(behaviour) as server, pytest.raises(RequestFailed) as caught:
        send(server.url)
    assert (caught.value.sent, caught.value.cause) == (None, cause)
    assert len(server.requests) == 1


@pytest.mark.parametrize(("url", "cause"), [("http://127.0.0.1:9", "connect"), ("http://dysmsapi.invalid", "dns")])
def test_what_could_not_connect_is_surely_not_sent(send, url, cause):
    with pytest.raises(RequestFailed) as caught:
        send(url)
    assert (caught.value.sent, caught.value.cause) == (False, cause)


def test_a_server_without_tls_is_surely_not_sent(send):
    with wire.serving(wire.closing, greeting=b"220 plain text\r\n") as server, pytest.raises(RequestFailed) as caught:
        send(server.url.replace("http:", "https:"))
    assert (caught.value.sent, caught.value.cause) == (False, "tls")


def test_many_sends_share_connections_that_stay_open(element_at):
    async def many(element):
        for _ in range(5):
            await asyncio.gather(*(element.sendMessageAsync(**CALL) for _ in range(32)))

    with wire.serving(wire.answering(wire.OK)) as server:
        asyncio.run(many(element_at(server.url)))
    assert len(server.requests) == 160
    assert server.connections <= 32


def test_a_connection_that_the_server_closed_is_not_used_again(element_at):
    def answer_once(connection):
        connection.sendall(wire.OK)
        wire.closing(connection)

    async def three(element):
        for _ in range(3):
            await element.sendMessageAsync(**CALL)
            await asyncio.sleep(0.05)

    with wire.serving(answer_once) as server:
        asyncio.run(three(element_at(server.url)))
    assert (server.connections, len(server.requests)) == (3, 3)


def test_each_event_loop_has_connections_of_its_own(element_at):
    with wire.serving(wire.answering(wire.OK)) as server:
        element = element_at(server.url)
        for _ in range(2):
            asyncio.run(element.sendMessageAsync(**CALL))
    assert server.connections == 2


def test_a_cancelled_send_closes_its_connection(element_at):
    async def cancelled(element):
        sending = asyncio.create_task(element.sendMessageAsync(**CALL))
        await asyncio.sleep(0.2)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    gone = []

    def wait_for_the_end(connection):
        gone.append(connection.recv(1))

    with wire.serving(wait_for_the_end) as server:
        element = element_at(server.url)
        element.warmUp()
        asyncio.run(cancelled(element))
        time.sleep(0.1)
    assert gone == [b""]


def test_a_request_whose_answer_is_lost_on_a_kept_connection_is_not_sent_again(element_at):
    async def twice(element):
        await element.sendMessageAsync(**CALL)
        await element.sendMessageAsync(**CALL)

    with wire.serving(second_request_closes()) as server, pytest.raises(RequestFailed) as caught:
        asyncio.run(twice(element_at(server.url)))
    assert (caught.value.sent, len(server.requests)) == (None, 2)


def test_a_connection_closed_while_the_loop_was_busy_is_not_used_again(element_at):
    def answer_once(connection):
        connection.sendall(wire.OK)
        wire.closing(connection)

    async def busy_between(element):
        await element.sendMessageAsync(**CALL)
        time.sleep(0.1)
        await element.sendMessageAsync(**CALL)

    with wire.serving(answer_once) as server:
        asyncio.run(busy_between(element_at(server.url)))
    assert (server.connections, len(server.requests)) == (2, 2)


def test_a_loop_that_has_ended_is_forgotten(element_at):
    with wire.serving(wire.answering(wire.OK)) as server:
        element = element_at(server.url)
        for _ in range(3):
            asyncio.run(element.sendMessageAsync(**CALL))
    assert len(element._client._async_transport._idle) == 0


def test_a_cancelled_send_is_logged_as_unknown(element_at, caplog):
    async def cancelled(element):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(element.sendMessageAsync(**CALL), 0.2)

    with wire.serving(wire.hanging(0.5)) as server, caplog.at_level("WARNING"):
        element = element_at(server.url)
        element.warmUp()
        asyncio.run(cancelled(element))
    assert "SMS.Codes unknown 46003 cancelled" in caplog.text
