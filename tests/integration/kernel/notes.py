"""A reaction whose effects can be counted."""

from collections.abc import Callable
from typing import Any, ClassVar

from kernel.application.consume import Incoming
from tests.integration.kernel.flow import HAPPENED, ROLE, Database, Happened, connect


class Notes:
    """A reaction that writes down what it saw, beside its place; it can be told to fail."""

    types: ClassVar[dict[str, type[Any]]] = {HAPPENED: Happened}

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.fails: Callable[[Incoming], Exception | None] = lambda _about: None

    async def __call__(self, fact: Any, about: Incoming, transaction: Any) -> None:
        self.seen.append(about.id)
        await transaction.execute(
            "INSERT INTO public.note (stream_id, version, position, number) VALUES ($1, $2, $3, $4)",
            about.stream_id,
            about.version,
            about.position,
            fact.number,
        )
        if trouble := self.fails(about):
            raise trouble


async def make_notes(made: Database) -> None:
    """Make the table of effects; it has no unique key, so what is applied twice is seen."""
    owner = await connect(made.owner_url)
    await owner.execute(
        "CREATE TABLE public.note (n bigserial, stream_id uuid, version int, position bigint, number int);"
        f"GRANT ALL ON public.note, public.note_n_seq TO {ROLE}"
    )
    await owner.close()


async def noted(made: Database) -> list[int]:
    """Return the positions that have had their effect, in the order of the effects."""
    return [row["position"] for row in await made.pool.fetch("SELECT position FROM public.note ORDER BY n")]


async def all_noted(made: Database, count: int) -> bool:
    return len(await noted(made)) >= count


async def in_order(made: Database) -> bool:
    """Tell whether each stream's effects came in the order of its versions, without hole or double."""
    rows = await made.pool.fetch("SELECT stream_id, array_agg(version ORDER BY n) AS v FROM public.note GROUP BY 1")
    return all(list(row["v"]) == list(range(1, len(row["v"]) + 1)) for row in rows)
