"""Who may call: the signature, its date and nonce, the key pair and its permissions.

Each style yields a `Proof`; the checks after that are the same for both.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from . import signing
from .catalog import Account, Catalog
from .nonces import Nonces
from .refusals import Refusal, missing
from .wire import Call

WINDOW = 15 * 60
# Alibaba: every common header that is there must be signed. These are always needed.
MUST_BE_SIGNED = {
    "host",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
}
MUST_BE_SIGNED_IF_THERE = {"x-acs-security-token", "x-acs-accesskey-id"}
AUTHORIZATION = re.compile(
    rf"{signing.ACS3}\s+Credential=(?P<key_id>[^,]*),\s*SignedHeaders=(?P<signed>[^,]*),\s*Signature=(?P<signature>[^,]*)"
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a caller offers, and how a secret would have signed it."""

    key_id: str
    date: str
    nonce: str
    token: str
    signature: str
    string_to_sign: str
    sign: Callable[[str], str]


def admit(call: Call, catalog: Catalog, nonces: Nonces, now: float) -> Account:
    """The account that signed the call. Raises Refusal in the order of a gateway."""
    proof = _acs3_proof(call) if call.style == "acs3" else _rpc_proof(call)
    _check_date(proof.date, now)
    account = _account(proof, catalog)
    if not _same(proof.signature, proof.sign(account.secret)):
        raise Refusal("SignatureDoesNotMatch", string_to_sign=proof.string_to_sign)
    if not nonces.is_new(proof.key_id, proof.nonce, now):
        raise Refusal("SignatureNonceUsed")
    if not account.may(call.action):
        raise Refusal("Forbidden.RAM")
    return account


def _acs3_proof(call: Call) -> Proof:
    headers = call.request.headers
    key_id, signed, signature = _authorization(headers["authorization"])
    names = [name.strip().lower() for name in signed.split(";") if name.strip()]
    _check_common_headers(headers, names)
    body_hash = hashlib.sha256(call.request.body).hexdigest()
    canonical = signing.acs3_canonical(call.request.method, call.request.path, call.query, headers, names, body_hash)
    text = signing.acs3_string_to_sign(canonical)
    if not _same(headers["x-acs-content-sha256"].lower(), body_hash):
        raise Refusal("SignatureDoesNotMatch", string_to_sign=text)
    return Proof(
        key_id=key_id,
        date=headers["x-acs-date"],
        nonce=headers["x-acs-signature-nonce"],
        token=headers.get("x-acs-security-token", ""),
        signature=signature,
        string_to_sign=text,
        sign=lambda secret: signing.acs3_signature(secret, text),
    )


def _authorization(header: str) -> tuple[str, str, str]:
    found = AUTHORIZATION.fullmatch(header.strip())
    if found is None and not header.strip().startswith(f"{signing.ACS3} "):
        raise Refusal("InvalidSignatureMethod")
    if found is None or not found["signature"] or not found["signed"]:
        raise Refusal("IncompleteSignature", detail="Credential, SignedHeaders and Signature are needed")
    if not found["key_id"]:
        raise missing("AccessKeyId")
    return found["key_id"], found["signed"], found["signature"]


def _check_common_headers(headers: dict[str, str], signed: list[str]) -> None:
    if not headers.get("x-acs-date"):
        raise Refusal("IllegalTimestamp")
    if not headers.get("x-acs-signature-nonce"):
        raise missing("SignatureNonce")
    needed = MUST_BE_SIGNED | (MUST_BE_SIGNED_IF_THERE & headers.keys())
    absent = sorted(name for name in needed if name not in signed or name not in headers)
    if absent:
        raise Refusal("IncompleteSignature", detail=f"{', '.join(absent)} must be sent and signed")


def _rpc_proof(call: Call) -> Proof:
    params = call.params
    for name in ("AccessKeyId", "Signature", "SignatureNonce"):
        if not params.get(name):
            raise missing(name)
    if not params.get("Timestamp"):
        raise Refusal("IllegalTimestamp")
    method = params.get("SignatureMethod", "HMAC-SHA1")
    if method not in signing.RPC_DIGESTS:
        raise Refusal("InvalidSignatureMethod")
    if params.get("SignatureVersion", "1.0") != "1.0":
        raise Refusal("IncompleteSignature", detail="SignatureVersion is 1.0")
    text = signing.rpc_string_to_sign(call.request.method, (*call.query, *call.form))
    return Proof(
        key_id=params["AccessKeyId"],
        date=params["Timestamp"],
        nonce=params["SignatureNonce"],
        token=params.get("SecurityToken", ""),
        signature=params["Signature"],
        string_to_sign=text,
        sign=lambda secret: signing.rpc_signature(secret, text, method),
    )


def _check_date(text: str, now: float) -> None:
    try:
        moment = _seconds(text)
    except ValueError as error:
        raise Refusal("InvalidTimeStamp.Format") from error
    if abs(moment - now) > WINDOW:
        raise Refusal("InvalidTimeStamp.Expired")


@lru_cache(maxsize=64)
def _seconds(text: str) -> float:
    """Since the epoch; kept, because many requests carry the same second."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


def _account(proof: Proof, catalog: Catalog) -> Account:
    account = catalog.accounts.get(proof.key_id)
    if account is None:
        raise Refusal("InvalidAccessKeyId.NotFound")
    if not account.active:
        raise Refusal("InvalidAccessKeyId.Inactive")
    if account.security_token and not proof.token:
        raise missing("SecurityToken")
    if not _same(account.security_token, proof.token):
        raise Refusal("InvalidSecurityToken.MismatchWithAccessKey")
    return account


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
