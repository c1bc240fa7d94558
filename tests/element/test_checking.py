"""`python -m element check` on whole trees: streamed, with real keys in git found, and progress for who watches."""

import json
import os
import pty
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from element import App
from element.__main__ import main
from tests.conftest import SECRET, SMS, E, write_element

ROOT = Path(__file__).parents[2]
LITTER = {"KEY_ID": "LTAI5tExampleKey12345678", "KEY_SECRET": "Zx9Zx9Zx9Zx9Zx9Zx9Zx9Zx9Zx9Zx9"}
REFERRING = {**SMS, "accessSecret": "{{KEY_SECRET}}"}


@pytest.fixture
def run(app_folder, capsys):
    def run_in_app(*arguments):
        code = main(["--app", str(app_folder), "check", *arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run_in_app


@pytest.fixture
def track(app_folder):
    """Put the app's files under git's eye."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")

    def add():
        for command in (["init", "-q"], ["add", "."]):
            subprocess.run(["git", *command], cwd=app_folder, check=True)

    return add


class TestTrackedKeys:
    def test_a_real_secret_is_a_problem_that_names_the_file_and_not_the_value(self, run, track):
        track()
        code, out, _ = run()
        assert code == 1
        assert out.startswith("SMS/Codes/sms.json:$.accessSecret: accessSecret stands in sms.json as it is, and git")
        assert "{{NAME}}" in out
        assert SECRET not in out

    @pytest.mark.parametrize("secret", ["{{KEY_SECRET}}", "your_access_secret"])
    def test_a_reference_and_an_example_are_no_real_secrets(self, run, track, app_folder, monkeypatch, secret):
        monkeypatch.setenv("KEY_SECRET", "set")
        (app_folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps({**SMS, "accessSecret": secret}))
        track()
        assert run() == (0, "", "")

    def test_a_file_that_git_leaves_out_may_hold_one(self, run, track, app_folder):
        (app_folder / ".gitignore").write_text("sms.json\n")
        track()
        assert run() == (0, "", "")

    def test_both_halves_of_a_key_are_found_in_any_file(self, run, track, app_folder, monkeypatch):
        monkeypatch.setenv("KEY_SECRET", "set")
        (app_folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps(REFERRING))
        (app_folder / "deploy.sh").write_text("\n".join(["#!/bin/sh", *(f"{k}={v}" for k, v in LITTER.items())]))
        (app_folder / "half.sh").write_text(LITTER["KEY_ID"])
        track()
        code, out, _ = run("--json")
        assert code == 1
        assert [(found["element"], found["file"], found["rule"]) for found in json.loads(out)] == [
            (None, "deploy.sh", "tracked_key")
        ]
        assert "line 2" in out
        assert not any(value in out for value in LITTER.values())

    @pytest.mark.parametrize("path", ["", "/nowhere"], ids=["no repository", "no git"])
    def test_without_git_nothing_is_looked_for(self, run, monkeypatch, path):
        monkeypatch.setenv("PATH", path or os.environ["PATH"])
        assert run() == (0, "", "")

    def test_git_starts_nothing_that_the_repository_names(self, run, track, app_folder):
        track()
        watcher = app_folder / "watcher.sh"
        watcher.write_text(f"#!/bin/sh\ntouch {app_folder}/started\n")
        watcher.chmod(0o755)
        with (app_folder / ".git" / "config").open("a") as config:
            config.write(f"[core]\n\tfsmonitor = {watcher}\n")
        assert run()[0] == 1
        assert not (app_folder / "started").exists()


class TestStreaming:
    def test_one_element_is_held_at_a_time(self, tmp_path):
        for number in range(40):
            write_element(tmp_path, f"Large{number}", E, {**SMS, "padding": "x" * 200_000})
        app = App(tmp_path)
        next(app.check_each())
        tracemalloc.start()
        try:
            assert sum(1 for _ in app.check_each()) == 40
            assert tracemalloc.get_traced_memory()[1] < 3_000_000
        finally:
            tracemalloc.stop()

    def test_json_is_an_array_also_when_it_is_empty(self, run, app_folder):
        assert json.loads(run("--json")[1]) == []
        for name in ("Broken", "Worse"):
            write_element(app_folder, name, E, {})
        assert [found["element"] for found in json.loads(run("--json")[1])] == ["SMS.Broken"] * 3 + ["SMS.Worse"] * 3

    def test_an_element_that_cannot_be_read_leaves_the_others_alone(self, run, app_folder):
        (app_folder / "SMS" / "Odd" / "e.json").mkdir(parents=True)
        write_element(app_folder, "Broken", E, {**SMS, "verifySign": ""})
        code, out, _ = run()
        assert code == 1
        assert [line.partition(":")[0] for line in out.splitlines()] == [
            "SMS/Broken/sms.json",
            "SMS/Odd/e.json",
            "SMS/Odd/sms.json",
        ]
        assert "e.json cannot be read: Is a directory" in out

    def test_a_reader_who_has_had_enough_is_no_error(self, app_folder):
        for number in range(300):
            write_element(app_folder, f"Broken{number}", E, {})
        command = f"{sys.executable} -m element --app {app_folder} check | head -1"
        done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.count("\n") == 1
        assert done.stderr == ""


def test_who_watches_sees_how_far_it_is(app_folder, monkeypatch):
    for number in range(50):
        write_element(app_folder, f"Codes{number}", E, SMS)
    script = "import sys; from element import checking; checking.EVERY = 0\nfrom element.__main__ import main; main()"
    watched, terminal = pty.openpty()
    command = [sys.executable, "-c", script, "--app", app_folder, "check"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=terminal)
    os.close(terminal)
    seen = os.read(watched, 1 << 16).decode()
    os.close(watched)
    assert "\rchecked: 51" in seen
    assert seen.endswith("\r\033[K")
