"""The time of an answer tells nothing. See: OWASP ASVS 5.0, 6.3.8."""

from pathlib import Path
from statistics import median
from time import perf_counter

from services.identity.adapters.beat import SECONDS
from services.identity.domain.errors import CredentialsWrong
from tests.integration.identity import world as worlds
from tests.integration.identity.world import World

ROUNDS = 40


async def test_a4_s12_nobody_takes_as_long_as_somebody(database: str, tmp_path: Path) -> None:
    async with worlds.world(database, tmp_path, argon2_kib=19456, argon2_passes=2) as world:
        person, unfinished = await world.activated(), await world.register()
        took: dict[str, list[float]] = {"known": [], "unknown": [], "unfinished": []}
        for number in range(ROUNDS):
            for name, email in [
                ("known", person.email),
                ("unknown", f"nobody-{number}@example.co.jp"),
                ("unfinished", unfinished.email),
            ]:
                took[name].append(await _refused(world, email, f"192.0.2.{number}"))
        middle = {name: median(times) for name, times in took.items()}
        hashing = await _hashing(world)
        # What differs is far less than one hash: nobody's password is checked as well.
        assert max(middle.values()) - min(middle.values()) < 0.5 * hashing, middle
        assert min(middle.values()) > 0.5 * hashing, middle


async def _refused(world: World, email: str, ip: str) -> float:
    """Return the seconds of work before the beat that hides even what is left of the difference."""
    login, body = world.built.first_step, {"email": email, "password": "wrong password", "client": {"ip": ip}}
    ended: list[float] = []

    async def beat() -> None:
        ended.append(perf_counter())

    object.__setattr__(login, "beat", beat)
    began = perf_counter()
    answer = await world.call("/logins", body)
    assert answer.json()["code"] == CredentialsWrong.code
    return ended[0] - began


async def _hashing(world: World) -> float:
    took = []
    for _ in range(20):
        began = perf_counter()
        await world.built.hasher.verify(None, "wrong password")
        took.append(perf_counter() - began)
    return median(took)


async def test_a4_refusals_leave_on_a_slow_beat(world: World) -> None:
    person = await world.activated()
    began = perf_counter()
    for number in range(6):
        await person.begin("wrong password", ip=f"192.0.2.{number}")
    # Between six answers on a beat lie five whole beats.
    assert perf_counter() - began > 5 * SECONDS * 0.95
