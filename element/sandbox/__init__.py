"""A local gateway that speaks Dysmsapi 2017-05-25 to any official client: no money, no phones, no people."""

from .inbox import Message
from .server import Serving, serve
from .state import Sandbox
from .terminal import inbox, numbers_table, run

__all__ = ["Message", "Sandbox", "Serving", "inbox", "numbers_table", "run", "serve"]
