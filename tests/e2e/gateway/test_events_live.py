"""Events in a real browser: they appear as they are recorded, and without scripts everything else works."""

import asyncio

import pytest
from playwright.async_api import expect

from gateway.application.ops_live import APART_SECONDS
from tests.e2e.gateway import events, operations, sample
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.tour import CODE
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.fakes_ops import SECRET_NAME
from tests.unit.gateway.fakes_ops_events import envelope
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.world import World


@pytest.mark.parametrize(("language", "waits"), [("ja", "新しい事実を待っています"), ("en", "Waiting for new events")])
async def test_o1_an_event_appears_on_the_open_page_when_it_is_recorded(
    opens: Opens, world: World, language: str, waits: str
) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens(language)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops/events/live?type=user.registered")
    await expect(walker.page.locator("#board")).to_contain_text(waits)
    log, rows = world.logs["users"], walker.page.locator("#board tbody tr")
    while await rows.count() == 0:
        # What is recorded before the page listens is not followed, so it goes on until something shows.
        for kind in ("user.deleted", "user.registered"):
            log.facts.append(envelope(len(log.facts) + 1, type=kind))
        await asyncio.sleep(0.2)
    await expect(rows.first).to_contain_text("user.registered")
    await expect(rows.filter(has_text="user.deleted")).to_have_count(0)


async def test_o1_a_tab_that_was_hidden_keeps_its_rows_and_shows_what_came_meanwhile(
    opens: Opens, world: World
) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens("en")
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops/events/live?service=users")
    log, rows = world.logs["users"], walker.page.locator("#board tbody tr")
    while await rows.count() == 0:
        log.facts.append(envelope(len(log.facts) + 1))
        await asyncio.sleep(0.2)
    newest = rows.first.locator("td").last
    await expect(newest).to_have_text(str(len(log.facts)))
    before = await rows.count()
    await turn(walker, hidden=True)
    log.facts += [envelope(len(log.facts) + number) for number in range(1, 4)]
    await asyncio.sleep(3 * APART_SECONDS)
    assert await rows.count() == before, "the script listens to nothing meanwhile"
    await turn(walker, hidden=False)
    await expect(rows).to_have_count(before + 3)
    await expect(newest).to_have_text(str(len(log.facts)))
    log.facts.append(envelope(len(log.facts) + 1))
    await expect(rows).to_have_count(before + 4)


async def turn(walker: Walker, *, hidden: bool) -> None:
    """Have the page believe that its tab is hidden or seen: a browser without a screen hides none."""
    await walker.page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


async def test_o1_v9_an_event_is_found_and_its_personal_data_shown_without_scripts(opens: Opens, world: World) -> None:
    sample.fill(world)
    operations.appoint(world)
    events.fill(world)
    walker = await opens("ja", java_script_enabled=False)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops/events")
    await walker.fill(type="user.registered")
    await walker.press("main form.sift button.main")
    await walker.page.locator("tbody th a").first.press("Enter")
    assert SECRET_NAME not in await walker.page.inner_text("main")
    await walker.page.locator("details:has(form[data-once]) summary").press("Enter")
    await walker.fill(reason="本人からの問い合わせ")
    await walker.press("main form[data-once] button.main")
    assert SECRET_NAME in await walker.page.inner_text("main")
    assert [deed for _, deed, _, _ in world.deeds.about] == ["UNMASK"]
