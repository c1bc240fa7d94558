"""Remarks on templates and values."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from element import lint
from element.lint import KINDS, PURPOSES, Purpose, limits, mended, sample, slips, text_remarks, value_remarks
from element.template import placeholders

GOOD_CODE = "您的验证码是${code}，5分钟内有效，请勿泄露。"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("您的验证码是{{code}}。", "您的验证码是${code}。"),
        ("{code}", "${code}"),
        ("$code是验证码", "${code}是验证码"),
        ("${ code }", "${code}"),
        ("${{code}}", "${code}"),
        ("$｛code｝", "${code}"),
        ("＄{code}", "${code}"),
        ("｛｛ 姓名 ｝｝", "${姓名}"),
        ("{{a}} ${b} $c", "${a} ${b} ${c}"),
    ],
)
def test_a_placeholder_in_another_writing_is_mended(written: str, meant: str) -> None:
    assert mended(written) == meant
    assert slips(written)
    assert slips(meant) == []


@pytest.mark.parametrize(
    "text", ["", GOOD_CODE, "$100", "{}", "{1}", "${}", "价格 5$", "{a b}", "${a-b}", "${a｝}", "${a｛b｝}"]
)
def test_what_is_no_slip_is_left_alone(text: str) -> None:
    assert mended(text) == text
    assert slips(text) == []


@pytest.mark.parametrize(
    ("text", "purpose", "remarks"),
    [
        (GOOD_CODE, "verification", []),
        ("尊敬的${name}，${event}将于${time}进行。", "notification", []),
        ("会员日全场八折，拒收请回复R", "promotion", []),
        ("没有变量", None, []),
        ("字" * 501, None, [("too_long", "")]),
        ("${a}和${a}", None, [("repeated", "${a}")]),
        ("共${a}${b}", None, [("adjacent", "${a}")]),
        ("${a}，${b}", None, [("only_variables", "")]),
        ("共${1a}", None, [("variable_name", "${1a}")]),
        ("共${email}", None, [("variable_name", "${email}")]),
        (f"共${{{'a' * 26}}}", None, [("variable_name", f"${{{'a' * 26}}}")]),
        ("共${emails}", None, []),
        ("[通知]", None, [("edge_bracket", "")]),
        ("【小店】通知", None, [("symbol", "【"), ("symbol", "】")]),
        ("优惠★★", None, [("symbol", "★")]),
        ("您的驗證碼", None, [("traditional", "驗證碼")]),
        ("密码是${code}", "verification", [("no_code_word", "")]),
        ("验证码${code}，${time}有效", "verification", [("more_variables", "")]),
        ("验证码${code}，见 www.example.com", "verification", [("link", "www.example.com")]),
        ("详情见 www.example.com", "notification", []),
        ("请致电13912345678", "notification", [("mobile", "")]),
        ("请致电4008001234", "notification", []),
        ("订单已发货，拒收请回复R", "notification", [("opt_out", "拒收请回复R")]),
        ("会员日全场八折", "promotion", [("no_opt_out", "")]),
        ("请致电13912345678", None, []),
    ],
)
def test_a_text_is_remarked_on_by_the_published_rules(
    text: str, purpose: Purpose | None, remarks: list[tuple[str, str]]
) -> None:
    assert [(remark.rule, remark.about) for remark in text_remarks(text, purpose)] == remarks


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("numberCaptcha", ["1234", "123456"], ["123", "12345a", "１２３４"]),
        ("characterWithNumber2", ["a1b2", "abcd"], ["a1", "a1-b"]),
        ("phone_number2", ["13912345678", "0571-8502-2088", "95187"], ["+8613912345678", "无"]),
        (
            "time",
            ["20260115", "2026-01-15 10:30", "2026年1月15日 上午", "10:30:00", "10时30分"],
            ["明天", "2026_01_15"],
        ),
        ("money", ["100", "100.00"], ["¥100", "1,000"]),
        ("name", ["张三"], ["张", "Tom"]),
        ("verifyTime", ["5", "99"], ["0", "5分钟"]),
        ("others", ["第一行\n第二行"], []),
        ("a kind of tomorrow", ["anything"], []),
    ],
)
def test_a_value_is_compared_with_what_its_variable_takes(kind: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if value_remarks({"v": value}, {"v": kind})] == []
    assert [value for value in bad if not value_remarks({"v": value}, {"v": kind})] == []


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        (None, []),
        ("", []),
        (123456, []),
        ("字" * 35, []),
        ("字" * 36, ["value_too_long"]),
        ("https://example.com/a", ["value_link"]),
        ("example.cn", ["value_link"]),
        ("10.0.0.1", ["value_link"]),
        ("1.5.2", []),
        ("3.14元", []),
        ("😀", ["value_character"]),
        ("【小店】", ["value_character"]),
        ("訂單", ["value_character"]),
    ],
)
def test_a_value_of_unknown_kind_is_remarked_on_by_the_rules_for_all(value: object, rules: list[str]) -> None:
    assert [remark.rule for remark in value_remarks({"v": value})] == rules


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_fits_its_variable(kind: str) -> None:
    assert value_remarks({"v": sample("v", {"v": kind})}, {"v": kind}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("code", "123456"), ("verifyCode", "123456"), ("userNick", "小张"), ("processTitle", "示例内容")],
)
def test_a_sample_is_guessed_by_the_name(name: str, value: str) -> None:
    assert sample(name) == value
    assert value_remarks({name: value}) == []


def test_the_attribute_comes_before_the_guess() -> None:
    assert sample("code", {"code": "characterWithNumber"}) == "A1B2C3"


def test_the_limits_come_from_the_attributes() -> None:
    assert limits({"code": "numberCaptcha", "x": "unheard of"}) == {"code": 6, "x": 35}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rule", lint.WORDS)
def test_every_rule_is_said_in_both_languages(rule: str, language: str) -> None:
    sentence = lint.Remark(rule, "ABOUT").sentence(language)
    assert sentence.endswith("." if language == "en" else "。")
    assert "{" not in sentence
    assert ("ABOUT" in sentence) is ("{about}" in lint.WORDS[rule][0])


@pytest.mark.parametrize("purpose", [None, *PURPOSES.values()])
@given(text=st.text(st.sampled_from("${}｛｝＄ ab1【】[]www.com验證码")))
def test_no_text_is_too_odd_for_remarks(purpose: Purpose | None, text: str) -> None:
    assert all(remark.sentence("zh") for remark in text_remarks(text, purpose))
    assert all(remark.sentence("en") for remark in value_remarks({"v": text}, {"v": "numberCaptcha"}))
    assert set(placeholders(text)) <= set(placeholders(mended(text)))
    assert mended(mended(text)) == mended(text)


@pytest.mark.parametrize("say", [repr, lambda remark: remark.sentence("en"), lambda remark: remark.sentence("zh")])
def test_a_remark_holds_no_value(say: Callable[[lint.Remark], str]) -> None:
    remarks = value_remarks({"v": "https://canary.example.com/" + "字" * 40}) + text_remarks(
        "13912345678", "notification"
    )
    assert [remark.rule for remark in remarks] == ["value_too_long", "value_link", "mobile"]
    assert not [remark for remark in remarks if "canary" in say(remark) or "139" in say(remark)]
