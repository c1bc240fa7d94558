"""Every send of an app leaves a row in the app's ledger; a ledger that cannot be written fails no send."""

import logging
from os import PathLike
from typing import TYPE_CHECKING, Any

from element.arguments import Arguments, Batch

if TYPE_CHECKING:
    from element.ledger import Ledger

log = logging.getLogger("element.sms")


class Recorder:
    """Writes to the ledger of the app in `root`, which it opens at the first send."""

    def __init__(self, root: str | PathLike[str]) -> None:
        self._root = root
        self._ledger: Ledger | None = None

    def note(self, element: str, gateway: str, call: Arguments | Batch, result: Any, milliseconds: float) -> None:
        """Note a call to the URL `gateway` that has ended with `result`: Alibaba's answer, or the error."""
        from element.ledger import Ledger, LedgerError, Result, Sent

        self._ledger = self._ledger or Ledger(self._root)
        sent = Sent(element, call.verifyTemplateCode, gateway, call.messages, call.outId or "")
        try:
            self._ledger.record(sent, Result.of(result), milliseconds)
        except LedgerError as error:
            log.warning("%s is not in the ledger: %s", element, error)

    def close(self) -> None:
        """Close the ledger; the next send opens it again."""
        if self._ledger:
            self._ledger.close()
