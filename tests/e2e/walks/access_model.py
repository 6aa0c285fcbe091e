"""What a change of access must mean for the very next request, in the plainest words. Next stop: access_walk.py."""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from random import Random

ADMIN, GENERAL = "PORTAL_ADMIN", "GENERAL_USER"

Refusal = tuple[int, str]
"""Status and code of an answer."""

OVER: Refusal = (401, "session-missing")
ELSEWHERE: Refusal = (403, "network-refused")
DENIED: Refusal = (403, "denied")


@dataclass
class Seat:
    """One person of the company, with the session they had before the change."""

    address: str
    role: str = GENERAL
    suspended: bool = False
    over: bool = False
    """Whether the session ended; only a new login helps."""
    groups: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Step:
    """One change: what, of whom, to what."""

    what: str
    name: str = ""
    number: int = 0
    value: str = ""
    contracts: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return f"{self.what}({self.name or self.number}, {self.value or sorted(self.contracts)})"


@dataclass
class AccessModel:
    """Who may do what."""

    seats: dict[str, Seat]
    contracts: int
    permits: dict[int, frozenset[int]]
    """The contracts that each group shows its members."""
    networks: tuple[str, ...] = ()

    def refusal(self, name: str, *, administrators_only: bool) -> Refusal | None:
        """Return how a person's old session is refused; None when it is let in."""
        seat = self.seats[name]
        if seat.over or seat.suspended:
            return OVER
        if not self._lets_in(seat.address):
            return ELSEWHERE
        return DENIED if administrators_only and seat.role != ADMIN else None

    def sees(self, name: str) -> set[int]:
        """Return the contracts that a person may see."""
        return {contract for group in self.seats[name].groups for contract in self.permits[group]}

    def draw(self, chance: Random) -> Step:
        """Return a change that changes something."""
        steps = [*self._of_people(chance), self._permit(chance), self._networks(chance)]
        return chance.choice(steps)

    def take(self, step: Step) -> set[str]:
        """Note a change; return whom it touches."""
        match step.what:
            case "permit":
                self.permits[step.number] = step.contracts
                return {name for name, seat in self.seats.items() if step.number in seat.groups}
            case "networks":
                self.networks = tuple(step.value.split())
                return set(self.seats)
            case _:
                self._person(step)
                return {step.name}

    def _person(self, step: Step) -> None:
        seat = self.seats[step.name]
        match step.what:
            case "suspend":
                seat.suspended = seat.over = True
            case "reinstate":
                seat.suspended = False
            case "role":
                seat.role = step.value
            case "join":
                seat.groups.add(step.number)
            case "leave":
                seat.groups.discard(step.number)
            case "return":
                seat.over = False

    def _of_people(self, chance: Random) -> list[Step]:
        steps = []
        for name, seat in self.seats.items():
            if seat.suspended:
                steps.append(Step("reinstate", name))
                continue
            if seat.over and self._lets_in(seat.address):
                # Without a session nothing is shown of anything else.
                steps += [Step("return", name)] * 4
                continue
            steps.append(Step("suspend", name))
            steps.append(Step("role", name, value=GENERAL if seat.role == ADMIN else ADMIN))
            group = chance.choice(sorted(self.permits))
            steps += [Step("leave" if group in seat.groups else "join", name, group)] * 2
        return steps

    def _permit(self, chance: Random) -> Step:
        group = chance.choice(sorted(self.permits))
        others = [one for one in self._subsets() if one != self.permits[group]]
        return Step("permit", number=group, contracts=chance.choice(others))

    def _networks(self, chance: Random) -> Step:
        """Shut some out, or let everybody in again: the head's own address is always let in."""
        if self.networks:
            return Step("networks", value="")
        shut_out = chance.choice(sorted(self.seats))
        addresses = [f"{seat.address}/32" for name, seat in self.seats.items() if name != shut_out]
        return Step("networks", value=" ".join(addresses))

    def _subsets(self) -> list[frozenset[int]]:
        return [frozenset(one for one in range(self.contracts) if bits >> one & 1) for bits in range(2**self.contracts)]

    def _lets_in(self, address: str) -> bool:
        return not self.networks or any(ip_address(address) in ip_network(one) for one in self.networks)
