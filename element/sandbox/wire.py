"""What came over the wire, and what it asks for, whichever of Alibaba's two styles it is written in."""

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from .refusals import Refusal, invalid, missing

VERSION = "2017-05-25"
FORMATS = ("JSON", "XML")
MOST_PARAMETERS = 500

Style = Literal["acs3", "rpc"]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names in lower case, a repeated header joined by commas."""

    method: str
    path: str
    query: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def host(self) -> str:
        return self.headers.get("host", "")


@dataclass(frozen=True, slots=True)
class Call:
    """A request read as a call of an operation."""

    request: Request
    query: list[tuple[str, str]]
    form: list[tuple[str, str]]
    params: dict[str, str]
    style: Style

    @property
    def action(self) -> str:
        return self._common("x-acs-action", "Action")

    @property
    def version(self) -> str:
        return self._common("x-acs-version", "Version")

    @property
    def format(self) -> str:
        """`JSON` or `XML`: what Format asks for, else what the style of the request defaults to."""
        return self.params.get("Format", "").upper() or ("JSON" if self.style == "acs3" else "XML")

    def _common(self, header: str, name: str) -> str:
        return self.request.headers.get(header, "") if self.style == "acs3" else self.params.get(name, "")


def read(request: Request) -> Call:
    """The call in a request. Raises Refusal when its parameters cannot be read at all."""
    query = pairs(request.query)
    form = pairs(request.body) if _is_form(request) else []
    params: dict[str, str] = {}
    for name, value in (*query, *form):
        params.setdefault(name, value)
    style: Style = "acs3" if "authorization" in request.headers else "rpc"
    return Call(request, query, form, params, style)


def pairs(text: bytes) -> list[tuple[str, str]]:
    """Decoded names and values in order; `+` is a space, an absent value is empty."""
    try:
        return parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise invalid("Parameter") from error


def check_action(call: Call, known: Container[str]) -> None:
    """Format, Action and Version, in the order in which a gateway needs them."""
    if call.format not in FORMATS:
        raise Refusal("InvalidParameter.Format")
    if not call.action:
        raise missing("Action")
    if not call.version:
        raise missing("Version")
    if call.version != VERSION:
        raise Refusal("InvalidVersion")
    if call.action not in known:
        raise Refusal("InvalidAction.NotFound")


def _is_form(request: Request) -> bool:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return content_type == "application/x-www-form-urlencoded"
