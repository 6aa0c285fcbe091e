"""A history as a file, written while it is read. Next stop: spreadsheet.py, application/export_words.py."""

from collections.abc import AsyncIterator, Sequence

from gateway.api.schemas.histories import HistoryAnswer
from gateway.application import spreadsheet
from gateway.application.directory import HistoryEntry
from gateway.application.export_words import history_heading, history_row


async def as_csv(steps: AsyncIterator[Sequence[HistoryEntry]], language: str) -> AsyncIterator[str]:
    """Write a line for each field that changed. See: RFC 4180."""
    yield spreadsheet.BOM + spreadsheet.lines([history_heading(language)])
    async for entries in steps:
        yield spreadsheet.lines(history_row(one, language) for one in entries)


async def as_json(steps: AsyncIterator[Sequence[HistoryEntry]]) -> AsyncIterator[str]:
    """Write what the API answers, all of it in one list."""
    yield '{"items":['
    between = ""
    async for entries in steps:
        for one in entries:
            yield between + HistoryAnswer.model_validate(one).model_dump_json(by_alias=True)
            between = ","
    yield "]}"
