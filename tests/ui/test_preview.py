"""The preview: what it mends, warns of, measures, fills in and fetches. It sends nothing."""

import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from element.lint import NASTY_VALUES
from element.sandbox import Sandbox, serve
from tests.conftest import SECRET, SMS, E, write_element
from tests.ui.browser import button, field, open_page, tab, wait_idle
from ui import code_params, workspace

FIELDS = "message.SMS.Codes"
TEXT, CODE = f"{FIELDS}.text", f"{FIELDS}.verifyTemplateCode"
SCRIPT = 'from ui import preview\npreview.draw("SMS.Codes")'


@pytest.fixture
def previewing(monkeypatch, app_folder):
    """`previewing(text)` draws the preview with a template text in it."""

    def run(text="", code="", locale="en-US", mode="simulate"):
        monkeypatch.setenv("SMS_APP", str(app_folder))
        page = AppTest.from_string(SCRIPT, default_timeout=20)
        page.context = {"locale": locale}
        page.session_state["mode"] = mode
        page.session_state[TEXT] = text
        page.session_state[CODE] = code
        return page.run()

    return run


@pytest.fixture
def alibaba(monkeypatch):
    """A sandbox in Alibaba's place that knows the element's key and nothing else yet."""
    sandbox = Sandbox()
    sandbox.add_account(SMS["accessKey"], SECRET)
    with serve(sandbox) as serving:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", serving.url)
        yield sandbox
    assert sandbox.messages() == []


def press(page, key):
    return page.button(key=key).click().run()


def words(page):
    assert not page.exception
    kinds = (page.markdown, page.caption, page.warning, page.error, page.success)
    return "\n".join([element.value for kind in kinds for element in kind] + [bubble(page)]).replace("\\", "")


def bubble(page):
    return "".join(node.proto.body for node in page.main if node.type == "html")


def keys(page):
    return [button.key for button in page.button]


def params(page):
    prefix = f"{FIELDS}.param."
    return {each.key.removeprefix(prefix): each.value for each in page.text_input if each.key.startswith(prefix)}


@pytest.mark.parametrize("written", ["{code}", "{{code}}", "$code", "${ code }", "＄｛code｝"])
def test_what_looks_like_a_placeholder_is_mended_with_one_button(previewing, written):
    page = previewing(f"Code {written}, {{time}}.")
    assert f"{written} → ${{code}}" in words(page)
    press(page, "mend")
    assert page.text_area(key=TEXT).value == "Code ${code}, ${time}."
    assert set(params(page)) == {"code", "time"}
    assert "mend" not in keys(page)


def test_a_text_in_order_gets_no_remark_and_no_doctor(previewing):
    page = previewing("您的验证码为 ${code}，5 分钟内有效。")
    assert not page.warning
    assert "mend" not in keys(page)


REMARKS = {
    # text, value of x, what is said in English, in Chinese
    "adjacent": ("a${x}${y}", None, "right beside another", "相邻"),
    "symbol": ("★ ${x}", None, "★ cannot be sent", "不支持字符 ★"),
    "too long a value": ("a ${x}", "z" * 36, "longer than its variable takes", "超过了变量的长度上限"),
    "link in a value": ("a ${x}", "https://example.com", "web, domain or IP", "网址"),
}


@pytest.mark.parametrize(("text", "value", "en", "zh"), REMARKS.values(), ids=REMARKS)
def test_what_alibaba_may_object_to_is_a_dated_warning_in_both_languages(previewing, text, value, en, zh):
    for locale, sentence in (("en-US", en), ("zh-CN", zh)):
        page = previewing(text, locale=locale)
        if value:
            page.text_input(key=f"{FIELDS}.param.x").set_value(value).run()
        assert sentence in words(page)
        assert "2025-12" in words(page)
        assert not page.error


MEASURES = {
    # characters of text (the signature has 9 with its brackets), what is said, what is not
    "one part, full": (61, ["70 characters", "billed as 1 message\n"], ["Remove", "✂"]),
    "one too many": (62, ["71 characters", "billed as 2 messages", "Remove 1 character to", "✂ part 2"], ["part 3"]),
    "three parts": (128, ["137 characters", "billed as 3", "Remove 3 characters", "✂ part 2", "✂ part 3"], ["part 4"]),
}


@pytest.mark.parametrize(("count", "said", "not_said"), MEASURES.values(), ids=MEASURES)
def test_the_length_counts_the_signature_and_says_what_saves_a_part(previewing, count, said, not_said):
    page = words(previewing("x" * count))
    assert [each for each in said if each not in page] == []
    assert [each for each in not_said if each in page] == []


def test_a_cut_stands_where_the_next_part_begins(previewing):
    page = previewing("x" * 58 + "y" * 10)
    before, after = bubble(page).split('<br><small class="cut">┄┄ ✂ part 2 ┄┄</small><br>')
    assert before.endswith("x" * 58)
    assert after.startswith("y" * 10)


def test_shortest_and_longest_bill_and_what_they_cost_once_a_price_is_given(previewing):
    page = previewing("x" * 50 + "${a}")
    assert "1 to 2 messages" in words(page)
    assert "CNY for each" not in words(page)
    page.number_input(key="unit_price").set_value(0.045).run()
    assert "About 0.045 CNY for each recipient; 0.045 to 0.09 CNY" in words(page)
    page.text_area(key=TEXT).set_value("short").run()
    assert "About 0.045 CNY for each recipient." in words(page)


def test_samples_fill_every_field_and_awkward_values_take_turns(previewing):
    page = previewing("${code} at ${time}")
    for value in (*NASTY_VALUES, NASTY_VALUES[0]):
        assert set(params(press(page, "nasty")).values()) == {value}
    assert f"Awkward value 1 of {len(NASTY_VALUES)}" in words(page)
    assert params(press(page, "fill")) == {"code": "123456", "time": "10:30"}
    assert "Awkward value" not in words(page)


PASTED = {
    # what stands in the code, what is said of it, the fields after it was taken over
    "json": ('{"code": "1", "name": "A"}', ["Every placeholder has"], {"code": "1", "name": "A"}),
    "python": ("{'code': 24, 'name': None}", ["Without a parameter: name"], {"code": "24", "name": ""}),
    "misspelt": (
        '{"Code": "1", "nmae": "A"}',
        ["Did you mean `code`", "Did you mean `name`"],
        {"code": "1", "name": "A"},
    ),
    "one too many": (
        '{"code": "1", "name": "A", "shop": "B"}',
        ["Without a placeholder: shop"],
        {"code": "1", "name": "A"},
    ),
    "one too few": ('{"code": "1"}', ["Without a parameter: name"], {"code": "1", "name": "Lin"}),
}


@pytest.mark.parametrize(("pasted", "said", "taken"), PASTED.values(), ids=PASTED)
def test_parameters_in_code_are_held_against_the_template(previewing, pasted, said, taken):
    page = previewing("${code} ${name}")
    page.text_area(key=f"{FIELDS}.pasted").set_value(pasted).run()
    assert [each for each in said if each not in words(page)] == []
    assert params(press(page, "use_code")) == taken


@pytest.mark.parametrize("pasted", ["code=1", "[1]", "{", "code()", "{" * 5000])
def test_what_is_no_object_is_told_as_such(previewing, pasted):
    assert code_params.read(pasted) is None
    page = previewing("${code}")
    page.text_area(key=f"{FIELDS}.pasted").set_value(pasted).run()
    assert "not an object" in words(page)


def test_a_template_is_fetched_with_its_type_state_and_typed_samples(previewing, alibaba):
    kinds = {"code": "characterWithNumber", "plate": "license_plate_number"}
    alibaba.add_template("SMS_7", "验证码 ${code}，${plate}", "verification", name="Gate", variables=kinds)
    page = press(previewing(code="SMS_7", mode="live"), "fetch")
    assert page.text_area(key=TEXT).value == "验证码 ${code}，${plate}"
    assert params(page) == {"code": "A1B2C3", "plate": "浙A12345"}
    for said in ("Gate · verification code · :green[approved]", "4–6 letters or digits", "at most 10 characters"):
        assert said in words(page)
    assert "A verification template has one variable" in words(page)


def test_what_was_fetched_counts_for_its_own_code_only(previewing, alibaba):
    alibaba.add_template("SMS_7", "${code}", variables={"code": "money"})
    page = press(previewing(code="SMS_7", mode="live"), "fetch")
    assert params(page) == {"code": "100.00"}
    page.text_input(key=CODE).set_value("SMS_8").run()
    assert params(press(page, "fill")) == {"code": "123456"}


def test_a_template_that_is_not_approved_says_so_with_the_reason(previewing, alibaba):
    alibaba.add_template("SMS_7", "x", status="rejected", reason="含有敏感词")
    page = words(press(previewing(code="SMS_7", mode="live"), "fetch"))
    assert ":red[rejected]" in page
    assert "含有敏感词" in page


REFUSALS = {
    "no such template": (lambda box: None, "TemplateNotFound", "TemplateNotFound"),
    "no such key": (lambda box: box.catalog.accounts.clear(), "InvalidAccessKeyId", "InvalidAccessKeyId"),
    "not permitted": (
        lambda box: box.add_account(SMS["accessKey"], SECRET, permissions=("SendSms",)),
        "The key itself is right",
        "AccessKey 本身有效",
    ),
}


@pytest.mark.parametrize(("change", "en", "zh"), REFUSALS.values(), ids=REFUSALS)
def test_a_refused_question_is_told_in_words_and_leaves_the_text(previewing, alibaba, change, en, zh):
    change(alibaba)
    for locale, sentence in (("en-US", en), ("zh-CN", zh)):
        page = press(previewing("mine", code="SMS_404", locale=locale, mode="live"), "fetch")
        assert sentence in words(page)
        assert SECRET not in words(page)
        assert page.text_area(key=TEXT).value == "mine"


def test_simulate_fetches_from_the_sandbox_and_never_asks_outside(previewing, alibaba):
    page = press(previewing(code="SMS_100000002"), "fetch")
    assert page.text_area(key=TEXT).value.startswith("${name}，您的订单${order}已发货")
    assert params(page)["order"] == "A20260115001"
    assert alibaba.catalog.templates == {}
    assert workspace.sandbox_url().removeprefix("http://") in words(page)


def test_a_template_that_was_rehearsed_meanwhile_keeps_its_rules(previewing):
    page = press(previewing(code="SMS_100000002"), "fetch")
    workspace.sandbox().add_template("SMS_100000002", page.text_area(key=TEXT).value)
    assert params(press(page, "fetch"))["order"] == "A20260115001"


def test_the_fetch_button_says_why_it_is_disabled(previewing):
    page = previewing()
    assert page.button(key="fetch").disabled
    assert "Fill in a template code first" in words(page)


def test_in_a_browser_slips_are_mended_and_a_template_is_fetched(browser, served, tmp_path):
    write_element(tmp_path / "app", "Codes", E, SMS)
    page = open_page(browser, served)
    tab(page, "Preview").click()
    text = page.get_by_role("textbox", name="Template text")
    text.fill("Your code is {{code}}.")
    text.blur()
    button(page, "Mend 1 placeholder").click()
    expect(page.locator(".bubble")).to_have_text("【阿里云短信测试】Your code is 123456.")
    for _ in NASTY_VALUES:
        button(page, "Try an awkward value").click()
        wait_idle(page)
    button(page, "Fill in valid samples").click()
    expect(page.locator(".bubble")).to_have_text("【阿里云短信测试】Your code is 123456.")
    field(page, "Template code").fill("SMS_100000001")
    field(page, "Template code").blur()
    button(page, "Fetch the text by its code").click()
    expect(page.locator(".bubble")).to_contain_text("验证码：A1B2C3，您正在登录")
    page.close()
