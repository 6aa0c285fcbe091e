"""Writes people and groups as lists show them, in the transaction of what is read. Next stop: directory.py."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from pydantic_core import to_json

from kernel.application.consume import Incoming
from services.users.adapters.searching import MOST_KEY, phone_keys
from services.users.application.normal import normal
from services.users.domain.events import (
    BrowserTrustDecided,
    GroupChanged,
    GroupCreated,
    GroupDeleted,
    GroupEvent,
    GroupPermitted,
    JoinedGroup,
    LanguageChosen,
    LeftGroup,
    NotificationsChosen,
    ProfileChanged,
    RegistrationRefused,
    RoleChanged,
    SecondFactorAssigned,
    SecondFactorChosen,
    SubjectShredded,
    UserActivated,
    UserDeleted,
    UserEvent,
    UserRegistered,
    UserReinstated,
    UserSuspended,
)
from services.users.domain.permission import Permission

Columns = Mapping[str, Any]

# Two readers write the same rows, each many in a transaction; one after the other they cannot wait for each other.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('rm', 0))"
_JOIN = """
INSERT INTO rm.membership (group_id, user_id) SELECT group_id, $2 FROM rm.team WHERE group_id = $1
ON CONFLICT DO NOTHING
"""
_LEAVE = "DELETE FROM rm.membership WHERE group_id = $1 AND user_id = $2"
_LEAVE_ALL = "DELETE FROM rm.membership WHERE user_id = $1 RETURNING group_id"
_REMEMBER = """
INSERT INTO rm.membership_change
    (group_id, at, user_id, version, tenant_id, joined, actor, cause, correlation_id, client)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
"""
_LOCK = """
INSERT INTO rm.person (user_id, tenant_id, locked) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET locked = EXCLUDED.locked
"""
_LOGIN = """
INSERT INTO rm.person AS p (user_id, tenant_id, last_login_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET last_login_at = greatest(p.last_login_at, EXCLUDED.last_login_at)
"""
_INVITED = """
INSERT INTO rm.person AS p (user_id, tenant_id, link_sent_at, link_expires_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id) DO UPDATE SET link_sent_at = EXCLUDED.link_sent_at, link_expires_at = EXCLUDED.link_expires_at
WHERE p.link_sent_at IS NULL OR p.link_sent_at <= EXCLUDED.link_sent_at
"""
_MAKE_TEAM = """
INSERT INTO rm.team (group_id, tenant_id, version, name, name_key, description, built_in)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
_NAME_TEAM = """
UPDATE rm.team SET version = $2, name = $3, name_key = $4, description = $5 WHERE group_id = $1 AND version < $2
"""
_PERMIT_TEAM = "UPDATE rm.team SET version = $2, permissions = $3::text::jsonb WHERE group_id = $1 AND version < $2"
_END_TEAM = "DELETE FROM rm.team WHERE group_id = $1"
_END_MEMBERSHIPS = "DELETE FROM rm.membership WHERE group_id = $1"


class PostgresBoard:
    """The tables of people and groups. See: ports.Board."""

    async def user(self, transaction: Any, fact: UserEvent, about: Incoming) -> None:
        """Show what a fact of a user's stream says; one that was shown before changes nothing."""
        if isinstance(fact, RegistrationRefused):
            return
        await transaction.execute(_TURN)
        columns = {"tenant_id": about.tenant_id, "version": about.version, **_columns(fact)}
        if isinstance(fact, UserRegistered):
            columns |= {"registered_at": about.recorded_at, "registered_by": about.actor or ""}
        if await transaction.fetchval(_upsert(columns), fact.user_id, *columns.values()) is None:
            return
        match fact:
            case JoinedGroup():
                await transaction.execute(_JOIN, fact.group_id, fact.user_id)
                await _remember(transaction, fact.group_id, fact.user_id, about, joined=True)
            case LeftGroup():
                await transaction.execute(_LEAVE, fact.group_id, fact.user_id)
                await _remember(transaction, fact.group_id, fact.user_id, about, joined=False)
            case UserDeleted():
                for row in await transaction.fetch(_LEAVE_ALL, fact.user_id):
                    await _remember(transaction, row["group_id"], fact.user_id, about, joined=False)

    async def group(self, transaction: Any, fact: GroupEvent, about: Incoming) -> None:
        """Show what a fact of a group's stream says; one that was shown before changes nothing."""
        await transaction.execute(_TURN)
        group_id, tenant_id, version = fact.group_id, about.tenant_id, about.version
        match fact:
            case GroupCreated(name=name, description=description, built_in=built_in):
                key = _key(name)
                await transaction.execute(_MAKE_TEAM, group_id, tenant_id, version, name, key, description, built_in)
            case GroupChanged(name=name, description=description):
                await transaction.execute(_NAME_TEAM, group_id, version, name, _key(name), description)
            case GroupPermitted(permissions=permissions):
                await transaction.execute(_PERMIT_TEAM, group_id, version, _json(permissions))
            case GroupDeleted():
                # First the group, so that nobody counts its members down one by one.
                await transaction.execute(_END_TEAM, group_id)
                await transaction.execute(_END_MEMBERSHIPS, group_id)
            case _:
                assert_never(fact)

    async def locked(self, transaction: Any, user_id: UUID, tenant_id: UUID, *, locked: bool) -> None:
        """Show whether somebody is locked, known already or not."""
        await transaction.execute(_TURN)
        await transaction.execute(_LOCK, user_id, tenant_id, locked)

    async def logged_in(self, transaction: Any, user_id: UUID, tenant_id: UUID, at: datetime) -> None:
        """Show when somebody logged in last, known already or not."""
        await transaction.execute(_TURN)
        await transaction.execute(_LOGIN, user_id, tenant_id, at)

    async def invited(
        self, transaction: Any, user_id: UUID, tenant_id: UUID, *, at: datetime, expires_at: datetime
    ) -> None:
        """Show which link was mailed to somebody last, known already or not."""
        await transaction.execute(_TURN)
        await transaction.execute(_INVITED, user_id, tenant_id, at, expires_at)


async def _remember(transaction: Any, group_id: UUID, user_id: UUID, about: Incoming, *, joined: bool) -> None:
    await transaction.execute(
        _REMEMBER,
        group_id,
        about.recorded_at,
        user_id,
        about.version,
        about.tenant_id,
        joined,
        about.actor or "",
        about.causation_id,
        about.correlation_id,
        about.client,
    )


_ERASED: Columns = {
    "name": "",
    "email": "",
    "title": None,
    "phone_number": "",
    "mobile_phone_number": None,
    "comment": None,
    "name_key": "",
    "email_key": "",
    "phone_keys": "",
    "deleted": True,
}


def _columns(fact: UserEvent) -> Columns:  # noqa: PLR0911 - one return a fact
    """Return what a fact changes of a person's row."""
    match fact:
        case UserRegistered():
            email = {"email": fact.email, "email_key": normal(fact.email)}
            ways = {"role": fact.role, "second_factor": fact.second_factor, "origin": fact.origin}
            return {**_profile(fact), **email, **ways}
        case ProfileChanged():
            return _profile(fact)
        case RoleChanged(role=role):
            return {"role": role}
        case SecondFactorAssigned(second_factor=factor) | SecondFactorChosen(second_factor=factor):
            return {"second_factor": factor}
        case BrowserTrustDecided(trust=trust):
            return {"browser_trust": trust}
        case UserActivated():
            return {"activated": True, "activated_at": fact.at}
        case UserSuspended() | UserReinstated():
            return {"suspended": isinstance(fact, UserSuspended)}
        case UserDeleted():
            return _ERASED
        case (
            JoinedGroup()
            | LeftGroup()
            | LanguageChosen()
            | NotificationsChosen()
            | RegistrationRefused()
            | SubjectShredded()
        ):
            return {}
        case _:
            assert_never(fact)


def _profile(of: UserRegistered | ProfileChanged) -> Columns:
    return {
        "name": of.name,
        "name_key": _key(of.name),
        "title": of.title,
        "phone_number": of.phone_number,
        "mobile_phone_number": of.mobile_phone_number,
        "phone_keys": phone_keys(of.phone_number, of.mobile_phone_number),
        "comment": of.comment,
        "mail_language": of.mail_language,
        "timezone": of.timezone,
    }


def _upsert(columns: Iterable[str]) -> str:
    """Return the statement that sets these columns, unless the row is as new as that already."""
    names = list(columns)
    values = ", ".join(f"${number}" for number in range(2, len(names) + 2))
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in names)
    return (
        f"INSERT INTO rm.person AS p (user_id, {', '.join(names)}) VALUES ($1, {values}) "  # noqa: S608 - names of ours
        f"ON CONFLICT (user_id) DO UPDATE SET {sets} WHERE p.version < EXCLUDED.version RETURNING 1"
    )


def _key(name: str) -> str:
    # An index holds no text of any length, and some characters become many when they are normalised.
    return normal(name)[:MOST_KEY]


def _json(permissions: Iterable[Permission]) -> str:
    return to_json(list(permissions)).decode()
