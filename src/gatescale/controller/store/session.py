"""Sessions: the only way from a noun to its rows, always inside one tenant.

A ``Transaction`` raises the tenant's revision first, which makes the writers of one tenant
queue. At its end it writes the change row and the audit events, commits, and only then tells the
rest of the controller; nothing is told that is not committed.
"""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec
import sqlalchemy as sa
from typing_extensions import override

from gatescale.contract.essence import differences, essence
from gatescale.controller.caller import Caller
from gatescale.controller.clock import Clock, stamp
from gatescale.controller.store import chain, tables
from gatescale.controller.store.database import Connection, Database, Row
from gatescale.controller.store.folding import folded
from gatescale.controller.store.statements import TENANT, Statement
from gatescale.controller.store.walls import EVERYBODY
from gatescale.controller.vault import Vault
from gatescale.errors import NotFoundError
from gatescale.policy.vocabulary import Change

# PostgreSQL and SQLite bind at most some 32,000 values.
_IDS_AT_ONCE = 10_000

_RAISE_REVISION = (
    sa.update(tables.tenants)
    .where(tables.tenants.c.id == sa.bindparam("tenant"))
    .values(revision=tables.tenants.c.revision + 1)
    .returning(
        tables.tenants.c.revision,
        tables.tenants.c.audit_count,
        tables.tenants.c.audit_head,
        tables.tenants.c.first_seq,
    )
)
_MOVE_HEAD = (
    sa.update(tables.tenants)
    .where(tables.tenants.c.id == TENANT)
    .values(audit_count=sa.bindparam("count"), audit_head=sa.bindparam("head"))
)


def new_id() -> str:
    """Return a fresh id for a row."""
    return str(uuid.uuid4())


class Moment(NamedTuple):
    """When something is done, and the same as rows carry it."""

    now: datetime
    stamp: str

    @classmethod
    def of(cls, clock: Clock) -> Self:
        """Return the present one."""
        now = clock()
        return cls(now, stamp(now))


@dataclass(frozen=True, slots=True)
class Committed:
    """A change that is in the database for good.

    Attributes:
        at: stamp of the transaction.
        facts: what it changed for the policy engine; may be empty.
        has_mail: there is new mail in the outbox.
    """

    tenant_id: str
    revision: int
    at: str
    facts: tuple[Change, ...]
    has_mail: bool


class TenantSession:
    """Reads one tenant's rows; no statement can reach another's.

    Every statement may use the parameters ``TENANT`` and ``NOW``.

    Attributes:
        dialect: the database's, ``sqlite`` or ``postgresql``.
        tenant_id: whose rows.
        caller: who asks.
        vault: seals secrets that must be kept.
        now: the moment that this session works at.
        stamp: the same, as rows carry it.
    """

    def __init__(
        self,
        store: "Store",
        connection: Connection,
        caller: Caller,
        moment: Moment | None = None,
    ) -> None:
        self._database = store.database
        self._connection = connection
        self.dialect = store.database.compiler.dialect
        self.tenant_id = caller.tenant_id
        self.caller = caller
        self.vault = store.vault
        self.now, self.stamp = moment or Moment.of(store.clock)

    async def first(self, statement: Statement, **params: Any) -> Row | None:
        """Return the first row or None; for statements that touch few rows."""
        return await self._connection.first(*self._bind(statement, params))

    async def all(self, statement: Statement, **params: Any) -> Sequence[Row]:
        """Return all rows."""
        return await self._connection.all(*self._bind(statement, params))

    async def anew(self, statement: Statement, **params: Any) -> Sequence[Row]:
        """Return all rows; for statements that look for a pattern."""
        return await self._connection.anew(*self._bind(statement, params))

    async def each(self, *statements: Statement, **params: Any) -> list[Sequence[Row]]:
        """Return all rows of each statement; all are given the same parameters."""
        return await self._connection.each(*(self._bind(each, params) for each in statements))

    async def all_of(
        self, statement: Statement, ids: Sequence[str], **params: Any
    ) -> Sequence[Row]:
        """Return all rows for any number of ``ids``, which databases take in portions only."""
        rows: list[Row] = []
        for start in range(0, len(ids), _IDS_AT_ONCE):
            portion = list(ids[start : start + _IDS_AT_ONCE])
            rows += await self.all(statement, ids=portion, **params)
        return rows

    async def find(self, statement: Statement, what: str, **params: Any) -> Row:
        """Return the row.

        Raises:
            NotFoundError: there is none in this tenant; ``what`` names it, like ``user 7f…``.
        """
        row = await self.first(statement, **params)
        if row is None:
            raise NotFoundError(f"There is no {what}.")
        return row

    def _bind(self, statement: Statement, params: Mapping[str, Any]) -> tuple[str, list[Any]]:
        compiled = self._database.compiler.tenant(statement)
        return compiled.bind({**params, "tenant_id": self.tenant_id, "now": self.stamp})


@dataclass(frozen=True, slots=True)
class Target:
    """What an audit event is about.

    Attributes:
        kind: the noun, such as ``user``.
        name: what people call it.
    """

    kind: str
    id: str | None
    name: str


class Transaction(TenantSession):
    """Reads and writes one tenant's rows, all or nothing.

    Attributes:
        revision: the tenant's revision that this transaction makes.
    """

    def __init__(
        self, store: "Store", connection: Connection, caller: Caller, *, tenant: Row
    ) -> None:
        super().__init__(store, connection, caller)
        self.revision: int = tenant["revision"]
        self._chained: int = tenant["audit_count"]
        self._head: str = tenant["audit_head"]
        self._first_event_seq: int = tenant["first_seq"] + tables.SEQ_RANGE // 2
        self._facts: list[Change] = []
        self._has_mail = False
        self._events: list[dict[str, Any]] = []

    async def run(self, statement: Statement, **params: Any) -> int:
        """Run an UPDATE or DELETE; return how many rows it changed."""
        return await self._connection.run(*self._bind(statement, params))

    async def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run an UPDATE or DELETE once for each of these parameters."""
        bound = [self._bind(statement, params) for params in rows]
        if bound:
            await self._connection.run_many(bound[0][0], [values for _, values in bound])

    async def update(self, table: sa.Table, row_id: str, values: Mapping[str, Any]) -> int:
        """Set columns of one row; return how many rows that were: one or none.

        Raises:
            DuplicateError: a unique constraint refused the values.
        """
        compiled = self._database.compiler.update(table, values.keys())
        params = {f"new_{column}": value for column, value in values.items()}
        sql, ordered = compiled.bind({**params, "row_id": row_id, "tenant_id": self.tenant_id})
        return await self._connection.run(sql, ordered)

    async def insert(self, table: sa.Table, *rows: Mapping[str, Any]) -> None:
        """Insert rows of the same columns, stamped with the tenant.

        Raises:
            DuplicateError: a unique constraint refused one of them.
        """
        if not rows:
            return
        self._has_mail = self._has_mail or table is tables.outbox
        stamped = [{**row, "tenant_id": self.tenant_id} for row in rows]
        compiled = self._database.compiler.insert(table, stamped[0].keys())
        values = [compiled.bind(row) for row in stamped]
        if len(values) == 1:
            await self._connection.run(*values[0])
        else:
            await self._connection.run_many(values[0][0], [row for _, row in values])

    @property
    def facts(self) -> tuple[Change, ...]:
        """What changed so far for the policy engine."""
        return tuple(self._facts)

    def changed(self, *facts: Change) -> None:
        """Say what changed for the policy engine."""
        self._facts.extend(facts)

    def record(
        self,
        operation: str,
        target: Target,
        *,
        before: msgspec.Struct | None = None,
        after: msgspec.Struct | None = None,
    ) -> None:
        """Write an audit event.

        Args:
            operation: operationId of the contract, or a name of ours.
            target: what it was about.
            before: the thing as it was; None if it is new.
            after: the thing as it is; None if it is gone. Of both, what differs is kept.
        """
        was, is_now = before and essence(before), after and essence(after)
        if was and is_now:
            was, is_now = differences(was, is_now)
        event = {
            "id": new_id(),
            "revision": self.revision,
            "at": self.stamp,
            "actor_kind": self.caller.kind,
            "actor_id": self.caller.id,
            "actor_name": self.caller.name,
            "origin": self.caller.origin,
            "operation": operation,
            "target_kind": target.kind,
            "target_id": target.id,
            "target_name": target.name,
            "before": None if was is None else msgspec.json.encode(was).decode(),
            "after": None if is_now is None else msgspec.json.encode(is_now).decode(),
            "sequence": self._chained + 1,
        }
        self._head = chain.link(self.vault, self._head, self.tenant_id, event)
        self._chained += 1
        text = folded(self.caller.name, target.name, operation)
        seq = self._first_event_seq + self._chained
        self._events.append({**event, "hash": self._head, "search": text, "seq": seq})

    async def finish(self) -> Committed:
        """Write the audit events and the change row; the commit follows."""
        if self._events:
            await self.insert(tables.audit_events, *self._events)
            await self.run(_MOVE_HEAD, count=self._chained, head=self._head)
        facts = tuple(self._facts)
        await self.insert(
            tables.changes,
            {
                "revision": self.revision,
                "at": self.stamp,
                "facts": msgspec.json.encode(facts).decode(),
            },
        )
        await self._database.announce(self._connection, f"{self.tenant_id} {self.revision}")
        return Committed(self.tenant_id, self.revision, self.stamp, facts, self._has_mail)


class Reader(AbstractAsyncContextManager["Reader"]):
    """One connection that reads what is committed: who asks, then what their tenant has.

    Not a generator, as there is one for each request.

    Attributes:
        now: the moment that both are read at.
        stamp: the same, as rows carry it.
        used_keys: see ``Store``.
        used_sessions: see ``Store``.
    """

    def __init__(self, store: "Store") -> None:
        self._store = store
        self._door = store.database.door()
        self._tenant_id: str | None = None
        self.used_keys = store.used_keys
        self.used_sessions = store.used_sessions

    @override
    async def __aenter__(self) -> Self:
        self._connection = await self._door.__aenter__()
        self._moment = Moment.of(self._store.clock)
        self.now, self.stamp = self._moment
        return self

    @override
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return await self._door.__aexit__(kind, error, trace)

    async def enter(self, statement: Statement, **params: Any) -> Row | None:
        """Look across tenants for the row that tells who asks, and enter its tenant.

        Args:
            statement: selects ``Entering`` the tenant of the row as ``tenant_id``.
            **params: the statement's.
        """
        self._tenant_id = None
        compiled = self._store.database.compiler.entering(statement)
        row = await self._connection.enter(*compiled.bind(params))
        self._tenant_id = row["tenant_id"] if row else None
        return row

    def session(self, caller: Caller) -> TenantSession:
        """Return a session over this connection, which entered the caller's tenant.

        Raises:
            LookupError: it did not: a mistake in our code.
        """
        if caller.tenant_id != self._tenant_id:
            raise LookupError("the connection is not the caller's tenant's")
        return TenantSession(self._store, self._connection, caller, self._moment)


@dataclass(slots=True)
class Store:
    """The database, the vault and the clock: opens sessions.

    Attributes:
        on_commit: told of every change that this process commits, in the order of revisions.
        used_keys: when API keys were last used, by id, as far as it is not stored yet.
        used_sessions: the same of people's sessions.
    """

    database: Database
    vault: Vault
    clock: Clock
    on_commit: list[Callable[[Committed], Awaitable[None]]] = field(default_factory=list)
    used_keys: dict[str, str] = field(default_factory=dict)
    used_sessions: dict[str, str] = field(default_factory=dict)

    def reader(self) -> Reader:
        """Take a connection that first finds out who asks, and then reads for them."""
        return Reader(self)

    @asynccontextmanager
    async def reading(self, caller: Caller) -> AsyncIterator[TenantSession]:
        """Open a session that reads what is committed."""
        async with self.database.read(caller.tenant_id) as connection:
            yield TenantSession(self, connection, caller)

    @asynccontextmanager
    async def snapshot(self, caller: Caller) -> AsyncIterator[TenantSession]:
        """Open a session whose reads all see the same moment."""
        async with self.database.snapshot(caller.tenant_id) as connection:
            yield TenantSession(self, connection, caller)

    @asynccontextmanager
    async def writing(self, caller: Caller) -> AsyncIterator[Transaction]:
        """Open a transaction of the caller's tenant; it commits at the end of the block.

        Raises:
            NotFoundError: the tenant is gone.
        """
        compiler = self.database.compiler
        async with self.database.write(caller.tenant_id) as connection:
            sql, values = compiler.anywhere(_RAISE_REVISION).bind({"tenant": caller.tenant_id})
            row = await connection.first(sql, values)
            if row is None:
                raise NotFoundError("The tenant is gone.")
            transaction = Transaction(self, connection, caller, tenant=row)
            yield transaction
            committed = await transaction.finish()
        for tell in self.on_commit:
            await tell(committed)

    async def anywhere(self, statement: Statement, **params: Any) -> Sequence[Row]:
        """Read across tenants: for what the controller does before it knows the tenant."""
        async with self.database.read(EVERYBODY) as connection:
            return await connection.all(*self.database.compiler.anywhere(statement).bind(params))

    async def first_anywhere(self, statement: Statement, **params: Any) -> Row | None:
        """Read one row across tenants."""
        async with self.database.read(EVERYBODY) as connection:
            return await connection.first(*self.database.compiler.anywhere(statement).bind(params))

    async def announce(self, message: str) -> None:
        """Tell the other replicas something that goes with no row; lost where nobody listens."""
        async with self.database.read(EVERYBODY) as connection:
            await self.database.announce(connection, message)

    async def run_anywhere(self, statement: Statement, *, announce: str = "", **params: Any) -> int:
        """Write across tenants what is no tenant's change: presence, the outbox, challenges.

        Args:
            statement: what to run.
            announce: told to the other replicas, if not empty.
            **params: the statement's.

        Raises:
            DuplicateError: a unique constraint refused the row.
        """
        async with self.database.write(EVERYBODY) as connection:
            if announce:
                await self.database.announce(connection, announce)
            return await connection.run(*self.database.compiler.anywhere(statement).bind(params))
