"""Where the elements are and where their messages go: the app folder, and the sandbox of this process."""

import os
from functools import cache
from pathlib import Path
from threading import Lock

from element import App
from element.ledger import Ledger
from element.sandbox import Sandbox, Serving, serve

_starting = Lock()


def app() -> App:
    """The app being designed. Its messages are real ones."""
    return _app(root(), None)


def simulated() -> App:
    """The same app; its messages end in the sandbox."""
    return _app(root(), sandbox_url())


def simulated_bulk() -> App:
    """The same for bulk jobs, whose calls stand in the ledger before they are made."""
    return _bulk_app(root(), sandbox_url())


def ledger() -> Ledger:
    """What the app sent, here and elsewhere."""
    return _ledger(root())


def sandbox() -> Sandbox:
    return _serving()[0]


def sandbox_url() -> str:
    """The sandbox's address on this computer; the sandbox starts when it is first asked for."""
    return _serving()[1].url


def root() -> Path:
    root = Path(os.environ.get("SMS_APP") or "app").resolve()
    (root / "SMS").mkdir(parents=True, exist_ok=True)
    return root


@cache
def _app(root: Path, endpoint: str | None) -> App:
    """One App for all sessions: it keeps the connections of its elements open."""
    return App(root, endpoint=endpoint)


@cache
def _bulk_app(root: Path, endpoint: str) -> App:
    return App(root, endpoint=endpoint, record=False)


@cache
def _ledger(root: Path) -> Ledger:
    return Ledger(root)


def _serving() -> tuple[Sandbox, Serving]:
    with _starting:
        return _served()


@cache
def _served() -> tuple[Sandbox, Serving]:
    sandbox = Sandbox()
    return sandbox, serve(sandbox)
