"""The store's own promises: tenants stay apart, and the schema is what the tables say."""

import asyncio
import gc
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import sqlite

from controller import given
from gatescale.controller.store import tables
from gatescale.controller.store.migrate import migrate_sqlite
from gatescale.controller.store.sqlite import Sqlite
from gatescale.controller.store.statements import TENANT, Compiler, UnscopedStatementError, narrow
from gatescale.controller.store.walls import EVERYBODY
from live import Live

u, d, g = tables.users, tables.devices, tables.groups


def text(statement: sa.Select) -> str:
    return " ".join(str(narrow(statement)).split())


def test_a_plain_statement_is_narrowed():
    assert text(sa.select(u.c.id)).endswith("WHERE users.tenant_id = :tenant_id")
    assert text(sa.delete(u)).endswith("WHERE users.tenant_id = :tenant_id")
    assert text(sa.update(u).values(email="x")).endswith("WHERE users.tenant_id = :tenant_id")


def test_a_join_over_the_composite_key_is_narrowed_once():
    statement = text(sa.select(d.c.id).select_from(d.join(u)))
    assert statement.count(":tenant_id") == 1


def test_a_table_that_a_subquery_reads_too_is_narrowed_itself():
    page = sa.select(u.c.id).where(u.c.tenant_id == TENANT).subquery("page")
    statement = text(sa.select(u.c.email).where(u.c.id == page.c.id))
    assert statement.endswith("WHERE users.id = page.id AND users.tenant_id = :tenant_id")


def test_an_alias_is_narrowed():
    assert ":tenant_id" in text(sa.select(u.alias("owner").c.id))


@pytest.mark.parametrize(
    "statement",
    [
        sa.select(u.c.id).where(u.c.id.in_(sa.select(d.c.user_id))),
        sa.select(u.c.id).where(sa.exists().where(d.c.user_id == u.c.id)),
        sa.select(sa.select(sa.func.count()).select_from(d).scalar_subquery()),
        sa.select(u.c.id).select_from(u.outerjoin(d, d.c.user_id == u.c.id)),
        sa.union(sa.select(u.c.id), sa.select(d.c.id)),
        sa.select(u.c.id).where(sa.exists().where(d.c.tenant_id == "somebody else's")),
    ],
    ids=range(6),
)
def test_what_cannot_be_narrowed_is_refused(statement: sa.Select):
    with pytest.raises(UnscopedStatementError):
        narrow(statement)


def test_a_statement_that_ran_across_tenants_is_narrowed_in_a_session_all_the_same():
    compiler, statement = Compiler(sqlite.dialect()), sa.select(u.c.id)
    assert "tenant_id" not in compiler.anywhere(statement).sql
    assert "tenant_id" in compiler.tenant(statement).sql
    assert "tenant_id" not in compiler.anywhere(statement).sql


def test_a_subquery_that_says_whose_rows_is_fine():
    inner = sa.exists().where(d.c.tenant_id == TENANT, d.c.user_id == u.c.id)
    assert text(sa.select(u.c.id).where(inner)).count(":tenant_id") >= 2


def differences(connection: sa.Connection) -> list[object]:
    """What the schema and the tables disagree on, but for the indexes of trigrams."""

    def is_compared(_: object, name: str | None, kind: str, *rest: object) -> bool:
        return not (kind in {"table", "index"} and "_trigrams" in str(name))

    options = {"compare_type": True, "include_object": is_compared}
    return list(
        compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata)
    )


def test_the_migrated_schema_is_what_the_tables_say(tmp_path: Path):
    migrate_sqlite(tmp_path / "db")
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'db'}")
    with engine.connect() as connection:
        assert differences(connection) == []
        names = sa.inspect(connection).get_table_names()
    engine.dispose()
    assert set(tables.metadata.tables) <= set(names)


def test_the_migrated_schema_on_postgresql_too(postgres_live: Live):
    from sqlalchemy.ext.asyncio import create_async_engine

    async def found() -> list[object]:
        url = postgres_live.settings.database_url
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as connection:
            different = await connection.run_sync(differences)
        await engine.dispose()
        return different

    assert postgres_live.call(found()) == []


def test_migrating_again_changes_nothing(tmp_path: Path):
    migrate_sqlite(tmp_path / "db")
    before = (tmp_path / "db").read_bytes()
    migrate_sqlite(tmp_path / "db")
    assert (tmp_path / "db").read_bytes() == before


def test_a_row_cannot_point_into_another_tenant(live: Live):
    one, other = live.tenant("One"), live.tenant("Other")
    assert one.tenant
    assert other.tenant
    statement = sa.insert(tables.user_roles).values(
        tenant_id=one.tenant.tenant_id, user_id=other.tenant.owner_id, role_id="x"
    )
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        live.call(live.controller.store.run_anywhere(statement))


def test_counted_rows_are_as_many_as_there_are(live: Live):
    """Users and devices are counted as they come and go, with their owners too."""
    api, other = live.tenant(), live.tenant("Other")
    owner = given.owner(api)
    people = [given.user(api, f"p{number}@acme.test") for number in range(3)]
    mine = [given.device(api, owner["id"], name) for name in ("a", "b", "c")]
    assert api.delete(f"/tenants/users/{people[0]['id']}").status == 204
    assert api.delete(f"/tenants/devices/{mine[0]['id']}").status == 204
    assert other.tenant

    async def counted() -> list[tuple[int, ...]]:
        t = tables.tenants.c
        columns = [t.user_count, t.device_count]
        columns += [
            sa.select(sa.func.count()).where(each.c.tenant_id == t.id).scalar_subquery()
            for each in (u, d)
        ]
        named = [column.label(f"n{place}") for place, column in enumerate(columns)]
        asked = sa.select(*named).where(t.id.in_([api.tenant.tenant_id, other.tenant.tenant_id]))
        return sorted(
            tuple(row[f"n{place}"] for place in range(4))
            for row in await live.controller.store.anywhere(asked)
        )

    assert live.call(counted()) == [(1, 0, 1, 0), (3, 2, 3, 2)]
    statement = sa.delete(u).where(u.c.tenant_id == api.tenant.tenant_id, u.c.id == owner["id"])
    live.call(live.controller.store.run_anywhere(statement))
    assert live.call(counted()) == [(1, 0, 1, 0), (2, 0, 2, 0)]


def test_whoever_is_cancelled_while_they_begin_to_write_leaves_no_transaction(tmp_path: Path):
    file = tmp_path / "gatescale.db"
    migrate_sqlite(file)

    async def write(database: Sqlite) -> None:
        async with database.write(EVERYBODY) as connection:
            await connection.all("SELECT 1", [])

    async def main() -> None:
        database = Sqlite(file)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(write(database))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(waiting, 0.2)
        other.execute("ROLLBACK")
        other.close()
        await write(database)
        await database.close()

    asyncio.run(main())


def test_the_writers_thread_leaves_no_cursor_behind(tmp_path: Path):
    async def cursors() -> list[object]:
        database = Sqlite(tmp_path / "a.db")
        async with database.write("t") as writer:
            await writer.run("CREATE TABLE a (b INTEGER)", ())
            await writer.run_many("INSERT INTO a VALUES (?)", [(1,), (2,)])
            found = [each for each in gc.get_objects() if isinstance(each, sqlite3.Cursor)]
            left = [each for each in found if each.connection is writer.raw]
        await database.close()
        return left

    assert asyncio.run(cursors()) == []
