"""People with a session, for tests that start there."""

from datetime import timedelta
from typing import Any

from gateway.application.access import EVERYTHING
from gateway.application.session import Session
from gateway.application.steps import Proof
from gateway.application.viewer import Origin, Role, Viewer
from tests.unit.gateway.fakes import NOW, SESSION_ID, START, TENANT, USER


def session() -> Session:
    """Return a session that has just started."""
    return Session(
        session_id=SESSION_ID,
        user_id=USER,
        tenant_id=TENANT,
        method=Proof.TOTP,
        started_at=NOW,
        ends_at=NOW + timedelta(hours=12),
        csrf_token="form-token",
        start=START,
        positions=(START,),
    )


def viewer(**changes: Any) -> Viewer:
    """Return the administrator of the application form, looking."""
    fields: dict[str, Any] = {
        "user_id": USER,
        "tenant_id": TENANT,
        "name": "佐藤 花子",
        "email": "hanako.sato@example.co.jp",
        "role": Role.PORTAL_ADMIN,
        "origin": Origin.APPLICATION_FORM,
        "language": None,
        "timezone": "Asia/Tokyo",
        "csrf_token": "form-token",
        "session": session(),
        "access": EVERYTHING,
    }
    return Viewer(**fields | changes)
