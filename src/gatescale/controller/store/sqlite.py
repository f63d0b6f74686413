"""SQLite in WAL mode: one writer, readers beside it.

A point statement takes some 15 µs, less than a hop to a thread, so it runs on the event loop.
What may take longer runs in threads: scans, the wait for the write lock, and the commit, which
waits for the disk (``synchronous=FULL``: an acknowledged change survives a power failure).
"""

import asyncio
import re
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite
from typing_extensions import override

from gatescale.controller.store.database import (
    Bound,
    Connection,
    Database,
    DuplicateError,
    Row,
)
from gatescale.controller.store.neighbours import Neighbours
from gatescale.controller.store.statements import Compiler

_READERS = 4
_BUSY_SECONDS = 10.0
_DUPLICATE = re.compile(r"UNIQUE constraint failed: (.+)")


def connect(path: Path) -> sqlite3.Connection:
    """Open the database with the settings that every connection needs."""
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        # As on PostgreSQL. Whatever case is to be overlooked is folded, and SQLite is faster so.
        " PRAGMA case_sensitive_like=ON;"
    )
    return connection


class SqliteConnection(Connection):
    """One sqlite3 connection, used by one task at a time."""

    def __init__(self, raw: sqlite3.Connection, run_in_thread: "_RunInThread") -> None:
        self.raw = raw
        self._run_in_thread = run_in_thread

    @override
    async def first(self, sql: str, values: Sequence[Any]) -> Row | None:
        row: Row | None = self.raw.execute(sql, values).fetchone()
        return row

    @override
    async def enter(self, sql: str, values: Sequence[Any]) -> Row | None:
        return await self.first(sql, values)

    @override
    async def all(self, sql: str, values: Sequence[Any]) -> Sequence[Row]:
        return (await self.each((sql, values)))[0]

    @override
    async def each(self, *statements: Bound) -> list[Sequence[Row]]:
        found: list[Sequence[Row]] = await self._run_in_thread(_fetch, self.raw, statements)
        return found

    @override
    async def run(self, sql: str, values: Sequence[Any]) -> int:
        with _duplicates_named():
            return self.raw.execute(sql, values).rowcount

    @override
    async def run_many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        with _duplicates_named():
            await self._run_in_thread(_run_many, self.raw, sql, values)


class SqliteReader(Connection):
    """Reads what is committed: points on the loop, scans on threads of their own."""

    def __init__(self, path: Path) -> None:
        self._point = connect(path)
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._path = path
        self._threads = ThreadPoolExecutor(
            _READERS, thread_name_prefix="sqlite-reader", initializer=self._open
        )

    def _open(self) -> None:
        self._local.connection = connect(self._path)
        self._opened.append(self._local.connection)

    def _scan(self, statements: Sequence[Bound]) -> list[Sequence[Row]]:
        return _fetch(self._local.connection, statements)

    @override
    async def first(self, sql: str, values: Sequence[Any]) -> Row | None:
        row: Row | None = self._point.execute(sql, values).fetchone()
        return row

    @override
    async def enter(self, sql: str, values: Sequence[Any]) -> Row | None:
        return await self.first(sql, values)

    @override
    async def all(self, sql: str, values: Sequence[Any]) -> Sequence[Row]:
        return (await self.each((sql, values)))[0]

    @override
    async def each(self, *statements: Bound) -> list[Sequence[Row]]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._scan, statements)

    @override
    async def run(self, sql: str, values: Sequence[Any]) -> int:
        raise NotImplementedError("a reader does not write")

    @override
    async def run_many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        raise NotImplementedError("a reader does not write")

    def version(self) -> int:
        """Return a number that changes when another connection commits."""
        return int(self._point.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close all connections once their threads are idle."""
        self._threads.shutdown()
        for connection in (self._point, *self._opened):
            connection.close()


class Sqlite(Database):
    """A SQLite database file; processes that share it tell each other what they commit."""

    def __init__(self, path: Path) -> None:
        self.compiler = Compiler(sqlite.dialect(paramstyle="qmark"))
        self._path = path
        self._reader = SqliteReader(path)
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._writer = SqliteConnection(connect(path), self._in_writer_thread)
        self._writer_lock = asyncio.Lock()
        self._neighbours = Neighbours(path.parent / "processes", self._reader.version)
        self._to_tell: list[str] = []

    @override
    @asynccontextmanager
    async def door(self) -> AsyncIterator[Connection]:
        yield self._reader

    @override
    @asynccontextmanager
    async def read(self, whose: str) -> AsyncIterator[Connection]:
        yield self._reader

    @override
    @asynccontextmanager
    async def snapshot(self, whose: str) -> AsyncIterator[Connection]:
        raw = connect(self._path)
        try:
            raw.execute("BEGIN")
            yield SqliteConnection(raw, asyncio.to_thread)
        finally:
            raw.close()

    @override
    @asynccontextmanager
    async def write(self, whose: str) -> AsyncIterator[Connection]:
        raw = self._writer.raw
        async with self._writer_lock:
            self._to_tell = []
            try:
                # IMMEDIATE waits for other processes here; a plain BEGIN would fail on them later.
                await self._in_writer_thread(_run, raw, "BEGIN IMMEDIATE")
                yield self._writer
                await self._in_writer_thread(_run, raw, "COMMIT")
                messages = self._to_tell
            except BaseException:
                # In the writer's thread: after a BEGIN or COMMIT that is still under way there.
                self._writer_thread.submit(_roll_back, raw)
                raise
        for message in messages:
            await self._neighbours.tell(message)

    @override
    async def announce(self, connection: Connection, message: str) -> None:
        if connection is self._writer:
            self._to_tell.append(message)
        else:
            await self._neighbours.tell(message)

    @override
    @asynccontextmanager
    async def listen(self, heard: Callable[[str], Awaitable[None]]) -> AsyncIterator[None]:
        async with self._neighbours.listen(heard):
            yield

    @override
    async def weaknesses(self) -> Sequence[str]:
        return ()

    @override
    async def close(self) -> None:
        self._neighbours.close()
        self._reader.close()
        self._writer_thread.shutdown()
        self._writer.raw.close()

    async def _in_writer_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer_thread, function, *args)


_RunInThread = Callable[..., Awaitable[Any]]


def _fetch(raw: sqlite3.Connection, statements: Sequence[Bound]) -> list[Sequence[Row]]:
    return [raw.execute(sql, values).fetchall() for sql, values in statements]


# A cursor of executemany() keeps its statement, and resets it when it dies. One died with the
# future that had brought it to the loop, while the next executemany() ran the same statement: that
# ended in "bad parameter or other API misuse" (Python 3.11).


def _run(raw: sqlite3.Connection, sql: str) -> None:
    raw.execute(sql).close()


def _run_many(raw: sqlite3.Connection, sql: str, values: Sequence[Sequence[Any]]) -> None:
    raw.executemany(sql, values).close()


def _roll_back(raw: sqlite3.Connection) -> None:
    if raw.in_transaction:
        _run(raw, "ROLLBACK")


@contextmanager
def _duplicates_named() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        match = _DUPLICATE.match(str(error))
        if match is None:
            raise
        columns = match[1].split(", ")
        raise DuplicateError(
            frozenset(column for column in columns if not column.endswith(".tenant_id"))
        ) from None
