"""What everything that can be asked for needs of the world, each once. Next stop: journeys.py, which is made of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.application.board_ports import Boards
from gateway.application.catalogue import CataloguedFact
from gateway.application.contract_ports import Contracts, OwnContracts
from gateway.application.identity_ports import Identity
from gateway.application.mails import Mailroom
from gateway.application.notification_ports import MailWishes
from gateway.application.ops_deeds import DeedBook
from gateway.application.ops_events_ports import AuditedDeeds, Browsed, Reading
from gateway.application.ops_history import Archive
from gateway.application.ops_mails_ports import ActivationLinks, MailDeeds, OpsMailroom
from gateway.application.ops_ports import Deeds, Operated
from gateway.application.people_ports import Credentials, Directory
from gateway.application.permission_ports import PastPermissions
from gateway.application.ports import Limits, Opener, Users
from gateway.application.progress_ports import Progress
from gateway.application.second_step_ports import SecondStep
from gateway.application.service_health import Part
from gateway.application.session_ports import SessionStore
from gateway.application.site_ports import Hints, Provider, SiteHealth
from gateway.application.sites import Sites
from kernel.application.broker import Broker
from kernel.application.ports import Clock, NewId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsNeeds:
    """What the ops console needs; processes, logs and readers by the service."""

    processes: Mapping[str, Operated]
    logs: Mapping[str, Browsed]
    readers: Mapping[str, Reading]
    archive: Archive
    broker: Broker
    mailroom: OpsMailroom
    deeds: Deeds
    event_deeds: AuditedDeeds
    mail_deeds: MailDeeds
    links: ActivationLinks
    deed_book: DeedBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What the journeys of people, companies and the back office need."""

    boards: Boards
    progress: Progress
    opener: Opener
    limits: Limits
    session_store: SessionStore
    identity: Identity
    second_step: SecondStep
    credentials: Credentials
    users: Users
    directory: Directory
    wishes: MailWishes
    past: PastPermissions
    own_contracts: OwnContracts
    contracts: Contracts
    mailroom: Mailroom
    sites: Sites
    provider: Provider
    site_health: SiteHealth
    hints: Hints
    issuer: str
    """As which settings sites know the portal."""
    checks: Mapping[Part, Callable[[], Awaitable[bool]]]
    facts: Sequence[CataloguedFact]
    ops: OpsNeeds
    operator_secret: str
    sign: Callable[[str, frozenset[str], int], str]
    """Makes a token for a subject with scopes and a life in seconds."""
    form_key: bytes
    """Marks the forms that are given out before a session as ours."""
    now: Clock
    new_id: NewId
    new_secret: Callable[[], str]
    forget: Callable[[str], None]
    """Is told of every token whose session changed or ended."""
    absolute: timedelta
    """How long a session may last where the tenant decided nothing."""
    idle: timedelta
    """How long it may be left alone where the tenant decided nothing."""
