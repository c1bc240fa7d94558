"""Connections: kept, found stale, shared by threads, not shared with a forked child; proxies and their exceptions."""

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from element import RequestFailed
from element import transport as transport_module
from element import wire as wire_module
from element.endpoint import endpoint
from element.proxy import proxy_for
from element.transport import Transport
from tests import wire


def post(transport):
    return transport.post("/", {"host": "127.0.0.1"})


@pytest.fixture
def transport_to():
    opened = []

    def make(url):
        opened.append(Transport(endpoint(url)))
        return opened[-1]

    yield make
    for transport in opened:
        transport.close()


def test_one_connection_serves_many_requests(transport_to):
    with wire.serving(wire.answering(wire.OK)) as server:
        transport = transport_to(server.url)
        assert {post(transport).status for _ in range(20)} == {200}
    assert (server.connections, len(server.requests)) == (1, 20)


def test_a_connection_that_the_server_closed_is_not_used_again(transport_to):
    def answer_once(connection):
        connection.sendall(wire.OK)
        wire.closing(connection)

    with wire.serving(answer_once) as server:
        transport = transport_to(server.url)
        for _ in range(3):
            assert post(transport).status == 200
            time.sleep(0.05)
    assert (server.connections, len(server.requests)) == (3, 3)


def test_a_connection_that_rested_too_long_is_not_used_again(transport_to, monkeypatch):
    monkeypatch.setattr(wire_module, "MAX_IDLE_SECONDS", 0.0)
    with wire.serving(wire.answering(wire.OK)) as server:
        transport = transport_to(server.url)
        post(transport)
        post(transport)
    assert server.connections == 2


def second_request_closes():
    """Answer the first request of a connection, and close at the second, which was read."""
    answered = set()

    def behave(connection):
        if connection in answered:
            wire.closing(connection)
        else:
            answered.add(connection)
            connection.sendall(wire.OK)

    return behave


def test_a_request_whose_answer_is_lost_on_a_kept_connection_is_not_sent_again(transport_to):
    with wire.serving(second_request_closes()) as server:
        transport = transport_to(server.url)
        post(transport)
        with pytest.raises(RequestFailed) as caught:
            post(transport)
    assert (caught.value.sent, len(server.requests)) == (None, 2)


def test_a_request_that_no_byte_of_left_is_sent_on_a_new_connection(transport_to, monkeypatch):
    monkeypatch.setattr(transport_module._Connection, "fresh", lambda connection: True)
    with wire.serving(wire.answering(wire.OK)) as server:
        transport = transport_to(server.url)
        post(transport)
        transport._pool._idle[0]._sock.shutdown(socket.SHUT_WR)
        assert post(transport).status == 200
    assert (server.connections, len(server.requests)) == (2, 2)


def test_an_interim_answer_is_not_the_answer(transport_to):
    with wire.serving(wire.answering(b"HTTP/1.1 103 Early Hints\r\n\r\n" + wire.OK)) as server:
        transport = transport_to(server.url)
        assert [post(transport).status for _ in range(3)] == [200, 200, 200]


def test_an_answer_that_says_close_is_followed(transport_to):
    with wire.serving(wire.answering(wire.http("200 OK", "{}", "Connection: close"))) as server:
        transport = transport_to(server.url)
        post(transport)
        post(transport)
    assert server.connections == 2


def test_an_answer_without_a_length_ends_with_its_connection(transport_to):
    def answer(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n{}")
        wire.closing(connection)

    with wire.serving(answer) as server:
        assert post(transport_to(server.url)).body == b"{}"


def test_threads_share_a_cold_transport(transport_to):
    with wire.serving(wire.answering(wire.OK)) as server, ThreadPoolExecutor(64) as pool:
        transport = transport_to(server.url)
        answers = list(pool.map(lambda _: post(transport).status, range(256)))
    assert answers == [200] * 256
    assert server.connections <= 64


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_opens_a_connection_of_its_own(transport_to):
    with wire.serving(wire.answering(wire.OK)) as server:
        transport = transport_to(server.url)
        post(transport)
        child = os.fork()
        if child == 0:
            os._exit(0 if post(transport).status == 200 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert post(transport).status == 200
    assert server.connections == 2


def test_what_stays_on_this_machine_goes_through_no_proxy(transport_to, monkeypatch):
    with wire.serving(wire.answering(wire.OK)) as proxy, wire.serving(wire.answering(wire.OK)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        post(transport_to(server.url))
    assert (len(server.requests), proxy.connections) == (1, 0)


@pytest.mark.parametrize(
    ("environment", "address", "through"),
    [
        ({}, "https://dysmsapi.aliyuncs.com", None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "https://dysmsapi.aliyuncs.com", ("proxy.example", 3128)),
        ({"https_proxy": "proxy.example"}, "https://dysmsapi.aliyuncs.com", ("proxy.example", 8080)),
        ({"HTTP_PROXY": "http://proxy.example:3128"}, "https://dysmsapi.aliyuncs.com", None),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": ".aliyuncs.com"}, "https://dysmsapi.aliyuncs.com", None),
        ({"HTTPS_PROXY": "http://proxy.example"}, "https://localhost:8443", None),
    ],
)
def test_the_environment_names_the_proxy(monkeypatch, environment, address, through):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    proxy = proxy_for(endpoint(address))
    assert (proxy and (proxy.host, proxy.port)) == through


def test_a_proxy_is_asked_for_a_tunnel_with_its_credentials(transport_to, monkeypatch):
    def open_and_leave(connection):
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        wire.closing(connection)

    with wire.serving(open_and_leave) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:p%40ss@"))
        with pytest.raises(RequestFailed) as caught:
            post(transport_to("https://dysmsapi.aliyuncs.com"))
    assert proxy.requests[0].startswith(b"CONNECT dysmsapi.aliyuncs.com:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic dXNlcjpwQHNz\r\n" in proxy.requests[0]
    assert (caught.value.sent, caught.value.cause) == (False, "tls")


def test_a_proxy_that_refuses_leaves_the_message_unsent(transport_to, monkeypatch):
    with wire.serving(wire.answering(wire.http("407 Proxy Authentication Required", ""))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(RequestFailed, match="the proxy refused") as caught:
            post(transport_to("https://dysmsapi.aliyuncs.com"))
    assert caught.value.sent is False
