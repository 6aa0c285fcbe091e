"""A real browser at the real portal."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, BrowserContext

from tests.e2e.gateway.conftest import browser as browser  # noqa: PLC0414 - the same Chromium, started the same way
from tests.e2e.gateway.walking import Walker
from tests.e2e.people import Person
from tests.e2e.portal import Portal

Window = Callable[[Person], Awaitable[Walker]]


@pytest.fixture
async def window(browser: Browser, portal: Portal) -> AsyncIterator[Window]:
    """Give a way to open a window of a person's browser, in their language."""
    contexts: list[BrowserContext] = []

    async def opened(person: Person) -> Walker:
        context = await browser.new_context(locale={"ja": "ja-JP", "en": "en-GB"}[person.language])
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Walker(await context.new_page(), portal.url)

    yield opened
    for context in contexts:
        await context.close()
