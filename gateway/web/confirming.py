"""Asks once more before something that hurts. Next stop: templates/confirm.html."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Response

from gateway.web.changes import Changed, Start
from gateway.web.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, in words, and where both answers lead."""

    title: str
    then: str
    """What will come of it."""
    deed: str
    action: str
    trail: Sequence[tuple[str, str]]
    """The pages above as words and addresses; the last is the one that no leads back to."""
    danger: bool = False
    start: Start | None = None
    """What the question was opened with, where what it is done to must be as it was shown."""
    shown: str = ""
    """What it is done to, where that is named by its content."""

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        """Return where the question stands."""
        return (*self.trail, (self.deed, ""))

    @property
    def back(self) -> str:
        """Return where no leads."""
        return self.trail[-1][1]


async def confirm(
    here: Frame,
    question: Question,
    refusal: str = "",
    number: int = 200,
    *,
    key: str | None = None,
    changed: Sequence[Changed] = (),
) -> Response:
    """Ask; *key* is that of a wish that may have been granted already."""
    return await here.page("confirm.html", number, key=key, question=question, refusal=refusal, changed=changed)
