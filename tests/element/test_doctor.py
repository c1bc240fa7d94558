"""The key doctor: each ailment found, mended, and told without the value."""

import pytest

from element.doctor import findings, is_placeholder, mended

KEY_ID = "LTAI5tExampleKey12345678"
SECRET = "canarySecret7f3aQ9canarySecret"
WELL = {"accessKey": KEY_ID, "accessSecret": SECRET, "verifySign": "阿里云短信测试"}

AILING = {
    # name: (property, as it stands there, kinds found, mended)
    "a zero-width space": ("accessSecret", f"\u200b{SECRET}", ["unseen"], SECRET),
    "a byte order mark": ("accessKey", f"\ufeff{KEY_ID}", ["unseen"], KEY_ID),
    "a soft hyphen inside": ("accessSecret", f"{SECRET[:5]}\u00ad{SECRET[5:]}", ["unseen"], SECRET),
    "a direction mark in the signature": ("verifySign", "\u202a阿里云\u202c", ["unseen"], "阿里云"),
    "a no-break space": ("accessKey", f"{KEY_ID}\u00a0", ["odd_space", "blank"], KEY_ID),
    "a full-width space": ("accessSecret", f"\u3000{SECRET}", ["odd_space", "blank"], SECRET),
    "straight quotes": ("accessKey", f'"{KEY_ID}"', ["quotes"], KEY_ID),
    "quotes and a comma": ("accessSecret", f'"{SECRET}",', ["quotes"], SECRET),
    "curly quotes": ("verifySign", "“阿里云”", ["quotes"], "阿里云"),
    "full-width letters": ("accessKey", f"ＬＴＡＩ{KEY_ID[4:]}", ["wide"], KEY_ID),
    "a line break at the end": ("accessSecret", f"{SECRET}\n", ["blank"], SECRET),
    "a line break inside": ("accessSecret", f"{SECRET[:9]}\r\n{SECRET[9:]}", ["blank"], SECRET),
    "a space around the signature": ("verifySign", " 阿里云 ", ["blank"], "阿里云"),
    "brackets": ("verifySign", "【阿里云】", ["brackets"], "阿里云"),
    "quotes around brackets": ("verifySign", "'【阿里云】'", ["quotes", "brackets"], "阿里云"),
    "the page's own example": ("accessKey", "your_access_key", ["placeholder"], ""),
    "another spelling of it": ("accessSecret", "YOUR-ACCESS-KEY-SECRET", ["placeholder"], ""),
    "a pair of angle brackets": ("accessKey", "<AccessKey ID>", ["placeholder"], ""),
    "rows of crosses": ("accessSecret", "xxxxxxxxxxxx", ["placeholder"], ""),
    "a hint in Chinese": ("verifySign", "请填写短信签名", ["placeholder"], ""),
    "a quoted example": ("verifySign", '"your_signature"', ["quotes", "placeholder"], ""),
}


@pytest.mark.parametrize(("name", "value", "kinds", "good"), AILING.values(), ids=AILING)
def test_an_ailment_is_found_and_mended(name, value, kinds, good):
    document = {**WELL, name: value}
    assert [(finding.parameter, finding.kind) for finding in findings(document)] == [(name, kind) for kind in kinds]
    assert mended(document) == {**WELL, name: good}
    assert findings({**WELL, name: good}) == []


@pytest.mark.parametrize(
    "extra", [{}, {"accessKey": f" {SECRET}", "accessSecret": f"'{KEY_ID}'"}], ids=["plain", "more"]
)
def test_swapped_halves_are_exchanged(extra):
    document = {**WELL, "accessKey": SECRET, "accessSecret": KEY_ID, **extra}
    assert findings(document)[-1].kind == "swapped"
    assert mended(document) == WELL


@pytest.mark.parametrize(
    "document",
    [
        WELL,
        {},
        {"accessKey": 1, "accessSecret": None, "verifySign": ["【】"]},
        {"accessKey": "testid", "accessSecret": "testsecret", "verifySign": "ＡＢＣ　全角签名"},
        {"accessKey": "{{KEY_ID}}", "accessSecret": " {{ KEY_SECRET }} ", "verifySign": "{{SIGN}}"},
        {"accessKey": "", "accessSecret": " ", "verifySign": ""},
        {"region": "【】", **WELL},
    ],
)
def test_what_is_well_is_left_alone(document):
    assert findings(document) == []
    assert mended(document) == document


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_sentence_and_no_repr_repeats_a_value(language):
    for name, value, *_ in AILING.values():
        for finding in findings({**WELL, name: value}):
            said = finding.sentence(language) + repr(finding)
            assert finding.parameter in said
            assert not any(text in said for text in (value, SECRET, KEY_ID))
    swapped = findings({"accessKey": SECRET, "accessSecret": KEY_ID})[0]
    assert SECRET not in swapped.sentence(language) + repr(swapped)


@pytest.mark.parametrize(("text", "expected"), [("your_access_key", True), ("yourcompany", False), ("signal", False)])
def test_a_placeholder_is_a_whole_text(text, expected):
    assert is_placeholder(text) is expected
