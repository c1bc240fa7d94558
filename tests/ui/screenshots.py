"""The README's pictures, taken from the running designer: `python -m tests.ui.screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import SMS, E, write_element
from tests.ui.browser import ROOT, button, launch, open_page, running_designer, tab, wait_idle
from ui.text import LANGUAGES, in_language

TITLES = {"en": ("Login codes", "Order notices"), "zh": ("登录验证码", "订单通知")}


def main() -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for language in LANGUAGES:
            _take(browser, language)
        browser.close()


def _take(browser: Browser, language: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, title in zip(("LoginCodes", "OrderNotices"), TITLES[language], strict=True):
            write_element(Path(folder) / "app", name, {**E, "title": title}, SMS)
        with running_designer(Path(folder)) as address:
            page = open_page(browser, address, language, color_scheme="light", viewport={"width": 1280, "height": 760})
            _send_a_message(page, language)
            page.screenshot(path=ROOT / "docs" / f"designer-light-{language}.png")
            page.close()


def _send_a_message(page: Page, language: str) -> None:
    tab(page, in_language("screen.send", language)).click()
    button(page, in_language("message.example", language)).click()
    button(page, in_language("send.simulate", language, count=1)).click()
    expect(page.get_by_text(in_language("result.accepted_simulate", language))).to_be_visible()
    wait_idle(page)


if __name__ == "__main__":
    main()
