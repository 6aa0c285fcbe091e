"""Who of a company came in and who was refused, newest first. Next stop: adapters/guarded_company.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel.application.ports import EventStore
from services.identity.application.records import Before, CompanyRecord, CompanyRecords, LoginsWanted, Outcome
from services.identity.domain.session import session


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyLogins:
    """Reads the logins of a company for its administrators.

    When somebody was locked stands in their own list: it is told by the log of each person. See: own_logins.py.
    """

    store: EventStore
    records: CompanyRecords

    async def page(
        self, wanted: LoginsWanted, limit: int, before: Before | None
    ) -> tuple[Sequence[CompanyRecord], Before | None]:
        """Return logins from before a place, newest first, and what to go on from; of three questions at most."""
        kept = await self.records.of_company(wanted, limit + 1, before)
        following = kept[limit - 1].place if len(kept) > limit else None
        return await self._named_by_facts(kept[:limit]), following

    async def _named_by_facts(self, kept: Sequence[CompanyRecord]) -> Sequence[CompanyRecord]:
        """Leave out a record of a session that no fact names, left by a crash, and say by what the others proved it."""
        passed = [one.record_id for one in kept if one.outcome is Outcome.PASSED]
        facts = await self.store.load_many(passed) if passed else {}
        states = {key: session.fold(fact.event for fact in past) for key, past in facts.items()}
        return [
            replace(one, method=states[one.record_id].method) if one.record_id in states else one
            for one in kept
            if one.outcome is not Outcome.PASSED or one.record_id in states
        ]
