"""The gateway's settings, from the environment. Next stop: main.py."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from kernel.adapters.settings import ServiceSettings


class GatewaySettings(ServiceSettings):
    """What the gateway needs beside what every service needs."""

    redis_url: str = "redis://127.0.0.1:56379/0"
    sessions_url: str | None = None
    """Redis for sessions and limits; by default another database of the same server."""
    allowed_hosts: str = ""
    """Hosts beside the public one that may be asked for, comma separated."""
    sites_dir: Path = Path(".portal/sites")
    """One JSON file for each settings site that people may go on to. See: docs/settings-site.md."""
    trusted_proxies: str = ""
    """Networks whose X-Forwarded-For is believed, comma separated."""
    session_idle_minutes: int = Field(default=30, ge=1, le=24 * 60)
    session_absolute_hours: int = Field(default=12, ge=1, le=7 * 24)
    tries_a_minute: int = Field(default=600, ge=0)
    """How often one address may try to log in, activate, reset or get a token, each; 0 does not count."""

    @property
    def issuer(self) -> str:
        """Return how settings sites know us."""
        return self.public_url.rstrip("/")

    @property
    def idle(self) -> timedelta:
        """Return how long a session may be left alone."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def absolute(self) -> timedelta:
        """Return how long a session may last."""
        return timedelta(hours=self.session_absolute_hours)
