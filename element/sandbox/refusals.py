"""How the gateway and the service behind it say no: a code, an HTTP status, a message from `refusals.toml`."""

import tomllib
from importlib.resources import files
from typing import Any

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    files(__package__).joinpath("refusals.toml").read_text(encoding="utf-8")
)


class Refusal(Exception):
    """An answer other than OK. Status 200 is a business refusal, anything else one of the gateway."""

    def __init__(self, code: str, *, row: str | None = None, message: str | None = None, **fields: object) -> None:
        found = TABLE[row or code]
        self.code = code
        self.status: int = found["status"]
        self.message = message or str(found["message"]).format(**fields)
        super().__init__(code)


def missing(name: str) -> Refusal:
    """A mandatory parameter is not there: Alibaba names it in the code (`MissingPhoneNumbers`)."""
    return Refusal(f"Missing{name}", row="MissingParameter", name=name)


def invalid(name: str) -> Refusal:
    """A parameter is there, but not of the form that the description gives (`InvalidPageSize`)."""
    return Refusal(f"Invalid{name}", row="InvalidParameter", name=name)
