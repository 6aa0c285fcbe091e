"""Builds the contracts service and runs it: the only file that makes objects. Next stop: api/routes.py."""

from functools import partial

from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.http import internal
from kernel.adapters.http.app import create_app
from kernel.adapters.http.internal import OPERATE, REPUBLISH
from kernel.adapters.http.tokens import Verifier
from kernel.adapters.keys import fingerprint
from kernel.adapters.log import open_log
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.process import serve, start
from kernel.adapters.settings import Secrets, ServiceSettings
from services.contracts.api import routes
from services.contracts.application.handlers import ContractHandlers
from services.contracts.consumers.applications import READER, Applications
from services.contracts.domain.events import EVENTS

NAME = "contracts"

WRITE = frozenset({"applications:write", "contracts:write"})
READERS = frozenset({REPUBLISH})
ISSUERS = {
    "gateway": WRITE | READERS | {OPERATE},
    "operator": WRITE | READERS | {OPERATE},
    **dict.fromkeys(("identity", "users", "contracts", "notifier"), READERS),
}
"""Whose tokens are believed, and what they may allow."""


async def run(settings: ServiceSettings) -> None:
    """Run the service until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    log = await open_log(settings, secrets, NAME, EVENTS)
    handlers = ContractHandlers(
        store=log.store, now=utc_now, new_id=new_id, fingerprint=partial(fingerprint, secrets.pepper)
    )
    # A reader holds a connection while its commands wait for one of the store's, so it has its own.
    reading = await open_pool(settings.postgres_url, size=1)
    reader = LogReader(READER, NAME, reading, log.wakeup, reaction=Applications(handlers), facts=log.facts)
    app = create_app(NAME, [routes.router, internal.router(log)])
    app.state.handlers = handlers
    app.state.verifier = Verifier(secrets.jwks, NAME, ISSUERS)
    await serve(
        NAME,
        app,
        settings,
        background={**log.roles, "applications": reader.run},
        checks=log.checks,
        closing=[reading.close, log.close],
    )


if __name__ == "__main__":
    start(run(ServiceSettings()))
