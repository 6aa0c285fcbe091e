"""Builds the users service and runs it: the only file that makes objects. Next stop: api/routes.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
from fastapi import FastAPI

from kernel.adapters.clients import open_clients
from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.codec import Facts
from kernel.adapters.http import internal
from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPS, REPUBLISH
from kernel.adapters.http.republishing import HttpOwners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.owners import Owners
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.keys import fingerprint
from kernel.adapters.log import Log, open_log
from kernel.adapters.mail_addresses import comparable
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.postgres.readers_place import ReadersPlace
from kernel.adapters.process import serve, start
from kernel.adapters.settings import Secrets, ServiceSettings
from kernel.application.consume import Reaction
from kernel.application.ports import Clock, EventStore, Keyring
from services.users.adapters.allowance import PostgresAllowance
from services.users.adapters.board import PostgresBoard
from services.users.adapters.cursors import SealedCursors
from services.users.adapters.deed_book import PostgresDeedBook
from services.users.adapters.directory import PostgresDirectory, planned_anew
from services.users.adapters.images import Painter, PostgresImages
from services.users.adapters.mailboxes import PostgresMailboxes
from services.users.adapters.records import PostgresRecords
from services.users.api import (
    groups,
    histories,
    image,
    importing,
    lookback,
    looking,
    notifications,
    operators,
    policy,
    routes,
)
from services.users.api.use import ADMIN, APPOINT, DEED, READ, SELF, Built
from services.users.application.administration import Administration
from services.users.application.group_handlers import GroupHandlers
from services.users.application.handlers import UserHandlers
from services.users.application.histories import Histories
from services.users.application.image_handlers import ImageHandlers, Images
from services.users.application.importing import Importing
from services.users.application.lookback import Lookback
from services.users.application.looking import Looking
from services.users.application.operator_handlers import OperatorHandlers
from services.users.application.policy_handlers import PolicyHandlers
from services.users.application.ports import Allowance, DeedBook, Directory, Fingerprint, Freshness, Records
from services.users.application.references import References
from services.users.application.registrations import Registrations
from services.users.application.telling import Telling
from services.users.consumers import appointments, contracts, erasure, identity, notifier, own_log
from services.users.domain.events import EVENTS

NAME = "users"

ROUTERS = (
    routes.router,
    importing.router,
    notifications.router,
    groups.router,
    policy.router,
    looking.router,
    histories.router,
    lookback.router,
    image.router,
    operators.router,
)
READERS = frozenset({REPUBLISH})
READING = 6
"""One connection for each reader, so that a slow one, such as who appoints administrators, holds no other one up."""
ISSUERS = {
    "gateway": READERS | {SELF, ADMIN, READ, DEED} | OPS,
    "operator": READERS | OPS | {APPOINT},
    **dict.fromkeys(("identity", "users", "contracts", "notifier"), READERS),
}
"""Whose tokens are believed, and what they may allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What stands in tables: people and groups, what happened to them, how new that is, pictures, counts, deeds."""

    directory: Directory
    records: Records
    freshness: Freshness
    images: Images
    allowance: Allowance
    deeds: DeedBook


def build(store: EventStore, keyring: Keyring, pepper: bytes, lists: Lists, now: Clock = utc_now) -> Built:
    """Return what routes and consumers use."""
    directory, records, cursors = lists.directory, lists.records, SealedCursors(pepper)
    prints: Fingerprint = partial(fingerprint, pepper)
    references = References(store, now)
    users = UserHandlers(
        store=store,
        now=now,
        new_id=new_id,
        fingerprint=prints,
        comparable=comparable,
        administration=Administration(store=store, now=now),
        references=references,
    )
    telling = Telling(directory=directory, clients=partial(open_clients, keyring))
    return Built(
        users=users,
        importing=Importing(
            store=store,
            keyring=keyring,
            now=now,
            new_id=new_id,
            references=references,
            claim=users.claim,
            allowance=lists.allowance,
        ),
        groups=GroupHandlers(store=store, now=now, new_id=new_id, fingerprint=prints),
        policy=PolicyHandlers(store=store, now=now),
        image=ImageHandlers(store=store, images=lists.images, redraw=Painter(), now=now),
        references=references,
        looking=Looking(store=store, directory=directory, cursors=cursors),
        histories=Histories(store=store, directory=directory, records=records, cursors=cursors, telling=telling),
        lookback=Lookback(store=store, records=records, cursors=cursors, telling=telling),
        registrations=Registrations(records=records, directory=directory, cursors=cursors, now=now),
        freshness=lists.freshness,
        operators=OperatorHandlers(
            store=store, now=now, new_id=new_id, fingerprint=prints, comparable=comparable, book=lists.deeds
        ),
    )


def make_lists(log: Log, looking_up: "asyncpg.Pool[Any]", place: Freshness) -> Lists:
    """Return what stands in the tables of a log's database."""
    return Lists(
        directory=PostgresDirectory(looking_up),
        records=PostgresRecords(looking_up),
        freshness=place,
        images=PostgresImages(log.pool),
        allowance=PostgresAllowance(log.pool),
        deeds=PostgresDeedBook(looking_up, log.facts),
    )


def application(built: Built, secrets: Secrets, log: Log) -> FastAPI:
    """Return the HTTP side."""
    app = create_app(NAME, [*ROUTERS, internal.router(log)], roomy={importing.PATH: importing.LARGEST})
    app.state.built = built
    app.state.verifier = Verifier(secrets.jwks, NAME, ISSUERS)
    return app


def own_readers(built: Built, log: Log, reading: "asyncpg.Pool[Any]", place: ReadersPlace) -> Mapping[str, LogReader]:
    """Return what reads the own log: for lists, for who administers, and for who is to be forgotten."""
    own = partial(LogReader, service=NAME, pool=reading, wakeup=log.wakeup, facts=log.facts)
    forgetting = erasure.Erasure(store=log.store, keyring=log.keyring, now=utc_now)
    return {
        "board": own(own_log.READER, reaction=own_log.OwnFacts(PostgresBoard()), moved=place.moved),
        "administrators": own(appointments.READER, reaction=appointments.Appointments(built.users.administration)),
        "erasure": own(erasure.READER, reaction=forgetting),
    }


def topic_readers(
    settings: ServiceSettings, built: Built, log: Log, reading: "asyncpg.Pool[Any]", owners: Owners
) -> Mapping[str, KafkaReader]:
    """Return what reads other services' facts, by the service."""
    reactions: Mapping[str, tuple[str, Reaction]] = {
        "contracts": (contracts.READER, contracts.Applications(built.users, built.groups)),
        "identity": (identity.READER, identity.Credentials(built.users, PostgresBoard())),
        "notifier": (notifier.READER, notifier.Mails(PostgresMailboxes())),
    }
    return {
        service: KafkaReader(
            name,
            [settings.topic(service)],
            settings.kafka_bootstrap,
            reading,
            reaction=reaction,
            facts=Facts(reaction.types.values(), log.keyring),
            owners=owners,
        )
        for service, (name, reaction) in reactions.items()
    }


async def run(settings: ServiceSettings) -> None:
    """Run the service until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    log = await open_log(settings, secrets, NAME, EVENTS)
    # A reader holds a connection while its commands wait for one of the store's, so readers have their own.
    reading = await open_pool(settings.postgres_url, size=READING, name="readers")
    looking_up = await open_pool(planned_anew(settings.postgres_url), size=2, name="searches")
    place = ReadersPlace(looking_up, own_log.READER, NAME)
    built = build(log.store, log.keyring, secrets.pepper, make_lists(log, looking_up, place))
    signer = Signer(NAME, secrets.jwk(NAME))
    owners = {
        "contracts": ServiceClient(settings.contracts_url, signer, "contracts"),
        "identity": ServiceClient(settings.identity_url, signer, "identity"),
        "notifier": ServiceClient(settings.notifier_url, signer, "notifier"),
    }
    readers: dict[str, LogReader | KafkaReader] = {
        **own_readers(built, log, reading, place),
        **topic_readers(settings, built, log, reading, HttpOwners(NAME, owners)),
    }
    await serve(
        NAME,
        application(built, secrets, log),
        settings,
        background={**log.roles, **{name: reader.run for name, reader in readers.items()}},
        checks=log.checks,
        closing=[*(one.close for one in owners.values()), reading.close, looking_up.close, log.close],
    )


if __name__ == "__main__":
    start(run(ServiceSettings()))
