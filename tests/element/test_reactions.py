"""What a bulk job does about an answer, row by row."""

from types import SimpleNamespace

import pytest

from element.bulk.jobs import Call
from element.bulk.reactions import ACCOUNT, PARAMS, reaction
from element.codes import codes
from element.errors import MissingParameter, RequestFailed
from tests.conftest import refused


def call(recipients, same):
    params = {"name": "x"} if same else [{"name": "x"}] * recipients
    return Call(1, same, 1, 0.0, "id-1-1", [str(place) for place in range(recipients)], params)


ONE, MANY, MANY_SAME = call(1, False), call(3, False), call(3, True)


@pytest.mark.parametrize(
    ("answer", "one", "many", "many_same"),
    [
        (SimpleNamespace(code="OK"), "accepted", "accepted", "accepted"),
        (RequestFailed.without_answer("timeout", "host"), "unknown", "unknown", "unknown"),
        (RequestFailed.before_leaving("dns", "host"), "again", "again", "again"),
        (MissingParameter("missing", {"parameter": "verifySign"}), "halt", "halt", "halt"),
        ("isv.MOBILE_NUMBER_ILLEGAL", "refused", "halve", "halve"),
        ("isv.BUSINESS_LIMIT_CONTROL", "refused", "halve", "halve"),
        ("isv.BLACK_KEY_CONTROL_LIMIT", "refused", "halve", "halve"),
        ("isv.INVALID_PARAMETERS", "refused", "halve", "halve"),
        ("isv.MOBILE_COUNT_OVER_LIMIT", "refused", "halve", "halve"),
        ("isv.PARAM_LENGTH_LIMIT", "refused", "halve", "refused"),
        ("isv.SMS_CONTENT_ILLEGAL", "refused", "halve", "refused"),
        ("TemplateParam.Illegal", "refused", "halve", "refused"),
        ("isv.AMOUNT_NOT_ENOUGH", "halt", "halt", "halt"),
        ("isv.SMS_TEMPLATE_ILLEGAL", "halt", "halt", "halt"),
        ("isv.DAY_LIMIT_CONTROL", "halt", "halt", "halt"),
        ("SignatureDoesNotMatch", "halt", "halt", "halt"),
        ("Forbidden.RAM", "halt", "halt", "halt"),
        ("MissingPhoneNumbers", "halt", "halt", "halt"),
        ("Throttling.User", "again", "again", "again"),
        ("isp.SYSTEM_ERROR", "unknown", "unknown", "unknown"),
        ("ServiceUnavailable", "unknown", "unknown", "unknown"),
        ("SignatureNonceUsed", "unknown", "unknown", "unknown"),
        ("isv.SOMETHING_NEW", "refused", "halve", "halve"),
        ("SomethingNew.Odd", "unknown", "unknown", "unknown"),
    ],
)
def test_an_answer_has_one_reaction(answer, one, many, many_same):
    answer = refused(answer, "said Alibaba", "R-1") if isinstance(answer, str) else answer
    assert [reaction(each, answer) for each in (ONE, MANY, MANY_SAME)] == [one, many, many_same]


def test_the_codes_of_the_table_are_real_and_surely_not_sent():
    listed = codes()
    assert not ACCOUNT & PARAMS
    for code in ACCOUNT | PARAMS:
        assert listed[code].resend in ("no", "window"), code
