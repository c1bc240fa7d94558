"""SendSms and SendBatchSms: from parameters to messages in the inbox, or to the refusal of the first check.

The order of the checks is not published; this is the one in which a sender learns most:
count, number, signature, template, scene, values, balance, frequency.
"""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import content, outcomes
from .catalog import Account, Signature, Template
from .exchange import Exchange
from .frequency import Delivery
from .inbox import Message
from .phones import Phone, parse
from .refusals import Refusal
from .writing import Written, write

if TYPE_CHECKING:
    from .state import Sandbox

MOST_NUMBERS = 1000
MOST_BATCH_NUMBERS = 100

_biz_ids = itertools.count(time.time_ns() // 10)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one number is to get."""

    phone: Phone
    sign: str
    template: Template
    written: Written

    @property
    def delivery(self) -> Delivery:
        return Delivery(self.template.kind, self.sign, self.template.code, self.phone.number)


def send_sms(exchange: Exchange) -> dict[str, object]:
    """The same message to each of up to 1000 numbers."""
    params = exchange.params
    phones = _phones(params["PhoneNumbers"].split(","), MOST_NUMBERS)
    signature = _signature(exchange.sandbox, params["SignName"])
    template = _template(exchange.sandbox, params["TemplateCode"])
    _check_pair(exchange.account, phones, signature, template)
    values = content.read_params(params.get("TemplateParam", ""))
    written = write(signature, template, values)
    return _accept(exchange, [Letter(phone, signature.name, template, written) for phone in phones])


def send_batch_sms(exchange: Exchange) -> dict[str, object]:
    """A message of its own for each of up to 100 numbers, all with one template."""
    params = exchange.params
    phones = _phones(_texts(params["PhoneNumberJson"]), MOST_BATCH_NUMBERS)
    names = _texts(params["SignNameJson"])
    rows = _rows(params.get("TemplateParamJson", ""), len(phones))
    if not len(phones) == len(names) == len(rows):
        raise Refusal("isv.INVALID_PARAMETERS", detail="手机号码、签名与模板变量的数量不一致")
    template = _template(exchange.sandbox, params["TemplateCode"])
    letters = []
    for phone, name, row in zip(phones, names, rows, strict=True):
        signature = _signature(exchange.sandbox, name)
        _check_pair(exchange.account, [phone], signature, template)
        written = write(signature, template, content.params_of(row))
        letters.append(Letter(phone, signature.name, template, written))
    return _accept(exchange, letters)


def _texts(text: str) -> list[str]:
    """A JSON array of strings. Raises Refusal when it is none."""
    value = content.read_json(text)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refusal("isv.INVALID_JSON_PARAM")
    return value


def _rows(text: str, count: int) -> list[object]:
    value = content.read_json(text) if text else [{}] * count
    if not isinstance(value, list):
        raise Refusal("isv.INVALID_JSON_PARAM")
    return value


def _phones(texts: Sequence[str], most: int) -> list[Phone]:
    if len(texts) > most:
        raise Refusal("isv.MOBILE_COUNT_OVER_LIMIT", limit=most)
    return [_phone(text) for text in texts]


def _phone(text: str) -> Phone:
    phone = parse(text)
    if phone is None:
        raise Refusal("isv.MOBILE_NUMBER_ILLEGAL", number=text[:32])
    return phone


def _signature(sandbox: "Sandbox", name: str) -> Signature:
    signature = sandbox.catalog.signatures.get(name) or (Signature(name) if sandbox.lenient else None)
    if signature is None or signature.status != "approved":
        raise Refusal("isv.SMS_SIGNATURE_ILLEGAL")
    if signature.forbidden:
        raise Refusal("isv.SMS_SIGN_ILLEGAL")
    if not signature.usable:
        raise Refusal("isv.SIGN_STATE_ILLEGAL")
    return signature


def _template(sandbox: "Sandbox", code: str) -> Template:
    template = sandbox.catalog.templates.get(code) or (Template(code, None) if sandbox.lenient else None)
    if template is None or template.status != "approved":
        raise Refusal("isv.SMS_TEMPLATE_ILLEGAL")
    return template


def _check_pair(account: Account, phones: Sequence[Phone], signature: Signature, template: Template) -> None:
    """Whether signature, template and numbers go together."""
    if (signature.tag == "test") != (template.tag == "test"):
        raise Refusal("isv.SMS_TEST_SIGN_TEMPLATE_LIMIT")
    if signature.scene == "verification" and template.kind != "verification":
        raise Refusal("isv.SMS_SIGNATURE_SCENE_ILLEGAL")
    for phone in phones:
        _check_region(phone, template)
        if template.tag == "test" and not _is_bound(account, phone):
            raise Refusal("isv.SMS_TEST_NUMBER_LIMIT")


def _check_region(phone: Phone, template: Template) -> None:
    if template.content is None or phone.mainland != template.international:
        return
    if phone.mainland:
        raise Refusal("isv.DOMESTIC_NUMBER_NOT_SUPPORTED")
    raise Refusal("isv.MOBILE_NUMBER_ILLEGAL", number=phone.number)


def _is_bound(account: Account, phone: Phone) -> bool:
    return account.test_numbers is None or phone.number in account.test_numbers


def _accept(exchange: Exchange, letters: Sequence[Letter]) -> dict[str, object]:
    """All letters or none, under one BizId."""
    exchange.meet(outcomes.of_numbers(letter.phone.number for letter in letters))
    now = exchange.sandbox.clock.now()
    parts = sum(letter.written.parts for letter in letters)
    _check_balance(exchange.account, parts)
    _count(exchange.sandbox, letters, now)
    if exchange.account.balance is not None:
        exchange.account.balance -= parts
    biz_id = f"{next(_biz_ids)}^0"
    for letter in letters:
        exchange.sandbox.take(_message(exchange, letter, biz_id, now))
    return {"BizId": biz_id}


def _check_balance(account: Account, parts: int) -> None:
    if account.balance is not None and account.balance < parts:
        raise Refusal("isv.AMOUNT_NOT_ENOUGH")


def _count(sandbox: "Sandbox", letters: Sequence[Letter], now: float) -> None:
    """Frequency control is for the mainland; a magic number keeps its own outcome however often it is used."""
    if not sandbox.frequency.on:
        return
    counted = [
        letter.delivery for letter in letters if letter.phone.mainland and letter.phone.number not in outcomes.BY_NUMBER
    ]
    for delivery in counted:
        sandbox.frequency.check(delivery, now)
    for delivery in counted:
        sandbox.frequency.count(delivery, now)


def _message(exchange: Exchange, letter: Letter, biz_id: str, now: float) -> Message:
    outcome = outcomes.BY_NUMBER.get(letter.phone.number, outcomes.DELIVERED)
    late = exchange.sandbox.delivery_delay + outcome.receipt_after
    return Message(
        id=exchange.sandbox.inbox.next_id(),
        number=letter.phone.number,
        sign=letter.sign,
        template_code=letter.template.code,
        kind=letter.template.kind,
        text=letter.written.text,
        code_found=letter.written.code_found,
        parts=letter.written.parts,
        accepted_at=now,
        report_at=now + late,
        receipt="DELIVERED" if outcome.receipt is None else outcome.receipt,
        biz_id=biz_id,
        out_id=exchange.params.get("OutId") or None,
        request_id=exchange.request_id,
        clock=exchange.sandbox.clock,
    )
