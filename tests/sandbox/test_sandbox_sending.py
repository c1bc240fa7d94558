"""What SendSms and SendBatchSms accept, and each refusal that a sender can cause."""

import json

import pytest

from element.sandbox import Sandbox
from tests.sandbox.caller import Caller

OTP, NOTE, PROMOTION, ABROAD = "SMS_100000001", "SMS_100000002", "SMS_100000003", "SMS_100000004"
TEST_SIGN, TEST_TEMPLATE = "阿里云短信测试", "SMS_154950909"
NOTE_VALUES = {"name": "小王", "order": "A100", "time": "15:30"}


def params(**values):
    return json.dumps(values, ensure_ascii=False)


REFUSALS = [
    # what differs from a good send, code, a word of the message
    ({"PhoneNumbers": ",".join(["13900000000"] * 1001)}, "isv.MOBILE_COUNT_OVER_LIMIT", "1000"),
    ({"PhoneNumbers": "siemens"}, "isv.MOBILE_NUMBER_ILLEGAL", "siemens"),
    ({"PhoneNumbers": "13900000000,siemens"}, "isv.MOBILE_NUMBER_ILLEGAL", "siemens"),
    ({"PhoneNumbers": "12900000000"}, "isv.MOBILE_NUMBER_ILLEGAL", "12900000000"),
    ({"PhoneNumbers": "1390000000"}, "isv.MOBILE_NUMBER_ILLEGAL", ""),
    ({"PhoneNumbers": "１３９００００００００"}, "isv.MOBILE_NUMBER_ILLEGAL", ""),
    ({"PhoneNumbers": "13900000000, 13900000001"}, "isv.MOBILE_NUMBER_ILLEGAL", ""),
    ({"PhoneNumbers": "85200001234"}, "isv.MOBILE_NUMBER_ILLEGAL", "85200001234"),
    ({"SignName": "没有的签名"}, "isv.SMS_SIGNATURE_ILLEGAL", "签名"),
    ({"SignName": "【沙箱商城】"}, "isv.SMS_SIGNATURE_ILLEGAL", ""),
    ({"SignName": "沙箱商城 "}, "isv.SMS_SIGNATURE_ILLEGAL", ""),
    ({"SignName": "审核中签名"}, "isv.SMS_SIGNATURE_ILLEGAL", ""),
    ({"SignName": "未通过签名"}, "isv.SMS_SIGNATURE_ILLEGAL", ""),
    ({"SignName": "已停用签名"}, "isv.SIGN_STATE_ILLEGAL", ""),
    ({"SignName": "被禁签名"}, "isv.SMS_SIGN_ILLEGAL", ""),
    ({"TemplateCode": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL", "模板"),
    ({"TemplateCode": "sms_100000001"}, "isv.SMS_TEMPLATE_ILLEGAL", ""),
    ({"TemplateCode": "SMS_100000005"}, "isv.SMS_TEMPLATE_ILLEGAL", ""),
    ({"TemplateCode": "SMS_100000006"}, "isv.SMS_TEMPLATE_ILLEGAL", ""),
    ({"TemplateCode": "SMS_100000007"}, "isv.SMS_TEMPLATE_ILLEGAL", ""),
    ({"SignName": "沙箱验证", "TemplateCode": PROMOTION}, "isv.SMS_SIGNATURE_SCENE_ILLEGAL", ""),
    ({"SignName": TEST_SIGN}, "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT", ""),
    ({"TemplateCode": TEST_TEMPLATE}, "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT", ""),
    (
        {"SignName": TEST_SIGN, "TemplateCode": TEST_TEMPLATE, "TemplateParam": params(code="abcd")},
        "isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL",
        "",
    ),
    ({"TemplateCode": ABROAD}, "isv.DOMESTIC_NUMBER_NOT_SUPPORTED", ""),
    ({"TemplateParam": "{code:1234}"}, "isv.INVALID_JSON_PARAM", ""),
    ({"TemplateParam": '["1234"]'}, "isv.INVALID_JSON_PARAM", ""),
    ({"TemplateParam": '{"code":123456}'}, "isv.INVALID_JSON_PARAM", ""),
    ({"TemplateParam": '{"code":null}'}, "isv.INVALID_JSON_PARAM", ""),
    ({"TemplateParam": "[" * 100_000}, "isv.INVALID_JSON_PARAM", ""),
    ({"TemplateParam": '{"code":' + "9" * 5000 + "}"}, "isv.INVALID_JSON_PARAM", ""),
    ({"TemplateParam": ""}, "isv.TEMPLATE_MISSING_PARAMETERS", ""),
    ({"TemplateParam": params(Code="1234")}, "isv.TEMPLATE_MISSING_PARAMETERS", ""),
    ({"TemplateParam": params(code="")}, "isv.TEMPLATE_MISSING_PARAMETERS", ""),
    ({"TemplateParam": params(code="12-34")}, "isv.INVALID_PARAMETERS", "[a-zA-Z0-9]"),
    ({"TemplateParam": params(code="１２３４")}, "isv.INVALID_PARAMETERS", ""),
    ({"TemplateParam": params(code="123")}, "isv.PARAM_LENGTH_LIMIT", "code"),
    ({"TemplateParam": params(code="1234567")}, "isv.PARAM_LENGTH_LIMIT", "code"),
]
NOTE_REFUSALS = [
    ({"name": "王" * 36}, "isv.PARAM_LENGTH_LIMIT", "name"),
    ({"name": "王" * 21}, "isv.TEMPLATE_PARAMS_ILLEGAL", "name"),
    ({"name": "见 https://a.example"}, "isv.PARAM_NOT_SUPPORT_URL", "name"),
    ({"name": "www.aliyun"}, "isv.PARAM_NOT_SUPPORT_URL", "name"),
    ({"name": "来 10.0.0.1 看"}, "isv.PARAM_NOT_SUPPORT_URL", "name"),
    ({"name": "访问aliyun.com"}, "isv.PARAM_NOT_SUPPORT_URL", "name"),
    ({"name": "😀"}, "isv.UNSUPPORTED_CONTENT", "name"),
    ({"name": "小王❤"}, "isv.UNSUPPORTED_CONTENT", "name"),
    ({"name": "【小王】"}, "isv.UNSUPPORTED_CONTENT", "name"),
    ({"name": "①号"}, "isv.UNSUPPORTED_CONTENT", "name"),
    ({"name": "20m²"}, "isv.UNSUPPORTED_CONTENT", "name"),
    ({"name": "\ud800"}, "isv.UNSUPPORTED_CONTENT", "name"),
    ({"order": "订单一"}, "isv.TEMPLATE_PARAMS_ILLEGAL", "order"),
    ({"time": "2026_01_01"}, "isv.TEMPLATE_PARAMS_ILLEGAL", "time"),
    ({"time": "明天"}, "isv.TEMPLATE_PARAMS_ILLEGAL", "time"),
]


@pytest.mark.parametrize(("changes", "code", "word"), REFUSALS)
def test_a_send_is_refused_with_alibabas_code_and_nothing_is_taken(caller, code_to, changes, code, word):
    reply = caller.but(place="form").call("SendSms", **code_to | changes)
    assert (reply.status, reply.code) == (200, code)
    assert word in reply.body["Message"]
    assert caller.sandbox.messages() == []


@pytest.mark.parametrize(("changes", "code", "word"), NOTE_REFUSALS)
def test_a_value_that_cannot_be_sent_is_refused(caller, code_to, changes, code, word):
    values = json.dumps(NOTE_VALUES | changes)
    reply = caller.call("SendSms", **code_to | {"TemplateCode": NOTE, "TemplateParam": values})
    assert (reply.status, reply.code) == (200, code)
    assert word in reply.body["Message"]


ACCEPTED = [
    # what differs from a good send, number in the inbox, text, parts
    ({}, "13900000000", "【沙箱商城】验证码：123456，您正在登录，5分钟内有效，请勿告知他人。", 1),
    ({"PhoneNumbers": "+8613900000000"}, "13900000000", "", 1),
    ({"PhoneNumbers": "008613900000000"}, "13900000000", "", 1),
    ({"PhoneNumbers": "8613900000000"}, "13900000000", "", 1),
    ({"PhoneNumbers": "+13900000000"}, "13900000000", "", 1),
    ({"TemplateParam": params(code="aB12", extra="unused")}, "13900000000", "", 1),
    ({"TemplateCode": PROMOTION, "TemplateParam": ""}, "13900000000", "拒收请回复R", 1),
    (
        {"TemplateCode": NOTE, "TemplateParam": params(name="小王", order="A1", time="2026-01-01 15:30")},
        "13900000000",
        "小王，您的订单A1已发货，预计2026-01-01 15:30送达。",
        1,
    ),
    (
        {"PhoneNumbers": "85200001234", "TemplateCode": ABROAD},
        "85200001234",
        "【沙箱商城】Your verification code is 123456.",
        1,
    ),
    ({"SignName": "沙箱验证"}, "13900000000", "【沙箱验证】", 1),
    (
        {"SignName": TEST_SIGN, "TemplateCode": TEST_TEMPLATE},
        "13900000000",
        "【阿里云短信测试】",
        1,
    ),
]


@pytest.mark.parametrize(("changes", "number", "text", "parts"), ACCEPTED)
def test_a_good_send_is_in_the_inbox_as_it_will_read(caller, code_to, changes, number, text, parts):
    reply = caller.call("SendSms", **code_to | changes)
    assert reply.code == "OK", reply
    (message,) = caller.sandbox.messages()
    assert (message.number, message.parts, message.biz_id) == (number, parts, reply.body["BizId"])
    assert text in message.text


@pytest.mark.parametrize(
    ("kind", "content", "given", "code"),
    [
        ("verification", "验证码${code}", {"code": "aB12"}, "aB12"),
        ("notification", "取件码 482913，快递柜3号", {}, "482913"),
        ("notification", "订单A482913已发货", {}, ""),
        ("notification", "${name}，您好", {"name": "小王"}, ""),
    ],
)
def test_the_code_a_person_would_type_is_found(caller, code_to, kind, content, given, code):
    caller.sandbox.add_template("SMS_1", content, kind)
    caller.call("SendSms", **code_to | {"TemplateCode": "SMS_1", "TemplateParam": json.dumps(given)})
    assert caller.sandbox.messages()[0].code_found == code


@pytest.mark.parametrize(
    ("kind", "sign", "content", "parts"),
    [
        ("notification", "签名", "字" * 66, 1),  # 70 with the signature and its brackets
        ("notification", "签名", "字" * 67, 2),
        ("notification", "签名", "a" * 156, 3),  # 160: a letter counts like a character
        ("international", "Ali", "a" * 153, 1),  # 160 with the signature, whose square brackets count two each
        ("international", "Ali", "a" * 154, 2),
        ("international", "Ali", "a" * 343, 3),  # 350
        ("international", "Ali", "字" * 145, 3),  # 150
        ("international", "Ali", "{" * 77, 2),
    ],
)
def test_a_message_is_billed_in_parts(caller, code_to, kind, sign, content, parts):
    caller.sandbox.add_sign(sign)
    caller.sandbox.add_template("SMS_1", content, kind)
    number = "85200001234" if kind == "international" else "13900000000"
    send = {"PhoneNumbers": number, "SignName": sign, "TemplateCode": "SMS_1", "TemplateParam": ""}
    assert caller.call("SendSms", **code_to | send).code == "OK"
    assert caller.sandbox.messages()[0].parts == parts


def test_one_call_to_many_numbers_has_one_biz_id(caller, code_to):
    numbers = [str(13_900_000_000 + count) for count in range(1000)]
    reply = caller.call("SendSms", **code_to | {"PhoneNumbers": ",".join(numbers)})
    messages = caller.sandbox.messages()
    assert [message.number for message in reversed(messages)] == numbers
    assert {message.biz_id for message in messages} == {reply.body["BizId"]}


def test_a_repeated_send_is_a_second_message(caller, code_to):
    ids = {caller.call("SendSms", **code_to, OutId="the same").body["BizId"] for _ in range(2)}
    assert len(ids) == 2
    assert [message.out_id for message in caller.sandbox.messages()] == ["the same"] * 2


def test_the_one_variable_of_a_verification_template_is_a_code(caller, code_to):
    caller.sandbox.add_template("SMS_1", "验证码${code}", "verification")
    send = {"TemplateCode": "SMS_1", "TemplateParam": params(code="123")}
    assert caller.call("SendSms", **code_to | send).code == "isv.PARAM_LENGTH_LIMIT"


def test_an_empty_out_id_is_none(caller, code_to):
    caller.call("SendSms", **code_to, OutId="")
    assert caller.sandbox.messages()[0].out_id is None


@pytest.mark.parametrize(("address", "code"), [("a@aliyun.com", "OK"), ("aliyun.com", "isv.TEMPLATE_PARAMS_ILLEGAL")])
def test_an_email_address_is_no_link(caller, code_to, address, code):
    caller.sandbox.add_template("SMS_1", "已发送到${mail}", variables={"mail": "email_address"})
    send = {"TemplateCode": "SMS_1", "TemplateParam": params(mail=address)}
    assert caller.call("SendSms", **code_to | send).code == code


BATCH = {
    "PhoneNumberJson": '["13900000001","13900000002"]',
    "SignNameJson": '["沙箱商城","沙箱验证"]',
    "TemplateCode": OTP,
    "TemplateParamJson": '[{"code":"1111"},{"code":"2222"}]',
}


@pytest.mark.parametrize("place", ["query", "form"])
def test_a_batch_gives_each_number_its_own_message(caller, place):
    reply = caller.but(place=place).call("SendBatchSms", **BATCH, OutId="b-1")
    assert reply.code == "OK"
    received = [(message.number, message.sign, message.code_found) for message in caller.sandbox.messages()]
    assert received == [("13900000002", "沙箱验证", "2222"), ("13900000001", "沙箱商城", "1111")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"PhoneNumberJson": '["13900000001"]'}, "isv.INVALID_PARAMETERS"),
        ({"SignNameJson": '["沙箱商城"]'}, "isv.INVALID_PARAMETERS"),
        ({"TemplateParamJson": '[{"code":"1111"}]'}, "isv.INVALID_PARAMETERS"),
        ({"TemplateParamJson": ""}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"TemplateParamJson": '{"code":"1111"}'}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParamJson": '[{"code":"1111"},"2222"]'}, "isv.INVALID_JSON_PARAM"),
        ({"PhoneNumberJson": "13900000001"}, "isv.INVALID_JSON_PARAM"),
        ({"PhoneNumberJson": "[13900000001,13900000002]"}, "isv.INVALID_JSON_PARAM"),
        ({"SignNameJson": '["沙箱商城",null]'}, "isv.INVALID_JSON_PARAM"),
        ({"PhoneNumberJson": json.dumps(["13900000001"] * 101)}, "isv.MOBILE_COUNT_OVER_LIMIT"),
        ({"PhoneNumberJson": '["13900000001","x"]'}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"SignNameJson": '["沙箱商城","没有"]'}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"TemplateCode": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL"),
    ],
)
def test_one_bad_row_refuses_the_whole_batch(caller, changes, code):
    assert caller.call("SendBatchSms", **BATCH | changes).code == code
    assert caller.sandbox.messages() == []


@pytest.mark.parametrize(
    ("name", "length", "status"),
    [("OutId", 255, 200), ("OutId", 256, 400), ("SignName", 101, 400), ("TemplateCode", 101, 400)],
)
def test_what_would_be_kept_for_every_message_is_bounded(caller, code_to, name, length, status):
    assert caller.call("SendSms", **code_to | {name: "x" * length}).status == status


def test_the_balance_pays_for_parts_and_then_is_not_enough(caller, code_to):
    caller.sandbox.add_account("payer", "s", balance=3)
    payer = caller.but(key_id="payer", secret="s")
    numbers = ("13900000001,13900000002", "13900000003,13900000004", "13900000005", "13900000006")
    codes = [payer.call("SendSms", **code_to | {"PhoneNumbers": number}).code for number in numbers]
    assert codes == ["OK", "isv.AMOUNT_NOT_ENOUGH", "OK", "isv.AMOUNT_NOT_ENOUGH"]
    assert len(caller.sandbox.messages()) == 3


@pytest.mark.parametrize(("number", "code"), [("13900000001", "OK"), ("13900000002", "isv.SMS_TEST_NUMBER_LIMIT")])
def test_test_templates_reach_bound_numbers_only_where_some_are_bound(caller, code_to, number, code):
    caller.sandbox.add_account("tester", "s", test_numbers=("13900000001",))
    send = {"PhoneNumbers": number, "SignName": TEST_SIGN, "TemplateCode": TEST_TEMPLATE}
    assert caller.but(key_id="tester", secret="s").call("SendSms", **code_to | send).code == code


def test_a_lenient_sandbox_takes_signatures_and_templates_it_does_not_know(code_to):
    sandbox = Sandbox(lenient=True)
    sandbox.add_account("testid", "testsecret")
    reply = Caller(sandbox).call("SendSms", **code_to | {"TemplateParam": params(code="8341", name="王")})
    assert reply.code == "OK"
    (message,) = sandbox.messages()
    assert (message.text, message.code_found) == ("【沙箱商城】SMS_100000001 code: 8341, name: 王", "8341")


def test_a_template_told_without_its_text_takes_any_params(caller, code_to):
    caller.sandbox.add_template("SMS_1", None)
    for given in ("", params(code="1234"), params(a="b", c="d")):
        assert caller.call("SendSms", **code_to | {"TemplateCode": "SMS_1", "TemplateParam": given}).code == "OK"


def test_a_sandbox_that_was_told_nothing_knows_nothing(code_to):
    caller = Caller(Sandbox())
    assert caller.call("SendSms", **code_to).code == "InvalidAccessKeyId.NotFound"
    caller.sandbox.add_account("testid", "testsecret")
    assert caller.call("SendSms", **code_to).code == "isv.SMS_SIGNATURE_ILLEGAL"
    caller.sandbox.add_sign("沙箱商城")
    assert caller.call("SendSms", **code_to).code == "isv.SMS_TEMPLATE_ILLEGAL"
    caller.sandbox.add_template("SMS_100000001", "验证码${code}")
    assert caller.call("SendSms", **code_to).code == "OK"
