"""A rehearsal: tell a sandbox what an element's send needs, so that the same send works there at once."""

from typing import Protocol

from element.aliyun import AliyunSms
from element.app import App
from element.errors import ElementError
from element.settings import Settings
from element.watched import Watched


class Gateway(Protocol):
    """What is asked of a sandbox."""

    def add_account(self, key_id: str, secret: str) -> None: ...
    def add_sign(self, name: str) -> None: ...
    def add_template(self, code: str, content: str | None) -> None: ...


def rehearse(
    app: App,
    full_name: str,
    sandbox: Gateway,
    *,
    template_code: str,
    template_text: str | None = None,
    sign: str | None = None,
) -> None:
    """Make the element's key pair, its signature (and `sign`) and the template known to `sandbox`.

    Without `template_text` the sandbox takes whatever params come. Raises as App.getElement does, and ElementError
    for an element that would not send to the sandbox.
    """
    refuse_other_senders(app, full_name)
    settings = Settings.read(full_name, app.document(full_name, "sms.json"))
    sandbox.add_account(settings.key.id, settings.key.secret)
    for name in {settings.verifySign, sign or settings.verifySign}:
        sandbox.add_sign(name)
    sandbox.add_template(template_code, template_text)


def refuse_other_senders(app: App, full_name: str) -> None:
    """Raises ElementError for an element that does not send where its app says: it would reach real people."""
    if not sends_through_alibaba(app.getElement(full_name)):
        raise ElementError("not_simulated", {"element": full_name})


def sends_through_alibaba(element: object) -> bool:
    """Whether an executable is the official one or inherits from it, also while hooks watch it."""
    return isinstance(element.__wrapped__ if isinstance(element, Watched) else element, AliyunSms)
