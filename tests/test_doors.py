"""Every door by which a secret, a full number or a template value could leave a send, opened one after another.

The browser's doors, page and WebSocket, are watched in tests/ui.
"""

import io
import json
import logging
import pickle
import traceback
from contextlib import closing
from pathlib import Path

import pytest

from element import App, SmsError
from element import wire as wire_module
from element.__main__ import main
from tests import wire
from tests.conftest import SECRET, SMS

NUMBER, VALUE = "13812345678", "value-246810"
PRIVATE = (SECRET, NUMBER, VALUE, SMS["accessKey"])
ECHO = (
    '{"Code":"SignatureDoesNotMatch","RequestId":"R-1","Message":"Specified signature is not matched. '
    f'server string to sign is:POST&AccessKeyId%3D{SMS["accessKey"]}%26PhoneNumbers%3D{NUMBER}%26{VALUE}"}}'
)
TATTLE = f'{{"Code":"isv.X","RequestId":"{NUMBER}","Message":"{NUMBER} {VALUE} {SECRET} {SMS["accessKey"]}"}}'

ANSWERS = {
    "accepted": wire.answering(wire.OK),
    "refused, echoing the request": wire.answering(wire.http("400 Bad Request", ECHO)),
    "refused, telling everything": wire.answering(wire.http("200 OK", TATTLE)),
    "a page that tells everything": wire.answering(wire.http("503 Unavailable", TATTLE.replace("Code", "Kode"))),
    "redirected": wire.answering(wire.http("307 Redirect", "", f"Location: http://127.0.0.1:9/?{NUMBER}{VALUE}")),
    "hanging": wire.hanging(2),
    "reset": wire.resetting,
}


@pytest.fixture(autouse=True)
def _every_door_is_open(monkeypatch):
    monkeypatch.setenv("DEBUG", "sdk")
    monkeypatch.setattr(wire_module, "TOTAL_SECONDS", 0.3)


@pytest.fixture
def logged():
    """Everything that any logger of the process says, down to DEBUG."""
    stream = io.StringIO()
    door, root = logging.StreamHandler(stream), logging.getLogger()
    level = root.level
    root.addHandler(door)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(door)
    root.setLevel(level)


def send(folder: Path, url: str) -> Exception | None:
    with closing(App(folder, endpoint=url)) as app:
        try:
            app.getElement("SMS.Codes").sendMessage([NUMBER], {"code": VALUE}, "SMS_1")
        except SmsError as error:
            return error
    return None


def chain(error: BaseException | None) -> list[BaseException]:
    return [error, *chain(error.__cause__), *chain(error.__context__)] if error else []


def own_frames(error: BaseException) -> str:
    """The traceback's frames inside the element, with their local variables."""
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    own = [frame.locals for frame in frames if Path(frame.filename).parent.name == "element"]
    assert own
    return repr(own)


def leaks(text: str) -> list[str]:
    return [private for private in PRIVATE if private in text]


@pytest.mark.parametrize("behaviour", ANSWERS.values(), ids=ANSWERS)
def test_nothing_private_leaves_a_send(app_folder, behaviour, logged, capfd):
    with wire.serving(behaviour) as server:
        error = send(app_folder, server.url)
    said = [logged.getvalue(), *capfd.readouterr()]
    if error:
        assert chain(error) == [error], "an error brings no other error with it"
        said += [str(error), repr(error), error.in_language("zh"), repr(vars(error)), repr(pickle.dumps(error))]
        said += traceback.format_exception(error)
        assert SECRET not in own_frames(error)
    assert leaks("".join(said)) == []
    assert "SMS.Codes" in logged.getvalue(), "there is one line about the send"


@pytest.mark.parametrize("behaviour", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_nothing_private_leaves_the_command_line(app_folder, monkeypatch, behaviour, form, logged, capfd):
    with wire.serving(behaviour) as server:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", server.url)
        arguments = ["send", "SMS.Codes", "--phone", NUMBER, "--template", "SMS_1", "--param", f"code={VALUE}", *form]
        main(["--app", str(app_folder), *arguments])
    out, err = capfd.readouterr()
    assert leaks(out + err + logged.getvalue()) == []


def test_nothing_private_leaves_what_is_read_and_checked(app_folder, capfd):
    app = App(app_folder)
    (app_folder / "SMS" / "Codes" / "sms.json").write_text(
        f'{{"accessSecret": ["{SECRET}"], "accessKey": {{"{SECRET}": 1'
    )
    said = [repr(app.read("SMS.Codes")), repr(app.check("SMS.Codes"))]
    (app_folder / "SMS" / "Codes" / "sms.json").write_text(f'{{"accessSecret": ["{SECRET}"], "verifySign": 1}}')
    said += [repr(app.read("SMS.Codes")), *(problem.sentence("zh") for problem in app.check("SMS.Codes"))]
    main(["--app", str(app_folder), "check", "--json"])
    assert SECRET not in "".join([*said, *capfd.readouterr()])


def test_a_secret_is_written_into_sms_json_and_nowhere_else(app_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with wire.serving(ANSWERS["accepted"]) as server:
        send(app_folder, server.url)
    read = App(app_folder).read("SMS.Codes")
    App(app_folder).save("SMS.Copy", read.documents)
    holding = {path.name for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()}
    assert holding == {"sms.json"}


@pytest.mark.parametrize(
    "sms",
    [
        {"verifySign": ""},
        {"accessKey": "a b"},
        {"accessSecret": f"{SECRET} {{{{NOT-A-NAME}}}}"},
        {"verifySign": "{{UNSET}}"},
    ],
)
def test_no_frame_of_a_failed_getelement_holds_the_secret(app_folder, sms):
    (app_folder / "SMS" / "Codes" / "sms.json").write_text(json.dumps({**SMS, **sms}))
    with pytest.raises(SmsError) as caught:
        App(app_folder).getElement("SMS.Codes")
    assert SECRET not in own_frames(caught.value)
