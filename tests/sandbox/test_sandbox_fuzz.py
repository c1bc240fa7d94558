"""Requests that nobody would write: none brings the gateway down, and none is accepted with a wrong signature."""

import http.client
import json
import socket
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from element.sandbox import Sandbox
from element.sandbox.catalog import ready
from element.sandbox.gateway import respond
from element.sandbox.operations import KNOWN, OPERATIONS
from element.sandbox.wire import Request, pairs
from tests.sandbox.caller import FORM, HOST, Caller

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

SEND = {
    "PhoneNumbers": "13900000000",
    "SignName": "沙箱商城",
    "TemplateCode": "SMS_100000001",
    "TemplateParam": '{"code":"123456"}',
    "OutId": "order 1",
}
HEADER_NAMES = [
    "authorization", "content-type", "host", "x-acs-action", "x-acs-content-sha256", "x-acs-date",
    "x-acs-security-token", "x-acs-signature-nonce", "x-acs-version",
]  # fmt: skip
PARAMETER_NAMES = [
    "AccessKeyId", "Action", "Format", "SecurityToken", "Signature", "SignatureMethod", "SignatureNonce",
    "SignatureVersion", "Timestamp", "Version", *SEND,
]  # fmt: skip
header_values = st.one_of(
    st.sampled_from(
        ["SendSms", "2017-05-25", "2026-01-01T00:00:00Z", "JSON", "XML", "testid", "HMAC-SHA1", "1.0", FORM,
         "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-date,Signature=00"]
    ),
    st.text(max_size=40),
)  # fmt: skip
queries = st.one_of(
    st.binary(max_size=200),
    st.dictionaries(st.sampled_from(PARAMETER_NAMES), header_values).map(
        lambda params: "&".join(f"{name}={value}" for name, value in params.items()).encode()
    ),
)
requests = st.builds(
    Request,
    method=st.one_of(st.sampled_from(["GET", "POST", "PUT", "HEAD"]), st.text(max_size=8)),
    path=st.one_of(st.just("/"), st.text(max_size=20)),
    query=queries,
    headers=st.dictionaries(st.sampled_from(HEADER_NAMES), header_values).map(lambda some: {"host": HOST} | some),
    body=queries,
)


@relaxed
@given(requests)
def test_no_unsigned_request_is_accepted_or_breaks_anything(request):
    sandbox = Sandbox(ready())
    answer = respond(sandbox, request)
    assert 400 <= answer.status < 500
    assert sandbox.messages() == []


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
values = st.one_of(
    st.text(max_size=60),
    json_values.map(json.dumps),
    st.dictionaries(st.sampled_from(["code", "name", "order", "time"]), st.text(max_size=40)).map(json.dumps),
    st.sampled_from(
        ["13900000000", "85200001234", "20260101", "1", "50", "沙箱商城", *(f"SMS_10000000{i}" for i in range(8))]
    ),
    st.text(alphabet='\\"{}[]ud8\ufffe\x00\x1f,:', max_size=40),
)
names = sorted({name for row in OPERATIONS.values() for name in (*row.required, *row.integers, *row.most)})


@settings(relaxed, max_examples=400)
@given(
    action=st.sampled_from(sorted(OPERATIONS)),
    params=st.dictionaries(st.sampled_from([*names, "TemplateParam", "TemplateParamJson", "BizId"]), values),
    style=st.sampled_from(["acs3", "rpc"]),
    place=st.sampled_from(["query", "form"]),
    format=st.sampled_from(["JSON", "XML"]),
)
def test_no_signed_call_breaks_anything(action, params, style, place, format):
    """Reading the answer back also shows that it is well-formed JSON or XML, whatever it repeats."""
    caller = Caller(Sandbox(ready(), lenient=True), style=style, place=place)
    good = {name: SEND.get(name, "1") for name in OPERATIONS[action].required}
    reply = caller.call(action, **good | params | {"Format": format})
    assert reply.status < 500


WAYS = [("acs3", "query"), ("acs3", "form"), ("rpc", "query"), ("rpc", "form"), ("rpc", "mixed")]
IGNORED_BY_DESIGN = {"authorization"}  # its parts are altered one by one


def parts_of(request):
    """Every signed part of a request, and how to put another text in its place."""
    yield "method", request.method, lambda text: replace(request, method=text)
    yield "path", request.path, lambda text: replace(request, path=text)
    for name, value in request.headers.items():
        if name not in IGNORED_BY_DESIGN | {"content-type"}:
            yield name, value, lambda text, name=name: replace(request, headers=request.headers | {name: text})
    for place in ("query", "body"):
        for index, (name, value) in enumerate(pairs(getattr(request, place))):
            yield name, value, lambda text, place=place, index=index: _with(request, place, index, text)


def _with(request, place, index, text):
    changed = [list(pair) for pair in pairs(getattr(request, place))]
    changed[index][1] = text
    encoded = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in changed)
    return replace(request, **{place: encoded.encode()})


def _encoded(text):
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


# The path of a call in RPC style is not part of what is signed: there it is always "/".
UNSIGNED_IN_RPC = {"path", "host"}
NEW_TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["GET", "POST", "testid", "13900000001", "SendBatchSms", "2017-05-25", "HMAC-SHA256", "127.0.0.1"]),
)


@settings(relaxed, max_examples=400)
@given(way=st.sampled_from(WAYS), choice=st.randoms(use_true_random=False), text=NEW_TEXTS)
def test_no_call_is_accepted_when_a_signed_part_is_altered(way, choice, text):
    style, place = way
    caller = Caller(Sandbox(ready()), style=style, place=place)
    request = caller.request("SendSms", **SEND)
    name, value, altered = choice.choice(
        [part for part in parts_of(request) if style == "acs3" or part[0] not in UNSIGNED_IN_RPC]
    )
    assume(text.strip() != value.strip())
    answer = respond(caller.sandbox, altered(text))
    assert 400 <= answer.status < 500, name
    assert caller.sandbox.messages() == []


@relaxed
@given(way=st.sampled_from(WAYS), position=st.integers(0, 63), digit=st.sampled_from("0123456789abcdef"))
def test_no_call_is_accepted_when_its_signature_is_altered(way, position, digit):
    style, place = way
    caller = Caller(Sandbox(ready()), style=style, place=place)
    request = caller.request("SendSms", **SEND)
    if style == "acs3":
        head, _, signature = request.headers["authorization"].rpartition("=")
        altered = signature[:position] + digit + signature[position + 1 :]
        assume(altered != signature)
        request.headers["authorization"] = f"{head}={altered}"
    else:
        index, place = next(
            (index, place)
            for place in ("query", "body")
            for index, (name, _) in enumerate(pairs(getattr(request, place)))
            if name == "Signature"
        )
        signature = pairs(getattr(request, place))[index][1]
        position %= len(signature) - 1
        altered = signature[:position] + digit + signature[position + 1 :]
        assume(altered != signature)
        request = _with(request, place, index, altered)
    answer = respond(caller.sandbox, request)
    assert b"SignatureDoesNotMatch" in answer.body
    assert caller.sandbox.messages() == []


@pytest.mark.parametrize(("style", "place"), WAYS)
def test_no_call_is_accepted_with_a_parameter_added_or_taken_away(caller, style, place):
    signer = caller.but(style=style, place=place)
    for field in ("query", "body"):
        request = signer.request("SendSms", **SEND)
        more = (getattr(request, field) + b"&" if getattr(request, field) else b"") + b"OutId=another"
        headers = request.headers | ({"content-type": FORM} if field == "body" else {})
        respond(caller.sandbox, replace(request, headers=headers, **{field: more}))
        request = signer.request("SendSms", **SEND)
        fewer = b"&".join(part for part in getattr(request, field).split(b"&") if not part.startswith(b"OutId"))
        if fewer != getattr(request, field):
            respond(caller.sandbox, replace(request, **{field: fewer}))
    assert caller.sandbox.messages() == []


@pytest.mark.parametrize("unsigned", ["host", "x-acs-action", "x-acs-date", "x-acs-version", "x-acs-signature-nonce"])
def test_a_common_header_that_is_left_out_of_the_signed_ones_is_refused(caller, unsigned):
    request = caller.request("SendSms", **SEND)
    listed = request.headers["authorization"]
    request.headers["authorization"] = listed.replace(f"{unsigned};", "").replace(f";{unsigned}", "")
    assert b"IncompleteSignature" in respond(caller.sandbox, request).body


@settings(relaxed, max_examples=150)
@given(noise=st.one_of(st.binary(max_size=300), st.sampled_from(sorted(KNOWN)).map(str.encode)), head=st.booleans())
def test_no_bytes_on_the_socket_take_it_down(serving, noise, head):
    start = b"POST /?" if head else b""
    with socket.create_connection(("127.0.0.1", serving.port), timeout=5) as connection:
        connection.sendall(start + noise + b" HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 3\r\n\r\nabc")
        connection.shutdown(socket.SHUT_WR)
        answer = _all_of(connection)
    assert not answer.startswith(b"HTTP/1.1 5")
    assert _is_alive(serving)


def _all_of(connection):
    answer = b""
    try:
        while chunk := connection.recv(65536):
            answer += chunk
    except ConnectionError:
        return answer
    return answer


def _is_alive(serving):
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=5)
    connection.request("GET", "/sandbox/clock")
    status = connection.getresponse().status
    connection.close()
    return status == 200
