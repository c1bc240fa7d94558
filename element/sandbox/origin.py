"""Who may talk to a sandbox on this machine: its own address, and no page of another site.

A browser sends the name it was given in Host (so a foreign name that resolves to this machine is refused), and
says in Origin and Sec-Fetch-Site whose page is asking.
"""

from collections.abc import Collection, Mapping

from .refusals import Refusal

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
OWN_PAGES = ("", "same-origin", "none")


def check_host(host: str, allowed: Collection[str]) -> None:
    """Raises Refusal for a Host that is neither loopback nor allowed."""
    name = _without_port(host).lower()
    if name not in LOOPBACK and name not in allowed:
        raise Refusal("Sandbox.ForeignHost")


def check_origin(headers: Mapping[str, str]) -> None:
    """Raises Refusal for a request that a page of another site makes."""
    origin = headers.get("origin", "")
    if origin and origin != f"http://{headers.get('host', '')}":
        raise Refusal("Sandbox.ForeignOrigin")
    if headers.get("sec-fetch-site", "") not in OWN_PAGES:
        raise Refusal("Sandbox.ForeignOrigin")


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
