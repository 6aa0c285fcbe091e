"""One user: what is known, what may be done, what was done. Next stop: application/people.py."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.datastructures import FormData

from gateway.application.asked import Asked
from gateway.application.credentials import CredentialState
from gateway.application.directory import HistoryKind, HistoryOf, Person, Status
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.freshness import Fresh
from gateway.application.people import PeopleJourney
from gateway.application.viewer import Viewer
from gateway.web.changes import Changed, Start, if_match, meanwhile, opened, start_at, start_of
from gateway.web.confirming import Question, confirm
from gateway.web.fields import label, shown, values_of
from gateway.web.forms import refusal_words, same_wish, status
from gateway.web.frame import Frame, Here, go
from gateway.web.history import moments
from gateway.web.mail_words import why
from gateway.web.words import Words
from kernel.domain.errors import NotFound, PortalError, PreconditionFailed

router = APIRouter(include_in_schema=False)

NOTICES = frozenset({"added", "saved", "suspended", "reinstated", "unlocked", "resent", "reset"})
LATEST = 10
"""How many changes the page shows before it leads to all of them."""
LINKS = frozenset({"open", "expired", "used", "frozen"})

Act = Callable[..., Awaitable[None]]
"""A method of PeopleJourney: whose, token, user, how asked; and from which version where it changes the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something an administrator does to a user: where it is asked, its words, what follows."""

    words: str
    notice: str
    act: Act
    asks: bool = False
    """Whether it hurts, so that a page of its own asks once more."""
    changes: bool = False
    """Whether it changes what the page shows of the user, and so must start from what was shown."""


DEEDS = {
    "suspension": Deed(words="user.suspend", notice="suspended", act=PeopleJourney.suspend, asks=True, changes=True),
    "reinstatement": Deed(words="user.reinstate", notice="reinstated", act=PeopleJourney.reinstate, changes=True),
    "deletion": Deed(words="user.delete", notice="deleted", act=PeopleJourney.delete, asks=True, changes=True),
    "unlock": Deed(words="user.unlock", notice="unlocked", act=PeopleJourney.unlock),
    "activation": Deed(words="user.resend", notice="resent", act=PeopleJourney.resend_activation),
    "second-factor-reset": Deed(
        words="user.factor-reset", notice="reset", act=PeopleJourney.reset_second_factor, asks=True
    ),
}
"""By the last part of the address."""


@dataclass(frozen=True, slots=True)
class Again:
    """A wish that got no clear answer: its button stays, though what it is for may be done by now."""

    deed: str
    key: str
    version: str
    """At which the person saw the user as they pressed."""


@router.api_route("/users/{user_id}", methods=["GET", "HEAD"])
async def show(
    *,
    user_id: UUID,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    fresh: Fresh,
    notice: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show everything about one user."""
    return await _draw(here, viewer, user_id, asked, notice=notice if notice in NOTICES else "", stale=not fresh)


@router.api_route("/users/{user_id}/{deed}", methods=["GET", "HEAD"])
async def ask(*, user_id: UUID, deed: str, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere) -> Response:
    """Ask once more before something that hurts."""
    row = await use.people.one(viewer, user_id, asked)
    return await _ask(here, row, deed)


@router.post("/users/{user_id}/{deed}")
async def do(
    *,
    user_id: UUID,
    deed: str,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Do it, and show what it came to."""
    if deed not in DEEDS:
        raise NotFound
    row = await _found(here, viewer, user_id, deed, asked)
    start = {"if_match": if_match(form)} if DEEDS[deed].changes else {}
    try:
        await DEEDS[deed].act(use.people, viewer, token, user_id, asked, **start)
    except PortalError as error:
        if row is None:
            raise
        stale = isinstance(error, PreconditionFailed)
        said = here.words("form.changed") if stale else refusal_words(error, here.words)
        again, key = start_of(form), same_wish(error, asked)
        if not DEEDS[deed].asks:
            kept = Again(deed, key, again.version) if key else None
            return await _draw(here, viewer, user_id, asked, status(error), refusal=said, again=kept)
        if stale:
            # Asked once more over what it is now: somebody may have changed their mind seeing that.
            return await _ask(here, row, deed, said, status(error), changed=_meanwhile(here.words, row, form))
        return await _ask(here, row, deed, said, status(error), start=again, key=key)
    notice = DEEDS[deed].notice
    return go("/users?notice=deleted" if notice == "deleted" else f"/users/{user_id}?notice={notice}")


async def _found(here: Frame, viewer: Viewer, user_id: UUID, deed: str, asked: Asked) -> Person | None:
    """Return the user; None for who is gone, perhaps by this very wish, so that its key is all there is to ask."""
    try:
        return await here.use.people.one(viewer, user_id, asked)
    except NotFound:
        if deed == "deletion":
            return None
        raise


async def _ask(
    here: Frame,
    row: Person,
    deed: str,
    refusal: str = "",
    number: int = 200,
    *,
    start: Start | None = None,
    key: str | None = None,
    changed: Sequence[Changed] = (),
) -> Response:
    if deed not in DEEDS or not DEEDS[deed].asks:
        raise NotFound
    words, name, back = DEEDS[deed].words, row.name or row.email, f"/users/{row.user_id}"
    question = Question(
        title=here.words(f"{words}.title", name=name),
        then=here.words(f"{words}.then"),
        deed=here.words(words),
        action=f"{back}/{deed}",
        trail=((here.words("settings.title"), "/settings"), (here.words("users.title"), "/users"), (name, back)),
        danger=deed == "deletion",
        start=start or start_at(row.version, _shown(here.words, row)),
    )
    return await confirm(here, question, refusal, number, key=key, changed=changed)


def _shown(words: Words, row: Person) -> dict[str, str]:
    """Return what the page shows of a user, as people read it."""
    said = {name: shown(words, name, value) for name, value in values_of(row).items()}
    said |= {"status": shown(words, "status", row.status), "groups": ", ".join(one.name for one in row.groups)}
    return {label(words, name): value for name, value in said.items()}


def _meanwhile(words: Words, row: Person, form: FormData) -> Sequence[Changed]:
    now, before = _shown(words, row), opened(form)
    return [Changed(name, before[name], now[name]) for name in meanwhile(before, now)]


async def _draw(
    here: Frame,
    viewer: Viewer,
    user_id: UUID,
    asked: Asked,
    number: int = 200,
    *,
    notice: str = "",
    refusal: str = "",
    stale: bool = False,
    again: Again | None = None,
) -> Response:
    people = here.use.people
    row = await people.one(viewer, user_id, asked)
    credential = await people.credential(viewer, user_id, asked)
    page = await here.use.histories.page(viewer, HistoryOf(HistoryKind.USER, user_id), asked, limit=LATEST)
    return await here.page(
        "users/detail.html",
        number,
        key=again.key if again else None,
        again=again,
        row=row,
        credential=credential,
        link=_link(here, row, credential),
        bounce=why(here.words, row.mail_bounce or ""),
        history=moments(here.words, page.items),
        more=page.next_cursor,
        notice=notice,
        refusal=refusal,
        stale=stale,
    )


def _link(here: Frame, row: Person, credential: CredentialState | None) -> str:
    """Return how the mailed link stands, empty where that is of no interest: the user is in and waits for none."""
    sent = credential.activation if credential else None
    waits = row.status is Status.PENDING_ACTIVATION
    if sent is None:
        return ("none" if credential else "unknown") if waits else ""
    state = sent.state.lower()
    if state == "open" and sent.expires_at and sent.expires_at <= here.use.dashboard.now():
        state = "expired"
    if state not in LINKS or (state in ("open", "expired") and sent.expires_at is None):
        return "unknown" if waits else ""
    return state if waits or state == "open" else ""
