"""What `type` means in an app: the chain Instance → Type → … → Meta, through the apps of its lineage.

Nothing in here runs an app's code; element.foreign does.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from element import directory
from element.errors import ElementError
from element.files import TYPE, Documents, FileProblem, checked, decoded
from element.glance import Glance, glance
from element.lineage import Layer, Lineage
from element.words import Sentence
from schemas.validate import ENDING, Schema, schemas_in, schemas_of

FAMILY = "SMS"
META = f"{FAMILY}.Meta"
DECLARATION = "e.json"
FULL_NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", re.ASCII)
LOADER, PACKAGE = "loader.py", "__init__.py"


@dataclass(frozen=True)
class Found:
    """An element directory, its e.json, and the app it stands in."""

    full_name: str
    folder: Path
    define: Mapping[str, Any]
    layer: Layer

    @property
    def type_name(self) -> str:
        return str(self.define.get("type") or "")

    @property
    def entry(self) -> Path:
        """Where its backend part is: the directory, or the one folder of it that backendBundleEntry names."""
        name = str(self.define.get("backendBundleEntry") or "").removeprefix("./")
        return self.folder / name if name.isidentifier() else self.folder

    @cached_property
    def loader_file(self) -> str | None:
        """The file that has its Loader: loader.py, or an __init__.py that speaks of one."""
        return directory.settled(self.folder, lambda: _loader_file(self.entry))


@dataclass(frozen=True)
class Form:
    """What elements of a Type consist of: `schemas` by file name, none for a Type that brings none.

    `fault` says what is wrong with the Type itself.
    """

    schemas: Mapping[str, Schema]
    fault: ElementError | None = None

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The documents, e.json first. Files that no schema speaks of are the Type's own affair."""
        return (DECLARATION, *(name for name in self.schemas if name != DECLARATION))

    def checked(self, documents: Documents) -> list[FileProblem]:
        """What is wrong with an element's documents, errors before notes."""
        return checked(documents, self.schemas, lambda name, document: self._glances[name](document))

    @cached_property
    def _glances(self) -> Mapping[str, Glance]:
        return {name: glance(schema) for name, schema in self.schemas.items()}


@dataclass
class Types:
    """The elements of a lineage. Remembers what it read: make a new one for a new look at the disk."""

    lineage: Lineage
    _forms: dict[str, Form] = field(default_factory=dict)
    _found: dict[str, list[Found]] = field(default_factory=dict)

    @property
    def own(self) -> Layer:
        return self.lineage.layers[0]

    def find(self, full_name: str, asking: Layer | None = None) -> Found | None:
        """The element as `asking` (else the app itself) sees it: its own, else the nearest app's that is inherited.

        Raises ElementError for one that replaces a protected element.
        """
        seen = [found for found in self._everywhere(full_name) if _visible(found, asking or self.own)]
        for other in seen[1:]:
            if other.define.get("accessModifier") == "protected":
                raise ElementError("protected", {"element": full_name, "app": other.layer, "own": seen[0].layer})
        return seen[0] if seen else None

    def readable(self, full_name: str) -> Found | None:
        """`find`, for a list in which one that cannot be read is left out."""
        try:
            return self.find(full_name)
        except ElementError:
            return None

    def types_of(self, element: Found) -> list[Found]:
        """Its Type, that one's Type …, and the Meta last. Raises ElementError when the chain does not end in one."""
        chain = [element]
        while chain[-1].type_name or chain[-1] is element:
            above = self._type_of(chain[-1])
            if above.folder in (each.folder for each in chain):
                names = " → ".join(each.full_name for each in (*chain, above))
                raise ElementError("type_circle", {"element": element.full_name, "types": names})
            chain.append(above)
        return chain[1:]

    def loading(self, element: Found) -> list[Found]:
        """The Types that take part in loading it, nearest first: up to the first that has a loader.

        Raises ElementError where none has.
        """
        types = self.types_of(element)[:-1]
        for place, each in enumerate(types, 1):
            if each.loader_file:
                return types[:place]
        nearest = types[0] if types else element
        raise ElementError("no_loader", {"type": nearest.full_name, "path": str(nearest.entry / LOADER)})

    def form(self, declaration: Mapping[str, Any]) -> Form:
        """The form of an element of the app itself that has `declaration` as its e.json; never raises.

        A type that is not known gets the official form, whose check says so.
        """
        element = Found("", self.own.root, declaration, self.own)
        if element.type_name not in self._forms:
            self._forms[element.type_name] = self._form(element)
        return self._forms[element.type_name]

    @cached_property
    def names(self) -> list[str]:
        """The Types of the SMS family that the app sees, sorted; one that cannot be read is left out."""
        seen = {f"{FAMILY}.{name}" for layer in self.lineage.layers for name in directory.folders(layer.root / FAMILY)}
        found = filter(None, map(self.readable, seen))
        return sorted(each.full_name for each in found if each.type_name and is_type(each.define, each.folder))

    def not_on_this_machine(self) -> Sentence | str:
        """The end of a sentence about something that was not found: which extended apps could not be searched."""
        apps = ", ".join(map(str, self.lineage.missing))
        return Sentence("apps_missing", {"apps": apps}) if apps else ""

    def _type_of(self, element: Found) -> Found:
        found = self.find(element.type_name, element.layer) if element.type_name else None
        if found:
            return found
        facts = {"element": element.full_name, "type": element.type_name or '""'}
        for hidden in self._everywhere(element.type_name):
            raise ElementError("private", {**facts, "app": hidden.layer})
        known = ", ".join(self.names)
        raise ElementError("unknown_type", {**facts, "known": known, "missing": self.not_on_this_machine()})

    def _form(self, element: Found) -> Form:
        try:
            return Form(_schemas(self.types_of(element)[:-1]))
        except ElementError as error:
            if error.kind == "unknown_type" and not error.facts["element"]:
                return Form(_by_file(schemas_of(TYPE)))
            return Form({}, error)

    def _everywhere(self, full_name: str) -> list[Found]:
        """Every app's element of this name, nearest first."""
        if full_name not in self._found:
            self._found[full_name] = list(self._looked_up(full_name))
        return self._found[full_name]

    def _looked_up(self, full_name: str) -> Iterator[Found]:
        for layer in self.lineage.layers if FULL_NAME.fullmatch(full_name) else ():
            folder = layer.root.joinpath(*full_name.split("."))
            content = _declaration(folder) if layer.official else directory.snapshot(folder, (DECLARATION,))
            if content:
                yield Found(full_name, folder, _declared(full_name, content), layer)


def is_type(declaration: Mapping[str, Any], folder: Path | str) -> bool:
    """Whether an element is a Meta or a Type and no instance: by its `type`, a loader, or schemas of its own."""
    if declaration.get("type") in ("", META):
        return True
    files = directory.settled(folder, lambda: directory.entries(folder)) or frozenset()
    formed = any(name.endswith(ENDING) for name in files)
    package = directory.snapshot(folder, (PACKAGE,)) if PACKAGE in files else {}
    return LOADER in files or formed or _speaks_of_a_loader(package)


def _visible(found: Found, asking: Layer) -> bool:
    return found.layer.root == asking.root or found.define.get("accessModifier") != "private"


def _loader_file(entry: Path) -> str | None:
    if (entry / LOADER).is_file():
        return LOADER
    return PACKAGE if _speaks_of_a_loader(directory.read(entry, (PACKAGE,))) else None


def _speaks_of_a_loader(files: directory.Raw) -> bool:
    content = files.get(PACKAGE)
    return isinstance(content, bytes) and b"Loader" in content


@lru_cache
def _declaration(folder: Path) -> directory.Raw:
    """What an official element declares, which does not change while the program runs."""
    return directory.read(folder, (DECLARATION,))


def _declared(full_name: str, content: directory.Raw) -> Mapping[str, Any]:
    documents, faults = decoded(content, (DECLARATION,))
    if faults:
        raise ElementError("unreadable", {"element": full_name, "problem": faults[0]})
    return documents[DECLARATION]


def _schemas(types: list[Found]) -> Mapping[str, Schema]:
    """The schemas of the nearest Type, completed from the Types that it is made of; e.json names the nearest.

    Types that say nothing of e.json have the official one.
    """
    found: dict[str, Schema] = {}
    for each in reversed(types):
        found |= {**schemas_of(each.full_name), **_own_schemas(each)}
    if found:
        found["e"] = _declaring(types[0].full_name, found.get("e") or schemas_of(TYPE)["e"])
    return _by_file(found)


def _own_schemas(found: Found) -> Mapping[str, Schema]:
    """The schemas in an app's Type directory. Raises ElementError naming the one that is none."""
    wrong = ""
    try:
        return schemas_in(found.folder)
    except (OSError, ValueError) as error:
        wrong = str(error)
    raise ElementError("bad_schema", {"type": found.full_name, "wrong": wrong})


def _declaring(type_name: str, schema: Schema) -> Schema:
    """The schema of an e.json whose `type` is `type_name`, whatever Type the schema was made for."""
    properties = schema.get("properties", {})
    own = {"type": {**properties.get("type", {}), "const": type_name}}
    return {**schema, "properties": {**properties, **own}}


def _by_file(schemas: Mapping[str, Schema]) -> Mapping[str, Schema]:
    """The schemas of files, by file name: those of methods are titled with nothing but the method's name."""
    files = {f"{stem}.json": schema for stem, schema in schemas.items() if schema.get("title") != stem}
    return MappingProxyType(dict(sorted(files.items(), key=lambda file: file[0] != DECLARATION)))
