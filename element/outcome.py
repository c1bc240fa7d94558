"""Accepted, refused or unknown: decided here, and only here, from what Alibaba answered.

| the answer                                     | outcome                                             |
|------------------------------------------------|-----------------------------------------------------|
| 200, an object with Code "OK"                  | accepted                                            |
| an object with another Code, whatever status   | refused, 46002; open whether it was sent for the    |
|                                                | few codes whose advice is to check the record first |
| anything else: no object, no Code, a redirect  | unknown, 46003                                      |

What happens before there is an answer is told apart in transport.py.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from element.codes import advice, codes
from element.errors import Refused, RequestFailed
from element.redact import identifier, redact
from element.wire import Answer


def accepted(answer: Answer, host: str, private: Iterable[str]) -> dict[str, Any]:
    """The body of an accepted answer. Raises Refused or RequestFailed, their texts without any `private` value."""
    if 300 <= answer.status < 400:
        raise RequestFailed.without_answer("redirect", host)
    body = _json(answer.body)
    code = body.get("Code") if isinstance(body, dict) else None
    if not isinstance(code, str) or (code == "OK" and answer.status != 200):
        raise RequestFailed.without_answer("bad_answer", host)
    if code != "OK":
        raise _refused(code, answer.status, body, [*private])
    return dict(body)


def _refused(code: str, status: int, body: Mapping[str, Any], private: list[str]) -> Refused:
    facts = {
        "result_code": code if code in codes() else identifier(code, private),
        "result_message": redact(str(body.get("Message") or ""), private),
        "request_id": identifier(str(body.get("RequestId") or "-"), private),
    }
    return Refused("refused_unclear" if _leaves_open(code, status) else "refused", facts)


def _leaves_open(code: str, status: int) -> bool:
    """Whether the message may have gone out all the same. Of codes nobody has listed, only isv. ones, the caller's
    own mistakes, are taken for a no, and none on a server's error."""
    known = advice(code)
    if known:
        return known.resend == "check"
    return status >= 500 or not code.startswith("isv.")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
