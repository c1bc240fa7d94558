"""The proxy that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), and how to ask it for a tunnel."""

from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from element.endpoint import Endpoint


class ProxyRefused(Exception):
    """The proxy did not open the tunnel, or its address cannot be used."""


@dataclass(frozen=True)
class Proxy:
    """Where the proxy is; `credentials` are "user:password" or empty, and not shown."""

    host: str
    port: int
    credentials: str

    def __repr__(self) -> str:
        return f"Proxy({self.host!r}, {self.port})"


def proxy_for(endpoint: Endpoint) -> Proxy | None:
    """The proxy for `endpoint`, or None. What stays on this machine never goes through one."""
    if endpoint.is_loopback or proxy_bypass(endpoint.host):
        return None
    address = getproxies().get(endpoint.scheme)
    return _parsed(address) if address else None


def tunnel_request(endpoint: Endpoint, proxy: Proxy) -> bytes:
    """The CONNECT request for a tunnel to `endpoint`."""
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    lines = [f"CONNECT {host}:{endpoint.port} HTTP/1.1", f"Host: {host}:{endpoint.port}"]
    if proxy.credentials:
        token = b64encode(proxy.credentials.encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {token}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _parsed(address: str) -> Proxy:
    usable = None
    with suppress(ValueError):
        parts = urlsplit(address if "://" in address else f"http://{address}")
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
        if parts.scheme == "http" and parts.hostname:
            usable = Proxy(parts.hostname, parts.port or 8080, credentials)
    if usable is None:
        raise ProxyRefused
    return usable
