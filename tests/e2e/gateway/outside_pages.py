"""What a person sees beside the portal's own pages: its mails, and the settings site. Next stop: walking.py."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from aiohttp import web
from joserfc.jwk import RSAKey

from deploy.mailbox.page import MailPages
from deploy.mailbox.store import MailStore
from deploy.settings_site.__main__ import application
from deploy.settings_site.database import open_database
from deploy.settings_site.frame import SESSION
from deploy.settings_site.settings import Settings
from deploy.settings_site.visits import Visits
from services.notifier.domain.events import Template
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.world import World
from tests.unit.notifier.mails import HANAKO, JANE, told, write
from tests.unit.notifier.notices import TELLING, bulletin, item

CONTRACT = "00000000-0000-7000-8000-000000000001"


async def mailbox(walker: Walker, _world: World) -> AsyncGenerator[str, None]:
    """Lead through the mails as they lie in the mailbox of `make up`, and as a program shows them that reads HTML."""
    japanese = (await walker.page.evaluate("navigator.language")).startswith("ja")
    with TemporaryDirectory() as folder:
        store = MailStore(Path(folder) / "mails.sqlite")
        kept = {}
        for template in reversed(Template):  # the first of them is the newest
            to = HANAKO if japanese else JANE
            tells = TELLING.get(template)
            mail = told(template, bulletin(item(tells)), to) if tells else write(to, template=template)
            kept[template] = store.add("b-portal@ntt.com", [mail["To"].addresses[0].addr_spec], mail.as_bytes())
        app = web.Application()
        app.add_routes(MailPages(store).routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://localhost:{runner.addresses[0][1]}"
            await walker.page.goto(url)
            yield "mailbox"
            await walker.page.goto(f"{url}/view/{kept[Template.ACTIVATION]}")
            yield "mailbox-activation"
            for template, name in kept.items():
                await walker.page.goto(f"{url}/view/{name}/html")
                yield f"mail-{template.lower().replace('_', '-')}"
        finally:
            await runner.cleanup()
            store.close()


async def settings_site(walker: Walker, _world: World) -> AsyncIterator[str]:
    """Lead through the pages of the settings site, with and without a visit."""
    with TemporaryDirectory() as folder:
        async with _served(Path(folder), walker.url) as (url, token):
            await walker.page.goto(url)
            yield "site-not-in"
            cookie = {"name": SESSION, "value": token, "url": url.replace("http:", "https:"), "secure": True}
            await walker.page.context.add_cookies([cookie])  # type: ignore[list-item] # as it is
            for path, name in (
                ("/", "site"),
                ("/extensions", "site-extensions"),
                ("/numbers?saved=1", "site-numbers"),
                ("/forwarding", "site-forwarding"),
                ("/nothing-here", "site-missing"),
            ):
                await walker.page.goto(url + path)
                yield name
            await walker.page.goto(f"{url}/extensions")
            await walker.page.evaluate("() => { for (const form of document.forms) form.noValidate = true; }")
            await walker.page.fill("#number", "x")
            async with walker.page.expect_navigation():
                await walker.page.click("main button.main")
            yield "site-extensions-wrong"


@asynccontextmanager
async def _served(folder: Path, issuer: str) -> AsyncIterator[tuple[str, str]]:
    """Serve the site while the block runs; give its address and the token of a visit."""
    key, database = folder / "key.jwk", folder / "site.sqlite"
    key.write_text(json.dumps(RSAKey.generate_key(2048, {"kid": "settings-site"}).as_dict(private=True)))
    rows = open_database(database)
    token = Visits(rows).begin(
        sid="s-1",
        sub="p",
        name="佐藤 花子",
        company="株式会社さくら商事",
        contract_id=CONTRACT,
        contract_number="N000000002",
        service="smart-pbx",
        language=None,
        access_token="",
        id_token="",
    )
    assert token
    _fill(Settings(rows))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    url = f"http://localhost:{listening.getsockname()[1]}"
    app = application(url=url, issuer=issuer, client_id="settings-site", key_file=key, database=database)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:  # noqa: ASYNC110 - the server tells by nothing else
            await asyncio.sleep(0)
        yield url, token
    finally:
        server.should_exit = True
        await running
        rows.close()


def _fill(settings: Settings) -> None:
    numbers = ("050-1234-5678", "050-1234-5679", "03-1234-5600")
    settings.open(CONTRACT, [str(1000 + one) for one in range(6)], numbers)
    for number, name in (("1000", "受付"), ("1001", "佐藤 花子"), ("1002", "会議室 A")):
        settings.add_extension(CONTRACT, number, name)
    settings.assign(CONTRACT, numbers[0], "1000")
    settings.forward(CONTRACT, "1001", "BUSY", "090-1234-5678")
