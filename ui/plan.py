"""A send as it is restated before, carried out once, and reported after. Nothing is drawn here."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from element import ElementError, SmsError
from element.redact import masked
from element.simulate import rehearse
from element.template import message, parts
from ui import workspace
from ui.numbers import Recipients

Kind = Literal["accepted", "refused", "unknown"]


@dataclass(frozen=True)
class Plan:
    """Who gets what, and through what: the sandbox or Alibaba Cloud.

    `params` are (name, value) pairs; `version` is the fingerprint of the element that was restated.
    """

    full_name: str
    live: bool
    recipients: Recipients
    sign: str
    code: str
    text: str
    params: tuple[tuple[str, str], ...]
    version: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.recipients.numbers or self.code or self.text)

    @property
    def content(self) -> tuple[object, ...]:
        """What a second send would repeat, however it was typed."""
        return self.live, self.full_name, self.sign, frozenset(self.recipients.numbers), self.code, self.params

    @property
    def masked_numbers(self) -> list[str]:
        return [masked(number) for number in self.recipients.numbers]

    @property
    def parts(self) -> int | None:
        """Billed parts for each number, None while the text is not known."""
        return parts(message(self.sign, self.text, dict(self.params))) if self.text else None


@dataclass(frozen=True)
class Outcome:
    """What came of a plan. `answer` is Alibaba's answer where there was one; `out_id` marks this very send."""

    plan: Plan
    kind: Kind
    at: datetime
    milliseconds: int
    out_id: str
    answer: dict[str, Any]
    error: SmsError | ElementError | None = None

    @property
    def biz_id(self) -> str:
        return str(self.answer.get("BizId") or "")


def carry_out(plan: Plan) -> Outcome:
    """Send, through the very call that app code makes."""
    at, started = datetime.now().astimezone(), time.perf_counter()
    out_id = f"test-{secrets.token_hex(8)}"
    error, answer = None, {}
    try:
        answer = _send(plan, out_id)
    except (SmsError, ElementError) as raised:
        error = raised.with_traceback(None)
        answer = _answer_in(error)
    milliseconds = round((time.perf_counter() - started) * 1000)
    return Outcome(plan, _kind(error), at, milliseconds, out_id, answer, error)


def _send(plan: Plan, out_id: str) -> dict[str, Any]:
    app = workspace.app() if plan.live else workspace.simulated()
    if not plan.live:
        rehearse(
            app,
            plan.full_name,
            workspace.sandbox(),
            template_code=plan.code,
            template_text=plan.text or None,
        )
    body = app.getElement(plan.full_name).sendMessage(
        phoneList=list(plan.recipients.numbers),
        params=dict(plan.params),
        verifyTemplateCode=plan.code,
        outId=out_id,
    )
    return dict(body.to_map())


def _kind(error: SmsError | ElementError | None) -> Kind:
    if error is None:
        return "accepted"
    return "unknown" if isinstance(error, SmsError) and error.sent is None else "refused"


def _answer_in(error: SmsError | ElementError) -> dict[str, Any]:
    """Alibaba's answer as far as a refusal tells it."""
    told = {"Code": "result_code", "Message": "result_message", "RequestId": "request_id"}
    return {name: getattr(error, attribute) for name, attribute in told.items() if hasattr(error, attribute)}
