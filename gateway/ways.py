"""Builds what everything that can be asked for needs. Next stop: application/journeys.py, which is made of it."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from redis.asyncio import Redis

from gateway.adapters.boards import RedisBoards
from gateway.adapters.catalogue import read_catalogue
from gateway.adapters.flow_archive import RedisFlowArchive
from gateway.adapters.limits_redis import RedisLimits
from gateway.adapters.reachable import answers_http, answers_redis, holds
from gateway.adapters.sessions_redis import RedisSessions, new_token
from gateway.adapters.sites import IdTokenHints, SeenSites
from gateway.application.idle_ends import IdleEnds
from gateway.application.journeys import Journeys, journeys_of
from gateway.application.needs import Needs, OpsNeeds
from gateway.application.ops import GATEWAY
from gateway.application.ops_sampling import Sampling
from gateway.application.ports import Opener
from gateway.application.progress_ports import Progress
from gateway.application.service_health import Part
from gateway.application.sites import Sites
from gateway.clients.contracts import ContractsClient
from gateway.clients.credentials import CredentialsClient
from gateway.clients.identity import IdentityClient
from gateway.clients.notifier import NotifierClient
from gateway.clients.ops import OperatedService, OwnProcess, RecordedDeeds
from gateway.clients.ops_deeds import DeedBookClient
from gateway.clients.ops_events import BrowsedService, DeedsAboutEvents, OwnReaders, ReadingService
from gateway.clients.ops_history import SampledHere, SampledService
from gateway.clients.ops_mails import OpsMailroomClient, RecordedMailDeeds, RenewedLinks
from gateway.clients.own_contracts import OwnContractsClient
from gateway.clients.permissions import PermissionsClient
from gateway.clients.second_step import SecondStepClient
from gateway.clients.sites import SitesClient
from gateway.clients.users import UsersClient
from gateway.settings import GatewaySettings
from kernel.adapters.clock import new_id
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.ops import Operated
from kernel.adapters.http.tokens import Signer
from kernel.adapters.redis.applied import Applied
from kernel.adapters.redis.generation import Generation
from kernel.adapters.settings import Secrets
from kernel.application.broker import Broker
from kernel.application.browsing import Readers

NAME = "gateway"
LIMITED = ("login", "code", "activation", "reset", "token", "site", "calendar")


def now() -> datetime:
    """Return the time as aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What several adapters share."""

    settings: GatewaySettings
    secrets: Secrets
    models: Redis
    sessions: Redis
    generation: Generation
    applied: Applied
    opener: Opener
    signer: Signer
    sites: Sites
    services: Mapping[str, ServiceClient]
    """The ways to the services, by name."""
    operated: Operated
    """The projector of this process, for its operators."""
    readers: Readers
    """What became of single facts there."""
    broker: Broker


def journeys(parts: Parts, forget: Callable[[str], None], progress: Progress) -> Journeys:
    """Return everything a page or the API can ask for."""
    settings, services, issuer = parts.settings, parts.services, parts.settings.issuer
    users, provider = UsersClient(services["users"]), SitesClient(services["identity"])
    return journeys_of(
        Needs(
            boards=RedisBoards(parts.models, parts.generation),
            progress=progress,
            opener=parts.opener,
            limits=_limits(parts),
            session_store=RedisSessions(parts.sessions, now),
            identity=IdentityClient(services["identity"]),
            second_step=SecondStepClient(services["identity"]),
            credentials=CredentialsClient(services["identity"]),
            users=users,
            directory=users,
            wishes=users,
            past=PermissionsClient(services["users"]),
            own_contracts=OwnContractsClient(services["contracts"]),
            contracts=ContractsClient(services["contracts"]),
            mailroom=NotifierClient(services["notifier"]),
            sites=parts.sites,
            provider=provider,
            site_health=SeenSites(),
            hints=IdTokenHints(provider, issuer),
            issuer=issuer,
            checks=_checks(parts),
            facts=read_catalogue(),
            ops=_ops(parts),
            operator_secret=parts.secrets.text("operator.secret"),
            sign=lambda subject, scopes, seconds: parts.signer.token(NAME, subject, scopes, seconds=seconds),
            form_key=hmac.digest(parts.secrets.pepper, b"gateway: forms before a session", sha256),
            now=now,
            new_id=new_id,
            new_secret=new_token,
            forget=forget,
            absolute=settings.absolute,
            idle=settings.idle,
        )
    )


def _ops(parts: Parts) -> OpsNeeds:
    services = parts.services
    return OpsNeeds(
        processes={
            **{name: OperatedService(way) for name, way in services.items()},
            GATEWAY: OwnProcess(parts.operated),
        },
        logs={name: BrowsedService(way) for name, way in services.items()},
        readers={
            **{name: ReadingService(way) for name, way in services.items()},
            GATEWAY: OwnReaders(parts.readers),
        },
        archive=_archive(parts),
        broker=parts.broker,
        mailroom=OpsMailroomClient(services["notifier"]),
        deeds=RecordedDeeds(services["users"]),
        event_deeds=DeedsAboutEvents(services["users"]),
        mail_deeds=RecordedMailDeeds(services["users"]),
        links=RenewedLinks(services["identity"]),
        deed_book=DeedBookClient(services["users"]),
    )


def sampling(parts: Parts) -> Sampling:
    """Return what takes down how all readers stand."""
    return Sampling(
        processes={
            **{name: SampledService(way) for name, way in parts.services.items()},
            GATEWAY: SampledHere(parts.operated.watch),
        },
        archive=_archive(parts),
        now=now,
    )


def _archive(parts: Parts) -> RedisFlowArchive:
    # Beside the sessions, which last: read models are thrown away and folded anew.
    return RedisFlowArchive(parts.sessions)


def _limits(parts: Parts) -> RedisLimits:
    tries = parts.settings.tries_a_minute
    return RedisLimits(parts.sessions, dict.fromkeys(LIMITED, tries) if tries else {})


def _checks(parts: Parts) -> Mapping[Part, Callable[[], Awaitable[bool]]]:
    settings = parts.settings
    return {
        Part.LOGIN: answers_http(settings.identity_url),
        Part.SESSIONS: answers_redis(parts.models, parts.sessions),
        Part.CONTRACTS: answers_http(settings.contracts_url),
        Part.USERS: answers_http(settings.users_url),
        Part.UPDATES: holds(lambda: parts.applied.complete),
    }


def idle_ends(parts: Parts) -> IdleEnds:
    """Return what ends sessions that nobody uses any more."""
    return IdleEnds(
        endings=RedisSessions(parts.sessions, now),
        boards=RedisBoards(parts.models, parts.generation),
        identity=IdentityClient(parts.services["identity"]),
        now=now,
        new_id=new_id,
        idle=parts.settings.idle,
    )
