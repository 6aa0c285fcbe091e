"""Everything a page or the API can ask for, in one place. Next stop: each journey's own file."""

from dataclasses import dataclass, field

from gateway.application.activation import ActivationJourney, PasswordResetJourney
from gateway.application.back_office import BackOffice
from gateway.application.calendar import CalendarJourney
from gateway.application.catalogue import CatalogueJourney
from gateway.application.company_image import CompanyImageJourney
from gateway.application.contract_histories import ContractHistoriesJourney
from gateway.application.contracts import ContractsJourney
from gateway.application.dashboard import DashboardJourney
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
from gateway.application.notifications import NotificationsJourney
from gateway.application.open_streams import OpenStreams
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
from gateway.application.ports import Progress
from gateway.application.relying import RelyingJourney
from gateway.application.second_step import SecondStepJourney
from gateway.application.service_availability import ServiceAvailabilityJourney
from gateway.application.service_health import HealthJourney
from gateway.application.sessions import Sessions
from gateway.application.tenant_settings import TenantSettingsJourney


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """What `main.py` builds and every route uses; a route gets it by `Use` of door.py."""

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
    ops_events: EventsJourney
    ops_again: AgainJourney
    ops_mails: OpsMailsJourney
    progress: Progress
    forms: FormGuard
    streams: OpenStreams = field(default_factory=OpenStreams)
