"""Worlds worth looking at: a usual company, one without anything, one with more and longer of everything."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from gateway.projections.application_board import ApplicationRow, ApplicationStep, AppliedFor
from gateway.projections.contract_board import ContractRow
from gateway.projections.incident_board import IncidentNews
from gateway.projections.status_history import StatusHistoryRow
from gateway.projections.tenant import TenantRow
from gateway.sources.contracts import Affected
from tests.unit.gateway.fakes import NOW, TENANT, USER
from tests.unit.gateway.fakes_boards import application, contract, incident, maintenance, person
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
    world.boards.received = [_application(rows), _change(rows[1])]
    fill_operations(world, rows)


def empty(world: World) -> None:
    """Take everything from a world."""
    world.boards.rows = []
    world.boards.received = []
    world.boards.incidents, world.boards.maintenances, world.boards.histories = [], [], []


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
    fill_operations(world, world.boards.rows, LONG)


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


def _change(row: ContractRow) -> ApplicationRow:
    steps = (
        ApplicationStep(at=NOW - timedelta(days=6), state="ACKNOWLEDGED", order_status=1, note=""),
        ApplicationStep(
            at=NOW - timedelta(days=2), state="IN_PROGRESS", order_status=2, note="現地調査が終わりました。"
        ),
    )
    return replace(
        _application([row]),
        application_id=UUID(int=4711),
        application_number="A-2026-000456",
        order_type="CHANGE",
        state="IN_PROGRESS",
        order_status=2,
        received_at=NOW - timedelta(days=6),
        steps=steps,
    )


def fill_operations(world: World, rows: list[ContractRow], name: str = "") -> None:
    """Give a world an incident, planned work and a month of statuses."""
    affected = tuple(
        Affected(
            contract_id=row.contract_id,
            contract_number=row.contract_number,
            service_name=row.service_name,
            tenant_id=row.tenant_id,
        )
        for row in rows
    )
    news = (
        IncidentNews(
            at=NOW - timedelta(hours=3),
            status="OPENED",
            text="音声が途切れるとのお申し出を受けました。",
            clears_at=None,
        ),
        IncidentNews(at=NOW - timedelta(hours=2), status="ANALYZING", text="原因を調べています。", clears_at=None),
    )
    world.boards.incidents = [
        incident(1, title=name or "大阪支店の音声品質低下", contracts=affected[1:2], news=news),
        incident(2, status="RESOLVED", title="東京エリアの通信断", contracts=affected),
    ]
    world.boards.maintenances = [
        maintenance(1, name=name or "東京局 設備更改工事", contracts=affected),
        maintenance(3, name="大阪局 電源工事", contracts=affected[:2]),
        maintenance(2, state="CANCELLED", name="回線切替工事", contracts=affected[:1]),
    ]
    world.boards.histories = [
        StatusHistoryRow(
            contract_id=row.contract_id,
            changes=(
                (NOW - timedelta(days=400), "NORMAL"),
                (NOW - timedelta(days=12), "WARNING"),
                (NOW - timedelta(days=11, hours=20), "NORMAL"),
                (NOW - timedelta(hours=5), row.service_status),
            ),
        )
        for row in rows
    ]
