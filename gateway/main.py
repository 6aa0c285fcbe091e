"""Builds the gateway and runs it: the only file that makes objects. Next stop: front.py."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit

from redis.asyncio import Redis

from gateway.adapters.boards import RedisBoards
from gateway.adapters.edge_rules import EdgeRules
from gateway.adapters.limits_redis import RedisLimits
from gateway.adapters.progress import HeardProgress
from gateway.adapters.reachable import answers_http, answers_redis, holds
from gateway.adapters.redis_pool import pooled_redis
from gateway.adapters.sessions_redis import RedisSessions, new_token
from gateway.adapters.sites import IdTokenHints, SeenSites, read_sites
from gateway.api.quick_dashboard import QuickDashboard
from gateway.application.activation import ActivationJourney, PasswordResetJourney
from gateway.application.back_office import SCOPES, BackOffice
from gateway.application.calendar import CalendarJourney
from gateway.application.company_image import CompanyImageJourney
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
from gateway.application.notifications import NotificationsJourney
from gateway.application.ops import GATEWAY, OpsJourney
from gateway.application.orders import OrdersJourney
from gateway.application.own import OwnJourney
from gateway.application.people import PeopleJourney
from gateway.application.ports import Identity, Opener, Progress
from gateway.application.relying import RelyingJourney
from gateway.application.second_step import SecondStepJourney
from gateway.application.service_health import HealthJourney, Part
from gateway.application.sessions import Sessions
from gateway.application.sites import Sites
from gateway.application.tenant_settings import TenantSettingsJourney
from gateway.clients.contracts import ContractsClient
from gateway.clients.credentials import CredentialsClient
from gateway.clients.identity import IdentityClient
from gateway.clients.notifier import NotifierClient
from gateway.clients.ops import OperatedService, OwnProcess, RecordedDeeds
from gateway.clients.own_contracts import OwnContractsClient
from gateway.clients.second_step import SecondStepClient
from gateway.clients.sites import SitesClient
from gateway.clients.users import UsersClient
from gateway.front import application, front
from gateway.projections.models import MODELS, SERVICES
from gateway.settings import GatewaySettings
from gateway.web import pages
from kernel.adapters.codec import Facts
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPS
from kernel.adapters.http.ops import Operated, ops_routes
from kernel.adapters.http.republishing import asks_owners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.keys import PostgresKeyring
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.process import serve, start
from kernel.adapters.redis.applied import Applied
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.parked import RedisParking
from kernel.adapters.redis.projector import Projector
from kernel.adapters.settings import Secrets
from kernel.adapters.watching.read_models import ModelPlaces
from kernel.adapters.watching.topics import Topics
from kernel.adapters.watching.watch import watch_over

NAME = "gateway"
PROJECTOR = "projector"
SESSIONS_DATABASE = "/1"
LIMITED = ("login", "code", "activation", "reset", "token", "calendar")


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


def journeys(parts: Parts, forget: Callable[[str], None], progress: Progress) -> Journeys:
    """Return everything a page or the API can ask for."""
    settings = parts.settings
    boards = RedisBoards(parts.models, parts.generation)
    identity: Identity = IdentityClient(parts.services["identity"])
    limits = RedisLimits(
        parts.sessions, dict.fromkeys(LIMITED, settings.tries_a_minute) if settings.tries_a_minute else {}
    )
    sessions = Sessions(
        store=RedisSessions(parts.sessions, now),
        boards=boards,
        progress=progress,
        identity=identity,
        opener=parts.opener,
        now=now,
        new_secret=new_token,
        absolute=settings.absolute,
        idle=settings.idle,
        forget=forget,
    )
    users = UsersClient(parts.services["users"])
    credentials = CredentialsClient(parts.services["identity"])
    effects = Effects(sessions=sessions, progress=progress)
    people = PeopleJourney(directory=users, credentials=credentials, effects=effects)
    own = OwnContractsClient(parts.services["contracts"])
    contracts = ContractsJourney(boards=boards, own=own, effects=effects)
    orders, incidents = OrdersJourney(boards=boards), IncidentsJourney(boards=boards)
    maintenances = MaintenancesJourney(boards=boards, now=now)
    provider = SitesClient(parts.services["identity"])
    return Journeys(
        sessions=sessions,
        login=LoginJourney(identity=identity, sessions=sessions, limits=limits),
        activation=ActivationJourney(identity=identity, limits=limits),
        reset=PasswordResetJourney(identity=identity, limits=limits),
        language=LanguageJourney(users=users, sessions=sessions),
        dashboard=DashboardJourney(
            boards=boards,
            contracts=contracts,
            incidents=incidents,
            maintenances=maintenances,
            orders=orders,
            now=now,
        ),
        contracts=contracts,
        orders=orders,
        incidents=incidents,
        maintenances=maintenances,
        lookback=LookbackJourney(contracts=contracts, own=own, boards=boards, opener=parts.opener, now=now),
        calendar=CalendarJourney(own=own, boards=boards, maintenances=maintenances, limits=limits, now=now),
        hop=HopJourney(
            contracts=contracts,
            sites=parts.sites,
            provider=provider,
            health=SeenSites(),
            hints=IdTokenHints(provider, settings.issuer),
            issuer=settings.issuer,
            now=now,
        ),
        relying=RelyingJourney(boards=boards, opener=parts.opener, provider=provider, sites=parts.sites),
        live=LiveJourney(sessions=sessions, boards=boards, progress=progress),
        people=people,
        groups=GroupsJourney(directory=users, boards=boards, effects=effects),
        company_image=CompanyImageJourney(directory=users, boards=boards, effects=effects),
        histories=HistoriesJourney(directory=users, credentials=credentials, effects=effects),
        tenant_settings=TenantSettingsJourney(directory=users, effects=effects),
        own=OwnJourney(directory=users, credentials=credentials, limits=limits, effects=effects),
        second_step=SecondStepJourney(
            identity=SecondStepClient(parts.services["identity"]), limits=limits, effects=effects
        ),
        mail=MailJourney(mailroom=NotifierClient(parts.services["notifier"]), directory=users, people=people),
        notifications=NotificationsJourney(wishes=users, effects=effects),
        health=_health(parts),
        back_office=BackOffice(
            contracts=ContractsClient(parts.services["contracts"]),
            boards=boards,
            limits=limits,
            secret=parts.secrets.text("operator.secret"),
            sign=lambda subject, scopes, seconds: parts.signer.token(NAME, subject, scopes, seconds=seconds),
        ),
        ops=_ops(parts),
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


def _idle_ends(parts: Parts) -> IdleEnds:
    return IdleEnds(
        endings=RedisSessions(parts.sessions, now),
        boards=RedisBoards(parts.models, parts.generation),
        identity=IdentityClient(parts.services["identity"]),
        now=now,
        idle=parts.settings.idle,
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


async def run(settings: GatewaySettings) -> None:
    """Run the gateway until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    generation = Generation(MODELS)
    models = pooled_redis(settings.redis_url)
    keys = await open_pool(settings.keys_url, size=2)
    signer = Signer(NAME, secrets.jwk(NAME))
    topics = Topics(settings.kafka_bootstrap)
    read = [settings.topic(service) for service in SERVICES]
    operated = Operated(
        watch_over(ModelPlaces(models, generation, PROJECTOR, topics, read), NAME),
        RedisParking(models, generation, PROJECTOR),
    )
    parts = Parts(
        settings=settings,
        secrets=secrets,
        models=models,
        sessions=pooled_redis(settings.sessions_url or _other_database(settings.redis_url)),
        generation=generation,
        applied=Applied(models, generation),
        opener=PostgresKeyring(keys, secrets.kek),
        signer=signer,
        sites=read_sites(settings.sites_dir),
        services={name: ServiceClient(url, signer, name) for name, url in _addresses(settings).items()},
        operated=operated,
    )
    facts = Facts(generation.reads, None)
    projector = Projector(
        models,
        settings.kafka_bootstrap,
        read,
        generation=generation,
        facts=facts,
        ask=asks_owners(NAME, parts.services),
        name=PROJECTOR,
    )
    progress = HeardProgress(parts.applied)
    quick = QuickDashboard(progress, now)
    # What operators may ask beside the public API, with tokens that the public API does not give.
    internal = ops_routes(operated)
    routers = [*pages.routers(), internal]
    app = application(journeys(parts, quick.forget, progress), quick, routers, pages.error_page)
    may = {NAME: SCOPES, "operator": OPS}
    app.state.verifier = Verifier(secrets.jwks, NAME, may)
    rules = EdgeRules(
        public_url=settings.public_url,
        allowed_hosts=settings.allowed_hosts.split(","),
        trusted_proxies=settings.trusted_proxies.split(","),
        form_targets=parts.sites.origins,
    )
    await serve(
        NAME,
        front(app, quick, rules),
        settings,
        background={
            "projector": projector.run,
            "applied": parts.applied.run,
            "idle-ends": _idle_ends(parts).run,
            "watch": operated.watch.run,
        },
        checks={
            "redis": answers_redis(parts.models, parts.sessions),
            "read models": holds(lambda: parts.applied.complete),
        },
        closing=[
            *(one.close for one in parts.services.values()),
            topics.close,
            keys.close,
            models.aclose,
            parts.sessions.aclose,
        ],
    )


def _addresses(settings: GatewaySettings) -> Mapping[str, str]:
    return {
        "identity": settings.identity_url,
        "users": settings.users_url,
        "contracts": settings.contracts_url,
        "notifier": settings.notifier_url,
    }


def _other_database(url: str) -> str:
    """Return the address of another database of the same server, so that read models and sessions never mix."""
    return urlunsplit(urlsplit(url)._replace(path=SESSIONS_DATABASE))


if __name__ == "__main__":
    start(run(GatewaySettings()))
