"""A history, or logins, as a file, written while it is read. Next stop: spreadsheet.py, application/export_words.py."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.company_logins import CompanyLoginAnswer
from gateway.api.schemas.histories import HistoryAnswer
from gateway.application import spreadsheet
from gateway.application.credentials import CompanyLogin
from gateway.application.directory import HistoryEntry
from gateway.application.export_words import history_heading, history_row, login_heading, login_row

Row = TypeVar("Row", HistoryEntry, CompanyLogin)


async def as_csv(steps: AsyncIterator[Sequence[HistoryEntry]], language: str) -> AsyncIterator[str]:
    """Write a line for each field that changed. See: RFC 4180."""
    yield spreadsheet.BOM + spreadsheet.lines([history_heading(language)])
    async for entries in steps:
        yield spreadsheet.lines(history_row(one, language) for one in entries)


async def logins_as_csv(steps: AsyncIterator[Sequence[CompanyLogin]], language: str) -> AsyncIterator[str]:
    """Write a line for each login."""
    yield spreadsheet.BOM + spreadsheet.lines([login_heading(language)])
    async for found in steps:
        yield spreadsheet.lines(login_row(one, language) for one in found)


def as_json(steps: AsyncIterator[Sequence[HistoryEntry]]) -> AsyncIterator[str]:
    """Write what the API answers, all of it in one list."""
    return _json(steps, HistoryAnswer.model_validate)


def logins_as_json(steps: AsyncIterator[Sequence[CompanyLogin]]) -> AsyncIterator[str]:
    """Write what the API answers of logins, all of it in one list."""
    return _json(steps, CompanyLoginAnswer.model_validate)


async def _json(steps: AsyncIterator[Sequence[Row]], told: Callable[[Row], Answer]) -> AsyncIterator[str]:
    yield '{"items":['
    between = ""
    async for found in steps:
        for one in found:
            yield between + told(one).model_dump_json(by_alias=True)
            between = ","
    yield "]}"
