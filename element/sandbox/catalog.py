"""What an Alibaba Cloud account holds: key pairs, signatures, templates; read from TOML or told by code.

One sandbox is one account: all its key pairs share the signatures and templates.
"""

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from element.template import placeholders

# status -> the code of GetSms…, the word of QuerySms…List
STATUSES = {
    "reviewing": (0, "AUDIT_STATE_INIT"),
    "approved": (1, "AUDIT_STATE_PASS"),
    "rejected": (2, "AUDIT_STATE_NOT_PASS"),
    "cancelled": (10, "AUDIT_STATE_CANCEL"),
}
# kind -> the type number of GetSmsTemplate (OuterTemplateType in lists), the TemplateType of lists
KINDS = {"verification": (0, 2), "notification": (1, 0), "promotion": (2, 1), "international": (3, 6)}
TAGS = {"user": 2, "gift": 3, "test": 4, "trial": 5}
CAPTCHA = "characterWithNumber2"


@dataclass
class Account:
    """A key pair. `balance` counts message parts; without one it never runs out. `permissions` are
    operation names; `*` is all of them. `test_numbers`: the only ones that test templates may reach."""

    key_id: str
    secret: str = field(repr=False)
    active: bool = True
    permissions: tuple[str, ...] = ("*",)
    balance: int | None = None
    security_token: str = field(default="", repr=False)
    test_numbers: tuple[str, ...] | None = None

    def may(self, action: str) -> bool:
        return "*" in self.permissions or action in self.permissions


@dataclass(frozen=True)
class Signature:
    """`scene` verification: for verification templates only. `usable` False: approved, but out of order;
    `forbidden`: banned."""

    name: str
    status: str = "approved"
    tag: str = "user"
    scene: str = "general"
    usable: bool = True
    forbidden: bool = False
    reason: str = ""
    created: str = "2025-01-01 09:00:00"

    @property
    def sendable(self) -> bool:
        return self.status == "approved" and self.usable and not self.forbidden


@dataclass(frozen=True)
class Template:
    """`content` None: any params are accepted. `variables`: placeholder -> Alibaba's attribute code."""

    code: str
    content: str | None = None
    kind: str = "notification"
    name: str = ""
    status: str = "approved"
    tag: str = "user"
    sign: str = ""
    intl_type: int = 0
    reason: str = ""
    created: str = "2025-01-01 09:00:00"
    variables: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(placeholders(self.content or ""))
        object.__setattr__(self, "names", names)
        if self.kind == "verification" and len(names) == 1 and not self.variables:
            object.__setattr__(self, "variables", {names[0]: CAPTCHA})

    @property
    def international(self) -> bool:
        return self.kind == "international"


class Catalog:
    """Key pairs by id, signatures by name, templates by code."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.signatures: dict[str, Signature] = {}
        self.templates: dict[str, Template] = {}

    def fill(self, tables: Mapping[str, Any]) -> None:
        """Add what TOML tables describe. Raises CatalogError naming the entry that cannot be read."""
        _check_names(tables)
        for row in tables.get("accounts", ()):
            account = _entry(Account, row, "accounts")
            self.accounts[account.key_id] = account
        for row in tables.get("signatures", ()):
            signature = _entry(Signature, row, "signatures")
            self.signatures[signature.name] = signature
        for row in tables.get("templates", ()):
            template = _entry(Template, row, "templates")
            self.templates[template.code] = template


class CatalogError(ValueError):
    """A catalogue file that cannot be used; says which entry and why, without its values."""


def ready() -> dict[str, Any]:
    """The set inside: an account for trying out, and a signature and template of every kind."""
    return tomllib.loads(files(__package__).joinpath("ready.toml").read_text(encoding="utf-8"))


def from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogError(f"{path}: {error}") from error


Entry = TypeVar("Entry", Account, Signature, Template)

CHOICES: dict[str, Collection[str]] = {
    "status": STATUSES,
    "kind": KINDS,
    "tag": TAGS,
    "scene": ("general", "verification"),
}
# Every other key holds text.
TYPES: dict[str, type] = {
    "active": bool,
    "usable": bool,
    "forbidden": bool,
    "balance": int,
    "intl_type": int,
    "permissions": list,
    "test_numbers": list,
    "variables": dict,
}


def _check_names(tables: Mapping[str, Any]) -> None:
    for name, rows in tables.items():
        if name not in ("accounts", "signatures", "templates"):
            raise CatalogError(f"{name}: only [[accounts]], [[signatures]] and [[templates]] are known")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CatalogError(f"{name}: write each entry as [[{name}]]")


def _entry(kind: Callable[..., Entry], row: Mapping[str, Any], table: str) -> Entry:
    for name, value in row.items():
        expected = TYPES.get(name, str)
        if not isinstance(value, expected):
            raise CatalogError(f"[[{table}]] {name}: {expected.__name__} expected")
        if value not in CHOICES.get(name, (value,)):
            raise CatalogError(f"[[{table}]] {name}: one of {', '.join(CHOICES[name])}")
    try:
        return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
    except TypeError as error:
        raise CatalogError(f"[[{table}]] {error}") from error
