"""Forms of pages that change something, as a test opens and sends them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import httpx

from gateway.application.directory import Status
from gateway.web import ops, ops_mails, user
from tests.unit.gateway.asking import PEOPLE
from tests.unit.gateway.fakes import GROUP, TENANT, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.fakes_mail import FAILED, MAIL
from tests.unit.gateway.fakes_ops import PARKED, READER
from tests.unit.gateway.fakes_ops_events import envelope
from tests.unit.gateway.reading import PASSWORD, Page, enter, read
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.world import World

A_GROUP, A_USER, A_CONTRACT = f"/groups/{GROUP}", f"/users/{COLLEAGUE}", f"/services/{contract(1).contract_id}"
COMPANY, IMAGE, FEED = "/settings/company", "/settings/company/image", "/maintenance/feed"
PNG = b"\x89PNG and so on"
A_FILE = {"image": ("logo.png", PNG, "image/png")}


def _nothing(_: World) -> None:
    """Leave everything as it is."""


@dataclass(frozen=True)
class Form:
    """A form that changes something: where it is opened, where it goes, what is typed."""

    page: str
    action: str = ""
    typed: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] | None = None
    done: int = 303
    """The answer's number where it is done."""
    blind: bool = False
    """Whether it replaces nothing that somebody else may have changed since it was opened."""
    arrange: Callable[[World], None] = _nothing
    """Make the portal one in which the form can be opened."""

    async def enter(self, world: World, http: httpx.AsyncClient) -> None:
        """Come in as somebody who may send it."""
        world.boards.rows = [contract(1)]
        self.arrange(world)
        if self.page.startswith("/ops"):
            PEOPLE["ops"].come(world)
            http.headers["cookie"] = PEOPLE["ops"].headers["cookie"]
        else:
            await enter(http)

    async def open(self, http: httpx.AsyncClient) -> Page:
        """Return the page with the form."""
        return read(await http.get(self.page))

    async def send(self, http: httpx.AsyncClient, page: Page) -> httpx.Response:
        """Send the form that stands on *page*."""
        return await http.post(self.to, data=page.form(self.to) | self.typed, files=self.files)

    def key(self, page: Page) -> str:
        """Return the key of the wish that the form on *page* is."""
        return page.form(self.to)["idempotencyKey"]

    @property
    def to(self) -> str:
        """Return the address that it is sent to."""
        return self.action or self.page


def standing(status: Status) -> Callable[[World], None]:
    """Have the colleague stand in some way."""

    def arrange(world: World) -> None:
        people = world.directory.kept[TENANT]
        people[COLLEAGUE] = replace(people[COLLEAGUE], status=status)

    return arrange


def has_a_feed(world: World) -> None:
    """Have the person who is in have a calendar feed."""
    world.own_contracts.feeds[USER] = USER, TENANT


def deed_of_user(name: str) -> Form:
    """Return what an administrator does to a user: asked on a page of its own, or by a button among the others."""
    known = user.DEEDS[name]
    status = {"reinstatement": Status.SUSPENDED, "unlock": Status.LOCKED, "activation": Status.PENDING_ACTIVATION}
    arrange = standing(status.get(name, Status.ACTIVE))
    page = f"{A_USER}/{name}" if known.asks else A_USER
    return Form(page, f"{A_USER}/{name}", blind=not known.changes, arrange=arrange)


def console(page: str, to: str, done: int = 303, **query: object) -> Form:
    """Return a form of the ops console, which wants a reason."""
    return Form(f"{page}?{urlencode(query)}", to, {"reason": "to see whether it is done"}, done=done, blind=True)


FACT = f"/ops/events/users/{envelope(1).id}"
A_PARKED = f"/ops/parked/{READER}/{PARKED}"
WISHES = {"wanted": ["FAULT"]}
USERS_FIELDS = {
    "name": "鈴木 次郎",
    "phoneNumber": "03-1234-5679",
    "mailLanguage": "ja",
    "timezone": "Asia/Tokyo",
    "secondFactor": "TOTP",
    "role": "GENERAL_USER",
}
NEW_USER = USERS_FIELDS | {"email": "jiro.tanaka@example.co.jp"}
NEW_PASSWORD = {"current": PASSWORD, "password": "long enough and rare", "passwordAgain": "long enough and rare"}
SETTINGS = {"sessionIdleMinutes": "30", "sessionAbsoluteHours": "8", "secondFactors": ["TOTP", "MAIL_OTP"]}
FORMS: Mapping[str, Form] = {
    "memo": Form(A_CONTRACT, f"{A_CONTRACT}/memo", {"memo": "本社 経理部"}),
    "new user": Form("/users/new", typed=NEW_USER, blind=True),
    "user": Form(f"{A_USER}/edit", typed=USERS_FIELDS),
    **{f"{name} of a user": deed_of_user(name) for name in user.DEEDS},
    "mails a user wants": Form(f"{A_USER}/notifications", typed=WISHES, blind=True),
    "mail to a user": Form(f"{A_USER}/mail", f"{A_USER}/mail/{FAILED}/resend", blind=True),
    "mail to anybody": Form("/settings/mail", f"/settings/mail/{FAILED}/resend", blind=True),
    "new group": Form("/groups/new", typed={"name": "営業本部"}, blind=True),
    "group": Form(f"{A_GROUP}/edit", typed={"name": "営業本部"}),
    "permissions": Form(A_GROUP, f"{A_GROUP}/permissions", {"grant": "*::VIEW", "do": "save"}),
    "members": Form(f"{A_GROUP}?find=鈴木", f"{A_GROUP}/members", {"userIds": str(COLLEAGUE)}, blind=True),
    "removal of a member": Form(f"{A_GROUP}/members/{COLLEAGUE}/removal", blind=True),
    "deletion of a group": Form(f"{A_GROUP}/deletion"),
    "settings": Form(COMPANY, typed=SETTINGS),
    "picture": Form(IMAGE, files=A_FILE),
    "removal of the picture": Form(f"{IMAGE}/removal"),
    "own settings": Form("/settings", typed={"mailLanguage": "en", "timezone": "Asia/Tokyo"}, blind=True),
    "own password": Form("/settings/password", typed=NEW_PASSWORD, blind=True),
    "own mails": Form("/settings/notifications", typed=WISHES, blind=True),
    "feed": Form(FEED, done=200, blind=True),
    "another feed": Form(f"{FEED}/again", done=200, blind=True, arrange=has_a_feed),
    "end of the feed": Form(f"{FEED}/end", done=200, blind=True, arrange=has_a_feed),
    **{
        f"{what} of a parked stream": console(ops.DEED, ops.DEED, what=what, consumer=READER, stream=PARKED)
        for what in (ops.RETRY, ops.DISCARD)
    },
    "look at a parked stream": console(A_PARKED, A_PARKED, 200),
    "look at a fact": console(FACT, FACT, 200),
    "publishing again": console(
        "/ops/publish-again/from", "/ops/publish-again/from", service="users", partition="", first=1
    ),
    **{
        f"{what} of mails": console(
            ops_mails.DEED, ops_mails.DEED, 200 if what == "receiver" else 303, what=what, mail=MAIL
        )
        for what in ops_mails.DEEDS
    },
}
