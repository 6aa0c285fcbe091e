"""Forms of pages that change something, as a test opens and sends them."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.unit.gateway.fakes import GROUP
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.reading import Page, read
from tests.unit.gateway.samples_people import COLLEAGUE

A_GROUP, A_USER, A_CONTRACT = f"/groups/{GROUP}", f"/users/{COLLEAGUE}", f"/services/{contract(1).contract_id}"
COMPANY, IMAGE = "/settings/company", "/settings/company/image"
PNG = b"\x89PNG and so on"
A_FILE = {"image": ("logo.png", PNG, "image/png")}


@dataclass(frozen=True)
class Form:
    """A form that changes something: where it is opened, where it goes, what is typed."""

    page: str
    action: str = ""
    typed: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] | None = None

    async def open(self, http: httpx.AsyncClient) -> Page:
        """Return the page with the form."""
        return read(await http.get(self.page))

    async def send(self, http: httpx.AsyncClient, page: Page) -> httpx.Response:
        """Send the form that stands on *page*."""
        return await http.post(self._to, data=page.form(self._to) | self.typed, files=self.files)

    def key(self, page: Page) -> str:
        """Return the key of the wish that the form on *page* is."""
        return page.form(self._to)["idempotencyKey"]

    @property
    def _to(self) -> str:
        return self.action or self.page


USER = {
    "name": "鈴木 次郎",
    "phoneNumber": "03-1234-5679",
    "mailLanguage": "ja",
    "timezone": "Asia/Tokyo",
    "secondFactor": "TOTP",
    "role": "GENERAL_USER",
}
SETTINGS = {"sessionIdleMinutes": "30", "sessionAbsoluteHours": "8", "secondFactors": ["TOTP", "MAIL_OTP"]}
FORMS = {
    "memo": Form(A_CONTRACT, f"{A_CONTRACT}/memo", {"memo": "本社 経理部"}),
    "user": Form(f"{A_USER}/edit", typed=USER),
    "suspension": Form(f"{A_USER}/suspension"),
    "deletion of a user": Form(f"{A_USER}/deletion"),
    "group": Form(f"{A_GROUP}/edit", typed={"name": "営業本部"}),
    "permissions": Form(A_GROUP, f"{A_GROUP}/permissions", {"grant": "*::VIEW", "do": "save"}),
    "removal of a member": Form(f"{A_GROUP}/members/{COLLEAGUE}/removal"),
    "deletion of a group": Form(f"{A_GROUP}/deletion"),
    "settings": Form(COMPANY, typed=SETTINGS),
    "picture": Form(IMAGE, files=A_FILE),
    "removal of the picture": Form(f"{IMAGE}/removal"),
}
