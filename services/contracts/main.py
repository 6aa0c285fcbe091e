"""Builds the contracts service and runs it: the only file that makes objects. Next stop: api/routes.py."""

from functools import partial

from kernel.adapters.clients import open_clients
from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.http import internal
from kernel.adapters.http.app import create_app
from kernel.adapters.http.internal import OPS, REPUBLISH
from kernel.adapters.http.tokens import Verifier
from kernel.adapters.keys import fingerprint
from kernel.adapters.log import open_log
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.process import serve, start
from kernel.adapters.settings import Secrets, ServiceSettings
from kernel.application.ports import Clock, EventStore, Keyring, NewId
from services.contracts.adapters.calendar_secrets import PostgresCalendarSecrets
from services.contracts.api import bulk, facts, own, routes
from services.contracts.api.use import OPERATOR, PEOPLE, Built
from services.contracts.application.calendars import CalendarHandlers
from services.contracts.application.handlers import ContractHandlers
from services.contracts.application.histories import Histories
from services.contracts.application.incidents import IncidentHandlers
from services.contracts.application.maintenances import MaintenanceHandlers
from services.contracts.application.moments import Moments
from services.contracts.application.numbers import Numbers
from services.contracts.application.orders import OrderHandlers
from services.contracts.application.ports import CalendarSecrets, Fingerprint
from services.contracts.application.statuses import EarlyFacts, StatusHandlers
from services.contracts.consumers import applications, early
from services.contracts.domain.events import EVENTS

NAME = "contracts"

READERS = frozenset({REPUBLISH})
ISSUERS = {
    "gateway": OPERATOR | PEOPLE | READERS | OPS,
    "operator": OPERATOR | READERS | OPS,
    **dict.fromkeys(("identity", "users", "contracts", "notifier"), READERS),
}
"""Whose tokens are believed, and what they may allow."""


def build(  # noqa: PLR0917 - what it stands on
    store: EventStore,
    keyring: Keyring,
    pepper: bytes,
    calendar_secrets: CalendarSecrets,
    now: Clock = utc_now,
    ids: NewId = new_id,
) -> Built:
    """Return what routes and consumers use."""
    prints: Fingerprint = partial(fingerprint, pepper)
    numbers = Numbers(store=store, fingerprint=prints)
    contracts = ContractHandlers(store=store, now=now, new_id=ids, fingerprint=prints)
    moments = Moments(store=store)
    return Built(
        contracts=contracts,
        orders=OrderHandlers(store=store, now=now, new_id=ids, fingerprint=prints, numbers=numbers),
        incidents=IncidentHandlers(store=store, now=now, numbers=numbers),
        maintenances=MaintenanceHandlers(store=store, now=now, numbers=numbers),
        statuses=StatusHandlers(store=store, now=now, numbers=numbers),
        moments=moments,
        histories=Histories(moments=moments, clients=partial(open_clients, keyring)),
        calendars=CalendarHandlers(store=store, secrets=calendar_secrets, now=now, new_id=ids, fingerprint=prints),
    )


def early_facts(built: Built) -> EarlyFacts:
    """Return what keeps facts that come before their contracts."""
    return EarlyFacts(
        store=built.statuses.store,
        now=built.statuses.now,
        numbers=built.statuses.numbers,
        contracts=built.contracts,
        incidents=built.incidents,
        maintenances=built.maintenances,
    )


async def run(settings: ServiceSettings) -> None:
    """Run the service until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    log = await open_log(settings, secrets, NAME, EVENTS)
    built = build(log.store, log.keyring, secrets.pepper, PostgresCalendarSecrets(log.pool))
    # A reader holds a connection while its commands wait for one of the store's, so readers have their own.
    reading = await open_pool(settings.postgres_url, size=2, name="readers")
    own_log = partial(LogReader, service=NAME, pool=reading, wakeup=log.wakeup, facts=log.facts)
    readers = {
        "applications": own_log(applications.READER, reaction=applications.Applications(built.contracts)),
        "early facts": own_log(early.READER, reaction=early.Early(early_facts(built))),
    }
    app = create_app(NAME, [facts.router, bulk.router, own.router, routes.router, internal.router(log)])
    app.state.built = built
    app.state.verifier = Verifier(secrets.jwks, NAME, ISSUERS)
    await serve(
        NAME,
        app,
        settings,
        background={**log.roles, **{name: reader.run for name, reader in readers.items()}},
        checks=log.checks,
        closing=[reading.close, log.close],
    )


if __name__ == "__main__":
    start(run(ServiceSettings()))
