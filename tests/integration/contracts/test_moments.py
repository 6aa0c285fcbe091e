"""Contracts as they were at a moment, from a real log on which reports stand in the order they came in."""

import random
from datetime import timedelta
from functools import partial

from kernel.adapters.clock import new_id
from kernel.adapters.keys import fingerprint
from kernel.testing import StillClock
from services.contracts.application.handlers import ContractHandlers
from services.contracts.application.moments import Moments, said
from services.contracts.domain.errors import ContractUnknown
from tests.integration.contracts.real_log import RealLog
from tests.unit.contracts.lives import BEGIN, DAYS, Stage, from_scratch, lived
from tests.unit.contracts.samples import TENANT

STREAMS, PAIRS = 40, 1000


async def test_sh4_a_thousand_random_moments_on_a_real_log_equal_a_fold_from_nothing(log: RealLog) -> None:
    chance, clock = random.Random(20261130), StillClock(BEGIN)  # noqa: S311 - the same month in every run
    handlers = ContractHandlers(
        store=log.store, now=clock, new_id=new_id, fingerprint=partial(fingerprint, b"pepper" * 6)
    )
    streams = [await lived(Stage(handlers, clock), chance, number) for number in range(STREAMS)]
    logs, moments = await log.store.load_many(streams), Moments(store=log.store)
    out_of_order = 0
    for _ in range(PAIRS):
        stream, at = chance.choice(streams), BEGIN + timedelta(minutes=chance.randrange(DAYS * 1440))
        facts = [one.event for one in logs[stream]]
        out_of_order += [one.at for one in facts] != sorted(one.at for one in facts)
        expected = from_scratch(facts, at)
        try:
            then = said(await moments.then(stream, TENANT, at))
        except ContractUnknown:
            then = {}
        assert {name: then[name] for name in expected} == expected
        assert bool(then) is bool(expected)
    assert out_of_order > PAIRS / 2
