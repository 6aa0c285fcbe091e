"""Permissions and members as they were at a moment, from a real log and the lists folded from it."""

import random
from datetime import timedelta

from services.users.domain.errors import GroupUnknown, UserUnknown
from tests.integration.users.lists import Lists
from tests.unit.users.lives import lived, members, might
from tests.unit.users.samples import TENANT
from tests.unit.users.test_lookback import told

PEOPLE, GROUPS, STEPS = 1000, 300, 400
MOST = 500


async def test_sh4_a_thousand_random_moments_on_a_real_log_equal_a_fold_from_nothing(lists: Lists) -> None:
    chance = random.Random(20261128)  # noqa: S311 - the same past in every run
    company = await lived(lists.built, chance, STEPS)
    await lists.settled()
    streams = await lists.log.store.load_many([*company.people, *company.groups])
    log = sorted((fact for past in streams.values() for fact in past), key=lambda fact: fact.position)
    begin, whole = log[0].recorded_at, log[-1].recorded_at - log[0].recorded_at
    lookback, unknown = lists.built.lookback, 0
    for _ in range(PEOPLE):
        who, at = chance.choice(company.people), begin + whole * chance.random()
        expected = might(log, who, at)
        try:
            assert told(await lookback.person(TENANT, who, at)) == expected
        except UserUnknown:
            assert expected is None
            unknown += 1
    assert 0 < unknown < PEOPLE / 2
    for _ in range(GROUPS):
        team, at = chance.choice(company.groups), begin + whole * chance.random()
        inside = members(log, team, at)
        try:
            found = await lookback.group(TENANT, team, at, MOST)
        except GroupUnknown:
            assert inside is None
            continue
        assert {one.user_id for one in found.members} == inside


async def test_sh4_who_was_in_a_group_is_read_page_by_page(lists: Lists) -> None:
    chance = random.Random(20261129)  # noqa: S311 - the same past in every run
    company = await lived(lists.built, chance, 60)
    await lists.settled()
    at = (await lists.log.store.load_many(company.people))[company.people[-1]][-1].recorded_at + timedelta(seconds=1)
    for team in company.groups:
        whole = await lists.built.lookback.group(TENANT, team, at, MOST)
        read, cursor = list(whole.members[:0]), None
        while True:
            page = await lists.built.lookback.group(TENANT, team, at, 2, cursor)
            read += page.members
            cursor = page.next_cursor
            if cursor is None:
                break
        assert read == list(whole.members)
