"""Which sessions are over when identity ends many at once: the very next request is refused."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.application.sessions import Sessions
from gateway.application.steps import LoginPassed, Method
from gateway.projections.credential import CREDENTIAL, CredentialRow
from gateway.sources.identity import CredentialDisabled, CredentialEnabled, SessionsEnded
from tests.unit.gateway.fakes import NOW, SESSION_ID, START, TENANT, USER
from tests.unit.gateway.world import World

OTHER = UUID(int=77)
BEFORE, AFTER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
PASSED = LoginPassed(
    session_id=SESSION_ID, user_id=USER, tenant_id=TENANT, method=Method.TOTP, started_at=NOW, position=START
)


def _ended(at: datetime, kept: UUID | None = None) -> SessionsEnded:
    return SessionsEnded(user_id=USER, kept_session_id=kept, at=at)


def _row(*facts: Any) -> CredentialRow:
    row = None
    for fact in facts:
        row = CREDENTIAL.evolve(row, fact, None)  # type: ignore[arg-type]
    assert isinstance(row, CredentialRow)
    return row


DISABLED = CredentialDisabled(user_id=USER, at=BEFORE)
ENABLED = CredentialEnabled(user_id=USER, at=AFTER)


@pytest.mark.parametrize(
    ("facts", "over"),
    [
        ((_ended(AFTER),), True),
        ((_ended(BEFORE),), False),
        ((_ended(NOW),), False),
        ((_ended(AFTER, SESSION_ID),), False),
        ((_ended(AFTER, OTHER),), True),
        ((_ended(AFTER, SESSION_ID), _ended(AFTER)), True),
        ((DISABLED,), True),
        ((DISABLED, _ended(BEFORE), ENABLED, _ended(AFTER)), True),
        ((DISABLED, _ended(BEFORE), CredentialEnabled(user_id=USER, at=BEFORE), _ended(BEFORE)), False),
    ],
)
async def test_asvs_7_4_2_sessions_end_with_the_fact_that_ends_them(
    world: World, facts: tuple[Any, ...], over: bool
) -> None:
    sessions: Sessions = world.journeys.sessions
    world.starts_session()
    opened = await sessions.admit(PASSED, world.asked())
    world.boards.credentials[USER] = _row(*facts)
    assert (await sessions.viewer(opened.token) is None) is over
    assert (opened.token not in world.sessions.kept) is over
