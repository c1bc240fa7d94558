"""Element directories: found, read, checked, and written all or nothing."""

import json
import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from element import App, ElementError, MissingParameter
from tests.conftest import SECRET, SMS, E, write_element

ROOT = Path(__file__).parents[2]
FLUSHES = 4  # e.json, sms.json, their folder, the family's folder
DOCUMENTS = {"e.json": E, "sms.json": SMS}


def files_in(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_instances_are_listed_and_types_are_not(app_folder):
    write_element(app_folder, "Aliyun", {"title": "Type", "type": "SMS.Meta"}, {})
    write_element(app_folder, "Broken", "not an object", {})
    (app_folder / "SMS" / ".hidden").mkdir()
    (app_folder / "SMS" / "notes.txt").write_text("")
    assert App(app_folder).elements() == ["SMS.Broken", "SMS.Codes"]


def test_one_that_cannot_be_read_is_listed_with_its_problem(app_folder):
    write_element(app_folder, "Odd", {}, SMS)
    (app_folder / "SMS" / "Odd" / "e.json").unlink()
    (app_folder / "SMS" / "Odd" / "e.json").mkdir()
    app = App(app_folder)
    assert app.elements() == ["SMS.Codes", "SMS.Odd"]
    assert [problem.rule for problem in app.check("SMS.Odd")] == ["file_unreadable"]


def test_an_odd_package_file_does_not_spoil_the_list(app_folder):
    (app_folder / "SMS" / "Codes" / "__init__.py").mkdir()
    assert App(app_folder).elements() == ["SMS.Codes"]


def test_an_app_without_elements_is_empty(tmp_path):
    assert App(tmp_path).elements() == []


@pytest.mark.parametrize(
    ("root", "text"), [("nowhere", "is not a folder. Name the app's folder"), ("file", "is not a folder")]
)
def test_an_app_is_a_folder(tmp_path, root, text):
    (tmp_path / "file").write_text("")
    with pytest.raises(ElementError, match=text):
        App(tmp_path / root).elements()


def test_a_missing_element_names_its_neighbours(app_folder):
    with pytest.raises(ElementError, match=r"There is no element SMS\.Code in .*\. Did you mean SMS\.Codes\?"):
        App(app_folder).getElement("SMS.Code")


@pytest.mark.parametrize("name", ["SMS.../../etc", "SMS./etc/passwd", "SMS.", "Codes", "SMS.Codes/..", "", "SMS.a.b"])
def test_no_name_leads_out_of_the_app(app_folder, name):
    with pytest.raises(ElementError, match="There is no element"):
        App(app_folder).read(name)


class TestSave:
    def test_a_new_element_is_two_private_files(self, app_folder):
        App(app_folder).save("SMS.New_1", DOCUMENTS)
        folder = app_folder / "SMS" / "New_1"
        assert json.loads((folder / "sms.json").read_bytes()) == SMS
        assert (folder / "e.json").read_text(encoding="utf-8") == json.dumps(E, indent=2, ensure_ascii=False) + "\n"
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
        assert App(app_folder).check("SMS.New_1") == []

    def test_the_first_element_makes_the_family_folder(self, tmp_path):
        App(tmp_path).save("SMS.First", DOCUMENTS)
        assert App(tmp_path).elements() == ["SMS.First"]

    def test_saving_what_was_read_changes_no_byte(self, app_folder):
        app, before = App(app_folder), files_in(app_folder)
        read = app.read("SMS.Codes")
        assert app.save("SMS.Codes", read.documents, fingerprint=read.fingerprint) == read.fingerprint
        assert files_in(app_folder).items() >= before.items()

    def test_an_edit_keeps_unknown_keys_and_other_files(self, app_folder):
        folder = app_folder / "SMS" / "Codes"
        (folder / "lifecycle.py").write_text("def onLoad(): ...\n")
        (folder / "data").mkdir()
        (folder / "data" / "e.json").write_text("{}")
        (folder / "sms.json").write_text(json.dumps({"zone": 1, **SMS}))
        app = App(app_folder)
        read = app.read("SMS.Codes")
        read.documents["sms.json"]["verifySign"] = "新签名"
        app.save("SMS.Codes", read.documents, fingerprint=read.fingerprint)
        assert list(json.loads((folder / "sms.json").read_bytes())) == ["zone", *SMS]
        assert (folder / "lifecycle.py").read_text() == "def onLoad(): ...\n"
        assert (folder / "data" / "e.json").read_text() == "{}"

    def test_an_existing_element_is_not_overwritten_by_a_new_one(self, app_folder):
        with pytest.raises(ElementError, match=r"SMS\.Codes exists already"):
            App(app_folder).save("SMS.Codes", DOCUMENTS)

    def test_a_change_made_meanwhile_is_kept(self, app_folder):
        app = App(app_folder)
        read = app.read("SMS.Codes")
        (app_folder / "SMS" / "Codes" / "sms.json").write_text('{"accessKey": "rotated"}')
        before = files_in(app_folder)
        with pytest.raises(ElementError, match="was changed on disk since it was opened. Nothing was written"):
            app.save("SMS.Codes", DOCUMENTS, fingerprint=read.fingerprint)
        assert files_in(app_folder).items() >= before.items()

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("SMS.", "cannot be an element's name"),
            ("SMS.1st", "cannot be an element's name"),
            ("SMS.验证码", "cannot be an element's name"),
            ("SMS.a/b", "cannot be an element's name"),
            ("SMS...", "cannot be an element's name"),
            ("SMS.a\n", "cannot be an element's name"),
            ("Mail.Codes", "cannot be an element's name"),
            ("SMS." + "a" * 65, "cannot be an element's name"),
            ("SMS.Aliyun", "Aliyun is the platform's own name"),
        ],
    )
    def test_a_name_that_is_not_allowed_is_refused(self, app_folder, name, text):
        before = files_in(app_folder)
        with pytest.raises(ElementError, match=text):
            App(app_folder).save(name, DOCUMENTS)
        assert files_in(app_folder) == before

    @pytest.mark.parametrize("documents", [{}, {"e.json": E}, {"e.json": E, "sms.json": []}, {**DOCUMENTS, "x": {}}])
    def test_both_documents_are_needed_and_no_other(self, app_folder, documents):
        with pytest.raises(ElementError, match=r"saved from e\.json, sms\.json"):
            App(app_folder).save("SMS.New", documents)

    @pytest.mark.parametrize("linked", ["SMS", "SMS/Codes", "SMS/Codes/sms.json"])
    def test_nothing_is_written_through_a_link(self, app_folder, tmp_path, linked):
        read = App(app_folder).read("SMS.Codes")
        place, outside = app_folder / linked, tmp_path / "outside"
        place.rename(outside)
        place.symlink_to(outside)
        before = set(outside.rglob("*"))
        with pytest.raises(ElementError, match="is a link. Nothing was written"):
            App(app_folder).save("SMS.Codes", {"e.json": E, "sms.json": {}}, fingerprint=read.fingerprint)
        assert set(outside.rglob("*")) == before

    @pytest.mark.parametrize("failing", range(1, 6))
    @pytest.mark.parametrize("name", ["SMS.Codes", "SMS.New"])
    def test_a_full_disk_at_any_step_leaves_everything_as_it_was(self, app_folder, monkeypatch, failing, name):
        flushes = iter(range(1, 10))
        flush = os.fsync

        def fail_at_last(descriptor):
            if next(flushes) == failing:
                raise OSError(28, "No space left on device")
            flush(descriptor)

        app, before = App(app_folder), files_in(app_folder)
        fingerprint = app.read("SMS.Codes").fingerprint if name == "SMS.Codes" else None
        monkeypatch.setattr(os, "fsync", fail_at_last)
        changed = {**DOCUMENTS, "e.json": {**E, "title": "new"}}
        if failing > FLUSHES:
            app.save(name, changed, fingerprint=fingerprint)
            assert app.read(name).documents == changed
            return
        with pytest.raises(ElementError, match="could not be written: No space left on device. Nothing was changed"):
            app.save(name, changed, fingerprint=fingerprint)
        assert files_in(app_folder).items() >= before.items()
        assert app.elements() == ["SMS.Codes"]
        assert not list((app_folder / "SMS").glob(".*.element-new"))

    def test_a_crash_between_the_two_renames_is_mended_by_the_next_reader(self, app_folder):
        before = files_in(app_folder / "SMS" / "Codes")
        crash = """
import os, sys
from pathlib import Path
from element import App
app = App(sys.argv[1])
read = app.read("SMS.Codes")
rename = Path.rename
def rename_once(path, target):
    rename(path, target)
    os._exit(9)
Path.rename = rename_once
app.save("SMS.Codes", {**read.documents, "e.json": {}}, fingerprint=read.fingerprint)
"""
        assert subprocess.run([sys.executable, "-c", crash, app_folder], cwd=ROOT, check=False).returncode == 9
        assert not (app_folder / "SMS" / "Codes").exists()
        assert App(app_folder).elements() == ["SMS.Codes"]
        assert files_in(app_folder / "SMS" / "Codes") == before
        assert not list((app_folder / "SMS").glob(".*.element-old"))

    def test_what_a_crash_left_while_staging_is_dropped_and_other_folders_are_not(self, app_folder):
        left, foreign = app_folder / "SMS" / ".Codes.element-new", app_folder / "SMS" / ".Codes.old"
        for folder in (left, foreign):
            folder.mkdir()
            (folder / "sms.json").write_text("{}")
        assert App(app_folder).elements() == ["SMS.Codes"]
        assert (left.exists(), foreign.exists()) == (False, True)

    def test_of_many_saves_from_one_state_one_wins(self, app_folder):
        fingerprint = App(app_folder).read("SMS.Codes").fingerprint

        def save(number):
            changed = {**DOCUMENTS, "e.json": {**E, "title": str(number)}}
            try:
                return App(app_folder).save("SMS.Codes", changed, fingerprint=fingerprint)
            except ElementError as error:
                return error.kind

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(save, range(16)))
        assert sorted(outcomes, key=len)[:15] == ["changed"] * 15
        assert App(app_folder).read("SMS.Codes").fingerprint == max(outcomes, key=len)

    def test_a_reader_never_sees_an_element_half_saved(self, app_folder):
        app, done = App(app_folder), threading.Event()

        def keep_saving():
            for number in range(60):
                read = app.read("SMS.Codes")
                changed = {"e.json": {**E, "title": str(number)}, "sms.json": {**SMS, "verifySign": str(number)}}
                app.save("SMS.Codes", changed, fingerprint=read.fingerprint)
            done.set()

        with ThreadPoolExecutor(1) as pool:
            saving = pool.submit(keep_saving)
            while not done.is_set() and not saving.done():
                documents = App(app_folder).read("SMS.Codes").documents
                titles = documents["e.json"]["title"], documents["sms.json"]["verifySign"]
                assert titles[0] == titles[1] or titles == (E["title"], SMS["verifySign"])
            saving.result()

    @pytest.mark.parametrize(
        "sms", [{"verifySign": "\ud83d"}, {"n": float("nan")}, {"big": "x" * 300_000}, {"set": {1}}], ids=str
    )
    def test_what_json_cannot_hold_is_not_written(self, app_folder, sms):
        before = files_in(app_folder)
        with pytest.raises(ElementError, match="each a JSON object of at most 256 KiB. Nothing was written"):
            App(app_folder).save("SMS.New", {"e.json": E, "sms.json": sms})
        assert files_in(app_folder).keys() - {"SMS/.lock"} == before.keys()

    @pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root may write anywhere")
    def test_a_read_only_folder_is_named(self, app_folder):
        (app_folder / "SMS").chmod(0o500)
        with pytest.raises(ElementError, match="could not be written: Permission denied"):
            App(app_folder).save("SMS.New", DOCUMENTS)


class TestGetElement:
    def test_the_same_element_comes_back_until_it_changes(self, app_folder):
        app = App(app_folder)
        first = app.getElement("SMS.Codes")
        assert app.getElement("SMS.Codes") is first
        read = app.read("SMS.Codes")
        read.documents["sms.json"]["verifySign"] = "新签名"
        app.save("SMS.Codes", read.documents, fingerprint=read.fingerprint)
        assert app.getElement("SMS.Codes") is not first

    @pytest.mark.parametrize(
        ("sms", "text"),
        [
            ({**SMS, "accessKey": ""}, "accessKey has no value in sms.json of SMS.Codes"),
            ({**SMS, "verifySign": None}, "verifySign has no value"),
            ({**SMS, "accessSecret": "{{UNSET_SECRET}}"}, "refers to the environment variable UNSET_SECRET, which is"),
            ({**SMS, "accessSecret": "{{BLANK}}"}, "refers to the environment variable BLANK, which is"),
            ({**SMS, "accessSecret": "{{MY-SECRET}}"}, "has {{…}} around what is no variable's name"),
            ({**SMS, "accessSecret": "\ud83d"}, "accessSecret holds half a character"),
            ({**SMS, "accessKey": "LTAI\nX: y"}, "accessKey of SMS.Codes has a space or line break inside"),
        ],
    )
    def test_what_sms_json_lacks_is_46001(self, app_folder, monkeypatch, sms, text):
        monkeypatch.setenv("BLANK", "  ")
        (app_folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps(sms))
        with pytest.raises(MissingParameter, match=text) as caught:
            App(app_folder).getElement("SMS.Codes")
        assert caught.value.code == 46001

    def test_an_unknown_type_is_named(self, app_folder):
        (app_folder / "SMS" / "Codes" / "e.json").write_text(json.dumps({**E, "type": "SMS.Pigeon"}))
        with pytest.raises(ElementError, match=r"is of Type SMS\.Pigeon, which is not known here\. Known: SMS\.Aliyun"):
            App(app_folder).getElement("SMS.Codes")

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            ("[" * 200_000, "is not valid JSON"),
            ('{"n": ' + "9" * 5000 + "}", "is not valid JSON"),
            (None, "cannot be read"),
        ],
        ids=["deep", "a number of 5000 digits", "a folder"],
    )
    def test_an_odd_file_spoils_neither_the_list_nor_the_message(self, app_folder, content, text):
        path = app_folder / "SMS" / "Codes" / "e.json"
        path.unlink()
        path.mkdir() if content is None else path.write_text(content)
        assert App(app_folder).elements() == ["SMS.Codes"]
        assert text in App(app_folder).check("SMS.Codes")[0].sentence("en")
        with pytest.raises(ElementError, match=text):
            App(app_folder).getElement("SMS.Codes")

    def test_one_left_aside_by_a_crash_is_put_back_first(self, app_folder):
        place = app_folder / "SMS" / "Codes"
        place.rename(place.with_name(".Codes.element-old"))
        assert App(app_folder).getElement("SMS.Codes").fullName == "SMS.Codes"
        assert place.is_dir()

    def test_a_linked_document_is_read(self, app_folder, tmp_path):
        path = app_folder / "SMS" / "Codes" / "sms.json"
        path.rename(tmp_path / "mounted.json")
        path.symlink_to(tmp_path / "mounted.json")
        assert App(app_folder).getElement("SMS.Codes").fullName == "SMS.Codes"

    def test_no_value_of_the_environment_is_kept_to_tell_versions_apart(self, app_folder, monkeypatch):
        monkeypatch.setenv("THE_SECRET", SECRET)
        (app_folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps({**SMS, "accessSecret": "{{THE_SECRET}}"}))
        app = App(app_folder)
        element = app.getElement("SMS.Codes")
        assert SECRET not in repr(app._loaded)
        assert app.getElement("SMS.Codes") is element
        monkeypatch.setenv("THE_SECRET", "another")
        assert app.getElement("SMS.Codes") is not element

    def test_a_file_that_is_not_json_is_named_with_its_line(self, app_folder):
        (app_folder / "SMS" / "Codes" / "sms.json").write_text('{\n  "accessKey": oops')
        with pytest.raises(ElementError, match=r"SMS\.Codes could not be used\. sms\.json is not valid JSON \(line 2"):
            App(app_folder).getElement("SMS.Codes")

    def test_environment_references_are_filled_in_and_followed(self, app_folder, monkeypatch):
        (app_folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps({**SMS, "accessSecret": "{{SMS_SECRET}}"}))
        app = App(app_folder)
        monkeypatch.setenv("SMS_SECRET", "one")
        first = app.getElement("SMS.Codes")
        monkeypatch.setenv("SMS_SECRET", "two")
        assert app.getElement("SMS.Codes") is not first
