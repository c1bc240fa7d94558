"""HTTP over kept-open connections: a request is sent once, within a deadline, and never again.

What went wrong is told apart by one question: may a byte of the request have left? Until the first one was
handed to the network the request is surely not sent; from then on its outcome is unknown. Redirects are not
followed, and no error holds the address's query, which carries phone numbers and template values.
"""

import os
import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import httptools

from element.endpoint import Endpoint
from element.errors import RequestFailed
from element.proxy import ProxyRefused, proxy_for, tunnel_request

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MAX_IDLE_SECONDS = 10.0
MAX_ANSWER_BYTES = 4 << 20
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Answer:
    """A complete HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Connections to one endpoint. Safe to share among threads, and usable after a fork."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._pool = _Pool()

    def post(self, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """The answer to one POST, whatever its status. Raises RequestFailed.

        A request that surely did not leave, because a kept connection had gone, is tried once more on a new
        one. Nothing else is ever tried again.
        """
        request = _request(target, headers, body)
        deadline = Deadline(TOTAL_SECONDS)
        result = self._attempt(request, deadline, self._pool.take())
        if isinstance(result, _Failure) and result.reused and not result.left:
            result = self._attempt(request, deadline, None)
        if isinstance(result, _Failure):
            raise result.error(self._endpoint.host)
        return result

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.clear()

    def _attempt(self, request: bytes, deadline: "Deadline", kept: "_Connection | None") -> "Answer | _Failure":
        connection, keep = kept, False
        try:
            connection = connection or _open(self._endpoint, deadline.at_most(CONNECT_SECONDS))
            connection.send(request, deadline)
            parser = connection.receive(_AnswerParser(), deadline)
            keep = parser.reusable
            return parser.answer()
        except tuple(_CAUSES) as error:
            left = connection is not None and connection.left
            return _Failure(_cause(error, left), left, reused=kept is not None)
        finally:
            if connection and keep:
                self._pool.give(connection)
            elif connection:
                connection.close()


class Deadline:
    """A point in time that every step of one request shares."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def at_most(self, seconds: float) -> "Deadline":
        """The nearer of this deadline and one `seconds` from now."""
        return Deadline(min(seconds, self._end - time.monotonic()))

    def remaining(self) -> float:
        """Seconds left; TimeoutError when none is."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Pool:
    """Idle connections, the most recently used first."""

    def __init__(self) -> None:
        self._idle: deque[_Connection] = deque()
        self._process = os.getpid()

    def take(self) -> "_Connection | None":
        self._forget_the_parents()
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.fresh():
                return connection
            connection.close()

    def give(self, connection: "_Connection") -> None:
        connection.rest()
        self._idle.append(connection)

    def clear(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _forget_the_parents(self) -> None:
        """After a fork, parent and child would read each other's answers from a shared connection."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self.clear()


class _Connection:
    """One open connection; `left` says whether a byte of the request at hand may have left."""

    def __init__(self, sock: socket.socket) -> None:
        self.left = False
        self._sock = sock
        self._readable = _readable(sock)
        self._rested = 0.0

    def rest(self) -> None:
        self.left = False
        self._rested = time.monotonic()

    def fresh(self) -> bool:
        """Whether it may be used again: not idle for long, and nothing, no goodbye either, came in meanwhile."""
        return time.monotonic() - self._rested < MAX_IDLE_SECONDS and not self._readable()

    def send(self, request: bytes, deadline: Deadline) -> None:
        rest = memoryview(request)
        while rest:
            self._sock.settimeout(deadline.remaining())
            rest = rest[self._sock.send(rest) :]
            self.left = True

    def receive(self, parser: "_AnswerParser", deadline: Deadline) -> "_AnswerParser":
        while not parser.complete:
            self._sock.settimeout(deadline.remaining())
            data = self._sock.recv(_CHUNK)
            if data:
                parser.feed(data)
            else:
                parser.end()
        return parser

    def secure(self, host: str, deadline: Deadline) -> "_Connection":
        self._sock.settimeout(deadline.remaining())
        return _Connection(_tls().wrap_socket(self._sock, server_hostname=host))

    def close(self) -> None:
        self._sock.close()


class _AnswerParser:
    """Collects one answer; its on_… methods are called by httptools."""

    def __init__(self) -> None:
        self.complete = False
        self.reusable = False
        self._headers: dict[str, str] = {}
        self._headers_complete = False
        self._body: list[bytes] = []
        self._size = 0
        self._parser = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > MAX_ANSWER_BYTES:
            raise _TooLarge
        self._parser.feed_data(data)

    def end(self) -> None:
        """The other side closed: the end of an answer that announced no length, else a broken connection."""
        if not self._headers_complete or self._headers.keys() & {"content-length", "transfer-encoding"}:
            raise ConnectionResetError
        self.complete = True

    def answer(self) -> Answer:
        return Answer(self._parser.get_status_code(), self._headers, b"".join(self._body))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._headers_complete = True
        self.reusable = self._parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self.complete = True


class _TunnelParser(_AnswerParser):
    """A proxy's answer to CONNECT, which ends with its headers."""

    def on_headers_complete(self) -> None:
        self.complete = True


class _TooLarge(Exception):
    """An answer beyond MAX_ANSWER_BYTES."""


_CAUSES: dict[type[Exception], str] = {
    socket.gaierror: "dns",
    UnicodeError: "dns",
    ssl.SSLError: "tls",
    TimeoutError: "timeout",
    ProxyRefused: "proxy",
    _TooLarge: "too_large",
    httptools.HttpParserError: "bad_answer",
    OSError: "connect",
}


def _cause(error: Exception, left: bool) -> str:
    cause = next(cause for kind, cause in _CAUSES.items() if isinstance(error, kind))
    return "reset" if left and cause in ("connect", "tls") else cause


@dataclass(frozen=True)
class _Failure:
    """Why there is no answer, and whether a byte of the request may have left."""

    cause: str
    left: bool
    reused: bool

    def error(self, host: str) -> RequestFailed:
        kind = RequestFailed.without_answer if self.left else RequestFailed.before_leaving
        return kind(self.cause, host)


def _request(target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    head = "\r\n".join([*lines, f"content-length: {len(body)}", "\r\n"])
    return head.encode() + body


def _open(endpoint: Endpoint, deadline: Deadline) -> _Connection:
    proxy = proxy_for(endpoint)
    connection = _dial(proxy.host if proxy else endpoint.host, proxy.port if proxy else endpoint.port, deadline)
    try:
        if proxy:
            connection.send(tunnel_request(endpoint, proxy), deadline)
            if connection.receive(_TunnelParser(), deadline).answer().status != 200:
                raise ProxyRefused
            connection.rest()
        return connection.secure(endpoint.host, deadline) if endpoint.scheme == "https" else connection
    except BaseException:
        connection.close()
        raise


def _dial(host: str, port: int, deadline: Deadline) -> _Connection:
    """A connection to the first address of `host` that takes one."""
    failure: OSError = ConnectionRefusedError()
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.remaining())
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Connection(sock)
        except OSError as error:
            sock.close()
            failure = error
    raise failure


@cache
def _tls() -> ssl.SSLContext:
    """One context for all connections: loading the certificates costs more than a hundred requests."""
    return ssl.create_default_context()


def _readable(sock: socket.socket) -> Callable[[], bool]:
    """A cheap question, for one socket: is there something to read, or has the other side closed?"""
    if not hasattr(select, "poll"):
        return lambda: bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN | select.POLLHUP | select.POLLERR)
    return lambda: bool(poll.poll(0))
