"""Many people in one call: each row is taken or refused for itself. Next stop: application/handlers.py."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Response
from pydantic import Field, ValidationError

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import Asked
from kernel.adapters.http.problems import field_errors
from kernel.domain.context import Context
from kernel.domain.errors import PortalError, StreamMoved, Unavailable
from kernel.domain.recorded import Appended
from services.users.api.schemas import UserForm
from services.users.api.use import Built, ByAdministrator, Use

router = APIRouter()

MOST_ROWS = 500
AT_ONCE = 32
"""Rows under way at the same time: enough to share one write to disk, few enough to leave room for others."""


class Rows(Body):
    """People who are to become users; a row says the fields of the form, an empty one is a field that was left out."""

    rows: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=MOST_ROWS)]
    invited: bool = True
    """Whether their links to set the portal up go out at once."""


class Row(Reply):
    """What came of one row."""

    row: int
    user_id: UUID | None = None
    """Nobody when it was refused."""
    code: str | None = None
    errors: list[dict[str, str]] | None = None


class RowsReply(Reply):
    """What came of all rows, in their order."""

    rows: list[Row]


@router.post("/users/import")
async def import_people(*, body: Rows, use: Use, by: ByAdministrator, response: Response) -> RowsReply:
    """Make many people users; sent again under its key, what is done stays done."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, row: Mapping[str, Any]) -> tuple[Appended | None, Row]:
        async with room:
            return await _one(number, row, use, _circumstances(by, number), invited=body.invited)

    answers = await asyncio.gather(*(one(number, row) for number, row in enumerate(body.rows, 1)))
    await use.shown(response, *(done for done, _ in answers if done))
    return RowsReply(rows=[row for _, row in answers])


async def _one(
    number: int, row: Mapping[str, Any], use: Built, by: Context, *, invited: bool
) -> tuple[Appended | None, Row]:
    """Return what came of a row. Raises: Unavailable, for then the whole call is to be sent again."""
    try:
        form = UserForm.model_validate({name: value for name, value in row.items() if value not in ("", None)})
        done = await use.users.add(replace(form.registration(), invited=invited), form.group_ids, by)
    except ValidationError as wrong:
        errors = field_errors([{**one, "loc": ("body", *one["loc"])} for one in wrong.errors(include_input=False)])
        return None, Row(row=number, code="invalid", errors=errors)
    except (Unavailable, StreamMoved) as trouble:
        raise Unavailable(str(trouble), retry_after=1) from trouble
    except PortalError as refusal:
        return None, Row(row=number, code=refusal.code, errors=refusal.extra.get("errors"))
    return done, Row(row=number, user_id=done.stream_id)


def _circumstances(by: Asked, number: int) -> Context:
    context = by.context()
    return context if context.command_id is None else context.with_command(uuid5(context.command_id, f"row {number}"))
