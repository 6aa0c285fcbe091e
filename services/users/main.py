"""Builds the users service and runs it: the only file that makes objects. Next stop: api/routes.py."""

from functools import partial

from kernel.adapters.clock import utc_now
from kernel.adapters.codec import Facts
from kernel.adapters.http import internal
from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPERATE, REPUBLISH
from kernel.adapters.http.republishing import asks_owners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.keys import fingerprint
from kernel.adapters.log import open_log
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.process import serve, start
from kernel.adapters.settings import Secrets, ServiceSettings
from services.users.api import routes
from services.users.application.handlers import UserHandlers
from services.users.consumers.contracts import READER, Applications
from services.users.domain.events import EVENTS

NAME = "users"

READERS = frozenset({REPUBLISH})
ISSUERS = {
    "gateway": READERS | {"users:self", OPERATE},
    "operator": READERS | {OPERATE},
    **dict.fromkeys(("identity", "users", "contracts", "notifier"), READERS),
}
"""Whose tokens are believed, and what they may allow."""


async def run(settings: ServiceSettings) -> None:
    """Run the service until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    log = await open_log(settings, secrets, NAME, EVENTS)
    handlers = UserHandlers(store=log.store, now=utc_now, fingerprint=partial(fingerprint, secrets.pepper))
    reaction = Applications(handlers)
    contracts = ServiceClient(settings.contracts_url, Signer(NAME, secrets.jwk(NAME)), "contracts")
    # A reader holds a connection while its commands wait for one of the store's, so it has its own.
    reading = await open_pool(settings.postgres_url, size=1)
    reader = KafkaReader(
        READER,
        [settings.topic("contracts")],
        settings.kafka_bootstrap,
        reading,
        reaction=reaction,
        facts=Facts(reaction.types.values(), log.keyring),
        ask=asks_owners(NAME, {"contracts": contracts}),
    )
    app = create_app(NAME, [routes.router, internal.router(log)])
    app.state.handlers = handlers
    app.state.verifier = Verifier(secrets.jwks, NAME, ISSUERS)
    await serve(
        NAME,
        app,
        settings,
        background={**log.roles, "contracts": reader.run},
        checks=log.checks,
        closing=[contracts.close, reading.close, log.close],
    )


if __name__ == "__main__":
    start(run(ServiceSettings()))
