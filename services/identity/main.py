"""Builds the identity service and runs it: the only file that makes objects. Next stop: api/activations.py."""

from dataclasses import dataclass
from typing import Any

import asyncpg
from fastapi import FastAPI

from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.codec import Facts
from kernel.adapters.http import internal
from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPERATE, REPUBLISH
from kernel.adapters.http.republishing import asks_owners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.log import Log, open_log
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.process import Role, serve, start
from kernel.adapters.settings import Secrets
from kernel.application.ports import Clock
from services.identity.adapters.beat import next_beat
from services.identity.adapters.blocklist import common_passwords
from services.identity.adapters.fingerprints import PepperedFingerprints
from services.identity.adapters.guarded_links import GuardedLinks
from services.identity.adapters.guarded_logins import GuardedLogins
from services.identity.adapters.guarded_passwords import GuardedPasswords
from services.identity.adapters.guarded_requests import GuardedRequests
from services.identity.adapters.hashing import Argon2Hasher, Cost
from services.identity.adapters.sealing import Sealer
from services.identity.adapters.secret_texts import new_code, new_secret
from services.identity.adapters.sweeper import Sweeper
from services.identity.adapters.totp import AppSeeds
from services.identity.api import activations, deliveries, logins
from services.identity.api.use import FETCH, LOGIN
from services.identity.application.activation import Activation
from services.identity.application.login import Login
from services.identity.application.password_rules import PasswordRules
from services.identity.application.registration import Registration
from services.identity.application.reset import PasswordReset
from services.identity.application.settling import Settling
from services.identity.consumers import users
from services.identity.domain.events import EVENTS
from services.identity.settings import IdentitySettings

NAME = "identity"

RELAY_RESTS = 0.1
"""Seconds. Nobody waits for a login's facts while many log in: whoever is in was let in by the answer itself."""

READERS = frozenset({REPUBLISH})
ISSUERS = {
    "gateway": READERS | {LOGIN, OPERATE},
    "notifier": READERS | {FETCH},
    "operator": READERS | {OPERATE},
    **dict.fromkeys(("identity", "users", "contracts"), READERS),
}
"""Whose tokens are believed, and what they may allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways in, as the application knows them."""

    registration: Registration
    activation: Activation
    login: Login
    reset: PasswordReset
    settling: Settling
    hasher: Argon2Hasher


def ways(settings: IdentitySettings, secrets: Secrets, log: Log, now: Clock = utc_now) -> Ways:
    """Build the application over a log and its guarded tables."""
    rules, seeds = settings.rules, AppSeeds()
    fingerprints, sealer = PepperedFingerprints(secrets.pepper), Sealer(secrets.kek)
    links, passwords = GuardedLinks(log.pool, sealer), GuardedPasswords(log.pool)
    cost = Cost(kib=settings.argon2_kib, passes=settings.argon2_passes)
    hasher = Argon2Hasher(cost, threads=settings.hash_threads, queue=settings.hash_queue)
    return Ways(
        hasher=hasher,
        settling=Settling(store=log.store, passwords=passwords, now=now),
        registration=Registration(
            store=log.store,
            links=links,
            fingerprints=fingerprints,
            rules=rules,
            now=now,
            new_id=new_id,
            new_secret=new_secret,
        ),
        activation=Activation(
            store=log.store,
            links=links,
            passwords=passwords,
            hasher=hasher,
            fingerprints=fingerprints,
            seeds=seeds,
            password_rules=PasswordRules(common_passwords()),
            rules=rules,
            now=now,
            new_id=new_id,
        ),
        login=Login(
            store=log.store,
            logins=GuardedLogins(log.pool, sealer, fingerprints, rules),
            passwords=passwords,
            hasher=hasher,
            fingerprints=fingerprints,
            seeds=seeds,
            rules=rules,
            now=now,
            new_id=new_id,
            new_secret=new_secret,
            new_code=new_code,
            beat=next_beat,
        ),
        reset=PasswordReset(
            store=log.store,
            requests=GuardedRequests(log.pool, sealer, rules.resets_waiting),
            links=links,
            fingerprints=fingerprints,
            rules=rules,
            now=now,
            new_id=new_id,
            new_secret=new_secret,
        ),
    )


def application(built: Ways, secrets: Secrets, log: Log) -> FastAPI:
    """Return the HTTP side."""
    # Logins come first: the framework looks through all routes before the one that fits.
    routers = [logins.router, activations.router, deliveries.router, internal.router(log)]
    app = create_app(NAME, routers)
    app.state.activation, app.state.login, app.state.reset = built.activation, built.login, built.reset
    app.state.verifier = Verifier(secrets.jwks, NAME, ISSUERS)
    return app


def reader(
    settings: IdentitySettings, built: Ways, log: Log, owner: ServiceClient, reading: "asyncpg.Pool[Any]"
) -> KafkaReader:
    """Return who reads users' facts."""
    reaction = users.UsersReaction(built.registration)
    return KafkaReader(
        users.READER,
        [settings.topic("users")],
        settings.kafka_bootstrap,
        reading,
        reaction=reaction,
        facts=Facts(reaction.types.values(), log.keyring),
        ask=asks_owners(NAME, {"users": owner}),
    )


async def run(settings: IdentitySettings) -> None:
    """Run the service until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    log = await open_log(settings, secrets, NAME, EVENTS, rest=RELAY_RESTS)
    built = ways(settings, secrets, log)
    owner = ServiceClient(settings.users_url, Signer(NAME, secrets.jwk(NAME)), "users")
    # A reader holds a connection while its commands wait for one of the store's, so it has its own.
    reading = await open_pool(settings.postgres_url, size=1)
    background: dict[str, Role] = {
        **log.roles,
        "users": reader(settings, built, log, owner, reading).run,
        "resets": built.reset.run,
        "settling": built.settling.run,
        "sweeper": Sweeper(log.pool, utc_now).run,
    }
    await serve(
        NAME,
        application(built, secrets, log),
        settings,
        background=background,
        checks=log.checks,
        closing=[owner.close, built.hasher.close, reading.close, log.close],
    )


if __name__ == "__main__":
    start(run(IdentitySettings()))
