"""The designer as people use it: a process of its own, a real browser, and how to find things on the page."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Playwright, expect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20_000

expect.set_options(timeout=PATIENCE)


@contextmanager
def running_designer(folder: Path, **environment: str) -> Iterator[str]:
    """`python -m ui` on a free port with an app, a HOME and a log of its own in `folder`; gives its address."""
    port = _free_port()
    settings = {"SMS_APP": str(folder / "app"), "HOME": str(folder), "PORT": str(port), **environment}
    with (folder / "designer.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui"], cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log
        )
        try:
            _wait_until_ready(process, f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def launch(playwright: Playwright) -> Browser:
    """The Chromium of the system, else Playwright's own."""
    return playwright.chromium.launch(executable_path=shutil.which(os.environ.get("CHROMIUM") or "chromium"))


def open_page(browser: Browser, address: str, language: str = "en", **context: Any) -> Page:
    """The designer in a fresh browser window whose person reads `language`."""
    locale = {"en": "en-US", "zh": "zh-CN"}[language]
    settings = {"locale": locale, "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **context}
    page = browser.new_context(**settings).new_page()
    page.goto(address)
    wait_idle(page)
    return page


def wait_idle(page: Page) -> None:
    """Connected, the script at rest, every part of the page loaded."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def field(page: Page, title: str) -> Locator:
    """The input under a title, whether it is marked as required or not."""
    return page.get_by_role("textbox", name=re.compile(rf"^{re.escape(title)}( \*)?$"))


def button(page: Page, label: str) -> Locator:
    return page.get_by_role("button", name=label, exact=True)


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name, exact=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen, url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the designer did not start; see designer.log")
