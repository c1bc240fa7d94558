"""Recipients into the fewest calls: SendSms takes up to 1000 numbers with equal params, SendBatchSms up to 100
with params of their own. Pure, and in flat memory: it looks at a window of rows, not at the whole list."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from element.bulk.recipients import Recipient

MOST_SAME = 1000
MOST_EACH = 100
WINDOW = 10_000
MOST_OPEN = 8

Content = str  # the params as one text: see content_of
Letter = tuple[Recipient, int, int | None]  # key: stands for number and text · parts: None where not known


def content_of(params: Mapping[str, str]) -> Content:
    """Params as a text, the same for equal ones in whatever order, and another for any other."""
    pairs = sorted(params.items())
    text = "\0".join(chain.from_iterable(pairs))
    return text if text.count("\0") < 2 * len(pairs) else repr(pairs)


class Group(NamedTuple):
    """The recipients of one call; `same`: all have the same params. No number stands twice in it."""

    same: bool
    letters: list[Letter]


class Grouping:
    """Takes letters and gives groups as they fill up.

    A share of 100 and more recipients with equal params goes out by SendSms, since it would fill a SendBatchSms of
    its own anyway; all smaller shares fill SendBatchSms calls together. No other grouping needs fewer calls for the
    rows of one window.
    """

    def __init__(self, most_same: int = MOST_SAME, most_each: int = MOST_EACH, window: int = WINDOW) -> None:
        self._most_same = most_same
        self._most_each = min(most_each, most_same)
        self._window = window
        self._waiting = 0
        self._same: dict[Content, list[Letter]] = {}
        self._mixed: list[dict[str, Letter]] = []

    def add(self, letters: Iterable[tuple[Content, Letter]]) -> list[Group]:
        """The groups that these letters complete; with each stands its content."""
        groups: list[Group] = []
        for content, letter in letters:
            share = self._same.get(content)
            if share is None:
                share = self._same[content] = []
            share.append(letter)
            self._waiting += 1
            if len(share) == self._most_same:
                del self._same[content]
                self._waiting -= len(share)
                groups.append(Group(True, share))
        if self._waiting > self._window:
            groups += self._thinned(self._window // 2)
        return groups

    def rest(self) -> list[Group]:
        """The groups of all that is left."""
        groups = [*self._thinned(0), *(_group(mixed) for mixed in self._mixed)]
        self._mixed.clear()
        return groups

    def _thinned(self, target: int) -> list[Group]:
        """The oldest shares as groups, until no more than `target` letters wait."""
        groups: list[Group] = []
        for content in list(self._same):
            if self._waiting <= target:
                break
            share = self._same.pop(content)
            self._waiting -= len(share)
            if len(share) >= self._most_each:
                groups.append(Group(True, share))
                continue
            for letter in share:
                if full := self._mix(letter):
                    groups.append(full)
        return groups

    def _mix(self, letter: Letter) -> Group | None:
        """Put the letter into the first open call that does not have its number; the call, if that fills it."""
        number = letter[0].number
        for mixed in self._mixed:
            if number not in mixed:
                break
        else:
            mixed = {}
            self._mixed.append(mixed)
        mixed[number] = letter
        if len(mixed) < self._most_each and len(self._mixed) <= MOST_OPEN:
            return None
        full = mixed if len(mixed) == self._most_each else self._mixed[0]
        self._mixed.remove(full)
        return _group(full)


def _group(mixed: dict[str, Letter]) -> Group:
    letters = list(mixed.values())
    params = letters[0][0].params
    return Group(all(recipient.params == params for recipient, _, _ in letters), letters)
