"""app.json: what an app calls itself, and which apps it extends."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from element import directory
from element.errors import ElementError

FILE = "app.json"
_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_NOT_A_LINE_END = re.compile(r"[^\n]")


@dataclass(frozen=True)
class Parent:
    """An app that is extended; `version` is "" where any will do."""

    app_id: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.app_id} {self.version}".rstrip()


@dataclass(frozen=True)
class Manifest:
    """What app.json says; empty where there is none."""

    app_id: str = ""
    version: str = ""
    title: str = ""
    extends: tuple[Parent, ...] = ()


def manifest(root: Path) -> Manifest:
    """The manifest of the app in `root`. Raises ElementError for an app.json that cannot be read as one."""
    content = directory.read(root, (FILE,)).get(FILE)
    if content is None:
        return Manifest()
    document = _parsed(root / FILE, content)
    extends = document.get("extends") or []
    if not isinstance(extends, list) or not all(isinstance(entry, dict) and entry.get("appId") for entry in extends):
        raise ElementError("bad_extends", {"path": str(root / FILE)})
    parents = tuple(Parent(str(entry["appId"]), str(entry.get("version") or "")) for entry in extends)
    app_id, version, title = (str(document.get(key) or "") for key in ("appId", "version", "title"))
    return Manifest(app_id, version, title, parents)


def without_comments(text: str) -> str:
    """`text` with // and /* */ comments blanked, so that every line and column stays what it was."""

    def blanked(match: re.Match[str]) -> str:
        return match[0] if match[0].startswith('"') else _NOT_A_LINE_END.sub(" ", match[0])

    return _STRING_OR_COMMENT.sub(blanked, text)


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    line = 1
    try:
        document = json.loads(without_comments(content.decode("utf-8-sig")))
    except json.JSONDecodeError as error:
        document, line = None, error.lineno
    except (UnicodeDecodeError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ElementError("bad_manifest", {"path": str(path), "line": line})
    return document
