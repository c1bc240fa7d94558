"""The free questions, asked of a sandbox: what comes back, and how a missing permission differs from a wrong key."""

import time

import pytest

from element import App, Refused
from element.queries import not_permitted
from element.sandbox import Sandbox, serve
from tests.conftest import SMS


@pytest.fixture
def sandbox():
    sandbox = Sandbox(delivery_delay=0)
    sandbox.add_account(SMS["accessKey"], SMS["accessSecret"])
    sandbox.add_sign(SMS["verifySign"])
    sandbox.add_template("SMS_1", "Your code is ${code}", kind="verification", variables={"code": "numberCaptcha"})
    with serve(sandbox) as serving:
        sandbox.url = serving.url
        yield sandbox


@pytest.fixture
def element(app_folder, sandbox):
    element = App(app_folder, endpoint=sandbox.url).getElement("SMS.Codes")
    yield element
    element.close()


def test_a_template_comes_with_its_text_state_kind_and_attributes(element):
    template = element.queryTemplate("SMS_1")
    assert (template.code, template.text) == ("SMS_1", "Your code is ${code}")
    assert (template.kind, template.state) == ("verification", "approved")
    assert template.attributes == {"code": "numberCaptcha"}


def test_the_list_of_templates_speaks_the_same_words(element):
    (template,) = element.listTemplates()
    assert (template.code, template.kind, template.state) == ("SMS_1", "verification", "approved")


def test_a_signature_comes_with_its_state(element):
    sign = element.querySign(SMS["verifySign"])
    assert (sign.name, sign.state, sign.test) == (SMS["verifySign"], "approved", False)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda element: element.queryTemplate("SMS_404"), "TemplateNotFound"),
        (lambda element: element.querySign("不存在"), "SignatureNotFound"),
    ],
)
def test_what_the_account_does_not_have_is_refused_by_name(element, ask, code):
    with pytest.raises(Refused) as caught:
        ask(element)
    assert caught.value.result_code == code
    assert not not_permitted(caught.value)


def test_the_delivery_record_tells_what_became_of_a_message(element):
    body = element.sendMessage(["13800138000"], {"code": "1234"}, "SMS_1", outId="order-7")
    today = time.strftime("%Y%m%d", time.gmtime(time.time() + 8 * 3600))
    (row,) = element.querySendDetails("13800138000", today, bizId=body.biz_id)
    assert (row.out_id, row.template_code, row.text) == ("order-7", "SMS_1", "【阿里云短信测试】Your code is 1234")
    assert (row.state, row.error_code) == ("delivered", "DELIVERED")
    assert "1234" not in repr(row)
    assert "13800138000" not in repr(row)


def test_a_key_that_is_accepted_comes_with_the_clocks_difference(element):
    found = element.checkCredentials()
    assert found.may_query
    assert abs(found.clock_skew) < 5


def test_a_key_that_may_only_send_is_no_wrong_key(element, sandbox):
    sandbox.add_account(SMS["accessKey"], SMS["accessSecret"], permissions=("SendSms",))
    assert not element.checkCredentials().may_query


@pytest.mark.parametrize(
    ("account", "code"),
    [
        (("someone-else", "x"), "InvalidAccessKeyId.NotFound"),
        ((SMS["accessKey"], "another-secret"), "SignatureDoesNotMatch"),
    ],
)
def test_a_wrong_key_is_refused(app_folder, account, code):
    sandbox = Sandbox()
    sandbox.add_account(*account)
    with serve(sandbox) as serving:
        element = App(app_folder, endpoint=serving.url).getElement("SMS.Codes")
        with pytest.raises(Refused) as caught:
            element.checkCredentials()
        element.close()
    assert caught.value.result_code == code
