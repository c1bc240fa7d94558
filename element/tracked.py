"""Real keys in files that git tracks: whoever has the repository has the key, for good."""

import re
import subprocess
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from element import directory
from element.doctor import KEY_ID, is_placeholder
from element.errors import ElementError
from element.files import FileProblem
from element.folder import ElementFiles
from element.secrets import secrets
from element.types import FAMILY

# No watcher that the repository's own configuration names is started.
LIST = ("git", "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached", "--", ".")
SECONDS = 60
_KEY_ID = re.compile(rb"(?<!\w)" + KEY_ID.pattern.encode() + rb"(?!\w)")
_SECRET = re.compile(rb"(?<!\w)(?=\w*[0-9])(?=\w*[a-z])(?=\w*[A-Z])[A-Za-z0-9]{30}(?!\w)")


class Tracked:
    """The files of an app that git tracks; none where there is no git, or no repository."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keys_in(self, full_name: str, files: ElementFiles) -> Iterator[FileProblem]:
        """A problem for every secret that stands as it is in a document of the element that git tracks."""
        place = full_name.replace(".", "/")
        for name, document in files.documents.items():
            if f"{place}/{name}" in self._files:
                for parameter, text in secrets(document, files.schemas.get(name, {})):
                    if not is_placeholder(text) and text.strip():
                        yield FileProblem(name, kind="tracked_secret", facts={"parameter": parameter})

    def keys_elsewhere(self) -> Iterator[FileProblem]:
        """A problem for every other tracked file that holds both halves of a key."""
        for path in sorted(path for path in self._files if not _is_document(path)):
            content = self._content(path)
            found = _KEY_ID.search(content)
            if found and _SECRET.search(content):
                line = content.count(b"\n", 0, found.start()) + 1
                yield FileProblem(path, kind="tracked_key", facts={"line": line})

    def _content(self, path: str) -> bytes:
        """The beginning of a file; nothing of a link, and of what may not be read."""
        place = self._root / path
        try:
            return b"" if place.is_symlink() else directory.read(place.parent, (place.name,)).get(place.name, b"")
        except ElementError:
            return b""

    @cached_property
    def _files(self) -> frozenset[str]:
        try:
            listed = subprocess.run(LIST, cwd=self._root, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return frozenset()
        return frozenset(listed.stdout.decode("utf-8", "surrogateescape").split("\0")) - {""}


def _is_document(path: str) -> bool:
    """Whether it belongs to an element's JSON files, which are looked into with their schemas."""
    return path.startswith(f"{FAMILY}/") and path.endswith(".json") and path.count("/") == 2
