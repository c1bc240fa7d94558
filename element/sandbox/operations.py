"""The operations by name: how they are called (`operations.toml`) and what they do."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files

from . import queries, sending
from .exchange import Exchange
from .refusals import Refusal, invalid, missing

Perform = Callable[[Exchange], dict[str, object]]

PERFORM: dict[str, Perform] = {
    "SendSms": sending.send_sms,
    "SendBatchSms": sending.send_batch_sms,
    "QuerySendDetails": queries.query_send_details,
    "QuerySendStatistics": queries.query_send_statistics,
    "GetSmsTemplate": queries.get_sms_template,
    "QuerySmsTemplateList": queries.query_sms_template_list,
    "GetSmsTemplateList": queries.get_sms_template_list,
    "GetSmsSign": queries.get_sms_sign,
    "QuerySmsSignList": queries.query_sms_sign_list,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the table."""

    methods: tuple[str, ...]
    required: tuple[str, ...] = ()
    integers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    most: Mapping[str, int] = field(default_factory=dict)


_TABLE = tomllib.loads(files(__package__).joinpath("operations.toml").read_text(encoding="utf-8"))
OPERATIONS = {name: Operation(**row) for name, row in _TABLE["simulated"].items()}
OFFLINE = frozenset(_TABLE["others"]["offline"])
NOT_SIMULATED = frozenset(_TABLE["others"]["not_simulated"])
KNOWN = OPERATIONS.keys() | OFFLINE | NOT_SIMULATED


def check_method(action: str, method: str) -> None:
    """Raises Refusal when the operation does not take the HTTP method."""
    allowed = OPERATIONS[action].methods if action in OPERATIONS else ("GET", "POST")
    if method not in allowed:
        raise Refusal("UnsupportedHTTPMethod")


def perform(action: str, exchange: Exchange) -> dict[str, object]:
    """What the operation answers beside Code, Message and RequestId. Raises Refusal or Struck."""
    if action in OFFLINE:
        raise Refusal("isv.INTERFACE_OFFLINE")
    if action in NOT_SIMULATED:
        raise Refusal("Sandbox.NotSimulated", name=action)
    _check_params(OPERATIONS[action], exchange.params)
    return PERFORM[action](exchange)


def _check_params(operation: Operation, params: Mapping[str, str]) -> None:
    for name in operation.required:
        if not params.get(name):
            raise missing(name)
    for name, (least, most) in operation.integers.items():
        if params.get(name) and not _is_integer(params[name], least, most):
            raise invalid(name)
    for name in operation.dates:
        if not _is_date(params[name]):
            raise invalid(name)
    for name, longest in operation.most.items():
        if len(params.get(name, "")) > longest:
            raise invalid(name)


def _is_integer(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= most


def _is_date(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a calendar day
    except ValueError:
        return False
    return len(text) == 8
