"""Whom free questions go to: Alibaba Cloud in Live, in Simulate the sandbox after it was told of the element."""

from typing import Any

from element.sandbox import Sandbox
from element.sandbox.catalog import ready
from element.simulate import rehearse
from ui import workspace

_NO_CODE = ""  # a code that nobody can ask for


def asked(full_name: str, live: bool, code: str = _NO_CODE, text: str | None = None) -> Any:
    """The element that asks. In Simulate the sandbox gets to know it, and the template `code` if one is given.

    Raises as App.getElement does.
    """
    if live:
        return workspace.app().getElement(full_name)
    rehearse(workspace.simulated(), full_name, workspace.sandbox(), template_code=code, template_text=text)
    return workspace.simulated().getElement(full_name)


def stock(sandbox: Sandbox) -> None:
    """Lay in the sandbox's ready templates, so that there is something to fetch; a code with another text stays."""
    with sandbox.lock:
        known = {code: template.content for code, template in sandbox.catalog.templates.items()}
        rows = [row for row in ready()["templates"] if known.get(row["code"], row["content"]) == row["content"]]
        sandbox.catalog.fill({"templates": rows})
