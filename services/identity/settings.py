"""Identity's settings, from the environment. Next stop: main.py."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from kernel.adapters.settings import ServiceSettings
from services.identity.application.rules import Rules


class IdentitySettings(ServiceSettings):
    """What identity needs beside what every service needs."""

    link_hours: float = Field(default=72, gt=0, le=24 * 14)
    """How long a mailed link lives."""
    links_a_day: int = Field(default=10, ge=1)
    argon2_kib: int = Field(default=19456, ge=8)
    argon2_passes: int = Field(default=2, ge=1)
    hash_threads: int = Field(default=2, ge=1)
    hash_queue: int = Field(default=64, ge=1)
    """How many passwords may wait to be hashed or checked; more are told to come back."""
    sites_dir: Path = Path(".portal/sites")
    """One JSON file for each settings site that people may go on to. See: docs/settings-site.md."""
    mails_an_hour: int = Field(default=20, ge=1)
    """How many codes one person may be mailed in an hour."""

    @property
    def issuer(self) -> str:
        """Return how settings sites know us."""
        return self.public_url.rstrip("/")

    @property
    def rules(self) -> Rules:
        """Return the numbers of the way in."""
        return Rules(
            link_life=timedelta(hours=self.link_hours),
            links_a_day=self.links_a_day,
            mails_an_hour=self.mails_an_hour,
        )
