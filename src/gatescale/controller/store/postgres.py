"""PostgreSQL through asyncpg; replicas wake each other by LISTEN/NOTIFY."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import structlog
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from typing_extensions import override

from gatescale.controller.store.database import (
    Bound,
    Connection,
    Database,
    DuplicateError,
    Row,
)
from gatescale.controller.store.statements import Compiler
from gatescale.controller.store.tables import metadata
from gatescale.controller.store.walls import becoming

_CHANNEL = "gatescale"
_POOL_SIZE = 10
_RECONNECT_SECONDS = 1.0
_PLANNING = "SET random_page_cost = 1.1; SET max_parallel_workers_per_gather = 0; SET jit = off"
"""How it plans: rows lie in memory wherever they lie, and to start processes or to compile takes
longer than most statements do. No part of the start-up, which poolers refuse to pass on."""

_SETUP = (
    "SELECT rolsuper OR rolbypassrls AS bypasses,"
    " (SELECT proleakproof FROM pg_proc WHERE oid = 'textlike(text, text)'::regprocedure)"
    " AS searches_by_index FROM pg_roles WHERE rolname = current_user"
)
_BYPASSED = (
    "its role is a superuser or has BYPASSRLS, so PostgreSQL does not keep the tenants' rows apart:"
    " connect as an ordinary role that owns the database (docs/operating.md)"
)
_SEARCHED_WHOLE = (
    "its function textlike is not marked LEAKPROOF, so PostgreSQL searches texts without an index"
    " behind row-level security: slow where a tenant has very many (docs/operating.md)"
)
_UNIQUE = {
    str(constraint.name or ""): frozenset(
        f"{table.name}.{column.name}" for column in constraint.columns if column.name != "tenant_id"
    )
    for table in metadata.tables.values()
    for constraint in table.constraints
    if hasattr(constraint, "columns")
}

log = structlog.get_logger()


class PostgresConnection(Connection):
    """One asyncpg connection, used by one task at a time.

    It may wait in the pool as the tenant's that it last was, because whoever takes it makes it
    theirs before anything else: by ``become``, ``begin`` or ``enter``.
    """

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self._whose: str | None = None

    async def become(self, whose: str) -> None:
        """Work on these rows alone from now on."""
        if self._whose != whose:
            # Unknown until the database has confirmed it.
            self._whose = None
            await self.raw.execute(becoming(whose, local=False))
            self._whose = whose

    async def begin(self, whose: str, mode: str = "") -> None:
        """Open a transaction that works on these rows alone, in one round trip."""
        opening = f"BEGIN {mode}; {becoming(whose, local=True)}"
        try:
            await self.raw.execute(opening)
        except BaseException:
            # It may be open or not.
            self.raw.terminate()
            raise

    @override
    async def enter(self, sql: str, values: Sequence[Any]) -> Row | None:
        self._whose = None
        row = await self.first(sql, values)
        if row is not None:
            self._whose = row["tenant_id"]
        return row

    @override
    async def first(self, sql: str, values: Sequence[Any]) -> Row | None:
        row: Row | None = await self.raw.fetchrow(sql, *values)
        return row

    @override
    async def all(self, sql: str, values: Sequence[Any]) -> Sequence[Row]:
        rows: Sequence[Row] = await self.raw.fetch(sql, *values)
        return rows

    @override
    async def anew(self, sql: str, values: Sequence[Any]) -> Sequence[Row]:
        # After a few runs it would take any pattern for one that matches little.
        await self.raw.execute("SET plan_cache_mode = force_custom_plan")
        try:
            return await self.all(sql, values)
        finally:
            await self.raw.execute("RESET plan_cache_mode")

    @override
    async def each(self, *statements: Bound) -> list[Sequence[Row]]:
        return [await self.raw.fetch(sql, *values) for sql, values in statements]

    @override
    async def run(self, sql: str, values: Sequence[Any]) -> int:
        with _duplicates_named():
            status: str = await self.raw.execute(sql, *values)
        return int(status.rpartition(" ")[2])

    @override
    async def run_many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        with _duplicates_named():
            await self.raw.executemany(sql, values)


class _Lease(AbstractAsyncContextManager[PostgresConnection]):
    """One of the connections, for a while: not a generator, as there is one for each request."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: "_Connections") -> None:
        self._connections = connections

    @override
    async def __aenter__(self) -> PostgresConnection:
        self._connection = await self._connections.take()
        return self._connection

    @override
    async def __aexit__(self, *_: object) -> None:
        self._connections.give_back(self._connection)


class _Connections:
    """Connections that wait to be used, the latest first.

    The only state that they keep is whose they were, and ``Postgres`` hands none out that is not
    its taker's, so there is nothing to reset between uses; asyncpg's own pool makes a task at
    each release, which costs a third of a point read.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._free = asyncio.Semaphore(_POOL_SIZE)
        self._idle: list[PostgresConnection] = []

    def one(self) -> _Lease:
        """Lend a connection, a new one if none waits."""
        return _Lease(self)

    async def take(self) -> PostgresConnection:
        """Take a connection, which is to be given back."""
        await self._free.acquire()
        try:
            return await self._idle_or_new()
        except BaseException:
            self._free.release()
            raise

    def give_back(self, connection: PostgresConnection) -> None:
        """Let a connection wait for the next to take it, unless it is in the midst of something."""
        raw = connection.raw
        try:
            if not raw.is_closed() and raw.is_in_transaction():
                raw.terminate()
            if not raw.is_closed():
                self._idle.append(connection)
        finally:
            self._free.release()

    @asynccontextmanager
    async def transaction(self, whose: str, mode: str = "") -> AsyncIterator[PostgresConnection]:
        """Take one inside a transaction: committed at the end, rolled back on error."""
        async with self.one() as connection:
            await connection.begin(whose, mode)
            try:
                yield connection
            except BaseException:
                await connection.raw.execute("ROLLBACK")
                raise
            await connection.raw.execute("COMMIT")

    async def _idle_or_new(self) -> PostgresConnection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.raw.is_closed():
                return connection
        raw = await asyncpg.connect(self._url)
        try:
            await raw.execute(_PLANNING)
        except BaseException:
            raw.terminate()
            raise
        return PostgresConnection(raw)

    async def close(self) -> None:
        """Close the connections that wait."""
        while self._idle:
            await self._idle.pop().raw.close()


class Postgres(Database):
    """A PostgreSQL database that several controllers may share."""

    def __init__(self, url: str) -> None:
        """Connect when needed; ``url`` is ``postgresql://USER:PASSWORD@HOST:PORT/NAME``."""
        self.compiler = Compiler(dialect.dialect())  # type: ignore[no-untyped-call]  # untyped there
        self._url = url
        self._connections = _Connections(url)

    @override
    def door(self) -> AbstractAsyncContextManager[Connection]:
        return self._connections.one()

    @override
    @asynccontextmanager
    async def read(self, whose: str) -> AsyncIterator[Connection]:
        async with self._connections.one() as connection:
            await connection.become(whose)
            yield connection

    @override
    def snapshot(self, whose: str) -> AbstractAsyncContextManager[Connection]:
        mode = "ISOLATION LEVEL REPEATABLE READ READ ONLY"
        return self._connections.transaction(whose, mode)

    @override
    def write(self, whose: str) -> AbstractAsyncContextManager[Connection]:
        return self._connections.transaction(whose)

    @override
    async def announce(self, connection: Connection, message: str) -> None:
        await connection.run("SELECT pg_notify($1, $2)", [_CHANNEL, message])

    @override
    @asynccontextmanager
    async def listen(self, heard: Callable[[str], Awaitable[None]]) -> AsyncIterator[None]:
        task = asyncio.create_task(self._follow(heard))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _follow(self, heard: Callable[[str], Awaitable[None]]) -> None:
        while True:
            try:
                await self._follow_once(heard)
            except (OSError, asyncpg.PostgresError) as error:
                log.warning("lost the database's announcements", reason=str(error))
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _follow_once(self, heard: Callable[[str], Awaitable[None]]) -> None:
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        raw = await asyncpg.connect(self._url)
        try:
            raw.add_termination_listener(lambda _: queue.put_nowait(None))
            await raw.add_listener(_CHANNEL, lambda *event: queue.put_nowait(event[3]))
            # What was announced while nobody listened is not repeated.
            message: str | None = ""
            while message is not None:
                await heard(message)
                message = await queue.get()
        finally:
            raw.terminate()

    @override
    async def weaknesses(self) -> Sequence[str]:
        async with self._connections.one() as connection:
            setup = await connection.raw.fetchrow(_SETUP)
        if setup["bypasses"]:
            return [_BYPASSED]
        return [] if setup["searches_by_index"] else [_SEARCHED_WHOLE]

    @override
    async def close(self) -> None:
        await self._connections.close()


@contextmanager
def _duplicates_named() -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise DuplicateError(_UNIQUE.get(error.constraint_name or "", frozenset())) from None
