"""Create and edit elements: what lands on the disk, what is said, and what is never shown."""

import json

import pytest

from tests.conftest import SECRET, SMS, E, write_element

NEW, OPEN = "draft.new SMS.Aliyun.0", "draft.SMS.Codes.0"
FILLED = {
    "e.json.title": "Order notices",
    "sms.json.accessKey": "LTAI-key",
    "sms.json.accessSecret": SECRET,
    "sms.json.verifySign": "云商城",
}


def documents(folder, name="Codes"):
    return [json.loads((folder / "SMS" / name / file).read_text("utf-8")) for file in ("e.json", "sms.json")]


def bytes_of(folder, name="Codes"):
    return [(folder / "SMS" / name / file).read_bytes() for file in ("e.json", "sms.json")]


def creating(page):
    return page.button(key="create_first").click().run()


def fill(page, values, prefix=NEW):
    for field, value in values.items():
        page.text_input(key=f"{prefix}.{field}").set_value(value)
    return page.run()


def save(page):
    page.button(key="save").click().run()
    assert not page.exception
    return page


def said(page):
    parts = (page.markdown, page.caption, page.error, page.info, page.warning)
    return "\n".join(element.value for part in parts for element in part)


def shown(page):
    """Everything that goes to the browser."""
    return "".join(str(node.proto) for part in (page.main, page.sidebar) for node in part)


def test_an_empty_app_says_why_and_offers_one_step(designer, tmp_path):
    page = designer(tmp_path / "app")
    assert page.title[0].value == "No SMS element yet"
    assert [button.label for button in page.button] == ["Create your first element"]


def test_creating_writes_the_two_files_and_opens_the_element(designer, tmp_path):
    page = save(fill(creating(designer(tmp_path)), FILLED))
    assert documents(tmp_path, "aliyunSms01") == [
        {"title": "Order notices", "type": "SMS.Aliyun", "backendBundleEntry": "."},
        {"accessKey": "LTAI-key", "accessSecret": SECRET, "verifySign": "云商城"},
    ]
    assert page.title[0].value.startswith("Order notices")
    assert "SMS.aliyunSms01" in page.toast[0].value
    assert "Saved at" in said(page)


def test_a_new_form_does_not_nag_before_it_is_tried(designer, tmp_path):
    page = creating(designer(tmp_path))
    assert not page.error
    page = save(page)
    assert page.error[0].value.count("is missing") == 4
    assert said(page).count(":red[:material/error: ") == 5
    assert not list((tmp_path / "SMS").iterdir())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../etc", "cannot be an element's name"),
        ("", "cannot be an element's name"),
        ("Aliyun", "the platform's own name"),
        ("Codes", "exists already"),
    ],
)
def test_a_name_that_cannot_be_is_told_at_the_name(designer, app_folder, name, words):
    before = bytes_of(app_folder)
    page = designer(app_folder).button(key="new").click().run()
    page = save(fill(page, {**FILLED, "name": name}))
    assert words in said(page)
    assert page.text_input(key=f"{NEW}.e.json.title").value == "Order notices"
    assert bytes_of(app_folder) == before


def test_the_suggested_name_is_the_next_free_one(designer, tmp_path):
    for name in ("aliyunSms01", "aliyunSms03"):
        write_element(tmp_path, name, E, SMS)
    page = designer(tmp_path).button(key="new").click().run()
    assert page.text_input(key=f"{NEW}.name").value == "aliyunSms02"


def test_cancelling_goes_back_and_forgets(designer, app_folder):
    page = designer(app_folder).button(key="new").click().run()
    page = fill(page, FILLED).button(key="cancel").click().run()
    assert page.title[0].value.startswith("Codes")
    page = page.button(key="new").click().run()
    assert page.text_input(key="draft.new SMS.Aliyun.1.e.json.title").value == ""


def test_saving_an_untouched_form_leaves_both_files_byte_for_byte(designer, tmp_path):
    write_element(tmp_path, "Codes", {**E, "icon": "x", "title": " Codes "}, {"note": None, **SMS})
    before = bytes_of(tmp_path)
    save(designer(tmp_path))
    assert bytes_of(tmp_path) == before


def test_editing_keeps_the_secret_unknown_keys_and_their_order(designer, tmp_path):
    write_element(tmp_path, "Codes", {"icon": "x", **E}, {"region": "cn", **SMS})
    save(fill(designer(tmp_path), {"sms.json.verifySign": "新签名"}, OPEN))
    assert list(documents(tmp_path)[0]) == ["icon", *E]
    assert list(documents(tmp_path)[1].items()) == list({"region": "cn", **SMS, "verifySign": "新签名"}.items())


def test_a_typed_secret_replaces_the_stored_one_and_is_forgotten(designer, app_folder):
    page = save(fill(designer(app_folder), {"sms.json.accessSecret": "another-Secret"}, OPEN))
    assert documents(app_folder)[1]["accessSecret"] == "another-Secret"
    assert page.text_input(key=f"{OPEN}.sms.json.accessSecret").value == ""
    assert "another-Secret" not in shown(page)


def test_a_stored_secret_is_neither_shown_nor_kept_in_the_session(designer, app_folder):
    page = designer(app_folder)
    for tab in ("Preview", "Send test", "Configuration"):
        page.session_state["tab"] = tab
        page.run()
        assert SECRET not in shown(page)


def test_a_secret_under_a_misspelt_name_is_masked_and_the_right_name_suggested(designer, tmp_path):
    write_element(tmp_path, "Codes", E, {"accesSecret": SECRET, "accessKey": "k", "verifySign": "s"})
    page = designer(tmp_path)
    assert SECRET not in shown(page)
    assert "accesSecret" in page.code[1].value
    assert "accessSecret" in page.info[0].value


def test_an_invalid_element_says_what_is_wrong_in_the_list_and_at_the_field(designer, tmp_path):
    write_element(tmp_path, "Codes", E, {**SMS, "verifySign": 5, "accessKey": ""})
    page = designer(tmp_path)
    assert "! 2 problems" in shown(page)
    assert page.error[0].value.startswith("2 problems to solve before saving")
    fill(page, {"sms.json.verifySign": "签名", "sms.json.accessKey": "key"}, OPEN)
    assert not page.error


def test_a_field_taken_away_that_is_required_blocks_saving(designer, app_folder):
    before = bytes_of(app_folder)
    page = save(fill(designer(app_folder), {"sms.json.verifySign": ""}, OPEN))
    assert "Not saved yet" in said(page)
    assert bytes_of(app_folder) == before


def change_on_disk(folder):
    (folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps({**SMS, "accessKey": "elsewhere"}), "utf-8")


def test_a_file_changed_on_the_disk_is_told_and_nothing_typed_is_lost(designer, app_folder):
    page = fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN)
    change_on_disk(app_folder)
    page = save(page)
    assert "changed on the disk" in said(page)
    assert "AccessKey ID, SMS signature" in said(page)
    assert page.text_input(key=f"{OPEN}.sms.json.verifySign").value == "typed"
    assert documents(app_folder)[1]["accessKey"] == "elsewhere"


def test_after_a_change_on_the_disk_one_may_load_it(designer, app_folder):
    page = fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN)
    change_on_disk(app_folder)
    page = page.run().button(key="load_disk").click().run()
    assert page.text_input(key="draft.SMS.Codes.1.sms.json.accessKey").value == "elsewhere"
    assert page.text_input(key="draft.SMS.Codes.1.sms.json.verifySign").value == SMS["verifySign"]
    assert "changed on the disk" not in said(page)


def test_after_a_change_on_the_disk_one_may_keep_the_form(designer, app_folder):
    page = fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN)
    change_on_disk(app_folder)
    save(page.run().button(key="keep_mine").click().run())
    assert documents(app_folder)[1] == {**SMS, "verifySign": "typed"}


def test_discarding_brings_back_what_is_stored(designer, app_folder):
    page = fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN)
    assert "Unsaved changes" in said(page)
    page = page.button(key="discard").click().run()
    assert page.text_input(key="draft.SMS.Codes.1.sms.json.verifySign").value == SMS["verifySign"]
    assert "Unsaved changes" not in said(page)


def test_what_was_typed_stays_while_another_element_is_looked_at(designer, app_folder):
    write_element(app_folder, "Other", E, SMS)
    page = fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN)
    for name in ("SMS.Other", "SMS.Codes"):
        page.radio(key="element").set_value(name).run()
    assert page.text_input(key=f"{OPEN}.sms.json.verifySign").value == "typed"


def test_a_file_that_is_no_json_is_told_and_never_overwritten(designer, app_folder):
    (app_folder / "SMS" / "Codes" / "sms.json").write_text('{"accessKey": ', "utf-8")
    page = designer(app_folder)
    assert "not valid JSON" in page.error[0].value
    assert "save" not in [button.key for button in page.button]


def test_a_missing_file_is_written_anew(designer, app_folder):
    (app_folder / "SMS" / "Codes" / "e.json").unlink()
    save(fill(designer(app_folder), {"e.json.title": "Codes"}, OPEN))
    assert documents(app_folder) == [E, SMS]


def test_a_folder_that_cannot_be_written_is_told(designer, app_folder, monkeypatch):
    from element import directory

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(directory, "replace", full)
    page = save(fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN))
    assert "No space left on device" in said(page)
    assert page.text_input(key=f"{OPEN}.sms.json.verifySign").value == "typed"


def test_the_chinese_screen_speaks_chinese(designer, app_folder):
    page = designer(app_folder, locale="zh-CN")
    labels = [widget.label for widget in page.text_input]
    assert labels == ["元素名称 *", "AccessKey ID *", "AccessKey Secret *", "短信签名 *"]
    assert {button.label for button in page.button} >= {"新建元素", "保存"}


def test_the_language_follows_the_switch_and_keeps_what_was_typed_and_the_open_tab(designer, app_folder):
    page = fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN)
    page.session_state["tab"] = "Preview"
    page.run().segmented_control(key="lang").set_value("zh").run()
    assert page.session_state["tab"] == "模板预览"
    assert page.text_input(key=f"{OPEN}.sms.json.verifySign").label == "短信签名 *"
    assert page.text_input(key=f"{OPEN}.sms.json.verifySign").value == "typed"


def test_a_last_save_can_be_undone_byte_for_byte_and_brought_back(designer, app_folder):
    before = bytes_of(app_folder)
    page = save(fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN))
    after = bytes_of(app_folder)
    page = page.button(key="undo").click().run()
    assert bytes_of(app_folder) == before
    assert "Undone at" in said(page)
    assert page.text_input(key="draft.SMS.Codes.1.sms.json.verifySign").value == SMS["verifySign"]
    assert page.button(key="undo").label == "Bring the undone save back"
    page.button(key="undo").click().run()
    assert bytes_of(app_folder) == after


def test_undo_is_offered_on_opening_and_only_where_there_was_a_save(designer, app_folder):
    page = designer(app_folder)
    assert "undo" not in [button.key for button in page.button]
    save(fill(page, {"sms.json.verifySign": "typed"}, OPEN))
    assert designer(app_folder).button(key="undo").label == "Undo the last save"


def test_undo_waits_while_something_typed_would_be_lost_and_says_so(designer, app_folder):
    page = save(fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN))
    page = fill(page, {"sms.json.verifySign": "more"}, OPEN)
    assert page.button(key="undo").disabled
    assert "discard your changes first" in page.button(key="undo").help


def test_undo_never_goes_over_a_change_on_the_disk(designer, app_folder):
    page = save(fill(designer(app_folder), {"sms.json.verifySign": "typed"}, OPEN))
    change_on_disk(app_folder)
    page = page.button(key="undo").click().run()
    assert "changed on the disk" in said(page)
    assert documents(app_folder)[1]["accessKey"] == "elsewhere"
