"""A user: a person who may use the portal, or could not become one. Next stop: administrators.py."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.users.domain.commands import (
    ActivateUser,
    ChangeUser,
    ChooseLanguage,
    ChooseNotifications,
    DeleteUser,
    JoinGroup,
    LeaveGroup,
    RecordFactor,
    RecordShredding,
    RefuseRegistration,
    RegisterUser,
    ReinstateUser,
    SuspendUser,
    UserCommand,
)
from services.users.domain.errors import NotOneself, UserUnknown
from services.users.domain.events import (
    BrowserTrust,
    BrowserTrustDecided,
    JoinedGroup,
    Language,
    LanguageChosen,
    LeftGroup,
    NotificationsChosen,
    Origin,
    ProfileChanged,
    RegistrationRefused,
    Role,
    RoleChanged,
    SecondFactor,
    SecondFactorAssigned,
    SecondFactorChosen,
    SubjectShredded,
    UserActivated,
    UserDeleted,
    UserEvent,
    UserRegistered,
    UserReinstated,
    UserSuspended,
)
from services.users.domain.notifications import MailKind, choice


class Life(Enum):
    """Where a user stands."""

    ABSENT = auto()
    REGISTERED = auto()
    SUSPENDED = auto()
    DELETED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is said of a person."""

    name: str
    title: str | None
    phone_number: str
    mobile_phone_number: str | None
    comment: str | None
    mail_language: Language
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """What must be known of a user to decide about them, and to tell what changed."""

    life: Life = Life.ABSENT
    activated: bool = False
    email: str = ""
    profile: Profile | None = None
    origin: Origin | None = None
    role: Role | None = None
    second_factor: SecondFactor | None = None
    browser_trust: BrowserTrust = BrowserTrust.AS_COMPANY
    group_ids: frozenset[UUID] = frozenset()
    screen_language: Language | None = None
    refused_mail: tuple[MailKind, ...] = ()
    daily_mail: tuple[MailKind, ...] = ()
    shredded: bool = False
    """Whether nothing of theirs can be read any more."""

    @property
    def known(self) -> bool:
        """Return whether anything may be asked of them."""
        return self.life in (Life.REGISTERED, Life.SUSPENDED)

    @property
    def represents(self) -> bool:
        """Return whether they stand for the company: the administrator whom an application form names."""
        return self.origin is Origin.APPLICATION_FORM

    @property
    def counts(self) -> bool:
        """Return whether they can administer their tenant: in this role, set up, not shut out."""
        return self.life is Life.REGISTERED and self.activated and self.role is Role.PORTAL_ADMIN


def evolve(state: User, event: UserEvent) -> User:  # noqa: C901, PLR0911, PLR0912 - one line a fact
    """Return the state after *event*."""
    match event:
        case UserRegistered():
            return replace(
                state,
                life=Life.REGISTERED,
                email=event.email,
                profile=_profile(event),
                origin=event.origin,
                role=event.role,
                second_factor=event.second_factor,
            )
        case RegistrationRefused():
            return replace(state, life=Life.REFUSED)
        case UserActivated():
            return replace(state, activated=True)
        case LanguageChosen(screen_language=language):
            return replace(state, screen_language=language)
        case ProfileChanged():
            return replace(state, profile=_profile(event))
        case NotificationsChosen(refused=refused, daily=daily):
            return replace(state, refused_mail=refused, daily_mail=daily)
        case RoleChanged(role=role):
            return replace(state, role=role)
        case SecondFactorAssigned(second_factor=factor) | SecondFactorChosen(second_factor=factor):
            return replace(state, second_factor=factor)
        case BrowserTrustDecided(trust=trust):
            return replace(state, browser_trust=trust)
        case JoinedGroup(group_id=group_id):
            return replace(state, group_ids=state.group_ids | {group_id})
        case LeftGroup(group_id=group_id):
            return replace(state, group_ids=state.group_ids - {group_id})
        case UserSuspended():
            return replace(state, life=Life.SUSPENDED)
        case UserReinstated():
            return replace(state, life=Life.REGISTERED)
        case UserDeleted():
            return replace(state, life=Life.DELETED, group_ids=frozenset())
        case SubjectShredded():
            return replace(state, shredded=True)
        case _:
            assert_never(event)


def decide(state: User, command: UserCommand) -> list[UserEvent]:  # noqa: C901, PLR0911, PLR0912 - one line a command
    """Return the facts *command* leads to; none when it would change nothing.

    Raises: UserUnknown; NotOneself; MailNotRefusable.
    """
    match command:
        case RegisterUser():
            return _register(state, command)
        case RefuseRegistration():
            return _refuse(state, command)
        case RecordShredding():
            return _shred(state, command)
        case _ if not state.known:
            raise UserUnknown
        case ActivateUser():
            return [] if state.activated else [UserActivated(user_id=command.user_id, at=command.at)]
        case ChooseLanguage():
            return _choose(state, command)
        case RecordFactor():
            return _record_factor(state, command)
        case ChangeUser():
            return list(_change(state, command))
        case ChooseNotifications():
            return _notify(state, command)
        case JoinGroup() | LeaveGroup():
            return _move(state, command)
        case SuspendUser() | ReinstateUser():
            return _let_in_or_not(state, command)
        case DeleteUser():
            return _delete(command)
        case _:
            assert_never(command)


def _register(state: User, asked: RegisterUser) -> list[UserEvent]:
    if state.life is not Life.ABSENT:
        return []
    who = asked.registration
    joined = [JoinedGroup(user_id=who.user_id, group_id=group_id, at=asked.at) for group_id in asked.group_ids]
    return [UserRegistered(**asdict(who), at=asked.at), *joined]


def _refuse(state: User, asked: RefuseRegistration) -> list[UserEvent]:
    if state.life is not Life.ABSENT:
        return []
    return [RegistrationRefused(user_id=asked.user_id, reason=asked.reason, at=asked.at)]


def _choose(state: User, asked: ChooseLanguage) -> list[UserEvent]:
    if asked.screen_language is state.screen_language:
        return []
    return [LanguageChosen(user_id=asked.user_id, screen_language=asked.screen_language, at=asked.at)]


def _record_factor(state: User, asked: RecordFactor) -> list[UserEvent]:
    if asked.second_factor is state.second_factor:
        return []
    return [SecondFactorChosen(user_id=asked.user_id, second_factor=asked.second_factor, at=asked.at)]


def _notify(state: User, asked: ChooseNotifications) -> list[UserEvent]:
    refused, daily = choice(asked.refused, asked.daily, represents=state.represents)
    if (refused, daily) == (state.refused_mail, state.daily_mail):
        return []
    return [NotificationsChosen(user_id=asked.user_id, refused=refused, daily=daily, at=asked.at)]


def _change(state: User, asked: ChangeUser) -> Iterable[UserEvent]:
    user_id, wish, at = asked.user_id, asked.changes, asked.at
    if state.profile is None:
        raise AssertionError("who is registered has a profile")
    profile = replace(state.profile, **wish.profile)
    if profile != state.profile:
        yield ProfileChanged(**asdict(profile), user_id=user_id, at=at)
    if wish.role is not None and wish.role is not state.role:
        yield RoleChanged(user_id=user_id, role=wish.role, at=at)
    if wish.second_factor is not None and wish.second_factor is not state.second_factor:
        yield SecondFactorAssigned(user_id=user_id, second_factor=wish.second_factor, at=at)
    if wish.browser_trust is not None and wish.browser_trust is not state.browser_trust:
        yield BrowserTrustDecided(user_id=user_id, trust=wish.browser_trust, at=at)
    wanted = state.group_ids if wish.group_ids is None else frozenset(wish.group_ids)
    # In the order of their ids, for the same past and command give the same facts.
    yield from (JoinedGroup(user_id=user_id, group_id=one, at=at) for one in sorted(wanted - state.group_ids))
    yield from (LeftGroup(user_id=user_id, group_id=one, at=at) for one in sorted(state.group_ids - wanted))


def _move(state: User, asked: JoinGroup | LeaveGroup) -> list[UserEvent]:
    joins = isinstance(asked, JoinGroup)
    if (asked.group_id in state.group_ids) is joins:
        return []
    fact = JoinedGroup if joins else LeftGroup
    return [fact(user_id=asked.user_id, group_id=asked.group_id, at=asked.at)]


def _let_in_or_not(state: User, asked: SuspendUser | ReinstateUser) -> list[UserEvent]:
    if isinstance(asked, ReinstateUser):
        suspended = state.life is Life.SUSPENDED
        return [UserReinstated(user_id=asked.user_id, at=asked.at)] if suspended else []
    if asked.by_oneself:
        raise NotOneself
    return [] if state.life is Life.SUSPENDED else [UserSuspended(user_id=asked.user_id, at=asked.at)]


def _delete(asked: DeleteUser) -> list[UserEvent]:
    if asked.by_oneself:
        raise NotOneself
    return [UserDeleted(user_id=asked.user_id, at=asked.at)]


def _shred(state: User, asked: RecordShredding) -> list[UserEvent]:
    if state.life is not Life.DELETED:
        raise UserUnknown
    return [] if state.shredded else [SubjectShredded(user_id=asked.user_id, at=asked.at)]


def _profile(of: UserRegistered | ProfileChanged) -> Profile:
    """Return the profile alone of something that also says it."""
    return Profile(**{one.name: getattr(of, one.name) for one in fields(Profile)})


user: Decider[User, UserCommand, UserEvent] = Decider(initial=User(), decide=decide, evolve=evolve)
