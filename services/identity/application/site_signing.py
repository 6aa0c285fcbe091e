"""The keys that sign what settings sites get: two of them live, each in its time. Next stop: domain/site.py."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from kernel.application.cancellation import heed_cancellation
from kernel.application.ports import Clock
from kernel.domain.errors import Unavailable
from services.identity.application.site_ports import KeptKey, KeyStore, MakeKey, Sign
from services.identity.domain.site import planned, signing

REST_SECONDS = 60.0
KNOWN_FOR = timedelta(seconds=5)
"""How long the keys that were read last are gone by; the same ones are asked for with every login of a site."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Known:
    keys: Sequence[KeptKey] = ()
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSigning:
    """Signs with the key whose turn it is, and makes and drops keys in time."""

    store: KeyStore
    make: MakeKey
    sign: Sign
    now: Clock
    _known: _Known = field(default_factory=_Known)

    async def run(self) -> None:
        """Look after the keys until cancelled; a server that is away is met again later."""
        while True:
            heed_cancellation()
            try:
                await self.tend()
            except Unavailable as trouble:
                log.warning("signing.tries_later", error=repr(trouble))
            await asyncio.sleep(REST_SECONDS)

    async def tend(self) -> None:
        """Make what is missing and drop what nobody needs any more."""
        plan = planned(await self.store.all(), self.now())
        for signs_from in plan.make:
            # Making one takes a tenth of a second of a processor.
            await self.store.add(await asyncio.to_thread(self.make), signs_from, self.now())
            log.info("signing.key_made", signs_from=signs_from.isoformat())
        for kid in plan.drop:
            await self.store.drop(kid)
            log.info("signing.key_dropped", kid=kid)
        self._known.read_at = None

    async def rotate(self, *, withdraw: bool = False) -> None:
        """Have the next key sign from now on; *withdraw* the one of before at once, as when it is no longer secret."""
        await self.tend()
        before = signing(await self.store.all(), self.now())
        await self.store.advance(self.now())
        if withdraw and before:
            await self.store.drop(before.kid)
        await self.tend()

    async def published(self) -> Sequence[Mapping[str, Any]]:
        """Return the public keys. Raises: Unavailable."""
        return [kept.key.public for kept in await self._keys()]

    async def signed(self, claims: Mapping[str, Any], typ: str) -> str:
        """Return *claims* signed, as a token of a type. Raises: Unavailable."""
        chosen = signing(await self._keys(), self.now())
        for kept in self._known.keys:
            if chosen is not None and kept.kid == chosen.kid:
                return self.sign(kept.key, claims, typ)
        raise Unavailable("no key can sign yet", retry_after=1)

    async def _keys(self) -> Sequence[KeptKey]:
        known, now = self._known, self.now()
        if known.read_at is None or now - known.read_at > KNOWN_FOR or signing(known.keys, now) is None:
            known.keys = await self.store.all()
            known.read_at = now
            if signing(known.keys, now) is None:
                # The very first start: whoever asks before the role has begun makes the keys.
                await self.tend()
                known.keys = await self.store.all()
                known.read_at = now
        return known.keys
