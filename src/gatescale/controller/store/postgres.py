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


class Postgres(Database):
    """A PostgreSQL database that several controllers may share."""

    def __init__(self, url: str, pool: Any) -> None:
        self.compiler = Compiler(dialect.dialect())  # type: ignore[no-untyped-call]  # untyped there
        self._url = url
        self._pool = pool

    @classmethod
    async def open(cls, url: str) -> "Postgres":
        """Connect; ``url`` is ``postgresql://USER:PASSWORD@HOST:PORT/NAME``."""
        # Connections hold no session state, so there is nothing to reset between uses.
        pool = await asyncpg.create_pool(url, min_size=1, max_size=_POOL_SIZE, reset=_keep)
        return cls(url, pool)

    @override
    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as raw:
            yield PostgresConnection(raw)

    @override
    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        async with (
            self._pool.acquire() as raw,
            raw.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield PostgresConnection(raw)

    @override
    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as raw, raw.transaction():
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
        await self._pool.close()


async def _keep(_: Any) -> None:
    """Leave the connection as it is."""


@contextmanager
def _duplicates_named() -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise DuplicateError(_UNIQUE.get(error.constraint_name or "", frozenset())) from None
