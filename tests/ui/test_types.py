"""A Type with a page, put into the app, is offered and gets its form at once."""

import json

import pytest
from playwright.sync_api import expect

from schemas.__main__ import main as make_schemas
from tests.ui.browser import button, field, open_page, wait_idle

SECRET = "canary-Token-51b2"
E = {"title": "Pigeon", "type": "SMS.Meta", "backendBundleEntry": "."}
PAGE = """# Pigeon

## Element configuration

### pigeon.json

| Configuration Item | Type | Required | Description | writeOnly | minLength |
|---|---|---|---|---|---|
| url | string | Yes | Where messages are posted to | | 1 |
| token | string | Yes | What the provider knows this app by | true | 1 |
"""
NEW = "draft.new SMS.Pigeon.0"


def put_pigeon(folder, schema=None):
    directory = folder / "SMS" / "Pigeon"
    directory.mkdir(parents=True)
    (directory / "e.json").write_text(json.dumps(E), "utf-8")
    (directory / "loader.py").write_text("raise SystemExit('the designer runs no code')\n", "utf-8")
    (directory / "README.md").write_text(PAGE, "utf-8")
    if schema is None:
        make_schemas([str(directory / "README.md"), "--out", str(directory)])
    else:
        (directory / "pigeon.schema.json").write_text(schema, "utf-8")


def creating(page):
    return page.button(key="new").click().run()


def test_one_type_is_no_question(designer, app_folder):
    assert "new_type" not in [box.key for box in creating(designer(app_folder)).selectbox]


def test_a_type_put_into_the_app_is_offered_without_a_restart(designer, app_folder):
    page = creating(designer(app_folder))
    put_pigeon(app_folder)
    page = page.run()
    assert page.selectbox(key="new_type").options == ["SMS.Aliyun", "SMS.Pigeon"]
    assert page.selectbox(key="new_type").value == "SMS.Aliyun"


def created(designer, app_folder):
    put_pigeon(app_folder)
    page = creating(designer(app_folder)).selectbox(key="new_type").set_value("SMS.Pigeon").run()
    assert page.text_input(key=f"{NEW}.name").value == "pigeonSms01"
    for name, value in {"e.json.title": "Alarms", "pigeon.json.url": "{{URL}}", "pigeon.json.token": SECRET}.items():
        page.text_input(key=f"{NEW}.{name}").set_value(value)
    page = page.run().button(key="save").click().run()
    assert not page.exception
    return page


def test_its_form_makes_its_files(designer, app_folder):
    created(designer, app_folder)
    saved = app_folder / "SMS" / "pigeonSms01"
    assert json.loads((saved / "e.json").read_text("utf-8"))["type"] == "SMS.Pigeon"
    assert json.loads((saved / "pigeon.json").read_text("utf-8")) == {"url": "{{URL}}", "token": SECRET}
    assert sorted(path.name for path in saved.iterdir()) == ["e.json", "pigeon.json"]


def test_its_element_is_edited_in_its_own_form(designer, app_folder):
    page = created(designer, app_folder)
    page.text_input(key="draft.SMS.pigeonSms01.1.pigeon.json.url").set_value("").run()
    assert "pigeon.json" in page.error[0].value
    assert SECRET not in "".join(str(node.proto) for node in page.main)


def test_what_was_typed_for_another_type_is_still_there(designer, app_folder):
    put_pigeon(app_folder)
    page = creating(designer(app_folder))
    page.text_input(key="draft.new SMS.Aliyun.0.e.json.title").set_value("typed").run()
    for type_name in ("SMS.Pigeon", "SMS.Aliyun"):
        page = page.selectbox(key="new_type").set_value(type_name).run()
    assert page.text_input(key="draft.new SMS.Aliyun.0.e.json.title").value == "typed"


def test_a_broken_type_is_told_and_hinders_nothing(designer, app_folder):
    put_pigeon(app_folder, schema="{oops")
    page = creating(designer(app_folder))
    assert "pigeon.schema.json" in page.warning[0].value
    assert page.text_input(key="draft.new SMS.Aliyun.0.name").value == "aliyunSms01"


def test_an_element_of_a_broken_type_says_so_in_place_of_its_form(designer, tmp_path):
    put_pigeon(tmp_path, schema="{oops")
    (tmp_path / "SMS" / "Alarms").mkdir()
    (tmp_path / "SMS" / "Alarms" / "e.json").write_text(json.dumps({**E, "type": "SMS.Pigeon"}), "utf-8")
    page = designer(tmp_path)
    assert "pigeon.schema.json" in page.error[0].value
    assert "save" not in [button.key for button in page.button]


@pytest.mark.parametrize(("value", "words"), [("{{PIGEON_URL}}", "is set"), ("{{NOWHERE}}", "is not set")])
def test_a_reference_says_at_its_field_whether_the_variable_is_set(designer, app_folder, monkeypatch, value, words):
    monkeypatch.setenv("PIGEON_URL", "http://127.0.0.1:9")
    page = designer(app_folder)
    page.text_input(key="draft.SMS.Codes.0.sms.json.accessSecret").set_value(value).run()
    name = value.strip("{}").replace("_", "\\_")
    lines = [line.value for line in page.markdown if f"{name} {words}" in line.value]
    assert len(lines) == 1
    assert "accessSecret" in lines[0]


def test_a_type_dropped_into_a_running_designer_makes_checks_and_keeps_an_element(served, browser, tmp_path):
    page = open_page(browser, served)
    button(page, "Create your first element").click()
    wait_idle(page)
    put_pigeon(tmp_path / "app")
    page.reload()
    wait_idle(page)
    button(page, "Create your first element").click()
    page.get_by_role("combobox", name="Type").click()
    page.get_by_role("option", name="SMS.Pigeon").click()
    expect(field(page, "token")).to_be_visible()
    wait_idle(page)
    field(page, "Element name").fill("Alarms")
    field(page, "token").fill(SECRET)
    button(page, "Create").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    field(page, "Element title").fill("Alarms")
    field(page, "url").fill("http://127.0.0.1:9/{{PIGEON_PATH}}")
    button(page, "Create").click()
    expect(page.get_by_role("heading", name="Alarms")).to_be_visible()
    wait_idle(page)
    expect(page.get_by_text("PIGEON_PATH is not set")).to_be_visible()
    saved = json.loads((tmp_path / "app" / "SMS" / "Alarms" / "pigeon.json").read_text("utf-8"))
    assert saved == {"url": "http://127.0.0.1:9/{{PIGEON_PATH}}", "token": SECRET}
    assert SECRET not in page.content()
