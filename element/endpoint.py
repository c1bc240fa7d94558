"""Where requests go: an address the user configured, or Alibaba's own."""

import os
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from element.errors import ElementError

ALIBABA = "https://dysmsapi.aliyuncs.com"
VARIABLE = "DYSMSAPI_ENDPOINT"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Endpoint:
    """A scheme ("http" or "https"), a host name or address, and a port."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The Host header's value: the port is left out where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def is_loopback(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def is_alibaba(self) -> bool:
        return f".{self.host}".endswith(".aliyuncs.com")


def endpoint(url: str | None = None) -> Endpoint:
    """The endpoint at `url`, else at $DYSMSAPI_ENDPOINT, else Alibaba's own over https.

    Raises ElementError for what is no plain http(s) URL, and for Alibaba's own without TLS.
    """
    text = url or os.environ.get(VARIABLE) or ALIBABA
    found = _parsed(text)
    if found is None or (found.is_alibaba and found.scheme != "https"):
        raise ElementError("bad_endpoint", {"endpoint": text.rpartition("@")[2]})
    return found


def _parsed(text: str) -> Endpoint | None:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    host = (parts.hostname or "").rstrip(".")  # a name with the root's dot is the same name
    if parts.scheme not in _PORTS or not host or not plain:
        return None
    return Endpoint(parts.scheme, host, port or _PORTS[parts.scheme])
