"""Alibaba's official client over our own transport: its models, operations and endpoints, our wire.

The only file on the SDK, but for its models. Importing it takes the SDK's half second,
so it is imported at the first send; `element` alone does not.
"""

import logging
from collections.abc import Iterator
from typing import Any

from alibabacloud_dysmsapi20170525.client import Client as OfficialClient
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from element.async_transport import AsyncTransport
from element.endpoint import Endpoint
from element.outcome import accepted
from element.signing import KeyPair, canonical_query, signed_headers
from element.transport import Transport
from element.wire import Answer, tls

SHOWN = frozenset({"SignName", "TemplateCode", "OutId", "PageIndex", "PageSize", "CurrentPage", "SendDate"})
_FORM = "application/x-www-form-urlencoded"


def _take_off_the_sdks_handlers() -> None:
    """On import the SDK's core sets its logger to DEBUG and prints it on stderr, requests and all."""
    logger = logging.getLogger("darabonba-core")
    logger.setLevel(logging.WARNING)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)


_take_off_the_sdks_handlers()


class Client(OfficialClient):  # type: ignore[misc]
    """The SDK's Client for one key pair; every operation of it goes through `call_api` below."""

    def __init__(self, key: KeyPair, endpoint: Endpoint) -> None:
        super().__init__(Config(endpoint=endpoint.authority, protocol=endpoint.scheme))
        self._key_pair = key
        self._host = endpoint
        self._transport = Transport(endpoint)
        self._async_transport = AsyncTransport(endpoint)

    def call_api(self, params: Params, request: OpenApiRequest, runtime: RuntimeOptions) -> dict[str, Any]:
        """One operation, sent once. Parameters travel where the SDK puts them: query or form.

        Raises Refused or RequestFailed, and nothing of the SDK's.
        """
        return self._judged(self._transport.post(*self._signed(params, request)), request)

    async def call_api_async(self, params: Params, request: OpenApiRequest, runtime: RuntimeOptions) -> dict[str, Any]:
        """`call_api` without blocking the event loop."""
        return self._judged(await self._async_transport.post(*self._signed(params, request)), request)

    def warm_up(self) -> None:
        """Load the TLS certificates."""
        if self._host.scheme == "https":
            tls()

    def close(self) -> None:
        """Close the idle connections; those of asyncio close with their event loop."""
        self._transport.close()

    def _signed(self, params: Params, request: OpenApiRequest) -> tuple[str, dict[str, str], bytes]:
        """The target, the headers and the body of the signed request."""
        query = canonical_query(request.query or {})
        body = canonical_query(request.body or {}).encode()
        headers = signed_headers(
            self._key_pair,
            action=params.action,
            version=params.version,
            host=self._host.authority,
            query=query,
            body=body,
            content_type=_FORM if body else None,
        )
        return f"/?{query}" if query else "/", headers, body

    def _judged(self, answer: Answer, request: OpenApiRequest) -> dict[str, Any]:
        """An accepted answer in the shape that the SDK's models are made from."""
        body = accepted(answer, self._host.host, self._private(request))
        return {"body": body, "headers": dict(answer.headers), "statusCode": answer.status}

    def _private(self, request: OpenApiRequest) -> Iterator[str]:
        """What no text may show: the key, and all parameters but those that name things.

        Numbers of digits alone are left to the masking, which leaves a part that people know them by.
        """
        yield from (self._key_pair.id, self._key_pair.secret)
        for name, value in {**(request.query or {}), **(request.body or {})}.items():
            if name == "PhoneNumbers":
                yield from (number for number in value.split(",") if not number.isdigit())
            elif name not in SHOWN:
                yield value
