"""Whole elements: renamed, duplicated, deleted and restored, and the last save undone, under save's promises."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from element import App, ElementError
from element.trash import Deleted
from tests.conftest import SMS, E, write_element
from tests.element.test_app import files_in

NEW_SIGN = {"e.json": E, "sms.json": {**SMS, "verifySign": "新签名"}}

# What each verb is called with, for SMS.Codes, its fingerprint and a new name.
NAMING = {
    "rename": lambda app, seen, new="SMS.New": app.rename("SMS.Codes", new, fingerprint=seen),
    "duplicate": lambda app, seen, new="SMS.New": app.duplicate("SMS.Codes", new, fingerprint=seen),
}
VERBS = {
    **NAMING,
    "delete": lambda app, seen: app.delete("SMS.Codes", fingerprint=seen),
    "undo": lambda app, seen: app.undo("SMS.Codes", fingerprint=seen),
}
every_verb = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
every_naming_verb = pytest.mark.parametrize("verb", NAMING.values(), ids=NAMING)


@pytest.fixture
def app(app_folder):
    """An app whose SMS.Codes was saved once, and has a file beside its two."""
    (app_folder / "SMS" / "Codes" / "lifecycle.py").write_text("def onLoad(): ...\n")
    app = App(app_folder)
    app.save("SMS.Codes", NEW_SIGN, fingerprint=app.read("SMS.Codes").fingerprint)
    return app


def seen(app: App, full_name: str = "SMS.Codes") -> str:
    return app.read(full_name).fingerprint


def element_files(app: App, name: str = "Codes") -> dict[str, bytes]:
    return files_in(app.root / "SMS" / name)


class TestRename:
    def test_every_file_goes_along(self, app):
        before = element_files(app)
        app.rename("SMS.Codes", "SMS.LoginCodes", fingerprint=seen(app))
        assert app.elements() == ["SMS.LoginCodes"]
        assert element_files(app, "LoginCodes") == before

    def test_the_last_save_can_still_be_undone(self, app):
        app.rename("SMS.Codes", "SMS.LoginCodes", fingerprint=seen(app))
        app.undo("SMS.LoginCodes", fingerprint=seen(app, "SMS.LoginCodes"))
        assert app.read("SMS.LoginCodes").documents["sms.json"] == SMS


class TestDuplicate:
    def test_both_have_the_same_files(self, app):
        app.duplicate("SMS.Codes", "SMS.Copy", fingerprint=seen(app))
        assert app.elements() == ["SMS.Codes", "SMS.Copy"]
        assert element_files(app, "Copy") == element_files(app)
        assert app.getElement("SMS.Copy") is not app.getElement("SMS.Codes")

    def test_caches_and_hidden_files_stay_behind(self, app):
        place = app.root / "SMS" / "Codes"
        (place / "__pycache__").mkdir()
        (place / ".swp").write_text("")
        app.duplicate("SMS.Codes", "SMS.Copy", fingerprint=seen(app))
        assert set(element_files(app, "Copy")) == {"e.json", "sms.json", "lifecycle.py"}

    def test_a_link_inside_is_not_copied(self, app, tmp_path):
        (app.root / "SMS" / "Codes" / "notes.md").symlink_to(tmp_path / "outside")
        with pytest.raises(ElementError, match="is a link. Nothing was written"):
            app.duplicate("SMS.Codes", "SMS.Copy", fingerprint=seen(app))
        assert app.elements() == ["SMS.Codes"]


class TestDelete:
    def test_it_goes_into_the_trash_and_comes_back(self, app):
        before = element_files(app)
        deleted = app.delete("SMS.Codes", fingerprint=seen(app))
        assert app.elements() == []
        assert app.deleted() == [deleted]
        assert app.restore(deleted) == "SMS.Codes"
        assert element_files(app) == before
        assert app.deleted() == []

    def test_one_that_was_replaced_comes_back_under_another_name(self, app):
        deleted = app.delete("SMS.Codes", fingerprint=seen(app))
        app.save("SMS.Codes", {"e.json": E, "sms.json": SMS})
        with pytest.raises(ElementError, match=r"SMS\.Codes exists already"):
            app.restore(deleted)
        assert app.restore(deleted, "SMS.Old") == "SMS.Old"
        assert app.elements() == ["SMS.Codes", "SMS.Old"]

    def test_the_last_deleted_stands_first(self, app):
        write_element(app.root, "Other", E, SMS)
        for name in ("SMS.Codes", "SMS.Other"):
            app.delete(name, fingerprint=seen(app, name))
        assert [deleted.full_name for deleted in app.deleted()] == ["SMS.Other", "SMS.Codes"]

    def test_an_emptied_trash_gives_nothing_back(self, app):
        deleted = app.delete("SMS.Codes", fingerprint=seen(app))
        app.empty_trash()
        with pytest.raises(ElementError, match=r"SMS\.Codes is not in the trash any more"):
            app.restore(deleted)

    def test_no_key_leads_out_of_the_trash(self, app):
        deleted = app.delete("SMS.Codes", fingerprint=seen(app))
        with pytest.raises(ElementError, match="is not in the trash"):
            app.restore(Deleted("../../SMS", deleted.full_name, deleted.time), "SMS.New")

    def test_only_the_owner_sees_the_trash_and_git_leaves_it_out(self, app):
        app.delete("SMS.Codes", fingerprint=seen(app))
        hidden = app.root / ".element"
        assert {stat.S_IMODE(place.stat().st_mode) for place in (hidden, hidden / "trash")} == {0o700}
        assert (hidden / ".gitignore").read_text() == "*\n"


class TestUndo:
    def test_the_last_save_is_undone_byte_for_byte_and_done_again(self, app_folder):
        app = App(app_folder)
        before = element_files(app)
        app.save("SMS.Codes", NEW_SIGN, fingerprint=seen(app))
        after = element_files(app)
        assert app.undo("SMS.Codes", fingerprint=seen(app)) == seen(app)
        assert element_files(app) == before
        app.undo("SMS.Codes", fingerprint=seen(app))
        assert element_files(app) == after

    def test_a_new_element_has_nothing_to_undo(self, app):
        app.delete("SMS.Codes", fingerprint=seen(app))
        app.save("SMS.Codes", NEW_SIGN)
        assert app.can_undo("SMS.Codes") is False
        with pytest.raises(ElementError, match=r"no earlier version of SMS\.Codes"):
            app.undo("SMS.Codes", fingerprint=seen(app))

    def test_what_was_kept_is_private_and_whole(self, app):
        assert app.can_undo("SMS.Codes") is True
        kept = next((app.root / ".element" / "previous" / "SMS.Codes").iterdir())
        assert {stat.S_IMODE(file.stat().st_mode) for file in kept.iterdir()} == {0o600}
        (kept / "sms.json").write_text("{}")
        assert app.can_undo("SMS.Codes") is False


@every_verb
def test_a_change_made_meanwhile_is_kept(app, verb):
    fingerprint = seen(app)
    (app.root / "SMS" / "Codes" / "sms.json").write_text('{"accessKey": "rotated"}')
    before = files_in(app.root)
    with pytest.raises(ElementError, match="was changed on disk since it was opened. Nothing was written"):
        verb(app, fingerprint)
    assert files_in(app.root) == before


@every_verb
@pytest.mark.parametrize("linked", ["SMS", "SMS/Codes", "SMS/Codes/sms.json"])
def test_nothing_is_done_through_a_link(app, tmp_path, verb, linked):
    fingerprint, place, outside = seen(app), app.root / linked, tmp_path / "outside"
    place.rename(outside)
    place.symlink_to(outside)
    before = files_in(tmp_path)
    with pytest.raises(ElementError, match="is a link. Nothing was written"):
        verb(app, fingerprint)
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("verb", [VERBS[name] for name in ("rename", "delete", "undo")])
def test_nothing_is_kept_through_a_link(app, tmp_path, verb):
    shutil.move(app.root / ".element", tmp_path / "elsewhere")
    (app.root / ".element").symlink_to(tmp_path / "elsewhere")
    before = files_in(tmp_path)
    with pytest.raises(ElementError, match="is a link. Nothing was written"):
        verb(app, seen(app))
    assert files_in(tmp_path) == before


@every_naming_verb
@pytest.mark.parametrize("full_name", ["SMS.Aliyun", "SMS.1st", "SMS.a/b", "SMS.", "Mail.New", "SMS.验证码"])
def test_a_name_that_is_not_allowed_is_refused(app, full_name, verb):
    before = files_in(app.root)
    with pytest.raises(ElementError, match="cannot be an element's name|is the platform's own name"):
        verb(app, seen(app), full_name)
    assert files_in(app.root) == before


@every_naming_verb
def test_another_element_is_not_overwritten(app, verb):
    write_element(app.root, "New", E, SMS)
    before = files_in(app.root)
    with pytest.raises(ElementError, match=r"SMS\.New exists already"):
        verb(app, seen(app))
    assert files_in(app.root) == before


@every_verb
def test_an_element_that_is_not_there_is_named(app, verb):
    fingerprint = seen(app)
    shutil.rmtree(app.root / "SMS" / "Codes")
    with pytest.raises(ElementError, match=r"There is no element SMS\.Codes"):
        verb(app, fingerprint)


@every_verb
@pytest.mark.parametrize("failing", ["rename", "fsync"])
def test_a_disk_that_fails_leaves_the_element_as_it_was(app, monkeypatch, verb, failing):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    before, fingerprint = element_files(app), seen(app)
    with monkeypatch.context() as broken:
        broken.setattr(*((Path, "rename") if failing == "rename" else (os, "fsync")), fail)
        with pytest.raises(ElementError, match="could not be written: No space left on device. Nothing was changed"):
            verb(app, fingerprint)
    assert element_files(app) == before
    assert app.elements() == ["SMS.Codes"]
