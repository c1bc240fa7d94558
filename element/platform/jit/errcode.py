"""jit.errcode as the platform's public pages describe it, for Types that are tried out away from the platform."""


class Code(Exception):
    """An error with a number. `reason` may have {names}, filled in by formatReason."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def formatReason(self, **words: object) -> "Code":
        return type(self)(self.code, self.reason.format(**words))

    def __str__(self) -> str:
        return f"{self.code} {self.reason}"
