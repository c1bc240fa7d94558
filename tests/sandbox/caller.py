"""A client of the sandbox that signs by its own reading of Alibaba's documents, in both styles.

It shares no code with the sandbox: what both agree on is the protocol.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from element.sandbox import Sandbox
from element.sandbox.answers import Answer
from element.sandbox.gateway import respond
from element.sandbox.wire import Request

FORM = "application/x-www-form-urlencoded"
HOST = "127.0.0.1:8010"


@dataclass(frozen=True)
class Caller:
    """Signs and sends calls to a sandbox in this process; fields left empty are filled in."""

    sandbox: Sandbox
    key_id: str = "testid"
    secret: str = "testsecret"
    token: str = ""
    style: str = "acs3"
    method: str = "POST"
    place: str = "query"
    date: str = ""
    nonce: str = ""
    algorithm: str = "HMAC-SHA1"
    space: str = "%20"
    version: str = "2017-05-25"
    extra: dict[str, str] = field(default_factory=dict)

    def but(self, **changes: Any) -> "Caller":
        return replace(self, **changes)

    def call(self, action: str, **params: str) -> "Reply":
        return Reply(respond(self.sandbox, self.request(action, **params)))

    def request(self, action: str, **params: str) -> Request:
        return (self._acs3 if self.style == "acs3" else self._rpc)(action, params)

    def _acs3(self, action: str, params: dict[str, str]) -> Request:
        query, form = (params, {}) if self.place == "query" else ({}, params)
        body = self._encoded(form)
        headers = {
            "host": HOST,
            "x-acs-action": action,
            "x-acs-version": self.version,
            "x-acs-date": self.date or now(),
            "x-acs-signature-nonce": self.nonce or secrets.token_hex(16),
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
            **({"content-type": FORM} if form else {}),
            **({"x-acs-security-token": self.token} if self.token else {}),
            **self.extra,
        }
        names = sorted(headers)
        lines = "".join(f"{name}:{headers[name]}\n" for name in names)
        canonical_query = "&".join(f"{strict(name)}={strict(query[name])}" for name in sorted(query))
        canonical = (
            f"{self.method}\n/\n{canonical_query}\n{lines}\n{';'.join(names)}\n{hashlib.sha256(body).hexdigest()}"
        )
        to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self.secret.encode(), to_sign.encode(), "sha256").hexdigest()
        headers["authorization"] = (
            f"ACS3-HMAC-SHA256 Credential={self.key_id},SignedHeaders={';'.join(names)},Signature={signature}"
        )
        return Request(self.method, "/", self._encoded(query), headers, body)

    def _rpc(self, action: str, params: dict[str, str]) -> Request:
        common = {
            "Action": action,
            "Version": self.version,
            "AccessKeyId": self.key_id,
            "SignatureMethod": self.algorithm,
            "SignatureVersion": "1.0",
            "SignatureNonce": self.nonce or secrets.token_hex(16),
            "Timestamp": self.date or now(),
            **({"SecurityToken": self.token} if self.token else {}),
            **self.extra,
        }
        every = common | params
        joined = "&".join(f"{strict(name)}={strict(every[name])}" for name in sorted(every))
        to_sign = f"{self.method}&%2F&{strict(joined)}"
        digest = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}.get(self.algorithm, "sha1")
        raw = hmac.new(f"{self.secret}&".encode(), to_sign.encode(), digest).digest()
        common["Signature"] = base64.b64encode(raw).decode()
        query, form = {
            "query": (common | params, {}),
            "form": ({}, common | params),
            "mixed": (common, params),
        }[self.place]
        headers = {"host": HOST, **({"content-type": FORM} if form else {})}
        return Request(self.method, "/", self._encoded(query), headers, self._encoded(form))

    def _encoded(self, params: dict[str, str]) -> bytes:
        text = "&".join(f"{strict(name)}={strict(value)}" for name, value in params.items())
        return text.replace("%20", self.space).encode()


class Reply:
    """An answer read as a dictionary, from JSON or XML."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.status = answer.status
        self.is_xml = "xml" in answer.media_type
        self.body = _from_xml(answer.body) if self.is_xml else json.loads(answer.body)

    @property
    def code(self) -> str:
        return str(self.body["Code"])

    def __repr__(self) -> str:
        return f"{self.status} {self.body}"


def now(shift: float = 0.0) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + shift))


def strict(text: str) -> str:
    return quote(text, safe="~")


def _from_xml(text: bytes) -> dict[str, Any]:
    root = ElementTree.fromstring(text)
    return {"": root.tag} | {child.tag: child.text or "" for child in root}
