"""Elements that leave the app and come into it: export as a zip file, import of one or of a folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from element import directory, previous
from element.archive import packed, unpacked
from element.errors import ElementError
from element.files import UNREADABLE, FileProblem, decoded, encoded
from element.folder import ElementFiles, Folder
from element.secrets import secrets, without_secrets
from element.types import DECLARATION, FAMILY

# Beside its documents, what an element is made of. Anything else may hold what nobody meant to give away.
SHARED = (".py", ".md")
# A shorter text stands in many a file without being the secret.
TELLING = 6


@dataclass(frozen=True)
class Incoming:
    """An element about to be imported. `full_name` is what it calls itself; `problems` do not keep it out."""

    full_name: str
    problems: list[FileProblem]
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def runs_code(self) -> bool:
        """Whether it brings Python, which runs once the element is called."""
        return any(name.endswith(".py") for name in self.files)


class Exchange(Folder):
    """Export and import of one element at a time."""

    def export(self, full_name: str, *, with_secrets: bool = False) -> bytes:
        """A zip file of the element: its documents, its Python and its Markdown; with secrets, every file of it.

        Without secrets, the properties that a schema calls writeOnly are left out, unless they only refer to the
        environment. Raises ElementError, also for unreadable documents and for a secret in another file.
        """
        place, files = self._existing(full_name), self.read(full_name)
        for problem in files.problems:
            if problem.kind in UNREADABLE:
                raise ElementError("unreadable", {"element": full_name, "problem": problem})
        names = directory.names(place) if with_secrets else [*files.documents, *directory.names(place, SHARED)]
        raw = directory.read(place, names) | _readable(files.raw)
        content = raw if with_secrets else _stripped(full_name, files, raw)
        return packed(full_name.replace(".", "/"), content)

    def incoming(self, source: Path | bytes) -> Incoming:
        """What an import of the folder or zip file would bring. Writes nothing. Raises ElementError for what is unsafe,
        and for files that hold no JSON object."""
        found = unpacked(source)
        form_of, _ = decoded(found.files, (DECLARATION,))
        form = self._types().form(form_of.get(DECLARATION, {}))
        names = tuple(name for name in form.files if name in found.files or name == DECLARATION)
        documents, faults = decoded(found.files, names)
        if faults:
            raise ElementError("import_unreadable", {"problem": faults[0]})
        missing = [FileProblem(name, kind="file_missing") for name in form.files if name not in found.files]
        return Incoming(f"{FAMILY}.{found.name}", missing + form.checked(documents), found.files)

    def import_(self, source: Path | bytes | Incoming, full_name: str | None = None) -> str:
        """Put the element of a folder or zip file into the app, if need be under another name. Returns its full name.

        All or nothing. Raises ElementError, also when the app has an element of that name.
        """
        found = source if isinstance(source, Incoming) else self.incoming(source)
        name = full_name or found.full_name
        target = self._new_directory(name)
        with self._writing(target):
            self._expected(name, None)
            previous.keep(self.root, name, {})
            directory.replace(target, found.files)
        self._hook("onCreate", name)()
        return name


def _readable(raw: directory.Raw) -> dict[str, bytes]:
    return {name: content for name, content in raw.items() if isinstance(content, bytes)}


def _stripped(full_name: str, files: ElementFiles, raw: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with the secrets taken out of the documents. Raises ElementError for one that another file repeats."""
    stripped, hidden = dict(raw), []
    for name, document in files.documents.items():
        schema = files.schemas.get(name, {})
        hidden += [secret.encode() for _, secret in secrets(document, schema) if len(secret) >= TELLING]
        stripped[name] = encoded(without_secrets(document, schema), raw[name])
    for name, content in stripped.items():
        if any(secret in content for secret in hidden):
            raise ElementError("secret_elsewhere", {"element": full_name, "file": name})
    return stripped
