"""The embedded mailbox: takes every mail, sends none. Next stop: deploy/mailbox."""

import json
import sys
import urllib.request
from dataclasses import dataclass

from deploy.part import Launch, NotReady
from deploy.places import PROJECT, Places


@dataclass(frozen=True, slots=True)
class Mailbox:
    """SMTP, and a page and an API that show what came."""

    places: Places
    smtp: int
    http: int
    name: str = "mailbox"
    leans_on_others: bool = False

    @property
    def ports(self) -> tuple[int, ...]:
        """Return the port of the page, then that of SMTP."""
        return (self.http, self.smtp)

    @property
    def smtp_url(self) -> str:
        """Return where mails are sent to."""
        return f"smtp://127.0.0.1:{self.smtp}"

    @property
    def url(self) -> str:
        """Return where mails are read."""
        return f"http://localhost:{self.http}"

    def prepare(self) -> None:
        """Do nothing: the mailbox makes its file itself."""

    def launch(self) -> Launch:
        """Return how to start it."""
        file = self.places.data / "mailbox" / "mails.sqlite"
        ports = ["--smtp", str(self.smtp), "--http", str(self.http)]
        command = [sys.executable, "-m", "deploy.mailbox", *ports, "--file", str(file)]
        return Launch(command=command, folder=PROJECT)

    def ready(self) -> str:
        """Ask whether it answers. Raises: NotReady."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/api/v1/info", timeout=3) as answer:
                said = json.load(answer)
        except (OSError, ValueError) as error:
            raise NotReady(f"{type(error).__name__}: {error}") from error
        return str(said["Version"])
