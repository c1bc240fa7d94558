"""An element directory on disk: read with care, replaced as a whole or not at all, never through a link.

A new version is written into a hidden sibling (`.Name.element-new`), flushed to the disk, and then takes the old one's
place by two renames. A crash between the two leaves the old version under `.Name.element-old`; whoever comes next puts
it back.
"""

import contextlib
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from element.errors import ElementError

MAX_BYTES = 256 << 10
PRIVATE = 0o600
Raw = dict[str, bytes | OSError]
NEW, OLD = ".element-new", ".element-old"


def writer(folder: Path) -> AbstractContextManager[object]:
    """The lock that one writer at a time holds in `folder`, among processes too."""
    from filelock import FileLock  # half of what importing `element` would cost, for those who only send

    return FileLock(folder / ".lock", timeout=10)


def snapshot(directory: Path, names: tuple[str, ...]) -> Raw | None:
    """Those files of `names` that are there, all of one version; None where there is no directory.

    A version takes another's place in an instant, during which neither is there: what is missing is looked for
    again before it is called so.
    """
    for pause in (0, 0.002, 0.02):
        time.sleep(pause)
        version = _version(directory)
        found = _read(directory, names)
        if version and found.keys() == set(names) and version == _version(directory):
            return found
    return found if version else None


def _version(directory: Path) -> tuple[int, int] | None:
    try:
        status = directory.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _read(directory: Path, names: tuple[str, ...]) -> Raw:
    """The bytes of each file, at most one beyond MAX_BYTES, or why it cannot be read."""
    found: Raw = {}
    for name in names:
        try:
            with (directory / name).open("rb") as file:
                found[name] = file.read(MAX_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            found[name] = OSError(error.errno, error.strerror)
    return found


def fingerprint(files: Mapping[str, bytes | OSError]) -> str:
    """A digest of names and bytes; "" for no files."""
    if not files:
        return ""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        data = content if isinstance(content, bytes) else str(content).encode()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
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
    staged, old = directory.with_name(f".{directory.name}{NEW}"), directory.with_name(f".{directory.name}{OLD}")
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
    with os.scandir(folder) as entries:
        if not any(entry.name.endswith((NEW, OLD)) for entry in entries):
            return
    with contextlib.suppress(PermissionError), writer(folder):
        for old in folder.glob(f".*{OLD}"):
            directory = folder / old.name[1:].removesuffix(OLD)
            if not directory.exists():
                old.rename(directory)
        for left_over in (*folder.glob(f".*{OLD}"), *folder.glob(f".*{NEW}")):
            shutil.rmtree(left_over, ignore_errors=True)


def _stage(directory: Path, staged: Path, files: Mapping[str, bytes]) -> None:
    if directory.exists():
        shutil.copytree(
            directory, staged, symlinks=True, ignore=lambda folder, _: files if Path(folder) == directory else ()
        )
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
