"""The gateway's journeys over its fakes, and a way to ask them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from uuid import UUID

from gateway.adapters.catalogue import read_catalogue
from gateway.api.quick_dashboard import QuickDashboard
from gateway.application.asked import Asked
from gateway.application.journeys import Journeys, journeys_of
from gateway.application.needs import Needs, OpsNeeds
from gateway.application.service_health import Part
from gateway.application.viewer import IDLE
from gateway.projections.open_session import OpenSessionRow
from kernel.adapters.clock import new_id
from tests.unit.gateway.fakes import (
    NOW,
    SESSION_ID,
    USER,
    Clock,
    FakeContracts,
    FakeLimits,
    FakeOwnContracts,
    FakeProgress,
    FakeSessions,
    FakeUsers,
    OpenDoor,
)
from tests.unit.gateway.fakes_boards import FakeBoards
from tests.unit.gateway.fakes_credentials import FakeCredentials
from tests.unit.gateway.fakes_identity import FakeIdentity
from tests.unit.gateway.fakes_mail import FakeMailroom
from tests.unit.gateway.fakes_ops import FakeDeeds, FakeProcess
from tests.unit.gateway.fakes_ops_broker import FakeBroker
from tests.unit.gateway.fakes_ops_deeds import FakeDeedBook
from tests.unit.gateway.fakes_ops_events import FakeLog, FakeReaders
from tests.unit.gateway.fakes_ops_history import FakeArchive
from tests.unit.gateway.fakes_ops_mails import FakeLinks, FakeMailDeeds, FakeOpsMailroom
from tests.unit.gateway.fakes_past import FakePast
from tests.unit.gateway.fakes_people import FakeDirectory
from tests.unit.gateway.fakes_second_step import FakeSecondStep
from tests.unit.gateway.fakes_sites import ISSUER, FakeHealth, FakeHints, FakeProvider, sites

OPERATOR_SECRET = "the operator's secret"


@dataclass
class World:
    """Everything a test may look at or turn."""

    clock: Clock = field(default_factory=Clock)
    boards: FakeBoards = field(default_factory=FakeBoards)
    progress: FakeProgress = field(default_factory=FakeProgress)
    limits: FakeLimits = field(default_factory=FakeLimits)
    users: FakeUsers = field(default_factory=FakeUsers)
    contracts: FakeContracts = field(default_factory=FakeContracts)
    own_contracts: FakeOwnContracts = field(default_factory=FakeOwnContracts)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    credentials: FakeCredentials = field(default_factory=FakeCredentials)
    second_step: FakeSecondStep = field(default_factory=FakeSecondStep)
    past: FakePast = field(default_factory=FakePast)
    mailroom: FakeMailroom = field(default_factory=FakeMailroom)
    provider: FakeProvider = field(default_factory=FakeProvider)
    site_health: FakeHealth = field(default_factory=FakeHealth)
    hints: FakeHints = field(default_factory=FakeHints)
    processes: dict[str, FakeProcess] = field(
        default_factory=lambda: {name: FakeProcess(name) for name in ("users", "contracts", "gateway")}
    )
    logs: dict[str, FakeLog] = field(
        default_factory=lambda: {name: FakeLog(name) for name in ("identity", "users", "contracts")}
    )
    readers: dict[str, FakeReaders] = field(
        default_factory=lambda: {name: FakeReaders(name) for name in ("users", "gateway")}
    )
    deeds: FakeDeeds = field(default_factory=FakeDeeds)
    archive: FakeArchive = field(default_factory=FakeArchive)
    broker: FakeBroker = field(default_factory=FakeBroker)
    ops_mailroom: FakeOpsMailroom = field(default_factory=FakeOpsMailroom)
    mail_deeds: FakeMailDeeds = field(default_factory=FakeMailDeeds)
    links: FakeLinks = field(default_factory=FakeLinks)
    deed_book: FakeDeedBook = field(default_factory=FakeDeedBook)
    works: dict[Part, bool] = field(default_factory=lambda: dict.fromkeys(Part, True))

    def __post_init__(self) -> None:
        self.sessions = FakeSessions(self.clock)
        self.identity = FakeIdentity(self.boards, self.clock)
        self.elapsed = 0.0
        self.away = False
        self.quick = QuickDashboard(self.progress, self.clock, lambda: self.elapsed, lambda: self.away)
        self.journeys = self._journeys()

    def starts_session(self) -> None:
        """Let the read model know that identity started the session."""
        self.boards.sessions[SESSION_ID] = OpenSessionRow(
            session_id=SESSION_ID, user_id=USER, method="TOTP", started_at=NOW
        )

    def refuse_next(self, error: Exception) -> None:
        """Have whatever is wished next refused."""
        for one in (self.directory, self.own_contracts, self.credentials, self.mailroom, self.deeds, self.mail_deeds):
            one.refusal = error

    def asked(self) -> Asked:
        """Return the circumstances of some request."""
        return Asked(key="key-1", correlation_id=UUID(int=9), client_ip="192.0.2.7", user_agent="test")

    def _journeys(self) -> Journeys:
        secrets = count(1)
        return journeys_of(
            Needs(
                boards=self.boards,
                progress=self.progress,
                opener=OpenDoor(),
                limits=self.limits,
                session_store=self.sessions,
                identity=self.identity,
                second_step=self.second_step,
                credentials=self.credentials,
                users=self.users,
                directory=self.directory,
                wishes=self.directory,
                past=self.past,
                own_contracts=self.own_contracts,
                contracts=self.contracts,
                mailroom=self.mailroom,
                sites=sites(),
                provider=self.provider,
                site_health=self.site_health,
                hints=self.hints,
                issuer=ISSUER,
                checks={part: Check(self.works, part) for part in Part},
                facts=read_catalogue(),
                ops=OpsNeeds(
                    processes=self.processes,
                    logs=self.logs,
                    readers=self.readers,
                    archive=self.archive,
                    broker=self.broker,
                    mailroom=self.ops_mailroom,
                    deeds=self.deeds,
                    event_deeds=self.deeds,
                    mail_deeds=self.mail_deeds,
                    links=self.links,
                    deed_book=self.deed_book,
                ),
                operator_secret=OPERATOR_SECRET,
                sign=_signed,
                form_key=b"k" * 32,
                now=self.clock,
                new_id=new_id,
                new_secret=lambda: f"form-token-{next(secrets)}",
                forget=self.quick.forget,
                absolute=timedelta(hours=12),
                idle=IDLE,
            )
        )


@dataclass(frozen=True)
class Check:
    """Says whether a part works."""

    works: Mapping[Part, bool]
    part: Part

    async def __call__(self) -> bool:
        return self.works[self.part]


def _signed(subject: str, scopes: frozenset[str], seconds: int) -> str:
    return f"{subject}|{' '.join(sorted(scopes))}|{seconds}"
