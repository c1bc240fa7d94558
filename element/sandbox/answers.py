"""Answers as Alibaba writes them: JSON or XML, for a result, a business refusal or a refusal of the gateway."""

import json
import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from .refusals import Refusal

JSON_TYPE = "application/json; charset=utf-8"
XML_TYPE = "text/xml; charset=utf-8"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `delay` seconds later, or, with `cut`, nothing but the end of the connection."""

    status: int
    body: bytes
    media_type: str = JSON_TYPE
    delay: float = 0.0
    cut: bool = False


def result(action: str, form: str, body: dict[str, Any], status: int = 200) -> Answer:
    """An answer of the operation itself."""
    return _answer(f"{action}Response", form, body, status)


def refused(refusal: Refusal, request_id: str, *, action: str, form: str, host: str) -> Answer:
    """An answer that says no, in the form of whoever says it: the service (HTTP 200) or the gateway."""
    body = {"RequestId": request_id, "Message": refusal.message, "Code": refusal.code}
    if refusal.status == 200:
        return result(action, form, body)
    recommend = f"https://api.aliyun.com/troubleshoot?q={refusal.code}"
    return _answer("Error", form, body | {"HostId": host, "Recommend": recommend}, refusal.status)


def as_json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def as_xml(root: str, body: dict[str, Any]) -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?>{_element(root, body)}'
    return text.encode("utf-8", "replace")


def _answer(root: str, form: str, body: dict[str, Any], status: int) -> Answer:
    if form == "XML":
        return Answer(status, as_xml(root, body), XML_TYPE)
    return Answer(status, as_json(body))


def _element(name: str, value: object) -> str:
    """A list is its element repeated, as in Alibaba's XML samples."""
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    return f"<{name}>{_content(value)}</{name}>"


def _content(value: object) -> str:
    if isinstance(value, dict):
        return "".join(_element(name, item) for name, item in value.items())
    if isinstance(value, bool):
        return str(value).lower()
    return NOT_IN_XML.sub("?", escape(str(value)))
