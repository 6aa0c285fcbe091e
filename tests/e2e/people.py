"""Who the stories are about: made up anew for each, so that none meets another's people. Next stop: portal.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


def _mark() -> str:
    return uuid4().hex[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The first administrator of a company, and the company."""

    mark: str = field(default_factory=_mark)
    """A word that stands in everything of theirs that is secret, so that it can be looked for."""
    language: str = "ja"
    timezone: str = "Asia/Tokyo"
    second_factor: str = "TOTP"
    contracts: int = 2

    @property
    def name(self) -> str:
        """Their full name."""
        return f"佐藤 花子{self.mark}" if self.language == "ja" else f"Hanako {self.mark} Sato"

    @property
    def email(self) -> str:
        """Their address and login."""
        return f"hanako.{self.mark}@example.co.jp"

    @property
    def phone(self) -> str:
        """Their number as the form has it, with hyphens."""
        return f"03-{int(self.mark[:4], 16) % 9000 + 1000}-{int(self.mark[4:8], 16) % 9000 + 1000}"

    @property
    def password(self) -> str:
        """What they choose; nothing in it is theirs."""
        return f"umbrella-{self.mark[::-1]}-kettle"

    @property
    def new_password(self) -> str:
        """What they choose after a reset."""
        return f"lantern-{self.mark[::-1]}-saddle"

    @property
    def company(self) -> str:
        """The company's name."""
        return f"株式会社{self.mark}商事"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may write down in the clear."""
        return (self.name, self.email, self.phone, self.phone.replace("-", ""), self.password, self.new_password)

    def identity(self, **other: str) -> dict[str, str]:
        """Return how they prove who they are."""
        return {"email": self.email, "name": self.name, "contactPhoneNumber": self.phone, **other}

    def form(self, **changes: Any) -> dict[str, Any]:
        """Return the application form."""
        return {
            "applicationNumber": f"A-{self.mark}",
            "customer": {"companyName": self.company, "customerNumber": f"C{self.mark}"},
            "administrator": {
                "name": self.name,
                "email": self.email,
                "phoneNumber": self.phone,
                "mailLanguage": self.language,
                "timezone": self.timezone,
                "secondFactor": self.second_factor,
            },
            "contracts": [contract(self.mark, number) for number in range(self.contracts)],
            **changes,
        }


def contract(mark: str, number: int) -> Mapping[str, Any]:
    """Return a contract of the form, always the same for a mark."""
    return {
        "contractNumber": f"N{(int(mark, 16) + number) % 10**9:09d}",
        "serviceName": "smart-pbx",
        "optionType": "standard",
        "distinguishName": f"内線グループ {number + 1}",
        "site": "東京本社",
        "vpnGroupId": f"V{number:06d}",
        "extensionIds": [f"80{number}1", f"80{number}2"],
        "externalNumbers": ["050-5555-0101"],
        "channels": 4 + number,
        "options": ["voicemail"],
    }
