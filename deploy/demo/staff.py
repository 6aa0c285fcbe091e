"""Adds the people of the large company, as its administrator would. Next stop: telling.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.demo.company import Company
from deploy.demo.kept import Kept
from deploy.demo.portal import Mailbox, Portal

PEOPLE = 2000
ROWS = 500
"""People of one call."""

CODE = r"(?m)^\s*(\d{6})\s*$"

FIRST = (
    "Emma",
    "Oliver",
    "Sophie",
    "Lukas",
    "Marta",
    "Noah",
    "Chloé",
    "Hugo",
    "Ines",
    "Felix",
    "Sakura",
    "Haruto",
    "Amelia",
    "George",
    "Léa",
    "Jonas",
    "Zofia",
    "Mateo",
    "Aoife",
    "Liam",
    "Freya",
    "Emil",
    "Nina",
    "Kenji",
    "Ava",
    "Arthur",
    "Elif",
    "Tomás",
    "Yui",
    "Ravi",
)
LAST = (
    "Smith",
    "Müller",
    "Dubois",
    "Rossi",
    "García",
    "Nowak",
    "Jensen",
    "O'Brien",
    "Tanaka",
    "Sato",
    "Weber",
    "Silva",
    "Johnson",
    "Schmidt",
    "Bernard",
    "Bianchi",
    "Martínez",
    "Kowalski",
    "Nielsen",
    "Murphy",
    "Suzuki",
    "Takahashi",
    "Fischer",
    "Costa",
    "Taylor",
    "Wagner",
    "Moreau",
    "Ferrari",
    "López",
    "Wójcik",
    "Andersen",
    "Kelly",
    "Ito",
    "Yamamoto",
    "Becker",
    "Santos",
    "Evans",
    "Hoffmann",
    "Laurent",
    "Marino",
)
TITLES = ("Engineer", "Sales", "Support", "Planning", "Finance", "Facilities")


@dataclass(frozen=True, slots=True)
class Staff:
    """Adds people once."""

    portal: Portal
    mailbox: Mailbox
    kept: Kept

    async def add(self, company: Company) -> int:
        """Add everybody; return how many are new. Raises: DemoFailed."""
        email = company.administrator["email"]
        if self.kept.of(email).staff:
            return 0
        await self.portal.begin_login(email, self.kept.of(email).password)
        await self.portal.finish_login(await self.mailbox.wait(email, CODE))
        everybody = list(people())
        # Their links can wait: nobody looks for two thousand mails in a sample's mailbox.
        added = [
            await self.portal.import_users(everybody[begin : begin + ROWS], later=True)
            for begin in range(0, PEOPLE, ROWS)
        ]
        await self.portal.log_out()
        self.kept.has_staff(email)
        return sum(added)


def people() -> Iterator[dict[str, Any]]:
    """Return the people, the same in every run."""
    for number in range(PEOPLE):
        first, last = FIRST[number % len(FIRST)], LAST[(number * 7 + number // len(FIRST)) % len(LAST)]
        yield {
            "name": f"{first} {last}",
            "email": f"person{number + 1:04d}@hinode-trading.example.com",
            "phoneNumber": f"+44 20 7946 {1000 + number}",
            "title": TITLES[number % len(TITLES)],
            "mailLanguage": "en",
            "timezone": "Europe/London",
            "secondFactor": "TOTP" if number % 3 else "MAIL_OTP",
            "role": "GENERAL_USER",
        }
