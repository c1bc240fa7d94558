"""sendMessage's arguments, checked: what the reference page demands, and nothing of Alibaba's own rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from element.errors import MissingParameter


@dataclass(frozen=True)
class Arguments:
    """One call. Its repr shows neither numbers nor template values."""

    phoneList: list[str] = field(repr=False)
    params: dict[str, str] = field(repr=False)
    verifyTemplateCode: str
    verifySign: str
    outId: str | None

    @classmethod
    def checked(cls, phoneList: Any, params: Any, code: Any, sign: Any, outId: Any) -> "Arguments":
        """Raises MissingParameter for the first that is absent or of the wrong kind, in this order.

        Anything with `.value` (the platform's JitList, JitDict, Stext) is taken for what it holds.
        """
        return cls(
            _numbers(_native(phoneList)),
            _params(_native(params)),
            _text("verifyTemplateCode", _native(code)),
            _text("verifySign", _native(sign)),
            _serial(_native(outId)),
        )

    @property
    def messages(self) -> list[tuple[str, dict[str, str]]]:
        """(number, params) of every recipient."""
        return [(number, self.params) for number in self.phoneList]


@dataclass(frozen=True)
class Batch:
    """One call with params of its own for each number; the lists match."""

    phoneList: list[str] = field(repr=False)
    params: list[dict[str, str]] = field(repr=False)
    verifyTemplateCode: str
    verifySign: str
    outId: str | None

    @classmethod
    def checked(cls, messages: Iterable[Any], code: Any, sign: Any, outId: Any) -> "Batch":
        """`messages`: (number, params) each. Raises MissingParameter as Arguments.checked does."""
        rows = list(messages)
        return cls(
            _numbers([number for number, _ in rows]),
            [_params(_native(params)) for _, params in rows],
            _text("verifyTemplateCode", _native(code)),
            _text("verifySign", _native(sign)),
            _serial(_native(outId)),
        )

    @property
    def messages(self) -> list[tuple[str, dict[str, str]]]:
        """(number, params) of every recipient."""
        return list(zip(self.phoneList, self.params, strict=True))


def _native(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value


def _numbers(value: Any) -> list[str]:
    _present("phoneList", value)
    if not isinstance(value, list | tuple):
        raise _wrong_kind("phoneList", "a list", value)
    if not value:
        raise MissingParameter("no_numbers", {"parameter": "phoneList"})
    return [_number(row, _native(entry)) for row, entry in enumerate(value, start=1)]


def _number(row: int, value: Any) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise _wrong_kind(f"phoneList[{row - 1}]", "a text", value)
    number = _sendable(f"phoneList[{row - 1}]", str(value).strip())
    if not number:
        raise MissingParameter("blank_number", {"parameter": "phoneList", "row": row})
    if "," in number:
        raise MissingParameter("several_in_one", {"parameter": "phoneList", "row": row})
    return number


def _params(value: Any) -> dict[str, str]:
    _present("params", value)
    if not isinstance(value, dict):
        raise _wrong_kind("params", "a dict", value)
    return {_sendable("params", str(name)): _param(f"params.{name}", _native(entry)) for name, entry in value.items()}


def _param(name: str, value: Any) -> str:
    if value is None or value == "":
        raise MissingParameter("blank_param", {"parameter": name})
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong_kind(name, "a text", value)
    return _sendable(name, str(value))


def _serial(value: Any) -> str | None:
    return None if value is None or value == "" else _text("outId", value)


def _text(name: str, value: Any) -> str:
    _present(name, value)
    if not isinstance(value, str):
        raise _wrong_kind(name, "a text", value)
    if not value.strip():
        raise MissingParameter("missing", {"parameter": name})
    return _sendable(name, value.strip())


def is_text(value: str) -> bool:
    """Whether `value` can be sent: half of a surrogate pair cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sendable(name: str, value: str) -> str:
    if not is_text(value):
        raise MissingParameter("not_text", {"parameter": name})
    return value


def _present(name: str, value: Any) -> None:
    if value is None:
        raise MissingParameter("missing", {"parameter": name})


def _wrong_kind(name: str, expected: str, value: Any) -> MissingParameter:
    return MissingParameter("wrong_kind", {"parameter": name, "expected": expected, "found": type(value).__name__})
