"""A message as it will read: signature and template with their values filled in, and what that costs."""

import re
from dataclasses import dataclass

from element.template import render

from . import billing
from .catalog import Signature, Template
from .content import Params, check_params

LONGEST_UNKNOWN = 500
CODE = re.compile(r"(?<![A-Za-z0-9])\d{4,8}(?![A-Za-z0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Written:
    """`code_found`: the verification code in the text, or ""."""

    text: str
    parts: int
    code_found: str


def write(signature: Signature, template: Template, params: Params) -> Written:
    """Raises Refusal when a value cannot be sent."""
    check_params(template, params)
    body = _body(template, params)
    text = billing.text_of(signature.name, body, international=template.international)
    parts = billing.parts(text, international=template.international)
    return Written(text, parts, _code_in(body, template, params))


def _body(template: Template, params: Params) -> str:
    """The rendered template; of a template whose text is not known, what it was given."""
    if template.content is not None:
        return render(template.content, params)
    listed = ", ".join(f"{name}: {value}" for name, value in params.items())
    return f"{template.code} {listed}".strip()[:LONGEST_UNKNOWN]


def _code_in(body: str, template: Template, params: Params) -> str:
    """The code that a person would type: the one value of a verification template, else the first run of
    4 to 8 digits."""
    if template.kind == "verification" and len(params) == 1:
        return next(iter(params.values()))
    found = CODE.search(body)
    return found[0] if found else ""
