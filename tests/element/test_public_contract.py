"""tests/elements/public_contract: a family written from the platform's public pages alone runs unchanged."""

import logging

import pytest

from element import App
from tests.conftest import CASES


@pytest.fixture
def pager(monkeypatch):
    monkeypatch.setenv("PAGER_ID", "id-1")
    monkeypatch.setenv("PAGER_SECRET", "canary-Pager-1")
    return App(CASES / "public_contract" / "app").getElement("pagers.demo")


def test_it_loads_with_its_files_variables_and_app(pager, caplog):
    caplog.set_level(logging.INFO)
    beep = {"app": "wanyun.PagerDemo", "pager": "demo", "account": "id-1", "text": "hello"}
    assert pager.beep("hello") == beep
    assert pager.client_secret == "canary-Pager-1"
    assert "Demo pager beeps" in caplog.text


def test_its_own_errors_come_out_as_they_are(pager):
    with pytest.raises(Exception, match="56001 pagers.demo was asked to beep without a text") as caught:
        pager.beep("")
    assert (caught.value.code, caught.value.reason) == (56001, "pagers.demo was asked to beep without a text")
