"""The list of elements, what is done to a whole one, and import: what lands on the disk and what is said."""

import io
import json
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from element import App
from tests.conftest import SECRET, SMS, E, write_element
from tests.ui.browser import ROOT
from tests.ui.test_designer import documents, said, shown

FAULTY = {**SMS, "verifySign": ""}


def ask(page, verb):
    page.menu_button(key="verb").click(verb).run()
    assert not page.exception
    return page


def go(page, verb, **typed):
    for field, value in typed.items():
        page.text_input(key=f"{verb}.{field}").set_value(value)
    page.button(key=f"{verb}.go").click().run()
    assert not page.exception
    return page


def elements(folder):
    return App(folder).elements()


def many(folder, count):
    for number in range(count):
        write_element(folder, f"E{number:04}", {**E, "title": f"Title {number}"}, SMS if number % 4 else FAULTY)
    return folder


def listed(page):
    return page.radio(key="element").options


def keys(part):
    return [widget.key for widget in part]


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("count", "searchable"), [(5, False), (6, True)])
def test_a_short_list_needs_no_search(designer, tmp_path, count, searchable):
    page = designer(many(tmp_path, count))
    assert ("search" in keys(page.text_input)) == searchable
    assert len(listed(page)) == count


@pytest.mark.parametrize(
    ("typed", "state", "found"),
    [
        ("e0003", "all", ["SMS.E0003"]),
        (" TITLE 6", "all", ["SMS.E0006"]),
        ("", "faulty", ["SMS.E0000", "SMS.E0004"]),
        ("", "sound", [f"SMS.E000{n}" for n in (1, 2, 3, 5, 6)]),
        ("title 4", "sound", []),
    ],
)
def test_the_search_and_the_filter_narrow_the_list_and_leave_the_open_element(designer, tmp_path, typed, state, found):
    page = designer(many(tmp_path, 7))
    page.radio(key="element").set_value("SMS.E0002").run()
    page.text_input(key="search").set_value(typed)
    page.segmented_control(key="filter").set_value(state).run()
    assert {*listed(page)} == {*found, "SMS.E0002"}
    assert page.title[0].value.startswith("Title 2")
    assert f"{len(found)} of 7 elements" in said(page)


def test_of_a_thousand_elements_only_some_are_read(designer, tmp_path, monkeypatch):
    page = designer(many(tmp_path, 120))
    read = []
    check_each = App.check_each
    monkeypatch.setattr(App, "check_each", lambda self, names=(): read.extend(names) or check_each(self, names))
    monkeypatch.setattr(App, "elements", lambda self: pytest.fail("reads all elements"))
    page.run()
    assert not page.exception
    assert len(read) == len(listed(page)) == 50
    assert "The first 50 of 120" in said(page)


def test_an_address_opens_an_element_beyond_those_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("SMS_APP", str(many(tmp_path, 60)))
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=20)
    page.query_params["element"] = "SMS.E0059"
    page.run()
    assert listed(page)[-1] == "SMS.E0059"
    assert page.title[0].value.startswith("Title 59")


def test_an_element_that_comes_from_elsewhere_is_listed_on_the_next_run(designer, app_folder):
    page = designer(app_folder)
    write_element(app_folder, "Fresh", E, SMS)
    assert listed(page.run()) == ["SMS.Codes", "SMS.Fresh"]


# ── verbs ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_duplicating_copies_the_files_under_the_asked_name_and_opens_them(designer, app_folder):
    page = ask(designer(app_folder), "duplicate")
    assert page.text_input(key="duplicate.name").value == "Codes2"
    page = go(page, "duplicate", name="Second")
    assert documents(app_folder, "Second") == documents(app_folder) == [E, SMS]
    assert "SMS.Second" in page.title[0].value
    assert "duplicate.go" not in keys(page.button)


def test_renaming_lists_who_names_the_element_first(designer, app_folder):
    (app_folder / "consumer.json").write_text('{\n"smsFullName": "SMS.Codes"}', "utf-8")
    page = ask(designer(app_folder), "rename")
    assert "Used in 1 place" in page.warning[0].value
    assert "consumer.json:2" in page.warning[0].value
    page = go(page, "rename", name="Orders")
    assert elements(app_folder) == ["SMS.Orders"]
    assert "SMS.Orders" in page.title[0].value


@pytest.mark.parametrize("verb", ["rename", "duplicate"])
@pytest.mark.parametrize(("name", "words"), [("../up", "cannot be"), ("Meta", "own name"), ("Other", "exists already")])
def test_a_name_that_cannot_be_is_told_in_the_dialog(designer, app_folder, verb, name, words):
    write_element(app_folder, "Other", E, SMS)
    page = go(ask(designer(app_folder), verb), verb, name=name)
    assert words in said(page)
    assert page.text_input(key=f"{verb}.name").value == name
    assert elements(app_folder) == ["SMS.Codes", "SMS.Other"]


def test_deleting_can_be_undone(designer, app_folder):
    write_element(app_folder, "Other", E, SMS)
    page = ask(designer(app_folder), "delete")
    assert "No file of this app names this element" in said(page)
    page = go(page, "delete").run()
    assert elements(app_folder) == ["SMS.Other"]
    assert "SMS.Other" in page.title[0].value
    assert "Deleted SMS.Codes" in said(page)
    page = page.button(key="undo_delete").click().run()
    assert documents(app_folder) == [E, SMS]
    assert "SMS.Codes" in page.title[0].value
    assert "Deleted" not in said(page)


def test_after_the_last_element_is_deleted_the_undo_is_still_there(designer, app_folder):
    page = go(ask(designer(app_folder), "delete"), "delete")
    assert page.title[0].value == "No SMS element yet"
    page.button(key="undo_delete").click().run()
    assert elements(app_folder) == ["SMS.Codes"]


def test_an_undo_that_cannot_be_is_told_and_stays(designer, app_folder):
    page = go(ask(designer(app_folder), "delete"), "delete")
    write_element(app_folder, "Codes", E, SMS)
    page = page.button(key="undo_delete").click().run()
    assert "exists already" in said(page)
    assert "undo_delete" in keys(page.button)


@pytest.mark.parametrize("verb", ["rename", "duplicate", "delete"])
def test_what_changed_on_the_disk_meanwhile_is_left_alone(designer, app_folder, verb):
    page = ask(designer(app_folder), verb)
    (app_folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps({**SMS, "accessKey": "elsewhere"}), "utf-8")
    page = go(page, verb, **({} if verb == "delete" else {"name": "Orders"}))
    assert "changed on disk" in said(page)
    assert elements(app_folder) == ["SMS.Codes"]


@pytest.mark.parametrize("included", [False, True])
def test_an_export_says_which_secrets_it_leaves_out(designer, app_folder, monkeypatch, included):
    asked = []
    export = App.export
    monkeypatch.setattr(
        App, "export", lambda self, name, with_secrets=False: asked.append(with_secrets) or export(self, name)
    )
    page = ask(designer(app_folder), "export")
    assert "Left out: AccessKey Secret" in said(page)
    page.checkbox(key="export.secrets").set_value(included).run()
    assert asked == [False, included]
    assert ("in plain text" in said(page)) == included
    assert [button.label for button in page.download_button] == ["Download zip"]
    assert SECRET not in shown(page)


# ── import ──────────────────────────────────────────────────────────────────────────────────────────────────


def upload(page, content, name="element.zip"):
    page.file_uploader(key="import.0.file").upload(name, content, "application/zip").run()
    assert not page.exception
    return page


def exported(folder, name="SMS.Codes"):
    return App(folder).export(name, with_secrets=True)


def archive(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            packed.writestr(f"SMS/Codes/{name.replace('_', '.')}", content)
    return buffer.getvalue()


def test_an_import_lands_after_it_was_looked_at(designer, app_folder, tmp_path):
    page = upload(designer(tmp_path / "empty"), exported(app_folder))
    assert "No problems found" in said(page)
    assert elements(tmp_path / "empty") == []
    page = page.button(key="import_now").click().run()
    assert documents(tmp_path / "empty") == [E, SMS]
    assert "SMS.Codes" in page.title[0].value
    assert "import_now" not in keys(page.button)


def test_a_taken_name_is_told_and_another_may_be_given(designer, app_folder):
    page = upload(designer(app_folder), exported(app_folder))
    assert "already" in page.error[0].value
    assert page.button(key="import_now").disabled
    page = page.text_input(key="import.0.name").set_value("Twin").run()
    page.button(key="import_now").click().run()
    assert elements(app_folder) == ["SMS.Codes", "SMS.Twin"]


def test_what_is_wrong_with_an_import_is_said_before_it_lands(designer, tmp_path):
    page = upload(designer(tmp_path), archive(e_json=json.dumps(E), sms_json=json.dumps(FAULTY), loader_py="x = 1"))
    assert "SMS signature" in page.warning[0].value
    assert "Python code" in page.warning[1].value
    assert elements(tmp_path) == []


@pytest.mark.parametrize("content", [b"no zip", archive(sms_json="{}"), archive(e_json="{")])
def test_what_is_no_element_is_told_and_cannot_be_imported(designer, tmp_path, content):
    page = upload(designer(tmp_path), content)
    assert page.error
    assert "import_now" not in keys(page.button)


def test_a_name_that_cannot_be_imported_is_told(designer, app_folder, tmp_path):
    page = upload(designer(tmp_path / "empty"), exported(app_folder))
    page.text_input(key="import.0.name").set_value("1st")
    page = page.button(key="import_now").click().run()
    assert "cannot be an element's name" in page.error[0].value
    assert elements(tmp_path / "empty") == []


def test_the_menu_speaks_chinese(designer, app_folder):
    page = designer(app_folder, locale="zh-CN")
    assert page.menu_button(key="verb").options == ["复制元素…", "重命名…", "导出为 zip…", "删除…"]
