"""An app's own Python, run: read once into memory, known by its digest, imported under a name nobody else has.

What runs is what was read and hashed. Modules come from memory, so nothing is written into the app and a file that
changes meanwhile changes nothing; code that fails leaves no half-imported module behind.
"""

import hashlib
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import decode_source, spec_from_loader
from itertools import count
from pathlib import Path
from types import CodeType, ModuleType
from typing import TypeVar

from element import directory
from element.errors import Bilingual, ElementError
from element.node import Node
from element.redact import redact
from element.types import PACKAGE

Result = TypeVar("Result")

PLATFORM = Path(__file__).with_name("platform")
MAX_FILES = 200
_numbers = count(1)


@dataclass(frozen=True)
class Code:
    """The Python files under `folder`: `sources` maps "loader.py", "parts/client.py" … to their bytes."""

    folder: Path
    sources: Mapping[str, bytes] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        digest = hashlib.sha256()
        for path, source in sorted(self.sources.items()):
            digest.update(f"{path}\0{len(source)}\0".encode() + source)
        return digest.hexdigest()


def code_in(folder: Path) -> Code:
    """Every Python file under `folder`, hidden ones aside. Raises ElementError when that is too much to be a Type."""
    sources: dict[str, bytes] = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        names = tuple(name for name in files if name.endswith(".py") and not name.startswith("."))
        found = directory.read(Path(parent), names)
        sources |= {Path(parent, name).relative_to(folder).as_posix(): source for name, source in found.items()}
        if len(sources) > MAX_FILES or any(len(source) > directory.MAX_BYTES for source in found.values()):
            limits = {"files": MAX_FILES, "limit": directory.MAX_BYTES >> 10}
            raise ElementError("too_much_code", {"path": parent, **limits})
    return Code(folder, sources)


class Package:
    """Code opened for one app: its modules see that app as `app`, as they do on the platform."""

    def __init__(self, code: Code, app: object) -> None:
        self.name = f"element_type_{next(_numbers)}"
        self.code = code
        self.app = app
        _memory.packages[self.name] = self
        if str(PLATFORM) not in sys.path:
            sys.path.append(str(PLATFORM))

    def module(self, file: str) -> ModuleType:
        """The module that `file` ("loader.py", "__init__.py") makes; whatever its code raises comes out."""
        name = self.name if file == PACKAGE else f"{self.name}.{file.removesuffix('.py')}"
        try:
            return importlib.import_module(name)
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Take its modules out of Python's memory."""
        for name in [name for name in sys.modules if name.partition(".")[0] == self.name]:
            del sys.modules[name]

    def close(self) -> None:
        """Forget it for good: nothing more can be imported from it."""
        self.forget()
        _memory.packages.pop(self.name, None)


class _Memory(MetaPathFinder, InspectLoader):
    """Finds the modules of open packages, and no others."""

    def __init__(self) -> None:
        self.packages: dict[str, Package] = {}

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        file = self._file(fullname)
        if file is None:
            return None
        spec = spec_from_loader(fullname, self, origin=str(self._package(fullname).code.folder / file))
        if spec:
            spec.has_location = True
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = ModuleType(spec.name)
        module.__dict__["app"] = self._package(spec.name).app
        return module

    def is_package(self, fullname: str) -> bool:
        return str(self._file(fullname)).endswith(PACKAGE)

    def get_source(self, fullname: str) -> str:
        return decode_source(self._package(fullname).code.sources.get(str(self._file(fullname)), b""))

    def get_code(self, fullname: str) -> CodeType:
        path = self._package(fullname).code.folder / str(self._file(fullname))
        return self.source_to_code(self.get_source(fullname), str(path))

    def _package(self, module: str) -> Package:
        return self.packages[module.partition(".")[0]]

    def _file(self, module: str) -> str | None:
        """The file that makes a module. A folder without an __init__.py is a package all the same."""
        name, _, rest = module.partition(".")
        if name not in self.packages:
            return None
        sources, path = self.packages[name].code.sources, rest.replace(".", "/")
        if rest and f"{path}.py" in sources:
            return f"{path}.py"
        inside = f"{path}/" if rest else ""
        return f"{inside}{PACKAGE}" if not rest or any(file.startswith(inside) for file in sources) else None


_memory = _Memory()
sys.meta_path.append(_memory)


def run(
    call: Callable[[], Result], facts: Mapping[str, object], code: Code, node: Node, kind: str = "broken_type"
) -> Result:
    """What `call` gives. Whatever the app's code raises in it becomes an ElementError naming file and line.

    Errors of ours pass through. The new one has neither the other's frames nor a value of the element.
    """
    try:
        return call()
    except Bilingual:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001  an app's own code may raise anything
        path, line = _where(error, code.folder)
        cause = redact(f"{type(error).__name__}: {error}", node.private)
        failure = ElementError(kind, {"path": path, "line": line, "cause": cause, **facts})
    raise failure


def _where(error: BaseException, folder: Path) -> tuple[str, int]:
    """The innermost place in the app's code that the error comes from."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename.startswith(f"{folder}{os.sep}")]
    return (inside[-1].filename, inside[-1].lineno or 1) if inside else (str(folder), 1)
