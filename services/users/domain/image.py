"""The picture that a tenant shows its people. Next stop: the relay."""

from dataclasses import asdict, dataclass

from kernel.domain.decider import Decider
from services.users.domain.commands import ShowImage, Shown
from services.users.domain.events import TenantImageChanged


@dataclass(frozen=True, slots=True)
class TenantImage:
    """What is shown now."""

    shown: Shown | None = None


def evolve(_state: TenantImage, event: TenantImageChanged) -> TenantImage:
    """Return what is shown after *event*, which says all of it."""
    if event.digest is None:
        return TenantImage()
    return TenantImage(Shown(digest=event.digest, size=event.size, width=event.width, height=event.height))


def decide(state: TenantImage, asked: ShowImage) -> list[TenantImageChanged]:
    """Return the fact a decision leads to; none when it was so before."""
    if asked.image == state.shown:
        return []
    said = asdict(asked.image) if asked.image else {}
    return [TenantImageChanged(**said, tenant_id=asked.tenant_id, at=asked.at)]


image: Decider[TenantImage, ShowImage, TenantImageChanged] = Decider(
    initial=TenantImage(), decide=decide, evolve=evolve
)
