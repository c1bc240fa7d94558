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
from element.errors import Bilingual, ElementError
from element.files import FileProblem, checked, decoded, encoded
from element.recording import Recorder
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
    """The app in the folder `root`. `endpoint` is a URL; see element.endpoint for what holds without one.

    Every send leaves a row in the ledger in `root`/appData, unless `record` is False.
    """

    def __init__(self, root: str | PathLike[str] = ".", *, endpoint: str | None = None, record: bool = True) -> None:
        self.root = Path(root)
        self._recorder = Recorder(root) if record else None
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
        directory.refuse_links(target.parent)
        if set(documents) != set(FILES) or not all(isinstance(each, Mapping) for each in documents.values()):
            raise _bad_documents()
        cause = ""
        try:
            target.parent.mkdir(exist_ok=True)
            directory.recover(target.parent)
            with directory.writer(target.parent):
                return self._replace(full_name, target, documents, fingerprint)
        except (OSError, TimeoutError) as error:
            cause = getattr(error, "strerror", None) or type(error).__name__
        except (TypeError, ValueError, RecursionError):
            pass
        raise ElementError("not_writable", {"path": str(target), "cause": cause}) if cause else _bad_documents()

    def getElement(self, fullName: str) -> Any:
        """The executable element, as its Type's loader makes it: `getElement("SMS.Name").sendMessage(…)`.

        The same object comes back, with its open connections, until its files, the environment variables they
        name, or the endpoint change. Raises ElementError for what is not there or cannot be read, and
        MissingParameter (46001) for what sms.json lacks.
        """
        found = self._element(fullName)
        if isinstance(found, Bilingual):
            raise found.with_traceback(None)
        return found

    def close(self) -> None:
        """Close idle connections and the ledger. The app stays usable."""
        for _, element in self._loaded.values():
            getattr(element, "close", bool)()
        if self._recorder:
            self._recorder.close()

    def _element(self, full_name: str) -> Any:
        """The element, or the error: returned, so that it is raised without the frames that hold the secret."""
        try:
            node = _Node(full_name, self._raw(full_name), self.endpoint, self._recorder)
            version, element = self._loaded.get(full_name, (None, None))
            if version != node.version:
                element = types.load(str(node.define.get("type")), node)
                self._loaded[full_name] = (node.version, element)
            return element
        except Bilingual as error:
            return error

    def _replace(
        self,
        full_name: str,
        target: Path,
        documents: Mapping[str, Mapping[str, Any]],
        fingerprint: str | None,
    ) -> str:
        directory.refuse_links(target.parent, target, *(target / name for name in FILES))
        present = directory.snapshot(target, FILES) or {}
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

    def _raw(self, full_name: str) -> directory.Raw:
        family, _, name = full_name.partition(".")
        if family == FAMILY and _NAME.fullmatch(name):
            self._recover()
            raw = directory.snapshot(self.root / FAMILY / name, FILES)
            if raw is not None:
                return raw
        raise self._not_found(full_name)

    def _recover(self) -> None:
        if not self.root.is_dir():
            raise ElementError("no_app", {"app": str(self.root)})
        if (self.root / FAMILY).is_dir():
            directory.recover(self.root / FAMILY)

    def _not_found(self, full_name: str) -> ElementError:
        names = difflib.get_close_matches(full_name, self.elements(), n=3)
        near = Sentence("near", {"names": ", ".join(names)}) if names else ""
        return ElementError("not_found", {"element": full_name, "app": str(self.root), "near": near})

    def _folders(self) -> Iterator[Path]:
        self._recover()
        family = self.root / FAMILY
        if family.is_dir():
            yield from (each for each in family.iterdir() if _NAME.fullmatch(each.name) and each.is_dir())

    def _is_type(self, folder: Path) -> bool:
        documents, _ = decoded(directory.snapshot(folder, ("e.json",)) or {}, ("e.json",))
        return types.is_type(documents.get("e.json", {}).get("type"))


def _bad_documents() -> ElementError:
    return ElementError("bad_documents", {"limit": directory.MAX_BYTES >> 10})


class _Node:
    """What a loader is given: the element's name, its e.json, its files, and where to send."""

    def __init__(
        self, full_name: str, raw: directory.Raw, endpoint: Endpoint, recorder: Recorder | None = None
    ) -> None:
        self.fullName = full_name
        self.recorder = recorder
        self.endpoint = endpoint
        self._raw = raw
        documents, problems = decoded(raw, FILES)
        if problems:
            raise ElementError("unreadable", {"element": full_name, "problem": problems[0]})
        self.documents = documents
        self.define = documents["e.json"]
        values = {name: os.environ.get(name, "").encode() for name in variables(documents["sms.json"])}
        self.version = (directory.fingerprint(raw), directory.fingerprint(values), endpoint)

    def getFile(self, name: str) -> str:
        content = self._raw[name]
        assert isinstance(content, bytes)
        return content.decode("utf-8-sig")
