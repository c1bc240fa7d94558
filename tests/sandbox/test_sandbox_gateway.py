"""What the gateway makes of a request before any operation sees it."""

from uuid import UUID

import pytest

from element.sandbox import Sandbox
from element.sandbox.catalog import ready
from element.sandbox.gateway import respond
from element.sandbox.operations import NOT_SIMULATED, OFFLINE
from element.sandbox.wire import Request
from tests.sandbox.caller import HOST, Caller, now
from tests.sandbox.conftest import TODAY

WAYS = [
    {"style": style, "method": method, "place": place, "space": space, "algorithm": algorithm}
    for style, method, place, algorithm in [
        ("acs3", "POST", "query", ""),
        ("acs3", "GET", "query", ""),
        ("acs3", "POST", "form", ""),
        ("rpc", "GET", "query", "HMAC-SHA1"),
        ("rpc", "POST", "query", "HMAC-SHA1"),
        ("rpc", "POST", "form", "HMAC-SHA1"),
        ("rpc", "POST", "mixed", "HMAC-SHA1"),
        ("rpc", "POST", "query", "HMAC-SHA256"),
    ]
    for space in ("%20", "+")
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
def test_every_way_to_write_a_call_is_understood(caller, code_to, way):
    reply = caller.but(**way).call("SendSms", **code_to, OutId="order 1 + 2*~")
    assert (reply.status, reply.code) == (200, "OK")
    assert caller.sandbox.messages()[0].out_id == "order 1 + 2*~"


def test_an_empty_signature_type_is_signed_like_any_parameter(caller, code_to):
    legacy = caller.but(style="rpc", extra={"SignatureType": "", "Format": "JSON"})
    assert legacy.call("SendSms", **code_to).code == "OK"


@pytest.mark.parametrize(
    ("style", "asked", "is_xml"),
    [("acs3", "", False), ("acs3", "XML", True), ("rpc", "", True), ("rpc", "JSON", False), ("rpc", "json", False)],
)
def test_the_answer_has_the_format_asked_for_or_that_of_its_style(caller, code_to, style, asked, is_xml):
    params = code_to | ({"Format": asked} if asked else {})
    good = caller.but(style=style).call("SendSms", **params)
    bad = caller.but(style=style, secret="wrong").call("SendSms", **params)
    assert (good.is_xml, bad.is_xml) == (is_xml, is_xml)
    assert (good.code, bad.code) == ("OK", "SignatureDoesNotMatch")


def test_xml_is_rooted_in_the_operation_and_a_refusal_in_error(caller, code_to):
    rpc = caller.but(style="rpc")
    assert rpc.call("SendSms", **code_to).body[""] == "SendSmsResponse"
    assert rpc.but(secret="wrong").call("SendSms", **code_to).body[""] == "Error"


def test_xml_stays_well_formed_and_writes_booleans_in_small_letters(caller, code_to):
    rpc = caller.but(style="rpc")
    assert rpc.call("SendSms", **code_to, OutId="a\x00<b>&").code == "OK"
    asked = {"PhoneNumber": "13900000000", "SendDate": TODAY, "PageSize": "1", "CurrentPage": "1"}
    assert "<OutId>a?&lt;b&gt;&amp;</OutId>" in rpc.call("QuerySendDetails", **asked).answer.body.decode()
    assert rpc.call("GetSmsSign", SignName="沙箱商城").body["ThirdParty"] == "false"


def test_an_accepted_message_has_a_biz_id_and_a_refused_one_has_none(caller, code_to):
    accepted = caller.call("SendSms", **code_to).body
    refused = caller.call("SendSms", **code_to | {"SignName": "没有的签名"}).body
    assert set(accepted) == {"Code", "Message", "RequestId", "BizId"}
    assert set(refused) == {"Code", "Message", "RequestId"}
    number, caret, rest = accepted["BizId"].partition("^")
    assert (len(number), number.isdigit(), caret, rest) == (18, True, "^", "0")
    assert str(UUID(accepted["RequestId"])).upper() == accepted["RequestId"]


def test_a_refusal_of_the_gateway_says_where_and_what_to_read(caller, code_to):
    body = caller.but(key_id="nobody").call("SendSms", **code_to).body
    assert set(body) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert body["HostId"] == HOST
    assert body["Recommend"].endswith("?q=InvalidAccessKeyId.NotFound")


REFUSALS = [
    # style, changes to the caller, status, code
    ("both", {"key_id": "nobody"}, 404, "InvalidAccessKeyId.NotFound"),
    ("both", {"key_id": "asleep"}, 400, "InvalidAccessKeyId.Inactive"),
    ("both", {"key_id": ""}, 400, "MissingAccessKeyId"),
    ("both", {"secret": "testsecret "}, 400, "SignatureDoesNotMatch"),
    ("both", {"key_id": "reader", "secret": "s"}, 403, "Forbidden.RAM"),
    ("both", {"key_id": "guest", "secret": "s"}, 400, "MissingSecurityToken"),
    ("both", {"key_id": "guest", "secret": "s", "token": "x"}, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
    ("both", {"token": "not asked for"}, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
    ("both", {"date": now(-3600)}, 400, "InvalidTimeStamp.Expired"),
    ("both", {"date": now(+3600)}, 400, "InvalidTimeStamp.Expired"),
    ("both", {"date": "2026-01-01 00:00:00"}, 400, "InvalidTimeStamp.Format"),
    ("both", {"date": now().replace("Z", ".000Z")}, 400, "InvalidTimeStamp.Format"),
    ("both", {"version": "2018-05-01"}, 400, "InvalidVersion"),
    ("both", {"version": ""}, 400, "MissingVersion"),
    ("both", {"method": "PUT"}, 400, "UnsupportedHTTPMethod"),
    ("rpc", {"algorithm": "HMAC-MD5"}, 400, "InvalidSignatureMethod"),
    ("rpc", {"extra": {"SignatureVersion": "2.0"}}, 400, "IncompleteSignature"),
    ("rpc", {"extra": {"Timestamp": ""}}, 400, "IllegalTimestamp"),
    ("rpc", {"extra": {"SignatureNonce": ""}}, 400, "MissingSignatureNonce"),
    ("acs3", {"extra": {"x-acs-content-sha256": "0" * 64}}, 400, "SignatureDoesNotMatch"),
    ("acs3", {"extra": {"x-acs-date": ""}}, 400, "IllegalTimestamp"),
    ("acs3", {"extra": {"x-acs-signature-nonce": ""}}, 400, "MissingSignatureNonce"),
    ("both", {"extra": {"Format": "YAML"}}, 400, "InvalidParameter.Format"),
]


@pytest.mark.parametrize(
    ("style", "changes", "status", "code"),
    [
        (style, *rest)
        for styles, *rest in REFUSALS
        for style in (("acs3", "rpc") if styles == "both" else (styles,))
        if not (style == "acs3" and "Format" in rest[0].get("extra", {}))
    ],
)
def test_the_gateway_refuses(caller, code_to, style, changes, status, code):
    caller.sandbox.add_account("asleep", "testsecret", active=False)
    caller.sandbox.add_account("reader", "s", permissions=("QuerySendDetails",))
    caller.sandbox.add_account("guest", "s", security_token="token")
    reply = caller.but(style=style, **changes).call("SendSms", **code_to)
    assert (reply.status, reply.code) == (status, code)
    assert caller.sandbox.messages() == []


@pytest.mark.parametrize("style", ["acs3", "rpc"])
def test_temporary_keys_are_accepted_with_their_token(caller, code_to, style):
    caller.sandbox.add_account("guest", "s", security_token="token")
    guest = caller.but(style=style, key_id="guest", secret="s", token="token")
    assert guest.call("SendSms", **code_to).code == "OK"


@pytest.mark.parametrize("style", ["acs3", "rpc"])
@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_may_be_up_to_fifteen_minutes_off(caller, code_to, style, minutes):
    assert caller.but(style=style, date=now(minutes * 60)).call("SendSms", **code_to).code == "OK"


@pytest.mark.parametrize("style", ["acs3", "rpc"])
def test_a_signed_request_is_good_once(caller, code_to, style):
    request = caller.but(style=style).request("SendSms", **code_to)
    first, second = respond(caller.sandbox, request), respond(caller.sandbox, request)
    assert (first.status, second.status) == (200, 400)
    assert b"SignatureNonceUsed" in second.body
    assert len(caller.sandbox.messages()) == 1


def test_a_nonce_is_not_used_up_by_a_wrong_signature(caller, code_to):
    assert caller.but(nonce="n", secret="wrong").call("SendSms", **code_to).code == "SignatureDoesNotMatch"
    assert caller.but(nonce="n").call("SendSms", **code_to).code == "OK"


def test_a_wrong_rpc_signature_echoes_the_string_to_sign_as_alibaba_does(caller, code_to):
    reply = caller.but(style="rpc", secret="wrong").call("SendSms", **code_to)
    assert "server string to sign is:POST&%2F&AccessKeyId%3Dtestid" in reply.body["Message"]
    assert "13900000000" in reply.body["Message"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "InvalidSignatureMethod"),
        ("ACS3-RSA-SHA256 Credential=a,SignedHeaders=b,Signature=c", "InvalidSignatureMethod"),
        ("ACS3-HMAC-SHA256 Credential=testid", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=,Signature=", "IncompleteSignature"),
        ("ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host,Signature=ab", "IncompleteSignature"),
    ],
)
def test_an_authorization_that_says_too_little_is_refused(caller, code_to, header, code):
    request = caller.request("SendSms", **code_to)
    request.headers["authorization"] = header
    assert code.encode() in respond(caller.sandbox, request).body


@pytest.mark.parametrize(
    ("action", "status", "code"),
    [
        ("", 400, "MissingAction"),
        ("SendSMS", 404, "InvalidAction.NotFound"),
        *((name, 400, "Sandbox.NotSimulated") for name in sorted(NOT_SIMULATED)),
        *((name, 200, "isv.INTERFACE_OFFLINE") for name in sorted(OFFLINE)),
    ],
)
def test_other_actions_are_answered_for_what_they_are(caller, action, status, code):
    reply = caller.call(action)
    assert (reply.status, reply.code) == (status, code)


@pytest.mark.parametrize("action", ["QuerySendStatistics", "QuerySmsTemplateList", "QuerySmsSignList"])
def test_some_operations_take_post_only(caller, action):
    assert caller.but(method="GET").call(action).code == "UnsupportedHTTPMethod"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8010", 200),
        ("localhost", 200),
        ("[::1]:8010", 200),
        ("LOCALHOST:1", 200),
        ("gateway:8010", 200),
        ("dysmsapi.aliyuncs.com", 403),
        ("attacker.example", 403),
        ("127.0.0.1.attacker.example:8010", 403),
        ("", 403),
    ],
)
def test_only_its_own_host_names_are_answered(code_to, host, status):
    caller = Caller(Sandbox(ready(), hosts={"gateway"}), extra={"host": host})
    assert caller.call("SendSms", **code_to).status == status


def test_a_request_that_is_too_large_is_not_read(sandbox):
    assert respond(sandbox, None).status == 413


def test_a_request_with_too_many_parameters_is_refused(sandbox):
    answer = respond(sandbox, Request("GET", "/", b"&".join([b"a=1"] * 501), {"host": HOST}))
    assert answer.status == 400


@pytest.mark.parametrize("secret", ["testsecret", "wrong"])
def test_the_log_holds_neither_secret_nor_number_nor_value(caller, code_to, caplog, secret):
    caplog.set_level("DEBUG")
    for style in ("acs3", "rpc"):
        caller.but(style=style, secret=secret).call("SendSms", **code_to)
    caller.call("SendSms\n13900000000", **code_to)
    assert len(caplog.records) == 3
    for hidden in ("testsecret", "wrong", "13900000000", "123456"):
        assert hidden not in caplog.text


def test_what_the_sandbox_knows_does_not_show_in_its_repr(sandbox, caller, code_to):
    caller.call("SendSms", **code_to)
    shown = repr(sandbox.catalog.accounts) + repr(sandbox.messages())
    for hidden in ("testsecret", "13900000000", "123456"):
        assert hidden not in shown
