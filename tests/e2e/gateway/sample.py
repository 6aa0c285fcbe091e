"""Worlds worth looking at: a usual company, one without anything, one with more and longer of everything."""

from dataclasses import replace
from datetime import timedelta

from gateway.projections.application_board import ApplicationRow, AppliedFor
from gateway.projections.contract_board import ContractRow
from gateway.projections.tenant import TenantRow
from tests.unit.gateway.fakes import NOW, TENANT, USER, application, contract, person
from tests.unit.gateway.world import World

PLACES = (
    ("本社", "東京"),
    ("大阪支店", "大阪"),
    ("名古屋支店", "名古屋"),
    ("福岡営業所", "福岡"),
    ("札幌営業所", "札幌"),
    ("横浜物流センター", "横浜"),
    ("仙台支店", "仙台"),
    ("京都支店", "京都"),
)
STATUS = {2: "ABNORMAL", 5: "WARNING", 7: "UNMONITORED"}
LONG = "株式会社北海道東北関東中部近畿中国四国九州総合物流ホールディングス第二事業本部カスタマーサポートセンター"


def usual() -> World:
    """Return a company with eight contracts, one of them faulty."""
    world = World()
    fill(world)
    return world


def fill(world: World) -> None:
    """Give a world the usual contracts and their application."""
    world.boards.rows = [_contract(number, *place) for number, place in enumerate(PLACES, 1)]
    rows = world.boards.rows
    world.boards.received = [_application(rows)]


def empty(world: World) -> None:
    """Take everything from a world."""
    world.boards.rows = []
    world.boards.received = []


def crowd(world: World) -> None:
    """Give a world names as long as they come and more contracts than a page lists."""
    world.boards.tenants[TENANT] = TenantRow(tenant_id=TENANT, company_name=LONG)
    world.boards.persons[USER] = person(name="ヴォルフェシュレーゲルシュタインハウゼンベルガードルフ 長三郎左衛門")
    world.boards.rows = [
        contract(
            number,
            distinguish_name=LONG if number % 3 else "W" * 60,
            site=LONG,
            service_name="smart-pbx" if number % 2 else "managed-network-with-a-very-long-name-for-large-companies",
            service_status=("NORMAL", "ABNORMAL", "WARNING", "UNMONITORED", "UNKNOWN")[number % 5],
            extension_ids=tuple(str(10_000 + one) for one in range(400)),
            external_numbers=tuple(f"050-{1000 + one}-0000" for one in range(60)),
        )
        for number in range(1, 121)
    ]
    world.boards.received = [_application(world.boards.rows[:40])]


def _contract(number: int, name: str, site: str) -> ContractRow:
    return contract(
        number,
        distinguish_name=name,
        site=site,
        service_status=STATUS.get(number, "NORMAL"),
        status_since=NOW - timedelta(days=number * 3, hours=number),
        activated_at=NOW - timedelta(days=400),
        changed_at=NOW - timedelta(days=number * 3, hours=number),
        external_numbers=("050-1234-5678", "050-1234-5679", "03-1234-5600"),
        extension_ids=tuple(str(1000 + one) for one in range(24)),
    )


def _application(rows: list[ContractRow]) -> ApplicationRow:
    applied = tuple(
        AppliedFor(
            contract_id=row.contract_id,
            contract_number=row.contract_number,
            service_name=row.service_name,
            tenant_id=row.tenant_id,
        )
        for row in rows
    )
    return replace(application(), contracts=applied)
