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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from element.errors import ElementError

MAX_BYTES = 256 << 10
MAX_FILES = 100
PRIVATE = 0o600
NEW, OLD = ".element-new", ".element-old"
PAUSES = (0, 0.002, 0.02, 0.1)  # seconds before each look at a directory that is being replaced

Raw = Mapping[str, bytes | OSError]
Place = Path | str
Seen = TypeVar("Seen")


def writer(folder: Path) -> AbstractContextManager[object]:
    """The lock that one writer at a time holds in `folder`, among processes too."""
    return lock(folder / ".lock")


def lock(path: Path) -> AbstractContextManager[object]:
    """A lock among processes; whoever waits longer than 10 seconds for it gets a TimeoutError."""
    from filelock import FileLock  # half of what importing `element` would cost, for those who only send

    return FileLock(path, timeout=10)


def settled(directory: Place, look: Callable[[], Seen]) -> Seen | None:
    """What `look` sees, all of one version of `directory`; None where there is no directory.

    A version takes another's place in an instant, during which neither is there: `look` is asked again when the
    version was another one afterwards, or when the old one lies aside.
    """
    for pause in PAUSES:
        if pause:
            time.sleep(pause)
        before = _version(directory)
        seen = look()
        aside = before is None and os.path.lexists(_beside(directory, OLD))
        if before == _version(directory) and not aside:
            break
    return seen if before else None


def snapshot(directory: Place, names: Iterable[str]) -> Raw:
    """As `files`, all of one version."""
    return settled(directory, lambda: files(directory, names)) or {}


def everything(directory: Path, certainly: Iterable[str]) -> Raw:
    """The plain files in `directory`, and those named, be they links; each as bytes or why it cannot be read."""
    return files(directory, dict.fromkeys((*certainly, *names(directory))))


def read(directory: Place, names: Iterable[str]) -> dict[str, bytes]:
    """The bytes of those files of `names` that are there, at most one byte beyond MAX_BYTES. Raises ElementError."""
    found = {}
    for name, content in files(directory, names).items():
        if isinstance(content, OSError):
            raise ElementError("not_readable", {"path": f"{directory}{os.sep}{name}", "cause": content.strerror})
        found[name] = content
    return found


def files(directory: Place, names: Iterable[str]) -> dict[str, bytes | OSError]:
    """Those files of `names` that are there, each as its bytes, at most one beyond MAX_BYTES, or why it cannot be
    read."""
    found: dict[str, bytes | OSError] = {}
    for name in names:
        try:
            with open(f"{directory}{os.sep}{name}", "rb", buffering=0) as file:  # noqa: PTH123  a third faster
                found[name] = file.read(min(os.fstat(file.fileno()).st_size, MAX_BYTES) + 1)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            found[name] = OSError(error.errno, error.strerror)
    return found


def _version(directory: Place) -> tuple[int, int, int] | None:
    """Which directory it is, and when it came there."""
    try:
        status = os.stat(directory)  # noqa: PTH116  as fast as it gets, and this looks at thousands
    except OSError:
        return None
    return (status.st_dev, status.st_ino, status.st_ctime_ns) if stat.S_ISDIR(status.st_mode) else None


def _beside(directory: Place, ending: str) -> Path:
    return Path(directory).with_name(f".{Path(directory).name}{ending}")


def names(directory: Path, endings: tuple[str, ...] = ("",), *, but: str = "") -> list[str]:
    """The plain files in `directory` with one of `endings`, sorted, at most MAX_FILES; no hidden ones, no links."""
    found = [entry.name for entry in _scanned(directory) if entry.is_file(follow_symlinks=False)]
    fitting = (name for name in found if name.endswith(endings) and not name.startswith(".") and name != but)
    return sorted(fitting)[:MAX_FILES]


def entries(directory: Place) -> frozenset[str]:
    """The names of everything in `directory`; none where it cannot be looked into."""
    return frozenset(entry.name for entry in _scanned(directory))


def _scanned(directory: Place) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return list(found)
    except OSError:
        return []


def folders(directory: Path) -> list[str]:
    """The folders in `directory`, in no order; no hidden ones."""
    if not directory.is_dir():
        return []
    with os.scandir(directory) as entries:
        return [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()]


def fingerprint(files: Raw) -> str:
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


def write(path: Path, content: bytes, *, flush: bool = False) -> None:
    """Write a new file that only its owner may read, and `flush` it to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        if flush:
            file.flush()
            os.fsync(file.fileno())


def move(source: Path, target: Path) -> None:
    """Give a folder another place, in one step. Raises OSError; then it is where it was."""
    source.rename(target)
    try:
        _sync(target.parent)
    except OSError:
        target.rename(source)
        raise


@contextmanager
def staging(directory: Path) -> Iterator[Path]:
    """The hidden place beside `directory` where its content is made ready; nothing stays there."""
    staged = _beside(directory, NEW)
    shutil.rmtree(staged, ignore_errors=True)
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def replace(directory: Path, files: Mapping[str, bytes]) -> None:
    """Make `files` the content of `directory`, keeping whatever else is in it. Raises OSError; then nothing changed.

    The caller holds the lock.
    """
    staged, old = _beside(directory, NEW), _beside(directory, OLD)
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
    if not _left_over(folder):
        return
    with contextlib.suppress(PermissionError), writer(folder):
        for old in folder.glob(f".*{OLD}"):
            directory = folder / old.name[1:].removesuffix(OLD)
            if not directory.exists():
                old.rename(directory)
        for left_over in (*folder.glob(f".*{OLD}"), *folder.glob(f".*{NEW}")):
            shutil.rmtree(left_over, ignore_errors=True)


def _left_over(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    with os.scandir(folder) as entries:
        return any(entry.name.endswith((NEW, OLD)) for entry in entries)


def _stage(directory: Path, staged: Path, files: Mapping[str, bytes]) -> None:
    if directory.exists():
        shutil.copytree(
            directory, staged, symlinks=True, ignore=lambda folder, _: files if Path(folder) == directory else ()
        )
    else:
        staged.mkdir()
    for name, content in files.items():
        write(staged / name, content, flush=True)
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
