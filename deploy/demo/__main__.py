"""Plays in the sample companies and tells how to log in: `make demo`. Next stop: company.py."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from deploy.demo.company import SET_UP, WAITING, Company
from deploy.demo.kept import Kept, Played
from deploy.demo.playing import LARGE, Operator
from deploy.demo.portal import DemoFailed, Mailbox, Portal
from deploy.demo.setting_up import Stage, play
from deploy.demo.staff import Staff
from deploy.demo.telling import told
from deploy.secret_files import OPERATOR
from deploy.services import NAMES, existing


async def run() -> None:
    """Play in what is missing; what is there stays. Raises: DemoFailed."""
    url, box = os.environ["PORTAL_PUBLIC_URL"], os.environ["PORTAL_MAILBOX_URL"]
    secret = (Path(os.environ["PORTAL_SECRETS_DIR"]) / OPERATOR).read_text().strip()
    waiting, ready = Company.read(WAITING), [Company.read(file) for file in SET_UP]
    async with ClientSession(timeout=ClientTimeout(total=60), cookie_jar=DummyCookieJar()) as client:
        portal = Portal(client, url)
        await portal.become_operator(secret)
        state = Path(os.environ["PORTAL_STATE"])
        mailbox, kept = Mailbox(client, box), Kept(state)
        played = Played(state, datetime.now(UTC))
        stage = Stage(portal, mailbox, kept, url, _say, played.anchor)
        credentials = await play(stage, waiting, ready)
        for company in (waiting, *ready):
            if not played.knows(company.number):
                _say(f"{company.name}: a month of {await Operator(portal).play(company, played.anchor)}")
                played.add(company.number)
        large = next(one for one in ready if one.number == LARGE)
        if added := await Staff(portal, mailbox, kept).add(large):
            _say(f"{large.name}: {added} people")
    shown = os.environ.get("PORTAL_MAILBOX_SHOWN", box)
    for line in told(url, shown, waiting, list(zip(ready, credentials, strict=True))):
        print(line)


def main() -> int:
    """Return 0 when all is there, 1 when not."""
    missing = [name for name in NAMES if name not in existing()]
    if missing:
        print(f"No sample companies: {', '.join(missing)} does not run")
        return 0
    try:
        asyncio.run(run())
    except KeyError as unset:
        print(f"{unset} is not set; `make demo` sets it")
    except DemoFailed as reason:
        print(reason)
    else:
        return 0
    return 1


def _say(words: str) -> None:
    print(f"  {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
