"""The advice on Alibaba's result codes."""

import re
import tomllib

import pytest

from element import codes as room
from element.codes import Advice, advice, codes

LAYERS = tomllib.loads(room.TABLE.read_text("utf-8"))
ROWS = [(layer, code, row) for layer, rows in LAYERS.items() for code, row in rows.items()]
OWN_WORDS = [row for row in ROWS if "same_as" not in row[2]]
BORROWED = [row for row in ROWS if "same_as" in row[2]]
HAN = re.compile(r"[\u4e00-\u9fff]")

# The codes that Alibaba documents, family by family; a row that goes missing is noticed here.
DOCUMENTED = {
    "gateway": """
        MissingAccessKeyId MissingPhoneNumbers MissingParameter InvalidParameter InvalidParameter.Format
        InvalidAccessKeyId.NotFound InvalidAccessKeyId.Inactive SignatureDoesNotMatch IncompleteSignature
        InvalidSignatureMethod InvalidTimeStamp.Format InvalidTimeStamp.Expired IllegalTimestamp
        SignatureNonceUsed InvalidVersion NoSuchVersion InvalidAction.NotFound InvalidApi.NotFound
        InvalidProduct.NotFound InvalidProtocol.NeedSsl UnsupportedHTTPMethod Throttling Throttling.User
        Throttling.Api Forbidden Forbidden.RAM Forbidden.RiskControl Forbidden.UserVerification
        InsufficientBalance InternalError ServiceUnavailable TemplateParam.Illegal""",
    "business": """
        OK isv.BUSINESS_LIMIT_CONTROL isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL isv.MOBILE_NUMBER_ILLEGAL
        isv.MOBILE_COUNT_OVER_LIMIT isv.DOMESTIC_NUMBER_NOT_SUPPORTED isv.SMS_TEMPLATE_ILLEGAL
        isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_NAME_ILLEGAL isv.SIGN_NAME_ILLEGAL isv.SMS_SIGN_ILLEGAL
        isv.SIGN_STATE_ILLEGAL isv.SMS_SIGNATURE_SCENE_ILLEGAL isv.SIGN_SOURCE_ILLEGAL
        isv.TEMPLATE_MISSING_PARAMETERS isv.TEMPLATE_PARAMS_ILLEGAL isv.INVALID_PARAMETERS
        isv.INVALID_JSON_PARAM isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL isv.SMS_CONTENT_ILLEGAL
        isv.UNSUPPORTED_CONTENT isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE isv.BLACK_KEY_CONTROL_LIMIT
        isv.CUSTOMER_REFUSED isv.AMOUNT_NOT_ENOUGH isv.OUT_OF_SERVICE isv.PRODUCT_UN_SUBSCRIPT
        isv.PRODUCT_UNSUBSCRIBE isv.ACCOUNT_NOT_EXISTS isv.ACCOUNT_ABNORMAL isv.SECURITY_FROZEN_ACCOUNT
        isp.RAM_PERMISSION_DENY isp.SYSTEM_ERROR isp.GATEWAY_ERROR isv.DENY_IP_RANGE isv.EXTEND_CODE_ERROR
        isv.ONE_CODE_MULTIPLE_SIGN isv.CODE_EXCEED_LIMIT isv.CODE_ERROR isv.SMS_TEST_SIGN_TEMPLATE_LIMIT
        isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL isv.SMS_TEST_NUMBER_LIMIT
        INVALID_SENDERID FORBIDDEN_ACTION OUT_OF_SERVICE ACCOUNT_NOT_EXISTS SMS_CONTENT_CODE_ILLEGAL
        SMS_SIGN_NAME_ILLEGAL MOBILE_NUMBER_ILLEGAL CONTENT_MISSING_PARAMETERS INVALID_PARAMETERS
        INVALID_JSON_PARAM PARAM_LENGTH_LIMIT AMOUNT_NOT_ENOUGH SYSTEM_ERROR DATA_NOT_EXIST QPS_LIMIT_CONTROL
        ONLINE_BILLING_FAILED QUERY_DATE_ILLEGAL RAM_PERMISSION_DENY PRODUCT_NOT_SUBSCRIBED
        SMS_SECURITY_INTERCEPTED SMS_CONTENT_ILLEGAL ACCOUNT_ILLEGAL BLACK_KEY_CONTROL_LIMIT
        NOT_SUPPORTED_COUNTRY""",
    "delivery": """
        DELIVERED DELIVRD REQUEST_SUCCESS MOBILE_NOT_ON_SERVICE MOBILE_SEND_LIMIT MOBILE_ACCOUNT_ABNORMAL
        MOBILE_IN_BLACK MOBLLE_TERMINAL_ERROR MOBILE_TERMINAL_ERROR INVALID_NUMBER USER_REJECT CONTENT_KEYWORD
        CONTENT_ERROR PORT_NOT_REGISTERED IS_CLOSE PARAMS_ILLEGAL NO_ROUTE SP_NOT_BY_INTER_SMS
        SP_UNKNOWN_ERROR EXPIRED""",
    "management": """
        ForbiddenAction TemplateNotFound SignatureNotFound SmsSignatureNotFound MissingTemplateName
        AssocSignUnapproved InvalidTemplateRule.Format InvalidTemplateRule InvalidTemplateContent.Format
        TemplateVarLimitExceeded TemplateParameterCountIllegal template_parameter_count_illegal
        InvalidMoreData ServiceNotOpened InvalidSignName SignName.Exists MissingSignName QualificationNotFound
        InvalidParam.PageSize InvalidParam.PhoneNumber InvalidParam.SendDate isv.INTERFACE_OFFLINE
        isv.SMS_OVER_LIMIT isv.SIGN_COUNT_OVER_LIMIT isv.TEMPLATE_COUNT_OVER_LIMIT isv.SIGN_FILE_LIMIT
        isv.SIGN_OVER_LIMIT isv.TEMPLATE_OVER_LIMIT SIGNATURE_BLACKLIST isv.ERROR_EMPTY_FILE
        isv.ERROR_SIGN_NOT_DELETE isv.ERROR_SIGN_NOT_MODIFY isv.ERROR_TEMPLATE_NOT_DELETE
        isv.ERROR_TEMPLATE_NOT_MODIFY isv.SMS_SIGN_EMOJI_ILLEGAL isv.SHORTURL_OVER_LIMIT
        isv.NO_AVAILABLE_SHORT_URL isv.SHORTURL_NAME_ILLEGAL isv.SOURCEURL_OVER_LIMIT
        isv.SHORTURL_TIME_ILLEGAL isv.PHONENUMBERS_OVER_LIMIT isv.SHORTURL_STILL_AVAILABLE
        isv.SHORTURL_NOT_FOUND isv.SHORTURL_DOMAIN_EMPTY""",
}


def known(code: str) -> Advice:
    found = advice(code)
    assert found is not None, code
    return found


@pytest.mark.parametrize("layer", DOCUMENTED)
def test_every_documented_code_has_advice(layer: str) -> None:
    assert {code: known(code).layer for code in DOCUMENTED[layer].split()} == dict.fromkeys(
        DOCUMENTED[layer].split(), layer
    )


def test_a_code_stands_in_one_layer_only() -> None:
    listed = [code for _, code, _ in ROWS]
    assert [code for code in listed if listed.count(code) > 1] == []
    assert list(codes()) == [code for code in listed if not code.endswith("*")]


@pytest.mark.parametrize(("layer", "code", "row"), OWN_WORDS, ids=[code for _, code, _ in OWN_WORDS])
def test_a_row_is_complete_in_both_languages(layer: str, code: str, row: dict[str, object]) -> None:
    assert layer in {"gateway", "business", "delivery", "management"}
    assert set(row) == {"resend", "en", "zh"}
    assert row["resend"] in {"yes", "window", "no", "check"}
    english, chinese = row["en"], row["zh"]
    assert isinstance(english, list)
    assert isinstance(chinese, list)
    assert len(english) == len(chinese) >= 2
    assert all(HAN.search(sentence) for sentence in chinese)
    assert all(sentence.endswith(".") and sentence == sentence.strip() for sentence in english)
    assert all(sentence.endswith("。") and sentence == sentence.strip() for sentence in chinese)
    assert len(set(english)) == len(english)


@pytest.mark.parametrize(("layer", "code", "row"), BORROWED, ids=[code for _, code, _ in BORROWED])
def test_a_row_borrows_its_words_from_one_that_has_some(layer: str, code: str, row: dict[str, object]) -> None:
    assert set(row) == {"same_as"}
    assert row["same_as"] in {own for _, own, _ in OWN_WORDS}


@pytest.mark.parametrize(
    ("resend", "listed"),
    [
        ("yes", "Throttling Throttling.User Throttling.Api InvalidTimeStamp.Expired QPS_LIMIT_CONTROL EXPIRED"),
        (
            "window",
            "isv.BUSINESS_LIMIT_CONTROL isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL MOBILE_SEND_LIMIT "
            "MOBLLE_TERMINAL_ERROR MOBILE_TERMINAL_ERROR IS_CLOSE isv.SMS_OVER_LIMIT "
            "isv.SIGN_COUNT_OVER_LIMIT isv.TEMPLATE_COUNT_OVER_LIMIT isv.SHORTURL_OVER_LIMIT",
        ),
        (
            "check",
            "SignatureNonceUsed InternalError ServiceUnavailable isp.SYSTEM_ERROR isp.GATEWAY_ERROR "
            "SYSTEM_ERROR ONLINE_BILLING_FAILED REQUEST_SUCCESS SP_UNKNOWN_ERROR",
        ),
    ],
)
def test_only_these_codes_allow_another_send(resend: str, listed: str) -> None:
    assert {code for code, row in codes().items() if row.resend == resend} == set(listed.split())


@pytest.mark.parametrize("code", [code for code, row in codes().items() if row.resend == "check"])
def test_what_may_have_gone_out_is_first_looked_up_or_asked(code: str) -> None:
    assert re.search(r"record|Ask the recipient", known(code).fix["en"])
    assert re.search(r"查询发送记录|向用户确认", known(code).fix["zh"])


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        (
            "SignatureDoesNotMatch",
            ["Secret again", "space or line break", "swapped", "clock", "RFC 3986"],
            ["重新填写", "空格或换行", "填反", "校准本机时间", "RFC 3986"],
        ),
        (
            "isv.BUSINESS_LIMIT_CONTROL",
            ["next full minute", "next full hour", "24 hours", "1 a minute · 5 an hour · 10 a day", "40", "50"],
            ["下一个整分钟", "下一个整点", "24 小时", "1 条/分钟 · 5 条/小时 · 10 条/天", "40 条", "50 条"],
        ),
        ("isv.SMS_TEMPLATE_ILLEGAL", ["character by character", "approved"], ["逐字核对", "审核通过"]),
        ("isv.TEMPLATE_MISSING_PARAMETERS", ["not empty", "capitals count"], ["非空", "区分大小写"]),
        ("InvalidAccessKeyId.NotFound", ["Copy the AccessKey ID", "swapped"], ["重新复制", "填反"]),
        ("PORT_NOT_REGISTERED", ["5 to 10 working days"], ["5–10 个工作日"]),
    ],
)
def test_a_fix_names_the_likeliest_cause_first(code: str, english: list[str], chinese: list[str]) -> None:
    for language, steps in (("en", english), ("zh", chinese)):
        places = [known(code).fix[language].find(step) for step in steps]
        assert -1 not in places
        assert places == sorted(places)


def test_accepted_is_not_called_delivered() -> None:
    assert known("OK").meaning == {
        "en": "Alibaba Cloud accepted the message; it is not yet delivered.",
        "zh": "阿里云已受理该短信，但这不代表已送达。",
    }


@pytest.mark.parametrize(
    ("code", "resend", "english", "chinese"),
    [
        ("MissingPhoneNumbers", "no", "came without PhoneNumbers.", "缺少参数 PhoneNumbers。"),
        ("InvalidRegionId", "no", "the value of RegionId.", "参数 RegionId 的值。"),
        ("InvalidRegionId.NotFound", "no", "the value of RegionId.", "参数 RegionId 的值。"),
        ("Throttling.Quota", "yes", "nothing was sent.", "短信没有发出。"),
    ],
)
def test_a_code_without_a_row_is_advised_by_its_family(code: str, resend: str, english: str, chinese: str) -> None:
    found = known(code)
    assert code not in codes()
    assert (found.code, found.layer, found.resend) == (code, "gateway", resend)
    assert found.meaning["en"].endswith(english)
    assert found.meaning["zh"].endswith(chinese)
    assert "{param}" not in "".join(found.fix.values())


@pytest.mark.parametrize("code", ["InvalidVersion", "InvalidTemplateRule", "MissingSignName", "Throttling.User"])
def test_a_row_of_its_own_comes_before_the_family(code: str) -> None:
    assert known(code) is codes()[code]


@pytest.mark.parametrize(
    "code", ["", "Missing", "Missing*", "Invalid", "Invalid value 1", "isv.NEW_CODE", "isv.invalid_parameters", "ok"]
)
def test_an_unlisted_code_has_no_advice(code: str) -> None:
    assert advice(code) is None
