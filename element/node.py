"""What a loader is given of an element: its names, its e.json, its files, the app, and where to send."""

import os
from typing import TYPE_CHECKING, Any

from element import directory
from element.endpoint import Endpoint
from element.errors import ElementError
from element.files import FileProblem, decoded
from element.settings import REFERENCE
from element.types import DECLARATION, Form, Found

if TYPE_CHECKING:
    from element.running import Running


class Node:
    """One element, as it was when its files were read. `define` is its e.json; the names are the platform's."""

    def __init__(self, found: Found, form: Form, app: "Running") -> None:
        self.fullName = found.full_name
        self.name = found.full_name.rpartition(".")[2]
        self.elementType = found.type_name
        self.define = found.define
        self.app = app
        self.appId = app.appId
        self.endpoint: Endpoint = app.endpoint
        self.recorder = app.recorder
        self._raw = _files(found, form)
        self._refuse_unreadable(form)

    def getFile(self, name: str, isBinary: bool = False) -> Any:
        """A file of the element as text, or as bytes. Raises ElementError when it has none of that name."""
        content = self._raw.get(name)
        if isinstance(content, OSError):
            problem = FileProblem(name, kind="file_unreadable", facts={"cause": content.strerror})
            raise ElementError("unreadable", {"element": self.fullName, "problem": problem})
        if content is None or len(content) > directory.MAX_BYTES:
            raise ElementError("no_file", {"element": self.fullName, "file": name, "limit": directory.MAX_BYTES >> 10})
        return content if isBinary else content.decode("utf-8-sig")

    @property
    def state(self) -> tuple[object, ...]:
        """Differs once a file, a variable that a file refers to, or the endpoint does."""
        values = {name: value.encode("utf-8", "surrogatepass") for name, value in self._variables().items()}
        return directory.fingerprint(self._raw), directory.fingerprint(values), self.endpoint

    @property
    def private(self) -> list[str]:
        """What must not be repeated from it: its JSON files and the values of the variables that they refer to."""
        documents = [content for name, content in self._readable() if name.endswith(".json")]
        texts = [content.decode("utf-8-sig", "replace").strip() for content in documents]
        return [*texts, *self._variables().values()]

    def _variables(self) -> dict[str, str]:
        text = b"\n".join(content for _, content in self._readable()).decode("utf-8", "replace")
        return {name: os.environ.get(name, "") for name in REFERENCE.findall(text)}

    def _readable(self) -> list[tuple[str, bytes]]:
        return [(name, content) for name, content in self._raw.items() if isinstance(content, bytes)]

    def _refuse_unreadable(self, form: Form) -> None:
        names = form.files if form.schemas else (DECLARATION,)
        _, problems = decoded(self._raw, names)
        if problems:
            raise ElementError("unreadable", {"element": self.fullName, "problem": problems[0]})


def _files(found: Found, form: Form) -> directory.Raw:
    """The element's documents and the other plain files beside them, all of one version."""

    def look() -> directory.Raw:
        return directory.everything(found.entry, form.files)

    return directory.settled(found.folder, look) or {}
