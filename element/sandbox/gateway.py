"""The gateway as an ASGI application: one HTTP request in, Alibaba's answer out, whatever the request holds."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from . import answers, operations, outcomes, wire
from .admission import admit
from .answers import Answer
from .exchange import Exchange
from .origin import check_host
from .refusals import Refusal
from .state import Sandbox
from .wire import Call, Request

LARGEST_BODY = 1 << 19  # a full batch is about 160 kB
CUT = "element.sandbox.cut"
NOTHING = Answer(200, b"")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger("element.sandbox")


class Gateway:
    """Answers every path but the sandbox's own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(scope, receive)
        answer = respond(self._sandbox, request)
        if answer.delay:
            await _pause(receive, answer.delay)
        if answer.cut:
            await scope["extensions"][CUT]()
            return
        await _write(answer, send)


def respond(sandbox: Sandbox, request: Request | None) -> Answer:
    """The answer to a request; None stands for one that is too large to read."""
    request_id = str(uuid.uuid4()).upper()
    action, form, host = "", "JSON", ""
    try:
        if request is None:
            raise Refusal("Sandbox.TooLarge")
        host = request.host
        check_host(host, sandbox.hosts)
        call = wire.read(request)
        action, form = call.action, call.format
        with sandbox.lock:
            return _converse(sandbox, call, request_id)
    except Refusal as refusal:
        log.info("%s %s RequestId %s", _shown(action), refusal.code, request_id)
        return answers.refused(refusal, request_id, action=_shown(action), form=form, host=host)


def _converse(sandbox: Sandbox, call: Call, request_id: str) -> Answer:
    """Raises Refusal."""
    wire.check_action(call, operations.KNOWN)
    operations.check_method(call.action, call.request.method)
    account = admit(call, sandbox.catalog, sandbox.nonces, sandbox.machine_time())
    exchange = Exchange(sandbox, account, call.params, request_id)
    try:
        exchange.meet(sandbox.faults.strike(call.action))
        answer = _performed(call, exchange)
    except outcomes.Struck as struck:
        return _spoilt(call, request_id, struck.outcome)
    if exchange.outcome is not None:
        return _spoilt(call, request_id, exchange.outcome, answer)
    log.info("%s OK RequestId %s", call.action, request_id)
    return answer


def _spoilt(call: Call, request_id: str, outcome: outcomes.Outcome, answer: Answer = NOTHING) -> Answer:
    log.info("%s outcome %s RequestId %s", call.action, outcome.name, request_id)
    about = {"request_id": request_id, "action": call.action, "form": call.format, "host": call.request.host}
    return outcomes.spoil(outcome, answer, **about)


def _performed(call: Call, exchange: Exchange) -> Answer:
    body = operations.perform(call.action, exchange)
    return answers.result(
        call.action, call.format, {"Message": "OK", "RequestId": exchange.request_id, "Code": "OK", **body}
    )


def _shown(action: str) -> str:
    """An action that is safe to repeat: one that exists."""
    return action if action in operations.KNOWN else "Unknown"


async def read_request(scope: Scope, receive: Receive) -> Request | None:
    """The request, or None when its body is larger than the sandbox reads."""
    body = b""
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            break
        body += event.get("body", b"")
        more = event.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    return Request(scope["method"], path.decode("latin-1"), scope["query_string"], headers_of(scope), body)


async def _pause(receive: Receive, seconds: float) -> None:
    """Wait, but no longer than the client does."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass


def headers_of(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


async def _write(answer: Answer, send: Send) -> None:
    headers = [
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
