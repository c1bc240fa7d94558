"""Where an app's files name an element."""

import pytest

from element import App, ElementError
from element import uses as looked_at
from element.uses import Use

FILES = {
    "Auths/Phone/phoneConfig.json": '{\n  "smsFullName": "SMS.Codes",\n  "smsConfig": {}\n}',
    "services/Login/service.py": 'code = 1\napp.getElement("SMS.Codes").sendMessage()\napp.SMS.Codes.sendMessage()\n',
    "services/Other/service.py": 'app.getElement("SMS.CodesTwo")\nMySMS.Codes\nSMS.Cod\n',
    "SMS/Codes/lifecycle.py": "# SMS.Codes\n",
    "SMS/Other/e.json": '{"title": "not SMS.Codes"}',
    "dist/app.json": '"SMS.Codes"',
    ".git/x.json": '"SMS.Codes"',
    "notes.txt": "SMS.Codes",
}
FOUND = [
    Use("Auths/Phone/phoneConfig.json", 2),
    Use("SMS/Other/e.json", 1),
    Use("services/Login/service.py", 2),
    Use("services/Login/service.py", 3),
]


@pytest.fixture
def app(tmp_path):
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return App(tmp_path)


def test_every_line_that_names_the_element_is_found(app):
    used = app.used_by("SMS.Codes")
    assert sorted(used.places, key=lambda use: (use.file, use.line)) == FOUND
    assert used.complete


@pytest.mark.parametrize("bound", ["MAX_FILES", "MAX_PLACES"])
def test_what_was_not_looked_at_is_said(app, monkeypatch, bound):
    monkeypatch.setattr(looked_at, bound, 1)
    used = app.used_by("SMS.Codes")
    assert len(used.places) <= 1
    assert not used.complete


def test_a_link_and_a_large_file_are_passed_over(app, monkeypatch):
    (app.root / "linked.py").symlink_to(app.root / "services/Login/service.py")
    monkeypatch.setattr(looked_at, "MAX_BYTES", 45)
    assert [use.file for use in app.used_by("SMS.Codes").places] == ["SMS/Other/e.json"]


def test_an_app_is_a_folder(tmp_path):
    with pytest.raises(ElementError, match="is not a folder"):
        App(tmp_path / "nowhere").used_by("SMS.Codes")
