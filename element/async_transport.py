"""The transport for asyncio: the same promises as transport.py, without blocking the loop.

Each event loop has connections of its own. A cancelled request closes its connection.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from weakref import WeakKeyDictionary

from element import wire
from element.endpoint import Endpoint
from element.proxy import ProxyRefused, proxy_for, tunnel_request
from element.transport import readable
from element.wire import CAUSES, Answer, AnswerParser, Failure, TunnelParser, cause_of, request_bytes, tls

EYEBALLS = 0.25  # seconds that one address is given before the next is tried too (RFC 8305)


class AsyncTransport:
    """Connections to one endpoint, for any number of event loops."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._idle: WeakKeyDictionary[asyncio.AbstractEventLoop, deque[_Connection]] = WeakKeyDictionary()
        self._guards: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[None, None]] = WeakKeyDictionary()

    async def post(self, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """The answer to one POST, whatever its status. Raises RequestFailed. See Transport.post."""
        request = request_bytes(target, headers, body)
        loop = asyncio.get_running_loop()
        if loop not in self._idle:
            await self._settle_in(loop)
        end = loop.time() + wire.TOTAL_SECONDS
        result = await self._attempt(request, end, self._take())
        if isinstance(result, Failure) and result.reused and not result.left:
            result = await self._attempt(request, end, None)
        if isinstance(result, Failure):
            raise result.error(self._endpoint.host)
        return result

    async def _settle_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """A pool for this loop, and a guard that closes it: a loop ends its generators before it closes."""
        self._idle[loop] = deque()
        self._guards[loop] = self._closing_at_the_end(loop)
        await anext(self._guards[loop])

    async def _closing_at_the_end(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            for connection in self._idle.pop(loop, ()):
                connection.close()
            self._guards.pop(loop, None)

    async def _attempt(self, request: bytes, end: float, kept: "_Connection | None") -> Answer | Failure:
        connection, keep = kept, False
        try:
            connection = connection or await self._open(end)
            async with asyncio.timeout_at(end):
                parser = await connection.exchange(request, AnswerParser())
            keep = parser.reusable
            return parser.answer()
        except tuple(CAUSES) as error:
            left = connection is not None and connection.left
            return Failure(cause_of(error, left), left, reused=kept is not None)
        finally:
            if connection and keep:
                connection.rest()
                self._connections().append(connection)
            elif connection:
                connection.close()

    async def _open(self, end: float) -> "_Connection":
        loop = asyncio.get_running_loop()
        async with asyncio.timeout_at(min(end, loop.time() + wire.CONNECT_SECONDS)):
            return await _connected(self._endpoint)

    def _connections(self) -> "deque[_Connection]":
        return self._idle[asyncio.get_running_loop()]

    def _take(self) -> "_Connection | None":
        idle = self._connections()
        while idle:
            connection = idle.pop()
            if connection.fresh():
                return connection
            connection.close()
        return None


class _Connection(asyncio.Protocol):
    """One open connection; `left` says whether a byte of the request at hand may have left."""

    def __init__(self) -> None:
        self.left = False
        self._transport: asyncio.Transport | None = None
        self._parser: AnswerParser | None = None
        self._answered: asyncio.Future[None] | None = None
        self._rested = 0.0
        self._spoilt = False
        self._readable: Callable[[], bool] = bool

    async def exchange(self, request: bytes, parser: AnswerParser) -> AnswerParser:
        """Send the request and wait until `parser` has its answer whole."""
        assert self._transport
        if self._transport.is_closing():
            raise ConnectionResetError
        self._parser, self._answered = parser, asyncio.get_running_loop().create_future()
        self.left = True
        self._transport.write(request)
        await self._answered
        return parser

    async def secure(self, host: str) -> "_Connection":
        """Wrap the open connection in TLS."""
        loop = asyncio.get_running_loop()
        assert self._transport
        secured = _Connection()
        transport = await loop.start_tls(self._transport, secured, tls(), server_hostname=host)
        assert isinstance(transport, asyncio.Transport)
        secured._transport = transport
        return secured

    def rest(self) -> None:
        self.left = False
        self._parser = self._answered = None
        self._rested = time.monotonic()

    def fresh(self) -> bool:
        """Whether it may be used again: not idle for long, and nothing, no goodbye either, came in meanwhile."""
        rested = time.monotonic() - self._rested < wire.MAX_IDLE_SECONDS
        return rested and not self._spoilt and not self._readable()

    def close(self) -> None:
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._readable = readable(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        if not self._parser or self._parser.complete:
            self._spoilt = True
            return
        try:
            self._parser.feed(data)
        except tuple(CAUSES) as error:
            self._end(error)
        if self._parser.complete:
            self._end(None)

    def eof_received(self) -> None:
        self._lost(None)

    def connection_lost(self, exception: Exception | None) -> None:
        self._lost(exception)

    def _lost(self, exception: Exception | None) -> None:
        self._spoilt = True
        if not self._parser or self._parser.complete:
            return
        try:
            if exception:
                raise exception
            self._parser.end()
        except tuple(CAUSES) as error:
            self._end(error)
        else:
            self._end(None)

    def _end(self, error: Exception | None) -> None:
        if self._answered is None or self._answered.done():
            return
        if error:
            self._answered.set_exception(error)
        else:
            self._answered.set_result(None)


async def _connected(endpoint: Endpoint) -> _Connection:
    loop = asyncio.get_running_loop()
    proxy = proxy_for(endpoint)
    if proxy is None:
        secure = tls() if endpoint.scheme == "https" else None
        host = endpoint.host if secure else None
        _, connection = await loop.create_connection(
            _Connection, endpoint.host, endpoint.port, ssl=secure, server_hostname=host, happy_eyeballs_delay=EYEBALLS
        )
        return connection
    _, connection = await loop.create_connection(_Connection, proxy.host, proxy.port, happy_eyeballs_delay=EYEBALLS)
    try:
        parser = await connection.exchange(tunnel_request(endpoint, proxy), TunnelParser())
        if parser.answer().status != 200:
            raise ProxyRefused
        connection.rest()
        return await connection.secure(endpoint.host) if endpoint.scheme == "https" else connection
    except BaseException:
        connection.close()
        raise
