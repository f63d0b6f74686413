"""The audit log: read, and proven whole."""

from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from gatescale.contract.audit import AuditActor, AuditEvent, AuditTarget
from gatescale.controller.caller import system
from gatescale.controller.store import chain, search, tables
from gatescale.controller.store.database import Row
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Store, TenantSession
from gatescale.controller.store.statements import TENANT

t = tables.audit_events
_ROWS = sa.select(t)
_NULL = msgspec.Raw(b"null")
_AT_ONCE = 1000

LISTING = Listing(
    rows=_ROWS,
    key=t.c.id,
    fields={
        "id": t.c.id,
        "createdAt": t.c.at,
        "revision": t.c.revision,
        "sequence": t.c.sequence,
        "actor.kind": t.c.actor_kind,
        "actor.id": t.c.actor_id,
        "actor.name": t.c.actor_name,
        "origin": t.c.origin,
        "operation": t.c.operation,
        "target.kind": t.c.target_kind,
        "target.id": t.c.target_id,
        "target.name": t.c.target_name,
    },
    search=search.Texts(t.c.search, t.c.seq),
    order=(("sequence", True),),
    values={"actor.kind": ("key", "user", "device", "gateway", "system")},
)


async def page(session: TenantSession, query: ListQuery) -> tuple[list[AuditEvent], int]:
    """Return a page of events, the latest first, and how many there are under the filters."""
    found = await fetch(session, LISTING, query)
    return [_shown(row) for row in found.rows], found.total


def _shown(row: Row) -> AuditEvent:
    return AuditEvent(
        id=row["id"],
        created_at=row["at"],
        revision=row["revision"],
        sequence=row["sequence"],
        actor=AuditActor(kind=row["actor_kind"], id=row["actor_id"], name=row["actor_name"]),
        origin=row["origin"],
        operation=row["operation"],
        target=AuditTarget(kind=row["target_kind"], id=row["target_id"], name=row["target_name"]),
        before=msgspec.Raw(row["before"].encode()) if row["before"] else _NULL,
        after=msgspec.Raw(row["after"].encode()) if row["after"] else _NULL,
        hash=row["hash"],
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a tenant's chain is whole.

    Attributes:
        events: how many events hold together, from the first on.
        broken: what is wrong with the next one; None if all are as they were written.
    """

    tenant_id: str
    tenant_name: str
    events: int
    broken: str | None


_TENANTS = sa.select(tables.tenants.c.id).order_by(tables.tenants.c.created_at)
_HEAD = sa.select(
    tables.tenants.c.name, tables.tenants.c.audit_count, tables.tenants.c.audit_head
).where(tables.tenants.c.id == TENANT)
_NEXT = (
    sa.select(t)
    .where(t.c.sequence > sa.bindparam("after", type_=sa.Integer))
    .order_by(t.c.sequence)
    .limit(_AT_ONCE)
)


async def tenants(store: Store) -> list[str]:
    """Return the ids of all tenants, the oldest first."""
    return [row["id"] for row in await store.anywhere(_TENANTS)]


async def verify(store: Store, tenant_id: str) -> Verdict:
    """Compute a tenant's chain anew, and compare.

    Raises:
        NotFoundError: there is no such tenant.
    """
    async with store.snapshot(system(tenant_id)) as session:
        head = await session.find(_HEAD, f"tenant {tenant_id}")
        count, link = 0, ""
        while rows := await session.all(_NEXT, after=count):
            for row in rows:
                if row["sequence"] != count + 1:
                    return Verdict(tenant_id, head["name"], count, _missing(count + 1))
                link = chain.link(store.vault, link, tenant_id, row)
                if link != row["hash"]:
                    return Verdict(tenant_id, head["name"], count, _changed(row))
                count += 1
    broken = None
    if count < head["audit_count"]:
        broken = _missing(count + 1)
    elif (count, link) != (head["audit_count"], head["audit_head"]):
        broken = "the tenant's row does not name the last event"
    return Verdict(tenant_id, head["name"], count, broken)


def _missing(sequence: int) -> str:
    return f"event {sequence} is missing"


def _changed(row: Row) -> str:
    return (
        f"event {row['sequence']} ({row['operation']}, {row['at']}) is not as it was written,"
        " or follows one that is not"
    )
