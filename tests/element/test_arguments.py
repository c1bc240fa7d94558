"""What sendMessage puts on the wire."""

import json
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from element import App, MissingParameter
from schemas.validate import schemas_of
from tests import wire

NASTY = '张三😀 ~!*\'()+&=%\n"引号"'


def wrapped(value):
    return SimpleNamespace(value=value)


def sent(server):
    target = server.requests[0].split(b" ", 2)[1].decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"PhoneNumbers": "13800138000", "TemplateCode": "SMS_1", "SignName": "阿里云短信测试"}),
        ({"phoneList": ["13800138000", " 13900139000 "]}, {"PhoneNumbers": "13800138000,13900139000"}),
        ({"phoneList": (13800138000,)}, {"PhoneNumbers": "13800138000"}),
        ({"phoneList": wrapped([wrapped("13800138000")])}, {"PhoneNumbers": "13800138000"}),
        ({"verifyTemplateCode": wrapped("SMS_2")}, {"TemplateCode": "SMS_2"}),
        ({"verifySign": "另一个签名"}, {"SignName": "另一个签名"}),
        ({"outId": "order-7"}, {"OutId": "order-7"}),
        ({"params": wrapped({"code": wrapped("1")})}, {"TemplateParam": '{"code": "1"}'}),
        ({"params": {"amount": 12.5, "n": 3}}, {"TemplateParam": '{"amount": "12.5", "n": "3"}'}),
    ],
)
def test_arguments_reach_alibaba_in_its_own_names(send, changes, expected):
    with wire.serving(wire.answering(wire.OK)) as server:
        send(server.url, **changes)
    assert expected.items() <= sent(server).items()


def test_a_template_without_variables_takes_no_template_param(send):
    with wire.serving(wire.answering(wire.OK)) as server:
        send(server.url, params={})
    assert "TemplateParam" not in sent(server)
    assert "OutId" not in sent(server)


def test_any_text_arrives_as_it_was_given(send):
    with wire.serving(wire.answering(wire.OK)) as server:
        send(server.url, params={"name": NASTY})
    assert json.loads(sent(server)["TemplateParam"]) == {"name": NASTY}


def test_a_batch_carries_each_text_in_its_form_as_it_was_given(app_folder):
    with wire.serving(wire.answering(wire.OK)) as server:
        element = App(app_folder, endpoint=server.url).getElement("SMS.Codes")
        element.sendBatch([("13800138000", {"name": NASTY}), ("13900139000", {"name": "李"})], "SMS_1", outId="b-1")
        element.close()
    form = parse_qs(server.requests[0].partition(b"\r\n\r\n")[2].decode())
    assert json.loads(form["TemplateParamJson"][0]) == [{"name": NASTY}, {"name": "李"}]
    assert json.loads(form["PhoneNumberJson"][0]) == ["13800138000", "13900139000"]
    assert json.loads(form["SignNameJson"][0]) == ["阿里云短信测试"] * 2
    assert sent(server) == {"OutId": "b-1", "TemplateCode": "SMS_1"}


def test_what_the_table_requires_is_what_the_code_demands(send):
    for name in schemas_of("SMS.Aliyun")["sendMessage"]["required"]:
        with pytest.raises(MissingParameter) as caught:
            send("http://127.0.0.1:9", **{name: None})
        assert caught.value.parameter == name


@pytest.mark.parametrize(
    ("messages", "code", "text"),
    [
        ([], "SMS_1", "phoneList is empty"),
        ([(None, {})], "SMS_1", "must be a text"),
        ([("13800138000", None)], "SMS_1", "params is missing"),
        ([("13800138000", {})], 12345, "verifyTemplateCode must be a text"),
    ],
)
def test_a_batch_is_checked_before_anything_is_sent(app_folder, messages, code, text):
    element = App(app_folder, endpoint="http://127.0.0.1:9").getElement("SMS.Codes")
    with pytest.raises(MissingParameter, match=text):
        element.sendBatch(messages, code)
