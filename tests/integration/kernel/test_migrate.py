"""Migrations: in order, each once, never changed."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from kernel.adapters.postgres.migrate import MigrationChanged, migrate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "own"
    made.mkdir()
    (made / "001_first.sql").write_text(
        "CREATE TABLE first (made jsonb DEFAULT '{}'); GRANT SELECT ON first TO {role};"
    )
    (made / "002_second.sql").write_text("ALTER TABLE first ADD COLUMN n int;")
    return made


async def test_files_are_run_in_order_once(database: str, folder: Path) -> None:
    assert await migrate(database, [folder], "pg_monitor") == ["own/001_first.sql", "own/002_second.sql"]
    (folder / "003_third.sql").write_text("INSERT INTO first (n) VALUES (1);")
    assert await migrate(database, [folder], "pg_monitor") == ["own/003_third.sql"]
    assert await migrate(database, [folder], "pg_monitor") == []
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT count(*) FROM first") == 1
    assert await connection.fetchval("SELECT has_table_privilege('pg_monitor', 'first', 'SELECT')")
    await connection.close()


async def test_of_several_who_migrate_at_once_one_runs_each_file(database: str, folder: Path) -> None:
    done = await asyncio.gather(*(migrate(database, [folder], "pg_monitor") for _ in range(5)))
    assert sorted(len(names) for names in done) == [0, 0, 0, 0, 2]


async def test_a_file_that_fails_leaves_nothing_and_is_run_again(database: str, folder: Path) -> None:
    (folder / "003_third.sql").write_text("CREATE TABLE third (n int); SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(database, [folder], "pg_monitor")
    (folder / "003_third.sql").write_text("CREATE TABLE third (n int);")
    assert await migrate(database, [folder], "pg_monitor") == ["own/003_third.sql"]


async def test_a_file_that_was_changed_after_it_was_run_is_refused(database: str, folder: Path) -> None:
    await migrate(database, [folder], "pg_monitor")
    (folder / "002_second.sql").write_text("ALTER TABLE first ADD COLUMN m int;")
    with pytest.raises(MigrationChanged, match="002_second"):
        await migrate(database, [folder], "pg_monitor")


async def test_a_role_with_a_strange_name_is_refused(database: str, folder: Path) -> None:
    with pytest.raises(ValueError, match="plain name"):
        await migrate(database, [folder], "x; DROP SCHEMA public")
