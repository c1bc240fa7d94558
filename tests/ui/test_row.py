"""A row becomes a field becomes a file: a row is added to a copy of the tables, and nothing else is touched."""

import json
import os
import shutil
import subprocess
import sys

from tests.conftest import SECRET
from tests.ui.browser import ROOT

ROWS = {
    "README.md": "| region | string | No | Where the account lives | Region | 3 | | |",
    "README.zh.md": "| region | string | 否 | 账号所在的地域 | 地域 | 3 | | |",
}
PROGRAM = """
import json, sys
from streamlit.testing.v1 import AppTest

page = AppTest.from_file("streamlit_app.py", default_timeout=30).run()
page.button(key="create_first").click().run()
field = page.text_input(key="draft.new SMS.Aliyun.0.sms.json.region")
values = json.loads(sys.argv[1])
for key, value in values.items():
    page.text_input(key=f"draft.new SMS.Aliyun.0.{key}").set_value(value)
page.button(key="save").click().run()
too_short = page.error[0].value
page.text_input(key="draft.new SMS.Aliyun.0.sms.json.region").set_value("cn-hangzhou")
page.button(key="save").click().run()
print(json.dumps([field.label, field.help, too_short]))
"""


def test_a_new_row_is_in_the_form_the_check_and_the_file(tmp_path):
    copy = tmp_path / "copy"
    for room in ("schemas", "element", "ui", ".streamlit"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "streamlit_app.py", copy)
    for page, row in ROWS.items():
        add_below_the_signature(copy / "schemas" / "SMS.Aliyun" / page, row)
    run(copy, "-m", "schemas")
    typed = {
        "e.json.title": "T",
        "sms.json.accessKey": "k",
        "sms.json.accessSecret": SECRET,
        "sms.json.verifySign": "s",
    }

    label, help_text, too_short = json.loads(run(copy, "-c", PROGRAM, json.dumps({**typed, "sms.json.region": "x"})))

    assert (label, help_text) == ("Region", "Where the account lives")
    assert "Region" in too_short
    saved = json.loads((copy / "app/SMS/aliyunSms01/sms.json").read_text("utf-8"))
    assert list(saved) == ["accessKey", "accessSecret", "verifySign", "region"]
    assert saved["region"] == "cn-hangzhou"


def add_below_the_signature(page, row):
    lines = page.read_text("utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("| verifySign "))
    page.write_text("\n".join([*lines[: place + 1], row, *lines[place + 1 :], ""]), "utf-8")


def run(folder, *arguments):
    environment = {**os.environ, "SMS_APP": "app"}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=60
    ).stdout
