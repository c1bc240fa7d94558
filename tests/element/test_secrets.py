"""Where a document's secrets are, at any depth, and the document without them."""

import pytest

from element.secrets import secrets, without_secrets

SECRET = {"type": "string", "writeOnly": True}
TEXT = {"type": "string"}
ACCOUNT = {"type": "object", "properties": {"name": TEXT, "token": SECRET}}
SCHEMA = {
    "type": "object",
    "properties": {
        "token": SECRET,
        "name": TEXT,
        "account": ACCOUNT,
        "accounts": {"type": "array", "items": ACCOUNT},
        "keys": {"type": "array", "items": TEXT, "writeOnly": True},
        "anything": True,
        "list of anything": {"type": "array", "items": True},
    },
}


@pytest.mark.parametrize(
    ("document", "found", "rest"),
    [
        ({"token": "s1", "name": "n"}, [("token", "s1")], {"name": "n"}),
        ({"token": "{{TOKEN}}"}, [], {"token": "{{TOKEN}}"}),
        ({"token": "{{A}}{{B}}"}, [], {"token": "{{A}}{{B}}"}),
        ({"token": "s1{{TOKEN}}"}, [("token", "s1{{TOKEN}}")], {}),
        ({"token": ""}, [], {"token": ""}),
        ({"token": 1}, [("token", "1")], {}),
        ({"token": None}, [], {"token": None}),
        ({"account": {"name": "n", "token": "s1"}}, [("token", "s1")], {"account": {"name": "n"}}),
        ({"accounts": [{"token": "s1"}, {"name": "n"}]}, [("token", "s1")], {"accounts": [{}, {"name": "n"}]}),
        ({"keys": ["s1", "s2"]}, [("keys", "s1"), ("keys", "s2")], {}),
        ({"token": {"nested": ["s1"]}}, [("token", "s1")], {}),
        ({"unknown": {"token": "s1"}}, [], {}),
        ({"anything": {"token": "s1"}}, [], {"anything": {"token": "s1"}}),
        ({"list of anything": [{"token": "s1"}]}, [], {"list of anything": [{"token": "s1"}]}),
        ([], [], []),
    ],
)
def test_secrets_are_found_and_left_out(document, found, rest):
    assert list(secrets(document, SCHEMA)) == found
    assert without_secrets(document, SCHEMA) == rest
