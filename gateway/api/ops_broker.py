"""Topics and consumer groups as JSON, for the platform's operators. Next stop: application/ops_broker.py."""

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.ops_broker import ConsumerGroupsAnswer, TopicsAnswer
from gateway.application.door import AskedHere, CurrentViewer, Use

router = operations("ops")

_LOOK = problems(401, 403, 503)


@router.get("/ops/topics", operation_id="opsTopics", responses=_LOOK)
async def topics(viewer: CurrentViewer, use: Use) -> TopicsAnswer:
    """Say how the topics are set up: partitions, copies, settings, sizes. Asks Kafka every five seconds at most."""
    return TopicsAnswer.model_validate(await use.ops_broker.topics(viewer))


@router.get("/ops/groups", operation_id="opsGroups", responses=_LOOK)
async def groups(viewer: CurrentViewer, use: Use, asked: AskedHere) -> ConsumerGroupsAnswer:
    """Say who reads the topics: members, places and lag by partition. Asks Kafka every five seconds at most."""
    return ConsumerGroupsAnswer.of(await use.ops_broker.groups(viewer, asked))
