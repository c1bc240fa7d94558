"""Questions to Alibaba that send nothing and cost nothing: key, signature, template, delivery record."""

import json
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from element.errors import Refused
from element.models import models


@dataclass(frozen=True)
class Template:
    """A template as Alibaba holds it. `attributes` maps a variable's name to its attribute code."""

    code: str
    name: str
    text: str
    kind: str
    state: str
    attributes: dict[str, str]
    rejected_because: str = ""


@dataclass(frozen=True)
class Sign:
    """A signature as Alibaba holds it; `test`: it goes only with test templates."""

    name: str
    state: str
    test: bool
    rejected_because: str = ""


@dataclass(frozen=True)
class Delivery:
    """One row of the delivery record. `state` is waiting, failed or delivered; times are Beijing's."""

    number: str = field(repr=False)
    state: str
    error_code: str
    template_code: str
    out_id: str
    sent: str
    received: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Credentials:
    """A key pair that Alibaba accepts. `may_query`: whether it may ask the free questions too.

    `clock_skew`: seconds that this machine's clock is ahead of Alibaba's (to the second), None if it did not say.
    """

    may_query: bool
    clock_skew: float | None


KINDS = {"0": "verification", "1": "notification", "2": "promotion", "3": "international"}
STATES = {"0": "reviewing", "1": "approved", "2": "rejected", "10": "cancelled"}
LIST_STATES = {
    "AUDIT_STATE_INIT": "reviewing",
    "AUDIT_STATE_PASS": "approved",
    "AUDIT_STATE_NOT_PASS": "rejected",
    "AUDIT_SATE_CANCEL": "cancelled",  # so spelt in the template list
    "AUDIT_STATE_CANCEL": "cancelled",
}
DELIVERY_STATES = {"1": "waiting", "2": "failed", "3": "delivered"}
TEST_TAGS = frozenset({"4", "5"})
NOT_PERMITTED = frozenset({"Forbidden.RAM", "Forbidden", "isp.RAM_PERMISSION_DENY", "NoPermission"})


class Queries(ABC):
    """The free questions; AliyunSms answers them through its own client.

    All raise Refused and RequestFailed as a send does. `not_permitted(error)` tells a key that may not ask from a
    key that is wrong.
    """

    @abstractmethod
    def _ask(self, operation: str, request: Any) -> Any:
        """The SDK's response (`.body`, `.headers`) to one operation."""

    def checkCredentials(self) -> Credentials:
        """Whether Alibaba accepts the key pair. Refused when it does not; a missing permission is no refusal."""
        try:
            response = self._ask("query_sms_template_list", models().QuerySmsTemplateListRequest(page_size=1))
        except Refused as error:
            if not_permitted(error):
                return Credentials(may_query=False, clock_skew=None)
            raise
        return Credentials(may_query=True, clock_skew=_ahead_of(response.headers.get("date")))

    def queryTemplate(self, code: str) -> Template:
        """The template of that code. Refused with TemplateNotFound when the account has none."""
        body = self._ask("get_sms_template", models().GetSmsTemplateRequest(template_code=code)).body
        return Template(
            code=body.template_code or code,
            name=body.template_name or "",
            text=body.template_content or "",
            kind=KINDS.get(str(body.template_type), str(body.template_type)),
            state=STATES.get(str(body.template_status), str(body.template_status)),
            attributes=_attributes(body.variable_attribute),
            rejected_because=_reason(body.audit_info),
        )

    def listTemplates(self, page: int = 1, size: int = 50) -> list[Template]:
        """The account's templates, a page at a time; the list does not tell variable attributes."""
        body = self._ask(
            "query_sms_template_list", models().QuerySmsTemplateListRequest(page_index=page, page_size=size)
        ).body
        return [
            Template(
                code=row.template_code,
                name=row.template_name or "",
                text=row.template_content or "",
                kind=KINDS.get(str(row.outer_template_type), str(row.outer_template_type)),
                state=LIST_STATES.get(row.audit_status, str(row.audit_status)),
                attributes={},
                rejected_because=(row.reason.reject_info or "") if row.reason else "",
            )
            for row in body.sms_template_list or []
        ]

    def querySign(self, name: str) -> Sign:
        """The signature of that name. Refused with SignatureNotFound when the account has none."""
        body = self._ask("get_sms_sign", models().GetSmsSignRequest(sign_name=name)).body
        return Sign(
            name=body.sign_name or name,
            state=STATES.get(str(body.sign_status), str(body.sign_status)),
            test=str(body.sign_tag) in TEST_TAGS,
            rejected_because=_reason(body.audit_info),
        )

    def querySendDetails(self, phone: str, date: str, *, page: int = 1, bizId: str | None = None) -> list[Delivery]:
        """The delivery record of one number on one day (yyyyMMdd, Beijing time, the last 30 days), 50 rows a page."""
        request = models().QuerySendDetailsRequest(
            phone_number=phone, send_date=date, page_size=50, current_page=page, biz_id=bizId
        )
        found = self._ask("query_send_details", request).body.sms_send_detail_dtos
        return [
            Delivery(
                number=row.phone_num or phone,
                state=DELIVERY_STATES.get(str(row.send_status), str(row.send_status)),
                error_code=row.err_code or "",
                template_code=row.template_code or "",
                out_id=row.out_id or "",
                sent=row.send_date or "",
                received=row.receive_date or "",
                text=row.content or "",
            )
            for row in (found.sms_send_detail_dto if found else None) or []
        ]


def not_permitted(error: Refused) -> bool:
    """Whether Alibaba knows the key but does not let it ask: the key is right, a permission is missing."""
    return error.result_code in NOT_PERMITTED


def _ahead_of(date: str | None) -> float | None:
    try:
        return time.time() - parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return None


def _attributes(text: str | None) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): str(attribute) for name, attribute in found.items()} if isinstance(found, dict) else {}


def _reason(audit: Any) -> str:
    return str(audit.reject_info or "") if audit else ""
