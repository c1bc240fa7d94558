"""What a fully verified SendSms costs the sandbox, and whether its memory stays flat.

    python -m tests.bench.sandbox                          CPU per request, against a bare route on the same server
    python -m tests.bench.sandbox --memory 1000000         memory while the gateway accepts that many messages
    python -m tests.bench.sandbox --memory 100000 --http   the same over HTTP

Each server runs in a process of its own and reports its own CPU and memory; the client sends both the same
signed requests. Memory is compared from a fifth of the messages on, when every bounded store has been full.
"""

import argparse
import hashlib
import itertools
import json
import multiprocessing
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from element.sandbox import Sandbox, gateway, signing
from element.sandbox.server import serve_app
from element.sandbox.wire import Request

AT_MOST = 2.5  # times the CPU of the bare route
FLAT = 1.05  # times the memory at a fifth of the messages
ROUNDS = 5
STEPS = 10
ACCEPTED = b'"Code":"OK"'
KEY, SECRET, SIGN, TEMPLATE = "benchid", "benchsecret", "沙箱商城", "SMS_1"


def main() -> int:
    options = _options()
    if not options.memory:
        return _measure_cpu(options.requests)
    return _measure_memory(options.memory, options.http)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=4000, help="requests in each of the rounds")
    parser.add_argument("--memory", type=int, default=0, metavar="MESSAGES", help="measure memory instead")
    parser.add_argument("--http", action="store_true", help="measure memory over HTTP")
    return parser.parse_args()


def told() -> Sandbox:
    """A sandbox with one of everything, and frequency control on: the most that a send is checked for."""
    sandbox = Sandbox(frequency=True)
    sandbox.add_account(KEY, SECRET)
    sandbox.add_sign(SIGN)
    sandbox.add_template(TEMPLATE, "验证码：${code}，5分钟内有效。", "verification")
    return sandbox


def signed_requests(host: str) -> Iterator[Request]:
    """SendSms as the official Python client writes it, each to another number."""
    for count in itertools.count():
        query = {
            "PhoneNumbers": str(13_000_000_000 + count % 6_000_000_000),
            "SignName": SIGN,
            "TemplateCode": TEMPLATE,
            "TemplateParam": json.dumps({"code": f"{count % 1_000_000:06}"}),
        }
        yield _signed(query, host)


def _signed(query: dict[str, str], host: str) -> Request:
    headers = {
        "accept": "application/json",
        "host": host,
        "user-agent": "AlibabaCloud (Linux; x86_64) Python/3.11 Core/0.4.6 TeaDSL/2",
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-credentials-provider": "static_ak",
        "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "x-acs-signature-nonce": os.urandom(16).hex(),
        "x-acs-version": "2017-05-25",
    }
    names = sorted(headers)
    canonical = signing.acs3_canonical("POST", "/", query.items(), headers, names, headers["x-acs-content-sha256"])
    signature = signing.acs3_signature(SECRET, signing.acs3_string_to_sign(canonical))
    headers["authorization"] = f"{signing.ACS3} Credential={KEY},SignedHeaders={';'.join(names)},Signature={signature}"
    return Request("POST", "/", urlencode(query, quote_via=quote).encode(), headers)


def _measure_cpu(requests: int) -> int:
    """CPU per request of both, in alternating rounds so that both see the same machine."""
    with _Server("bare") as bare, _Server("sandbox") as sandbox:
        rounds = [(bare.cpu_for(requests), sandbox.cpu_for(requests)) for _ in range(ROUNDS)]
    bare_us, sandbox_us = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(sandbox / bare for bare, sandbox in rounds)
    print(f"bare route       {bare_us:7.0f} µs CPU per request")
    print(f"SendSms verified {sandbox_us:7.0f} µs CPU per request")
    print(f"ratio            {ratio:7.2f}   (at most {AT_MOST})")
    return 0 if ratio <= AT_MOST else 1


class _Server:
    """A server in a process of its own, which reports what it has used."""

    def __init__(self, kind: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(kind, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._port = self._line.recv()
        self._requests = signed_requests(f"127.0.0.1:{self._port}")

    def __enter__(self) -> "_Server":
        self.send(500)
        return self

    def __exit__(self, *problem: object) -> None:
        self._line.send("stop")
        self._process.join()

    def cpu_for(self, requests: int) -> float:
        """Microseconds of the server's CPU per request."""
        before = self.reading("cpu")
        self.send(requests)
        return (self.reading("cpu") - before) / requests * 1e6

    def send(self, requests: int) -> None:
        _exchange(self._port, [_on_the_wire(request) for request in itertools.islice(self._requests, requests)])

    def reading(self, name: str) -> float:
        self._line.send(name)
        return float(self._line.recv())


def _serve(kind: str, line: Connection) -> None:
    readings: dict[str, Callable[[], float]] = {"cpu": time.process_time, "memory": _resident}
    with serve_app(told().app if kind == "sandbox" else _bare()) as serving:
        line.send(serving.port)
        while (wanted := line.recv()) in readings:
            line.send(readings[wanted]())


def _bare() -> Starlette:
    """A route that reads nothing and answers the bytes of an accepted SendSms."""
    request = next(signed_requests("127.0.0.1"))
    body = gateway.respond(told(), request).body

    async def answer(request: HttpRequest) -> Response:
        return Response(body, media_type="application/json; charset=utf-8")

    return Starlette(routes=[Route("/", answer, methods=["POST"])])


def _on_the_wire(request: Request) -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    line = f"{request.method} {request.path}?{request.query.decode()} HTTP/1.1\r\n"
    return f"{line}{headers}content-length: 0\r\n\r\n".encode()


def _exchange(port: int, wires: list[bytes]) -> None:
    """One request after the other on one connection. Raises RuntimeError for anything but an accepted message."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for wire in wires:
            connection.sendall(wire)
            answer = _answer(connection)
            if ACCEPTED not in answer:
                raise RuntimeError(answer.decode("utf-8", "replace"))


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return body


def _measure_memory(messages: int, http: bool) -> int:
    if http:
        with _Server("sandbox") as server:
            return _watch(messages, server.send, lambda: server.reading("memory"))
    return _watch(messages, _sender(told()), _resident)


def _watch(messages: int, send: Callable[[int], None], resident: Callable[[], float]) -> int:
    sizes = []
    for step in range(1, STEPS + 1):
        send(messages // STEPS)
        sizes.append(resident())
        print(f"{messages // STEPS * step:>9} messages  {sizes[-1] / 1e6:7.1f} MB", flush=True)
    growth = sizes[-1] / sizes[STEPS // 5 - 1]
    print(f"growth after a fifth of the messages: {growth:.3f} (at most {FLAT})")
    return 0 if growth <= FLAT else 1


def _sender(sandbox: Sandbox) -> Callable[[int], None]:
    """Hands requests to the gateway itself, without HTTP around it."""
    requests = signed_requests("127.0.0.1")

    def send(count: int) -> None:
        for request in itertools.islice(requests, count):
            if ACCEPTED not in gateway.respond(sandbox, request).body:
                raise RuntimeError("a message was refused")

    return send


def _resident() -> float:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(main())
