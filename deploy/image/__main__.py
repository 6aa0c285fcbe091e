"""What the image runs: `docker run IMAGE identity`. Next stop: a service's main.py.

A service takes the place of this process, so that it is the one that hears the engine's signals.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from deploy.places import PROJECT, default_state

SERVICES = ("identity", "users", "contracts", "notifier", "gateway")
SITE = "settings-site"
SITE_PORT = "PORTAL_SETTINGS_SITE_PORT"
SITE_URL = "PORTAL_SETTINGS_SITE_URL"
EPILOGUE = f"""\
WHAT is one of
  {" ".join(SERVICES)}
                  a service; ROLES says which of its roles run here, such as http or http,relay; all when left out
  settings-site   the stand-in for the site on which contracts are set
  prepare         makes databases, tables and topics, then ends
  secrets         makes keys and passwords in $PORTAL_STATE, and the files that containers are given
  demo            plays in the sample companies and people, and tells how to log in
  journey         walks the first journey through the running portal
Each is told by its environment; deploy/compose.yaml is the example."""


def program(what: str) -> list[str]:
    """Return the words behind `python` that run *what*."""
    match what:
        case "gateway":
            return ["-m", "gateway.main"]
        case "demo":
            return ["-m", "deploy.demo"]
        case "journey":
            return ["examples/journey.py"]
        case name if name == SITE:
            return ["-m", "deploy.settings_site", *_site()]
        case _:
            return ["-m", f"services.{what}.main"]


def _site() -> list[str]:
    folder = Path(os.environ["PORTAL_SECRETS_DIR"])
    told = {
        "--http": os.environ[SITE_PORT],
        "--host": os.environ["PORTAL_HTTP_HOST"],
        "--name": SITE,
        "--url": os.environ[SITE_URL],
        "--issuer": os.environ["PORTAL_PUBLIC_URL"],
        "--client-id": SITE,
        "--key": str(folder / f"{SITE}.jwk"),
        "--database": str(default_state() / "site.sqlite"),
    }
    return [word for pair in told.items() for word in pair]


def main() -> None:
    """Do what the words ask for, or become the process that does."""
    words = argparse.ArgumentParser(
        "portal", epilog=EPILOGUE, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    known = [*SERVICES, SITE, "prepare", "secrets", "demo", "journey"]
    words.add_argument("what", choices=known, metavar="WHAT")
    words.add_argument("roles", nargs="?", metavar="ROLES")
    asked = words.parse_args()
    if asked.roles:
        if asked.what not in SERVICES:
            words.error(f"{asked.what} has no roles")
        os.environ["PORTAL_ROLES"] = asked.roles
    if asked.what == "prepare":
        from deploy.image.preparing import prepare  # noqa: PLC0415 - a service need not wait for what it does not use

        asyncio.run(prepare())
    elif asked.what == "secrets":
        from deploy.image.giving import give  # noqa: PLC0415 - as above

        give(default_state(), os.environ[SITE_URL], f"http://{SITE}:{os.environ[SITE_PORT]}")
    else:
        os.chdir(PROJECT)
        os.execv(sys.executable, [sys.executable, *program(asked.what)])  # noqa: S606 - words of our own


if __name__ == "__main__":
    main()
