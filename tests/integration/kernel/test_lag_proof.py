"""O2 in its short size: our lag beside that of kafka-consumer-groups; the long one is `make lag`.

The tool is run three times, and each call tells of five readers in twelve partitions: 60 samples under load, and 60
of which every figure must be the same because nothing moves; at last those of a topic that was made anew too.
"""

from deploy.places import Places, default_state
from tests.integration.kernel.lag_run import SAME, lag_run

JARS = Places(default_state()).installed / "kafka"


async def test_o2_the_lag_we_tell_is_that_of_kafkas_own_tool(postgres_url: str, kafka_bootstrap: str) -> None:
    async with lag_run(postgres_url, kafka_bootstrap, JARS) as run, run.loaded():
        moving = await run.compare()
        await run.calm()
        standing = await run.compare()
        await run.make_anew()
        anew = await run.compare()
    assert len(moving) == len(standing) == 60
    assert len(anew) == 54, "Kafka forgets all places in a topic that it drops, and who was stopped tells none"
    assert [one for one in moving if not one.holds] == []
    assert any(one.tool.lag for one in moving)
    for rested in (standing, anew):
        assert {one.outcome for one in rested} == {SAME}
        assert [(one.tool.current, one.tool.end, one.tool.lag) for one in rested] == [
            (one.after.place, one.after.head, one.after.head - one.after.place) for one in rested
        ]
    assert any(one.tool.lag for one in standing), "who was stopped is behind"
