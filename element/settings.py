"""sms.json as a send needs it: every `{{NAME}}` filled in from the environment, the key checked for damage."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from element.arguments import is_text
from element.errors import MissingParameter
from element.signing import KeyPair

REFERENCE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NO_REFERENCE = re.compile(r"\{\{.*\}\}", re.DOTALL)
_BREAKS_A_HEADER = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True)
class Settings:
    """The key pair, whose secret has no repr, and the signature."""

    key: KeyPair
    verifySign: str

    @classmethod
    def read(cls, element: str, document: Mapping[str, Any]) -> "Settings":
        """Raises MissingParameter for what has no value, for an unset variable, and for a key that cannot be one."""
        key_id, secret, sign = (
            _setting(element, name, document.get(name)) for name in ("accessKey", "accessSecret", "verifySign")
        )
        for name, value in (("accessKey", key_id), ("accessSecret", secret)):
            if _BREAKS_A_HEADER.search(value):
                raise MissingParameter("blank_in_key", {"element": element, "parameter": name})
        return cls(KeyPair(key_id, secret), sign)


def variables(document: Mapping[str, Any]) -> list[str]:
    """The environment variables that the document's values refer to."""
    return [variable for value in document.values() for variable in _references(value)]


def unset_variables(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(property, variable) for every reference in `document` to a variable that is not set here."""
    return [
        (name, variable)
        for name, value in document.items()
        for variable in _references(value)
        if not os.environ.get(variable, "").strip()
    ]


def _references(value: Any) -> list[str]:
    return REFERENCE.findall(value) if isinstance(value, str) and "{{" in value else []


def _setting(element: str, name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise MissingParameter("not_configured", {"element": element, "parameter": name})
    if _NO_REFERENCE.search(REFERENCE.sub("", value)):
        raise MissingParameter("bad_reference", {"element": element, "parameter": name})
    for _, variable in unset_variables({name: value}):
        facts = {"element": element, "parameter": name, "variable": variable}
        raise MissingParameter("variable_unset", facts)
    filled = REFERENCE.sub(lambda reference: os.environ[reference[1]], value).strip()
    if not is_text(filled):
        raise MissingParameter("not_text", {"parameter": name})
    return filled
