"""Builds everything that a page or the API can ask for. Next stop: application/journeys.py."""

import hmac
from collections.abc import Callable, Mapping
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
from gateway.application.activation import ActivationJourney, PasswordResetJourney
from gateway.application.back_office import BackOffice
from gateway.application.calendar import CalendarJourney
from gateway.application.catalogue import CatalogueJourney
from gateway.application.company_image import CompanyImageJourney
from gateway.application.contract_histories import ContractHistoriesJourney
from gateway.application.contracts import ContractsJourney
from gateway.application.dashboard import DashboardJourney
from gateway.application.effects import Effects
from gateway.application.forms import FormGuard
from gateway.application.groups import GroupsJourney
from gateway.application.histories import HistoriesJourney
from gateway.application.hop import HopJourney
from gateway.application.idle_ends import IdleEnds
from gateway.application.incidents import IncidentsJourney
from gateway.application.journeys import Journeys
from gateway.application.language import LanguageJourney
from gateway.application.live import LiveJourney
from gateway.application.login import LoginJourney
from gateway.application.lookback import LookbackJourney
from gateway.application.mail import MailJourney
from gateway.application.maintenances import MaintenancesJourney
from gateway.application.names import Names
from gateway.application.notifications import NotificationsJourney
from gateway.application.ops import GATEWAY, OpsJourney
from gateway.application.ops_again import AgainJourney
from gateway.application.ops_events import EventsJourney
from gateway.application.ops_events_ports import Reading
from gateway.application.ops_history import OpsHistoryJourney
from gateway.application.ops_mails import OpsMailsJourney
from gateway.application.ops_sampling import Sampling
from gateway.application.orders import OrdersJourney
from gateway.application.own import OwnJourney
from gateway.application.people import PeopleJourney
from gateway.application.permissions import PermissionsJourney
from gateway.application.permittable import Permittables
from gateway.application.ports import Identity, Opener, Progress
from gateway.application.relying import RelyingJourney
from gateway.application.second_step import SecondStepJourney
from gateway.application.service_availability import ServiceAvailabilityJourney
from gateway.application.service_health import HealthJourney, Part
from gateway.application.sessions import Sessions
from gateway.application.sites import Sites
from gateway.application.tenant_settings import TenantSettingsJourney
from gateway.clients.contracts import ContractsClient
from gateway.clients.credentials import CredentialsClient
from gateway.clients.identity import IdentityClient
from gateway.clients.notifier import NotifierClient
from gateway.clients.ops import OperatedService, OwnProcess, RecordedDeeds
from gateway.clients.ops_events import BrowsedService, DeedsAboutEvents, OwnReaders, ReadingService
from gateway.clients.ops_history import SampledHere, SampledService
from gateway.clients.ops_mails import OpsMailroomClient, RecordedMailDeeds
from gateway.clients.own_contracts import OwnContractsClient
from gateway.clients.permissions import PermissionsClient
from gateway.clients.second_step import SecondStepClient
from gateway.clients.sites import SitesClient
from gateway.clients.users import UsersClient
from gateway.settings import GatewaySettings
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.ops import Operated
from kernel.adapters.http.tokens import Signer
from kernel.adapters.redis.applied import Applied
from kernel.adapters.redis.generation import Generation
from kernel.adapters.settings import Secrets
from kernel.application.browsing import Readers

NAME = "gateway"
LIMITED = ("login", "code", "activation", "reset", "token", "site", "calendar")


def now() -> datetime:
    """Return the time as aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What several journeys share."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What several journeys are made of, made once."""

    boards: RedisBoards
    limits: RedisLimits
    identity: Identity
    sessions: Sessions
    effects: Effects
    names: Names
    users: UsersClient
    credentials: CredentialsClient
    own_contracts: OwnContractsClient
    provider: SitesClient


def journeys(parts: Parts, forget: Callable[[str], None], progress: Progress) -> Journeys:
    """Return everything a page or the API can ask for."""
    of = _common(parts, forget, progress)
    boards, users, effects, limits = of.boards, of.users, of.effects, of.limits
    people = PeopleJourney(directory=users, credentials=of.credentials, effects=effects)
    permittables = Permittables(boards=boards)
    contracts = ContractsJourney(boards=boards, own=of.own_contracts, effects=effects)
    orders, incidents = OrdersJourney(boards=boards), IncidentsJourney(boards=boards)
    maintenances = MaintenancesJourney(boards=boards, now=now)
    ops = _ops(parts)
    return Journeys(
        sessions=of.sessions,
        login=LoginJourney(identity=of.identity, sessions=of.sessions, limits=limits),
        activation=ActivationJourney(identity=of.identity, limits=limits),
        reset=PasswordResetJourney(identity=of.identity, limits=limits),
        language=LanguageJourney(users=users, sessions=of.sessions),
        dashboard=DashboardJourney(
            boards=boards, contracts=contracts, incidents=incidents, maintenances=maintenances, orders=orders, now=now
        ),
        contracts=contracts,
        service_availability=ServiceAvailabilityJourney(boards=boards, now=now),
        orders=orders,
        incidents=incidents,
        maintenances=maintenances,
        lookback=LookbackJourney(contracts=contracts, own=of.own_contracts, names=of.names, now=now),
        contract_histories=ContractHistoriesJourney(
            contracts=contracts, own=of.own_contracts, names=of.names, effects=effects
        ),
        calendar=CalendarJourney(
            own=of.own_contracts, boards=boards, maintenances=maintenances, limits=limits, now=now
        ),
        hop=_hop(parts, of, contracts),
        relying=_relying(parts, of),
        live=LiveJourney(sessions=of.sessions, boards=boards, progress=progress),
        people=people,
        groups=GroupsJourney(directory=users, permittables=permittables, effects=effects),
        permittables=permittables,
        company_image=CompanyImageJourney(directory=users, boards=boards, effects=effects),
        histories=HistoriesJourney(directory=users, credentials=of.credentials, effects=effects),
        permissions=PermissionsJourney(past=PermissionsClient(parts.services["users"]), now=now),
        tenant_settings=TenantSettingsJourney(directory=users, effects=effects),
        own=OwnJourney(directory=users, credentials=of.credentials, limits=limits, effects=effects),
        second_step=_second_step(parts, of),
        mail=MailJourney(mailroom=NotifierClient(parts.services["notifier"]), directory=users, people=people),
        notifications=NotificationsJourney(wishes=users, effects=effects),
        health=_health(parts),
        back_office=_back_office(parts, of),
        catalogue=CatalogueJourney(read_catalogue()),
        ops=ops,
        ops_history=OpsHistoryJourney(archive=_archive(parts), ops=ops, now=now),
        ops_events=_ops_events(parts),
        ops_again=AgainJourney(logs=_logs(parts), deeds=DeedsAboutEvents(parts.services["users"])),
        ops_mails=OpsMailsJourney(
            mailroom=OpsMailroomClient(parts.services["notifier"]), deeds=RecordedMailDeeds(parts.services["users"])
        ),
        progress=progress,
        forms=FormGuard(key=hmac.digest(parts.secrets.pepper, b"gateway: forms before a session", sha256), now=now),
    )


def _ops(parts: Parts) -> OpsJourney:
    return OpsJourney(
        processes={
            **{name: OperatedService(way) for name, way in parts.services.items()},
            GATEWAY: OwnProcess(parts.operated),
        },
        deeds=RecordedDeeds(parts.services["users"]),
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


def _ops_events(parts: Parts) -> EventsJourney:
    readers: Mapping[str, Reading] = {
        **{name: ReadingService(way) for name, way in parts.services.items()},
        GATEWAY: OwnReaders(parts.readers),
    }
    return EventsJourney(logs=_logs(parts), readers=readers, deeds=DeedsAboutEvents(parts.services["users"]))


def _logs(parts: Parts) -> Mapping[str, BrowsedService]:
    return {name: BrowsedService(way) for name, way in parts.services.items()}


def _common(parts: Parts, forget: Callable[[str], None], progress: Progress) -> Common:
    boards, identity = RedisBoards(parts.models, parts.generation), IdentityClient(parts.services["identity"])
    sessions = _sessions(parts, boards, identity, progress, forget)
    return Common(
        boards=boards,
        limits=_limits(parts),
        identity=identity,
        sessions=sessions,
        effects=Effects(sessions=sessions, progress=progress),
        names=Names(boards=boards, opener=parts.opener),
        users=UsersClient(parts.services["users"]),
        credentials=CredentialsClient(parts.services["identity"]),
        own_contracts=OwnContractsClient(parts.services["contracts"]),
        provider=SitesClient(parts.services["identity"]),
    )


def _limits(parts: Parts) -> RedisLimits:
    tries = parts.settings.tries_a_minute
    return RedisLimits(parts.sessions, dict.fromkeys(LIMITED, tries) if tries else {})


def _sessions(
    parts: Parts, boards: RedisBoards, identity: Identity, progress: Progress, forget: Callable[[str], None]
) -> Sessions:
    return Sessions(
        store=RedisSessions(parts.sessions, now),
        boards=boards,
        progress=progress,
        identity=identity,
        opener=parts.opener,
        now=now,
        new_secret=new_token,
        absolute=parts.settings.absolute,
        idle=parts.settings.idle,
        forget=forget,
    )


def _hop(parts: Parts, of: Common, contracts: ContractsJourney) -> HopJourney:
    issuer = parts.settings.issuer
    return HopJourney(
        contracts=contracts,
        sites=parts.sites,
        provider=of.provider,
        health=SeenSites(),
        hints=IdTokenHints(of.provider, issuer),
        issuer=issuer,
        now=now,
    )


def _relying(parts: Parts, of: Common) -> RelyingJourney:
    return RelyingJourney(
        boards=of.boards, opener=parts.opener, provider=of.provider, sites=parts.sites, limits=of.limits
    )


def _second_step(parts: Parts, of: Common) -> SecondStepJourney:
    identity = SecondStepClient(parts.services["identity"])
    return SecondStepJourney(identity=identity, limits=of.limits, effects=of.effects)


def _back_office(parts: Parts, of: Common) -> BackOffice:
    return BackOffice(
        contracts=ContractsClient(parts.services["contracts"]),
        boards=of.boards,
        limits=of.limits,
        secret=parts.secrets.text("operator.secret"),
        sign=lambda subject, scopes, seconds: parts.signer.token(NAME, subject, scopes, seconds=seconds),
    )


def _health(parts: Parts) -> HealthJourney:
    settings = parts.settings
    return HealthJourney(
        checks={
            Part.LOGIN: answers_http(settings.identity_url),
            Part.SESSIONS: answers_redis(parts.models, parts.sessions),
            Part.CONTRACTS: answers_http(settings.contracts_url),
            Part.USERS: answers_http(settings.users_url),
            Part.UPDATES: holds(lambda: parts.applied.complete),
        },
        now=now,
    )


def idle_ends(parts: Parts) -> IdleEnds:
    """Return what ends sessions that nobody uses any more."""
    return IdleEnds(
        endings=RedisSessions(parts.sessions, now),
        boards=RedisBoards(parts.models, parts.generation),
        identity=IdentityClient(parts.services["identity"]),
        now=now,
        idle=parts.settings.idle,
    )
