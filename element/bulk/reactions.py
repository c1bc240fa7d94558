"""What a bulk job does about an answer: decided here, as tables, for calls with many recipients.

| the answer                                             | what is done                                          |
|--------------------------------------------------------|-------------------------------------------------------|
| accepted                                               | accepted                                              |
| open whether it was sent                               | unknown: the delivery record decides                  |
| refused with a code nobody has listed, not of isv.…    | unknown: we do not know what it means                 |
| the request did not leave, or the gateway is throttled | again, after a pause                                  |
| our own check; codes of ACCOUNT; most of the gateway's | halt: every other call would end the same way         |
| a code of the params, and all recipients have the same | refused                                               |
| any other refusal of one recipient                     | refused                                               |
| any other refusal of several                           | halve: one recipient may be the reason for all        |

Refused means that nobody got anything. For SendSms with many numbers that is how Alibaba is seen to answer; that
SendBatchSms does the same is an assumption, which rests on refusals having no BizId to bill by.
"""

import tomllib
from pathlib import Path
from typing import Any, Literal

from element.bulk.jobs import Call
from element.errors import MissingParameter, Refused, RequestFailed

Reaction = Literal["accepted", "unknown", "again", "halt", "refused", "halve"]

_CODES = tomllib.loads(Path(__file__).with_name("reactions.toml").read_text(encoding="utf-8"))
ACCOUNT = frozenset(_CODES["account"])
PARAMS = frozenset(_CODES["params"])
BUSINESS = ("isv.", "isp.")


def reaction(call: Call, answer: Any) -> Reaction:
    """What to do about `answer`: what a send returned, or the SmsError that it raised."""
    if isinstance(answer, MissingParameter):
        return "halt"
    if isinstance(answer, RequestFailed):
        return "again" if answer.sent is False else "unknown"
    return _refusal(call, answer) if isinstance(answer, Refused) else "accepted"


def _refusal(call: Call, answer: Refused) -> Reaction:
    code, advice = answer.result_code, answer.advice
    if answer.sent is None or (advice is None and not code.startswith(BUSINESS)):
        return "unknown"
    if advice and advice.resend == "yes":
        return "again"
    if code in ACCOUNT or (advice and advice.layer != "business" and code not in PARAMS):
        return "halt"
    if len(call.numbers) == 1 or (call.same and code in PARAMS):
        return "refused"
    return "halve"
