# ruff: noqa: ARG002 - fakes take what the ports give
"""The users service as it tells of the past, small and in memory: it keeps to tenants as the real one does."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.application.access import Action
from gateway.application.asked import Asked
from gateway.application.directory import HistoryEntry, HistoryOf, HistoryPage, Permission
from gateway.application.permission_ports import AccessThen, GroupThen, MemberThen, TeamThen
from gateway.application.session import Session
from gateway.application.viewer import Role
from tests.unit.gateway.fakes import GROUP, NOW, OTHER_TENANT, TENANT, USER
from tests.unit.gateway.fakes_people import GroupUnknown, UserUnknown
from tests.unit.gateway.parts import part
from tests.unit.gateway.samples_people import COLLEAGUE, OTHER_GROUP, STRANGER

BEGAN = NOW.replace(year=2026, month=1)
"""Before that there was nobody."""
SEEN = Permission(service_name="smart-pbx", actions=(Action.VIEW,))
SALES = GroupThen(group_id=GROUP, name="営業本部", permissions=(SEEN,))


def a_change(**changes: Any) -> HistoryEntry:
    """Return what the first administrator changed of somebody's permissions."""
    said: dict[str, Any] = {
        "at": NOW,
        "by": f"user:{USER}",
        "by_name": "佐藤 花子",
        "field": "permissions",
        "old": None,
        "new": "smart-pbx: VIEW",
        "fact": "portal.group.permitted.v1",
        "cause": "019abcde/1",
        "correlation_id": UUID(int=9),
    }
    return HistoryEntry(**said | changes)


@dataclass
class FakePast:
    """Two people and a group of the first tenant, since the beginning of the year."""

    told: Sequence[HistoryEntry] = field(default_factory=lambda: [a_change()])
    asked: list[tuple[str, Any]] = field(default_factory=list)

    async def of_person(self, session: Session, user_id: UUID, at: datetime, asked: Asked) -> AccessThen:
        self._person(session, user_id, at)
        self.asked.append(("of_person", at))
        return AccessThen(life="REGISTERED", role=Role.GENERAL_USER, groups=(SALES,), permissions=(SEEN,))

    async def changes(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        assert of.id
        self._person(session, of.id)
        self.asked.append(("changes", (of.since, of.until)))
        theirs = [a_change(by_name="よその 人"), a_change(by_name="よその 別人")]
        return HistoryPage(**part(session, self.told if session.tenant_id == TENANT else theirs, limit, cursor))

    async def of_group(
        self, session: Session, group_id: UUID, at: datetime, asked: Asked, *, limit: int, cursor: str | None
    ) -> TeamThen:
        if (session.tenant_id, group_id) not in ((TENANT, GROUP), (OTHER_TENANT, OTHER_GROUP)) or at < BEGAN:
            raise GroupUnknown
        self.asked.append(("of_group", at))
        first = (COLLEAGUE, "鈴木 一郎") if group_id == GROUP else (STRANGER, "よその 人")
        inside = [MemberThen(user_id=first[0], name=first[1]), MemberThen(user_id=UUID(int=77))]
        page = part(session, inside, limit, cursor)
        return TeamThen(
            group=SALES if group_id == GROUP else replace(SALES, group_id=OTHER_GROUP, name="よその部"),
            members=tuple(page["items"]),
            next_cursor=page["next_cursor"],
        )

    def _person(self, session: Session, user_id: UUID, at: datetime = NOW) -> None:
        whose = (session.tenant_id, user_id)
        if whose not in ((TENANT, USER), (TENANT, COLLEAGUE), (OTHER_TENANT, STRANGER)) or at < BEGAN:
            raise UserUnknown
