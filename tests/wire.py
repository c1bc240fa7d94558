"""A server on loopback that answers each connection as a test says, byte by byte, and keeps what it was asked."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager

Behaviour = Callable[[socket.socket], None]


def http(status: str, body: bytes | str, *headers: str) -> bytes:
    content = body if isinstance(body, bytes) else body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


OK = http("200 OK", '{"Message":"OK","RequestId":"F655A8D5","BizId":"9006197469364984^0","Code":"OK"}')


class Server:
    """`requests` holds what came in, one entry a request; `connections` counts them."""

    def __init__(self, behave: Behaviour, greeting: bytes = b"") -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._behave = behave
        self._greeting = greeting
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.sendall(self._greeting)
                while request := _read_request(connection):
                    self.requests.append(request)
                    self._behave(connection)
            except OSError:
                return


@contextmanager
def serving(behave: Behaviour, greeting: bytes = b""):
    server = Server(behave, greeting)
    try:
        yield server
    finally:
        server.close()


def answering(content: bytes) -> Behaviour:
    return lambda connection: connection.sendall(content)


def hanging(seconds: float) -> Behaviour:
    return lambda connection: time.sleep(seconds)


def closing(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def resetting(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def dripping(content: bytes, pause: float) -> Behaviour:
    def drip(connection: socket.socket) -> None:
        for position in range(len(content)):
            connection.sendall(content[position : position + 1])
            time.sleep(pause)

    return drip


def _read_request(connection: socket.socket) -> bytes:
    """One request: its head and as much body as it announces; empty when the other side has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(lengths[0] if lengths else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
