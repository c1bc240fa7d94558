import pytest

from element import ElementError
from element.endpoint import endpoint


@pytest.mark.parametrize(
    ("given", "variable", "url"),
    [
        (None, "", "https://dysmsapi.aliyuncs.com"),
        (None, "http://127.0.0.1:8010", "http://127.0.0.1:8010"),
        ("http://127.0.0.1:8020/", "http://127.0.0.1:8010", "http://127.0.0.1:8020"),
        ("https://dysmsapi.ap-southeast-1.aliyuncs.com", "", "https://dysmsapi.ap-southeast-1.aliyuncs.com"),
        ("http://[::1]:8010", "", "http://[::1]:8010"),
    ],
)
def test_an_app_sends_to_its_endpoint_then_the_environments_then_alibabas(monkeypatch, given, variable, url):
    monkeypatch.setenv("DYSMSAPI_ENDPOINT", variable)
    assert endpoint(given).url == url


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1:8010",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:port",
        "http://127.0.0.1/path",
        "http://user:secret@127.0.0.1",
        "http://[::1",
        "http://dysmsapi.aliyuncs.com",
        "http://dysmsapi.aliyuncs.com.",
        "http://.",
    ],
)
def test_an_address_that_cannot_be_sent_to_is_named_without_its_credentials(text):
    with pytest.raises(ElementError, match=r"is not an address to send to\. Write a URL such as") as caught:
        endpoint(text)
    assert "secret" not in str(caught.value)
