# ruff: noqa: ARG002 - fakes take what the ports give
"""The users service and identity for administrators, small and in memory: they keep to tenants as the real ones do."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from gateway.application.access import Action
from gateway.application.asked import Asked
from gateway.application.company_image import NO_IMAGE
from gateway.application.directory import (
    CompanyImage,
    Done,
    Group,
    GroupName,
    GroupPage,
    HistoryEntry,
    HistoryKind,
    HistoryOf,
    HistoryPage,
    LinkState,
    PeoplePage,
    PeopleWanted,
    Permission,
    Person,
    RegistrationPage,
    Status,
    TenantSettings,
)
from gateway.application.notification_ports import Notification, Notifications, Wishes
from gateway.application.notifications import MailKind
from gateway.application.session import Session
from gateway.application.steps import Method
from gateway.application.viewer import Role
from gateway.sources.users import LoginPolicy
from kernel.adapters.http.texts import PhoneNumber
from kernel.domain.errors import Invalid, NotFound, PreconditionFailed, Refused
from tests.unit.gateway.fakes import EVERYBODY, GROUP, NOW, OTHER_TENANT, TENANT, USER
from tests.unit.gateway.parts import part, start
from tests.unit.gateway.samples_people import (
    ALL,
    COLLEAGUE,
    NAMELESS,
    NEW,
    OTHER_GROUP,
    POSITION,
    STRANGER,
    some_group,
    some_registration,
    some_settings,
    somebody,
)

PHONE: TypeAdapter[str] = TypeAdapter(PhoneNumber)


class UserUnknown(NotFound):
    """As users says it."""

    code = "user-unknown"


class GroupUnknown(NotFound):
    """As users says it."""

    code = "group-unknown"


class LastAdministrator(Refused):
    """As users says it."""

    code = "last-administrator"


class MailNotRefusable(Invalid):
    """As users says it."""

    code = "mail-not-refusable"


def _people() -> dict[UUID, dict[UUID, Person]]:
    administrator = somebody(
        USER,
        "佐藤 花子",
        email="hanako.sato@example.co.jp",
        role=Role.PORTAL_ADMIN,
        groups=(GroupName(group_id=EVERYBODY, name="全権限"),),
    )
    return {
        TENANT: {USER: administrator, COLLEAGUE: somebody()},
        OTHER_TENANT: {STRANGER: somebody(STRANGER, "よその 人", email="stranger@example.com", groups=())},
    }


def _groups() -> dict[UUID, dict[UUID, Group]]:
    return {
        TENANT: {
            EVERYBODY: some_group(EVERYBODY, "全権限", built_in=True, permissions=(ALL,)),
            GROUP: some_group(),
        },
        OTHER_TENANT: {OTHER_GROUP: some_group(OTHER_GROUP, "よその部")},
    }


@dataclass
class FakeDirectory:
    """People and groups of two tenants in dictionaries; notes every call as (name, what, how asked)."""

    kept: dict[UUID, dict[UUID, Person]] = field(default_factory=_people)
    kept_groups: dict[UUID, dict[UUID, Group]] = field(default_factory=_groups)
    policy: TenantSettings = field(default_factory=some_settings)
    images: dict[UUID, bytes] = field(default_factory=dict)
    calls: list[tuple[str, Any, Asked]] = field(default_factory=list)
    entries: list[HistoryEntry] = field(
        default_factory=lambda: [
            HistoryEntry(
                at=NOW,
                by=f"user:{USER}",
                by_name="佐藤 花子",
                client_ip="192.0.2.7",
                user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
                field="role",
                old="GENERAL_USER",
                new="PORTAL_ADMIN",
                fact="portal.user.role-changed.v1",
                correlation_id=UUID(int=9),
            )
        ]
    )
    their_entries: list[HistoryEntry] = field(
        default_factory=lambda: [HistoryEntry(at=NOW, by="user:x", field="name", new=f"よその {n}") for n in range(2)]
    )
    """What changed in the other tenant."""
    histories: list[HistoryOf] = field(default_factory=list)
    """Which histories were asked for."""
    refused: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    daily: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    """Which mails people do not want."""
    refusal: Exception | None = None
    """What the next change is refused with."""
    deleted: set[tuple[UUID, str]] = field(default_factory=set)
    """What was deleted and under which key: asked for again, that is answered as before."""

    async def people(
        self, session: Session, wanted: PeopleWanted, limit: int, cursor: str | None, asked: Asked
    ) -> PeoplePage:
        self.calls.append(("people", (wanted, limit, cursor), asked))
        rows = [row for row in self._tenant(session).values() if _fits(row, wanted)]
        rows.sort(key=lambda row: (row.name, str(row.user_id)), reverse=wanted.order == "desc")
        parts = part(session, rows, limit, cursor)
        first = rows.index(parts["items"][0]) if parts["items"] else 0
        before = f"{session.tenant_id}/{max(0, first - limit)}" if first else None
        return PeoplePage(**parts, previous_cursor=before, total=len(rows))

    async def person(self, session: Session, user_id: UUID, asked: Asked) -> Person:
        return self._person(session, user_id)

    async def history(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        self.histories.append(of)
        if of.kind is HistoryKind.USER and of.id:
            self._person(session, of.id)
        if of.kind is HistoryKind.GROUP and of.id:
            self._group(session, of.id)
        entries = {TENANT: self.entries, OTHER_TENANT: self.their_entries}.get(session.tenant_id, [])
        return HistoryPage(**part(session, entries, limit, cursor))

    async def registrations(
        self, session: Session, state: LinkState | None, limit: int, cursor: str | None, asked: Asked
    ) -> RegistrationPage:
        rows = [some_registration(one) for one in self._tenant(session).values()]
        return RegistrationPage(**part(session, [one for one in rows if state in (None, one.state)], limit, cursor))

    async def add_person(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        self._note("add_person", fields, asked)
        self._know_groups(session, fields.get("groupIds", ()))
        return Done(body={"userId": str(NEW)}, positions=(POSITION,))

    async def import_people(
        self, session: Session, rows: Sequence[Mapping[str, Any]], asked: Asked, *, invited: bool, dry_run: bool = False
    ) -> Done:
        self._note("try_import" if dry_run else "import_people", (rows, invited), asked)
        told = [
            {"row": number, "userId": None, "code": "invalid", "errors": wrong}
            if (wrong := _wrong_in(row))
            else {"row": number, "userId": str(NEW), "code": None, "errors": None}
            for number, row in enumerate(rows, 1)
        ]
        return Done(body={"rows": told}, positions=(POSITION,))

    async def change_person(
        self, session: Session, user_id: UUID, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        row = self._person(session, user_id)
        self._note("change_person", (user_id, fields, if_match), asked)
        _match(if_match, row.version)
        self._know_groups(session, fields.get("groupIds", ()))
        named = {"name": "name", "title": "title", "role": "role", "timezone": "timezone", "comment": "comment"}
        changes: dict[str, Any] = {named[name]: value for name, value in fields.items() if name in named}
        self._tenant(session)[user_id] = replace(row, **changes, version=row.version + 1)
        return Done(positions=(POSITION,))

    async def change_self(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        self._note("change_self", fields, asked)
        return Done(positions=(POSITION,))

    async def suspend(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        return self._status("suspend", session, user_id, if_match, Status.SUSPENDED, asked)

    async def reinstate(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        return self._status("reinstate", session, user_id, if_match, Status.ACTIVE, asked)

    async def delete_person(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        if (user_id, asked.key) not in self.deleted:
            self._status("delete_person", session, user_id, if_match, Status.DELETED, asked)
            del self._tenant(session)[user_id]
            self.deleted.add((user_id, asked.key))
        return Done(positions=(POSITION,))

    async def groups(self, session: Session, limit: int, cursor: str | None, asked: Asked) -> GroupPage:
        rows = sorted(self.kept_groups[session.tenant_id].values(), key=lambda group: group.name)
        first = start(cursor, session.tenant_id)
        more = f"{session.tenant_id}/{first + limit}" if first + limit < len(rows) else None
        return GroupPage(items=tuple(rows[first : first + limit]), next_cursor=more, total=len(rows))

    async def group_names(self, session: Session, asked: Asked) -> Sequence[GroupName]:
        rows = (await self.groups(session, 1000, None, asked)).items
        return [GroupName(group_id=one.group_id, name=one.name) for one in rows]

    async def group(self, session: Session, group_id: UUID, asked: Asked) -> Group:
        return self._group(session, group_id)

    async def add_group(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        self._note("add_group", fields, asked)
        self.kept_groups[session.tenant_id][NEW] = some_group(NEW, fields["name"], members=0)
        return Done(body={"groupId": str(NEW)}, positions=(POSITION,))

    async def change_group(
        self, session: Session, group_id: UUID, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        row = self._group(session, group_id)
        self._note("change_group", (group_id, fields, if_match), asked)
        _match(if_match, row.version)
        changed = replace(row, **dict(fields), version=row.version + 1)
        self.kept_groups[session.tenant_id][group_id] = changed
        return Done(positions=(POSITION,))

    async def delete_group(self, session: Session, group_id: UUID, if_match: str | None, asked: Asked) -> Done:
        if (group_id, asked.key) not in self.deleted:
            row = self._group(session, group_id)
            self._note("delete_group", group_id, asked)
            _match(if_match, row.version)
            del self.kept_groups[session.tenant_id][group_id]
            self.deleted.add((group_id, asked.key))
        return Done(positions=(POSITION,))

    async def permit(
        self,
        session: Session,
        group_id: UUID,
        permissions: Sequence[Mapping[str, Any]],
        if_match: str | None,
        asked: Asked,
    ) -> Done:
        row = self._group(session, group_id)
        self._note("permit", (group_id, permissions, if_match), asked)
        _match(if_match, row.version)
        now = tuple(
            Permission(
                service_name=one["serviceName"],
                contract_id=UUID(str(one["contractId"])) if one.get("contractId") else None,
                actions=tuple(Action(action) for action in one["actions"]),
            )
            for one in permissions
        )
        changed = replace(row, permissions=now, version=row.version + 1)
        self.kept_groups[session.tenant_id][group_id] = changed
        return Done(positions=(POSITION,))

    async def add_members(self, session: Session, group_id: UUID, user_ids: Sequence[UUID], asked: Asked) -> Done:
        row = self._group(session, group_id)
        for user_id in user_ids:
            self._person(session, user_id)
        self._note("add_members", (group_id, tuple(user_ids)), asked)
        self.kept_groups[session.tenant_id][group_id] = replace(row, members=row.members + len(user_ids))
        return Done(positions=(POSITION,))

    async def remove_member(self, session: Session, group_id: UUID, user_id: UUID, asked: Asked) -> Done:
        self._group(session, group_id)
        self._person(session, user_id)
        self._note("remove_member", (group_id, user_id), asked)
        return Done(positions=(POSITION,))

    async def notifications(self, session: Session, user_id: UUID, asked: Asked) -> Notifications:
        row = self._person(session, user_id)
        refused, daily = self.refused.get(user_id, ()), self.daily.get(user_id, ())
        items = tuple(
            Notification(
                kind=one, wanted=one not in refused, daily=one in daily, refusable=one is not MailKind.SECURITY
            )
            for one in MailKind
        )
        return Notifications(items=items, version=row.version)

    async def choose_notifications(
        self, session: Session, user_id: UUID, wishes: Wishes, if_match: str | None, asked: Asked
    ) -> Done:
        row = self._person(session, user_id)
        self._note("choose_notifications", (user_id, tuple(wishes.refused), tuple(wishes.daily), if_match), asked)
        _match(if_match, row.version)
        if MailKind.SECURITY in wishes.refused:
            raise MailNotRefusable(errors=[{"pointer": "/refused", "code": "not-refusable", "detail": "No"}])
        self.refused[user_id], self.daily[user_id] = tuple(wishes.refused), tuple(wishes.daily)
        self._tenant(session)[user_id] = replace(row, version=row.version + 1)
        return Done(positions=(POSITION,))

    async def own_notifications(self, session: Session, asked: Asked) -> Notifications:
        return await self.notifications(session, session.user_id, asked)

    async def choose_own_notifications(
        self, session: Session, wishes: Wishes, if_match: str | None, asked: Asked
    ) -> Done:
        return await self.choose_notifications(session, session.user_id, wishes, if_match, asked)

    async def settings(self, session: Session, asked: Asked) -> TenantSettings:
        return self.policy

    async def change_settings(
        self, session: Session, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        self._note("change_settings", (fields, if_match), asked)
        _match(if_match, self.policy.version)
        self.policy = replace(
            self.policy,
            session_idle_minutes=fields["sessionIdleMinutes"],
            session_absolute_hours=fields["sessionAbsoluteHours"],
            allowed_networks=tuple(fields["allowedNetworks"]),
            trusted_browser=fields["trustedBrowser"],
            second_factors=tuple(Method(one) for one in fields["secondFactors"]),
            login_policy=_login_policy(fields.get("loginPolicy")),
            version=self.policy.version + 1,
        )
        return Done(positions=(POSITION,))

    async def image(self, session: Session, asked: Asked) -> CompanyImage:
        if session.tenant_id not in self.images:
            raise NotFound
        content = self.images[session.tenant_id]
        return CompanyImage(digest=sha256(content).hexdigest(), png=base64.b64encode(content).decode())

    async def change_image(self, session: Session, content: bytes, if_match: str | None, asked: Asked) -> Done:
        self._note("change_image", len(content), asked)
        self._match_image(session, if_match)
        self.images[session.tenant_id] = content
        return Done(positions=(POSITION,))

    async def remove_image(self, session: Session, if_match: str | None, asked: Asked) -> Done:
        self._note("remove_image", None, asked)
        self._match_image(session, if_match)
        self.images.pop(session.tenant_id, None)
        return Done(positions=(POSITION,))

    def _match_image(self, session: Session, if_match: str | None) -> None:
        content = self.images.get(session.tenant_id)
        if if_match not in (None, NO_IMAGE if content is None else f'"{sha256(content).hexdigest()}"'):
            raise PreconditionFailed

    def _tenant(self, session: Session) -> dict[UUID, Person]:
        return self.kept[session.tenant_id]

    def _person(self, session: Session, user_id: UUID) -> Person:
        if user_id not in self._tenant(session):
            raise UserUnknown
        return self._tenant(session)[user_id]

    def _group(self, session: Session, group_id: UUID) -> Group:
        if group_id not in self.kept_groups[session.tenant_id]:
            raise GroupUnknown
        return self.kept_groups[session.tenant_id][group_id]

    def _know_groups(self, session: Session, group_ids: Sequence[object]) -> None:
        known = {str(group_id) for group_id in self.kept_groups[session.tenant_id]}
        errors = [
            {"pointer": f"/groupIds/{number}", "code": "unknown-group", "detail": "There is no such group"}
            for number, one in enumerate(group_ids)
            if str(one) not in known
        ]
        if errors:
            raise Invalid(errors=errors)

    def _status(  # noqa: PLR0917 - as the ports give it
        self, name: str, session: Session, user_id: UUID, if_match: str | None, status: Status, asked: Asked
    ) -> Done:
        row = self._person(session, user_id)
        self._note(name, user_id, asked)
        _match(if_match, row.version)
        self._tenant(session)[user_id] = replace(row, status=status, version=row.version + 1)
        return Done(positions=(POSITION,))

    def _note(self, name: str, what: Any, asked: Asked) -> None:
        self.calls.append((name, what, asked))
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal


def _login_policy(said: Mapping[str, str] | None) -> LoginPolicy | None:
    if said is None:
        return None
    since, until = (datetime.fromisoformat(said[name]) for name in ("effectiveFrom", "legacyUntil"))
    return LoginPolicy(effective_from=since, legacy_until=until)


def _wrong_in(row: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what users says of a row without a name, and of phone numbers that are none."""
    wrong = [] if "name" in row else [NAMELESS]
    for name in ("phoneNumber", "mobilePhoneNumber"):
        try:
            PHONE.validate_python(row.get(name, "03-1234-5678"))
        except ValidationError as refusal:
            (one,) = refusal.errors()
            wrong.append({"pointer": f"/{name}", "code": one["type"], "detail": one["msg"]})
    return wrong


def _fits(row: Person, wanted: PeopleWanted) -> bool:
    text = f"{row.name} {row.email} {row.phone_number} {row.mobile_phone_number or ''}"
    return (
        (wanted.q is None or wanted.q in text)
        and wanted.role in (None, row.role)
        and wanted.status in (None, row.status)
        and (not wanted.bounced or row.mail_bounced_at is not None)
        and (wanted.group is None or wanted.group in {group.group_id for group in row.groups})
    )


def _match(if_match: str | None, version: int) -> None:
    if if_match is not None and if_match != f'"{version}"':
        raise PreconditionFailed
