"""An app's own Type runs in the designer only after a person said so, and again asks when its code changes."""

import json

import pytest

from tests.ui.test_types import put_pigeon
from ui import workspace

LOADER = """
from pathlib import Path

class Loader:
    def __init__(self, nodes):
        Path({mark!r}).touch()

    def load(self):
        raise RuntimeError("ran")
"""


@pytest.fixture
def pigeon(app_folder, tmp_path):
    """An app whose one element is of a Type of its own; the file that is there once its code has run."""
    put_pigeon(app_folder)
    mark = tmp_path / "ran"
    (app_folder / "SMS" / "Pigeon" / "loader.py").write_text(LOADER.format(mark=str(mark)), "utf-8")
    (app_folder / "SMS" / "Codes" / "sms.json").unlink()
    e = {"title": "Alarms", "type": "SMS.Pigeon", "backendBundleEntry": "."}
    (app_folder / "SMS" / "Codes" / "e.json").write_text(json.dumps(e), "utf-8")
    (app_folder / "SMS" / "Codes" / "pigeon.json").write_text('{"url": "x", "token": "y"}', "utf-8")
    yield app_folder, mark
    workspace.app().trusted.clear()


def on_tab(page, name):
    page.session_state["tab"] = name
    return page.run()


@pytest.mark.parametrize("tab", ["Configuration", "Preview", "Send test", "Batch"])
def test_nothing_of_it_runs_before_somebody_trusts_it(designer, pigeon, tab):
    folder, mark = pigeon
    page = on_tab(designer(folder), tab)
    assert not page.exception
    assert [each.key for each in page.button if each.key == "trust_run"] == ["trust_run"]
    assert not mark.exists()


def test_trust_holds_until_the_code_changes(designer, pigeon):
    folder, _ = pigeon
    page = on_tab(designer(folder), "Send test").button(key="trust_run").click().run()
    assert "trust_run" not in [each.key for each in page.button]
    with (folder / "SMS" / "Pigeon" / "loader.py").open("a", encoding="utf-8") as loader:
        loader.write("# changed\n")
    assert "trust_run" in [each.key for each in page.run().button]


def test_an_official_element_is_not_asked_about(designer, app_folder):
    assert "trust_run" not in [each.key for each in on_tab(designer(app_folder), "Send test").button]
