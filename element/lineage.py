"""The apps whose elements an app sees: itself, the apps it extends, and the official one, nearest first.

An app that is extended is looked for where the platform puts it, `<env>/<org>/<app>/<version>`, and beside this one.
One that is not on this machine is left out and named, since the official apps of the platform never are.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from element.errors import ElementError
from element.manifest import FILE, Manifest, Parent, manifest

OFFICIAL = Path(__file__).with_name("official")
PLACES = ("../../../{org}/{name}/{version}", "../../{name}/{version}", "../{app_id}", "../{name}")
NOTHING = Manifest()
_APP_ID = re.compile(r"\w[\w-]*(\.\w[\w-]*)*")


@dataclass(frozen=True)
class Layer:
    """One app of a lineage."""

    root: Path
    manifest: Manifest = NOTHING

    @property
    def official(self) -> bool:
        return self.root == OFFICIAL

    def __str__(self) -> str:
        return self.manifest.app_id or self.root.name


@dataclass(frozen=True)
class Lineage:
    """`layers`, nearest first, and the extended apps that were not found."""

    layers: tuple[Layer, ...]
    missing: tuple[Parent, ...] = ()


def lineage(root: Path) -> Lineage:
    """The lineage of the app in `root`. Raises ElementError for a circle and for an unreadable app.json.

    A child comes before all its parents, parents come in the order of `extends`, and an app that is reached
    twice counts once.
    """
    walk = _Walk()
    walk.visit(root, manifest(root), ())
    return Lineage((*reversed(walk.done.values()), Layer(OFFICIAL)), tuple(walk.missing))


@dataclass
class _Walk:
    """Parents are done before their children, the last of `extends` first; so the reverse is the order sought."""

    done: dict[Path, Layer] = field(default_factory=dict)
    missing: list[Parent] = field(default_factory=list)

    def visit(self, root: Path, found: Manifest, below: tuple[Layer, ...]) -> None:
        layer, place = Layer(root, found), root.resolve()
        if any(each.root.resolve() == place for each in below):
            raise ElementError("extends_circle", {"apps": " → ".join(map(str, (*below, layer)))})
        if place in self.done:
            return
        for parent in reversed(found.extends):
            home = _home(root, parent)
            if home is None:
                self.missing.append(parent)
            else:
                self.visit(*home, (*below, layer))
        self.done[place] = layer


def _home(child: Path, parent: Parent) -> tuple[Path, Manifest] | None:
    """The folder whose app.json says that it is `parent`."""
    if not _APP_ID.fullmatch(parent.app_id):
        return None
    org, _, name = parent.app_id.rpartition(".")
    words = {"org": org, "name": name, "app_id": parent.app_id, "version": re.sub(r"\W", "_", parent.version)}
    for place in PLACES:
        root = child.resolve() / place.format_map(words)
        if (root / FILE).is_file() and _is(found := manifest(root), parent):
            return root.resolve(), found
    return None


def _is(found: Manifest, parent: Parent) -> bool:
    return found.app_id == parent.app_id and (not parent.version or found.version in ("", parent.version))
