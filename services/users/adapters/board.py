"""Writes people and groups as lists show them, in the transaction of what is read. Next stop: directory.py."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, assert_never
from uuid import UUID

from pydantic_core import to_json

from kernel.application.consume import Incoming
from services.users.adapters.gathered import Move, Told, gather, name_key
from services.users.application.ports import Invitation, Login
from services.users.domain.events import GroupChanged, GroupCreated, GroupDeleted, GroupEvent, GroupPermitted
from services.users.domain.permission import Permission

# Two readers write the same rows, each many in a transaction; one after the other they cannot wait for each other.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('rm', 0))"
_SHOWN = "SELECT user_id, version FROM rm.person WHERE user_id = ANY($1)"
_JOIN = """
INSERT INTO rm.membership (group_id, user_id)
SELECT group_id, user_id FROM unnest($1::uuid[], $2::uuid[]) AS j (group_id, user_id) JOIN rm.team USING (group_id)
ON CONFLICT DO NOTHING
"""
_LEAVE = """
DELETE FROM rm.membership m USING unnest($1::uuid[], $2::uuid[]) AS l (group_id, user_id)
WHERE m.group_id = l.group_id AND m.user_id = l.user_id
"""
_LEAVE_ALL = "DELETE FROM rm.membership WHERE user_id = ANY($1) RETURNING group_id, user_id"
_REMEMBER = """
INSERT INTO rm.membership_change
SELECT * FROM json_populate_recordset(NULL::rm.membership_change, $1::text::json) ON CONFLICT DO NOTHING
"""
_LOCK = """
INSERT INTO rm.person (user_id, tenant_id, locked) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET locked = EXCLUDED.locked
"""
_LOGIN = """
INSERT INTO rm.person AS p (user_id, tenant_id, last_login_at)
SELECT user_id, tenant_id, max(at) FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS l (user_id, tenant_id, at)
GROUP BY user_id, tenant_id
ON CONFLICT (user_id) DO UPDATE SET last_login_at = greatest(p.last_login_at, EXCLUDED.last_login_at)
"""
_INVITED = """
INSERT INTO rm.person AS p (user_id, tenant_id, link_sent_at, link_expires_at)
SELECT DISTINCT ON (user_id) user_id, tenant_id, sent_at, expires_at
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS i (user_id, tenant_id, sent_at, expires_at)
ORDER BY user_id, sent_at DESC
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

    async def people(self, transaction: Any, told: Sequence[Told]) -> None:
        """Show what facts of users' streams say, in their order; one that was shown before changes nothing."""
        await transaction.execute(_TURN)
        shown = await transaction.fetch(_SHOWN, list({fact.user_id for fact, _ in told}))
        gathered = gather(told, {row["user_id"]: row["version"] for row in shown})
        for names, rows in gathered.by_columns().items():
            await transaction.execute(_upsert(names), to_json(rows).decode())
        moves, (in_it, out_of_it) = gathered.moves, gathered.memberships()
        if in_it:
            await transaction.execute(_JOIN, *_apart(in_it))
        if out_of_it:
            await transaction.execute(_LEAVE, *_apart(out_of_it))
        if gathered.deleted:
            moves += [
                Move(
                    group_id=row["group_id"],
                    user_id=row["user_id"],
                    joined=False,
                    about=gathered.deleted[row["user_id"]],
                )
                for row in await transaction.fetch(_LEAVE_ALL, list(gathered.deleted))
            ]
        if moves:
            await transaction.execute(_REMEMBER, to_json([_remembered(move) for move in moves]).decode())

    async def group(self, transaction: Any, fact: GroupEvent, about: Incoming) -> None:
        """Show what a fact of a group's stream says; one that was shown before changes nothing."""
        await transaction.execute(_TURN)
        group_id, tenant_id, version = fact.group_id, about.tenant_id, about.version
        match fact:
            case GroupCreated(name=name, description=description, built_in=built_in):
                key = name_key(name)
                await transaction.execute(_MAKE_TEAM, group_id, tenant_id, version, name, key, description, built_in)
            case GroupChanged(name=name, description=description):
                await transaction.execute(_NAME_TEAM, group_id, version, name, name_key(name), description)
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

    async def logged_in(self, transaction: Any, logins: Sequence[Login]) -> None:
        """Show when people logged in last, known already or not."""
        await transaction.execute(_TURN)
        await transaction.execute(_LOGIN, *map(list, zip(*logins, strict=True)))

    async def invited(self, transaction: Any, invitations: Sequence[Invitation]) -> None:
        """Show which link was mailed to people last, known already or not."""
        await transaction.execute(_TURN)
        await transaction.execute(_INVITED, *map(list, zip(*invitations, strict=True)))


def _apart(pairs: Sequence[tuple[UUID, UUID]]) -> tuple[list[UUID], list[UUID]]:
    return [group_id for group_id, _ in pairs], [user_id for _, user_id in pairs]


def _remembered(move: Move) -> Mapping[str, Any]:
    about = move.about
    return {
        "group_id": move.group_id,
        "at": about.recorded_at,
        "user_id": move.user_id,
        "version": about.version,
        "tenant_id": about.tenant_id,
        "joined": move.joined,
        "actor": about.actor or "",
        "cause": about.causation_id,
        "correlation_id": about.correlation_id,
        "client": about.client,
    }


def _upsert(columns: Sequence[str]) -> str:
    """Return the statement that sets these columns of rows, unless a row is as new as that already."""
    names = ", ".join(columns)
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns)
    return (
        f"INSERT INTO rm.person AS p (user_id, {names}) SELECT user_id, {names} "  # noqa: S608 - names of ours
        f"FROM json_populate_recordset(NULL::rm.person, $1::text::json) "
        f"ON CONFLICT (user_id) DO UPDATE SET {sets} WHERE p.version < EXCLUDED.version"
    )


def _json(permissions: Iterable[Permission]) -> str:
    return to_json(list(permissions)).decode()
