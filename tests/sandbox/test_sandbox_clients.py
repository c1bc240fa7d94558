"""A conversation with each official Python client: send, be refused, batch, query, look at a template."""

import asyncio
import json
import logging
import warnings

import pytest
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config

from element.sandbox.clock import day

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the older client brings its own old libraries
    from aliyunsdkcore.acs_exception.exceptions import ServerException
    from aliyunsdkcore.client import AcsClient
    from aliyunsdkcore.request import CommonRequest

logging.getLogger("darabonba-core").handlers.clear()

BATCH = {
    "PhoneNumberJson": '["13900000001","13900000002"]',
    "SignNameJson": '["沙箱商城","沙箱商城"]',
    "TemplateCode": "SMS_100000001",
    "TemplateParamJson": '[{"code":"1111"},{"code":"2 + 2"}]',
}


class Current:
    """alibabacloud_dysmsapi20170525, without and with asyncio; ACS3 or, as `v2`, RPC."""

    def __init__(self, serving, secret="testsecret", *, asynchronous=False, algorithm=None, token=None):
        self._asynchronous = asynchronous
        self._client = Client(
            Config(
                access_key_id="testid",
                access_key_secret=secret,
                security_token=token,
                endpoint=f"127.0.0.1:{serving.port}",
                protocol="http",
                signature_algorithm=algorithm,
            )
        )

    def call(self, action, params):
        request = getattr(models, f"{action}Request")().from_map(params)
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in action).strip("_")
        try:
            if self._asynchronous:
                answer = asyncio.run(getattr(self._client, f"{snake}_async")(request))
            else:
                answer = getattr(self._client, snake)(request)
        except ClientException as error:
            return {"status": error.status_code, "Code": error.code}
        return answer.body.to_map()


class Older:
    """aliyun-python-sdk-core: RPC, parameters in the query or (a batch) in the form."""

    def __init__(self, serving, secret="testsecret"):
        self._client = AcsClient("testid", secret, "cn-hangzhou")
        self._endpoint = f"127.0.0.1:{serving.port}"

    def call(self, action, params):
        request = CommonRequest(domain=self._endpoint, version="2017-05-25", action_name=action)
        request.set_method("POST")
        request.set_protocol_type("http")
        request.set_accept_format("JSON")
        for name, value in params.items():
            add = request.add_body_params if name.endswith("Json") else request.add_query_param
            add(name, value)
        try:
            return json.loads(self._client.do_action_with_exception(request))
        except ServerException as error:
            return {"status": error.get_http_status(), "Code": error.get_error_code()}


CLIENTS = {
    "current": Current,
    "current-async": lambda serving, *secret: Current(serving, *secret, asynchronous=True),
    "current-v2": lambda serving, *secret: Current(serving, *secret, algorithm="v2"),
    "current-v2-async": lambda serving, *secret: Current(serving, *secret, asynchronous=True, algorithm="v2"),
    "older": Older,
}


@pytest.mark.parametrize("name", CLIENTS)
def test_an_official_client_holds_a_conversation(serving, sandbox, code_to, name):
    client = CLIENTS[name](serving)
    accepted = client.call("SendSms", code_to | {"OutId": "a b+c*~"})
    assert accepted["Code"] == "OK"
    assert sandbox.messages()[0].out_id == "a b+c*~"

    refused = client.call("SendSms", code_to | {"TemplateParam": '{"code":"12 34*~+"}'})
    assert refused["Code"] == "isv.INVALID_PARAMETERS"

    batch = client.call("SendBatchSms", BATCH | {"TemplateParamJson": '[{"code":"1111"},{"code":"2222"}]'})
    assert batch["Code"] == "OK"
    assert [message.code_found for message in sandbox.messages(limit=2)] == ["2222", "1111"]
    assert client.call("SendBatchSms", BATCH)["Code"] == "isv.INVALID_PARAMETERS"

    sandbox.clock.advance(5)
    sent_on = day(sandbox.clock.now())
    asked = {"PhoneNumber": "13900000000", "SendDate": sent_on, "PageSize": 10, "CurrentPage": 1}
    (detail,) = client.call("QuerySendDetails", asked)["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
    assert (detail["SendStatus"], detail["OutId"]) == (3, "a b+c*~")

    template = client.call("GetSmsTemplate", {"TemplateCode": "SMS_100000001"})
    assert template["TemplateContent"] == sandbox.catalog.templates["SMS_100000001"].content
    missing = client.call("GetSmsTemplate", {"TemplateCode": "SMS_9"})
    assert (missing["status"], missing["Code"]) == (404, "TemplateNotFound")


@pytest.mark.parametrize("name", CLIENTS)
def test_an_official_client_with_a_wrong_secret_is_told_so(serving, sandbox, code_to, name):
    refused = CLIENTS[name](serving, "wrong").call("SendSms", code_to)
    assert (refused["status"], refused["Code"]) == (400, "SignatureDoesNotMatch")
    assert sandbox.messages() == []


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_the_official_client_with_temporary_keys_is_admitted(serving, sandbox, code_to, algorithm):
    sandbox.add_account("testid", "testsecret", security_token="token")
    client = Current(serving, algorithm=algorithm, token="token")
    assert client.call("SendSms", code_to)["Code"] == "OK"


def test_a_thousand_numbers_fit_into_one_call(serving, sandbox, code_to):
    numbers = ",".join(f"+86{13_900_000_000 + count}" for count in range(1000))
    assert Current(serving).call("SendSms", code_to | {"PhoneNumbers": numbers})["Code"] == "OK"
    assert len(sandbox.messages()) == 1000
