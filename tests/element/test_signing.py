"""The signature against published values, and against one that the official signer gives."""

import pytest

from element.signing import KeyPair, canonical_query, signed_headers

RUN_INSTANCES = {
    "key": KeyPair("YourAccessKeyId", "YourAccessKeySecret"),
    "action": "RunInstances",
    "version": "2014-05-26",
    "host": "ecs.cn-shanghai.aliyuncs.com",
    "date": "2023-10-26T10:22:32Z",
    "nonce": "3156853299f313e23d1673dc12e1703d",
    "query": {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
}
SEND_SMS = {
    "key": KeyPair("testid", "testsecret"),
    "action": "SendSms",
    "version": "2017-05-25",
    "host": "dysmsapi.aliyuncs.com",
    "date": "2026-01-01T00:00:00Z",
    "nonce": "00000000000000000000000000000001",
    "query": {
        "PhoneNumbers": "13900000000,+8613900000001",
        "SignName": "阿里云短信测试",
        "TemplateCode": "SMS_154950909",
        "TemplateParam": '{"code":"12 34*~+"}',
        "OutId": "o-1",
    },
}


@pytest.mark.parametrize(
    ("request_", "signature"),
    [
        (RUN_INSTANCES, "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"),
        (SEND_SMS, "fab2c45d960c56b3ef5af1a061c95644bb241697af59bc767aaf17e5c140f736"),
    ],
    ids=["published by Alibaba", "Chinese text and marks"],
)
def test_a_request_is_signed_as_alibaba_signs_it(request_, signature):
    arguments = {**request_, "query": canonical_query(request_["query"])}
    key = arguments.pop("key")
    headers = signed_headers(key, **arguments)
    assert headers["authorization"].endswith(f",Signature={signature}")


def test_every_request_has_a_nonce_of_its_own():
    arguments = {"action": "SendSms", "version": "2017-05-25", "host": "localhost", "query": ""}
    nonces = {signed_headers(KeyPair("a", "b"), **arguments)["x-acs-signature-nonce"] for _ in range(100)}
    assert len(nonces) == 100


def test_a_form_is_signed_with_its_type_and_digest():
    headers = signed_headers(
        KeyPair("a", "b"), action="SendBatchSms", version="2017-05-25", host="localhost", query="", body=b"x=1",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert "SignedHeaders=content-type;host;x-acs-action;x-acs-content-sha256;" in headers["authorization"]


def test_a_key_pairs_repr_hides_the_secret():
    assert repr(KeyPair("testid", "s3cr3t")) == "KeyPair(id='testid')"
