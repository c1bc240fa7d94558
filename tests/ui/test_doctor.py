"""The key doctor in the form: what ails a value, said at its field, mended by a click, and no secret shown."""

import json

import pytest

from tests.conftest import SECRET, SMS, E, write_element

OPEN = "draft.SMS.Codes.0.sms.json"
KEY_ID = "LTAI5tExampleKey0001"


def shown(page):
    return "".join(str(node.proto) for part in (page.main, page.sidebar) for node in part)


def keys(page):
    return [button.key for button in page.button if button.key and button.key.startswith("mend")]


def saved(page, folder):
    page.button(key="save").click().run()
    assert not page.exception
    return json.loads((folder / "SMS" / "Codes" / "sms.json").read_text("utf-8"))


AILING = {
    # name: (stored in sms.json, the field with the button, what is in the file after mending and saving)
    "brackets": ({"verifySign": "【云商城】"}, "verifySign", {"verifySign": "云商城"}),
    "an unseen character": ({"accessKey": "test\u200bid"}, "accessKey", {"accessKey": "testid"}),
    "a quoted secret": ({"accessSecret": f'"{SECRET}"'}, "accessSecret", {"accessSecret": SECRET}),
    "two ailments in one": ({"accessSecret": f'"{SECRET} "'}, "accessSecret", {"accessSecret": SECRET}),
    "swapped": (
        {"accessKey": SECRET, "accessSecret": KEY_ID},
        "accessKey",
        {"accessKey": KEY_ID, "accessSecret": SECRET},
    ),
}


@pytest.mark.parametrize(("stored", "field", "expected"), AILING.values(), ids=AILING)
def test_one_click_mends_the_field_and_saving_writes_it(designer, tmp_path, stored, field, expected):
    write_element(tmp_path, "Codes", E, {**SMS, **stored})
    page = designer(tmp_path)
    assert keys(page) == [f"mend.{field}"]
    page = page.button(key=f"mend.{field}").click().run()
    assert keys(page) == []
    assert page.text_input(key=f"{OPEN}.accessSecret").value == ""
    assert SECRET not in shown(page)
    assert saved(page, tmp_path) == {**SMS, **expected}


def test_a_typed_secret_that_was_mended_leaves_the_browser(designer, app_folder):
    page = designer(app_folder)
    page.text_input(key=f"{OPEN}.accessSecret").set_value("“another-Secret”").run()
    page = page.button(key="mend.accessSecret").click().run()
    assert "another-Secret" not in shown(page)
    assert saved(page, app_folder)["accessSecret"] == "another-Secret"


def test_one_button_mends_every_field(designer, tmp_path):
    write_element(tmp_path, "Codes", E, {"accessKey": "'testid'", "accessSecret": f"{SECRET}\n", "verifySign": "【a】"})
    page = designer(tmp_path)
    page = page.button(key="mend_all").click().run()
    assert keys(page) == []
    assert saved(page, tmp_path) == {**SMS, "verifySign": "a"}


def test_a_placeholder_is_emptied_and_asked_for(designer, tmp_path):
    write_element(tmp_path, "Codes", E, {**SMS, "verifySign": "<your signature>"})
    page = designer(tmp_path).button(key="mend.verifySign").click().run()
    assert page.text_input(key=f"{OPEN}.verifySign").value == ""
    assert "SMS signature" in page.error[0].value


def test_discarding_forgets_the_mending(designer, tmp_path):
    write_element(tmp_path, "Codes", E, {**SMS, "accessSecret": f'"{SECRET}"'})
    page = designer(tmp_path).button(key="mend.accessSecret").click().run()
    page = page.button(key="discard").click().run()
    assert keys(page) == ["mend.accessSecret"]


def test_a_healthy_element_has_no_doctor(designer, app_folder):
    assert keys(designer(app_folder)) == []


def test_the_doctor_speaks_chinese(designer, tmp_path):
    write_element(tmp_path, "Codes", E, {**SMS, "verifySign": "【a】"})
    page = designer(tmp_path, locale="zh-CN")
    assert page.button(key="mend.verifySign").label == "修正"
