"""Policy tests: what must be so whatever the policies say."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.contract.fields import Named
from gatescale.contract.policy_tests import FactValue, PolicyTest, TestedUser, WritePolicyTest
from gatescale.controller import policy_test_terms
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.session import Target, TenantSession, Transaction, new_id
from gatescale.errors import ConflictError

MOST = 200
"""Policy tests of a tenant: every change waits until all of them are tried."""

t = tables.policy_tests
_id = sa.bindparam("id", type_=sa.String)
_ids = sa.bindparam("ids", expanding=True, type_=sa.String)
_ROWS = sa.select(
    t.c.id,
    t.c.created_at,
    t.c.updated_at,
    t.c.name,
    t.c.description,
    t.c.expect,
    t.c.all_users,
    t.c.protocol,
    t.c.port,
    t.c.given,
    t.c.times,
)
_ONE = _ROWS.where(t.c.id == _id)
_ALL = _ROWS.order_by(t.c.name_key)
_COUNT = sa.select(sa.func.count(t.c.id).label("count"))
_DELETE = sa.delete(t).where(t.c.id == _id)


def _linked(link: sa.Table, noun: sa.Table, name: str, order: str) -> sa.Select[Any]:
    return (
        sa.select(link.c.policy_test_id, noun.c.id, noun.c[name].label("name"))
        .select_from(link.join(noun))
        .where(link.c.policy_test_id.in_(_ids))
        .order_by(noun.c[order], noun.c.id)
    )


_LINKED = (
    _linked(tables.policy_test_groups, tables.groups, "name", "name_key"),
    _linked(tables.policy_test_users, tables.users, "email", "email_key"),
    _linked(tables.policy_test_resources, tables.resources, "name", "name_key"),
)
_given = msgspec.json.Decoder(dict[str, FactValue]).decode
_times = msgspec.json.Decoder(list[str]).decode


async def every(session: TenantSession) -> list[PolicyTest]:
    """Return all policy tests, by name."""
    return await _complete(session, await session.all(_ALL))


async def find(session: TenantSession, test_id: str) -> PolicyTest:
    """Return a policy test.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await session.find(_ONE, f"policy test {test_id}", id=test_id)
    return (await _complete(session, [row]))[0]


async def create(transaction: Transaction, wanted: WritePolicyTest) -> PolicyTest:
    """Make a policy test.

    Raises:
        ConflictError: the name is taken, or there are as many as there may be.
        NotFoundError: something that it names does not exist.
        InvalidError: something does not fit together.
    """
    columns = await policy_test_terms.checked(transaction, wanted)
    if (await transaction.find(_COUNT, "policy tests"))["count"] >= MOST:
        raise ConflictError(f"There are {MOST} policy tests already, and there may be no more.")
    row = {"id": new_id(), "created_at": transaction.stamp, **columns}
    try:
        await transaction.insert(t, row)
    except DuplicateError:
        raise _name_taken(wanted) from None
    await policy_test_terms.replace(transaction, row["id"], wanted)
    made = await find(transaction, row["id"])
    transaction.record("PolicyTestsController_create", _target(made), after=made)
    return made


async def update(transaction: Transaction, test_id: str, wanted: WritePolicyTest) -> PolicyTest:
    """Change a policy test.

    Raises:
        NotFoundError: there is no such test, or something that it names does not exist.
        ConflictError: the name is taken.
        InvalidError: something does not fit together.
    """
    before = await find(transaction, test_id)
    columns = await policy_test_terms.checked(transaction, wanted)
    try:
        await transaction.update(t, test_id, columns)
    except DuplicateError:
        raise _name_taken(wanted) from None
    await policy_test_terms.replace(transaction, test_id, wanted)
    changed = await find(transaction, test_id)
    target = _target(changed)
    transaction.record("PolicyTestsController_update", target, before=before, after=changed)
    return changed


async def delete(transaction: Transaction, test_id: str) -> None:
    """Remove a policy test.

    Raises:
        NotFoundError: there is no such test.
    """
    test = await find(transaction, test_id)
    await transaction.run(_DELETE, id=test_id)
    transaction.record("PolicyTestsController_delete", _target(test), before=test)


def _name_taken(wanted: WritePolicyTest) -> ConflictError:
    return ConflictError(f"There is a policy test {wanted.name!r} already.", pointer="/name")


def _target(test: PolicyTest) -> Target:
    return Target("policy test", test.id, test.name)


async def _complete(session: TenantSession, rows: Iterable[Row]) -> list[PolicyTest]:
    """Return policy tests with what they name."""
    rows = list(rows)
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    found = await session.each(*_LINKED, ids=ids)
    groups, users, resources = (_empty(ids) for _ in found)
    for linked, into in zip(found, (groups, users, resources), strict=True):
        for row in linked:
            into[row["policy_test_id"]].append((row["id"], row["name"]))
    return [
        PolicyTest(
            id=row["id"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            name=row["name"],
            description=row["description"],
            expect=row["expect"],
            all_users=bool(row["all_users"]),
            groups=[Named(id=each, name=name) for each, name in groups[row["id"]]],
            users=[TestedUser(id=each, email=email) for each, email in users[row["id"]]],
            resources=[Named(id=each, name=name) for each, name in resources[row["id"]]],
            protocol=row["protocol"],
            port=row["port"],
            given=_given(row["given"]),
            times=_times(row["times"]),
        )
        for row in rows
    ]


def _empty(ids: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    return {each: [] for each in ids}
