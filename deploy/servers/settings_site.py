"""The embedded stand-in for a settings site, which the portal knows as any other. Next stop: deploy/settings_site."""

import json
import sys
import urllib.request
from dataclasses import dataclass

from deploy.part import Launch, NotReady
from deploy.places import PROJECT, Places
from deploy.site_files import CLIENT_ID, KEY


@dataclass(frozen=True, slots=True)
class SettingsSite:
    """A site on which contracts are set; it knows the portal's address, and its own key."""

    places: Places
    http: int
    issuer: str
    name: str = CLIENT_ID
    leans_on_others: bool = False

    @property
    def ports(self) -> tuple[int, ...]:
        """Return the port of its pages."""
        return (self.http,)

    @property
    def url(self) -> str:
        """Return where people reach it: under another name than the portal's, for cookies know no ports."""
        return f"http://127.0.0.1:{self.http}"

    def prepare(self) -> None:
        """Do nothing: the site makes its database itself."""

    def launch(self) -> Launch:
        """Return how to start it."""
        words = ["--http", str(self.http), "--url", self.url, "--issuer", self.issuer, "--client-id", CLIENT_ID]
        files = [
            "--key",
            str(self.places.secrets / KEY),
            "--database",
            str(self.places.data / CLIENT_ID / "site.sqlite"),
        ]
        return Launch(command=[sys.executable, "-m", "deploy.settings_site", *words, *files], folder=PROJECT)

    def ready(self) -> str:
        """Ask whether it answers. Raises: NotReady."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/health/ready", timeout=3) as answer:
                said = json.load(answer)
        except (OSError, ValueError) as error:
            raise NotReady(f"{type(error).__name__}: {error}") from error
        return str(said["version"])
