"""Runs the mailbox: `python -m deploy.mailbox --smtp 1025 --http 8025 --file mails.sqlite`."""

import argparse
import asyncio
import signal
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from deploy.mailbox.api import MailApi
from deploy.mailbox.page import MailPages
from deploy.mailbox.smtp import Intake, Refusals, smtp_protocol
from deploy.mailbox.store import MailStore

HERE = "127.0.0.1"
NAMES = {"localhost", HERE}


@web.middleware
async def only_local_names(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request under another host's name: no web page may read mails by a name of its own."""
    if request.host.partition(":")[0] not in NAMES:
        raise web.HTTPMisdirectedRequest(text="Ask for localhost.")
    return await handler(request)


async def serve(smtp: int, http: int, file: Path) -> None:
    """Take mails in and show them until told to end."""
    store, refusals = MailStore(file), Refusals()
    app = web.Application(middlewares=[only_local_names])
    app.add_routes([*MailApi(store, refusals).routes(), *MailPages(store).routes()])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HERE, http, shutdown_timeout=1).start()
    loop = asyncio.get_running_loop()
    door = await loop.create_server(smtp_protocol(Intake(store, refusals)), HERE, smtp)
    told = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, told.set)
    print(f"mails come in on {smtp}, and are shown on http://localhost:{http}", flush=True)
    await told.wait()
    door.close()
    await runner.cleanup()
    store.close()


def _main() -> None:
    words = argparse.ArgumentParser(description="A mailbox for development: takes every mail, sends none.")
    words.add_argument("--smtp", type=int, required=True)
    words.add_argument("--http", type=int, required=True)
    words.add_argument("--file", type=Path, required=True)
    asked = words.parse_args()
    asyncio.run(serve(asked.smtp, asked.http, asked.file))


if __name__ == "__main__":
    _main()
