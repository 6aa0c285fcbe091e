"""The page of one reader draws its past, follows it while it is open, and says the same without a script."""

import pytest
from playwright.async_api import expect

from gateway.application.flow_history import FINE
from kernel.application.flowing import Verdict
from tests.e2e.gateway import operations, sample
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.operations import HISTORY
from tests.e2e.gateway.tour import CODE
from tests.unit.gateway.fakes_ops_history import fill_history
from tests.unit.gateway.flows import NAME, flow
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.world import World

INK = """canvas => {
    const context = canvas.getContext('2d');
    const points = context.getImageData(0, 0, canvas.width, canvas.height).data;
    return points.some(part => part !== 0);
}"""


@pytest.mark.parametrize(("language", "stopped"), [("ja", "停止"), ("en", "Stopped")])
async def test_o1_the_past_of_a_reader_is_drawn_and_grows_while_one_looks(
    opens: Opens, world: World, language: str, stopped: str
) -> None:
    sample.fill(world)
    operations.appoint(world)
    fill_history(world.archive, NAME)
    walker = await opens(language)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go(HISTORY)
    page = walker.page
    lines = page.locator("#plots canvas")
    await expect(lines).to_have_count(3)
    assert [await lines.nth(number).evaluate(INK) for number in range(3)] == [True] * 3
    before = await page.locator("#past").get_attribute("data-points")
    await page.mouse.wheel(0, 300)
    world.clock.forward(FINE.width * 1.5)
    latest = flow(77_777, verdict=Verdict.STOPPED)
    world.processes["users"].flowing = [latest]
    await world.archive.keep(world.clock(), [latest])
    await expect(page.locator("#now .standing .status", has_text=stopped)).to_have_count(1)
    await expect(page.locator("#past .deeds .status", has_text=stopped)).to_have_count(1)
    after = await page.locator("#past").get_attribute("data-points")
    assert after != before
    assert "77777" in (after or "")
    drawn = await page.evaluate("() => drawn[0].plot.data[1].at(-1)")
    assert drawn == 77_777
    await page.locator(".chips a").nth(2).press("Enter")
    await expect(page.locator(".chips [aria-current]")).to_have_attribute("href", f"{HISTORY}?range=week")
    await expect(lines).to_have_count(3)


async def test_o1_without_a_script_the_figures_stand_in_a_table(opens: Opens, world: World) -> None:
    sample.fill(world)
    operations.appoint(world)
    fill_history(world.archive, NAME)
    walker = await opens("en", java_script_enabled=False)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go(f"{HISTORY}?range=day")
    assert await walker.page.locator("#plots").is_hidden()
    assert await walker.page.locator("#past tbody tr").count() in {24, 25}
    assert "Not recorded" not in await walker.page.inner_text("#past .deeds")
