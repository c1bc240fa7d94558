"""The element directories of an app folder: find, read, check and save them. Nothing in here runs an app's code."""

import difflib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from element import directory, previous
from element.errors import ElementError
from element.files import Documents, FileProblem, decoded, encoded
from element.lineage import lineage
from element.types import DECLARATION, FAMILY, Form, Types, is_type
from element.words import Sentence
from schemas.validate import Schema

FILES = (DECLARATION, "sms.json")
RESERVED = frozenset({"Meta", "Aliyun"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)


@dataclass(frozen=True)
class ElementFiles:
    """What stands in an element directory.

    `documents` maps "e.json", "sms.json" (for other Types: the files that their schemas name) to their JSON
    objects, secrets included, for those files that hold one; `problems` says what is wrong. `schemas` are the
    documents' schemas, by file name.
    """

    documents: dict[str, dict[str, Any]] = field(repr=False)
    problems: list[FileProblem]
    schemas: Mapping[str, Schema] = field(repr=False)
    raw: directory.Raw = field(repr=False)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with every byte of the documents."""
        return directory.fingerprint(self.raw)


class Folder:
    """The app in the folder `root`, as far as its files go."""

    def __init__(self, root: str | PathLike[str] = ".") -> None:
        self.root = Path(root)

    def elements(self) -> list[str]:
        """The full names of the app's SMS elements, sorted; Types and Metas are left out."""
        return [full_name for full_name in self._full_names() if not self._is_type(full_name)]

    def types(self) -> list[str]:
        """The Types that elements of this app can be of: its own, inherited and official ones, sorted."""
        return self._types().names

    def schemas(self, type_name: str) -> Mapping[str, Schema]:
        """The schemas that an element of the Type is checked against, by file name; none for a Type without a form.

        Raises ElementError for a Type that cannot be used.
        """
        form = self._types().form({"type": type_name})
        if form.fault:
            raise form.fault
        return form.schemas

    def read(self, full_name: str) -> ElementFiles:
        """The element's documents and what is wrong with them, be it that a file cannot be read.

        Raises ElementError when the element is not there.
        """
        return _read(self._existing(full_name), full_name, self._types())

    def check(self, full_name: str) -> list[FileProblem]:
        """What is wrong with the element, errors before notes. Raises ElementError when it is not there."""
        return self.read(full_name).problems

    def check_each(self, full_names: Sequence[str] = ()) -> Iterator[tuple[str, ElementFiles]]:
        """Every element of the app, or those named, as `read` gives them, one at a time. Raises as `read` does."""
        types = self._types()
        for full_name in full_names:
            yield full_name, _read(self._existing(full_name), full_name, types)
        family = str(self._family)
        for full_name in () if full_names else self._full_names():
            place = f"{family}{os.sep}{full_name.partition('.')[2]}"
            files = _read(place, full_name, types)
            if not is_type(files.documents.get(DECLARATION, {}), place):
                yield full_name, files

    def document(self, full_name: str, file: str) -> dict[str, Any]:
        """One document of the element, secrets included. Raises ElementError when it is not there or not JSON."""
        documents, problems = decoded(directory.snapshot(self._existing(full_name), (file,)), (file,))
        if problems:
            raise ElementError("unreadable", {"element": full_name, "problem": problems[0]})
        return documents[file]

    def save(
        self, full_name: str, documents: Mapping[str, Mapping[str, Any]], *, fingerprint: str | None = None
    ) -> str:
        """Write all documents, all or nothing, and return the new fingerprint.

        `fingerprint` is the one that `read` gave, or None for an element that must not exist yet. A document
        equal to the one on disk leaves its file as it is, byte for byte. Raises ElementError; then nothing
        was written.
        """
        target = self._new_directory(full_name)
        directory.refuse_links(self._family)
        self._refuse_incomplete(documents)
        with self._writing(target):
            present = self._expected(full_name, fingerprint)
            files = _encoded(documents, present)
            if files != present:
                self._replace(full_name, present, files)
            saved = directory.fingerprint(self._present(full_name))
        self._hook("onCreate" if fingerprint is None else "onUpdate", full_name)()
        return saved

    def _hook(self, name: str, full_name: str) -> Callable[[], None]:
        """What tells the element's Type, once it has happened. Here nobody is told: that would be running its code."""
        return lambda: None

    @property
    def _family(self) -> Path:
        return self.root / FAMILY

    def _place(self, full_name: str) -> Path:
        return self._family / full_name.partition(".")[2]

    def _types(self) -> Types:
        return Types(lineage(self.root))

    @contextmanager
    def _writing(self, *places: Path) -> Iterator[None]:
        """Be the only one who writes, and into real folders. What the disk refuses comes out as an ElementError."""
        directory.refuse_links(self._family)
        try:
            self._family.mkdir(exist_ok=True)
            directory.recover(self._family)
            with directory.writer(self._family):
                directory.refuse_links(self._family, *places)
                yield
                return
        except (OSError, TimeoutError) as error:
            cause = getattr(error, "strerror", None) or type(error).__name__
        raise ElementError("not_writable", {"path": str(places[0]), "cause": cause})

    def _expected(self, full_name: str, fingerprint: str | None) -> directory.Raw:
        """The documents' bytes on the disk. Raises ElementError unless they have this fingerprint, or, for None, the
        element is not there."""
        if fingerprint is None and self._place(full_name).exists():
            raise ElementError("exists", {"element": full_name})
        present = self._present(full_name)
        if fingerprint is not None and directory.fingerprint(present) != fingerprint:
            raise ElementError("changed", {"element": full_name})
        return present

    def _present(self, full_name: str) -> directory.Raw:
        place = self._place(full_name)
        _, raw, _, _ = _content(place, self._types())
        directory.refuse_links(*(place / name for name in raw))
        return raw

    def _replace(self, full_name: str, present: directory.Raw, files: Mapping[str, bytes]) -> None:
        previous.keep(self.root, full_name, present)
        directory.replace(self._place(full_name), files)

    def _refuse_incomplete(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        mappings = all(isinstance(document, Mapping) for document in documents.values())
        files = self._types().form(documents.get(DECLARATION, {})).files if mappings else ()
        if set(documents) != set(files):
            raise _bad_documents(files or FILES)

    def _new_directory(self, full_name: str) -> Path:
        """The directory to write an element to. Raises ElementError for a name that no element may have."""
        family, _, name = full_name.partition(".")
        if family != FAMILY or not _NAME.fullmatch(name):
            raise ElementError("bad_name", {"name": name or full_name})
        if name in RESERVED:
            raise ElementError("taken_name", {"name": name})
        if not self.root.is_dir():
            raise ElementError("no_app", {"app": str(self.root)})
        return self._place(full_name)

    def _existing(self, full_name: str) -> Path:
        """The element's directory, put back first where a crash left it aside. Raises ElementError without one."""
        family, _, name = full_name.partition(".")
        if family == FAMILY and _NAME.fullmatch(name):
            self._put_back(full_name)
            if (place := self._place(full_name)).is_dir():
                return place
        raise self._not_found(full_name)

    def _put_back(self, full_name: str) -> None:
        """An element that is not there may be left aside, by a crash or for an instant by who is saving it."""
        if not self._place(full_name).is_dir():
            directory.recover(self._family)

    def _not_found(self, full_name: str) -> ElementError:
        names = difflib.get_close_matches(full_name, self._full_names(), n=3)
        near = Sentence("near", {"names": ", ".join(names)}) if names else ""
        missing = self._types().not_on_this_machine()
        facts = {"element": full_name, "app": str(self.root), "near": near, "missing": missing}
        return ElementError("not_found", facts)

    def _full_names(self) -> list[str]:
        """Every element directory of the family, whatever it holds, sorted."""
        if not self.root.is_dir():
            raise ElementError("no_app", {"app": str(self.root)})
        directory.recover(self._family)
        return sorted(f"{FAMILY}.{name}" for name in directory.folders(self._family) if _NAME.fullmatch(name))

    def _is_type(self, full_name: str) -> bool:
        place = self._place(full_name)
        documents, _ = decoded(directory.snapshot(place, (DECLARATION,)), (DECLARATION,))
        return is_type(documents.get(DECLARATION, {}), place)


def _read(place: Path | str, full_name: str, types: Types) -> ElementFiles:
    form, raw, documents, problems = _content(place, types)
    if form.fault:
        problems = [*problems, _about_the_type(full_name, form.fault)]
    return ElementFiles(documents, problems + form.checked(documents), form.schemas, raw)


def _content(place: Path | str, types: Types) -> tuple[Form, directory.Raw, Documents, list[FileProblem]]:
    """The element's form, its documents as bytes and as JSON objects, and which of its files do not hold one."""

    def look() -> tuple[Form, directory.Raw, Documents, list[FileProblem]]:
        raw = directory.files(place, (DECLARATION,))
        documents, problems = decoded(raw, (DECLARATION,))
        form = types.form(documents.get(DECLARATION, {}))
        others = form.files[1:]
        raw |= directory.files(place, others)
        more, more_problems = decoded(raw, others)
        return form, raw, documents | more, problems + more_problems

    return directory.settled(place, look) or look()


def _encoded(documents: Mapping[str, Mapping[str, Any]], present: directory.Raw) -> dict[str, bytes]:
    """The documents' bytes. Raises ElementError for what JSON cannot hold."""
    try:
        return {name: encoded(document, present.get(name)) for name, document in documents.items()}
    except (TypeError, ValueError, RecursionError):
        pass
    raise _bad_documents(documents)


def _bad_documents(files: Iterable[str]) -> ElementError:
    return ElementError("bad_documents", {"files": ", ".join(files), "limit": directory.MAX_BYTES >> 10})


def _about_the_type(full_name: str, fault: ElementError) -> FileProblem:
    """A fault of the Type, said about the element's `type`."""
    element = fault.facts.get("element") or full_name
    return FileProblem(DECLARATION, kind=fault.kind, facts={**fault.facts, "element": element, "parameter": "type"})
