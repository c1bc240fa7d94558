"""The version of an element that its last save replaced: kept in `.element/previous`, one for each element.

Its folder is named by its fingerprint, so that a version that was damaged or half written is not taken for one.
"""

from pathlib import Path

from element import directory
from element.aside import NAME, aside, cleared

PART = "previous"


def keep(root: Path, full_name: str, present: directory.Raw) -> None:
    """Make `present` the element's previous version; without any file, or with one that cannot be read, it has none.

    Raises OSError.
    """
    files = {name: content for name, content in present.items() if isinstance(content, bytes)}
    if len(files) < len(present):
        files = {}
    if not (files or (root / NAME / PART / full_name).exists()):
        return
    versions = cleared(aside(root, PART) / full_name)
    if files:
        version = versions / directory.fingerprint(files)
        version.mkdir(parents=True)
        for name, content in files.items():
            directory.write(version / name, content)


def last(root: Path, full_name: str) -> dict[str, bytes]:
    """The files of the previous version; none where there is none that is whole."""
    versions = root / NAME / PART / full_name
    for name in directory.folders(versions):
        version = versions / name
        files = directory.read(version, tuple(directory.names(version)))
        if directory.fingerprint(files) == name:
            return files
    return {}


def move(root: Path, full_name: str, new_name: str) -> None:
    """What was the previous version of the one is that of the other. Raises OSError."""
    versions = aside(root, PART)
    target = cleared(versions / new_name)
    if (versions / full_name).is_dir():
        (versions / full_name).rename(target)
