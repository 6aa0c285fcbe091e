"""Brings what people type into one form, and makes keyed fingerprints of it. Next stop: guarded_links.py."""

import ipaddress
import re
import unicodedata
from uuid import UUID

import phonenumbers

from kernel.adapters.keys import fingerprint
from kernel.adapters.mail_addresses import comparable
from services.identity.application.ports import Fingerprint, Said

REGION = "JP"
"""Where a phone number without a country is."""
IPV6_SITE = 64

_GAPS = re.compile(r"[\s\-‐‑‒–—―−ｰ・()]+")  # noqa: RUF001 - the hyphens that people type
_PHONE_GAPS = re.compile(r"[\s\-‐‑‒–—―−ーｰ()]+")  # noqa: RUF001 - a long vowel is no hyphen in a name


def normal_name(name: str) -> str:
    """Return a name without what people write differently: width, spaces, hyphens."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", name))


def normal_phone(number: str) -> str:
    """Return a phone number in E.164, so that 03-1234-5678 is +81 3 1234 5678; as typed when it is none."""
    text = _PHONE_GAPS.sub("", unicodedata.normalize("NFKC", number))
    try:
        read = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


class PepperedFingerprints:
    """Fingerprints under the pepper. See: ports.Fingerprints."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper

    def of(self, said: Said) -> Fingerprint:
        """Return the fingerprint of mail address, name and phone number."""
        return Fingerprint(
            email=self.email(said.email),
            name=fingerprint(self._pepper, "name", normal_name(said.name)),
            phone=fingerprint(self._pepper, "phone", normal_phone(said.phone)),
        )

    def email(self, email: str) -> bytes:
        """Return the fingerprint of a mail address."""
        return fingerprint(self._pepper, "email", comparable(email))

    def network(self, email: str, ip: str) -> bytes:
        """Return the fingerprint of a mail address tried from a network: an IPv4 address, or an IPv6 site."""
        return fingerprint(self._pepper, "network", f"{comparable(email)}\n{_network(ip)}")

    def own(self, user_id: UUID) -> bytes:
        """Return under what a person's wrong tries of their own password are counted, while they are logged in."""
        return fingerprint(self._pepper, "own password", str(user_id))

    def code(self, challenge_id: UUID, code: str) -> bytes:
        """Return the fingerprint of a code; the same code has another one in another challenge."""
        return fingerprint(self._pepper, "code", f"{challenge_id}\n{code}")


def _network(ip: str) -> str:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    # IPv4 peers in IPv6's words lie in one site all together, and must not be counted against one another.
    return str(address.ipv4_mapped or ipaddress.ip_network((int(address), IPV6_SITE), strict=False))
