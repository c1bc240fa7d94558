"""What every test stands on: an app folder of its own, and an environment that points nowhere."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from element import Refused
from element.outcome import accepted
from element.wire import Answer

# The same examples in every run, so that a change is judged by what it changed; HYPOTHESIS_PROFILE=default looks
# for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

CASES = Path(__file__).parent / "elements"
SECRET = "canary-Secret-7f3aQ9"
SMS = {"accessKey": "testid", "accessSecret": SECRET, "verifySign": "阿里云短信测试"}
E = {"title": "Codes", "type": "SMS.Aliyun", "backendBundleEntry": "."}


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in ("DYSMSAPI_ENDPOINT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def app_folder(tmp_path):
    """An app with one valid element, SMS.Codes."""
    folder = tmp_path / "app"
    write_element(folder, "Codes", E, SMS)
    return folder


def write_element(folder: Path, name: str, e: object, sms: object) -> Path:
    directory = folder / "SMS" / name
    directory.mkdir(parents=True)
    for file, document in (("e.json", e), ("sms.json", sms)):
        (directory / file).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return directory


def refused(code: str, message: str = "", request_id: str = "R-1", status: int = 200) -> Refused:
    """The error that an answer of Alibaba's with this code is turned into."""
    body = json.dumps({"Code": code, "Message": message, "RequestId": request_id}).encode()
    with pytest.raises(Refused) as caught:
        accepted(Answer(status, {}, body), "dysmsapi.aliyuncs.com", ())
    return caught.value


def copy_case(case: Path, folder: Path) -> str:
    """Copy a folder of tests/elements into an app; its full name there."""
    shutil.copytree(case, folder / "SMS" / case.name, ignore=shutil.ignore_patterns("expected.json"))
    return f"SMS.{case.name}"
