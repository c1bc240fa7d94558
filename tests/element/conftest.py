from contextlib import closing

import pytest

from element import App


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
