"""What goes in and out of a person's own second step. Next stop: api/second_step.py."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from gateway.api.schemas.answer import Answer


class TrustedBrowserAnswer(Answer):
    """A browser that skips the code."""

    browser_id: UUID
    since: datetime
    used_at: datetime
    expires_at: datetime = Field(description="Each login puts it off to 10 days later.")
    client_ip: str
    user_agent: str


class TrustedBrowserList(Answer):
    """The caller's trusted browsers, the one used last first."""

    items: list[TrustedBrowserAnswer]
    allowed: bool = Field(description="Whether the company lets browsers be trusted at all.")
