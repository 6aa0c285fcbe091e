"""The portal with its stand-in for a settings site, and a second site that another library plays."""

import asyncio
import json
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest

from deploy.stack import Stack
from tests.e2e.browser.conftest import window as window  # noqa: PLC0414 - the same windows
from tests.e2e.gateway.conftest import browser as browser  # noqa: PLC0414 - the same Chromium
from tests.e2e.hop.second import BASIC, CALLBACK, SECRET, Second
from tests.e2e.hop.sites import Site


@pytest.fixture(scope="session")
async def settings_site(services: Stack) -> Stack:
    """Return the running portal with its settings site, and with a second one that it knows."""
    second = {
        "client_id": BASIC,
        "client_name": "別の設定サイト",
        "services": ["uno"],
        "redirect_uris": [CALLBACK],
        "initiate_login_uri": CALLBACK.replace("callback", "login"),
        "token_endpoint_auth_method": "client_secret_basic",
        "client_secret_sha256": sha256(SECRET.encode()).hexdigest(),
    }
    file = services.plan.places.sites / f"{BASIC}.json"
    await asyncio.to_thread(file.write_text, json.dumps(second))
    await asyncio.to_thread(services.start, ["settings-site"])
    # They read whom they know when they start.
    for name in ("identity", "gateway"):
        await asyncio.to_thread(services.restart, name)
    return services


@pytest.fixture
async def site(settings_site: Stack) -> AsyncIterator[Site]:
    """Give what a person's plain browser does at the stand-in."""
    made = Site(settings_site.plan.settings_site.url)
    yield made
    await made.close()


@pytest.fixture
async def second(settings_site: Stack) -> AsyncIterator[Second]:
    """Give a site made of another library, as it comes."""
    made = Second(settings_site.plan.public_url)
    yield made
    await made.close()
