"""Everything a page or the API can ask for, in one place. Next stop: each journey's own file."""

from dataclasses import dataclass, field

from gateway.application.activation import ActivationJourney, PasswordResetJourney
from gateway.application.back_office import BackOffice
from gateway.application.calendar import CalendarJourney
from gateway.application.catalogue import CatalogueJourney
from gateway.application.company_image import CompanyImageJourney
from gateway.application.company_logins import CompanyLoginsJourney
from gateway.application.contract_histories import ContractHistoriesJourney
from gateway.application.contracts import ContractsJourney
from gateway.application.dashboard import DashboardJourney
from gateway.application.effects import Effects
from gateway.application.forms import FormGuard
from gateway.application.groups import GroupsJourney
from gateway.application.histories import HistoriesJourney
from gateway.application.hop import HopJourney
from gateway.application.incidents import IncidentsJourney
from gateway.application.language import LanguageJourney
from gateway.application.live import LiveJourney
from gateway.application.login import LoginJourney
from gateway.application.lookback import LookbackJourney
from gateway.application.mail import MailJourney
from gateway.application.maintenances import MaintenancesJourney
from gateway.application.names import Names
from gateway.application.needs import Needs
from gateway.application.notifications import NotificationsJourney
from gateway.application.open_streams import OpenStreams
from gateway.application.ops import OpsJourney
from gateway.application.ops_again import AgainJourney
from gateway.application.ops_broker import BrokerJourney
from gateway.application.ops_deeds import DeedsJourney
from gateway.application.ops_events import EventsJourney
from gateway.application.ops_history import OpsHistoryJourney
from gateway.application.ops_mails import OpsMailsJourney
from gateway.application.orders import OrdersJourney
from gateway.application.own import OwnJourney
from gateway.application.people import PeopleJourney
from gateway.application.permissions import PermissionsJourney
from gateway.application.permittable import Permittables
from gateway.application.progress_ports import Progress
from gateway.application.relying import RelyingJourney
from gateway.application.second_step import SecondStepJourney
from gateway.application.service_availability import ServiceAvailabilityJourney
from gateway.application.service_health import HealthJourney
from gateway.application.sessions import Sessions
from gateway.application.tenant_settings import TenantSettingsJourney
from kernel.application.ports import NewId


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """What every route uses; a route gets it by `Use` of door.py."""

    sessions: Sessions
    login: LoginJourney
    activation: ActivationJourney
    reset: PasswordResetJourney
    language: LanguageJourney
    dashboard: DashboardJourney
    contracts: ContractsJourney
    service_availability: ServiceAvailabilityJourney
    orders: OrdersJourney
    incidents: IncidentsJourney
    maintenances: MaintenancesJourney
    lookback: LookbackJourney
    contract_histories: ContractHistoriesJourney
    calendar: CalendarJourney
    hop: HopJourney
    relying: RelyingJourney
    live: LiveJourney
    people: PeopleJourney
    groups: GroupsJourney
    permittables: Permittables
    histories: HistoriesJourney
    company_logins: CompanyLoginsJourney
    permissions: PermissionsJourney
    tenant_settings: TenantSettingsJourney
    company_image: CompanyImageJourney
    own: OwnJourney
    second_step: SecondStepJourney
    mail: MailJourney
    notifications: NotificationsJourney
    health: HealthJourney
    back_office: BackOffice
    ops: OpsJourney
    catalogue: CatalogueJourney
    ops_history: OpsHistoryJourney
    ops_broker: BrokerJourney
    ops_events: EventsJourney
    ops_again: AgainJourney
    ops_mails: OpsMailsJourney
    ops_deeds: DeedsJourney
    progress: Progress
    forms: FormGuard
    new_id: NewId
    """Makes the key of a wish that came without one."""
    streams: OpenStreams = field(default_factory=OpenStreams)


def journeys_of(needs: Needs) -> Journeys:
    """Return everything a page or the API can ask for, made of what it needs."""
    boards, limits, now, directory = needs.boards, needs.limits, needs.now, needs.directory
    sessions = _sessions(needs)
    effects = Effects(sessions=sessions, progress=needs.progress)
    names = Names(boards=boards, opener=needs.opener)
    people = PeopleJourney(directory=directory, credentials=needs.credentials, effects=effects)
    permittables = Permittables(boards=boards)
    contracts = ContractsJourney(boards=boards, own=needs.own_contracts, effects=effects)
    orders, incidents = OrdersJourney(boards=boards), IncidentsJourney(boards=boards)
    maintenances = MaintenancesJourney(boards=boards, now=now)
    operating = needs.ops
    ops = OpsJourney(processes=operating.processes, deeds=operating.deeds, looks=operating.event_deeds)
    return Journeys(
        sessions=sessions,
        login=LoginJourney(identity=needs.identity, sessions=sessions, limits=limits),
        activation=ActivationJourney(identity=needs.identity, limits=limits),
        reset=PasswordResetJourney(identity=needs.identity, limits=limits),
        language=LanguageJourney(users=needs.users, sessions=sessions),
        dashboard=DashboardJourney(
            boards=boards, contracts=contracts, incidents=incidents, maintenances=maintenances, orders=orders, now=now
        ),
        contracts=contracts,
        service_availability=ServiceAvailabilityJourney(boards=boards, now=now),
        orders=orders,
        incidents=incidents,
        maintenances=maintenances,
        lookback=LookbackJourney(contracts=contracts, own=needs.own_contracts, names=names, now=now),
        contract_histories=ContractHistoriesJourney(
            contracts=contracts, own=needs.own_contracts, names=names, effects=effects
        ),
        calendar=CalendarJourney(
            own=needs.own_contracts, boards=boards, maintenances=maintenances, limits=limits, now=now
        ),
        hop=HopJourney(
            contracts=contracts,
            sites=needs.sites,
            provider=needs.provider,
            health=needs.site_health,
            hints=needs.hints,
            issuer=needs.issuer,
            now=now,
        ),
        relying=RelyingJourney(
            boards=boards, opener=needs.opener, provider=needs.provider, sites=needs.sites, limits=limits
        ),
        live=LiveJourney(sessions=sessions, boards=boards, progress=needs.progress),
        people=people,
        groups=GroupsJourney(directory=directory, permittables=permittables, effects=effects),
        permittables=permittables,
        company_image=CompanyImageJourney(directory=directory, boards=boards, effects=effects),
        histories=HistoriesJourney(directory=directory, credentials=needs.credentials, effects=effects),
        company_logins=CompanyLoginsJourney(credentials=needs.credentials, names=names, effects=effects),
        permissions=PermissionsJourney(past=needs.past, now=now),
        tenant_settings=TenantSettingsJourney(directory=directory, effects=effects),
        own=OwnJourney(directory=directory, credentials=needs.credentials, limits=limits, effects=effects),
        second_step=SecondStepJourney(identity=needs.second_step, limits=limits, effects=effects),
        mail=MailJourney(mailroom=needs.mailroom, directory=directory, people=people),
        notifications=NotificationsJourney(wishes=needs.wishes, effects=effects),
        health=HealthJourney(checks=needs.checks, now=now),
        back_office=BackOffice(
            contracts=needs.contracts, boards=boards, limits=limits, secret=needs.operator_secret, sign=needs.sign
        ),
        catalogue=CatalogueJourney(needs.facts),
        ops=ops,
        ops_history=OpsHistoryJourney(archive=operating.archive, ops=ops, now=now),
        ops_broker=BrokerJourney(broker=operating.broker, ops=ops),
        ops_events=EventsJourney(logs=operating.logs, readers=operating.readers, deeds=operating.event_deeds),
        ops_again=AgainJourney(logs=operating.logs, deeds=operating.event_deeds),
        ops_mails=OpsMailsJourney(mailroom=operating.mailroom, deeds=operating.mail_deeds, links=operating.links),
        ops_deeds=DeedsJourney(book=operating.deed_book, names=names, now=now),
        progress=needs.progress,
        forms=FormGuard(key=needs.form_key, now=now),
        new_id=needs.new_id,
    )


def _sessions(needs: Needs) -> Sessions:
    return Sessions(
        store=needs.session_store,
        boards=needs.boards,
        progress=needs.progress,
        identity=needs.identity,
        opener=needs.opener,
        now=needs.now,
        new_secret=needs.new_secret,
        absolute=needs.absolute,
        idle=needs.idle,
        forget=needs.forget,
    )
