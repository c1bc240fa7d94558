"""An app folder and the element directories in it: find, read, check, save, and get an element to call."""

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from element import directory, types
from element.endpoint import Endpoint, endpoint
from element.errors import ElementError
from element.files import FileProblem, checked, decoded, encoded
from element.settings import variables
from element.words import Sentence

FAMILY = "SMS"
FILES = ("e.json", "sms.json")
RESERVED = frozenset({"Meta", "Aliyun"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)


@dataclass(frozen=True)
class ElementFiles:
    """What stands in an element directory.

    `documents` maps "e.json" and "sms.json" to their JSON objects, secrets included, for those files that hold
    one; `problems` says what is wrong; `fingerprint` changes with every byte of the two files.
    """

    documents: dict[str, dict[str, Any]] = field(repr=False)
    problems: list[FileProblem]
    fingerprint: str


class App:
    """The app in the folder `root`. `endpoint` is a URL; see element.endpoint for what holds without one."""

    def __init__(self, root: str | PathLike[str] = ".", *, endpoint: str | None = None) -> None:
        self.root = Path(root)
        self._endpoint = endpoint
        self._loaded: dict[str, tuple[object, Any]] = {}

    @property
    def endpoint(self) -> Endpoint:
        """Where this app's elements send to. Raises ElementError for an unusable address."""
        return endpoint(self._endpoint)

    def elements(self) -> list[str]:
        """The full names of the app's SMS elements, sorted; Types and Metas are left out."""
        return sorted(f"{FAMILY}.{folder.name}" for folder in self._folders() if not self._is_type(folder))

    def read(self, full_name: str) -> ElementFiles:
        """The element's documents and what is wrong with them. Raises ElementError when it is not there."""
        raw = self._raw(full_name)
        documents, problems = decoded(raw, FILES)
        return ElementFiles(documents, problems + checked(documents), directory.fingerprint(raw))

    def check(self, full_name: str) -> list[FileProblem]:
        """What is wrong with the element, errors before notes. Raises ElementError when it is not there."""
        return self.read(full_name).problems

    def document(self, full_name: str, file: str) -> dict[str, Any]:
        """One document of the element, secrets included. Raises ElementError when it is not there or not JSON."""
        return _Node(full_name, self._raw(full_name), self.endpoint).documents[file]

    def save(
        self, full_name: str, documents: Mapping[str, Mapping[str, Any]], *, fingerprint: str | None = None
    ) -> str:
        """Write both files, all or nothing, and return the new fingerprint.

        `fingerprint` is the one that `read` gave, or None for an element that must not exist yet. A document
        equal to the one on disk leaves its file as it is, byte for byte. Raises ElementError; then nothing
        was written.
        """
        target = self._new_directory(full_name)
        if set(documents) != set(FILES) or not all(isinstance(each, Mapping) for each in documents.values()):
            raise ElementError("bad_documents")
        cause = ""
        try:
            target.parent.mkdir(exist_ok=True)
            directory.recover(target.parent)
            with directory.writer(target.parent):
                return self._replace(full_name, target, documents, fingerprint)
        except (OSError, TimeoutError) as error:
            cause = getattr(error, "strerror", None) or type(error).__name__
        raise ElementError("not_writable", {"path": str(target), "cause": cause})

    def getElement(self, fullName: str) -> Any:
        """The executable element, as its Type's loader makes it: `getElement("SMS.Name").sendMessage(…)`.

        The same object comes back, with its open connections, until its files, the environment variables they
        name, or the endpoint change. Raises ElementError for what is not there or cannot be read, and
        MissingParameter (46001) for what sms.json lacks.
        """
        node = _Node(fullName, self._raw(fullName), self.endpoint)
        version, element = self._loaded.get(fullName, (None, None))
        if version != node.version:
            element = types.load(str(node.define.get("type")), node)
            self._loaded[fullName] = (node.version, element)
        return element

    def _replace(
        self,
        full_name: str,
        target: Path,
        documents: Mapping[str, Mapping[str, Any]],
        fingerprint: str | None,
    ) -> str:
        directory.refuse_links(target.parent, target, *(target / name for name in FILES))
        present = directory.read(target, FILES)
        if fingerprint is None and target.exists():
            raise ElementError("exists", {"element": full_name})
        if fingerprint is not None and directory.fingerprint(present) != fingerprint:
            raise ElementError("changed", {"element": full_name})
        files = {name: encoded(document, present.get(name)) for name, document in documents.items()}
        if files != present:
            directory.replace(target, files)
        return directory.fingerprint(files)

    def _new_directory(self, full_name: str) -> Path:
        """The directory to write an element to. Raises ElementError for a name that no element may have."""
        family, _, name = full_name.partition(".")
        if family != FAMILY or not _NAME.fullmatch(name):
            raise ElementError("bad_name", {"name": name or full_name})
        if name in RESERVED:
            raise ElementError("taken_name", {"name": name})
        if not self.root.is_dir():
            raise ElementError("no_app", {"app": str(self.root)})
        return self.root / FAMILY / name

    def _raw(self, full_name: str) -> dict[str, bytes]:
        for folder in self._folders():
            if f"{FAMILY}.{folder.name}" == full_name:
                return directory.read(folder, FILES)
        raise self._not_found(full_name)

    def _not_found(self, full_name: str) -> ElementError:
        names = difflib.get_close_matches(full_name, self.elements(), n=3)
        near = Sentence("near", {"names": ", ".join(names)}) if names else ""
        return ElementError("not_found", {"element": full_name, "app": str(self.root), "near": near})

    def _folders(self) -> Iterator[Path]:
        family = self.root / FAMILY
        if not self.root.is_dir():
            raise ElementError("no_app", {"app": str(self.root)})
        if family.is_dir():
            directory.recover(family)
            yield from (each for each in family.iterdir() if _NAME.fullmatch(each.name) and each.is_dir())

    def _is_type(self, folder: Path) -> bool:
        documents, _ = decoded(directory.read(folder, ("e.json",)), ("e.json",))
        return types.is_type(documents.get("e.json", {}).get("type"))


class _Node:
    """What a loader is given: the element's name, its e.json, its files, and where to send."""

    def __init__(self, full_name: str, raw: dict[str, bytes], endpoint: Endpoint) -> None:
        self.fullName = full_name
        self.endpoint = endpoint
        self._raw = raw
        documents, problems = decoded(raw, FILES)
        if problems:
            raise ElementError("unreadable", {"element": full_name, "problem": problems[0]})
        self.documents = documents
        self.define = documents["e.json"]
        references = variables(documents["sms.json"])
        self.version = (directory.fingerprint(raw), endpoint, [os.environ.get(name) for name in references])

    def getFile(self, name: str) -> str:
        return self._raw[name].decode("utf-8-sig")
