from contextlib import closing

import pytest

from element import App
from tests.element.apps import write


@pytest.fixture
def send(app_folder):
    """Send one message through the element of `app_folder` to an address."""

    def send_to(url, **changes):
        arguments = {
            "phoneList": ["13800138000"],
            "params": {"code": "246810"},
            "verifyTemplateCode": "SMS_1",
            **changes,
        }
        with closing(App(app_folder, endpoint=url)) as app:
            return app.getElement("SMS.Codes").sendMessage(**arguments)

    return send_to


@pytest.fixture
def make(tmp_path):
    """Write an app called wanyun.<name> that extends others, and give it."""

    def make_app(name, files, extends=(), version="1.0.0"):
        parents = [{"appId": f"wanyun.{parent}", "version": "1.0.0"} for parent in extends]
        root = tmp_path / name
        write(root, {"app.json": {"appId": f"wanyun.{name}", "version": version, "extends": parents}, **files})
        return App(root)

    return make_app
