"""The page about the sandbox says what is so: its table, its paths, and the snippets that can be run here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from element.sandbox.control import routes
from element.sandbox.outcomes import OUTCOMES

ROOT = Path(__file__).parents[2]
PAGES = {"en": ROOT / "docs" / "sandbox.md", "zh": ROOT / "docs" / "sandbox.zh.md"}
NODE = Path(__file__).with_name("node")


@pytest.fixture(params=PAGES)
def language(request):
    return request.param


@pytest.fixture
def page(language):
    return PAGES[language].read_text(encoding="utf-8")


def snippet(page, kind):
    return re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)[1]


def test_the_magic_numbers_are_those_of_the_table(page, language):
    written = re.findall(r"^\| `(1000000\d{4})` \| `([\w-]+)` \| (.*) \|$", page, re.MULTILINE)
    assert written == [(row.number, row.name, getattr(row, language)) for row in OUTCOMES.values()]


def test_the_paths_are_those_that_answer(page, sandbox):
    written = set(re.findall(r"`(GET|PUT|POST|DELETE) (/sandbox/\w+)`", page))
    answering = {(method, route.path) for route in routes(sandbox) for method in route.methods - {"HEAD"}}
    assert written == answering


def test_the_options_are_those_of_the_command(page):
    command = [sys.executable, "-m", "element", "sandbox", "--help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    written = set(re.findall(r"^\| `(--[\w-]+)", page, re.MULTILINE))
    assert written == set(re.findall(r"^  (--[\w-]+)", said, re.MULTILINE))


def test_the_python_snippet_sends(page, serving, sandbox, capsys):
    exec(snippet(page, "python").replace("127.0.0.1:8010", f"127.0.0.1:{serving.port}"), {})
    assert capsys.readouterr().out.startswith("OK ")
    assert sandbox.messages()[0].code_found == "123456"


@pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules").is_dir(),
    reason="the Node clients are not installed: npm install --prefix tests/sandbox/node",
)
def test_the_node_snippet_sends(page, serving, sandbox):
    text = snippet(page, "js").replace("127.0.0.1:8010", f"127.0.0.1:{serving.port}")
    command = [shutil.which("node"), "--input-type=module", "-e", text]
    done = subprocess.run(command, cwd=NODE, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stdout[:3]) == (0, "OK "), done.stderr
    assert sandbox.messages()[0].code_found == "123456"


def test_every_language_has_the_same_snippets():
    english, chinese = (path.read_text(encoding="utf-8") for path in PAGES.values())
    for kind in ("python", "js", "java", "go", "php"):
        assert snippet(english, kind) == snippet(chinese, kind)
