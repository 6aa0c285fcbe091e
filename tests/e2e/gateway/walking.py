"""Walks through the portal with a real browser: what a person does on each page. Works on any running portal."""

from playwright.async_api import Page


class Walker:
    """A person at the portal's pages."""

    def __init__(self, page: Page, url: str, *, scripts: bool = True) -> None:
        self.page = page
        self.url = url
        self.scripts = scripts

    async def go(self, path: str) -> None:
        """Open a page of the portal."""
        await self.page.goto(self.url + path)

    async def press(self, button: str = "main button.main") -> None:
        """Press a button and wait for the page that answers."""
        async with self.page.expect_navigation():
            await self.page.click(button)

    async def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, text in fields.items():
            await self.page.fill(f"[name={name}]", text)

    async def begin_login(self, email: str, password: str) -> None:
        """Give mail address and password."""
        await self.go("/")
        await self.fill(userId=email, password=password)
        await self.press()

    async def give_code(self, code: str) -> None:
        """Give the six digits; they send themselves where scripts run, else by the button."""
        async with self.page.expect_navigation():
            await self.page.type("[name=code]", code)
            if not self.scripts:
                await self.page.click("main button.main")

    async def log_in(self, email: str, password: str, code: str) -> None:
        """Go through both steps."""
        await self.begin_login(email, password)
        await self.give_code(code)

    async def confirm(self, email: str, name: str, phone: str) -> None:
        """Say who it is, on the first step of the activation or on the page of the reset."""
        await self.fill(email=email, name=name, contactPhoneNumber=phone)
        await self.press()

    async def set_password(self, password: str, again: str | None = None) -> None:
        """Set the password, on the second step of the activation."""
        await self.fill(password=password, passwordAgain=password if again is None else again)
        await self.press()

    async def log_out(self) -> None:
        """Open the person's menu and log out."""
        await self.page.click("details.person summary")
        await self.press("details.person button")

    async def heading(self) -> str:
        """Return the page's title."""
        return (await self.page.inner_text("h1")).strip()
