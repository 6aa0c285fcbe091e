"""Hundreds of parked streams tried again while their reader dies: each mail once. `make faults` does it with 10,000."""

from tests.integration.notifier.parked_crowd import park_and_retry
from tests.integration.notifier.world import World

STREAMS = 300


async def test_i9_parked_facts_that_are_tried_again_mail_nobody_twice(
    world: World, postgres_url: str, kafka_bootstrap: str
) -> None:
    figures = await park_and_retry(world, postgres_url, kafka_bootstrap, STREAMS)
    assert (figures.mails, figures.doubles) == (STREAMS + 1, 0)
