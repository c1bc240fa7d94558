"""Who may import whom: ui → element → schemas, with the SDK, the wire and Streamlit each in its own corner."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SDK = ("alibabacloud", "darabonba", "Tea")
WIRE = ("socket", "ssl", "http", "requests", "aiohttp", "urllib.request", "httptools")

FORBIDDEN = {
    # room: (what its files must not import, files that may)
    "schemas": {("element", "ui", "streamlit", *SDK, *WIRE): set()},
    "element": {
        ("ui", "streamlit", "schemas.tables", "schemas.generate", "schemas.__main__"): set(),
        SDK: {"client.py", "models.py"},
        WIRE: {"transport.py", "wire.py", "proxy.py"},
    },
    "element/sandbox": {("ui", "streamlit", "schemas", "requests", "aiohttp", *SDK): set()},
    "ui": {
        (*SDK, "schemas.tables", "schemas.generate", "shutil"): set(),
        WIRE: {"__main__.py"},  # asks whether the port is free
    },
}
SANDBOX_MAY = ("element.sandbox", "element.template")


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def belongs(name: str, packages: tuple[str, ...]) -> bool:
    """Whether `name` is one of `packages` or inside one; the SDK's packages share prefixes."""
    return any(name == each or name.startswith((f"{each}.", f"{each}_")) for each in packages)


def files_of(room: str) -> list[Path]:
    files = sorted((ROOT / room).glob("*.py"))
    assert files, f"{room} has no files; is the room's name right?"
    return files


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_it_may(room):
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for packages, exempt in FORBIDDEN[room].items()
        for path in files_of(room)
        if path.name not in exempt
        for name in imports(path)
        if belongs(name, packages)
    ]
    assert wrong == []


def test_the_sandbox_knows_nothing_else_of_element():
    wrong = [
        f"{path.name} imports {name}"
        for path in files_of("element/sandbox")
        for name in imports(path)
        if belongs(name, ("element",)) and name != "element" and not belongs(name, SANDBOX_MAY)
    ]
    assert wrong == []


def test_importing_element_brings_neither_the_sdk_nor_the_designer():
    program = "import sys, element; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {name.split(".")[0] for name in modules.stdout.split()}
    assert not heavy & {
        "darabonba",
        "Tea",
        "alibabacloud_dysmsapi20170525",
        "streamlit",
        "aiohttp",
        "requests",
        "uvicorn",
    }
