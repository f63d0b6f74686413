"""PostgreSQL through asyncpg; replicas wake each other by LISTEN/NOTIFY."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
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

_CHANNEL = "gatescale"
_POOL_SIZE = 10
_RECONNECT_SECONDS = 1.0
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
    """One asyncpg connection, used by one task at a time."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    @override
    async def first(self, sql: str, values: Sequence[Any]) -> Row | None:
        row: Row | None = await self.raw.fetchrow(sql, *values)
        return row

    @override
    async def all(self, sql: str, values: Sequence[Any]) -> Sequence[Row]:
        rows: Sequence[Row] = await self.raw.fetch(sql, *values)
        return rows

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


class _Connections:
    """Connections that wait to be used, the latest first.

    They hold no session state, so there is nothing to reset between uses; asyncpg's own pool
    makes a task at each release, which costs a third of a point read.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._free = asyncio.Semaphore(_POOL_SIZE)
        self._idle: list[Any] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Any]:
        """Take a connection, a new one if none waits."""
        async with self._free:
            raw = await self._take()
            try:
                yield raw
            finally:
                if raw.is_in_transaction():
                    raw.terminate()
                if not raw.is_closed():
                    self._idle.append(raw)

    async def _take(self) -> Any:
        while self._idle:
            raw = self._idle.pop()
            if not raw.is_closed():
                return raw
        return await asyncpg.connect(self._url)

    async def close(self) -> None:
        """Close the connections that wait."""
        while self._idle:
            await self._idle.pop().close()


class Postgres(Database):
    """A PostgreSQL database that several controllers may share."""

    def __init__(self, url: str) -> None:
        """Connect when needed; ``url`` is ``postgresql://USER:PASSWORD@HOST:PORT/NAME``."""
        self.compiler = Compiler(dialect.dialect())  # type: ignore[no-untyped-call]  # untyped there
        self._url = url
        self._connections = _Connections(url)

    @override
    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        async with self._connections.one() as raw:
            yield PostgresConnection(raw)

    @override
    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        async with (
            self._connections.one() as raw,
            raw.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield PostgresConnection(raw)

    @override
    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        async with self._connections.one() as raw, raw.transaction():
            yield PostgresConnection(raw)

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
    async def close(self) -> None:
        await self._connections.close()


@contextmanager
def _duplicates_named() -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise DuplicateError(_UNIQUE.get(error.constraint_name or "", frozenset())) from None
