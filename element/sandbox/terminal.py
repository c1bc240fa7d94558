"""The sandbox in a terminal: run it alone, print the magic numbers, read the inbox of one that runs."""

import contextlib
import json
import sys
import threading
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from . import catalog
from .outcomes import OUTCOMES
from .server import serve
from .state import Sandbox

DEFAULT_PORT = 8010
DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"
PATIENCE = 5.0

_WORDS: dict[str, Any] = tomllib.loads(files(__package__).joinpath("terminal.toml").read_text(encoding="utf-8"))


def run(
    port: int = DEFAULT_PORT,
    keys: Iterable[tuple[str, str]] = (),
    *,
    host: str = "127.0.0.1",
    hosts: Collection[str] = (),
    catalogue: Path | None = None,
    lenient: bool = False,
    frequency: bool = True,
    delivery_delay: float = 3.0,
    receipts: str | None = None,
    language: str = "en",
) -> int:
    """Run a sandbox until Ctrl-C; the exit code.

    `catalogue` takes the place of the ready set, `keys` that of its accounts. `receipts`: a URL for SmsReport.
    Raises CatalogError for a catalogue that cannot be read, ValueError for a `receipts` that is no URL.
    """
    tables = catalog.from_file(catalogue) if catalogue else catalog.ready()
    accounts = [{"key_id": key_id, "secret": secret} for key_id, secret in keys]
    sandbox = Sandbox(
        tables | ({"accounts": accounts} if accounts else {}),
        lenient=lenient,
        frequency=frequency,
        delivery_delay=delivery_delay,
        hosts=hosts,
    )
    sandbox.receipts.push_to(receipts)
    return _serve_until_interrupted(sandbox, host, port, language)


def _serve_until_interrupted(sandbox: Sandbox, host: str, port: int, language: str) -> int:
    try:
        serving = serve(sandbox, host, port)
    except OSError:
        print(_say("taken", language, port=port), file=sys.stderr)
        return 1
    with serving, contextlib.suppress(KeyboardInterrupt):
        print(_announcement(sandbox, serving.url, language), flush=True)
        threading.Event().wait()
    return 0


def _announcement(sandbox: Sandbox, url: str, language: str) -> str:
    known = sandbox.catalog
    signatures = (entry for entry in known.signatures.values() if entry.sendable)
    return _say(
        "running",
        language,
        url=url,
        keys=", ".join(known.accounts),
        signatures=", ".join(entry.name for entry in signatures),
        templates=", ".join(code for code, entry in known.templates.items() if entry.status == "approved"),
    )


def numbers_table(language: str = "en") -> str:
    """The magic numbers, one a line: number, name, outcome."""
    width = max(map(len, OUTCOMES)) + 2
    lines = [f"{row.number}  {row.name:<{width}}{_in(row, language)}" for row in OUTCOMES.values()]
    return "\n".join((_say("numbers", language), "", *lines))


def _in(row: Any, language: str) -> str:
    return str(getattr(row, _known(language)))


def inbox(
    url: str = DEFAULT_URL,
    number: str | None = None,
    *,
    wait: float = 0.0,
    as_json: bool = False,
    language: str = "en",
) -> int:
    """Print what a running sandbox accepted (to one number), newest first, waiting up to `wait` seconds for the
    first. The exit code: 0 messages, 1 none, 2 no sandbox there."""
    try:
        messages = fetch_messages(url, number, wait=wait)
    except OSError:
        print(_say("unreachable", language, url=url), file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps(messages, ensure_ascii=False, indent=2))
    elif messages:
        print("\n".join(_line(message, language) for message in messages))
    else:
        to = _say("empty_to", language, number=number) if number else ""
        print(_say("empty", language, to=to), file=sys.stderr)
    return 0 if messages else 1


def fetch_messages(url: str = DEFAULT_URL, number: str | None = None, *, wait: float = 0.0) -> list[dict[str, Any]]:
    """The messages of a running sandbox, newest first. Raises OSError when there is none."""
    query = {"wait": wait} | ({"number": number} if number else {})
    address = f"{url.rstrip('/')}/sandbox/messages?{urllib.parse.urlencode(query)}"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(address, timeout=wait + PATIENCE) as answer:
        messages: list[dict[str, Any]] = json.load(answer)["messages"]
    return messages


def _line(message: dict[str, Any], language: str) -> str:
    state = _text(_WORDS["state"][message["state"]], language).format_map(message)
    return _say("message", language, **{**message, "time": message["time"][:19].replace("T", " "), "state": state})


def _say(kind: str, language: str, **facts: object) -> str:
    return _text(_WORDS[kind], language).strip("\n").format_map(facts)


def _text(row: dict[str, str], language: str) -> str:
    return row[_known(language)]


def _known(language: str) -> str:
    return "zh" if language == "zh" else "en"
