"""The list of people against a naive model of it, page by page, sorted and filtered every way (S21, M5)."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import phonenumbers
import pytest

from services.users.application.directory import LoggedIn, Order, PeopleWanted, Sort, Status
from services.users.application.errors import CursorUnreadable
from services.users.domain.commands import Changes, Registration
from services.users.domain.events import Language, Origin, Role, SecondFactor
from tests.integration.contracts.real_log import RealLog
from tests.integration.users.lists import Lists, lists_of
from tests.unit.users.samples import AT, OTHER, REGISTRATION, TENANT
from tests.unit.users.test_user_handlers import WIDE
from tests.unit.users.world import by

PEOPLE = 240
FAMILIES = ("佐藤", "鈴木", "Sato", "SUZUKI", "Yamada".translate(WIDE), "Müller", "O'Neil_%", "محمد", "ﬁsher")
GIVEN = ("花子", "次郎", "Hanako", "JIRO", "ß", "10%")
NOBODY = UUID(int=0)
START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Modelled:
    """What the model knows of a person."""

    form: Registration
    user_id: UUID = NOBODY
    status: Status = Status.PENDING_ACTIVATION
    role: Role = Role.GENERAL_USER
    groups: set[UUID] = field(default_factory=set)
    last_login: datetime | None = None

    @property
    def name_key(self) -> str:
        return folded(self.form.name)

    @property
    def email_key(self) -> str:
        return folded(self.form.email)

    def has(self, typed: str) -> bool:
        text = folded(typed)
        digits = "".join(char for char in text if char in "0123456789")
        if any(text in one for one in (self.name_key, self.email_key, *self.phones())):
            return True
        phone_like = len(digits) > 2 and all(char in "+-()./ 0123456789" for char in text)
        return phone_like and any(digits in one for one in (self.name_key, self.email_key, *self.phones()))

    def phones(self) -> list[str]:
        said = [one for one in (self.form.phone_number, self.form.mobile_phone_number) if one]
        parsed = [phonenumbers.parse(one, "JP") for one in said]
        e164 = [phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.E164)[1:] for one in parsed]
        return [*e164, *("".join(char for char in one if char.isdigit()) for one in said)]


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())


KEYS: dict[Sort, Callable[[Modelled], Any]] = {
    Sort.NAME: lambda one: one.name_key.encode(),
    Sort.EMAIL: lambda one: one.email_key.encode(),
    Sort.LAST_LOGIN: lambda one: one.last_login or datetime.min.replace(tzinfo=UTC),
    Sort.STATUS: lambda one: one.status.value,
}


def expected(people: list[Modelled], wanted: PeopleWanted) -> list[UUID]:
    """Return what the list must show, found the slow way."""

    def logged_in(one: Modelled) -> bool:
        match wanted.last_login:
            case None:
                return True
            case LoggedIn(when="never"):
                return one.last_login is None
            case LoggedIn(when="before", day=day):
                return one.last_login is not None and one.last_login.date() < day
            case LoggedIn(day=day):
                return one.last_login is not None and one.last_login.date() >= day

    chosen = [
        one
        for one in people
        if (one.status is wanted.status if wanted.status else one.status is not Status.DELETED)
        and wanted.role in (None, one.role)
        and wanted.group_id in (None, *one.groups)
        and logged_in(one)
        and (not wanted.q or one.has(wanted.q))
    ]
    ordered = sorted(chosen, key=lambda one: (KEYS[wanted.sort](one), one.user_id))
    return [one.user_id for one in (ordered[::-1] if wanted.order is Order.DESC else ordered)]


async def populate(lists: Lists, seed: int = 1) -> tuple[list[Modelled], list[UUID]]:
    """Make people of all kinds, in two tenants, and return those of the first one."""
    random = Random(seed)  # noqa: S311 - the same people in every run
    users = lists.built.users
    groups = [(await lists.built.groups.create(name, "", by())).stream_id for name in ("東京", "大阪", "empty", "big")]
    people = []
    for number in range(PEOPLE):
        one = Modelled(_form(random, number), role=random.choice(list(Role)))
        one.groups = {groups[3], *random.sample(groups[:2], random.randint(0, 2))}
        form = replace(one.form, role=one.role)
        one.user_id = (await users.add(form, sorted(one.groups), by())).stream_id
        people.append(one)
        if number % 6 == 0:
            await users.add(replace(_form(random, number), email=f"other{number}@example.jp"), (), by(tenant_id=OTHER))
    # One who administers is never touched, so that the others may be.
    people[0].role = Role.PORTAL_ADMIN
    await users.change(people[0].user_id, Changes(profile={}, role=Role.PORTAL_ADMIN), by())
    await lists.tell("credential.activated", people[0].user_id)
    people[0].status = Status.ACTIVE
    await lists.settled()
    for one in people[1:]:
        await _live(lists, random, one)
    await lists.settled()
    return people, groups


def _form(random: Random, number: int) -> Registration:
    phone = random.choice([f"03-{random.randint(1000, 9999)}-{number:04}", f"+81 90-1234-{number:04}"])
    return replace(
        REGISTRATION,
        email=f"{random.choice('abcXYZ')}{number}.{random.choice(['sato', 'Suzuki'])}@Example.jp",
        name=f"{random.choice(FAMILIES)} {random.choice(GIVEN)}",
        phone_number=phone,
        mobile_phone_number=random.choice([None, f"080-{random.randint(1000, 9999)}-{number:04}"]),
        origin=Origin.ADMINISTRATOR,
        mail_language=random.choice(list(Language)),
        second_factor=random.choice([SecondFactor.TOTP, SecondFactor.MAIL_OTP]),
    )


async def _live(lists: Lists, random: Random, one: Modelled) -> None:
    """Let something happen to somebody."""
    users = lists.built.users
    if random.random() < 0.8:
        await lists.tell("credential.activated", one.user_id)
        one.status = Status.ACTIVE
        if random.random() < 0.7:
            one.last_login = START + timedelta(hours=random.randint(0, 24 * 60))
            for earlier in (0, 5):
                await lists.tell("session.started", one.user_id, at=one.last_login - timedelta(days=earlier))
    what = random.random()
    if what < 0.1:
        await users.suspend(one.user_id, by())
        one.status = Status.SUSPENDED
    elif what < 0.2:
        await lists.tell("credential.locked", one.user_id)
        one.status = Status.LOCKED
    elif what < 0.3:
        await users.delete(one.user_id, by())
        one.status, one.groups = Status.DELETED, set()
        one.form = replace(one.form, name="", email="", phone_number="", mobile_phone_number=None)
    elif what < 0.5:
        one.form = replace(one.form, name=one.form.name + " 改")
        await users.change(one.user_id, Changes(profile={"name": one.form.name}), by())


TYPED = ("佐藤", "SATO", "sato ", "1", "090", "+81 90", "090-1234", "03-1", "10%", "_%", "ß", "\\")
QUESTIONS: list[dict[str, Any]] = [
    {},
    {"role": Role.PORTAL_ADMIN},
    *({"status": status} for status in Status),
    {"status": Status.SUSPENDED, "role": Role.GENERAL_USER},
    {"last_login": LoggedIn("never")},
    {"last_login": LoggedIn("before", date(2026, 3, 20))},
    {"last_login": LoggedIn("after", date(2026, 3, 20)), "role": Role.GENERAL_USER},
    *({"q": typed} for typed in TYPED),
    {"q": "suzuki", "status": Status.ACTIVE},
    {"q": "nobody at all"},
]


async def test_s21_m5_the_list_is_what_a_naive_model_says(lists: Lists) -> None:
    people, groups = await populate(lists)
    questions = [*QUESTIONS, *({"group_id": one} for one in groups), {"group_id": groups[0], "q": "改"}]
    for question in questions:
        for sort in Sort:
            for order in Order:
                wanted = PeopleWanted(**question, sort=sort, order=order)
                if wanted.status is Status.DELETED and sort in (Sort.NAME, Sort.EMAIL):
                    continue
                found, totals = await lists.walk(wanted, 37)
                should = expected(people, wanted)
                assert [one.user_id for one in found] == should, wanted
                assert totals == {len(should)}, wanted
                back = await lists.walk_back(wanted, 37)
                assert [one.user_id for one in back] == should, wanted
    counts = {one.group_id: one.members for one in await lists.directory.groups(TENANT, 100, None)}
    assert counts == {one: sum(one in person.groups for person in people) for one in groups}
    entry = next(one for one in (await lists.walk(PeopleWanted(), 100))[0] if one.user_id == people[0].user_id)
    assert {one.group_id for one in entry.groups} == people[0].groups
    assert (entry.name, entry.email, entry.status) == (people[0].form.name, people[0].form.email, Status.ACTIVE)


async def test_m8_a_list_that_is_made_anew_is_the_same(log: RealLog) -> None:
    async with lists_of(log) as lists:
        await populate(lists, seed=2)
        before, told = await lists.everything(), lists.told
    assert all(before.values())
    for table in before:
        await log.database.pool.execute(f"DELETE FROM rm.{table}")  # noqa: S608 - a name of ours
    await log.forget_place()
    async with lists_of(log) as anew:
        # Identity's facts may come first this time, about people who are not shown yet.
        await anew.hear(told)
        await anew.settled()
        assert await anew.everything() == before


async def test_m8_facts_that_are_folded_one_by_one_lead_to_the_same(log: RealLog) -> None:
    async with lists_of(log) as lists:
        await populate(lists, seed=5)
        before, told = await lists.everything(), lists.told
    for table in before:
        await log.database.pool.execute(f"DELETE FROM rm.{table}")  # noqa: S608 - a name of ours
    await log.forget_place()
    async with lists_of(log, one_by_one=True) as alone:
        await alone.hear(told)
        await alone.settled()
        assert await alone.everything() == before


async def test_m8_a_fact_that_is_read_again_changes_nothing(log: RealLog) -> None:
    async with lists_of(log) as lists:
        await populate(lists, seed=4)
        before, told = await lists.everything(), lists.told
    await log.forget_place()
    async with lists_of(log) as again:
        await again.hear(told)
        await again.settled()
        assert await again.everything() == before


async def test_the_counts_are_those_of_the_rows(lists: Lists) -> None:
    await populate(lists, seed=3)
    counted = await lists.log.database.pool.fetch("SELECT * FROM rm.people_count WHERE people <> 0 ORDER BY 1, 2, 3")
    again = await lists.log.database.pool.fetch(
        "SELECT tenant_id, role, status, count(*)::int AS people FROM rm.person GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    assert [tuple(one) for one in counted] == [tuple(one) for one in again]


async def test_m9_of_who_was_deleted_no_text_is_left(lists: Lists) -> None:
    canary = "canary3141"
    group_id = (await lists.built.groups.create("東京", "", by())).stream_id
    form = replace(
        REGISTRATION,
        name=canary,
        email=f"{canary}@example.jp",
        title=canary,
        comment=canary,
        phone_number="03-3141-5926",
    )
    user_id = (await lists.built.users.add(form, [group_id], by())).stream_id
    await lists.settled()
    assert canary in str(await lists.everything())
    await lists.built.users.delete(user_id, by())
    await lists.settled()
    rows = await lists.everything()
    assert len(rows["person"]) == 1
    assert canary not in str(rows)
    assert "31415926" not in str(rows)
    assert not rows["membership"]
    (group,) = await lists.directory.groups(TENANT, 100, None)
    assert group.members == 0
    found = await lists.built.looking.person(TENANT, user_id)
    assert (found.status, found.name, found.email) == (Status.DELETED, "", "")


async def test_a_name_that_grows_when_it_is_normalised_is_kept_and_found(lists: Lists) -> None:
    name = "\ufdfa" * 100
    user_id = (await lists.built.users.add(replace(REGISTRATION, name=name), (), by())).stream_id
    await lists.settled()
    found, _ = await lists.walk(PeopleWanted(q="\ufdfa"), 10)
    assert [(one.user_id, one.name) for one in found] == [(user_id, name)]


async def test_t14_identity_may_tell_of_somebody_first(lists: Lists) -> None:
    user_id = UUID(int=77)
    await lists.tell("session.started", user_id, at=AT)
    await lists.tell("credential.locked", user_id)
    assert (await lists.walk(PeopleWanted(), 10)) == ([], {0})
    await lists.built.users.register(replace(REGISTRATION, user_id=user_id), by())
    await lists.settled()
    (found,) = (await lists.walk(PeopleWanted(), 10))[0]
    assert (found.status, found.last_login_at) == (Status.LOCKED, AT)
    await lists.tell("credential.unlocked", user_id)
    (found,) = (await lists.walk(PeopleWanted(), 10))[0]
    assert found.status is Status.PENDING_ACTIVATION


async def test_m5_groups_come_page_by_page_the_built_in_one_first(lists: Lists) -> None:
    groups, looking = lists.built.groups, lists.built.looking
    built_in = await groups.build_in(Language.JA, by())
    made = {name: (await groups.create(name, "", by())).stream_id for name in ("い", "ろ", "は", "A", "b", "C")}
    await lists.shown()
    for limit in (1, 2, 3, 7):
        found, cursor = list[UUID](), None
        while True:
            page = await looking.groups(TENANT, limit, cursor)
            assert (page.total, len(page.items) <= limit) == (7, True)
            found += [one.group_id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == [built_in, *(made[name] for name in ("A", "b", "C", "い", "は", "ろ"))]
    assert [one.group_id for one in await looking.group_names(TENANT)] == found
    with pytest.raises(CursorUnreadable):
        await looking.groups(OTHER, 1, (await looking.groups(TENANT, 1, None)).next_cursor)
