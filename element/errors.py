"""The errors of this room.

    Bilingual                    says what happened and what to do, in English and Chinese
    ├── SmsError                 .code · .sent: False surely not sent, None unknown · .retry
    │   ├── MissingParameter     46001  our check: a parameter is missing or the list is empty (also a ValueError)
    │   ├── Refused              46002  Alibaba's answer: .result_code .result_message .request_id .advice
    │   └── RequestFailed        46003  no usable answer: .cause
    └── ElementError             an element directory that cannot be found, read or written: .kind

Their texts and attributes hold no secret, no full phone number and no template value.
"""

from collections.abc import Mapping
from typing import ClassVar

from element.codes import Advice, Resend, advice
from element.words import Language, Sentence, say

Facts = Mapping[str, object]


class Bilingual(Exception):
    """An error whose `kind` names its sentence in words.toml; `facts` fill the sentence."""

    def __init__(self, kind: str, facts: Facts | None = None) -> None:
        super().__init__(kind, dict(facts or {}))
        self.kind = kind
        self.facts: Facts = dict(facts or {})

    def in_language(self, language: Language) -> str:
        """What happened and what to do, in "en" or "zh"."""
        return say(self.kind, language, self.facts)

    def __str__(self) -> str:
        return self.in_language("en")

    @property
    def reason(self) -> str:
        """The English text, under the name the platform's own errors use."""
        return str(self)


class SmsError(Bilingual):
    """A message that was not accepted. `code` is 46001, 46002 or 46003."""

    code: ClassVar[int]
    sent: bool | None = False

    @property
    def retry(self) -> Resend:
        """Whether sending it again is safe: "yes", "window" (later), "no" (not unchanged), "check" (look first)."""
        return "no"


class MissingParameter(SmsError, ValueError):
    """46001: a parameter is missing or unusable, or the list of numbers is empty. Nothing was sent."""

    code = 46001

    @property
    def parameter(self) -> str:
        return str(self.facts.get("parameter", ""))


class Refused(SmsError):
    """46002: Alibaba answered with an error.

    `sent` is None where the answer leaves open whether the message went out: codes whose resending wants a look
    at the delivery record first, and codes that nobody has listed unless they begin with isv., the caller's own
    mistakes. Else False.
    """

    code = 46002

    def __init__(self, kind: str, facts: Facts | None = None) -> None:
        super().__init__(kind, facts)
        self.sent = None if kind == "refused_unclear" else False

    def in_language(self, language: Language) -> str:
        text = super().in_language(language)
        known = self.advice
        if known is None:
            return text
        return f"{text}\n{known.fix[language]}"

    @property
    def result_code(self) -> str:
        return str(self.facts["result_code"])

    @property
    def result_message(self) -> str:
        return str(self.facts["result_message"])

    @property
    def request_id(self) -> str:
        return str(self.facts["request_id"])

    def of_a_question(self) -> "Refused":
        """The same answer to something that sends nothing."""
        return Refused("question_refused", self.facts)

    @property
    def retry(self) -> Resend:
        if self.advice:
            return self.advice.resend
        return "check" if self.sent is None else "no"

    @property
    def advice(self) -> Advice | None:
        """What the code means and what to do, or None for a code that Alibaba's lists do not name."""
        return advice(self.result_code)


class RequestFailed(SmsError):
    """46003: the request failed. `sent` is False where it surely did not leave, else None: unknown.

    `cause` is one of the keys under [cause] in words.toml: dns, connect, tls, proxy, timeout, reset, redirect,
    too_large, bad_answer, cancelled.
    """

    code = 46003

    def __init__(self, kind: str, facts: Facts | None = None) -> None:
        super().__init__(kind, facts)
        self.sent = None if kind == "unknown" else False

    @classmethod
    def before_leaving(cls, cause: str, host: str) -> "RequestFailed":
        return cls("not_sent", {"cause": cause, "host": host})

    @classmethod
    def without_answer(cls, cause: str, host: str) -> "RequestFailed":
        return cls("unknown", {"cause": cause, "host": host})

    def of_a_question(self) -> "RequestFailed":
        """The same failure of something that sends nothing."""
        return self if self.kind == "not_sent" else RequestFailed("question_unanswered", self.facts)

    def in_language(self, language: Language) -> str:
        spoken: dict[str, object] = {**self.facts, "cause": Sentence(f"cause.{self.cause}")}
        if self.kind == "not_sent":
            spoken["hint"] = Sentence(f"hint.{self.cause}")
        return say(self.kind, language, spoken)

    @property
    def retry(self) -> Resend:
        return "yes" if self.sent is False else "check"

    @property
    def cause(self) -> str:
        return str(self.facts["cause"])


class ElementError(Bilingual):
    """An element directory that cannot be found, read or written; `kind` says which way."""
