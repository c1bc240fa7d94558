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
        element = App(app_folder, endpoint=url).getElement("SMS.Codes")
        try:
            return element.sendMessage(**arguments)
        finally:
            element.close()

    return send_to
