"""Checks an element rung by rung, from its files to its template, without sending. Nothing is drawn here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from element import SmsError
from element.errors import Bilingual, Refused, RequestFailed
from element.files import FileProblem
from element.queries import not_permitted
from element.settings import Settings
from ui import questions, workspace
from ui.text import LANGUAGES

State = Literal["passed", "failed", "denied", "unchecked"]
NAMES = ("files", "shape", "address", "clock", "key", "sign", "template")
_CLOCK_CODES = frozenset({"InvalidTimeStamp.Expired", "InvalidTimeStamp.Format", "IllegalTimestamp"})
_KNOWN_STATES = ("reviewing", "rejected", "cancelled")
_QUOTES = "\"'`“”‘’"
_LEFT_IN = ("your", "access_key", "accesskey", "xxx", "<")


@dataclass(frozen=True)
class Subject:
    """What is checked: an element as its files stand, a template (none if the code is empty), and who is asked."""

    full_name: str
    fingerprint: str
    live: bool
    address: str
    code: str
    text: str


@dataclass(frozen=True)
class Rung:
    """One step: its state, a key of check.toml with its facts, and what others said, by language."""

    name: str
    state: State
    words: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    quotes: tuple[Mapping[str, str], ...] = ()


# What is surely wrong with a key pair and signature, by what one can see of them.
FLAWS: Mapping[str, Callable[[Settings], bool]] = {
    "swapped": lambda found: _is_alibabas(found.key.secret) and not _is_alibabas(found.key.id),
    "same": lambda found: found.key.id == found.key.secret,
    "left_in": lambda found: not _is_alibabas(found.key.id) and any(word in found.key.id.lower() for word in _LEFT_IN),
    "quoted": lambda found: any(value[0] in _QUOTES or value[-1] in _QUOTES for value in _pair(found)),
    "not_plain": lambda found: not all(value.isascii() for value in _pair(found)),
    "brackets": lambda found: any(mark in found.verifySign for mark in "【】"),
}


def climb(subject: Subject) -> tuple[Rung, ...]:
    """Every rung; those above one that failed are not checked. Raises ElementError for an element that is gone."""
    found = {rung.name: rung for rung in _climbed(subject)}
    return tuple(found.get(name, Rung(name, "unchecked", "after_failure")) for name in NAMES)


def _climbed(subject: Subject) -> Iterator[Rung]:
    yield (files := _files(subject.full_name))
    if files.state == "failed":
        return
    settings, shape = _shape(subject.full_name)
    yield shape
    if settings is None or shape.state == "failed":
        return
    element = questions.asked(subject.full_name, subject.live, subject.code, subject.text or None)
    account = [*_account(element)]
    yield from account
    if all(rung.state != "failed" for rung in account) and account[-1].state == "passed":
        yield _answered("sign", lambda: element.querySign(settings.verifySign))
        yield _template(element, subject.code)


def _files(full_name: str) -> Rung:
    problems = workspace.app().check(full_name)
    errors = [problem for problem in problems if not problem.note]
    if errors:
        return Rung("files", "failed", quotes=tuple(map(_problem, errors)))
    return Rung("files", "passed", "files_passed", quotes=tuple(map(_problem, problems)))


def _shape(full_name: str) -> tuple[Settings | None, Rung]:
    """The settings with every reference filled in, and whether they look like a key pair and a signature."""
    try:
        settings = Settings.read(full_name, workspace.app().document(full_name, "sms.json"))
    except SmsError as error:
        return None, Rung("shape", "failed", quotes=(_spoken(error),))
    flaw = next((name for name, has in FLAWS.items() if has(settings)), None)
    return settings, Rung("shape", "failed" if flaw else "passed", f"shape_{flaw or 'passed'}")


def _account(element: Any) -> Iterator[Rung]:
    """Address, clock and key, as far as one question tells."""
    try:
        credentials = element.checkCredentials()
    except RequestFailed as error:
        yield Rung("address", "failed", quotes=(_spoken(error),))
        return
    except Refused as error:
        yield Rung("address", "passed", "address_passed")
        yield from _not_accepted(error)
        return
    yield Rung("address", "passed", "address_passed")
    yield _clock(credentials.clock_skew)
    yield Rung("key", "passed", "key_passed" if credentials.may_query else "key_may_not_ask")


def _not_accepted(error: Refused) -> Iterator[Rung]:
    if error.result_code in _CLOCK_CODES:
        yield Rung("clock", "failed", quotes=(_spoken(error),))
        return
    yield _clock(None)
    yield Rung("key", "unchecked" if _passing(error) else "failed", quotes=(_spoken(error),))


def _clock(ahead: float | None) -> Rung:
    if ahead is None:
        return Rung("clock", "unchecked", "clock_untold")
    return Rung("clock", "passed", "clock_passed", {"seconds": abs(round(ahead))})


def _template(element: Any, code: str) -> Rung:
    if not code:
        return Rung("template", "unchecked", "no_code")
    return _answered("template", lambda: element.queryTemplate(code), code=code)


def _answered(name: str, question: Callable[[], Any], **facts: object) -> Rung:
    """The rung of something that Alibaba approves: what state it is in, or why that is not known."""
    try:
        found = question()
    except Refused as error:
        if not_permitted(error):  # the advice for its code speaks of sending
            return Rung(name, "denied", f"{name}_denied")
        return Rung(name, "unchecked" if _passing(error) else "failed", quotes=(_spoken(error),))
    except RequestFailed as error:
        return Rung(name, "unchecked", quotes=(_spoken(error),))
    facts = {**facts, "name": found.name, "state": found.state, "reason": found.rejected_because or "–"}
    if found.state == "approved":
        return Rung(name, "passed", f"{name}_passed", facts)
    return Rung(name, "failed", f"{name}_{found.state}" if found.state in _KNOWN_STATES else f"{name}_other", facts)


def _passing(error: Refused) -> bool:
    """Whether the refusal says nothing about what was asked: too many questions, or trouble at Alibaba."""
    return error.retry in ("yes", "window")


def _is_alibabas(key: str) -> bool:
    """Whether it begins as Alibaba's AccessKey IDs do."""
    return key.startswith("LTAI")


def _pair(settings: Settings) -> tuple[str, str]:
    return settings.key.id, settings.key.secret


def _spoken(error: Bilingual) -> dict[str, str]:
    return {language: error.in_language(language) for language in LANGUAGES}


def _problem(problem: FileProblem) -> dict[str, str]:
    return {language: f"{problem.file}: {problem.sentence(language)}" for language in LANGUAGES}
