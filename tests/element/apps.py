"""Apps for tests: their files as tables, written where a test wants them."""

import json

from tests.conftest import E

TYPE = {"title": "Pigeon", "type": "SMS.Meta", "backendBundleEntry": "."}
INSTANCE = {**E, "title": "Loft", "type": "SMS.Pigeon"}
LOADER = """
class Loader:
    def __init__(self, nodes):
        self.nodes = nodes

    def load(self):
        return Pigeon(self.nodes[0])


class Pigeon:
    origin = {origin!r}

    def __init__(self, node):
        self.node = node
"""


def write(root, files):
    """Files from {path: text, or JSON}."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        (root / path).write_text(text, encoding="utf-8")


def pigeon(origin, **declared):
    """The files of a Type SMS.Pigeon whose executables say where they are from."""
    return {"SMS/Pigeon/e.json": {**TYPE, **declared}, "SMS/Pigeon/loader.py": LOADER.format(origin=origin)}


LOFT = {"SMS/Loft/e.json": INSTANCE, "SMS/Loft/pigeon.json": '{"secret": "canary-Pigeon-1"}'}


def origin(app, full_name="SMS.Loft"):
    return app.getElement(full_name).origin
