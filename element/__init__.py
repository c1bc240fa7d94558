"""Send messages through Alibaba Cloud SMS with the elements of a low-code app: the import surface for app code."""

import logging

from element.app import App
from element.errors import ElementError, MissingParameter, Refused, RequestFailed, SmsError

__all__ = ["App", "ElementError", "MissingParameter", "Refused", "RequestFailed", "SmsError"]

logging.getLogger("element").addHandler(logging.NullHandler())
