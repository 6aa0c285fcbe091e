"""The few pictures that the documents show, small enough to be committed. Used by pictures.py."""

from io import BytesIO

from PIL import Image
from playwright.async_api import Page

from deploy.places import PROJECT

CHOSEN = PROJECT / "docs" / "pictures"
SHOWN = {
    "mailbox-activation": "mail",
    "activation-1": "confirm",
    "activation-3": "authenticator",
    "login": "login",
    "dashboard": "dashboard",
    "service": "contract",
    "maintenance-calendar": "maintenance",
    "users": "users",
    "group": "group",
    "settings-company": "company",
    "user-history": "history",
    "site-extensions": "settings-site",
    "help": "help",
    "ops-streams": "operations",
    "ops-again": "operations-again",
    "ops-groups": "operations-groups",
    "ops-parked": "operations-parked",
    "ops-parked-unmasked": "operations-parked-one",
    "ops-mails": "operations-mails",
    "ops-mail": "operations-mail",
    "ops-history": "reader",
    "ops-event": "event",
}
"""Pages of the tour and of docs/operations.md, by the names of their pictures: light, as much as a window shows."""


async def take_shown(page: Page, stop: str, language: str) -> None:
    """Take what a window shows of a page, as `dashboard.ja.webp`."""
    taken = Image.open(BytesIO(await page.screenshot()))
    CHOSEN.mkdir(parents=True, exist_ok=True)
    taken.convert("RGB").save(CHOSEN / f"{SHOWN[stop]}.{language}.webp", quality=82, method=6)
