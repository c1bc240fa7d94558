"""A sandbox that knows the ready set, in this process and on a socket, and clients of it."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from element.sandbox import Sandbox, Serving, serve
from element.sandbox.catalog import ready
from element.sandbox.clock import BEIJING
from tests.sandbox.caller import Caller

NOON = datetime(2026, 1, 1, 12, 20, 30, tzinfo=BEIJING)
TODAY = "20260101"


@pytest.fixture
def sandbox() -> Sandbox:
    """Its clock stands in the middle of a minute, an hour and a day."""
    sandbox = Sandbox(ready())
    sandbox.clock.set(NOON)
    return sandbox


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    return Caller(sandbox)


@pytest.fixture
def serving(sandbox: Sandbox) -> Iterator[Serving]:
    with serve(sandbox) as running:
        yield running


@pytest.fixture
def code_to() -> dict[str, str]:
    """A send that is accepted."""
    return {
        "PhoneNumbers": "13900000000",
        "SignName": "沙箱商城",
        "TemplateCode": "SMS_100000001",
        "TemplateParam": '{"code":"123456"}',
    }
