"""PostgreSQL itself keeps the tenants apart, whatever a statement of ours forgets."""

import asyncio
import contextlib
import os
import subprocess
from itertools import cycle, islice
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from controller import given
from databases import Cluster
from gatescale.controller.api_keys import authenticate
from gatescale.controller.caller import Caller, system
from gatescale.controller.store import tables
from gatescale.controller.store.database import Database
from gatescale.controller.store.postgres import Postgres
from gatescale.controller.store.session import Store
from gatescale.controller.store.statements import Entering, UnscopedStatementError
from gatescale.controller.store.walls import EVERYBODY, becoming, wall
from gatescale.errors import UnauthorizedError
from live import Api, Live

OWNERS = {
    table.name: "id" if table is tables.tenants else "tenant_id"
    for table in tables.metadata.sorted_tables
    if table is tables.tenants or "tenant_id" in table.c
}
"""Every table that has tenants' rows, with the column that says whose."""

FOUND_BY_HASH = {"api_keys"}
"""Read before the tenant is known."""

SETTING = "SELECT current_setting('gatescale.tenant', true) AS whose"

walled = pytest.mark.parametrize("table", OWNERS)


@pytest.fixture(scope="module")
def pair(postgres_live: Live) -> tuple[Api, Api]:
    """Two tenants that have some of everything."""
    spaces = postgres_live.tenant("Acme"), postgres_live.tenant("Other")
    for api in spaces:
        given.some_of_everything(api)
    return spaces


@pytest.fixture
async def raw(postgres_live: Live):
    """A connection as the controller's role, that nobody has touched."""
    connection = await asyncpg.connect(postgres_live.settings.database_url)
    yield connection
    await connection.close()


def tenant_of(api: Api) -> str:
    assert api.tenant
    return api.tenant.tenant_id


async def become(raw, whose: str) -> None:
    await raw.execute(becoming(whose, local=False))


async def owners_seen(raw, table: str) -> set[str]:
    rows = await raw.fetch(f'SELECT DISTINCT {OWNERS[table]} FROM "{table}"')
    return {row[0] for row in rows}


@walled
async def test_every_table_of_tenants_rows_has_its_wall(raw, table: str):
    row = await raw.fetchrow(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = $1::regclass",
        f'"{table}"',
    )
    assert tuple(row) == (True, True)
    policies = await raw.fetch("SELECT * FROM pg_policies WHERE tablename = $1", table)
    expected = {"tenant", "look_up"} if table in FOUND_BY_HASH else {"tenant"}
    assert {policy["policyname"] for policy in policies} == expected
    assert {p["cmd"] for p in policies if p["policyname"] == "look_up"} <= {"SELECT"}


@walled
async def test_whoever_says_not_whose_rows_sees_none(raw, pair, table: str):
    seen = await owners_seen(raw, table)
    assert table in FOUND_BY_HASH or not seen
    assert await raw.execute(f'DELETE FROM "{table}"') == "DELETE 0"


@walled
async def test_a_tenants_connection_sees_that_tenants_rows_alone(raw, pair, table: str):
    mine, other = map(tenant_of, pair)
    await become(raw, EVERYBODY)
    there = await owners_seen(raw, table)
    await become(raw, mine)
    seen = await owners_seen(raw, table)
    if table in FOUND_BY_HASH:
        assert seen == there
    else:
        assert seen == there & {mine}
    owner = OWNERS[table]
    touched = f'UPDATE "{table}" SET {owner} = {owner} WHERE {owner} = $1'
    assert await raw.execute(touched, other) == "UPDATE 0"
    assert await raw.execute(f'DELETE FROM "{table}" WHERE {owner} = $1', other) == "DELETE 0"


@walled
async def test_no_row_can_be_put_into_another_tenant(raw, pair, table: str):
    mine, other = map(tenant_of, pair)
    owner = OWNERS[table]
    await become(raw, mine)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await raw.execute(f'INSERT INTO "{table}" ({owner}) VALUES ($1)', other)
    if await owners_seen(raw, table) & {mine}:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await raw.execute(f'UPDATE "{table}" SET {owner} = $2 WHERE {owner} = $1', mine, other)


def test_the_tenants_that_the_walls_are_tried_with_fill_most_tables(postgres_live: Live, pair):
    async def filled() -> set[str]:
        async with postgres_live.controller.store.database.read(tenant_of(pair[0])) as connection:
            return {
                table for table in OWNERS if await connection.all(f'SELECT 1 FROM "{table}"', [])
            }

    assert postgres_live.call(filled()) >= {
        *("tenants", "users", "groups", "group_members", "roles", "group_roles", "user_roles"),
        *("devices", "gateways", "resources", "addresses", "resource_addresses"),
        *("resource_gateways", "protocols", "address_protocols", "admission_rules", "policies"),
        *("policy_groups", "policy_users", "policy_devices", "policy_resources"),
        *("policy_tests", "policy_test_groups", "policy_test_resources"),
        *("policy_gateways", "api_keys", "enrolment_secrets", "changes", "audit_events"),
    }


@pytest.mark.parametrize("kind", ["reading", "snapshot", "writing", "reader"])
def test_a_statement_that_forgot_the_tenant_finds_that_tenants_rows(
    postgres_live: Live, pair: tuple[Api, Api], kind: str
):
    store = postgres_live.controller.store

    async def seen(api: Api) -> set[str]:
        async with contextlib.AsyncExitStack() as stack:
            if kind == "reader":
                reader = await stack.enter_async_context(store.reader())
                session = reader.session(await authenticate(reader, api.key or "", None))
            else:
                opened = getattr(store, kind)(system(tenant_of(api)))
                session = await stack.enter_async_context(opened)
            # Past the first wall, which would narrow it.
            rows = await session._connection.all("SELECT tenant_id FROM users", [])
            return {row["tenant_id"] for row in rows}

    for api in (*pair, *pair):
        assert postgres_live.call(seen(api)) == {tenant_of(api)}


async def _fail(store: Store, whose: str) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with store.writing(system(whose)):
            raise ZeroDivisionError


async def _break(store: Store, whose: str) -> None:
    with contextlib.suppress(asyncpg.PostgresError):
        async with store.database.write(whose) as connection:
            await connection.run("nonsense", [])


async def _give_up(store: Store, whose: str) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.003), store.snapshot(system(whose)) as session:
            await session._connection.all("SELECT pg_sleep(1)", [])


async def _forge(store: Store, whose: str) -> None:
    with contextlib.suppress(UnauthorizedError):
        async with store.reader() as reader:
            await authenticate(reader, "gsk_forged", None)


def test_no_connection_carries_one_tenant_into_anothers_session(
    postgres_live: Live, pair: tuple[Api, Api]
):
    store = postgres_live.controller.store
    keys = {tenant_of(api): api.key or "" for api in pair}
    disturbances = (_fail, _break, _give_up, _forge)

    async def whose(kind: str, tenant: str) -> str:
        async with contextlib.AsyncExitStack() as stack:
            if kind == "reader":
                reader = await stack.enter_async_context(store.reader())
                session = reader.session(await authenticate(reader, keys[tenant], None))
                connection = session._connection
            else:
                opened = getattr(store.database, kind)(tenant)
                connection = await stack.enter_async_context(opened)
            await asyncio.sleep(0)
            (row,) = await connection.all(SETTING, [])
            return row["whose"]

    async def ask(kind: str, tenant: str, disturb) -> tuple[str, str]:
        await disturb(store, tenant)
        return tenant, await whose(kind, tenant)

    async def everybody_at_once() -> list[tuple[str, str]]:
        kinds = cycle(["reader", "read", "write", "snapshot", "reader"])
        tenants = cycle([*keys, *keys, *reversed(keys)])
        turns = islice(zip(kinds, tenants, cycle(disturbances), strict=False), 400)
        across = [ask("read", EVERYBODY, _forge) for _ in range(40)]
        return await asyncio.gather(*(ask(*turn) for turn in turns), *across)

    answers = postgres_live.call(everybody_at_once())
    assert len(answers) == 440
    assert all(wanted == seen for wanted, seen in answers)


def test_a_reader_opens_the_session_of_whom_it_let_in_only(
    postgres_live: Live, pair: tuple[Api, Api]
):
    mine, other = pair
    store = postgres_live.controller.store

    async def through(key: str, tenant: str) -> None:
        async with store.reader() as reader:
            with contextlib.suppress(UnauthorizedError):
                await authenticate(reader, key, None)
            reader.session(Caller(tenant, "key", None, "CI"))

    postgres_live.call(through(mine.key or "", tenant_of(mine)))
    for key, tenant in (
        (mine.key or "", tenant_of(other)),
        ("gsk_forged", tenant_of(mine)),
        ("", tenant_of(mine)),
    ):
        with pytest.raises(LookupError):
            postgres_live.call(through(key, tenant))


def test_a_tenant_is_entered_at_the_door_alone(live: Live):
    compiler = live.controller.store.database.compiler
    plain = sa.select(tables.users.c.tenant_id)
    entering = sa.select(Entering(tables.users.c.tenant_id).label("tenant_id"))
    assert compiler.entering(entering).sql
    for refused in (
        lambda: compiler.entering(plain),
        lambda: compiler.anywhere(entering),
        lambda: compiler.tenant(entering),
    ):
        with pytest.raises(UnscopedStatementError):
            refused()


@pytest.mark.parametrize("whose", ["", "%", "x'; DROP TABLE users; --", "A" * 36])
def test_what_is_no_tenants_id_opens_no_connection(postgres_live: Live, whose: str):
    async def opened(database: Database) -> None:
        async with database.write(whose):
            pass

    with pytest.raises(ValueError, match="no tenant's id"):
        postgres_live.call(opened(postgres_live.controller.store.database))


def test_a_role_that_walls_do_not_hold_is_warned_of(tmp_path: Path, postgres: Cluster):
    with capture_logs() as logs, Live(tmp_path, postgres.superuser_url):
        reasons = [entry["reason"] for entry in logs if "set up better" in entry["event"]]
    assert len(reasons) == 1
    assert "superuser" in reasons[0]


async def test_a_database_made_as_docs_tell_has_no_weakness(postgres_url: str):
    database = Postgres(postgres_url)
    assert not await database.weaknesses()
    await database.close()


@pytest.fixture
async def unmarked(postgres: Cluster):
    """The database as it is without its last step of setting up."""
    superuser = await asyncpg.connect(postgres.superuser_url)
    await superuser.execute("ALTER FUNCTION textlike(text, text) NOT LEAKPROOF")
    yield
    await superuser.execute("ALTER FUNCTION textlike(text, text) LEAKPROOF")
    await superuser.close()


async def test_searches_without_an_index_are_warned_of(postgres_url: str, unmarked):
    database = Postgres(postgres_url)
    (weakness,) = await database.weaknesses()
    assert "LEAKPROOF" in weakness
    await database.close()


async def test_a_search_behind_the_wall_uses_its_index(raw):
    transaction = raw.transaction()
    await transaction.start()
    await raw.execute(
        "CREATE EXTENSION IF NOT EXISTS pg_trgm;"
        " CREATE TABLE texts (tenant_id varchar(36), text text);"
        " CREATE INDEX ON texts USING gin (text gin_trgm_ops);"
        " SET LOCAL enable_seqscan = off;" + ";".join(wall("texts"))
    )
    search = "EXPLAIN SELECT 1 FROM texts WHERE tenant_id = $1 AND text LIKE $2"
    plan = await raw.fetch(search, "x", "%abc%")
    assert any("Index Cond: (text ~~ " in row[0] for row in plan), plan
    await transaction.rollback()


def test_a_dump_as_docs_tell_it_has_every_tenants_rows(postgres_url: str, pair):
    dump = subprocess.run(
        ["pg_dump", "--enable-row-security", postgres_url],
        env={**os.environ, "PGOPTIONS": "-c gatescale.tenant=*"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert all(dump.count(tenant_of(api)) > 50 for api in pair)


async def test_every_text_of_ours_is_ordered_by_code_points(raw):
    sql = """SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')
        AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'alembic_version'"""
    assert await raw.fetch(sql) == []
