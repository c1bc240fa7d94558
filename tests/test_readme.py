"""What the READMEs print runs as printed, against the sandbox that they tell of."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from element import App
from tests.conftest import E

ROOT = Path(__file__).parent.parent
SMS = {"accessKey": "testid", "accessSecret": "testsecret", "verifySign": "阿里云短信测试"}


def snippet(page: str, language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)[0]


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_snippet_sends_to_the_sandbox_as_it_runs_alone(page, tmp_path, monkeypatch, capsys):
    (tmp_path / "app").mkdir()
    App(tmp_path / "app").save("SMS.Codes", {"e.json": E, "sms.json": SMS})
    command = [sys.executable, "-m", "element", "sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as sandbox:
        try:
            url = re.search(r"http://127\.0\.0\.1:\d+", sandbox.stdout.readline())[0]
            monkeypatch.setenv("DYSMSAPI_ENDPOINT", url)
            monkeypatch.chdir(tmp_path)
            exec(snippet(page, "python"), names := {})
        finally:
            sandbox.terminate()
    names["app"].getElement("SMS.Codes").close()
    assert re.fullmatch(r"OK \d+\^0\n", capsys.readouterr().out)


def test_both_readmes_show_the_same_commands():
    def commands(page):
        text = (ROOT / page).read_text(encoding="utf-8")
        return [
            re.sub(r"\s+#.*", "", line)
            for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
            for line in block.splitlines()
        ]

    assert commands("README.md") == commands("README.zh.md")


def test_the_commands_of_the_readme_run(tmp_path):
    App(tmp_path).save("SMS.Codes", {"e.json": E, "sms.json": SMS})
    (tmp_path / "people.csv").write_text("phone,code\n13800138000,1234\n13900139000,5678\n", encoding="utf-8")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python -m element --app app (.*?)(?:\s+#.*)?$", text, re.MULTILINE)
    simulated = [line for line in lines if "--live" not in line]
    assert len(simulated) == 4
    for line in simulated:
        command = [sys.executable, "-m", "element", "--app", tmp_path, *line.split()]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
