"""Arming: before anything real is sent, who may get it, how many messages, and for how long.

Held by the session; over by itself when the time or the messages are used up.
"""

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from element.redact import masked
from ui.numbers import number as tidied
from ui.panel import panel, whole_page
from ui.text import plain, say

MOST_PEOPLE = 5
MOST_MESSAGES = 100
USUAL_MESSAGES = 10
SECONDS = 15 * 60
# Numbers that documentation shows; they belong to strangers, or to nobody.
SAMPLES = frozenset(
    {"13800138000", "13900139000", "13700137000", "13600136000", "13500135000", "15800158000", "18800188000"}
)
SANDBOX_ONLY = "1000000"  # how the sandbox's magic numbers begin
_FEWEST_DIGITS = 7
_HELD, _ENDED, _TRIED = "arming_held", "arming_ended", "arming_tried"
_STYLE = "<style>.stMain { outline: 5px solid #d3302f; outline-offset: -5px; }</style>"

Why = Literal["time", "cap", "hand"]


@dataclass(frozen=True)
class Person:
    """Somebody who agreed to get test messages."""

    name: str
    number: str


@dataclass(frozen=True)
class Arming:
    """Who may get real messages, how many are left of `cap`, and until when (seconds since 1970)."""

    people: tuple[Person, ...]
    cap: int
    left: int
    until: float

    def over(self, now: float) -> Why | None:
        """Why it is over, None while it holds."""
        if now >= self.until:
            return "time"
        return None if self.left > 0 else "cap"

    def strangers(self, numbers: Iterable[str]) -> list[str]:
        known = {person.number for person in self.people}
        return [number for number in numbers if number not in known]


def is_sample(number: str) -> bool:
    """Whether a number is there to be shown, not to be called."""
    return number in SAMPLES or number.startswith(SANDBOX_ONLY)


def current() -> Arming | None:
    """This session's arming while it holds."""
    held: Arming | None = st.session_state.get(_HELD)
    return held if held and not held.over(time.time()) else None


def objection(numbers: Iterable[str]) -> str | None:
    """Why these numbers may not get one real message each now, in words for a Markdown place; None if they may."""
    wanted, armed = list(numbers), current()
    samples = [number for number in wanted if is_sample(number)]
    if samples:
        return say("arming.sample", numbers=_listed(samples))
    if armed is None:
        return say("arming.not_armed")
    strangers = armed.strangers(wanted)
    if strangers:
        return say("arming.strangers", numbers=_listed(strangers))
    if len(wanted) > armed.left:
        return say("arming.too_many", count=len(wanted), left=armed.left)
    return None


def named(numbers: Iterable[str]) -> list[str]:
    """The numbers, masked, each with the name it was armed under."""
    armed = current()
    names = {person.number: person.name for person in armed.people} if armed else {}
    return [f"{names.get(number, '')} {masked(number)}".strip() for number in numbers]


def take(numbers: Iterable[str]) -> bool:
    """Set one message for each number aside, before it is sent. False, and nothing set aside, if that may not be."""
    wanted = list(numbers)
    armed = current()
    if armed is None or objection(wanted):
        return False
    st.session_state[_HELD] = replace(armed, left=armed.left - len(wanted))
    return True


def give_back(count: int) -> None:
    """Messages that were set aside and surely not sent."""
    held: Arming | None = st.session_state.get(_HELD)
    if held:
        st.session_state[_HELD] = replace(held, left=held.left + count)


def lapse() -> None:
    """Switch Live off where the arming is over or Live was left. Before the mode's widget is drawn."""
    held: Arming | None = st.session_state.get(_HELD)
    if held is None:
        return
    over = held.over(time.time()) or ("hand" if st.session_state.get("mode") != "live" else None)
    if over:
        _end(over)


def draw() -> None:
    """In Live: what is left of the arming, or the form to arm. In Simulate: why Live went off, if it did."""
    if current():
        st.html(_STYLE)
        _what_is_left()
    elif st.session_state.get("mode") == "live":
        _form()
    elif st.session_state.get(_ENDED) in ("time", "cap"):
        st.info(say(f"arming.ended_{st.session_state[_ENDED]}"), icon=":material/lock:")


def problems(people: Iterable[Person]) -> list[str]:
    """What keeps these people from being armed, in words."""
    found = list(people)
    numbers = [person.number for person in found]
    nameless = [person.number for person in found if not person.name]
    unusable = [number for number in numbers if not _is_number(number)]
    samples = [number for number in numbers if is_sample(number)]
    told = {
        "nobody": not found,
        "nameless": bool(nameless),
        "unusable": bool(unusable),
        "sample": bool(samples),
        "twice": len(set(numbers)) < len(numbers),
    }
    return [say(f"arming.{name}", numbers=_listed(samples)) for name, holds in told.items() if holds]


@st.fragment(run_every="10s")
def _what_is_left() -> None:
    """Counts down on its own, and draws the page anew when it is over."""
    armed = current()
    if armed is None:
        st.rerun()
    minutes = math.ceil((armed.until - time.time()) / 60)
    people = plain("app.comma").join(named(person.number for person in armed.people))
    with st.container(horizontal=True, vertical_alignment="center", key="armed"):
        st.markdown(say("arming.left", left=armed.left, cap=armed.cap, minutes=minutes, people=people))
        st.button(say("arming.disarm"), icon=":material/lock:", key="disarm", on_click=_disarm)


@panel
def _form() -> None:
    with st.container(border=True, key="arming"):
        st.markdown(f"**{say('arming.title')}**")
        st.caption(say("arming.why", people=MOST_PEOPLE, minutes=SECONDS // 60))
        for row in range(_rows_shown()):
            _draw_person(row)
        st.number_input(
            say("arming.cap"),
            1,
            MOST_MESSAGES,
            USUAL_MESSAGES,
            key="arming.cap",
            help=say("arming.cap_help"),
            width=200,
            persist_state="session",
        )
        if st.session_state.get(_TRIED):
            for problem in problems(_people()):
                st.markdown(f":small[:red[:material/error: {problem}]]")
        st.button(say("arming.arm"), type="primary", icon=":material/lock_open:", key="arm", on_click=_arm)


def _draw_person(row: int) -> None:
    name, number = st.columns(2)
    for place, part in ((name, "name"), (number, "number")):
        place.text_input(
            say(f"arming.{part}", row=row + 1),
            key=f"arming.{part}.{row}",
            autocomplete="off",
            placeholder=plain(f"arming.{part}_example"),
            persist_state="session",
        )


def _rows_shown() -> int:
    """Those filled in, and one more."""
    filled = [row for row in range(MOST_PEOPLE) if any(_typed(row))]
    return min(max(filled, default=-1) + 2, MOST_PEOPLE)


def _people() -> list[Person]:
    rows = [_typed(row) for row in range(MOST_PEOPLE)]
    return [Person(name, tidied(number)) for name, number in rows if name or number]


def _typed(row: int) -> tuple[str, str]:
    name, number = (str(st.session_state.get(f"arming.{part}.{row}") or "").strip() for part in ("name", "number"))
    return name, number


def _is_number(number: str) -> bool:
    return number.lstrip("+").isdigit() and len(number) >= _FEWEST_DIGITS


def _listed(numbers: Iterable[str]) -> str:
    return plain("app.comma").join(map(masked, numbers))


def _end(why: Why) -> None:
    st.session_state.update({_ENDED: why, "mode": "simulate"})
    del st.session_state[_HELD]


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────────────────


def _arm() -> None:
    people, cap = _people(), int(st.session_state.get("arming.cap") or USUAL_MESSAGES)
    st.session_state[_TRIED] = True
    if not problems(people):
        st.session_state[_HELD] = Arming(tuple(people), cap, cap, time.time() + SECONDS)
        st.session_state.update({_TRIED: False, _ENDED: None})
        whole_page()


def _disarm() -> None:
    _end("hand")
    whole_page()
