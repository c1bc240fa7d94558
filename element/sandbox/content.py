"""What a template variable may hold: presence, kind of message, length, links, symbols, attribute."""

import json
import re
import tomllib
from importlib.resources import files

from .catalog import CAPTCHA, Template
from .refusals import Refusal

LONGEST_VALUE = 35
CAPTCHAS = (CAPTCHA, "characterWithNumber", "numberCaptcha")
CAPTCHA_LENGTHS = range(4, 7)
TEST_VALUE = re.compile(r"\d{4,6}", re.ASCII)
ALPHANUMERIC = re.compile(r"[a-zA-Z0-9]+")

_RULES = tomllib.loads(files(__package__).joinpath("content.toml").read_text(encoding="utf-8"))
LINK = re.compile(_RULES["link"], re.ASCII)
UNSUPPORTED = re.compile(_RULES["unsupported"])
ATTRIBUTES = {code: re.compile(pattern, re.ASCII | re.DOTALL) for code, pattern in _RULES["attributes"].items()}

Params = dict[str, str]


def read_params(text: str) -> Params:
    """TemplateParam. Raises Refusal unless it is a JSON object of strings (or absent)."""
    return params_of(read_json(text)) if text else {}


def read_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("isv.INVALID_JSON_PARAM") from error


def params_of(value: object) -> Params:
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return value
    raise Refusal("isv.INVALID_JSON_PARAM")


def check_params(template: Template, params: Params) -> None:
    """Raises Refusal for the first variable, in the order of the template, that cannot be sent."""
    if any(not params.get(name) for name in template.names):
        raise Refusal("isv.TEMPLATE_MISSING_PARAMETERS")
    names = template.names if template.content is not None else params
    for name in names:
        _check_value(template, name, params[name])


def _check_value(template: Template, name: str, value: str) -> None:
    attribute = template.variables.get(name, "")
    if template.tag == "test" and not TEST_VALUE.fullmatch(value):
        raise Refusal("isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL")
    if template.kind == "verification" and not ALPHANUMERIC.fullmatch(value):
        raise Refusal("isv.INVALID_PARAMETERS", detail="params must be [a-zA-Z0-9] for verification sms")
    if not _length_fits(value, attribute):
        raise Refusal("isv.PARAM_LENGTH_LIMIT", name=name)
    if LINK.search(value) and attribute != "email_address":
        raise Refusal("isv.PARAM_NOT_SUPPORT_URL", name=name)
    if UNSUPPORTED.search(value):
        raise Refusal("isv.UNSUPPORTED_CONTENT", name=name)
    if attribute in ATTRIBUTES and not ATTRIBUTES[attribute].fullmatch(value):
        raise Refusal("isv.TEMPLATE_PARAMS_ILLEGAL", name=name)


def _length_fits(value: str, attribute: str) -> bool:
    if attribute in CAPTCHAS:
        return len(value) in CAPTCHA_LENGTHS
    return len(value) <= LONGEST_VALUE
