"""The official Node clients hold the same conversation, where they are installed.

npm install --prefix tests/sandbox/node
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = Path(__file__).with_name("node")
CLIENTS = ("current", "pop-core POST", "pop-core GET")
CODES = {
    "send": "OK",
    "refused": "isv.SMS_SIGNATURE_ILLEGAL",
    "batch": "OK",
    "template": "OK",
    "no template": "TemplateNotFound",
}

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules").is_dir(),
    reason="the Node clients are not installed: npm install --prefix tests/sandbox/node",
)


def test_the_official_node_clients_hold_a_conversation(serving, sandbox):
    command = [shutil.which("node"), "conversation.js", f"127.0.0.1:{serving.port}"]
    done = subprocess.run(command, cwd=NODE, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answers = {(row["client"], row["asked"]): row["code"] for row in map(json.loads, done.stdout.splitlines())}
    expected = {(client, asked): code for client in CLIENTS for asked, code in CODES.items()}
    assert answers == expected | {("current", "wrong secret"): "SignatureDoesNotMatch"}
    assert {message.out_id for message in sandbox.messages("13900000000")} == {"a b+c*~"}
