"""Many people in one call: each row is taken or refused for itself. Next stop: application/importing.py."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid5

from fastapi import APIRouter, Response
from pydantic import ValidationError

from kernel.adapters.http.commands import Asked
from kernel.adapters.http.problems import field_errors
from kernel.domain.context import Context
from kernel.domain.errors import PortalError, StreamMoved, Unavailable
from kernel.domain.recorded import Appended
from services.users.api.import_schemas import Row, Rows, RowsReply
from services.users.api.schemas import UserForm
from services.users.api.use import ByAdministrator, Use
from services.users.application.importing import Wanted

router = APIRouter()

PATH = "/users/import"
LARGEST = 1024 * 1024
"""Bytes of so many rows."""


@router.post(PATH)
async def import_people(*, body: Rows, use: Use, by: ByAdministrator, response: Response) -> RowsReply:
    """Make many people users, or only say who could be one; sent again under its key, what is done stays done.

    Raises: Unavailable when something stood in the way, for then the whole call is to be sent again; TooManyImported;
    TooManyUnmailed.
    """
    forms = [_form(number, row) for number, row in enumerate(body.rows, 1)]
    people = [
        Wanted(
            registration=replace(one.registration(), invited=body.invited),
            group_ids=one.group_ids,
            by=_circumstances(by, number),
        )
        for number, one in enumerate(forms, 1)
        if isinstance(one, UserForm)
    ]
    if body.dry_run:
        tried = iter(await use.importing.try_only(people))
        judged = [next(tried) if isinstance(one, UserForm) else one for one in forms]
        return RowsReply(rows=[_judged(number, one) for number, one in enumerate(judged, 1)])
    done = await use.importing.run(people)
    for trouble in (one for one in done if isinstance(one, Unavailable | StreamMoved)):
        raise Unavailable(str(trouble), retry_after=1) from trouble
    await use.shown(response, *(one for one in done if isinstance(one, Appended)))
    answers = iter(done)
    return RowsReply(
        rows=[
            _answer(number, next(answers)) if isinstance(one, UserForm) else one for number, one in enumerate(forms, 1)
        ]
    )


def _form(number: int, row: Mapping[str, Any]) -> UserForm | Row:
    """Return what a row says, or that it is refused for all that is wrong with it."""
    try:
        return UserForm.model_validate({name: value for name, value in row.items() if value not in ("", None)})
    except ValidationError as wrong:
        errors = field_errors([{**one, "loc": ("body", *one["loc"])} for one in wrong.errors(include_input=False)])
        return Row(row=number, code="invalid", errors=errors)


def _judged(number: int, one: PortalError | Row | None) -> Row:
    return one if isinstance(one, Row) else _answer(number, one)


def _answer(number: int, done: Appended | PortalError | None) -> Row:
    if isinstance(done, PortalError):
        return Row(row=number, code=done.code, errors=done.extra.get("errors"))
    return Row(row=number, user_id=done.stream_id if done else None)


def _circumstances(by: Asked, number: int) -> Context:
    context = by.context()
    return context if context.command_id is None else context.with_command(uuid5(context.command_id, f"row {number}"))
