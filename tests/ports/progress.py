"""What must hold of whoever tells what was touched, fake or real: what is kept rests on it."""

from typing import Protocol

from gateway.application.progress_ports import Progress

OWN, FOREIGN = "tenant:own", "tenant:foreign"


class Heard(Protocol):
    """Some progress, and a projector that can be played."""

    progress: Progress

    async def touch(self, *keys: str) -> None:
        """Let a batch be applied that touches *keys*; return once it was heard."""
        ...

    async def miss(self) -> None:
        """Let a batch be applied whose news nobody hears; return once the hole was seen."""
        ...


class ProgressContract:
    """The tests; a subclass gives `heard`."""

    async def test_p3_only_what_touches_the_own_keys_counts(self, heard: Heard) -> None:
        mark = heard.progress.mark()
        assert mark is not None
        assert heard.progress.untouched(mark, [OWN])
        await heard.touch(FOREIGN)
        assert heard.progress.untouched(mark, [OWN])
        assert not heard.progress.untouched(mark, [OWN, FOREIGN])
        await heard.touch(OWN)
        assert not heard.progress.untouched(mark, [OWN])
        assert heard.progress.untouched(heard.progress.mark(), [OWN, FOREIGN])

    async def test_p7_a_key_with_a_detail_touches_what_stands_before_it(self, heard: Heard) -> None:
        mark = heard.progress.mark()
        await heard.touch(f"{FOREIGN}#contract/1/vpn")
        assert heard.progress.untouched(mark, [OWN])
        await heard.touch(f"{OWN}#contract/1/vpn")
        assert not heard.progress.untouched(mark, [OWN])

    async def test_p7_a_batch_touches_all_its_keys(self, heard: Heard) -> None:
        mark = heard.progress.mark()
        await heard.touch("user:1", FOREIGN, f"{OWN}#incident/1")
        assert not any(heard.progress.untouched(mark, [key]) for key in (OWN, FOREIGN, "user:1"))
        assert heard.progress.untouched(mark, ["user:2"])

    async def test_p7_where_news_were_missed_everything_may_have_been_touched(self, heard: Heard) -> None:
        mark = heard.progress.mark()
        await heard.miss()
        assert not heard.progress.untouched(mark, [OWN])
        assert heard.progress.untouched(heard.progress.mark(), [OWN])

    async def test_nothing_is_untouched_since_a_mark_that_was_none(self, heard: Heard) -> None:
        assert not heard.progress.untouched(None, [OWN])
