"""What a template's text becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from element.template import bill, compare, cuts, length, message, parts, placeholders, render, surplus

CODE_TEXT = "您的验证码是${code}，5分钟内有效。"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("没有变量", []),
        (CODE_TEXT, ["code"]),
        ("${b} 和 ${a}", ["b", "a"]),
        ("${a}${b}${a}", ["a", "b"]),
        ("${user_name}，${姓名}", ["user_name", "姓名"]),
        ("{{code}} {code} $code ${} ${ code } $｛code｝", []),
        ("${${inner}}", ["inner"]),
    ],
)
def test_placeholders_are_named_in_order_without_repeats(text: str, names: list[str]) -> None:
    assert placeholders(text) == names


@pytest.mark.parametrize(
    ("text", "params", "rendered"),
    [
        (CODE_TEXT, {"code": "123456"}, "您的验证码是123456，5分钟内有效。"),
        ("${a}-${b}", {"a": "1"}, "1-${b}"),
        ("${a}-${a}", {"a": "1"}, "1-1"),
        ("${a}", {"a": 6789}, "6789"),
        ("${a}", {"a": 0}, "0"),
        ("${a}", {"a": ""}, "${a}"),
        ("${a}", {"a": None}, "${a}"),
        ("${a}", {"a": r"\1 \g<0> ~!*'()"}, r"\1 \g<0> ~!*'()"),
        ("${a}${b}", {"a": "${b}", "b": "2"}, "${b}2"),
        ("${Code}", {"code": "1"}, "${Code}"),
        ("没有变量", {"extra": "1"}, "没有变量"),
    ],
)
def test_rendering_fills_what_has_a_value_and_leaves_the_rest(
    text: str, params: dict[str, object], rendered: str
) -> None:
    assert render(text, params) == rendered


def test_a_message_begins_with_the_signature_in_its_brackets() -> None:
    assert message("小店", CODE_TEXT, {"code": "1234"}) == "【小店】您的验证码是1234，5分钟内有效。"


@pytest.mark.parametrize(
    ("text", "characters"),
    [("", 0), ("abc", 3), ("【小店】", 4), ("，。 \n", 4), ("ａｂｃ", 3), ("😀", 2), ("\ud83d", 1)],
)
def test_every_character_counts_one_and_an_emoji_two(text: str, characters: int) -> None:
    assert length(text) == characters


@pytest.mark.parametrize(
    ("characters", "billed"),
    [(0, 1), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (160, 3), (201, 3), (202, 4), (500, 8)],
)
def test_a_long_message_is_billed_in_parts(characters: int, billed: int) -> None:
    assert parts("字" * characters) == billed


def test_the_signature_counts_into_the_parts() -> None:
    assert parts(message("小店", "字" * 66, {})) == 1
    assert parts(message("小店", "字" * 67, {})) == 2


@pytest.mark.parametrize(
    ("characters", "too_many"),
    [(0, 0), (70, 0), (71, 1), (134, 64), (135, 1), (160, 26), (202, 1)],
)
def test_removing_the_surplus_saves_exactly_one_part(characters: int, too_many: int) -> None:
    assert surplus("字" * characters) == too_many
    if too_many:
        assert parts("字" * (characters - too_many)) == parts("字" * characters) - 1
        assert parts("字" * (characters - too_many + 1)) == parts("字" * characters)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("字" * 70, ["字" * 70]),
        ("字" * 71, ["字" * 67, "字" * 4]),
        ("字" * 160, ["字" * 67, "字" * 67, "字" * 26]),
        ("字" * 66 + "😀" + "字" * 10, ["字" * 66 + "😀", "字" * 10]),
    ],
)
def test_a_long_message_is_cut_where_its_parts_are(text: str, pieces: list[str]) -> None:
    assert cuts(text) == pieces


@pytest.mark.parametrize(
    ("text", "limits", "fewest_and_most"),
    [
        ("没有变量", {}, (1, 1)),
        (CODE_TEXT, {}, (1, 1)),
        ("字" * 60 + "${a}", {}, (1, 2)),
        ("字" * 60 + "${a}", {"a": 6}, (1, 1)),
        ("字" * 60 + "${a}和${b}", {"a": 6}, (1, 2)),
        ("字" * 70 + "${a}${b}${c}", {}, (2, 3)),
    ],
)
def test_the_bill_has_a_shortest_and_a_longest_case(
    text: str, limits: dict[str, int], fewest_and_most: tuple[int, int]
) -> None:
    assert bill("小店", text, limits) == fewest_and_most


@pytest.mark.parametrize(
    ("text", "params", "missing", "unused", "near"),
    [
        ("没有变量", {}, [], [], {}),
        (CODE_TEXT, {"code": "1"}, [], [], {}),
        (CODE_TEXT, {}, ["code"], [], {}),
        (CODE_TEXT, {"code": ""}, ["code"], [], {}),
        (CODE_TEXT, {"code": None}, ["code"], [], {}),
        (CODE_TEXT, {"code": "1", "time": "2"}, [], ["time"], {}),
        (CODE_TEXT, {"Code": "1"}, ["code"], ["Code"], {"Code": "code"}),
        (CODE_TEXT, {"${code}": "1"}, ["code"], ["${code}"], {"${code}": "code"}),
        (CODE_TEXT, {"coed": "1"}, ["code"], ["coed"], {"coed": "code"}),
        (CODE_TEXT, {"amount": "1"}, ["code"], ["amount"], {}),
        (CODE_TEXT, {"code": "", "codes": "1"}, ["code"], ["codes"], {}),
        ("${userName}", {"user_name": "1"}, ["userName"], ["user_name"], {"user_name": "userName"}),
        ("${code}", {"codes": "1", "CODE": "1"}, ["code"], ["codes", "CODE"], {"CODE": "code"}),
        ("${a1}${b1}", {"b": "1", "a": "2"}, ["a1", "b1"], ["b", "a"], {"a": "a1", "b": "b1"}),
    ],
)
def test_a_comparison_names_what_is_missing_unused_and_probably_meant(
    text: str, params: dict[str, object], missing: list[str], unused: list[str], near: dict[str, str]
) -> None:
    found = compare(text, params)
    assert (found.missing, found.unused, found.near) == (missing, unused, near)
    assert found.fits is (not missing and not unused)


names = st.text(st.characters(exclude_characters="${}"), min_size=1, max_size=8)
pieces = st.one_of(st.text(max_size=10), st.sampled_from(["$", "{", "}", "${", "${}"]), names.map("${{{}}}".format))
texts = st.lists(pieces, max_size=8).map("".join)
values = st.one_of(st.none(), st.integers(), st.text(max_size=10), texts)
param_sets = st.dictionaries(st.one_of(names, st.text(max_size=8)), values, max_size=6)


@given(texts, param_sets)
def test_a_comparison_accounts_for_every_name(text: str, params: dict[str, object]) -> None:
    found = compare(text, params)
    assert set(found.missing) <= set(placeholders(text))
    assert set(found.unused) == set(params) - set(placeholders(text))
    assert set(found.near) <= set(found.unused)
    assert set(found.near.values()) <= set(found.missing)
    assert len(set(found.near.values())) == len(found.near)


@given(texts)
def test_with_all_params_no_placeholder_of_the_template_is_left(text: str) -> None:
    params = dict.fromkeys(placeholders(text), "a value")
    assert compare(text, params).fits
    assert not set(placeholders(render(text, params))) & set(params)


@given(texts, param_sets)
def test_what_is_missing_stays_visible_in_the_rendered_text(text: str, params: dict[str, object]) -> None:
    assert set(compare(text, params).missing) <= set(placeholders(render(text, params)))


@given(st.text(), st.text())
def test_a_longer_message_is_never_billed_less(first: str, second: str) -> None:
    assert parts(first) <= parts(first + second)
    assert length(first + second) == length(first) + length(second)


@given(st.text(max_size=300))
def test_the_pieces_make_up_the_whole_message(text: str) -> None:
    assert "".join(cuts(text)) == text
    assert len(cuts(text)) <= parts(text)
