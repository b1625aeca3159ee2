"""Who may come in: requests to this server's own name, from its own pages, with the token of this start. Pure."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

HTTP_PORT = 80


@dataclass(frozen=True, slots=True)
class Guard:
    """Checks every request. `names` are the addresses and host names by which this server may be called, `port` the one it listens on."""

    token: str
    names: frozenset[str]
    port: int

    def refusal(self, path: str, hosts: Sequence[str], origins: Sequence[str], needs_origin: bool) -> str:
        """Why a request is refused, empty when it may come in. `hosts` and `origins` are all its headers of these names.

        A page of another site that names this server by an address of its own shows in Host, one that calls it in Origin. A browser
        sends no Origin with a page's own address, and always with a websocket: there it is needed.
        """
        own = {authority.lower() for name in self.names for authority in authorities(name, self.port)}
        if len(hosts) != 1 or hosts[0].lower() not in own:
            return "this server answers only under its own address, as alvh serve printed it"
        if origins and [origin.lower() for origin in origins] != [f"http://{hosts[0].lower()}"]:
            return "requests of other sites are not answered"
        if needs_origin and not origins:
            return "a websocket is opened only by the page of this server"
        if not hmac.compare_digest(path.split("/")[1].encode("utf-8", "replace") if "/" in path else b"", self.token.encode()):
            return "the address lacks the token of this start, use it as alvh serve printed it"
        return ""


def authorities(name: str, port: int) -> tuple[str, ...]:
    """How a name and a port stand in a Host header."""
    host = f"[{name}]" if ":" in name else name
    return (f"{host}:{port}", host) if port == HTTP_PORT else (f"{host}:{port}",)


def is_local(address: str) -> bool:
    """Whether an IP address is reached from this machine alone. Raises ValueError for what is no IP address."""
    return ipaddress.ip_address(address).is_loopback


def is_wildcard(address: str) -> bool:
    """Whether an IP address stands for all of this machine's."""
    return ipaddress.ip_address(address).is_unspecified
