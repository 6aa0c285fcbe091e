"""What administering people and groups must do, in the plainest words. Next stop: administration_machine.py.

A command is first asked what must be answered; where it must go well, it changes the model too.
"""

import unicodedata
from dataclasses import dataclass, field

ADMIN, GENERAL = "PORTAL_ADMIN", "GENERAL_USER"

Told = tuple[int, str]
"""Status of an answer, and its code where it is a problem."""

Permission = tuple[str, int | None, tuple[str, ...]]
"""A service, one of the company's contracts by its place (None: each of the service), and what may be done with it."""

OK: Told = (200, "")
CREATED: Told = (201, "")
DONE: Told = (204, "")
NO_SESSION: Told = (401, "session-missing")
DENIED: Told = (403, "denied")
USER_UNKNOWN: Told = (404, "user-unknown")
GROUP_UNKNOWN: Told = (404, "group-unknown")
STALE: Told = (412, "stale")
INVALID: Told = (422, "invalid")
EMAIL_TAKEN: Told = (409, "email-taken")
NAME_TAKEN: Told = (409, "group-name-taken")
BUILT_IN: Told = (409, "group-built-in")
NOT_ONESELF: Told = (409, "not-oneself")
LAST: Told = (409, "last-administrator")


def plain(text: str) -> str:
    """Return a text as all its spellings share it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())


@dataclass(eq=False)
class Team:
    """A group."""

    tenant: int
    group_id: str
    name: str
    description: str = ""
    built_in: bool = False
    deleted: bool = False
    version: int = 1
    permissions: tuple[Permission, ...] = ()


@dataclass(eq=False)
class One:
    """A person."""

    tenant: int
    user_id: str
    email: str
    name: str
    role: str
    title: str | None = None
    activated: bool = False
    suspended: bool = False
    deleted: bool = False
    version: int = 1
    teams: set[Team] = field(default_factory=set)

    @property
    def status(self) -> str:
        """Where they stand."""
        if self.deleted:
            return "DELETED"
        if self.suspended:
            return "SUSPENDED"
        return "ACTIVE" if self.activated else "PENDING_ACTIVATION"

    @property
    def counts(self) -> bool:
        """Whether they can administer their company now."""
        return self.activated and self.role == ADMIN and not self.suspended and not self.deleted

    def found_by(self, typed: str) -> bool:
        """Tell whether a search finds them."""
        return plain(typed) in f"{plain(self.name)}\n{plain(self.email)}"


@dataclass(eq=False)
class Seat:
    """One of the clients: a person's browser, with a session or without."""

    one: One
    inside: bool = True


@dataclass
class AdministrationModel:
    """Two companies."""

    seats: list[Seat]
    people: list[One]
    teams: list[Team]

    def gate(self, seat: Seat, *, administrators_only: bool = True) -> Told | None:
        """Return how a client is refused whatever it asks for; None when it is not."""
        if not seat.inside:
            return NO_SESSION
        return DENIED if administrators_only and seat.one.role != ADMIN else None

    def add(self, seat: Seat, email: str, name: str, role: str, teams: list[Team]) -> tuple[Told, One | None]:
        """Add a person."""
        if refused := self.gate(seat):
            return refused, None
        tenant = seat.one.tenant
        if not all(self._has(tenant, team) for team in teams):
            return INVALID, None
        if self.is_taken(email):
            return EMAIL_TAKEN, None
        made = One(tenant, "", email, name, role, version=1 + len(set(teams)), teams=set(teams))
        self.people.append(made)
        return CREATED, made

    def change(
        self,
        seat: Seat,
        one: One,
        *,
        name: str | None = None,
        role: str | None = None,
        teams: list[Team] | None = None,
        match: int | None = None,
    ) -> Told:
        """Change what is named of a person."""
        if refused := self.gate(seat):
            return refused
        if not all(self._has(seat.one.tenant, team) for team in teams or ()):
            return INVALID
        if one.tenant != seat.one.tenant or (one.deleted and match in {None, one.version}):
            return USER_UNKNOWN
        if match not in {None, one.version}:
            return STALE
        if one.counts and role == GENERAL and self._is_last(one):
            return LAST
        if name is not None and name != one.name:
            one.name, one.version = name, one.version + 1
        if role is not None and role != one.role:
            one.role, one.version = role, one.version + 1
        if teams is not None:
            one.version += len(one.teams ^ set(teams))
            one.teams = set(teams)
        return OK

    def suspend(self, seat: Seat, one: One) -> Told:
        """Shut a person out."""
        if refused := self.gate(seat) or self._shutting_out(seat, one):
            return refused
        if not one.suspended:
            one.suspended, one.version = True, one.version + 1
            self._end_sessions(one)
        return DONE

    def reinstate(self, seat: Seat, one: One) -> Told:
        """Let a person in again."""
        if refused := self.gate(seat):
            return refused
        if one.tenant != seat.one.tenant or one.deleted:
            return USER_UNKNOWN
        if one.suspended:
            one.suspended, one.version = False, one.version + 1
        return DONE

    def delete(self, seat: Seat, one: One) -> Told:
        """Remove a person for good."""
        if refused := self.gate(seat) or self._shutting_out(seat, one):
            return refused
        one.deleted, one.version, one.teams = True, one.version + 1, set()
        self._end_sessions(one)
        return DONE

    def add_team(self, seat: Seat, name: str) -> tuple[Told, Team | None]:
        """Make a group."""
        if refused := self.gate(seat):
            return refused, None
        if self._name_is_taken(seat.one.tenant, name, None):
            return NAME_TAKEN, None
        made = Team(seat.one.tenant, "", name)
        self.teams.append(made)
        return CREATED, made

    def change_team(self, seat: Seat, team: Team, name: str | None, description: str | None, match: int | None) -> Told:
        """Call or describe a group otherwise."""
        if refused := self.gate(seat) or self._foreign(seat, team):
            return refused
        if match not in {None, team.version}:
            return STALE
        name = team.name if name is None else name
        description = team.description if description is None else description
        if team.deleted or (team.built_in and name != team.name):
            return GROUP_UNKNOWN if team.deleted else BUILT_IN
        if (name, description) == (team.name, team.description):
            return OK
        if self._name_is_taken(team.tenant, name, team):
            return NAME_TAKEN
        team.name, team.description, team.version = name, description, team.version + 1
        return OK

    def permit(self, seat: Seat, team: Team, permissions: tuple[Permission, ...], match: int | None) -> Told:
        """Say what the members of a group may do."""
        if refused := self.gate(seat) or self._foreign(seat, team):
            return refused
        if match not in {None, team.version}:
            return STALE
        if team.deleted:
            return GROUP_UNKNOWN
        if permissions != team.permissions:
            if team.built_in:
                return BUILT_IN
            team.permissions, team.version = permissions, team.version + 1
        return OK

    def delete_team(self, seat: Seat, team: Team) -> Told:
        """Remove a group."""
        if refused := self.gate(seat) or self._foreign(seat, team):
            return refused
        if team.deleted:
            return GROUP_UNKNOWN
        if team.built_in:
            return BUILT_IN
        team.deleted, team.version = True, team.version + 1
        return DONE

    def join(self, seat: Seat, team: Team, people: list[One]) -> Told:
        """Put people into a group."""
        if refused := self.gate(seat) or self._foreign(seat, team):
            return refused
        if team.deleted:
            return GROUP_UNKNOWN
        if any(one.tenant != seat.one.tenant or one.deleted for one in people):
            return INVALID
        for one in people:
            if team not in one.teams:
                one.teams.add(team)
                one.version += 1
        return OK

    def leave(self, seat: Seat, team: Team, one: One) -> Told:
        """Take a person out of a group."""
        if refused := self.gate(seat) or self._foreign(seat, team):
            return refused
        if team.deleted:
            return GROUP_UNKNOWN
        if one.tenant != seat.one.tenant or one.deleted:
            return USER_UNKNOWN
        if team in one.teams:
            one.teams.discard(team)
            one.version += 1
        return DONE

    def sees(self, seat: Seat, contracts: int) -> set[int]:
        """Return the contracts that a client is shown, by their places."""
        permitted = [one for team in seat.one.teams if not team.deleted for one in team.permissions]
        seen: set[int] = set()
        for _, contract, actions in permitted:
            if "VIEW" in actions:
                seen |= set(range(contracts)) if contract is None else {contract}
        return seen

    def of(self, tenant: int) -> list[One]:
        """Return the people of a company who are listed."""
        return [one for one in self.people if one.tenant == tenant and not one.deleted]

    def teams_of(self, tenant: int) -> list[Team]:
        """Return the groups of a company."""
        return [team for team in self.teams if team.tenant == tenant and not team.deleted]

    def is_taken(self, email: str) -> bool:
        """Tell whether a mail address is somebody's, of whichever company."""
        return any(plain(one.email) == plain(email) for one in self.people if not one.deleted)

    def others_count(self, one: One) -> bool:
        """Tell whether somebody else could administer the company."""
        return any(other.counts for other in self.people if other.tenant == one.tenant and other is not one)

    def _is_last(self, one: One) -> bool:
        return one.counts and not self.others_count(one)

    def _shutting_out(self, seat: Seat, one: One) -> Told | None:
        if one.tenant != seat.one.tenant or one.deleted:
            return USER_UNKNOWN
        if one is seat.one:
            return NOT_ONESELF
        return LAST if self._is_last(one) else None

    def _end_sessions(self, one: One) -> None:
        for seat in self.seats:
            if seat.one is one:
                seat.inside = False

    def _has(self, tenant: int, team: Team) -> bool:
        return team.tenant == tenant and not team.deleted

    def _foreign(self, seat: Seat, team: Team) -> Told | None:
        return GROUP_UNKNOWN if team.tenant != seat.one.tenant else None

    def _name_is_taken(self, tenant: int, name: str, but: Team | None) -> bool:
        return any(plain(team.name) == plain(name) for team in self.teams_of(tenant) if team is not but)
