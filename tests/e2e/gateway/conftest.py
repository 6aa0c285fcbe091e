"""A real browser, and the gateway over its fakes on a port."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from deploy.browser import started
from tests.e2e.gateway import sample
from tests.e2e.gateway.walking import Walker
from tests.e2e.serving import served
from tests.unit.gateway.world import World

Opens = Callable[..., Awaitable[Walker]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Give a Chromium."""
    expect.set_options(timeout=30_000)
    async with async_playwright() as playwright:
        one = await started(playwright)
        yield one
        await one.close()


@pytest.fixture
def world() -> World:
    """Return a usual company."""
    return sample.usual()


@pytest.fixture
async def opens(browser: Browser, world: World) -> AsyncIterator[Opens]:
    """Give a way to open a browser window of a person at the portal."""
    async with served(world) as url:
        contexts = []

        async def opened(language: str = "ja", width: int = 1280, **options: Any) -> Walker:
            context = await browser.new_context(
                locale={"ja": "ja-JP", "en": "en-GB"}[language], viewport={"width": width, "height": 800}, **options
            )
            contexts.append(context)
            context.set_default_timeout(30_000)
            return Walker(await context.new_page(), url, scripts=options.get("java_script_enabled", True))

        yield opened
        for context in contexts:
            await context.close()
