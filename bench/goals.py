"""What is measured, and how good it must be. Next stop: plan.py, which says how."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure of a goal."""

    key: str
    says: str
    floor: float | None = None
    """Must hold."""
    moonshot: float | None = None
    """Is aimed at."""
    at_most: bool = False
    """Whether less is better."""
    unit: str = "x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Something that is promised of speed or cost."""

    name: str
    title: str
    lines: tuple[Line, ...]


GOALS = (
    Goal(
        name="P2",
        title="two-factor logins against the pure rate of the hash",
        lines=(
            Line(
                key="argon2",
                says="full logins/s / argon2-cffi on two threads, same parameters",
                floor=0.80,
                moonshot=1.2,
            ),
        ),
    ),
    Goal(
        name="P3",
        title="overload by logins",
        lines=(
            Line(key="goodput", says="logins/s at twice the saturating load / peak", floor=0.80, moonshot=0.95),
            Line(
                key="dashboard",
                says="dashboard p99 during that storm / idle p99",
                floor=5,
                moonshot=2,
                at_most=True,
            ),
        ),
    ),
    Goal(
        name="P4",
        title="durable append, one event, 16 writers",
        lines=(
            Line(key="eventsourcing", says="events/s / eventsourcing", floor=3, moonshot=6),
            Line(key="emmett", says="events/s / Emmett", floor=1.5, moonshot=3),
            Line(key="pgbench", says="events/s / single-row inserts of pgbench, 32 clients", floor=0.5, moonshot=0.8),
        ),
    ),
    Goal(
        name="P5",
        title="durable append, 100 events a transaction, 16 writers",
        lines=(
            Line(key="eventsourcing", says="events/s / eventsourcing", floor=2, moonshot=3),
            Line(key="copy", says="events/s / COPY of the same rows", floor=0.35, moonshot=0.6),
        ),
    ),
    Goal(
        name="P7",
        title="from a command's 2xx to the tenant's dashboard, at 30 % of what saturates",
        lines=(
            Line(key="p50", says="p50 / bare aiokafka round trip, acks=all", floor=4, moonshot=2, at_most=True),
            Line(key="p99", says="p99 / bare aiokafka round trip, acks=all", floor=6, moonshot=3, at_most=True),
        ),
    ),
    Goal(
        name="P8",
        title="dashboard as JSON, for a session, of a tenant",
        lines=(
            Line(key="static", says="answers/s / the same bytes kept ready in FastAPI", floor=1.0, moonshot=1.5),
            Line(key="down", says="refusals/s without Redis / the same bytes kept ready", floor=0.5, moonshot=1.0),
        ),
    ),
    Goal(
        name="P9",
        title="administering 50,000 people in 500 groups, and 5,000 contracts, of one company",
        lines=(
            Line(key="list", says="first and deep page of the list, p95", floor=50, at_most=True, unit="ms"),
            Line(key="search", says="slowest search, p95", floor=50, at_most=True, unit="ms"),
            Line(key="filter", says="slowest filter, p95", floor=50, at_most=True, unit="ms"),
            Line(key="sort", says="slowest order, p95", floor=50, at_most=True, unit="ms"),
            Line(key="history", says="history of a person, p95", floor=50, at_most=True, unit="ms"),
            Line(key="permission", says="slowest permission check, p95", floor=50, at_most=True, unit="ms"),
            Line(key="contracts", says="slowest list of contracts, p95", floor=50, at_most=True, unit="ms"),
            Line(key="groups", says="one group, p95", floor=50, at_most=True, unit="ms"),
            Line(key="page", says="slowest page in the browser, p95", floor=50, at_most=True, unit="ms"),
            Line(
                key="deep",
                says="a page in the middle / the first page, p50",
                floor=1.5,
                moonshot=1.1,
                at_most=True,
            ),
            Line(key="static", says="first page / the same bytes kept ready in FastAPI, p50", at_most=True),
            Line(key="bytes", says="largest answer over the wire", floor=100, at_most=True, unit="kB"),
        ),
    ),
    Goal(
        name="P11",
        title="copying the log and folding it",
        lines=(
            Line(key="relay", says="events/s of the relay / bare aiokafka producer, acks=all, same records"),
            Line(
                key="projector", says="events/s of a rebuild / bare getmany of the same topic", floor=0.2, moonshot=0.5
            ),
            Line(
                key="reads",
                says="dashboard p99 during a rebuild / idle p99",
                floor=5,
                moonshot=2,
                at_most=True,
            ),
        ),
    ),
    Goal(
        name="P13",
        title="searching the events of all services",
        lines=(
            Line(key="slowest", says="slowest search by any key, p95", floor=100, moonshot=20, at_most=True, unit="ms"),
            Line(key="append", says="appends/s with the indexes of the search / without", floor=0.80, moonshot=0.95),
        ),
    ),
    Goal(
        name="O3",
        title="from a fact that cannot be read to the ops console",
        lines=(
            Line(key="api", says="until the API has it, p99", floor=2, at_most=True, unit="s"),
            Line(key="board", says="until an open page shows it, p99", floor=2, at_most=True, unit="s"),
        ),
    ),
    Goal(
        name="O6",
        title="the ops console while nobody looks",
        lines=(Line(key="console", says="what its roles take of a core", floor=2, moonshot=1, at_most=True, unit="%"),),
    ),
    Goal(
        name="P12",
        title="memory and cold start of the five services",
        lines=(
            Line(key="idle", says="largest PSS when idle", floor=120, moonshot=80, at_most=True, unit="MB"),
            Line(key="loaded", says="largest PSS after load", floor=120, moonshot=80, at_most=True, unit="MB"),
            Line(key="cold", says="slowest cold start to ready", at_most=True, unit="s"),
        ),
    ),
)


def goal(name: str) -> Goal:
    """Return the goal of that name. Raises: KeyError."""
    return {one.name: one for one in GOALS}[name]
