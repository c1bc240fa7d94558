"""`python -m element check`: every element in turn, its problems printed as they are found, none of them kept."""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from element.app import App
from element.files import FileProblem
from element.tracked import Tracked
from element.words import Language, say

EVERY = 0.1  # seconds between two signs of progress


class Report(Protocol):
    """What becomes of the problems, one at a time."""

    def add(self, full_name: str, problem: FileProblem) -> None: ...
    def end(self) -> None: ...


def check(options: Namespace) -> int:
    """One line a problem; 1 when there is one that is more than a note."""
    report: Report = AsJson(options.language) if options.json else AsLines(options.language)
    errors = 0
    for full_name, problem in _problems(App(options.app), options):
        report.add(full_name, problem)
        errors += not problem.note
    report.end()
    return 1 if errors else 0


def _problems(app: App, options: Namespace) -> Iterator[tuple[str, FileProblem]]:
    """(full name, problem); the name is "" for a file that is no element's."""
    tracked = Tracked(app.root)
    with _progress(sys.stderr, options.language) as count:
        for full_name, files in app.check_each(options.elements):
            count()
            for problem in (*tracked.keys_in(full_name, files), *files.problems):
                yield full_name, problem
    if not options.elements:
        for problem in tracked.keys_elsewhere():
            yield "", problem


class AsLines:
    """`SMS/Codes/sms.json:$.accessKey: …`, a line each."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def add(self, full_name: str, problem: FileProblem) -> None:
        folder = f"{full_name.replace('.', '/')}/" if full_name else ""
        note = say("cli.note", self._language) if problem.note else ""
        print(f"{folder}{problem.file}:{problem.path}: {note}{problem.sentence(self._language)}")

    def end(self) -> None:
        """A line is complete as it stands."""


class AsJson:
    """One JSON array, written member by member."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._before = "["

    def add(self, full_name: str, problem: FileProblem) -> None:
        member = {
            "element": full_name or None,
            "file": problem.file,
            "path": problem.path,
            "rule": problem.rule,
            "note": problem.note,
            "message": problem.sentence(self._language),
        }
        print(f"{self._before}\n  {json.dumps(member, ensure_ascii=False)}", end="")
        self._before = ","

    def end(self) -> None:
        print("[]" if self._before == "[" else "\n]")


@contextmanager
def _progress(terminal: TextIO, language: Language) -> Iterator["_Counter"]:
    """How far it is, on one line that goes away in the end; nothing where nobody watches."""
    counter = _Counter(terminal if terminal.isatty() else None, language)
    try:
        yield counter
    finally:
        counter.clear()


class _Counter:
    def __init__(self, terminal: TextIO | None, language: Language) -> None:
        self._terminal = terminal
        self._language = language
        self._count = 0
        self._said_at = time.monotonic()

    def __call__(self) -> None:
        self._count += 1
        if self._terminal and time.monotonic() - self._said_at > EVERY:
            self._said_at = time.monotonic()
            text = say("cli.progress", self._language, {"count": f"{self._count:,}"})
            print(f"\r{text}", end="", file=self._terminal, flush=True)

    def clear(self) -> None:
        if self._terminal:
            print("\r\033[K", end="", file=self._terminal, flush=True)
