"""What forms of the ops console share: the reason for a deed, whose object may be gone. Next stop: ops.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from starlette.datastructures import FormData

from gateway.application.errors import NothingParked
from gateway.web.forms import text
from gateway.web.words import Words
from kernel.domain.errors import NotFound

LONGEST_REASON = 500


def reason_in(form: FormData, words: Words) -> tuple[str, dict[str, str]]:
    """Return the reason that a form gives, and what is wrong with it."""
    reason = text(form, "reason", LONGEST_REASON).strip()
    if not reason:
        return reason, {"reason": words("ops.reason.missing")}
    return reason, {"reason": words("ops.reason.long")} if len(reason) > LONGEST_REASON else {}


@contextmanager
def still_parked() -> Iterator[None]:
    """Ask about what a page saw parked. Raises: NothingParked where it was applied or given up meanwhile."""
    try:
        yield
    except NotFound as gone:
        raise NothingParked from gone


def link(path: str, **query: object) -> str:
    """Return an address with those parts of a query that say something."""
    said = {name: str(value) for name, value in query.items() if value}
    return f"{path}?{urlencode(said)}" if said else path
