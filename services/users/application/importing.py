"""Many people become users in one go: what each of them needs is got for all. Next stop: domain/user.py."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from kernel.application.ports import Clock, EventStore, Keyring, NewId
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken, PortalError
from kernel.domain.recorded import Appended, Claim
from services.users.application.ports import Allowance
from services.users.application.references import Found, References
from services.users.domain.commands import RegisterUser, Registration
from services.users.domain.errors import EmailTaken, ReferenceUnknown, TooManyImported, TooManyUnmailed
from services.users.domain.user import user

AN_HOUR = 120_000
"""People that a tenant may try or import within an hour.

A company of 50,000 tries each of them and then imports them in one go, with room for what is corrected and sent again.
Trying counts too, for it tells whether an address is in use anywhere in the portal.
"""
UNMAILED = 60_000
"""People of a tenant who may hold an address while no link was mailed to them.

A company of 50,000 sets itself up before it tells anybody, with room for who is corrected; more would be a way to keep
strangers' addresses from everybody else.
"""
LATER_SECONDS = 3600
"""When it may be asked again for more unmailed people: room is made by mailing or deleting some, not by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Somebody who is to become a user, in these groups."""

    registration: Registration
    """Before it has an id."""
    group_ids: tuple[UUID, ...]
    by: Context
    """With a command of its own, so that each is done once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """Registers people by the hundred, each in an append of their own that the log writes together with the others."""

    store: EventStore
    keyring: Keyring
    now: Clock
    new_id: NewId
    references: References
    claim: Callable[[str], Claim]
    allowance: Allowance

    async def try_only(self, people: Sequence[Wanted]) -> list[PortalError | None]:
        """Return why each could not be a user now; None who could. Nothing is written. Raises: TooManyImported."""
        await self._count(people)
        return await self._refusals(people)

    async def run(self, people: Sequence[Wanted]) -> list[Appended | PortalError]:
        """Return what came of each: the answer's stream is their id, or why they could not be a user.

        Whoever was registered by the same command before is that user, and is counted no second time. Raises:
        TooManyImported, TooManyUnmailed, and what else stands in everybody's way; nobody is registered then.
        """
        refusals = await self._refusals(people)
        known = await asyncio.gather(*map(self._known, people, refusals))
        # What is done stays done, so that a call that comes again while it is carried out is counted, never too little.
        await self._count([one for one, answer in zip(people, known, strict=True) if not isinstance(answer, Appended)])
        await self._see_room([one for one, answer in zip(people, known, strict=True) if not answer])
        ids = [self.new_id() for _ in people]
        await self.keyring.prepare([user_id for user_id, answer in zip(ids, known, strict=True) if not answer])
        return await asyncio.gather(*map(self._one, people, ids, known))

    async def _known(self, wanted: Wanted, refusal: PortalError | None) -> Appended | PortalError | None:
        """Return what is known to come of somebody: what their command left before, or why they cannot be a user."""
        if refusal is None or wanted.by.command_id is None:
            return refusal
        # The address may be taken by this very command, given before; and what was there then may be gone by now.
        return await self.store.answered(wanted.by.command_id, wanted.by.content) or refusal

    async def _one(self, wanted: Wanted, user_id: UUID, known: Appended | PortalError | None) -> Appended | PortalError:
        if known:
            return known
        registration = replace(wanted.registration, user_id=user_id)
        asked = RegisterUser(registration=registration, group_ids=tuple(dict.fromkeys(wanted.group_ids)), at=self.now())
        facts = user.decide(user.initial, asked)
        try:
            return await self.store.append(user_id, 0, facts, wanted.by, claims=[self.claim(registration.email)])
        except ClaimTaken:
            return EmailTaken()
        except PortalError as trouble:
            return trouble

    async def _count(self, people: Sequence[Wanted]) -> None:
        at = self.now()
        for tenant_id, many in Counter(one.by.tenant_id for one in people).items():
            if until := await self.allowance.count(tenant_id, many, at, AN_HOUR):
                raise TooManyImported(retry_after=max(1, -((at - until) // timedelta(seconds=1))))

    async def _see_room(self, people: Sequence[Wanted]) -> None:
        """See that who is to be mailed later has room; calls at once may go beyond it by what each of them brings."""
        later = Counter(one.by.tenant_id for one in people if not one.registration.invited)
        for tenant_id, many in later.items():
            if await self.allowance.unmailed(tenant_id, UNMAILED) + many > UNMAILED:
                raise TooManyUnmailed(retry_after=LATER_SECONDS)

    async def _refusals(self, people: Sequence[Wanted]) -> list[PortalError | None]:
        """Return who names what is not there, and whose address is another's; all is looked up once."""
        tenant_ids = {one.by.tenant_id for one in people}
        named = {one for wanted in people for one in wanted.group_ids}
        found = {tenant_id: await self.references.found(tenant_id, named) for tenant_id in tenant_ids}
        refusals = [_refusal(one, found[one.by.tenant_id]) for one in people]
        claims = [self.claim(one.registration.email) for one in people]
        taken = set(await self.store.holders(set(claims)))
        for place, claim in enumerate(claims):
            if refusals[place] is None:
                refusals[place] = EmailTaken() if claim in taken else None
                taken.add(claim)
        return refusals


def _refusal(wanted: Wanted, found: Found) -> PortalError | None:
    try:
        found.check(wanted.group_ids, wanted.registration.second_factor)
    except ReferenceUnknown as refusal:
        return refusal
    return None
