"""Elements to call, by the platform's names. `getElement` runs the code of an app's own Types; nothing else does."""

import os
from collections.abc import Callable
from threading import RLock
from typing import Any

from element import directory, selector
from element.endpoint import Endpoint, endpoint
from element.errors import Bilingual, ElementError
from element.folder import Folder
from element.loading import Loading, Plan, plan
from element.manifest import Manifest, manifest
from element.node import Node
from element.recording import Recorder
from element.types import FAMILY, Found, Types, is_type
from element.watched import Watched


class Running(Folder):
    """`trusted` holds digests that `foreign_code` gave: saving, renaming and deleting elements of these Types runs
    their hooks onCreate, onUpdate and onDelete. Nothing is trusted to begin with."""

    def __init__(self, root: str | os.PathLike[str] = ".", *, endpoint: str | None = None, record: bool = True) -> None:
        super().__init__(root)
        self.recorder = Recorder(root) if record else None
        self.trusted: set[str] = set()
        self._endpoint = endpoint
        self._loaded: dict[str, tuple[object, Any]] = {}
        self._loading = Loading(self)
        self._one_at_a_time = RLock()

    @property
    def endpoint(self) -> Endpoint:
        """Where this app's elements send to. Raises ElementError for an unusable address."""
        return endpoint(self._endpoint)

    @property
    def appId(self) -> str:
        """What app.json calls the app; "" without one."""
        return self._manifest.app_id

    @property
    def version(self) -> str:
        return self._manifest.version

    @property
    def title(self) -> str:
        return self._manifest.title

    @property
    def envVars(self) -> dict[str, str]:
        """The environment variables, for what stands as {{NAME}} in an element's files."""
        return dict(os.environ)

    @property
    def SMS(self) -> "Family":
        """`app.SMS.Name` is `app.getElement("SMS.Name")`."""
        return Family(self, FAMILY)

    def getElement(self, fullName: str) -> Any:
        """The executable element, as its Type's loader makes it: `getElement("SMS.Name").sendMessage(…)`.

        The same object comes back, with its open connections, until its files, the environment variables they
        name, its Types' code or the endpoint change. Raises ElementError for what is not there, cannot be read or
        fails in a Type's code, and MissingParameter (46001) for what sms.json lacks.
        """
        with self._one_at_a_time:
            found = self._element(fullName)
        if isinstance(found, Bilingual):
            raise found.with_traceback(None)
        return found

    def close(self) -> None:
        """Close idle connections and the ledger. The app stays usable."""
        for _, element in self._loaded.values():
            executable = element.__wrapped__ if isinstance(element, Watched) else element
            getattr(executable, "close", bool)()
        if self.recorder:
            self.recorder.close()

    def foreign_code(self, full_name: str) -> str | None:
        """A digest of the code that `getElement` would run and that is not official; None when all of it is.

        Ask before running it, and remember the answer by this digest. Runs nothing. Raises ElementError.
        """
        types = self._types()
        return plan(self._callable(full_name, types), types).foreign

    def getElementDefine(self, fullName: str) -> "Define":
        """The element's e.json and its `fullName`, Types included. Raises ElementError when it is not there."""
        found = self._types().find(fullName)
        if found is None:
            raise self._not_found(fullName)
        return Define(self, {**found.define, "fullName": fullName})

    def getAllElementsDefine(self) -> dict[str, "Define"]:
        """Every element of the SMS family by full name: the app's own, the inherited and the official ones."""
        types = self._types()
        layers = types.lineage.layers
        names = sorted({f"{FAMILY}.{name}" for layer in layers for name in directory.folders(layer.root / FAMILY)})
        found = {name: each for name in names if (each := types.readable(name))}
        return {name: Define(self, {**each.define, "fullName": name}) for name, each in found.items()}

    def findElementsDefine(self, selector_text: str) -> list["Define"]:
        """The e.json of every element that a selector chooses; see element.selector. Raises ElementError."""
        defines = self.getAllElementsDefine()
        return [defines[name] for name in selector.selected(selector_text, defines)]

    def findElements(self, selector_text: str) -> list[Any]:
        """The executables of the elements that a selector chooses; Types are left out. Raises as getElement does."""
        types = self._types()
        names = [define["fullName"] for define in self.findElementsDefine(selector_text)]
        instances = (name for name in names if (found := types.find(name)) and not _is_type(found))
        return [self.getElement(name) for name in instances]

    @property
    def _manifest(self) -> Manifest:
        return manifest(self.root)

    def _element(self, full_name: str) -> Any:
        """The element, or the error: returned, so that it is raised without the frames that hold the secret."""
        try:
            types = self._types()
            found = self._callable(full_name, types)
            chosen, node = plan(found, types), Node(found, types.form(found.define), self)
            state = (chosen.state, node.state)
            loaded, element = self._loaded.get(full_name, (None, None))
            if loaded != state:
                element = self._loading.load(chosen, node)
                self._loaded[full_name] = (state, element)
        except Bilingual as error:
            return error
        return element

    def _callable(self, full_name: str, types: Types) -> Found:
        self._put_back(full_name)
        found = types.find(full_name)
        if found is None:
            for problem in self.check(full_name):
                raise ElementError("unreadable", {"element": full_name, "problem": problem})
            raise self._not_found(full_name)
        if _is_type(found):
            raise ElementError("not_an_instance", {"element": full_name})
        return found

    def _hook(self, name: str, full_name: str) -> Callable[[], None]:
        """What runs the Types' hook, where their code is trusted; an element without a usable Type has none to run."""
        found = self._trusted(full_name) if self.trusted else None
        if found is None:
            return super()._hook(name, full_name)
        return lambda: self._loading.tell(*found, name)

    def _trusted(self, full_name: str) -> tuple[Plan, Node] | None:
        try:
            types = self._types()
            found = self._callable(full_name, types)
            chosen, node = plan(found, types), Node(found, types.form(found.define), self)
        except ElementError:
            return None
        return (chosen, node) if chosen.foreign in self.trusted else None


class Family:
    """The elements of a family as attributes."""

    def __init__(self, app: Running, name: str) -> None:
        self._app = app
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._app.getElement(f"{self._name}.{name}")


class Define(dict[str, Any]):
    """What an element declares. As on the platform, `define["title"]` loads nothing and `define.title` the element."""

    def __init__(self, app: Running, declared: dict[str, Any]) -> None:
        super().__init__(declared)
        self._app = app

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._app.getElement(self["fullName"]), name)


def _is_type(found: Found) -> bool:
    return is_type(found.define, found.entry)
