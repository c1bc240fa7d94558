"""An element as a zip file or a folder from somewhere else: written with care, read with more."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from element import directory
from element.errors import ElementError
from element.types import DECLARATION

LONG_AGO = (1980, 1, 1, 0, 0, 0)
# What computers leave in folders of their own accord.
LITTER = ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini")
WINDOWS_DRIVE = ":"


@dataclass(frozen=True)
class Packed:
    """The files of one element by name, and the name of the folder they lay in; "" where they lay in none."""

    name: str
    files: Mapping[str, bytes] = field(repr=False)


def packed(folder: str, files: Mapping[str, bytes]) -> bytes:
    """A zip file with `files` in `folder`, such as "SMS/Codes". The same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", LONG_AGO)
            entry.external_attr = (stat.S_IFREG | directory.PRIVATE) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpacked(source: Path | bytes) -> Packed:
    """The one element in a folder, a zip file, or its bytes. Raises ElementError for what is unsafe or none."""
    if isinstance(source, Path) and source.is_dir():
        return _element(_folder_files(source), source.name)
    try:
        with zipfile.ZipFile(source if isinstance(source, Path) else io.BytesIO(source)) as archive:
            return _element(_zip_files(archive), "")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        pass  # not a zip, damaged, an unknown compression, encrypted, cut short, unreadable
    raise ElementError("import_not_zip")


def _zip_files(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _litter(entry.filename)]
    _refuse_many(len(entries))
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or _leads_out(entry.filename):
            raise ElementError("import_unsafe", {"name": entry.filename})
        with archive.open(entry) as file:
            yield entry.filename, file.read(directory.MAX_BYTES + 1)


def _folder_files(source: Path) -> Iterator[tuple[str, bytes]]:
    found = [path for path in _walk(source) if not _litter(path.relative_to(source).as_posix())]
    for path in found:
        name = path.relative_to(source).as_posix()
        if path.is_symlink() or not path.is_file():
            raise ElementError("import_unsafe", {"name": name})
        yield name, directory.read(path.parent, (path.name,))[path.name]


def _walk(source: Path) -> list[Path]:
    found = []
    for path in source.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            found.append(path)
        _refuse_many(len(found))
    return found


def _element(files: Iterator[tuple[str, bytes]], name: str) -> Packed:
    """The files beside the only e.json there is."""
    by_path: dict[PurePosixPath, bytes] = {}
    for path, content in files:
        if len(content) > directory.MAX_BYTES:
            _refuse_many(directory.MAX_FILES + 1)
        by_path[PurePosixPath(path)] = content
    homes = [path.parent for path in by_path if path.name == DECLARATION]
    if len(homes) != 1:
        raise ElementError("import_no_element", {"count": len(homes)})
    for nested in (path for path in by_path if path.parent != homes[0]):
        raise ElementError("import_nested", {"name": str(nested)})
    return Packed(homes[0].name or name, {path.name: content for path, content in by_path.items()})


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or WINDOWS_DRIVE in name or "\0" in name


def _litter(name: str) -> bool:
    return any(part in LITTER or _hidden(part) for part in PurePosixPath(name).parts)


def _hidden(part: str) -> bool:
    return part.startswith(".") and part != ".."


def _refuse_many(count: int) -> None:
    if count > directory.MAX_FILES:
        raise ElementError("import_too_large", {"files": directory.MAX_FILES, "limit": directory.MAX_BYTES >> 10})
