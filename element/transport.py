"""HTTP over kept-open connections: a request is sent once, within a deadline, and never again.

What went wrong is told apart by one question: may a byte of the request have left? Until the first one was
handed to the network the request is surely not sent; from then on its outcome is unknown. Redirects are not
followed, and no error holds the address's query, which carries phone numbers and template values.
"""

import os
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping

from element import wire
from element.endpoint import Endpoint
from element.proxy import ProxyRefused, proxy_for, tunnel_request
from element.wire import CAUSES, Answer, AnswerParser, Failure, TunnelParser, cause_of, request_bytes, tls

_CHUNK = 1 << 16


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
        request = request_bytes(target, headers, body)
        deadline = Deadline(wire.TOTAL_SECONDS)
        result = self._attempt(request, deadline, self._pool.take())
        if isinstance(result, Failure) and result.reused and not result.left:
            result = self._attempt(request, deadline, None)
        if isinstance(result, Failure):
            raise result.error(self._endpoint.host)
        return result

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.clear()

    def _attempt(self, request: bytes, deadline: "Deadline", kept: "_Connection | None") -> "Answer | Failure":
        connection, keep = kept, False
        try:
            connection = connection or _open(self._endpoint, deadline.at_most(wire.CONNECT_SECONDS))
            connection.send(request, deadline)
            parser = connection.receive(AnswerParser(), deadline)
            keep = parser.reusable
            return parser.answer()
        except tuple(CAUSES) as error:
            left = connection is not None and connection.left
            return Failure(cause_of(error, left), left, reused=kept is not None)
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
        self._readable = readable(sock)
        self._rested = 0.0

    def rest(self) -> None:
        self.left = False
        self._rested = time.monotonic()

    def fresh(self) -> bool:
        """Whether it may be used again: not idle for long, and nothing, no goodbye either, came in meanwhile."""
        return time.monotonic() - self._rested < wire.MAX_IDLE_SECONDS and not self._readable()

    def send(self, request: bytes, deadline: Deadline) -> None:
        rest = memoryview(request)
        while rest:
            self._sock.settimeout(deadline.remaining())
            rest = rest[self._sock.send(rest) :]
            self.left = True

    def receive(self, parser: "AnswerParser", deadline: Deadline) -> "AnswerParser":
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
        return _Connection(tls().wrap_socket(self._sock, server_hostname=host))

    def close(self) -> None:
        self._sock.close()


def _open(endpoint: Endpoint, deadline: Deadline) -> _Connection:
    proxy = proxy_for(endpoint)
    connection = _dial(proxy.host if proxy else endpoint.host, proxy.port if proxy else endpoint.port, deadline)
    try:
        if proxy:
            connection.send(tunnel_request(endpoint, proxy), deadline)
            if connection.receive(TunnelParser(), deadline).answer().status != 200:
                raise ProxyRefused
            connection.rest()
        return connection.secure(endpoint.host, deadline) if endpoint.scheme == "https" else connection
    except BaseException:
        connection.close()
        raise


def _dial(host: str, port: int, deadline: Deadline) -> _Connection:
    """A connection to the first address of `host` that takes one."""
    failure: OSError = ConnectionRefusedError()
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for left, (family, kind, protocol, _, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.remaining() / left)
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Connection(sock)
        except OSError as error:
            sock.close()
            failure = error
    raise failure


def readable(sock: socket.socket) -> Callable[[], bool]:
    """A cheap question, for one socket: is there something to read, or has the other side closed?"""
    if not hasattr(select, "poll"):
        return lambda: bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN | select.POLLHUP | select.POLLERR)
    return lambda: bool(poll.poll(0))
