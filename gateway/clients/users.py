"""The users service as typed calls. Next stop: services/users/api."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import (
    CompanyImage,
    Done,
    Group,
    GroupName,
    GroupPage,
    HistoryKind,
    HistoryOf,
    HistoryPage,
    LinkState,
    PeoplePage,
    PeopleWanted,
    Person,
    Registration,
    RegistrationPage,
    TenantSettings,
)
from gateway.application.notification_ports import Notifications, Wishes
from gateway.application.session import Session
from gateway.clients.answers import read
from gateway.clients.changes import Entries
from gateway.clients.moments import moment
from kernel.adapters.http.client import Answer, ServiceClient
from kernel.domain.context import Context
from kernel.domain.recorded import LogPosition

SELF = ("users:self",)
READ = ("users:read",)
ADMIN = ("users:admin",)

_HISTORIES = {HistoryKind.USER: "users/{}", HistoryKind.GROUP: "groups/{}", HistoryKind.SETTINGS: "policy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Registered(Registration):
    """A registration as users tells it: *by* is the person's name where there is one, else the *actor*."""

    actor: str

    def told(self) -> Registration:
        said = asdict(self)
        actor = said.pop("actor")
        return Registration(**said | {"by": actor, "by_name": None if self.by == actor else self.by})


@dataclass(frozen=True, slots=True, kw_only=True)
class _RegisteredPage:
    items: tuple[_Registered, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    items: tuple[GroupName, ...]


@dataclass(frozen=True, slots=True)
class UsersClient:
    """Calls users as the person who asks, with the scope of what they do and no more."""

    http: ServiceClient

    async def choose_language(self, session: Session, language: str, asked: Asked) -> LogPosition | None:
        """Record the language of a person's screens."""
        path, body = f"/users/{session.user_id}/screen-language", {"screenLanguage": language}
        return (await self.http.put(path, body, SELF, _by(session, asked))).position

    async def change_self(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        """Change what a person may change of themselves."""
        path = f"/users/{session.user_id}/preferences"
        return _done(await self.http.patch(path, fields, SELF, _by(session, asked)))

    async def people(
        self, session: Session, wanted: PeopleWanted, limit: int, cursor: str | None, asked: Asked
    ) -> PeoplePage:
        """Return a part of the list of people."""
        query = {
            "limit": limit,
            "cursor": cursor,
            "q": wanted.q,
            "role": wanted.role,
            "status": wanted.status,
            "group": wanted.group,
            "lastLogin": wanted.last_login,
            "bounced": "true" if wanted.bounced else None,
            "sort": wanted.sort,
            "order": wanted.order,
        }
        return read(PeoplePage, await self._get(f"/users?{_query(**query)}", session, asked))

    async def person(self, session: Session, user_id: UUID, asked: Asked) -> Person:
        """Return one person."""
        return read(Person, await self._get(f"/users/{user_id}", session, asked))

    async def history(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        """Return what changed, newest first."""
        query = _query(limit=limit, cursor=cursor, since=moment(of.since), until=moment(of.until))
        path = f"/{_HISTORIES[of.kind].format(of.id)}/history?{query}"
        found = read(Entries, await self._get(path, session, asked))
        return HistoryPage(items=tuple(one.told() for one in found.items), next_cursor=found.next_cursor)

    async def registrations(
        self, session: Session, state: LinkState | None, limit: int, cursor: str | None, asked: Asked
    ) -> RegistrationPage:
        """Return who was registered, newest first."""
        path = f"/registrations?{_query(limit=limit, cursor=cursor, state=state)}"
        found = read(_RegisteredPage, await self._get(path, session, asked))
        return RegistrationPage(items=tuple(one.told() for one in found.items), next_cursor=found.next_cursor)

    async def add_person(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        """Register a person; the answer's body names their `userId`."""
        return _done(await self.http.post("/users", fields, ADMIN, _by(session, asked)))

    async def import_people(
        self, session: Session, rows: Sequence[Mapping[str, Any]], asked: Asked, *, invited: bool, dry_run: bool = False
    ) -> Done:
        """Register many people; the answer's `rows` name the `userId` of each, or why it was refused."""
        body = {"rows": rows, "invited": invited, "dryRun": dry_run}
        return _done(await self.http.post("/users/import", body, ADMIN, _by(session, asked)))

    async def change_person(
        self, session: Session, user_id: UUID, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        """Change the fields that are named."""
        context = _by(session, asked)
        return _done(await self.http.patch(f"/users/{user_id}", fields, ADMIN, context, if_match=if_match))

    async def suspend(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        """Shut a person out for the time being."""
        return _done(
            await self.http.post(f"/users/{user_id}/suspension", None, ADMIN, _by(session, asked), if_match=if_match)
        )

    async def reinstate(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        """Let a suspended person in again."""
        return _done(
            await self.http.delete(f"/users/{user_id}/suspension", ADMIN, _by(session, asked), if_match=if_match)
        )

    async def delete_person(self, session: Session, user_id: UUID, if_match: str | None, asked: Asked) -> Done:
        """Remove a person for good."""
        return _done(await self.http.delete(f"/users/{user_id}", ADMIN, _by(session, asked), if_match=if_match))

    async def groups(self, session: Session, limit: int, cursor: str | None, asked: Asked) -> GroupPage:
        """Return a part of the list of groups."""
        named = urlencode({"limit": limit} | ({"cursor": cursor} if cursor else {}))
        return read(GroupPage, await self._get(f"/groups?{named}", session, asked))

    async def group_names(self, session: Session, asked: Asked) -> Sequence[GroupName]:
        """Return what all groups are called."""
        return read(_Names, await self._get("/groups/names", session, asked)).items

    async def group(self, session: Session, group_id: UUID, asked: Asked) -> Group:
        """Return one group."""
        return read(Group, await self._get(f"/groups/{group_id}", session, asked))

    async def add_group(self, session: Session, fields: Mapping[str, Any], asked: Asked) -> Done:
        """Make a group; the answer's body names its `groupId`."""
        return _done(await self.http.post("/groups", fields, ADMIN, _by(session, asked)))

    async def change_group(
        self, session: Session, group_id: UUID, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        """Change a group's name or description."""
        context = _by(session, asked)
        return _done(await self.http.patch(f"/groups/{group_id}", fields, ADMIN, context, if_match=if_match))

    async def delete_group(self, session: Session, group_id: UUID, if_match: str | None, asked: Asked) -> Done:
        """Remove a group; its members lose what it permitted."""
        return _done(await self.http.delete(f"/groups/{group_id}", ADMIN, _by(session, asked), if_match=if_match))

    async def permit(
        self,
        session: Session,
        group_id: UUID,
        permissions: Sequence[Mapping[str, Any]],
        if_match: str | None,
        asked: Asked,
    ) -> Done:
        """Say what members may do, all of it."""
        path, body = f"/groups/{group_id}/permissions", {"permissions": list(permissions)}
        return _done(await self.http.put(path, body, ADMIN, _by(session, asked), if_match=if_match))

    async def add_members(self, session: Session, group_id: UUID, user_ids: Sequence[UUID], asked: Asked) -> Done:
        """Put people into a group."""
        path, body = f"/groups/{group_id}/members", {"userIds": [str(one) for one in user_ids]}
        return _done(await self.http.post(path, body, ADMIN, _by(session, asked)))

    async def remove_member(self, session: Session, group_id: UUID, user_id: UUID, asked: Asked) -> Done:
        """Take a person out of a group."""
        return _done(await self.http.delete(f"/groups/{group_id}/members/{user_id}", ADMIN, _by(session, asked)))

    async def settings(self, session: Session, asked: Asked) -> TenantSettings:
        """Return the tenant's settings."""
        return read(TenantSettings, await self._get("/policy", session, asked))

    async def change_settings(
        self, session: Session, fields: Mapping[str, Any], if_match: str | None, asked: Asked
    ) -> Done:
        """Say what the settings are, all of them."""
        return _done(await self.http.put("/policy", fields, ADMIN, _by(session, asked), if_match=if_match))

    async def notifications(self, session: Session, user_id: UUID, asked: Asked) -> Notifications:
        """Return which mails a person wants."""
        return read(Notifications, await self._get(f"/users/{user_id}/notifications", session, asked))

    async def choose_notifications(
        self, session: Session, user_id: UUID, wishes: Wishes, if_match: str | None, asked: Asked
    ) -> Done:
        """Say which mails a person wants, and which of them once a day."""
        path = f"/users/{user_id}/notifications"
        return _done(await self.http.put(path, _chosen(wishes), ADMIN, _by(session, asked), if_match=if_match))

    async def own_notifications(self, session: Session, asked: Asked) -> Notifications:
        """Return which mails the caller wants."""
        return read(Notifications, await self._get(_wishes(session), session, asked, SELF))

    async def choose_own_notifications(
        self, session: Session, wishes: Wishes, if_match: str | None, asked: Asked
    ) -> Done:
        """Say which mails the caller wants, and which of them once a day."""
        return _done(
            await self.http.put(_wishes(session), _chosen(wishes), SELF, _by(session, asked), if_match=if_match)
        )

    async def image(self, session: Session, asked: Asked) -> CompanyImage:
        """Return the picture that the tenant shows."""
        context = replace(_by(session, asked), command_id=None)
        return read(CompanyImage, (await self.http.get("/image", SELF, context)).body)

    async def change_image(self, session: Session, content: bytes, if_match: str | None, asked: Asked) -> Done:
        """Show a picture from now on, whatever kind it is said to be."""
        kind = "application/octet-stream"
        return _done(await self.http.upload("/image", content, kind, ADMIN, _by(session, asked), if_match=if_match))

    async def remove_image(self, session: Session, if_match: str | None, asked: Asked) -> Done:
        """Show none any more."""
        return _done(await self.http.delete("/image", ADMIN, _by(session, asked), if_match=if_match))

    async def _get(self, path: str, session: Session, asked: Asked, scopes: Sequence[str] = READ) -> Mapping[str, Any]:
        # Looking changes nothing, so it has no key: the same page asked for twice is read twice.
        context = replace(_by(session, asked), command_id=None)
        return (await self.http.get(path, scopes, context)).body


def _chosen(wishes: Wishes) -> dict[str, list[str]]:
    return {"refused": list(wishes.refused), "daily": list(wishes.daily)}


def _wishes(session: Session) -> str:
    return f"/users/{session.user_id}/preferences/notifications"


def _query(**query: object) -> str:
    return urlencode({name: str(value) for name, value in query.items() if value is not None})


def _by(session: Session, asked: Asked) -> Context:
    return asked.context(f"user:{session.user_id}", session.tenant_id)


def _done(answer: Answer) -> Done:
    return Done(body=answer.body, positions=answer.positions)
