"""Publishing a service's events again: how much it would be, why, how far it is. Next stop: clients/ops_events.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.errors import AlreadyOrdered
from gateway.application.ops_events_ports import Again, AuditedDeeds, Browsed
from gateway.application.policy import Operation
from gateway.application.together import together
from gateway.application.viewer import Viewer
from kernel.application.republishing import Progress, Range
from kernel.domain.errors import NotFound

PUBLISH_AGAIN = "PUBLISH_AGAIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """What is, or was last, published again, by service, and which services could not say."""

    items: Mapping[str, Progress]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainJourney:
    """Publishes again. Raises, everywhere: Denied for who is no operator, and says so."""

    logs: Mapping[str, Browsed]
    deeds: AuditedDeeds

    async def publishing(self, viewer: Viewer, asked: Asked) -> Publishing:
        """Return how far every service is."""
        policy.demand(viewer, Operation.OPS_PUBLISHING)
        found, silent = await together({name: one.publishing(viewer.session, asked) for name, one in self.logs.items()})
        return Publishing(items={name: one for name, several in found.items() for one in several}, silent=silent)

    async def publish(self, viewer: Viewer, again: Again, reason: str, asked: Asked, *, dry_run: bool = False) -> Range:
        """Have events published again, or say how many it would be; recorded before it is done.

        Readers know what they applied by its place and drop it: nothing is done twice, no mail sent again.
        Raises: NotFound; Invalid for too many; Refused while it is being done already; AlreadyOrdered for the same wish
        sent again; Unavailable.
        """
        policy.demand(viewer, Operation.OPS_PUBLISH_AGAIN)
        if again.service not in self.logs:
            raise NotFound("no such service")
        source = self.logs[again.service]
        reach = await source.publish_again(viewer.session, again, asked, dry_run=True)
        if dry_run:
            return reach
        # What goes on record is a position: a time would mean another one tomorrow, after a clock was put right.
        exact = replace(again, first=reach.first, since=None)
        if not await self.deeds.record_about(viewer.session, PUBLISH_AGAIN, exact.words, reason, asked):
            raise AlreadyOrdered
        return await source.publish_again(viewer.session, exact, asked, dry_run=False)
