"""The sandbox's own paths: what was accepted, and everything a test wants to set. JSON over HTTP.

GET    /sandbox/messages?number=…&wait=5&after=ID&limit=20    DELETE /sandbox/messages?number=…
POST   /sandbox/reset
GET    /sandbox/clock         PUT  {"at": "2026-01-01T14:03:00+08:00"} | {"advance": 60} | {}
GET    /sandbox/frequency     PUT  {"on": true}
GET    /sandbox/faults        POST {"outcome": "throttled", "operation": "SendSms", "probability": 0.1, "seed": 7}
                              DELETE
GET    /sandbox/receipts      PUT  {"url": "http://127.0.0.1:9000/reports", "duplicates": false} | {}
GET    /sandbox/numbers
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .clock import beijing
from .faults import Rule
from .gateway import LARGEST_BODY, Receive, Scope, Send, headers_of
from .origin import check_host, check_origin
from .outcomes import OUTCOMES
from .refusals import Refusal
from .state import Sandbox

LONGEST_WAIT = 60.0
LOOK_EVERY = 0.05

Endpoint = Callable[[Request], Awaitable[Response]]
Act = Callable[[Sandbox, Request], Awaitable[dict[str, Any]]]


class Control:
    """The application behind /sandbox/; refuses other hosts' names and other sites' pages."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._hosts = sandbox.hosts
        self._app = Starlette(routes=routes(sandbox))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        try:
            check_host(headers.get("host", ""), self._hosts)
            check_origin(headers)
        except Refusal as refusal:
            response = JSONResponse({"error": refusal.message}, refusal.status)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)


def routes(sandbox: Sandbox) -> list[Route]:
    table: list[tuple[str, str, Act]] = [
        ("GET", "messages", _messages),
        ("DELETE", "messages", _delete_messages),
        ("POST", "reset", _reset),
        ("GET", "clock", _clock),
        ("PUT", "clock", _set_clock),
        ("GET", "frequency", _frequency),
        ("PUT", "frequency", _set_frequency),
        ("GET", "faults", _faults),
        ("POST", "faults", _add_fault),
        ("DELETE", "faults", _clear_faults),
        ("GET", "receipts", _receipts),
        ("PUT", "receipts", _set_receipts),
        ("GET", "numbers", _numbers),
    ]
    return [Route(f"/sandbox/{path}", _endpoint(sandbox, act), methods=[method]) for method, path, act in table]


def _endpoint(sandbox: Sandbox, act: Act) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await act(sandbox, request))
        except (ValueError, TypeError, OverflowError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint


async def _messages(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    query = request.query_params
    wait = min(float(query.get("wait", 0)), LONGEST_WAIT)
    number, limit, after = query.get("number"), int(query.get("limit", 100)), int(query.get("after", 0))
    deadline = time.monotonic() + wait
    while True:
        seen = sandbox.inbox.last_id
        found = sandbox.messages(number, limit, after)
        if found or not time.monotonic() < deadline or await request.is_disconnected():
            return {"messages": [message.as_json() for message in found]}
        await _news(sandbox, seen, deadline)


async def _news(sandbox: Sandbox, seen: int, deadline: float) -> None:
    """Wait for any message newer than `seen`, for a second at most."""
    until = min(deadline, time.monotonic() + 1)
    while sandbox.inbox.last_id == seen and time.monotonic() < until:
        await asyncio.sleep(LOOK_EVERY)


async def _delete_messages(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    return {"deleted": sandbox.delete(request.query_params.get("number"))}


async def _reset(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    sandbox.reset()
    return {"reset": True}


async def _clock(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    return {"now": beijing(sandbox.clock.now()).isoformat()}


async def _set_clock(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    wish = await _body(request)
    if "at" in wish:
        sandbox.clock.set(datetime.fromisoformat(str(wish["at"])))
    elif "advance" in wish:
        sandbox.clock.advance(float(wish["advance"]))
    else:
        sandbox.clock.reset()
    return await _clock(sandbox, request)


async def _frequency(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    return {"on": sandbox.frequency.on}


async def _set_frequency(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    sandbox.frequency.on = (await _body(request)).get("on") is True
    return await _frequency(sandbox, request)


async def _faults(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    return {"faults": [rule.as_json() for rule in sandbox.faults.rules]}


async def _add_fault(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    sandbox.faults.add(Rule(**await _body(request)))
    return await _faults(sandbox, request)


async def _clear_faults(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    sandbox.faults.clear()
    return await _faults(sandbox, request)


async def _receipts(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    return {"url": sandbox.receipts.url, "duplicates": sandbox.receipts.duplicates}


async def _set_receipts(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    wish = await _body(request)
    sandbox.receipts.push_to(wish.get("url"), duplicates=wish.get("duplicates") is True)
    return await _receipts(sandbox, request)


async def _numbers(sandbox: Sandbox, request: Request) -> dict[str, Any]:
    return {"numbers": [asdict(outcome) for outcome in OUTCOMES.values()]}


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object sent. Raises ValueError when it is none, HTTPException when it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(413)
    try:
        wish = json.loads(body or b"{}")
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(wish, dict):
        raise ValueError("a JSON object is needed")
    return wish
