"""Builds the gateway and runs it. Next stop: ways.py, which builds what can be asked for, and front.py."""

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from gateway.adapters.edge_rules import EdgeRules
from gateway.adapters.progress import HeardProgress
from gateway.adapters.reachable import answers_redis, holds
from gateway.adapters.redis_pool import is_away, pooled_redis
from gateway.adapters.sites import read_sites
from gateway.api.quick_dashboard import QuickDashboard
from gateway.application.back_office import SCOPES
from gateway.front import application, front
from gateway.projections.models import MODELS, SERVICES
from gateway.settings import GatewaySettings
from gateway.ways import NAME, Parts, idle_ends, journeys, now, sampling
from gateway.web import pages
from kernel.adapters.codec import Facts
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPS
from kernel.adapters.http.ops import Operated, ops_routes
from kernel.adapters.http.ops_parked import parked_routes
from kernel.adapters.http.republishing import HttpOwners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.keys import PostgresKeyring
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.process import serve, start
from kernel.adapters.redis.applied import Applied
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.parked import RedisParking
from kernel.adapters.redis.projector import Projector
from kernel.adapters.redis.stage import RedisReaders
from kernel.adapters.settings import Secrets
from kernel.adapters.watching.broker import KafkaBroker
from kernel.adapters.watching.read_models import ModelPlaces
from kernel.adapters.watching.topics import Topics
from kernel.adapters.watching.watch import watch_over

PROJECTOR = "projector"
SESSIONS_DATABASE = "/1"


async def run(settings: GatewaySettings) -> None:
    """Run the gateway until it is told to stop."""
    secrets = Secrets(settings.secrets_dir)
    generation = Generation(MODELS)
    models = pooled_redis(settings.redis_url)
    keys = await open_pool(settings.keys_url, size=2)
    opener = PostgresKeyring(keys, secrets.kek)
    signer = Signer(NAME, secrets.jwk(NAME))
    topics = Topics(settings.kafka_bootstrap)
    operated = Operated(
        watch_over(ModelPlaces(models, generation, PROJECTOR, topics, _read(settings)), NAME),
        RedisParking(models, generation, PROJECTOR),
        # What the read models read of a fact is a part of it: nothing is shown for being declared here.
        Facts((), None),
        opener,
    )
    parts = Parts(
        settings=settings,
        secrets=secrets,
        models=models,
        sessions=pooled_redis(settings.sessions_url or _other_database(settings.redis_url)),
        generation=generation,
        applied=Applied(models, generation),
        opener=opener,
        signer=signer,
        sites=read_sites(settings.sites_dir),
        services={name: ServiceClient(url, signer, name) for name, url in _addresses(settings).items()},
        operated=operated,
        readers=RedisReaders(models, generation, PROJECTOR),
        broker=KafkaBroker(settings.kafka_bootstrap, settings.topic_prefix, topics),
    )
    progress = HeardProgress(parts.applied)
    quick = QuickDashboard(progress, now, away=lambda: is_away(parts.sessions))
    # What operators may ask beside the public API, with tokens that the public API does not give.
    routers = [*pages.routers(), ops_routes(operated), parked_routes(operated)]
    app = application(journeys(parts, quick.forget, progress), quick, routers, pages.error_page)
    may = {NAME: SCOPES, "operator": OPS}
    app.state.verifier = Verifier(secrets.jwks, NAME, may)
    await serve(
        NAME,
        front(app, quick, _rules(parts)),
        settings,
        background={
            "projector": _projector(parts).run,
            "applied": parts.applied.run,
            "idle-ends": idle_ends(parts).run,
            "watch": operated.watch.run,
            "ops-history": sampling(parts).run,
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


def _projector(parts: Parts) -> Projector:
    return Projector(
        parts.models,
        parts.settings.kafka_bootstrap,
        _read(parts.settings),
        generation=parts.generation,
        facts=Facts(parts.generation.reads, None),
        owners=HttpOwners(NAME, parts.services),
        name=PROJECTOR,
    )


def _rules(parts: Parts) -> EdgeRules:
    settings = parts.settings
    return EdgeRules(
        public_url=settings.public_url,
        allowed_hosts=settings.allowed_hosts.split(","),
        trusted_proxies=settings.trusted_proxies.split(","),
        form_targets=parts.sites.origins,
    )


def _read(settings: GatewaySettings) -> list[str]:
    """Return the topics that the read models are folded from."""
    return [settings.topic(service) for service in SERVICES]


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
