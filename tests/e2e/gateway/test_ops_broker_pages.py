"""Topics and groups in a real browser: what a person who looks for a setting, a size or a member finds."""

import pytest
from playwright.async_api import expect

from tests.e2e.gateway import operations, sample
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.tour import CODE
from tests.unit.gateway.fakes_ops_broker import CONTRACTS, PROCESS, WAREHOUSE
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.world import World


@pytest.mark.parametrize(
    ("language", "topics", "groups", "decided", "every"),
    [("ja", "トピック", "グループ", "このトピック", "すべて"), ("en", "Topics", "Groups", "This topic", "All")],
)
@pytest.mark.parametrize("scripts", [True, False])
async def test_o1_settings_sizes_and_members_are_found_from_the_board(
    *, opens: Opens, world: World, language: str, topics: str, groups: str, decided: str, every: str, scripts: bool
) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens(language, java_script_enabled=scripts)
    page = walker.page
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops")
    await page.locator(".tabs").get_by_role("link", name=topics, exact=True).click()
    await expect(page.locator("h1")).to_have_text(topics)
    of_contracts = page.locator("section.panel", has=page.get_by_role("heading", name=CONTRACTS))
    await expect(of_contracts.locator("tr", has_text="retention.ms")).to_contain_text(decided)
    await expect(of_contracts.locator("dl")).to_contain_text("7.2 MB")
    partitions = of_contracts.locator("details tbody tr")
    assert not await partitions.first.is_visible()
    await of_contracts.locator("summary").press("Enter")
    await expect(partitions).to_have_count(6)
    await expect(partitions.nth(3)).to_contain_text("1,200,000")

    await page.locator(".tabs").get_by_role("link", name=groups, exact=True).click()
    await expect(page.locator("h1")).to_have_text(groups)
    theirs = page.locator("section.panel", has=page.get_by_role("heading", name=WAREHOUSE))
    await expect(theirs.locator("tr", has_text="loader-2")).to_contain_text(f"{CONTRACTS}: 3, 4, 5")
    ours = page.locator("section.panel", has=page.get_by_role("heading", name="users.contracts"))
    await expect(ours.locator("tr", has_text=PROCESS).first).to_contain_text(every)
    await ours.locator("summary").press("Enter")
    await ours.locator("details a").first.click()
    await expect(page.locator("h1")).to_contain_text("users.contracts")
