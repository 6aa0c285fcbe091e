"""Builds the notifier and runs it: the only file that makes objects. Next stop: consumers/identity.py."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from fastapi import FastAPI

from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.codec import Facts
from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPS, REPUBLISH, router
from kernel.adapters.http.republishing import HttpOwners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.owners import Owners
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.log import Log, open_log
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.postgres.readers_place import ReadersPlace
from kernel.adapters.process import serve, start
from kernel.adapters.settings import Secrets
from kernel.application.consume import Reaction
from services.notifier.adapters.board import PostgresBoard
from services.notifier.adapters.identity import IdentitySecrets
from services.notifier.adapters.intake import PostgresIntake
from services.notifier.adapters.letters import SUBJECTS, Letterhead, TemplateLetters
from services.notifier.adapters.mail_desk import PostgresMailDesk
from services.notifier.adapters.mailbag import PostgresMailbag
from services.notifier.adapters.newsroom import PostgresNewsroom
from services.notifier.adapters.notice_board import PostgresNoticeBoard
from services.notifier.adapters.old_news import OldNews
from services.notifier.adapters.onlookers import PostgresOnlookers
from services.notifier.adapters.queue import Bell, PostgresQueue
from services.notifier.adapters.queue_age import QueueAge
from services.notifier.adapters.recipients import SealedRecipients
from services.notifier.adapters.reports import Reports
from services.notifier.adapters.return_paths import ReturnPaths
from services.notifier.adapters.rounds import PostgresRoundBook, RoundRole
from services.notifier.adapters.sender import Sender
from services.notifier.adapters.smtp import MailServer, SmtpPost
from services.notifier.api import bounces, messages, ops
from services.notifier.api.use import BOUNCES, READ, RECEIVERS, RESEND, Built
from services.notifier.application.bounces import Bounces
from services.notifier.application.bulletins import Bulletins
from services.notifier.application.delivery import Delivery
from services.notifier.application.desk import MailDesk
from services.notifier.application.handlers import MessageHandlers
from services.notifier.application.ports import Letters, OneTimeSecrets
from services.notifier.application.rounds import Rounds
from services.notifier.application.tracking import Tracking
from services.notifier.consumers import own_log
from services.notifier.consumers.contracts import News
from services.notifier.consumers.identity import Mails
from services.notifier.consumers.sight import People
from services.notifier.consumers.users import Recipients
from services.notifier.domain.events import EVENTS, Template
from services.notifier.settings import NotifierSettings

SERVICE = "notifier"
ROUNDS = 5
"""Connections: each of the three steps of rounds holds one, and two of them look at the board meanwhile."""
ISSUERS = {
    **dict.fromkeys(("identity", "users", "contracts", "notifier"), frozenset({REPUBLISH})),
    "gateway": OPS | {REPUBLISH, READ, RECEIVERS, RESEND},
    "operator": OPS | {REPUBLISH, BOUNCES},
}
"""Whose tokens are believed, and what they may allow."""


async def run(settings: NotifierSettings) -> None:
    """Run the notifier until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    signer = Signer(SERVICE, secrets.jwk(SERVICE))
    log = await open_log(settings, secrets, SERVICE, EVENTS)
    # A round holds a connection while its board asks on another, so rounds have their own.
    rounds = await open_pool(settings.postgres_url, ROUNDS, planned_once=True, name="rounds")
    identity = ServiceClient(settings.identity_url, signer, "identity")
    post = SmtpPost(MailServer.at(settings.smtp_url), urlsplit(settings.public_url).hostname or "localhost")
    bell = Bell(settings.postgres_url)
    paths = ReturnPaths(secrets.pepper, settings.mail_return_to)
    letters = TemplateLetters(letterhead(settings), utc_now, paths.of)
    sender = make_sender(settings, log, IdentitySecrets(identity, new_id), post, bell, letters)
    intake = PostgresIntake()
    owners = {
        "users": ServiceClient(settings.users_url, signer, "users"),
        "contracts": ServiceClient(settings.contracts_url, signer, "contracts"),
        "identity": identity,
    }
    read = partial(reader, settings, log, HttpOwners(SERVICE, owners))
    places = {name: ReadersPlace(log.pool, name, SERVICE) for name in (own_log.BOARD, own_log.RESENDING)}
    app = application(secrets, log, paths, list(places.values()))
    await serve(
        SERVICE,
        app,
        settings,
        background={
            **log.roles,
            "recipients": read("users", ["users"], Recipients(intake)).run,
            "mails": read("identity", ["identity"], Mails(intake, new_id)).run,
            "sight": read("sight", ["users", "identity"], People(PostgresOnlookers())).run,
            "news": read("contracts", ["contracts"], News(PostgresNewsroom(new_id), utc_now)).run,
            "rounds": make_rounds(settings, rounds).run,
            "old-news": OldNews(log.pool, utc_now).run,
            "bell": bell.run,
            "queue-age": QueueAge(log.pool).run,
            "sender": sender.run,
            **{role: own.run for role, own in own_readers(log, places).items()},
        },
        checks=log.checks,
        closing=(post.close, *(owner.close for owner in owners.values()), rounds.close, log.close),
    )


def application(secrets: Secrets, log: Log, paths: ReturnPaths, readers: Sequence[ReadersPlace] = ()) -> FastAPI:
    """Return the HTTP side."""
    app = create_app(SERVICE, [messages.router, bounces.router, ops.router, router(log)])
    handlers = MessageHandlers(log.store, utc_now)
    people = SealedRecipients(log.pool, log.keyring)
    app.state.built = Built(
        tracking=Tracking(PostgresMailbag(log.pool), people),
        messages=handlers,
        bounces=Bounces(handlers, Reports(paths).read),
        desk=MailDesk(desk=PostgresMailDesk(log.pool), people=people, messages=handlers, now=utc_now),
        readers=readers,
    )
    app.state.verifier = Verifier(secrets.jwks, SERVICE, ISSUERS)
    return app


def own_readers(log: Log, places: Mapping[str, ReadersPlace]) -> Mapping[str, LogReader]:
    """Return what reads the own log: for lists, and for what is to be mailed again."""
    reactions: Mapping[str, Reaction] = {
        own_log.BOARD: own_log.OwnFacts(PostgresBoard()),
        own_log.RESENDING: own_log.Resending(PostgresIntake(), new_id),
    }
    return {
        name.removeprefix(f"{SERVICE}."): LogReader(
            name,
            SERVICE,
            log.pool,
            log.wakeup,
            reaction=reaction,
            facts=log.facts,
            moved=places[name].moved,
        )
        for name, reaction in reactions.items()
    }


def make_sender(  # noqa: PLR0917 - each of its own kind
    settings: NotifierSettings, log: Log, secrets: OneTimeSecrets, post: SmtpPost, bell: Bell, letters: Letters
) -> Sender:
    """Return what sends the mails of the queue."""
    queue = PostgresQueue(log.pool)
    delivery = Delivery(
        queue=queue,
        messages=MessageHandlers(log.store, utc_now),
        recipients=SealedRecipients(log.pool, log.keyring),
        secrets=secrets,
        bulletins=Bulletins(PostgresNoticeBoard(log.pool), utc_now),
        letters=letters,
        post=post,
        now=utc_now,
        # A try ends before its lease does, so that no second sender takes the same mail meanwhile.
        most=settings.lease * 0.6,
    )
    return Sender(queue, delivery, bell, parallel=settings.senders, lease=settings.lease)


def make_rounds(settings: NotifierSettings, pool: "asyncpg.Pool[Any]") -> RoundRole:
    """Return what turns news of contracts into mails, on connections that nobody else takes."""
    book = PostgresRoundBook(pool, new_id, settings.pace)
    return RoundRole(Rounds(book, PostgresNoticeBoard(pool), new_id, utc_now))


def reader(  # noqa: PLR0917 - each of its own kind
    settings: NotifierSettings, log: Log, owners: Owners, name: str, services: Sequence[str], reaction: Reaction
) -> KafkaReader:
    """Return what reads other services' facts; personal fields stay sealed."""
    return KafkaReader(
        f"{SERVICE}.{name}",
        [settings.topic(service) for service in services],
        settings.kafka_bootstrap,
        log.pool,
        reaction=reaction,
        facts=Facts(reaction.types.values(), None),
        owners=owners,
    )


def letterhead(settings: NotifierSettings) -> Letterhead:
    """Return what stands on every mail."""
    activation = {
        (Template.ACTIVATION, "ja"): settings.activation_subject_ja,
        (Template.ACTIVATION, "en"): settings.activation_subject_en,
    }
    return Letterhead(
        public_url=settings.public_url,
        sender=settings.mail_from,
        reply_to=settings.mail_reply_to,
        subjects={**SUBJECTS, **activation},
        pace=settings.pace,
    )


if __name__ == "__main__":
    start(run(NotifierSettings()))
