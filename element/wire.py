"""What both transports share: the request's bytes, the answer's parser, and what a failure means."""

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httptools

from element.errors import RequestFailed
from element.proxy import ProxyRefused

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MAX_IDLE_SECONDS = 10.0
MAX_ANSWER_BYTES = 4 << 20
_loading = threading.Lock()


@dataclass(frozen=True)
class Answer:
    """A complete HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class AnswerParser:
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
            raise TooLarge
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
        """An interim answer (1xx) is not yet the answer."""
        self.complete = self._parser.get_status_code() >= 200


class TunnelParser(AnswerParser):
    """A proxy's answer to CONNECT, which ends with its headers."""

    def on_headers_complete(self) -> None:
        self.complete = True


class TooLarge(Exception):
    """An answer beyond MAX_ANSWER_BYTES."""


CAUSES: dict[type[Exception], str] = {
    socket.gaierror: "dns",
    UnicodeError: "dns",
    ssl.SSLError: "tls",
    TimeoutError: "timeout",
    ProxyRefused: "proxy",
    TooLarge: "too_large",
    httptools.HttpParserError: "bad_answer",
    OSError: "connect",
}


def cause_of(error: Exception, left: bool) -> str:
    cause = next(cause for kind, cause in CAUSES.items() if isinstance(error, kind))
    return "reset" if left and cause in ("connect", "tls") else cause


@dataclass(frozen=True)
class Failure:
    """Why there is no answer, and whether a byte of the request may have left."""

    cause: str
    left: bool
    reused: bool

    def error(self, host: str) -> RequestFailed:
        kind = RequestFailed.without_answer if self.left else RequestFailed.before_leaving
        return kind(self.cause, host)


def request_bytes(target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    head = "\r\n".join([*lines, f"content-length: {len(body)}", "\r\n"])
    return head.encode() + body


def tls() -> ssl.SSLContext:
    """One context for all connections: loading the certificates costs more than a hundred requests."""
    with _loading:
        return _tls()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
