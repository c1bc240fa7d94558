"""Export and import: secrets stay at home, and nothing unsafe comes in."""

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from element import App, ElementError
from element.directory import MAX_BYTES, MAX_FILES
from tests.conftest import SECRET, SMS, E, write_element
from tests.element.test_app import files_in

FILES = {"e.json": json.dumps(E), "sms.json": json.dumps(SMS)}


def zip_file(entries, **attributes):
    """A zip file's bytes from {path: text}; `attributes` are set on every entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in entries.items():
            entry = zipfile.ZipInfo(path)
            for name, value in attributes.items():
                setattr(entry, name, value)
            archive.writestr(entry, text)
    return buffer.getvalue()


def content(exported):
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_folder(name="Codes", files=FILES):
    return {f"SMS/{name}/{file}": text for file, text in files.items()}


class TestExport:
    def test_secrets_stay_at_home(self, app_folder):
        (app_folder / "SMS" / "Codes" / "sms.json.bak").write_text(SECRET)
        exported = App(app_folder).export("SMS.Codes")
        found = content(exported)
        assert set(found) == {"SMS/Codes/e.json", "SMS/Codes/sms.json"}
        assert json.loads(found["SMS/Codes/sms.json"]) == {key: SMS[key] for key in ("accessKey", "verifySign")}
        assert SECRET.encode() not in exported + b"".join(found.values())

    def test_all_of_it_comes_along_when_asked(self, app_folder):
        place = app_folder / "SMS" / "Codes"
        (place / "notes.txt").write_text("mine")
        found = content(App(app_folder).export("SMS.Codes", with_secrets=True))
        assert found == {f"SMS/Codes/{path.name}": path.read_bytes() for path in place.iterdir()}

    def test_a_reference_to_the_environment_is_no_secret(self, app_folder):
        place = write_element(app_folder, "Referring", E, {**SMS, "accessSecret": "{{SMS_SECRET}}"})
        found = content(App(app_folder).export("SMS.Referring"))
        assert found["SMS/Referring/sms.json"] == (place / "sms.json").read_bytes()

    def test_code_comes_along_unless_it_repeats_a_secret(self, app_folder):
        code = app_folder / "SMS" / "Codes" / "lifecycle.py"
        code.write_text("def onLoad(): ...\n")
        assert content(App(app_folder).export("SMS.Codes"))["SMS/Codes/lifecycle.py"] == code.read_bytes()
        code.write_text(f"SECRET = '{SECRET}'\n")
        with pytest.raises(ElementError, match=r"lifecycle\.py of SMS\.Codes repeats a secret") as caught:
            App(app_folder).export("SMS.Codes")
        assert SECRET not in str(caught.value)

    def test_a_file_that_cannot_be_read_cannot_be_stripped(self, app_folder):
        (app_folder / "SMS" / "Codes" / "sms.json").write_text(f'{{"accessSecret": "{SECRET}"')
        with pytest.raises(ElementError, match=r"SMS\.Codes could not be used\. sms\.json is not valid JSON"):
            App(app_folder).export("SMS.Codes")

    def test_the_same_element_gives_the_same_bytes(self, app_folder):
        assert App(app_folder).export("SMS.Codes") == App(app_folder).export("SMS.Codes")


class TestImport:
    def test_what_was_exported_is_imported_into_another_app(self, app_folder, tmp_path):
        (tmp_path / "other").mkdir()
        app = App(tmp_path / "other")
        assert app.import_(App(app_folder).export("SMS.Codes", with_secrets=True)) == "SMS.Codes"
        assert app.read("SMS.Codes").documents == {"e.json": E, "sms.json": SMS}
        assert {stat.S_IMODE(file.stat().st_mode) for file in (app.root / "SMS" / "Codes").iterdir()} == {0o600}

    def test_a_folder_is_imported_with_the_litter_left_behind(self, app_folder, tmp_path):
        source = write_element(tmp_path, "Sent", E, SMS)
        (source / ".DS_Store").write_text("")
        (source / "__pycache__").mkdir()
        (source / "__pycache__" / "x.pyc").write_text("")
        assert App(app_folder).import_(source) == "SMS.Sent"
        assert set(files_in(app_folder / "SMS" / "Sent")) == {"e.json", "sms.json"}

    def test_a_zip_file_without_a_folder_needs_a_name(self, app_folder, tmp_path):
        path = tmp_path / "sent.zip"
        path.write_bytes(zip_file(FILES))
        with pytest.raises(ElementError, match="cannot be an element's name"):
            App(app_folder).import_(path)
        assert App(app_folder).import_(path, "SMS.Sent") == "SMS.Sent"

    def test_what_would_come_in_is_told_before_it_does(self, app_folder):
        stripped = {**SMS, "accessSecret": ""}
        code = {"lifecycle.py": "raise SystemExit"}
        incoming = App(app_folder).incoming(
            zip_file(in_folder("Sent", {**FILES, "sms.json": json.dumps(stripped), **code}))
        )
        assert (incoming.full_name, incoming.runs_code) == ("SMS.Sent", True)
        assert [(problem.file, problem.rule) for problem in incoming.problems] == [("sms.json", "minLength")]
        assert App(app_folder).elements() == ["SMS.Codes"]
        assert App(app_folder).import_(incoming) == "SMS.Sent"

    def test_an_element_that_is_there_is_not_overwritten(self, app_folder):
        before = files_in(app_folder)
        with pytest.raises(ElementError, match=r"SMS\.Codes exists already"):
            App(app_folder).import_(zip_file(in_folder()))
        assert files_in(app_folder).items() >= before.items()

    @pytest.mark.parametrize(
        ("source", "text"),
        [
            (zip_file({**in_folder(), "../outside.py": ""}), "leads elsewhere"),
            (zip_file({**in_folder(), "SMS/Codes/../../x.py": ""}), "leads elsewhere"),
            (zip_file({**in_folder(), "/etc/passwd": ""}), "leads elsewhere"),
            (zip_file({**in_folder(), "C:/x.py": ""}), "leads elsewhere"),
            (zip_file({**in_folder(), "SMS\\Codes\\x.py": ""}), "leads elsewhere|lies in a folder"),
            (zip_file(in_folder(), external_attr=(stat.S_IFLNK | 0o777) << 16), "is a link"),
            (zip_file(in_folder(), external_attr=stat.S_IFIFO << 16), "is a link"),
            (zip_file({**in_folder(), "SMS/Codes/parts/x.py": ""}), "lies in a folder inside the element"),
            (zip_file({**in_folder(), "app.json": "{}"}), "lies in a folder inside the element"),
            (zip_file({**in_folder(), "SMS/Codes/big.py": " " * (MAX_BYTES + 1)}), "larger than an element may be"),
            (
                zip_file({**in_folder(), **{f"SMS/Codes/{n}.py": "" for n in range(MAX_FILES)}}),
                "larger than an element",
            ),
            (zip_file({"SMS/Codes/sms.json": "{}"}), "must hold one element.* this holds 0"),
            (zip_file({**in_folder("A"), **in_folder("B")}), "must hold one element.* this holds 2"),
            (
                zip_file(in_folder("Codes", {**FILES, "e.json": "oops"})),
                r"Nothing was imported\. e\.json is not valid JSON",
            ),
            (zip_file(in_folder())[:-30], "neither a folder nor a zip file"),
            (b"no zip", "neither a folder nor a zip file"),
            (Path("nowhere.zip"), "neither a folder nor a zip file"),
        ],
    )
    def test_what_is_unsafe_or_no_element_stays_out(self, app_folder, source, text):
        before = files_in(app_folder)
        with pytest.raises(ElementError, match=text):
            App(app_folder).import_(source, "SMS.Sent")
        assert files_in(app_folder) == before

    def test_a_folder_with_a_link_stays_out(self, app_folder, tmp_path):
        source = write_element(tmp_path, "Sent", E, SMS)
        (source / "lifecycle.py").symlink_to("/etc/passwd")
        with pytest.raises(ElementError, match=r"lifecycle\.py in the import leads elsewhere or is a link"):
            App(app_folder).import_(source)

    @pytest.mark.parametrize("name", ["SMS.Aliyun", "SMS.../../x", "Mail.Sent"])
    def test_a_name_that_is_not_allowed_stays_out(self, app_folder, name):
        with pytest.raises(ElementError, match="cannot be an element's name|is the platform's own name"):
            App(app_folder).import_(zip_file(in_folder("Sent")), name)
