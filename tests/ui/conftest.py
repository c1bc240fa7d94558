"""The designer for a test: its script in this process, or served and in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from streamlit.testing.v1 import AppTest

from tests.ui.browser import ROOT, launch, running_designer


@pytest.fixture
def designer(monkeypatch):
    """`designer(folder)` runs the designer's script on an app folder; `locale` is the browser's language."""

    def run(folder: Path, locale: str = "en-US") -> AppTest:
        monkeypatch.setenv("SMS_APP", str(folder))
        script = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=20)
        script.context = {"locale": locale}
        return script.run()

    return run


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def served(tmp_path):
    """The address of a designer on `tmp_path / "app"`. Its log must stay free of tracebacks."""
    with running_designer(tmp_path) as address:
        yield address
    log = (tmp_path / "designer.log").read_text(encoding="utf-8")
    assert "Traceback" not in log, log
    assert "Warning" not in log, log
