"""An element directory on disk: read with care, replaced as a whole or not at all, never through a link.

A new version is written into a hidden sibling (`.Name.new`), flushed to the disk, and then takes the old one's
place by two renames. A crash between the two leaves the old version under `.Name.old`; whoever comes next puts
it back.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from element.errors import ElementError

MAX_BYTES = 256 << 10
PRIVATE = 0o600
LEFT_ASIDE = ".*.old"


def writer(folder: Path) -> AbstractContextManager[object]:
    """The lock that one writer at a time holds in `folder`, among processes too."""
    from filelock import FileLock  # half of what importing `element` would cost, for those who only send

    return FileLock(folder / ".lock", timeout=10)


def read(directory: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """The bytes of those files of `names` that are there, at most one byte beyond MAX_BYTES. Raises OSError."""
    found = {}
    for name in names:
        try:
            with (directory / name).open("rb") as file:
                found[name] = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            continue
    return found


def fingerprint(files: Mapping[str, bytes]) -> str:
    """A digest of names and bytes; "" for no files."""
    if not files:
        return ""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def refuse_links(*paths: Path) -> None:
    """Raises ElementError for the first of `paths` that is a link."""
    for path in paths:
        if path.is_symlink() or _is_junction(path):
            raise ElementError("link", {"path": str(path)})


def replace(directory: Path, files: Mapping[str, bytes]) -> None:
    """Make `files` the content of `directory`, keeping whatever else is in it. Raises OSError; then nothing changed.

    The caller holds the lock.
    """
    staged, old = directory.with_name(f".{directory.name}.new"), directory.with_name(f".{directory.name}.old")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        _stage(directory, staged, files)
        _take_place(staged, directory, old)
    except BaseException:
        _roll_back(staged, directory, old)
        raise
    shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Put back what a crash in the middle of `replace` left aside in `folder`, and drop what it left over."""
    if not any(folder.glob(LEFT_ASIDE)):
        return
    with writer(folder):
        for old in folder.glob(LEFT_ASIDE):
            directory = folder / old.name[1:].removesuffix(".old")
            if not directory.exists():
                old.rename(directory)
            shutil.rmtree(old, ignore_errors=True)


def _stage(directory: Path, staged: Path, files: Mapping[str, bytes]) -> None:
    if directory.exists():
        shutil.copytree(directory, staged, symlinks=True, ignore=shutil.ignore_patterns(*files, "__pycache__"))
    else:
        staged.mkdir()
    for name, content in files.items():
        _write(staged / name, content)
    _sync(staged)


def _take_place(staged: Path, directory: Path, old: Path) -> None:
    if directory.exists():
        directory.rename(old)
    staged.rename(directory)
    _sync(directory.parent)


def _roll_back(staged: Path, directory: Path, old: Path) -> None:
    if not staged.exists() and directory.exists():
        directory.rename(staged)
    if old.exists():
        old.rename(directory)
    shutil.rmtree(staged, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Flush a folder's own entries, where the system lets folders be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_junction(path: Path) -> bool:
    """Windows' other kind of link, which Python tells apart from 3.12 on."""
    return bool(getattr(os.path, "isjunction", lambda _: False)(path))
