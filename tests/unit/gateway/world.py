"""The gateway's journeys over its fakes, and a way to ask them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from uuid import UUID

from gateway.adapters.catalogue import read_catalogue
from gateway.api.quick_dashboard import QuickDashboard
from gateway.application.activation import ActivationJourney, PasswordResetJourney
from gateway.application.asked import Asked
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
from gateway.application.ops import OpsJourney
from gateway.application.ops_again import AgainJourney
from gateway.application.ops_events import EventsJourney
from gateway.application.ops_history import OpsHistoryJourney
from gateway.application.ops_mails import OpsMailsJourney
from gateway.application.orders import OrdersJourney
from gateway.application.own import OwnJourney
from gateway.application.people import PeopleJourney
from gateway.application.permissions import PermissionsJourney
from gateway.application.permittable import Permittables
from gateway.application.relying import RelyingJourney
from gateway.application.second_step import SecondStepJourney
from gateway.application.service_availability import ServiceAvailabilityJourney
from gateway.application.service_health import HealthJourney, Part
from gateway.application.sessions import Sessions
from gateway.application.tenant_settings import TenantSettingsJourney
from gateway.projections.open_session import OpenSessionRow
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
from tests.unit.gateway.fakes_ops_events import FakeLog, FakeReaders
from tests.unit.gateway.fakes_ops_history import FakeArchive
from tests.unit.gateway.fakes_ops_mails import FakeMailDeeds, FakeOpsMailroom
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
    ops_mailroom: FakeOpsMailroom = field(default_factory=FakeOpsMailroom)
    mail_deeds: FakeMailDeeds = field(default_factory=FakeMailDeeds)
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

    def asked(self) -> Asked:
        """Return the circumstances of some request."""
        return Asked(key="key-1", correlation_id=UUID(int=9), client_ip="192.0.2.7", user_agent="test")

    def _journeys(self) -> Journeys:
        secrets = count(1)
        sessions = Sessions(
            store=self.sessions,
            boards=self.boards,
            progress=self.progress,
            identity=self.identity,
            opener=OpenDoor(),
            now=self.clock,
            new_secret=lambda: f"form-token-{next(secrets)}",
            absolute=timedelta(hours=12),
            forget=self.quick.forget,
        )
        effects = Effects(sessions=sessions, progress=self.progress)
        people = PeopleJourney(directory=self.directory, credentials=self.credentials, effects=effects)
        boards, own = self.boards, self.own_contracts
        permittables = Permittables(boards=boards)
        contracts = ContractsJourney(boards=boards, own=own, effects=effects)
        names = Names(boards=boards, opener=OpenDoor())
        orders, incidents = OrdersJourney(boards=boards), IncidentsJourney(boards=boards)
        maintenances = MaintenancesJourney(boards=boards, now=self.clock)
        ops = OpsJourney(processes=self.processes, deeds=self.deeds)
        return Journeys(
            sessions=sessions,
            login=LoginJourney(identity=self.identity, sessions=sessions, limits=self.limits),
            activation=ActivationJourney(identity=self.identity, limits=self.limits),
            reset=PasswordResetJourney(identity=self.identity, limits=self.limits),
            language=LanguageJourney(users=self.users, sessions=sessions),
            dashboard=DashboardJourney(
                boards=boards,
                contracts=contracts,
                incidents=incidents,
                maintenances=maintenances,
                orders=orders,
                now=self.clock,
            ),
            contracts=contracts,
            service_availability=ServiceAvailabilityJourney(boards=boards, now=self.clock),
            orders=orders,
            incidents=incidents,
            maintenances=maintenances,
            lookback=LookbackJourney(contracts=contracts, own=own, names=names, now=self.clock),
            contract_histories=ContractHistoriesJourney(contracts=contracts, own=own, names=names, effects=effects),
            calendar=CalendarJourney(
                own=own, boards=boards, maintenances=maintenances, limits=self.limits, now=self.clock
            ),
            hop=HopJourney(
                contracts=contracts,
                sites=sites(),
                provider=self.provider,
                health=self.site_health,
                hints=self.hints,
                issuer=ISSUER,
                now=self.clock,
            ),
            relying=RelyingJourney(
                boards=self.boards, opener=OpenDoor(), provider=self.provider, sites=sites(), limits=self.limits
            ),
            live=LiveJourney(sessions=sessions, boards=self.boards, progress=self.progress),
            people=people,
            mail=MailJourney(mailroom=self.mailroom, directory=self.directory, people=people),
            notifications=NotificationsJourney(wishes=self.directory, effects=effects),
            groups=GroupsJourney(directory=self.directory, permittables=permittables, effects=effects),
            permittables=permittables,
            company_image=CompanyImageJourney(directory=self.directory, boards=self.boards, effects=effects),
            histories=HistoriesJourney(directory=self.directory, credentials=self.credentials, effects=effects),
            permissions=PermissionsJourney(past=self.past, now=self.clock),
            tenant_settings=TenantSettingsJourney(directory=self.directory, effects=effects),
            own=OwnJourney(directory=self.directory, credentials=self.credentials, limits=self.limits, effects=effects),
            second_step=SecondStepJourney(identity=self.second_step, limits=self.limits, effects=effects),
            health=HealthJourney(checks={part: self._check(part) for part in Part}, now=self.clock),
            catalogue=CatalogueJourney(read_catalogue()),
            ops=ops,
            ops_history=OpsHistoryJourney(archive=self.archive, ops=ops, now=self.clock),
            ops_events=EventsJourney(logs=self.logs, readers=self.readers, deeds=self.deeds),
            ops_again=AgainJourney(logs=self.logs, deeds=self.deeds),
            ops_mails=OpsMailsJourney(mailroom=self.ops_mailroom, deeds=self.mail_deeds),
            back_office=BackOffice(
                contracts=self.contracts, boards=boards, limits=self.limits, secret=OPERATOR_SECRET, sign=_signed
            ),
            progress=self.progress,
            forms=FormGuard(key=b"k" * 32, now=self.clock),
        )

    def _check(self, part: Part) -> "Check":
        return Check(self.works, part)


@dataclass(frozen=True)
class Check:
    """Says whether a part works."""

    works: Mapping[Part, bool]
    part: Part

    async def __call__(self) -> bool:
        return self.works[self.part]


def _signed(subject: str, scopes: frozenset[str], seconds: int) -> str:
    return f"{subject}|{' '.join(sorted(scopes))}|{seconds}"
