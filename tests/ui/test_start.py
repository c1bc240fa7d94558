"""`python -m ui`: what it prints, and what it says when it cannot start."""

import http.client
import os
import re
import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.ui.browser import ROOT, running_designer


def start(folder, **environment):
    settings = {**os.environ, "HOME": str(folder), "SMS_APP": str(folder / "app"), **environment}
    command = [sys.executable, "-m", "ui"]
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60)


def test_it_prints_both_addresses_and_makes_the_app_folder(tmp_path):
    with running_designer(tmp_path) as address:
        printed = (tmp_path / "designer.log").read_text("utf-8")
        sandbox = re.search(r"本机沙箱: (http://127\.0\.0\.1:\d+)", printed)[1]
        with urllib.request.urlopen(f"{sandbox}/sandbox/messages", timeout=5) as answer:
            assert answer.status == 200
    assert address.replace("127.0.0.1", "localhost") in printed
    assert (tmp_path / "app" / "SMS").is_dir()


def test_it_listens_on_this_computer_only_and_answers_to_no_other_name(tmp_path):
    with running_designer(tmp_path) as address:
        port = int(address.rpartition(":")[2])
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.2", port)) != 0
        assert handshake(port, f"127.0.0.1:{port}") == 101
        assert handshake(port, "evil.example") == 403


def handshake(port, host):
    """The answer to a WebSocket that was opened under a host name, as a page elsewhere would by DNS rebinding."""
    headers = {"Host": host, "Origin": f"http://{host}", "Connection": "Upgrade", "Upgrade": "websocket"}
    headers |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/_stcore/stream", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    ("environment", "english", "chinese"),
    [
        ({"PORT": "eighty"}, "PORT must be a number from 1 to 65535, not eighty.", "PORT 应为"),
        ({"PORT": "70000"}, "PORT must be a number from 1 to 65535, not 70000.", "PORT 应为"),
        ({"PORT": "8501", "SMS_APP": "/dev/null"}, "/dev/null cannot be used as the app folder.", "无法使用 /dev/null"),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(tmp_path, environment, english, chinese):
    done = start(tmp_path, **environment)
    assert done.returncode == 1
    assert english in done.stderr
    assert chinese in done.stderr
    assert "Traceback" not in done.stderr


def test_a_busy_port_is_told_with_the_way_out(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        done = start(tmp_path, PORT=port)
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert f"端口 {port} 已被占用" in done.stderr
    assert not (tmp_path / "app").exists()
