"""One admitted call on its way through an operation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .catalog import Account
from .outcomes import Outcome, Struck

if TYPE_CHECKING:
    from .state import Sandbox


@dataclass(slots=True)
class Exchange:
    """Who asks for what; `outcome` is what a magic number or a fault makes of the answer."""

    sandbox: "Sandbox"
    account: Account
    params: dict[str, str]
    request_id: str
    outcome: Outcome | None = None

    def meet(self, outcome: Outcome | None) -> None:
        """Let an outcome happen: one that comes before acceptance ends the call, any other waits for the answer."""
        if outcome is None:
            return
        if outcome.before:
            raise Struck(outcome)
        self.outcome = outcome
