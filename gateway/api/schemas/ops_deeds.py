"""What goes out about deeds of operators. Next stop: api/ops_deeds.py."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from gateway.api.schemas.answer import Answer
from gateway.application.ops_deeds import DeedPage


class DeedAnswer(Answer):
    """Something that an operator ordered, or that somebody was refused."""

    position: int = Field(description="Where it stands in the log of the users service.")
    stream_id: UUID
    version: int
    at: datetime
    user_id: UUID
    name: str = Field(description="What an operator is called; empty for everybody else.")
    company_id: UUID | None = Field(description="The tenant of who was refused; null for a deed.")
    what: str = Field(description="The deed, or the operation that was refused.", examples=["DISCARD", "opsStreams"])
    refused: bool = Field(description="Of each person at most one refusal an hour is kept.")
    consumer: str | None
    error: str | None
    streams: list[UUID]
    about: str | None
    reason: str


class DeedList(Answer):
    """Deeds and refusals, newest first."""

    items: list[DeedAnswer]
    next_cursor: str | None

    @classmethod
    def of(cls, page: DeedPage) -> "DeedList":
        """Return a part of them as it goes out."""
        items = [
            DeedAnswer.model_validate(
                {**{name: getattr(one, name) for name in one.__slots__}, "name": page.names.get(one.user_id, "")}
            )
            for one in page.items
        ]
        return cls(items=items, next_cursor=page.next_cursor)
