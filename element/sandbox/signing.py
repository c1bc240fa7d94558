"""Alibaba's two ways of signing a request, as pure functions on text.

ACS3: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
RPC:  https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import quote

ACS3 = "ACS3-HMAC-SHA256"
RPC_DIGESTS = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}

Pairs = Iterable[tuple[str, str]]


def percent(text: str) -> str:
    """RFC 3986: everything but letters, digits and `-_.~` is encoded."""
    return quote(text, safe="", errors="surrogatepass")


def canonical_query(pairs: Pairs) -> str:
    return "&".join(f"{percent(name)}={percent(value)}" for name, value in sorted(pairs))


def acs3_canonical(
    method: str, path: str, pairs: Pairs, headers: Mapping[str, str], signed: Iterable[str], body_hash: str
) -> str:
    """The canonical request; `headers` by lower-case name, `signed` in the order of SignedHeaders."""
    names = list(signed)
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names)
    return "\n".join((method, path, canonical_query(pairs), lines, ";".join(names), body_hash))


def acs3_string_to_sign(canonical: str) -> str:
    return f"{ACS3}\n{hashlib.sha256(canonical.encode('utf-8', 'surrogatepass')).hexdigest()}"


def acs3_signature(secret: str, string_to_sign: str) -> str:
    return hmac.digest(secret.encode(), string_to_sign.encode(), "sha256").hex()


def rpc_string_to_sign(method: str, pairs: Pairs) -> str:
    """Every parameter but `Signature`, from query and form alike."""
    query = canonical_query(pair for pair in pairs if pair[0] != "Signature")
    return f"{method}&{percent('/')}&{percent(query)}"


def rpc_signature(secret: str, string_to_sign: str, method: str = "HMAC-SHA1") -> str:
    digest = hmac.digest(f"{secret}&".encode(), string_to_sign.encode(), RPC_DIGESTS[method])
    return base64.b64encode(digest).decode()
