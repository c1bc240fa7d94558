"""Where an app's files name an element: `smsFullName` and its like in JSON, `SMS.Name` in Python."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from element.errors import ElementError

ENDINGS = (".json", ".py")
# What the platform and the tools build, and what is not the app's own.
NOT_LOOKED_INTO = ("dist", "appData", "node_modules", "__pycache__", "venv")
MAX_FILES = 20_000
MAX_BYTES = 1 << 20
MAX_PLACES = 100


@dataclass(frozen=True)
class Use:
    """A line of a file, the file by its path in the app."""

    file: str
    line: int


@dataclass(frozen=True)
class Uses:
    """The places found; `complete` is False where the app has more files or more places than are looked at."""

    places: list[Use]
    complete: bool = True


def uses(root: Path, full_name: str) -> Uses:
    """Where the app in `root` names the element outside the element's own directory. Raises ElementError."""
    if not root.is_dir():
        raise ElementError("no_app", {"app": str(root)})
    named = re.compile(rb"(?<!\w)" + re.escape(full_name).encode() + rb"(?!\w)")
    own = root.joinpath(*full_name.split("."))
    places: list[Use] = []
    for number, path in enumerate(_files(root, own), 1):
        places += [Use(path.relative_to(root).as_posix(), line) for line in _lines(path, named)]
        if number >= MAX_FILES or len(places) > MAX_PLACES:
            return Uses(places[:MAX_PLACES], complete=False)
    return Uses(places)


def _files(root: Path, own: Path) -> Iterator[Path]:
    """The app's own JSON and Python files in a steady order, without what is hidden, built or linked."""
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in NOT_LOOKED_INTO and here / name != own
        )
        yield from (here / name for name in sorted(files) if name.endswith(ENDINGS))


def _lines(path: Path, named: re.Pattern[bytes]) -> Iterator[int]:
    try:
        if path.is_symlink() or path.stat().st_size > MAX_BYTES:
            return
        content = path.read_bytes()
    except OSError:
        return  # it went away, or may not be read: it names nothing that can be shown
    if named.search(content):
        yield from (number for number, line in enumerate(content.splitlines(), 1) if named.search(line))
