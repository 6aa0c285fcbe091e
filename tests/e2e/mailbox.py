"""The mailbox as its API shows it, the same as Mailpit's. Next stop: portal.py."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

LINK = re.compile(r"(https?://\S+?)/activate/([\w-]+)")
CODE = re.compile(r"(?<!\w)(\d{6})(?!\w)")
PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that arrived."""

    message_id: str
    sender: str
    reply_to: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str

    @property
    def token(self) -> str:
        """The secret of its link."""
        return self._link(2)

    @property
    def origin(self) -> str:
        """Where its link leads."""
        return self._link(1)

    @property
    def code(self) -> str:
        """Its one-time code."""
        found = CODE.search(self.text)
        assert found, f"no code in {self.text!r}"
        return found[1]

    @property
    def has_code(self) -> bool:
        """Whether it carries a one-time code; a notice or a link is none."""
        return CODE.search(self.text) is not None and not self.has_link

    @property
    def has_link(self) -> bool:
        """Whether it carries a one-time link."""
        return LINK.search(self.text) is not None

    def _link(self, part: int) -> str:
        found = LINK.search(self.text)
        assert found, f"no link in {self.text!r}"
        return found[part]


class Mailbox:
    """All mails of the stack."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=30)
        self._read: dict[str, Mail] = {}
        """What was read before, by its name; a mail never changes."""

    async def to(self, address: str) -> list[Mail]:
        """Return the mails to an address, oldest first."""
        return await self._found("/api/v1/search", query=f'to:"{address}"')

    async def everything(self) -> list[Mail]:
        """Return all mails, oldest first."""
        return await self._found("/api/v1/messages")

    async def wait(self, address: str, count: int = 1, *, links: bool | None = None, seconds: float = 40) -> list[Mail]:
        """Return the mails to an address once there are *count*; those with or without links where that is said."""
        return await self._wait(address, count, lambda mail: links is None or mail.has_link is links, seconds)

    async def codes(self, address: str, count: int = 1) -> list[str]:
        """Return the codes that were mailed to an address once there are *count*, oldest first."""
        return [mail.code for mail in await self._wait(address, count, lambda mail: mail.has_code, 40)]

    async def known_codes(self, address: str) -> int:
        """Return how many codes have come to an address."""
        return sum(mail.has_code for mail in await self.to(address))

    async def _wait(self, address: str, count: int, wanted: Callable[[Mail], bool], seconds: float) -> list[Mail]:
        until = asyncio.get_running_loop().time() + seconds
        while True:
            mails = [mail for mail in await self.to(address) if wanted(mail)]
            if len(mails) >= count:
                return mails
            if asyncio.get_running_loop().time() > until:
                raise AssertionError(f"{len(mails)} mails instead of {count}")
            await asyncio.sleep(0.1)

    async def refuse(self, **steps: int) -> None:
        """Have deliveries refused from now on with the given answers; without any, take them all."""
        chaos = {step.capitalize(): {"ErrorCode": code, "Probability": 100} for step, code in steps.items()}
        (await self._http.put("/api/v1/chaos", json=chaos)).raise_for_status()

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()

    async def _found(self, path: str, **query: str) -> list[Mail]:
        answer = await self._http.get(path, params={"limit": PAGE, **query})
        found = [await self._mail(short["ID"]) for short in answer.raise_for_status().json()["messages"]]
        return found[::-1]

    async def _mail(self, name: str) -> Mail:
        if name not in self._read:
            self._read[name] = await self._fetch(name)
        return self._read[name]

    async def _fetch(self, name: str) -> Mail:
        told: dict[str, Any] = (await self._http.get(f"/api/v1/message/{name}")).raise_for_status().json()
        return Mail(
            message_id=told["MessageID"],
            sender=told["From"]["Address"],
            reply_to=told["ReplyTo"][0]["Address"] if told["ReplyTo"] else "",
            to=tuple(one["Address"] for name in ("To", "Cc", "Bcc") for one in told[name]),
            subject=told["Subject"],
            text=told["Text"].replace("\r\n", "\n"),
            html=told["HTML"],
        )
