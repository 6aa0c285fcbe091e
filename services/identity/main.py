"""Runs the identity service, as ways.py and site_ways.py build it. Next stop: ways.py, then api/activations.py."""

from typing import Any

import asyncpg
from fastapi import FastAPI

from kernel.adapters.clock import utc_now
from kernel.adapters.codec import Facts
from kernel.adapters.http import internal
from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPERATE, OPS, REPUBLISH
from kernel.adapters.http.republishing import HttpOwners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.log import Log, open_log
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.process import Role, serve, start
from kernel.adapters.settings import Secrets
from kernel.application.consume import Reaction
from services.identity.adapters.guarded_tenants import keep_rules
from services.identity.adapters.sweeper import Sweeper
from services.identity.api import (
    activations,
    administration,
    company,
    deliveries,
    logins,
    own,
    passkeys,
    second_steps,
    sites,
    step_ups,
)
from services.identity.api.use import ADMINISTER, FETCH, LOGIN, SELF, SITES
from services.identity.consumers import own_log, policies, users
from services.identity.domain.events import EVENTS
from services.identity.settings import IdentitySettings
from services.identity.ways import Ways, ways

NAME = "identity"

RELAY_RESTS = 0.1
"""Seconds. Nobody waits for a login's facts while many log in: whoever is in was let in by the answer itself."""

READERS = frozenset({REPUBLISH})
ISSUERS = {
    "gateway": READERS | {LOGIN, ADMINISTER, SELF, SITES} | OPS,
    "notifier": READERS | {FETCH},
    "operator": READERS | OPS | {OPERATE},
    **dict.fromkeys(("identity", "users", "contracts"), READERS),
}
"""Whose tokens are believed, and what they may allow."""


def application(built: Ways, secrets: Secrets, log: Log) -> FastAPI:
    """Return the HTTP side."""
    # Logins come first: the framework looks through all routes before the one that fits.
    routers = [
        logins.router,
        activations.router,
        administration.router,
        company.router,
        own.router,
        second_steps.router,
        step_ups.router,
        sites.router,
        passkeys.router,
        deliveries.router,
        internal.router(log),
    ]
    app = create_app(NAME, routers, busy=logins.BUSY)
    app.state.activation, app.state.reset = built.activation, built.reset
    app.state.first_step, app.state.second_step, app.state.opening = built.first_step, built.second_step, built.opening
    app.state.administration, app.state.owner = built.administration, built.owner
    app.state.step_up, app.state.own_factor = built.step_up, built.own_factor
    app.state.passkey_login, app.state.own_passkeys = built.passkey_login, built.own_passkeys
    app.state.company_logins = built.company_logins
    app.state.own_logins, app.state.trusting = built.own_logins, built.trusting
    app.state.entering, app.state.site_signing = built.sites.entering, built.sites.signing
    app.state.verifier = Verifier(secrets.jwks, NAME, ISSUERS)
    return app


def readers(
    settings: IdentitySettings, built: Ways, log: Log, owner: ServiceClient, reading: "asyncpg.Pool[Any]"
) -> dict[str, Role]:
    """Return who reads users' facts: about people, and about what tenants decided."""
    reactions: dict[str, tuple[str, Reaction]] = {
        "users": (users.READER, users.UsersReaction(built.registration, built.following)),
        "policies": (policies.READER, policies.PoliciesReaction(keep_rules)),
    }
    return {
        role: _reader(name, reaction, settings, log, (owner, reading)).run
        for role, (name, reaction) in reactions.items()
    }


def _reader(
    name: str,
    reaction: Reaction,
    settings: IdentitySettings,
    log: Log,
    via: "tuple[ServiceClient, asyncpg.Pool[Any]]",
) -> KafkaReader:
    owner, reading = via
    return KafkaReader(
        name,
        [settings.topic("users")],
        settings.kafka_bootstrap,
        reading,
        reaction=reaction,
        facts=Facts(reaction.types.values(), log.keyring),
        owners=HttpOwners(NAME, {"users": owner}),
    )


async def run(settings: IdentitySettings) -> None:
    """Run the service until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    log = await open_log(settings, secrets, NAME, EVENTS, rest=RELAY_RESTS, planned_once=True)
    built = ways(settings, secrets, log)
    owner = ServiceClient(settings.users_url, Signer(NAME, secrets.jwk(NAME)), "users")
    # A reader holds a connection while its commands wait for one of the store's, so each has its own.
    reading = await open_pool(settings.postgres_url, size=3, name="readers")
    endings = LogReader(
        own_log.READER,
        service=NAME,
        pool=reading,
        wakeup=log.wakeup,
        reaction=built.sites.endings,
        facts=log.facts,
        moved=built.sites.telling.wake,
    )
    background: dict[str, Role] = {
        **log.roles,
        **readers(settings, built, log, owner, reading),
        "resets": built.reset.run,
        "settling": built.settling.run,
        "site-keys": built.sites.signing.run,
        "endings": endings.run,
        "telling": built.sites.telling.run,
        "sweeper": Sweeper(log.pool, utc_now).run,
    }
    await serve(
        NAME,
        application(built, secrets, log),
        settings,
        background=background,
        checks=log.checks,
        closing=[owner.close, built.sites.caller.close, built.hasher.close, reading.close, log.close],
    )


if __name__ == "__main__":
    start(run(IdentitySettings()))
