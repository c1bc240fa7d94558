"""Every answer against Alibaba's API description, and read by the official client's models."""

import json
from pathlib import Path

import pytest
from alibabacloud_dysmsapi20170525 import models

from element.sandbox.clock import DAY
from element.sandbox.operations import KNOWN, NOT_SIMULATED, OFFLINE, OPERATIONS
from tests.sandbox.conftest import TODAY

DESCRIPTION = json.loads(Path(__file__).with_name("description.json").read_text(encoding="utf-8"))
DESCRIBED = DESCRIPTION["simulated"]
TYPES = {"string": str, "integer": int, "boolean": bool}
PAGE = {"PageIndex": "1", "PageSize": "50"}


@pytest.fixture
def answers(caller, code_to):
    """One good answer of every operation, after a delivered, a failed and a waiting message."""
    sandbox = caller.sandbox
    sandbox.delivery_delay = 0
    caller.call("SendSms", **code_to, OutId="o-1")
    caller.call("SendSms", **code_to | {"PhoneNumbers": "10000000201"})
    sandbox.delivery_delay = 60
    caller.call("SendSms", **code_to)
    of_day = {"StartDate": TODAY, "EndDate": TODAY, "IsGlobe": "1", **PAGE}
    batch = {
        "PhoneNumberJson": '["13900000001","13900000002"]',
        "SignNameJson": '["沙箱商城","沙箱商城"]',
        "TemplateCode": "SMS_100000001",
        "TemplateParamJson": '[{"code":"1234"},{"code":"5678"}]',
    }
    return {
        "SendSms": caller.call("SendSms", **code_to | {"PhoneNumbers": "13900000003"}).body,
        "SendBatchSms": caller.call("SendBatchSms", **batch).body,
        "QuerySendDetails": details(caller),
        "QuerySendStatistics": caller.call("QuerySendStatistics", **of_day).body,
        "GetSmsTemplate": caller.call("GetSmsTemplate", TemplateCode="SMS_100000006").body,
        "QuerySmsTemplateList": caller.call("QuerySmsTemplateList", **PAGE).body,
        "GetSmsTemplateList": caller.call("GetSmsTemplateList", **PAGE).body,
        "GetSmsSign": caller.call("GetSmsSign", SignName="未通过签名").body,
        "QuerySmsSignList": caller.call("QuerySmsSignList", **PAGE).body,
    }


def details(caller, **wanted):
    asked = {"PhoneNumber": "13900000000", "SendDate": TODAY, "PageSize": "10", "CurrentPage": "1"}
    return caller.call("QuerySendDetails", **asked | wanted).body


def differences(value, shape, path="$"):
    """Where a value is not of the described shape; fields may be absent, but none may be added."""
    if isinstance(shape, str):
        return [] if type(value) is TYPES[shape] else [f"{path}: {shape}"]
    if isinstance(shape, list):
        return [found for item in value for found in differences(item, shape[0], f"{path}[]")]
    undescribed = [f"{path}.{name}: not described" for name in value if name not in shape]
    return undescribed + [
        found for name in value if name in shape for found in differences(value[name], shape[name], f"{path}.{name}")
    ]


@pytest.mark.parametrize("operation", sorted(DESCRIBED))
def test_an_answer_has_the_described_fields_and_types(answers, operation):
    assert answers[operation]["Code"] == "OK"
    assert differences(answers[operation], DESCRIBED[operation]["answer"]) == []


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_the_official_models_read_an_answer_and_lose_nothing(answers, operation):
    body = getattr(models, f"{operation}ResponseBody")().from_map(answers[operation])
    assert body.to_map() == answers[operation]


@pytest.mark.parametrize("operation", sorted(DESCRIBED))
def test_an_operation_is_called_as_described(operation):
    described, ours = DESCRIBED[operation], OPERATIONS[operation]
    parameters = described["parameters"]
    assert sorted(ours.methods) == described["methods"]
    assert set(ours.required) == {name for name, parameter in parameters.items() if parameter["required"]}
    assert set(ours.integers) == {name for name, parameter in parameters.items() if parameter["type"] == "integer"}
    for name, (least, most) in ours.integers.items():
        assert least == parameters[name].get("minimum", least)
        assert most == parameters[name].get("maximum", most)


def test_every_described_operation_is_known():
    assert set(DESCRIPTION["operations"]) <= KNOWN
    assert not OPERATIONS.keys() & (OFFLINE | NOT_SIMULATED)
    assert not OFFLINE & NOT_SIMULATED


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("GetSmsTemplate", {"TemplateCode": "SMS_9"}, "TemplateNotFound"),
        ("GetSmsSign", {"SignName": "没有"}, "SignatureNotFound"),
    ],
)
def test_what_is_not_there_is_refused_as_described(caller, operation, params, code):
    reply = caller.call(operation, **params)
    assert (reply.code, reply.status) == (code, DESCRIBED[operation]["refusals"][code])


@pytest.mark.parametrize(
    ("operation", "name"),
    [(operation, name) for operation, row in OPERATIONS.items() for name in row.required],
)
def test_a_mandatory_parameter_is_asked_for_by_its_name(caller, operation, name):
    good = dict.fromkeys(OPERATIONS[operation].required, "1")
    reply = caller.call(operation, **good | {name: ""})
    assert (reply.status, reply.code) == (400, f"Missing{name}")


@pytest.mark.parametrize(
    ("operation", "name", "value"),
    [
        (operation, name, value)
        for operation, row in OPERATIONS.items()
        for name, (least, most) in row.integers.items()
        for value in (str(least - 1), str(most + 1), "x", "1.5", "٣", "-0", "9" * 5000)
    ],
)
def test_a_number_outside_its_range_is_invalid(caller, operation, name, value):
    good = {parameter: "20260101" if "Date" in parameter else "1" for parameter in OPERATIONS[operation].required}
    reply = caller.call(operation, **good | {name: value})
    assert (reply.status, reply.code) == (400, f"Invalid{name}")


@pytest.mark.parametrize("date", ["2026-01-01", "20261301", "202611", "yesterday"])
def test_a_date_is_eight_digits(caller, date):
    reply = caller.call("QuerySendDetails", PhoneNumber="13900000000", SendDate=date, PageSize="1", CurrentPage="1")
    assert (reply.status, reply.code) == (400, "InvalidSendDate")


RECEIPTS = [
    # number, state before the receipt, state after it
    ("13900000000", (1, None), (3, "DELIVERED")),
    ("10000000201", (1, None), (2, "MOBILE_NOT_ON_SERVICE")),
    ("10000000002", (1, None), (1, None)),
]


@pytest.mark.parametrize(("number", "before", "after"), RECEIPTS)
def test_details_tell_waiting_failed_and_delivered_apart(caller, code_to, number, before, after):
    def state():
        (row,) = details(caller, PhoneNumber=number)["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
        return row["SendStatus"], row.get("ErrCode")

    caller.sandbox.delivery_delay = 10
    caller.call("SendSms", **code_to | {"PhoneNumbers": number})
    assert state() == before
    caller.sandbox.clock.advance(11)
    assert state() == after


def test_details_find_by_day_and_biz_id_in_pages(caller, code_to):
    ids = [caller.call("SendSms", **code_to, OutId=f"o-{count}").body["BizId"] for count in range(3)]
    second_page = details(caller, PhoneNumber="+8613900000000", PageSize="2", CurrentPage="2")
    assert second_page["TotalCount"] == "3"
    assert [row["OutId"] for row in second_page["SmsSendDetailDTOs"]["SmsSendDetailDTO"]] == ["o-0"]
    one = details(caller, BizId=ids[1])
    assert [row["OutId"] for row in one["SmsSendDetailDTOs"]["SmsSendDetailDTO"]] == ["o-1"]
    assert details(caller, SendDate="20200101")["TotalCount"] == "0"


def test_details_reach_thirty_days_back(caller, code_to):
    caller.call("SendSms", **code_to)
    caller.sandbox.clock.advance(29 * DAY)
    assert details(caller)["TotalCount"] == "1"
    caller.sandbox.clock.advance(2 * DAY)
    assert details(caller)["TotalCount"] == "0"


def test_an_absent_out_id_is_absent_from_the_details(caller, code_to):
    caller.call("SendSms", **code_to)
    (row,) = details(caller)["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
    assert "OutId" not in row
    assert row["Content"].startswith("【沙箱商城】验证码：123456")


def test_statistics_count_by_day_and_state(answers):
    (today,) = answers["QuerySendStatistics"]["Data"]["TargetList"]
    assert (today["TotalCount"], today["RespondedSuccessCount"], today["RespondedFailCount"]) == (6, 1, 1)
    assert today["NoRespondedCount"] == 4


@pytest.mark.parametrize(
    ("wanted", "days"),
    [
        ({}, {"20260102": 1, "20260101": 2}),
        ({"PageSize": "1", "PageIndex": "2"}, {"20260101": 2}),
        ({"EndDate": "20260101"}, {"20260101": 2}),
        ({"StartDate": "20260102"}, {"20260102": 1}),
        ({"IsGlobe": "2"}, {"20260101": 1}),
        ({"TemplateType": "0"}, {"20260101": 1}),
        ({"TemplateType": "2"}, {"20260102": 1, "20260101": 1}),
        ({"SignName": "沙箱验证"}, {}),
        ({"SignName": "沙箱商城"}, {"20260102": 1, "20260101": 2}),
    ],
)
def test_statistics_are_filtered_and_come_by_day(caller, code_to, wanted, days):
    promotion = code_to | {"TemplateCode": "SMS_100000003"}
    for send in (code_to, promotion, code_to | {"PhoneNumbers": "85200001234", "TemplateCode": "SMS_100000004"}):
        assert caller.call("SendSms", **send).code == "OK"
    caller.sandbox.clock.advance(DAY)
    assert caller.call("SendSms", **promotion).code == "OK"
    asked = {"IsGlobe": "1", "StartDate": "20251201", "EndDate": "20260131", "PageIndex": "1", "PageSize": "10"}
    data = caller.call("QuerySendStatistics", **asked | wanted).body["Data"]
    assert {row["SendDate"]: row["TotalCount"] for row in data["TargetList"]} == days
    assert data["TotalSize"] == (2 if "PageIndex" in wanted else len(days))


ENUMERATIONS = [
    # template, GetSmsTemplate TemplateType, list OuterTemplateType, list TemplateType
    ("SMS_100000001", "0", 0, 2),
    ("SMS_100000002", "1", 1, 0),
    ("SMS_100000003", "2", 2, 1),
    ("SMS_100000004", "3", 3, 6),
]


@pytest.mark.parametrize(("code", "type_of_one", "outer_type", "list_type"), ENUMERATIONS)
def test_the_type_of_a_template_is_numbered_in_two_ways(caller, answers, code, type_of_one, outer_type, list_type):
    one = caller.call("GetSmsTemplate", TemplateCode=code).body
    rows = {row["TemplateCode"]: row for row in answers["QuerySmsTemplateList"]["SmsTemplateList"]}
    assert one["TemplateType"] == type_of_one
    assert (rows[code]["OuterTemplateType"], rows[code]["TemplateType"]) == (outer_type, list_type)


def test_the_cancelled_state_of_templates_is_spelt_as_alibaba_spells_it(caller, answers):
    caller.sandbox.add_sign("已取消签名", status="cancelled")
    templates = {row["TemplateCode"]: row for row in answers["QuerySmsTemplateList"]["SmsTemplateList"]}
    signs = {row["SignName"]: row for row in caller.call("QuerySmsSignList", **PAGE).body["SmsSignList"]}
    assert templates["SMS_100000007"]["AuditStatus"] == "AUDIT_SATE_CANCEL"
    assert signs["已取消签名"]["AuditStatus"] == "AUDIT_STATE_CANCEL"


def test_variable_attributes_are_json_with_a_line_break(caller):
    attributes = caller.call("GetSmsTemplate", TemplateCode="SMS_100000001").body["VariableAttribute"]
    assert attributes == '{"code":"characterWithNumber2"}\n'


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({"TemplateType": "3"}, ["SMS_100000004"]),
        ({"AuditStatus": "2"}, ["SMS_100000006"]),
        ({"SignName": "阿里云短信测试"}, ["SMS_154950909"]),
        ({"TemplateCode": "SMS_9"}, []),
    ],
)
def test_the_newer_template_list_filters(caller, wanted, codes):
    data = caller.call("GetSmsTemplateList", **wanted).body["Data"]
    assert [row["TemplateCode"] for row in data["List"]] == codes
    assert data["Total"] == len(codes)
