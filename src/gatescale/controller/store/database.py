"""What a database must offer: point statements, scans, and one transaction at a time per writer."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import asyncpg

from gatescale.controller.store.statements import Compiler

Row = Mapping[str, Any]

Bound = tuple[str, Sequence[Any]]
"""SQL text with its positional values."""


class Connection(Protocol):
    """Runs SQL text with positional values."""

    async def first(self, sql: str, values: Sequence[Any]) -> Row | None:
        """Return the first row, for statements that touch few rows."""

    async def enter(self, sql: str, values: Sequence[Any]) -> Row | None:
        """Return the first row; from now on the connection is the tenant's that it names.

        For statements with ``statements.Entering`` alone.
        """

    async def all(self, sql: str, values: Sequence[Any]) -> Sequence[Row]:
        """Return all rows, for statements that may scan."""

    async def anew(self, sql: str, values: Sequence[Any]) -> Sequence[Row]:
        """Return all rows, planned for these values alone: for searches by pattern.

        Where plans do not depend on values, that is no other than ``all``.
        """
        return await self.all(sql, values)

    async def each(self, *statements: Bound) -> list[Sequence[Row]]:
        """Return all rows of each of these statements, in one go."""

    async def run(self, sql: str, values: Sequence[Any]) -> int:
        """Run a statement that changes rows; return how many."""

    async def run_many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        """Run a statement once per sequence of values."""


AWAY: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    sqlite3.OperationalError,
    OSError,
)
"""What drivers raise when the database cannot be reached, or not in time."""


class DuplicateError(Exception):
    """A unique constraint refused a row.

    Attributes:
        columns: ``table.column`` of the constraint's columns, the tenant's left out.
    """

    def __init__(self, columns: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(columns)))
        self.columns = columns


class Database(Protocol):
    """SQLite or PostgreSQL.

    ``whose`` is a tenant's id or ``walls.EVERYBODY``. PostgreSQL shows and takes their
    rows only.
    """

    compiler: Compiler

    def door(self) -> AbstractAsyncContextManager[Connection]:
        """Return a connection that is nobody's yet: good for ``Connection.enter`` first."""

    def read(self, whose: str) -> AbstractAsyncContextManager[Connection]:
        """Return a connection for reading what is committed."""

    def snapshot(self, whose: str) -> AbstractAsyncContextManager[Connection]:
        """Return a connection that sees one moment."""

    def write(self, whose: str) -> AbstractAsyncContextManager[Connection]:
        """Return a connection inside a transaction: committed at the end, rolled back on error."""

    async def announce(self, connection: Connection, message: str) -> None:
        """Tell the other replicas ``message`` when the connection's transaction commits."""

    def listen(self, heard: Callable[[str], Awaitable[None]]) -> AbstractAsyncContextManager[None]:
        """Call ``heard`` with what other replicas announce; with "" when some may be lost."""

    async def weaknesses(self) -> Sequence[str]:
        """Return what is set up less well than it could be, a sentence each."""

    async def close(self) -> None:
        """Let go of every connection."""
