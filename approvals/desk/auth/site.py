"""Where the desk stands: its one address, and what follows for cookies, passkeys and hosts."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from approvals.desk.auth.errors import InsecureOriginError

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Site:
    """The desk's address, such as ``https://desk.example.org``: scheme, host and port, no path.

    ``aliases`` are other host names under which it may be asked. Raises ``InsecureOriginError``
    for an address without TLS that is not on this machine, ``ValueError`` for no address at all.
    """

    origin: str
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parts = urlsplit(self.origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"not an origin: {self.origin}")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise InsecureOriginError(self.origin)
        object.__setattr__(self, "origin", self.origin.rstrip("/"))

    @property
    def secure(self) -> bool:
        """Whether browsers reach the desk through TLS."""
        return self.origin.startswith("https:")

    @property
    def host(self) -> str:
        """The host's name, without port."""
        return urlsplit(self.origin).hostname or ""

    @property
    def hosts(self) -> frozenset[str]:
        """Every name under which the desk answers; on this machine, all of its loopback names."""
        names = {self.host, *self.aliases}
        return frozenset(names | set(LOOPBACK) if is_loopback(self.host) else names)

    @property
    def rp_id(self) -> str | None:
        """The relying party's id for passkeys (WebAuthn 2, 5.1.2); None where it is a number."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return self.host
        return None

    @property
    def cookie(self) -> str:
        """The session cookie's name; ``__Host-`` binds it to this host, ``Secure`` and ``/``."""
        return "__Host-enonce" if self.secure else "enonce"


def is_loopback(host: str) -> bool:
    """Say whether a host name means this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
