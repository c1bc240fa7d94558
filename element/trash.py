"""Deleted elements: whole directories in `.element/trash`, each under the time of its deletion."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from element import directory
from element.aside import NAME, aside

PART = "trash"
_TIME = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True)
class Deleted:
    """An element in the trash. `key` names this one among all; `time` is when it was deleted, in UTC."""

    key: str
    full_name: str
    time: datetime


def throw(root: Path, place: Path, full_name: str) -> Deleted:
    """Move the element directory `place` into the trash, in one step. Raises OSError."""
    now = datetime.now(UTC)
    key = f"{now.strftime(_TIME)}-{full_name}"
    directory.move(place, aside(root, PART) / key)
    return Deleted(key, full_name, now)


def deleted(root: Path) -> list[Deleted]:
    """What is in the trash, the last deleted first."""
    keys = sorted(directory.folders(root / NAME / PART), reverse=True)
    return [found for key in keys if (found := _read(key))]


def place(root: Path, found: Deleted) -> Path:
    return aside(root, PART) / found.key


def _read(key: str) -> Deleted | None:
    stamp, _, full_name = key.partition("-")
    try:
        time = datetime.strptime(stamp, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Deleted(key, full_name, time) if full_name else None
