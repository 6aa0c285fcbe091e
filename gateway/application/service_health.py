"""What works and what does not, in words, for the status page. Next stop: adapters/reachable.py."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kernel.application.ports import Clock

PATIENCE = 1.5
"""Seconds until a part that does not answer counts as down."""


class Part(StrEnum):
    """A part of the portal as a person knows it."""

    LOGIN = "LOGIN"
    SESSIONS = "SESSIONS"
    CONTRACTS = "CONTRACTS"
    USERS = "USERS"
    UPDATES = "UPDATES"


WORDS: Mapping[Part, Mapping[str, tuple[str, str]]] = {
    Part.LOGIN: {
        "ja": ("ログインとパスワードの設定ができます。", "いまはログインとパスワードの設定ができません。"),
        "en": ("You can log in and set passwords.", "Logging in and setting passwords does not work now."),
    },
    Part.SESSIONS: {
        "ja": ("ログイン中の画面を表示できます。", "いまはログイン後の画面を表示できません。"),
        "en": ("Pages after login can be shown.", "Pages after login cannot be shown now."),
    },
    Part.CONTRACTS: {
        "ja": ("申し込みと契約の変更を受け付けています。", "いまは申し込みと契約の変更を受け付けられません。"),
        "en": (
            "Applications and contract changes are accepted.",
            "Applications and contract changes are not accepted now.",
        ),
    },
    Part.USERS: {
        "ja": ("ユーザー情報を変更できます。", "いまはユーザー情報を変更できません。"),
        "en": ("User settings can be changed.", "User settings cannot be changed now."),
    },
    Part.UPDATES: {
        "ja": ("表示は最新です。", "表示が最新でないことがあります。"),
        "en": ("What is shown is up to date.", "What is shown may be out of date."),
    },
}


@dataclass(frozen=True, slots=True)
class PartHealth:
    """Whether one part works."""

    part: Part
    works: bool

    def words(self, language: str) -> str:
        """Return what that means for a person."""
        good, bad = WORDS[self.part]["en" if language == "en" else "ja"]
        return good if self.works else bad


@dataclass(frozen=True, slots=True)
class Health:
    """How the portal is."""

    parts: Sequence[PartHealth]
    at: datetime

    @property
    def works(self) -> bool:
        """Return whether everything works."""
        return all(part.works for part in self.parts)


@dataclass(slots=True, kw_only=True)
class HealthJourney:
    """Asks each part, at most every two seconds however many people look."""

    checks: Mapping[Part, Callable[[], Awaitable[bool]]]
    now: Clock
    seconds: float = 2.0
    _last: Health | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def show(self) -> Health:
        """Return what works; a part that does not answer in time does not."""
        # Whoever comes while the parts are asked waits for that answer instead of asking too.
        async with self._asking:
            now = self.now()
            if self._last is None or (now - self._last.at).total_seconds() >= self.seconds:
                works = await asyncio.gather(*(self._works(check) for check in self.checks.values()))
                self._last = Health([PartHealth(part, one) for part, one in zip(self.checks, works, strict=True)], now)
            return self._last

    async def _works(self, check: Callable[[], Awaitable[bool]]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return await check()
        except Exception:  # noqa: BLE001 - whatever is wrong with a part, it does not work
            return False
