"""The sample companies: each an application form in a file beside this one. Next stop: portal.py."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
WAITING = "application.json"
"""Its administrator finds the activation mail and goes on alone."""
SET_UP = ("second.json", "third.json")
"""Their administrators are set up already, to look around at once."""


@dataclass(frozen=True, slots=True)
class Company:
    """A sample company, as its form tells."""

    form: dict[str, Any]

    @classmethod
    def read(cls, file: str) -> "Company":
        """Read a form."""
        return cls(json.loads((FOLDER / file).read_text(encoding="utf-8")))

    @property
    def number(self) -> str:
        """Return the application's number."""
        return str(self.form["applicationNumber"])

    @property
    def name(self) -> str:
        """Return the company's name."""
        return str(self.form["customer"]["companyName"])

    @property
    def administrator(self) -> dict[str, str]:
        """Return the first administrator."""
        person: dict[str, str] = self.form["administrator"]
        return person

    @property
    def identity(self) -> dict[str, str]:
        """Return what the administrator confirms their identity with."""
        person = self.administrator
        return {"email": person["email"], "name": person["name"], "contactPhoneNumber": person["phoneNumber"]}
