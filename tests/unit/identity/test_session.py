"""What happens to a session."""

from datetime import UTC, datetime
from uuid import UUID

from kernel.testing import given
from services.identity.domain.commands import EndSession
from services.identity.domain.errors import SessionUnknown
from services.identity.domain.events import EndReason, SecondFactor, SessionEnded, SessionStarted
from services.identity.domain.session import session

AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
SESSION, USER = UUID(int=1), UUID(int=2)
STARTED = SessionStarted(session_id=SESSION, user_id=USER, method=SecondFactor.TOTP, at=AT)
ENDED = SessionEnded(session_id=SESSION, user_id=USER, reason=EndReason.LOGOUT, at=AT)
END = EndSession(session_id=SESSION, user_id=USER, reason=EndReason.LOGOUT, at=AT)


def test_a_session_ends_once() -> None:
    given(session, STARTED).when(END).then(ENDED)
    given(session, STARTED, ENDED).when(END).then_nothing()


def test_nobody_ends_the_session_of_another() -> None:
    other = EndSession(session_id=SESSION, user_id=UUID(int=3), reason=EndReason.LOGOUT, at=AT)
    given(session, STARTED).when(other).refused(SessionUnknown)


def test_what_never_began_cannot_end() -> None:
    given(session).when(END).refused(SessionUnknown)
