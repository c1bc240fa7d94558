"""ACS3-HMAC-SHA256: Alibaba's signature, over the smallest set of headers its official clients send.

Source: Alibaba Cloud, "V3 request structure and signature". There is no derived key; every request is signed
with the AccessKey secret itself.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"
_SAFE = "-_.~"


@dataclass(frozen=True)
class KeyPair:
    """An AccessKey. Its repr shows neither half of the secret."""

    id: str
    secret: str = field(repr=False)


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Sorted by name and percent-encoded as RFC 3986 asks: what is signed, and what goes on the wire."""
    pairs = sorted(parameters.items())
    return "&".join(f"{quote(name, safe=_SAFE)}={quote(value, safe=_SAFE)}" for name, value in pairs)


def signed_headers(
    key: KeyPair,
    *,
    action: str,
    version: str,
    host: str,
    query: str,
    body: bytes = b"",
    content_type: str | None = None,
    date: str | None = None,
    nonce: str | None = None,
) -> dict[str, str]:
    """The headers of a POST to `/?{query}` with `body`, the Authorization among them.

    `query` is a canonical query; `date` (UTC, yyyy-MM-ddTHH:mm:ssZ) and `nonce` are today's and a fresh one
    unless given.
    """
    headers = {"content-type": content_type} if content_type else {}
    headers |= {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-acs-date": date or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "x-acs-signature-nonce": nonce or secrets.token_hex(16),
        "x-acs-version": version,
    }
    headers["authorization"] = _authorization(key, query, headers)
    return headers


def _authorization(key: KeyPair, query: str, headers: Mapping[str, str]) -> str:
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{headers['x-acs-content-sha256']}"
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key.id},SignedHeaders={names},Signature={signature}"
