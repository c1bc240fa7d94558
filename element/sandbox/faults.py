"""Faults by rule: an outcome for a share of the calls of an operation, the same share every time."""

from dataclasses import dataclass, field
from random import Random

from .outcomes import OUTCOMES, Outcome

MOST_RULES = 100


@dataclass
class Rule:
    """`operation` `*` is every operation; the same `seed` strikes the same calls again."""

    outcome: str
    operation: str = "*"
    probability: float = 1.0
    seed: int = 0
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not (isinstance(self.outcome, str) and isinstance(self.operation, str)):
            raise ValueError("outcome, operation: text")
        if self.outcome not in OUTCOMES or OUTCOMES[self.outcome].receipt is not None:
            raise ValueError("outcome: the name of an outcome that changes an answer")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability: between 0 and 1")
        self._random = Random(self.seed)  # noqa: S311 - repeatable, not secret

    def strikes(self, operation: str) -> bool:
        return self.operation in ("*", operation) and self._random.random() < self.probability

    def as_json(self) -> dict[str, object]:
        return {
            "outcome": self.outcome,
            "operation": self.operation,
            "probability": self.probability,
            "seed": self.seed,
        }


class Faults:
    """The rules in force; the first that strikes decides."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def add(self, rule: Rule) -> None:
        if len(self.rules) >= MOST_RULES:
            raise ValueError(f"at most {MOST_RULES} rules")
        self.rules.append(rule)

    def strike(self, operation: str) -> Outcome | None:
        return next((OUTCOMES[rule.outcome] for rule in self.rules if rule.strikes(operation)), None)

    def clear(self) -> None:
        self.rules.clear()
