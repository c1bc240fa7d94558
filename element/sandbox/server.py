"""Puts a sandbox on a socket: in a thread of its own, or alone in the terminal."""

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .control import Control
from .gateway import CUT, Gateway, Receive, Scope, Send
from .state import Sandbox

LONGEST_HEAD = 1 << 16  # a thousand numbers in the query are about 20 kB
MOST_CONNECTIONS = 512
KEEP_ALIVE = 75
BACKLOG = 512
RESET_ON_CLOSE = struct.pack("ii", 1, 0)

App = Callable[[Scope, Receive, Send], Awaitable[None]]


def application(sandbox: Sandbox) -> App:
    """The sandbox as an ASGI application: its own paths under /sandbox/, the gateway everywhere else."""
    control, gateway = Control(sandbox), Gateway(sandbox)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("the sandbox speaks HTTP only")
        await (control if scope["path"].startswith("/sandbox/") else gateway)(scope, receive, send)

    return app


class CuttableProtocol(H11Protocol):
    """Lets the application reset a connection, for which ASGI has no word."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        served = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[CUT] = lambda: _cut(transport, receive)
            await served(scope, receive, send)

        self.app = app


async def _cut(transport: asyncio.Transport, receive: Receive) -> None:
    """Reset the connection, unless the client has left.

    Then wait until the server has seen it: it would answer in our place otherwise.
    """
    if transport.is_closing():
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


class DroppingServer(uvicorn.Server):
    """Drops its connections when it ends: an answer that is held back would keep it waiting."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


class Serving:
    """A sandbox that is being served; ends with `close()` or the `with` block."""

    def __init__(self, server: uvicorn.Server, listener: socket.socket) -> None:
        host, self.port = listener.getsockname()[:2]
        self.url = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
        self._server = server
        self._listener = listener
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._thread.start()
        self._started.wait()

    def close(self) -> None:
        """Stop answering; connections that are open are dropped."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    def __enter__(self) -> "Serving":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        async def main() -> None:
            asyncio.get_running_loop().call_soon(self._started.set)
            await self._server.serve([self._listener])

        asyncio.run(main())


def serve(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> Serving:
    """Serve a sandbox in a thread; port 0 takes a free one. Raises OSError when the address is taken."""
    return serve_app(sandbox.app, host, port)


def serve_app(app: App, host: str = "127.0.0.1", port: int = 0) -> Serving:
    """The same for any application, on the same server with the same settings."""
    listener = _listen(host, port)
    return Serving(DroppingServer(_config(app)), listener)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the protocol is named: else every answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _config(app: App) -> uvicorn.Config:
    """No access log: a request line holds phone numbers and codes."""
    return uvicorn.Config(
        app,
        http=CuttableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
