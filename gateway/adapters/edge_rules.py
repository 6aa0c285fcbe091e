"""What the edge goes by, all of it from settings and nothing from a request. Next stop: edge.py."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

FORMS = "form-action 'self'"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class EdgeRules:
    """Which hosts and origins are ours, which proxies are believed, which headers every answer carries."""

    def __init__(
        self,
        *,
        public_url: str,
        allowed_hosts: Iterable[str] = (),
        trusted_proxies: Iterable[str] = (),
        form_targets: Iterable[str] = (),
    ) -> None:
        """Take the public address, hosts beside it (`127.0.0.1:8080`) and networks of proxies (`10.0.0.0/8`).

        *form_targets* are the origins of other sites that a login may lead to: a browser that follows what answers a
        form asks the policy of the form's page at each step.

        Raises: ValueError for a network that is none.
        """
        parts = urlsplit(public_url)
        self._scheme = parts.scheme
        self._hosts = {self._plain(text) for text in (parts.netloc, *allowed_hosts) if text.strip()}
        self._origins = {f"{self._scheme}://{host}" for host in self._hosts}
        self._proxies: tuple[Network, ...] = tuple(ip_network(text.strip()) for text in trusted_proxies if text.strip())
        self.headers = _headers(form_targets, secure=self._scheme == "https")

    def knows_host(self, text: str) -> bool:
        """Return whether a Host header names us."""
        return text in self._hosts or self._plain(text) in self._hosts

    def knows_origin(self, text: str) -> bool:
        """Return whether an Origin header names us."""
        return text.lower() in self._origins

    @property
    def believes_proxies(self) -> bool:
        """Return whether any proxy is believed."""
        return bool(self._proxies)

    def client(self, peer: str, forwarded_for: Iterable[str]) -> str:
        """Return the caller's address: the peer's, or behind believed proxies what the first of them saw."""
        hops = [part for line in forwarded_for for part in line.split(",")]
        found = _address(peer)
        while found is not None and self._is_believed(found) and hops:
            found = _address(hops.pop())
        return peer if found is None else str(found)

    def _is_believed(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)

    def _plain(self, text: str) -> str:
        return text.strip().lower().removesuffix(":443" if self._scheme == "https" else ":80")


def _headers(form_targets: Iterable[str], *, secure: bool) -> list[tuple[bytes, bytes]]:
    headers = {
        "content-security-policy": CSP.replace(FORMS, " ".join((FORMS, *sorted(form_targets)))),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "permissions-policy": PERMISSIONS,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if secure:
        # RFC 6797, section 7.2: never on an answer that a plain connection carries.
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _address(text: str) -> Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None
