"""One element made executable: which code takes part, and running it by the platform's contract.

The contract: `Loader(nodes).load()` in the Type's loader.py returns the executable; `nodes[0]` is the element. An
Instance's lifecycle.py may have onLoad and onCalled; a Type's onException, onCreate, onUpdate and onDelete.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from element import directory
from element.errors import Bilingual, ElementError
from element.foreign import Code, Package, code_in, run
from element.node import Node
from element.types import LOADER, PACKAGE, Found, Types
from element.watched import Watched

LIFECYCLE = "lifecycle.py"
log = logging.getLogger("element.types")


@dataclass(frozen=True)
class Part:
    """The code of one element that takes part in loading another, or itself."""

    element: Found
    code: Code

    @property
    def loader(self) -> str:
        return LOADER if LOADER in self.code.sources else PACKAGE


@dataclass(frozen=True)
class Plan:
    """The code that loading an element runs: its Types' up to the one with the loader, and its own lifecycle.py."""

    element: Found
    types: tuple[Part, ...]
    own: Part | None

    @property
    def state(self) -> tuple[str, ...]:
        """Differs once any of the code does."""
        return tuple(part.code.digest for part in (*self.types, *filter(None, [self.own])))

    @property
    def foreign(self) -> str | None:
        """A digest of the code among it that is not official; None without any."""
        types = [part for part in self.types if not part.element.layer.official]
        lines = [f"{part.element.full_name} {part.code.digest}\n" for part in types]
        if self.own:
            lines.append(self.own.code.digest)
        return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else None


def plan(element: Found, types: Types) -> Plan:
    """Raises ElementError where the chain of Types is broken or none of them has a loader."""
    parts = tuple(Part(each, _code(each)) for each in types.loading(element))
    own = Part(element, _code(element))
    return Plan(element, parts, own if LIFECYCLE in own.code.sources else None)


def _code(found: Found) -> Code:
    if found.layer.official:
        return _official_code(found.entry)
    return directory.settled(found.folder, lambda: code_in(found.entry)) or Code(found.entry, {})


@lru_cache
def _official_code(folder: Path) -> Code:
    return code_in(folder)


class Loading:
    """Runs plans for one app, and keeps the packages that their code makes until it changes."""

    def __init__(self, app: object) -> None:
        self._app = app
        self._packages: dict[Path, Package] = {}

    def load(self, plan: Plan, node: Node) -> Any:
        """The executable. Raises ElementError for code that fails, and what the loader raises of ours."""
        try:
            executable = self._executable(plan, node)
        except Bilingual as error:
            self._tell_failed(plan, node, error)
            raise
        called, failed = self._own_hook(plan, node, "onCalled"), self._type_hook(plan, node, "onException")
        if loaded := self._own_hook(plan, node, "onLoad"):
            loaded()
        if called is None and failed is None:
            return executable
        return Watched(executable, called, lambda error: self._tell_failed(plan, node, error))

    def tell(self, plan: Plan, node: Node, name: str) -> None:
        """Run the Types' hook `name` (onCreate, onUpdate, onDelete), if there is one. Raises ElementError."""
        if told := self._type_hook(plan, node, name):
            told(node.fullName)

    def _executable(self, plan: Plan, node: Node) -> Any:
        part = plan.types[-1]
        module = self._module(part, part.loader, node)
        loader = getattr(module, "Loader", None)
        if loader is None:
            facts = {"type": part.element.full_name, "path": str(part.code.folder / part.loader)}
            raise ElementError("no_loader_class", facts)
        return run(lambda: _made(loader, node).load(), _facts(part, node), part.code, node)

    def _own_hook(self, plan: Plan, node: Node, name: str) -> Callable[..., object] | None:
        return self._hook(plan.own, node, name) if plan.own else None

    def _type_hook(self, plan: Plan, node: Node, name: str) -> Callable[..., object] | None:
        """The hook of the nearest Type that has it."""
        return next(filter(None, (self._hook(part, node, name) for part in plan.types)), None)

    def _hook(self, part: Part, node: Node, name: str) -> Callable[..., object] | None:
        if LIFECYCLE not in part.code.sources:
            return None
        found = getattr(self._module(part, LIFECYCLE, node), name, None)
        if not callable(found):
            return None
        facts = {**_facts(part, node), "hook": name}
        return lambda *arguments: run(lambda: found(*arguments), facts, part.code, node, kind="broken_hook")

    def _tell_failed(self, plan: Plan, node: Node, error: Exception) -> None:
        """onException hears of it; what goes wrong in there is logged, since the first error is the one to come out."""
        try:
            if told := self._type_hook(plan, node, "onException"):
                told(node.fullName, str(node.define.get("title", "")), error)
        except Bilingual as another:
            log.warning("%s", another)

    def _module(self, part: Part, file: str, node: Node) -> ModuleType:
        return run(lambda: self._package(part.code).module(file), _facts(part, node), part.code, node)

    def _package(self, code: Code) -> Package:
        present = self._packages.get(code.folder)
        if present is None or present.code.digest != code.digest:
            if present:
                present.close()
            self._packages[code.folder] = present = Package(code, self._app)
        return present


def _made(loader: type[Any], node: Node) -> Any:
    """A loader with its nodes, also where its class has no __init__ for them."""
    if loader.__init__ is not object.__init__:
        return loader([node])
    made = loader()
    made.nodes = [node]
    return made


def _facts(part: Part, node: Node) -> dict[str, object]:
    return {"element": node.fullName, "type": part.element.full_name}
