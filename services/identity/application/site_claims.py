"""What settings sites are told, as claims of signed tokens; names they ask for. Next stop: site_signing.py."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from services.identity.application.site_ports import Grant, Notice
from services.identity.domain.events import EndReason, Proof
from services.identity.domain.session import amr

ID_TOKEN = "JWT"  # noqa: S105 - a type of tokens
LOGOUT_TOKEN = "logout+jwt"  # noqa: S105 - a type of tokens
EVENT_TOKEN = "secevent+jwt"  # noqa: S105 - a type of tokens

ID_TOKEN_LIVES = timedelta(minutes=5)
LOGOUT_TOKEN_LIVES = timedelta(minutes=2)

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
REVOKED_EVENT = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"

BY_PERSON = frozenset({EndReason.LOGOUT, EndReason.ELSEWHERE})
"""Ends that the person wished for; all others are told as a session that was revoked."""

_BY: Mapping[EndReason, tuple[str, str]] = {
    EndReason.LOGOUT: ("user", "The person logged out."),
    EndReason.ELSEWHERE: ("user", "The person ended the session from another one."),
    EndReason.PASSWORD_RESET: ("user", "A new password was set."),
    EndReason.EXPIRED: ("policy", "The session was too old."),
    EndReason.ADMINISTRATOR: ("admin", "An administrator ended the session."),
    EndReason.SUSPENDED: ("admin", "The person may not use the portal any more."),
}


def id_claims(  # noqa: PLR0917 - who, how and when
    issuer: str, grant: Grant, method: Proof, began_at: datetime, token: str, now: datetime
) -> Mapping[str, Any]:
    """Return what an ID token says. See: OpenID Connect Core 1.0, sections 2 and 3.1.3.6."""
    claims = {
        "iss": issuer,
        "sub": str(grant.user_id),
        "aud": grant.client_id,
        "exp": _seconds(now + ID_TOKEN_LIVES),
        "iat": _seconds(now),
        "auth_time": _seconds(began_at),
        "amr": list(amr(method)),
        "sid": str(grant.session_id),
        "at_hash": _half(token),
        "contract_id": str(grant.contract_id),
    }
    return claims | ({"nonce": grant.nonce} if grant.nonce is not None else {})


def logout_claims(issuer: str, notice: Notice, now: datetime) -> Mapping[str, Any]:
    """Return what a logout token says. See: OpenID Connect Back-Channel Logout 1.0, section 2.4."""
    return {
        "iss": issuer,
        "sub": str(notice.user_id),
        "aud": notice.client_id,
        "iat": _seconds(now),
        "exp": _seconds(now + LOGOUT_TOKEN_LIVES),
        "jti": str(notice.notice_id),
        "sid": str(notice.session_id),
        "events": {LOGOUT_EVENT: {}},
    }


def revoked_claims(issuer: str, notice: Notice, now: datetime) -> Mapping[str, Any]:
    """Return what a session-revoked event says. See: OpenID CAEP 1.0, section 3.1; RFC 8417; RFC 9493."""
    by, why = _BY[notice.reason]
    return {
        "iss": issuer,
        "aud": notice.client_id,
        "iat": _seconds(now),
        "jti": str(notice.notice_id),
        "sub_id": {
            "format": "complex",
            "session": {"format": "opaque", "id": str(notice.session_id)},
            "user": {"format": "iss_sub", "iss": issuer, "sub": str(notice.user_id)},
        },
        "events": {
            REVOKED_EVENT: {
                "event_timestamp": _seconds(notice.ended_at),
                "initiating_entity": by,
                "reason_admin": {"en": why},
            }
        },
    }


def _seconds(time: datetime) -> int:
    return int(time.timestamp())


def _half(token: str) -> str:
    """Return the hash by which an ID token names its access token, for a signature with SHA-256."""
    return base64.urlsafe_b64encode(sha256(token.encode()).digest()[:16]).decode().rstrip("=")
