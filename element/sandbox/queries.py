"""The operations that ask: sent messages and their statistics, templates, signatures.

Fields, types and the differently numbered enumerations are those of Alibaba's API description.
"""

import itertools
import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from .catalog import KINDS, STATUSES, TAGS, Signature, Template
from .clock import DAY, day, stamp
from .exchange import Exchange
from .inbox import DELIVERED, FAILED, WAITING, Message
from .phones import parse
from .refusals import Refusal

NO_REMARK = "无审批备注"
CARRIERS = ("mobile", "unicom", "telecom")
DAYS_KEPT = 30

Row = dict[str, Any]
Item = TypeVar("Item")


def query_send_details(exchange: Exchange) -> Row:
    """The messages to one number on one day, newest first."""
    params = exchange.params
    phone = parse(params["PhoneNumber"])
    if phone is None:
        raise Refusal("isv.MOBILE_NUMBER_ILLEGAL", number=params["PhoneNumber"][:32])
    found = [message for message in exchange.sandbox.inbox.find(phone.number) if _asked_for(message, exchange)]
    page = _page(found, params["CurrentPage"], params["PageSize"])
    return {"TotalCount": str(len(found)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": [_detail(m) for m in page]}}


def _asked_for(message: Message, exchange: Exchange) -> bool:
    params = exchange.params
    if exchange.sandbox.clock.now() - message.accepted_at > DAYS_KEPT * DAY:
        return False
    return day(message.accepted_at) == params["SendDate"] and params.get("BizId", "") in ("", message.biz_id)


def _detail(message: Message) -> Row:
    row: Row = {
        "PhoneNum": message.number,
        "SendStatus": message.status,
        "TemplateCode": message.template_code,
        "SendDate": stamp(message.accepted_at),
        "Content": message.text,
    }
    if message.out_id is not None:
        row["OutId"] = message.out_id
    if message.reported:
        row |= {"ErrCode": message.err_code, "ReceiveDate": stamp(message.report_at)}
    return row


def query_send_statistics(exchange: Exchange) -> Row:
    """Messages by day, newest day first, as far as the inbox still has them."""
    days: dict[str, list[Message]] = {}
    for message in exchange.sandbox.inbox.find():
        if _counts(message, exchange.params):
            days.setdefault(day(message.accepted_at), []).append(message)
    page = _page(list(days.items()), exchange.params["PageIndex"], exchange.params["PageSize"])
    return {"Data": {"TotalSize": len(days), "TargetList": [_statistic(date, found) for date, found in page]}}


def _counts(message: Message, params: dict[str, str]) -> bool:
    abroad = message.kind == "international"
    return (
        params["StartDate"] <= day(message.accepted_at) <= params["EndDate"]
        and abroad == (params["IsGlobe"] == "2")
        and params.get("TemplateType", "") in ("", str(KINDS[message.kind][0]))
        and params.get("SignName", "") in ("", message.sign)
    )


def _statistic(date: str, messages: Sequence[Message]) -> Row:
    statuses = [message.status for message in messages]
    return {
        "SendDate": date,
        "TotalCount": len(statuses),
        "RespondedSuccessCount": statuses.count(DELIVERED),
        "RespondedFailCount": statuses.count(FAILED),
        "NoRespondedCount": statuses.count(WAITING),
    }


def get_sms_template(exchange: Exchange) -> Row:
    template = exchange.sandbox.catalog.templates.get(exchange.params["TemplateCode"])
    if template is None:
        raise Refusal("TemplateNotFound")
    row: Row = {
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "TemplateContent": template.content or "",
        "TemplateType": str(KINDS[template.kind][0]),
        "TemplateStatus": str(STATUSES[template.status][0]),
        "TemplateTag": TAGS[template.tag],
        "RelatedSignName": template.sign,
        "OrderId": _order_id(template.code),
        # The line break at the end is in Alibaba's own sample.
        "VariableAttribute": json.dumps(dict(template.variables), separators=(",", ":")) + "\n",
        "Remark": "",
        "ApplyScene": "",
        "CreateDate": template.created,
        "AuditInfo": {"AuditDate": template.created, "RejectInfo": template.reason},
        "FileUrlList": {"FileUrl": []},
        "MoreDataFileUrlList": {"MoreDataFileUrl": []},
    }
    return row | ({"IntlType": template.intl_type} if template.international else {})


def query_sms_template_list(exchange: Exchange) -> Row:
    templates = list(exchange.sandbox.catalog.templates.values())
    page, counts = _listed(templates, exchange.params)
    return {"SmsTemplateList": [_listed_template(template) for template in page], **counts}


def _listed_template(template: Template) -> Row:
    outer_type, list_type = KINDS[template.kind]
    # Alibaba's description spells the cancelled state of templates, and of templates only, like this.
    status = STATUSES[template.status][1].replace("STATE_CANCEL", "SATE_CANCEL")
    return {
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "TemplateContent": template.content or "",
        "TemplateType": list_type,
        "OuterTemplateType": outer_type,
        "AuditStatus": status,
        "CreateDate": template.created,
        "OrderId": _order_id(template.code),
        "SignatureName": template.sign,
        "Reason": _reason(template),
    }


def get_sms_template_list(exchange: Exchange) -> Row:
    """The newer list with filters; its fields are known from the official clients only."""
    templates = [
        template for template in exchange.sandbox.catalog.templates.values() if _fits(template, exchange.params)
    ]
    number, size = exchange.params.get("PageIndex") or "1", exchange.params.get("PageSize") or "10"
    rows = [_newly_listed_template(template) for template in _page(templates, number, size)]
    return {
        "Success": True,
        "Data": {"List": rows, "PageNo": int(number), "PageSize": int(size), "Total": len(templates)},
    }


def _fits(template: Template, params: dict[str, str]) -> bool:
    asked = {
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "SignName": template.sign,
        "AuditStatus": str(STATUSES[template.status][0]),
        "TemplateType": str(KINDS[template.kind][0]),
        "TemplateTag": str(TAGS[template.tag]),
    }
    return all(params.get(name, "") in ("", value) for name, value in asked.items())


def _newly_listed_template(template: Template) -> Row:
    return {
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "TemplateContent": template.content or "",
        "TemplateType": KINDS[template.kind][0],
        "AuditStatus": STATUSES[template.status][0],
        "SignName": template.sign,
        "GmtCreate": template.created,
        "WorkOrderId": _order_id(template.code),
        "TemplateTag": [],
        "UsableStateList": [],
    }


def get_sms_sign(exchange: Exchange) -> Row:
    signature = exchange.sandbox.catalog.signatures.get(exchange.params["SignName"])
    if signature is None:
        raise Refusal("SignatureNotFound")
    return {
        "SignName": signature.name,
        "SignStatus": STATUSES[signature.status][0],
        "SignTag": str(TAGS[signature.tag]),
        "SignCode": f"SIGN_{_order_id(signature.name)}",
        "SignUsage": "",
        "OrderId": _order_id(signature.name),
        "QualificationId": 0,
        "Remark": "",
        "ApplyScene": "",
        "ThirdParty": False,
        "CreateDate": signature.created,
        "AuditInfo": {"AuditDate": signature.created, "RejectInfo": signature.reason},
        "FileUrlList": [],
        "RegisterResult": 1,
        "AuthorizationLetterId": 0,
        "AuthorizationLetterAuditPass": False,
        "TrademarkId": 0,
        "AppIcpRecordId": 0,
        "SignIspRegisterDetailList": [_registration(carrier, signature) for carrier in CARRIERS],
    }


def _registration(carrier: str, signature: Signature) -> Row:
    return {
        "OperatorCode": carrier,
        "RegisterStatus": 3,
        "OperatorCompleteTime": signature.created,
        "RegisterStatusReasons": [{"ReasonCode": "DETECT_SUCCESS", "ReasonDescList": []}],
    }


def query_sms_sign_list(exchange: Exchange) -> Row:
    signatures = list(exchange.sandbox.catalog.signatures.values())
    page, counts = _listed(signatures, exchange.params)
    return {"SmsSignList": [_listed_signature(signature) for signature in page], **counts}


def _listed_signature(signature: Signature) -> Row:
    return {
        "SignName": signature.name,
        "AuditStatus": STATUSES[signature.status][1],
        "BusinessType": "验证码类型" if signature.scene == "verification" else "通用类型",
        "CreateDate": signature.created,
        "OrderId": _order_id(signature.name),
        "Reason": _reason(signature),
        "AuthorizationLetterId": 0,
        # The one field of the description that begins with a small letter.
        "authorizationLetterAuditPass": False,
        "TrademarkId": 0,
        "AppIcpRecordId": 0,
    }


def _reason(entry: Template | Signature) -> Row:
    reason = entry.reason if entry.status == "rejected" else NO_REMARK
    return {"RejectInfo": reason, "RejectSubInfo": reason, "RejectDate": entry.created}


def _listed(items: Sequence[Item], params: dict[str, str]) -> tuple[Sequence[Item], Row]:
    number, size = params.get("PageIndex") or "1", params.get("PageSize") or "10"
    return _page(items, number, size), {
        "TotalCount": len(items),
        "CurrentPage": int(number),
        "PageSize": int(size),
    }


def _page(items: Iterable[Item], number: str, size: str) -> Sequence[Item]:
    first = (int(number) - 1) * int(size)
    return list(itertools.islice(items, first, first + int(size)))


def _order_id(name: str) -> str:
    """A work order number: the same for the same name, as long as Alibaba's."""
    return str(20_000_000_000 + int.from_bytes(name.encode("utf-8", "replace")[-4:], "big"))
