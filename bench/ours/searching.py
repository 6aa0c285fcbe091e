"""The logs of four services as an operator searches them: over HTTP, as the gateway does. Next: measures/events.py."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg

from bench.lab import Lab
from gateway.application.asked import Asked
from gateway.application.ops_events import EventsJourney
from gateway.application.ops_events_ports import AuditedDeeds, Wanted
from gateway.application.session import Session
from gateway.application.steps import Proof
from gateway.application.viewer import OperatorRole, Role, Viewer
from gateway.clients.ops_events import BrowsedService, DeedsAboutEvents
from kernel.adapters.clock import utc_now
from kernel.adapters.codec import Facts
from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.ops import READ
from kernel.adapters.http.ops_events import event_routes
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.keys import PostgresKeyring
from kernel.adapters.listening import Listener
from kernel.adapters.postgres.browsing import PostgresBrowsing
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.settings import Secrets
from kernel.application.browsing import Sought

SERVICES = ("identity", "users", "contracts", "notifier")
TYPES = 30
TENANTS = 1000
STREAM, CLICK = 8, 4
"""Facts a stream and facts a click has, on average."""

# Tenants differ in size as companies do: the square of a number between 0 and 1 is mostly small. Streams, clicks and
# causes are what lies near in the log, as in life.
_FILL = """
INSERT INTO es.events (pos, stream_id, version, tenant_id, type, schema_v, public, data, meta, recorded_at)
SELECT n, md5($2 || 'stream' || (n % $3))::uuid, n / $3 + 1,
       md5('tenant' || floor(power(random(), 2) * $4)::int)::uuid,
       $2 || '.type-' || floor(power(random(), 2) * $5)::int, 1, n % 5 > 0, $6,
       jsonb_build_object('actor', 'user:' || md5('person' || n % 5000)::uuid,
                          'correlationId', md5('click' || n / $7)::uuid,
                          'traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
       || CASE WHEN n % 5 < 3 THEN jsonb_build_object('causationId', md5('cause' || n / 3)::uuid || '/1')
          ELSE '{}' END,
       now() - make_interval(secs => ($1 - n) / 10.0)
FROM generate_series(1, $1::int) n
"""
_SAMPLE = """
SELECT pos, stream_id, version, tenant_id, type, meta ->> 'correlationId' AS correlation_id,
       coalesce(meta ->> 'causationId', '') AS causation_id, recorded_at
FROM es.events WHERE pos = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class Search:
    """Four logs, and an operator who searches them."""

    journey: EventsJourney
    samples: Sequence["asyncpg.Record"]
    """Facts of the users service, from anywhere in its log."""

    async def look(self, wanted: Wanted, cursor: str | None = None) -> str | None:
        """Look at a page; return where the next one begins."""
        asked = Asked(key=str(uuid4()), correlation_id=uuid4(), client_ip="127.0.0.1", user_agent="bench")
        page = await self.journey.page(_OPERATOR, wanted, asked, cursor=cursor)
        if page.silent:
            raise ConnectionError(f"no answer from {page.silent}")
        return page.next_cursor


def kinds(sample: "asyncpg.Record") -> Mapping[str, Wanted]:
    """Return every key, and keys together, as they are asked for about one fact."""
    keys = {
        "tenant": {"tenant_id": sample["tenant_id"]},
        "type": {"type": sample["type"]},
        "stream": {"stream_id": sample["stream_id"]},
        "event": {"stream_id": sample["stream_id"], "version": sample["version"]},
        "correlation": {"correlation_id": UUID(sample["correlation_id"])},
        "cause": {"causation_id": sample["causation_id"] or f"{sample['stream_id']}/1"},
        "time": {"since": sample["recorded_at"], "until": sample["recorded_at"] + timedelta(hours=1)},
        "tenant and type": {"tenant_id": sample["tenant_id"], "type": sample["type"]},
        "tenant and time": {"tenant_id": sample["tenant_id"], "until": sample["recorded_at"]},
        "correlation and tenant": {
            "correlation_id": UUID(sample["correlation_id"]),
            "tenant_id": sample["tenant_id"],
        },
        "all": {},
    }
    found = {name: Wanted(sought=Sought(**key)) for name, key in keys.items()}
    oldest = {f"{name}, oldest first": Wanted(sought=Sought(**keys[name]), oldest_first=True) for name in keys}
    position = Wanted(sought=Sought(first=sample["pos"]), service="users", oldest_first=True)
    return {**found, **oldest, "position": position}


@asynccontextmanager
async def searching(lab: Lab, events: int, count: int) -> AsyncIterator[Search]:
    """Fill the logs with so many events altogether, and open the way to them."""
    secrets = Secrets(lab.stack.plan.places.secrets)
    signer = Signer("gateway", secrets.jwk("gateway"))
    async with AsyncExitStack() as ends:
        clients: dict[str, ServiceClient] = {}
        samples: Sequence[asyncpg.Record] = ()
        for service in SERVICES:
            url = await lab.log_database(f"bench_{service}")
            lab.say(f"writes {events // len(SERVICES):,} events of {service}")
            await _fill(url, service, events // len(SERVICES))
            pool = await open_pool(url)
            ends.push_async_callback(pool.close)
            facts, keyring = Facts((), None), PostgresKeyring(pool, secrets.kek)
            topic = f"bench.{service}.events.v1"
            browsing = PostgresBrowsing(pool, service, topic, facts, keyring)
            app = create_app(service, [event_routes(browsing)])
            app.state.verifier = Verifier(secrets.jwks, service, {"gateway": frozenset({READ})})
            listener = await ends.enter_async_context(Listener(app, "127.0.0.1", 0))
            clients[service] = ServiceClient(f"http://127.0.0.1:{listener.port}", signer, service)
            ends.push_async_callback(clients[service].close)
            if service == "users":
                size = events // len(SERVICES)
                samples = await pool.fetch(_SAMPLE, [1 + number * (size - 1) // count for number in range(count)])
        logs = {name: BrowsedService(way) for name, way in clients.items()}
        deeds: AuditedDeeds = DeedsAboutEvents(clients["users"])
        yield Search(EventsJourney(logs=logs, readers={}, deeds=deeds), samples)


async def _fill(url: str, service: str, size: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        data = b'{"contractId":"019abcde-0000-7000-8000-000000000001","serviceStatus":"NORMAL","note":"%s"}' % (
            b"x" * 200
        )
        await connection.execute(_FILL, size, service, max(1, size // STREAM), TENANTS, TYPES, data, CLICK, timeout=900)
        await connection.execute("UPDATE es.head SET pos = $1", size)
    finally:
        await connection.close()


_NOW = utc_now()
_OPERATOR = Viewer(
    user_id=UUID(int=1),
    tenant_id=UUID(int=2),
    name="",
    email="",
    role=Role.GENERAL_USER,
    origin=None,
    language="ja",
    timezone="Asia/Tokyo",
    csrf_token="",
    session=Session(
        session_id=UUID(int=3),
        user_id=UUID(int=1),
        tenant_id=UUID(int=2),
        method=Proof.TOTP,
        started_at=_NOW,
        ends_at=_NOW + timedelta(hours=12),
        csrf_token="",
    ),
    operator=OperatorRole.OPS,
)
