"""An app folder and everything that can be done with the elements in it."""

from element.exchange import Exchange
from element.folder import FILES, RESERVED, ElementFiles
from element.moves import Moves
from element.running import Running
from element.types import FAMILY
from element.uses import Uses, uses

__all__ = ["FAMILY", "FILES", "RESERVED", "App", "ElementFiles"]


class App(Running, Moves, Exchange):
    """The app in the folder `root`. `endpoint` is a URL; see element.endpoint for what holds without one.

    Every send leaves a row in the ledger in `root`/appData, unless `record` is False.

    | to                                                    | see              |
    |-------------------------------------------------------|------------------|
    | find, read, check and save elements                   | element.folder   |
    | rename, duplicate, delete, restore, undo              | element.moves    |
    | export and import                                     | element.exchange |
    | call them, and ask whose code that runs               | element.running  |
    """

    def used_by(self, full_name: str) -> Uses:
        """Where the app's own files name the element. Raises ElementError for a folder that is no app."""
        return uses(self.root, full_name)
