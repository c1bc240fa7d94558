"""What is done to a whole element: rename, duplicate, delete and restore, and undo of the last save.

Each holds to what save promises: all or nothing, never through a link, never outside the app's folder, never over
a change made meanwhile.
"""

import shutil

from element import directory, previous, trash
from element.errors import ElementError
from element.folder import Folder
from element.trash import Deleted

NOT_COPIED = shutil.ignore_patterns("__pycache__", ".*")


class Moves(Folder):
    """`fingerprint` is always the one that `read` gave, so that nothing happens to what nobody has seen."""

    def rename(self, full_name: str, new_name: str, *, fingerprint: str) -> None:
        """Give the element another full name. Who uses it has to be told: see `used_by`. Raises ElementError."""
        source, target = self._existing(full_name), self._new_directory(new_name)
        with self._writing(source, target):
            self._expected(full_name, fingerprint)
            self._refuse_taken(new_name)
            previous.move(self.root, full_name, new_name)
            directory.move(source, target)
        self._hook("onUpdate", new_name)()

    def duplicate(self, full_name: str, new_name: str, *, fingerprint: str) -> None:
        """Make a second element with the same files, secrets included. Raises ElementError."""
        source, target = self._existing(full_name), self._new_directory(new_name)
        with self._writing(source, target):
            self._expected(full_name, fingerprint)
            self._refuse_taken(new_name)
            previous.keep(self.root, new_name, {})
            with directory.staging(target) as staged:
                shutil.copytree(source, staged, symlinks=True, ignore=NOT_COPIED)
                directory.refuse_links(*staged.rglob("*"))
                directory.move(staged, target)
        self._hook("onCreate", new_name)()

    def delete(self, full_name: str, *, fingerprint: str) -> Deleted:
        """Move the element into the trash; `restore` takes what this returns. Raises ElementError."""
        source = self._existing(full_name)
        tell = self._hook("onDelete", full_name)
        with self._writing(source):
            self._expected(full_name, fingerprint)
            found = trash.throw(self.root, source, full_name)
        tell()
        return found

    def deleted(self) -> list[Deleted]:
        """What is in the trash, the last deleted first."""
        return trash.deleted(self.root)

    def restore(self, found: Deleted, full_name: str | None = None) -> str:
        """Take an element out of the trash, if need be under another name. Returns its full name.

        Raises ElementError, also when it is not in the trash any more.
        """
        name = full_name or found.full_name
        target = self._new_directory(name)
        with self._writing(target):
            self._refuse_taken(name)
            if found not in self.deleted():
                raise ElementError("not_in_trash", {"element": found.full_name})
            previous.keep(self.root, name, {})  # what was saved here last was another element's
            directory.move(trash.place(self.root, found), target)
        self._hook("onCreate", name)()
        return name

    def empty_trash(self) -> None:
        """Remove for good what is in the trash."""
        for found in self.deleted():
            with self._writing(place := trash.place(self.root, found)):
                shutil.rmtree(place)

    def can_undo(self, full_name: str) -> bool:
        """Whether there is a version before the last save that differs from what is there now."""
        files = previous.last(self.root, full_name)
        return bool(files) and files != self._present(full_name)

    def undo(self, full_name: str, *, fingerprint: str) -> str:
        """Bring back, byte for byte, what the last save replaced; doing it again brings back that save.

        Returns the new fingerprint. Raises ElementError; then nothing was written.
        """
        with self._writing(self._existing(full_name)):
            present = self._expected(full_name, fingerprint)
            files = previous.last(self.root, full_name)
            if not files or files == present:
                raise ElementError("nothing_to_undo", {"element": full_name})
            self._replace(full_name, present, files)
            restored = directory.fingerprint(self._present(full_name))
        self._hook("onUpdate", full_name)()
        return restored

    def _refuse_taken(self, full_name: str) -> None:
        if self._place(full_name).exists():
            raise ElementError("exists", {"element": full_name})
