"""A tenant's past: its policy as it stood at any moment that is kept.

Now and then all that the policy engine knows is written down; what it knew at a moment is the
latest such snapshot, and the changes from there on, out of the change log.
"""

import asyncio
import contextlib
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.controller import facts
from gatescale.controller.caller import system
from gatescale.controller.clock import later, moment, stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.session import Store, TenantSession, Transaction
from gatescale.controller.store.statements import TENANT
from gatescale.controller.verdicts import DecisionPoint
from gatescale.errors import InvalidError, NotFoundError
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Change, Entity

KEPT_DAYS = 90
"""How far back every moment is known."""

_EVERY = timedelta(days=1)
_MANY_CHANGES = 5_000
"""With the tenant's devices, how many changes there are from one snapshot to the next at most: the
snapshots of a tenant are never much more than the changes between them."""

_SLACK = timedelta(hours=1)
"""A snapshot that was taken so much later has all changes of a moment, however long a transaction
took, and whatever a replica's clock says."""

_AT_ONCE = 10_000
_MOST_MODELS = 2
"""Pasts that are kept in memory, of all tenants: who asks about one asks again."""

s, c, t = tables.policy_snapshots, tables.changes, tables.tenants
_owner = sa.bindparam("owner", type_=sa.String)
_at = sa.bindparam("at", type_=sa.String)
_after = sa.bindparam("after", type_=sa.Integer)
_until = sa.bindparam("until", type_=sa.Integer)
_END = 2**31 - 1

_latest = (
    sa.select(
        s.c.tenant_id, sa.func.max(s.c.revision).label("revision"), sa.func.max(s.c.at).label("at")
    )
    .group_by(s.c.tenant_id)
    .subquery("latest")
)
_DUE = (
    sa.select(t.c.id)
    .select_from(t.outerjoin(_latest, _latest.c.tenant_id == t.c.id))
    .where(
        sa.or_(
            _latest.c.revision.is_(None),
            sa.and_(
                t.c.revision > _latest.c.revision,
                sa.or_(
                    _latest.c.at <= sa.bindparam("since", type_=sa.String),
                    t.c.revision - _latest.c.revision > t.c.device_count + _MANY_CHANGES,
                ),
            ),
        )
    )
    .order_by(t.c.id)
)
_TENANT = sa.select(t.c.revision).where(t.c.id == TENANT)
_KEEP = sa.insert(s).values(
    tenant_id=_owner,
    revision=sa.bindparam("new_revision"),
    at=_at,
    entities=sa.bindparam("new_entities"),
)
_LAST_LAPSED = sa.select(sa.func.max(s.c.revision).label("one")).where(
    s.c.tenant_id == _owner, s.c.at <= _at
)
_FORGET_SNAPSHOTS = sa.delete(s).where(s.c.tenant_id == _owner, s.c.revision < _until)
_FIRST_CHANGE = sa.select(sa.func.min(c.c.revision).label("one")).where(c.c.tenant_id == _owner)
_FORGET_CHANGES = sa.delete(c).where(c.c.tenant_id == _owner, c.c.revision <= _until, c.c.at <= _at)

_BEGINNING = sa.select(sa.func.min(s.c.at).label("one"))
_BASE = sa.select(sa.func.max(s.c.revision).label("one")).where(s.c.at <= _at)
_NEXT = sa.select(sa.func.min(s.c.revision).label("one")).where(s.c.at > _at, s.c.revision > _after)
_REVISION = sa.select(sa.func.max(c.c.revision).label("one")).where(
    c.c.revision > _after, c.c.revision <= _until, c.c.at <= _at
)
_ENTITIES = sa.select(s.c.entities).where(s.c.revision == sa.bindparam("revision"))
_CHANGES = (
    sa.select(c.c.facts).where(c.c.revision > _after, c.c.revision <= _until).order_by(c.c.revision)
)

_Key = tuple[str, int]
"""Tenant and revision."""

_encode = msgspec.json.Encoder().encode
_entity_in: Callable[[bytes], Entity] = msgspec.json.Decoder(Entity).decode
_changes_in = msgspec.json.Decoder(tuple[Change, ...]).decode


class Past:
    """A tenant's policy as it stood.

    Attributes:
        model: the policy engine.
        revision: of the tenant, that it is at.
    """

    def __init__(self, model: Model, revision: int) -> None:
        self.model = model
        self.revision = revision

    def enforces(self, gateway_id: str) -> bool | None:  # noqa: ARG002  as of now
        """Return None: what a gateway enforced then is not kept."""
        return None


class History:
    """Keeps snapshots, and finds the past in them."""

    def __init__(self, store: Store, present: Mapping[str, DecisionPoint]) -> None:
        self._store = store
        self._present = present
        self._models: OrderedDict[_Key, Model] = OrderedDict()
        # The past is made at the present's expense: of one moment at a time.
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def at(self, tenant_id: str, when: datetime) -> AsyncIterator[DecisionPoint]:
        """Find the tenant's policy as it stood at a moment; it is the caller's within the block.

        Raises:
            InvalidError: the moment is yet to come, or from before what is kept.
        """
        when = _known(when, self._store.clock())
        async with self._lock:
            # Not kept while a thread works on it, which goes on when nobody waits any more.
            key, model = await self._found(tenant_id, when)
            if model.now != when:
                await asyncio.to_thread(model.apply, (), when)
            try:
                yield Past(model, key[1])
            finally:
                self._models[key] = model
                while len(self._models) > _MOST_MODELS:
                    self._models.popitem(last=False)

    async def _found(self, tenant_id: str, when: datetime) -> tuple[_Key, Model]:
        """Return the model of a moment, made now unless it is kept."""
        async with self._store.snapshot(system(tenant_id)) as session:
            base, revision = await _revisions(session, when)
            key = tenant_id, revision
            model = self._models.pop(key, None)
            if model is not None:
                return key, model
            kept = await session.all(_ENTITIES, revision=base)
            changes = await session.all(_CHANGES, after=base, until=revision)
        return key, await asyncio.to_thread(_model, kept, changes, when)

    async def keep(self) -> None:
        """Write down every tenant whose latest snapshot is old; forget what is older than kept."""
        now = self._store.clock()
        for row in await self._store.anywhere(_DUE, since=stamp(now - _EVERY)):
            # A tenant that is gone has no history.
            with contextlib.suppress(NotFoundError):
                await self._keep(row["id"], now)

    async def _keep(self, tenant_id: str, now: datetime) -> None:
        revision, entities = await self._known_now(tenant_id)
        packed = await asyncio.to_thread(_packed, entities)
        kept: dict[str, Any] = {"new_revision": revision, "new_entities": packed}
        # Another replica may have done it.
        with contextlib.suppress(DuplicateError):
            await self._store.run_anywhere(_KEEP, owner=tenant_id, at=stamp(now), **kept)
        await self._forget(tenant_id, later(now, days=-KEPT_DAYS))

    async def _known_now(self, tenant_id: str) -> tuple[int, list[Entity]]:
        """Return what the policy engine knows of a tenant, and at which revision."""
        here = self._present.get(tenant_id)
        if here is not None:
            return here.revision, list(here.model.entities())
        async with self._store.snapshot(system(tenant_id)) as session:
            row = await session.find(_TENANT, "tenant")
            return row["revision"], await facts.everything(session)

    async def _forget(self, tenant_id: str, since: str) -> None:
        """Delete the snapshots that no moment is told from, and the changes before the others."""
        owner = {"owner": tenant_id}
        oldest = _one(await self._store.anywhere(_LAST_LAPSED, at=since, **owner))
        first = _one(await self._store.anywhere(_FIRST_CHANGE, **owner))
        if oldest is None or first is None:
            return
        await self._store.run_anywhere(_FORGET_SNAPSHOTS, until=oldest, **owner)
        # In portions, so that no other writer waits for long.
        for start in range(first, oldest + 1, _AT_ONCE):
            until = min(start + _AT_ONCE, oldest)
            await self._store.run_anywhere(_FORGET_CHANGES, until=until, at=since, **owner)


async def begin(transaction: Transaction, entities: Sequence[Entity]) -> None:
    """Begin the history of a new tenant, which is made by this transaction."""
    first = {"revision": transaction.revision, "at": transaction.stamp}
    await transaction.insert(s, {**first, "entities": _packed(entities)})


def _known(when: datetime, now: datetime) -> datetime:
    """Return the moment in UTC.

    Raises:
        InvalidError: it is yet to come.
    """
    if when > now:
        detail = f"It is {stamp(now)} here: ask about a moment in the past."
        raise InvalidError(detail, pointer="query/at")
    try:
        return when.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


async def _revisions(session: TenantSession, when: datetime) -> tuple[int, int]:
    """Return the revisions of the snapshot to begin with, and of the moment.

    Raises:
        InvalidError: it is from before what is kept.
    """
    beginning = _one(await session.all(_BEGINNING))
    if beginning is None or when < moment(beginning):
        known = f"What is known begins at {beginning}" if beginning else "Nothing is known yet"
        raise InvalidError(f"{known}: ask about a later moment.", pointer="query/at")
    base = _one(await session.all(_BASE, at=stamp(when)))
    until = _one(await session.all(_NEXT, at=stamp(when + _SLACK), after=base))
    bounds = {"after": base, "until": until or _END}
    return base, _one(await session.all(_REVISION, at=stamp(when), **bounds)) or base


def _one(rows: Sequence[Row]) -> Any:
    return rows[0]["one"] if rows else None


def _packed(entities: Sequence[Entity]) -> bytes:
    return zlib.compress(b"\n".join(_encode(each) for each in entities))


def _model(kept: Sequence[Row], changes: Sequence[Row], when: datetime) -> Model:
    # One by one, because a decoder lets nothing else run before it is done.
    lines = zlib.decompress(kept[0]["entities"]).split(b"\n")
    model = Model((_entity_in(line) for line in lines), when)
    model.apply((change for row in changes for change in _changes_in(row["facts"])), when)
    return model
