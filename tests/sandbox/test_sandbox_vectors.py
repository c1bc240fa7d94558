"""Signatures that Alibaba has published, recomputed by the sandbox."""

import hashlib

import pytest

from element.sandbox import signing

NOTHING = hashlib.sha256(b"").hexdigest()
RUN_INSTANCES = {
    "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
    "RegionId": "cn-shanghai",
}
RUN_INSTANCES_HEADERS = {
    "host": "ecs.cn-shanghai.aliyuncs.com",
    "x-acs-action": "RunInstances",
    "x-acs-content-sha256": NOTHING,
    "x-acs-date": "2023-10-26T10:22:32Z",
    "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    "x-acs-version": "2014-05-26",
}
# Not published: two independent computations agree on it. Reserved characters, Chinese, `+` and a comma.
SEND_SMS = {
    "PhoneNumbers": "13900000000,+8613900000001",
    "SignName": "阿里云短信测试",
    "TemplateCode": "SMS_154950909",
    "TemplateParam": '{"code":"12 34*~+"}',
    "OutId": "o-1",
}
SEND_SMS_HEADERS = {
    "host": "dysmsapi.aliyuncs.com",
    "x-acs-action": "SendSms",
    "x-acs-content-sha256": NOTHING,
    "x-acs-date": "2026-01-01T00:00:00Z",
    "x-acs-signature-nonce": "00000000000000000000000000000001",
    "x-acs-version": "2017-05-25",
}


@pytest.mark.parametrize(
    ("params", "headers", "secret", "canonical_hash", "signature"),
    [
        (
            RUN_INSTANCES,
            RUN_INSTANCES_HEADERS,
            "YourAccessKeySecret",
            "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
            "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        ),
        (
            SEND_SMS,
            SEND_SMS_HEADERS,
            "testsecret",
            "d7f7e019d1d5b9f5634784e8f726fe23c757358d4b0dc466cf06ddaec38af2a7",
            "fab2c45d960c56b3ef5af1a061c95644bb241697af59bc767aaf17e5c140f736",
        ),
    ],
)
def test_acs3_signatures_are_those_of_the_documents(params, headers, secret, canonical_hash, signature):
    canonical = signing.acs3_canonical("POST", "/", params.items(), headers, sorted(headers), NOTHING)
    to_sign = signing.acs3_string_to_sign(canonical)
    assert to_sign == f"ACS3-HMAC-SHA256\n{canonical_hash}"
    assert signing.acs3_signature(secret, to_sign) == signature


def test_acs3_signs_a_repeated_header_with_its_values_joined():
    """From the tests of Alibaba's OpenAPI library, which sends `x-acs-test` twice."""
    body_hash = "55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23"
    canonical = signing.acs3_canonical(
        "GET", "/", {"test": "ok", "empty": ""}.items(), {"x-acs-test": "http,https"}, ["x-acs-test"], body_hash
    )
    signature = signing.acs3_signature("secret", signing.acs3_string_to_sign(canonical))
    assert signature == "d16b30a7699ae9e43875b13195b2f81bcc3ed10c14a9b5eb780e51619aa50be1"


SEND_SMS_RPC = {
    "AccessKeyId": "testId",
    "Action": "SendSms",
    "Format": "XML",
    "OutId": "123",
    "PhoneNumbers": "15300000001",
    "RegionId": "cn-hangzhou",
    "SignName": "阿里云短信测试专用",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
    "SignatureVersion": "1.0",
    "TemplateCode": "SMS_71390007",
    "TemplateParam": '{"customer":"test"}',
    "Timestamp": "2017-07-12T02:42:19Z",
    "Version": "2017-05-25",
}
DESCRIBE_REGIONS = {
    "AccessKeyId": "testid",
    "Action": "DescribeRegions",
    "Format": "XML",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
    "SignatureVersion": "1.0",
    "Version": "2014-05-26",
}
MOMENT = "2016-02-23T12:46:24Z"


@pytest.mark.parametrize(
    ("params", "secret", "signature"),
    [
        (SEND_SMS_RPC, "testSecret", "zJDF+Lrzhj/ThnlvIToysFRq6t4="),
        (DESCRIBE_REGIONS | {"Timestamp": MOMENT}, "testsecret", "OLeaidS1JvxuMvnyHOwuJ+uX5qY="),
        (DESCRIBE_REGIONS | {"TimeStamp": MOMENT}, "testsecret", "CT9X0VtwR86fNWSnsc6v8YGOjuE="),
    ],
)
def test_rpc_signatures_are_those_of_the_documents(params, secret, signature):
    to_sign = signing.rpc_string_to_sign("GET", params.items())
    assert signing.rpc_signature(secret, to_sign) == signature


def test_the_signature_itself_is_not_signed():
    with_signature = {**DESCRIBE_REGIONS, "Signature": "anything"}
    assert signing.rpc_string_to_sign("GET", with_signature.items()) == signing.rpc_string_to_sign(
        "GET", DESCRIBE_REGIONS.items()
    )
