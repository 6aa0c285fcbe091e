"""Builds the notifier and runs it: the only file that makes objects. Next stop: consumers/identity.py."""

from functools import partial
from urllib.parse import urlsplit

from fastapi import FastAPI

from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.codec import Facts
from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPERATE, REPUBLISH, router
from kernel.adapters.http.republishing import asks_owners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.gaps import Ask
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.log import Log, open_log
from kernel.adapters.process import serve, start
from kernel.adapters.settings import Secrets
from kernel.application.consume import Reaction
from services.notifier.adapters.identity import IdentitySecrets
from services.notifier.adapters.intake import PostgresIntake
from services.notifier.adapters.letters import SUBJECTS, Letterhead, TemplateLetters
from services.notifier.adapters.queue import Bell, PostgresQueue
from services.notifier.adapters.recipients import SealedRecipients
from services.notifier.adapters.sender import Sender
from services.notifier.adapters.smtp import MailServer, SmtpPost
from services.notifier.api import messages
from services.notifier.api.messages import READ
from services.notifier.application.delivery import Delivery
from services.notifier.application.handlers import MessageHandlers
from services.notifier.application.ports import OneTimeSecrets
from services.notifier.application.tracking import Tracking
from services.notifier.consumers.identity import Mails
from services.notifier.consumers.users import Recipients
from services.notifier.domain.events import EVENTS, Template
from services.notifier.settings import NotifierSettings

SERVICE = "notifier"
ISSUERS = {
    **dict.fromkeys(("identity", "users", "contracts", "notifier"), frozenset({REPUBLISH})),
    "gateway": frozenset({REPUBLISH, OPERATE, READ}),
    "operator": frozenset({REPUBLISH, OPERATE}),
}
"""Whose tokens are believed, and what they may allow."""


async def run(settings: NotifierSettings) -> None:
    """Run the notifier until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    signer = Signer(SERVICE, secrets.jwk(SERVICE))
    log = await open_log(settings, secrets, SERVICE, EVENTS)
    identity = ServiceClient(settings.identity_url, signer, "identity")
    post = SmtpPost(MailServer.at(settings.smtp_url), urlsplit(settings.public_url).hostname or "localhost")
    bell = Bell(settings.postgres_url)
    sender = make_sender(settings, log, IdentitySecrets(identity, new_id), post, bell)
    intake = PostgresIntake()
    owners = {"users": ServiceClient(settings.users_url, signer, "users"), "identity": identity}
    read = partial(reader, settings, log, asks_owners(SERVICE, owners))
    app = application(secrets, log)
    await serve(
        SERVICE,
        app,
        settings,
        background={
            **log.roles,
            "recipients": read("users", Recipients(intake)).run,
            "mails": read("identity", Mails(intake, new_id)).run,
            "bell": bell.run,
            "sender": sender.run,
        },
        checks=log.checks,
        closing=(post.close, *(owner.close for owner in owners.values()), log.close),
    )


def application(secrets: Secrets, log: Log) -> FastAPI:
    """Return the HTTP side."""
    app = create_app(SERVICE, [messages.router, router(log)])
    app.state.tracking = Tracking(log.store, PostgresQueue(log.pool))
    app.state.verifier = Verifier(secrets.jwks, SERVICE, ISSUERS)
    return app


def make_sender(settings: NotifierSettings, log: Log, secrets: OneTimeSecrets, post: SmtpPost, bell: Bell) -> Sender:
    """Return what sends the mails of the queue."""
    queue = PostgresQueue(log.pool)
    delivery = Delivery(
        queue=queue,
        messages=MessageHandlers(log.store, utc_now),
        recipients=SealedRecipients(log.pool, log.keyring),
        secrets=secrets,
        letters=TemplateLetters(letterhead(settings), utc_now),
        post=post,
        now=utc_now,
        # A try ends before its lease does, so that no second sender takes the same mail meanwhile.
        most=settings.lease * 0.6,
    )
    return Sender(queue, delivery, bell, parallel=settings.senders, lease=settings.lease)


def reader(settings: NotifierSettings, log: Log, ask: Ask, service: str, reaction: Reaction) -> KafkaReader:
    """Return what reads another service's facts; personal fields stay sealed."""
    return KafkaReader(
        f"{SERVICE}.{service}",
        [settings.topic(service)],
        settings.kafka_bootstrap,
        log.pool,
        reaction=reaction,
        facts=Facts(reaction.types.values(), None),
        ask=ask,
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
    )


if __name__ == "__main__":
    start(run(NotifierSettings()))
