"""Tells how to get in. The last stop: the portal in a browser."""

import time
from collections.abc import Iterator

import pyotp

from deploy.demo.company import Company
from deploy.demo.kept import Credentials

PERIOD = 30


def told(url: str, mailbox: str, waiting: Company, ready: list[tuple[Company, Credentials]]) -> Iterator[str]:
    """Return the lines that a newcomer needs."""
    yield f"Sample logins at {url}"
    for company, credentials in ready:
        yield f"  {company.name}"
        yield f"    mail address  {company.administrator['email']}"
        yield f"    password      {credentials.password}"
        yield from _code(credentials, mailbox)
    person = waiting.administrator
    yield f"The first login yourself: {waiting.name}"
    yield f"    mail          in the mailbox, {mailbox}: open its link, then confirm who you are"
    yield f"    mail address  {person['email']}"
    yield f"    name          {person['name']}"
    yield f"    phone number  {person['phoneNumber']}"


def _code(credentials: Credentials, mailbox: str) -> Iterator[str]:
    if credentials.totp_secret is None:
        yield f"    code          comes by mail, see {mailbox}"
        return
    left = PERIOD - int(time.time()) % PERIOD
    code = pyotp.TOTP(credentials.totp_secret).now()
    yield f"    code          {code} for {left} more seconds, then `make demo` shows the next one;"
    yield f"                  or enter {credentials.totp_secret} into an authenticator app"
