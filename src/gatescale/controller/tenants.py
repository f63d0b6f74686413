"""Tenants: what every one of them has from its first moment."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.contract.fields import Email, Name
from gatescale.controller import emails, facts, history, roles
from gatescale.controller.caller import system
from gatescale.controller.clock import stamp
from gatescale.controller.protocols import PREDEFINED
from gatescale.controller.store import search, tables
from gatescale.controller.store.folding import folded, key
from gatescale.controller.store.session import Store, Target, TenantSession, Transaction, new_id
from gatescale.controller.store.statements import TENANT
from gatescale.controller.vault import hashed, new_secret
from gatescale.errors import InvalidError

KEY_PREFIX = "gsk_"
LEASE_SECONDS = 24 * 3600
DEFAULT_POLICY_ORDER = 2**31 - 1
_FIRST_HOST = 1
_DEFAULT_GROUP_DESCRIPTION = "Everybody who is in no other group."
_DEFAULT_POLICY = "Default Internet Policy"
_DEFAULT_POLICY_DESCRIPTION = "All other traffic leaves on the user's own connection."


class Created(msgspec.Struct, frozen=True, rename="camel"):
    """A new tenant, with the only copy of its first API key."""

    tenant_id: str
    owner_id: str
    api_key: str


_NEW = sa.insert(tables.tenants).values(
    id=sa.bindparam("new_id"),
    name=sa.bindparam("new_name"),
    created_at=sa.bindparam("at"),
    revision=0,
    next_host=_FIRST_HOST,
    first_seq=sa.bindparam("new_seq"),
    next_seq=sa.bindparam("new_seq"),
    network6=sa.bindparam("new_network6"),
    lease_seconds=LEASE_SECONDS,
)


async def create(store: Store, name: str, owner_email: str) -> Created:
    """Make a tenant with its owner and a first API key, and all that is built in.

    Raises:
        InvalidError: the name or the email is none.
    """
    async with founding(store, name, owner_email, by="gatescale tenant create") as founded:
        transaction, owner_id = founded
        api_key = await insert_key(transaction, "First key", "OWNER")
    return Created(transaction.tenant_id, owner_id, api_key)


@asynccontextmanager
async def founding(
    store: Store, name: str, owner_email: str, *, by: str, origin: str | None = None
) -> AsyncIterator[tuple[Transaction, str]]:
    """Make a tenant with its owner, whose id is given, and all that is built in.

    What is done within belongs to the tenant's first transaction.

    Raises:
        InvalidError: the name or the email is none.
    """
    _refuse_unless(name, Name, "name", "1 to 100 characters without control characters")
    _refuse_unless(owner_email, Email, "owner's email", "an email address like ann@example.com")
    tenant_id = new_id()
    await store.run_anywhere(
        _NEW,
        new_id=tenant_id,
        new_name=name,
        at=stamp(store.clock()),
        new_network6=_random_network6(),
        new_seq=secrets.randbits(31) << 32,
    )
    founder = replace(system(tenant_id, by), origin=origin)
    async with store.writing(founder) as transaction:
        await _insert_roles(transaction)
        group_id = await _insert_default_group(transaction)
        owner_id = await _insert_owner(transaction, owner_email, group_id)
        await _insert_protocols(transaction)
        await _insert_default_policy(transaction, await _insert_rules(transaction))
        entities = await facts.everything(transaction)
        transaction.changed(*facts.put(entities))
        await history.begin(transaction, entities)
        transaction.record("createTenant", Target("tenant", tenant_id, name))
        yield transaction, owner_id


def _refuse_unless(value: str, shape: object, what: str, wanted: str) -> None:
    try:
        msgspec.convert(value, type=shape)
    except msgspec.ValidationError:
        raise InvalidError(f"The {what} must be {wanted}, not {value!r}.") from None


def _random_network6() -> str:
    """Return a /64 below a random RFC 4193 /48."""
    random = secrets.token_hex(5)
    return f"fd{random[:2]}:{random[2:6]}:{random[6:]}::/64"


def _stamped(transaction: Transaction, **columns: object) -> dict[str, Any]:
    now = transaction.stamp
    return {"id": new_id(), "created_at": now, "updated_at": now, **columns}


async def _insert_roles(transaction: Transaction) -> None:
    rows = [
        _stamped(transaction, type=kind, name=name, description=description, deleteable=False)
        for kind, name, description in roles.BUILT_IN
    ]
    await transaction.insert(tables.roles, *rows)


_ROLE = sa.select(tables.roles.c.id).where(tables.roles.c.type == sa.bindparam("kind"))


async def _insert_default_group(transaction: Transaction) -> str:
    row = _stamped(
        transaction,
        name="Default Group",
        name_key="default group",
        description=_DEFAULT_GROUP_DESCRIPTION,
        search=folded("Default Group", _DEFAULT_GROUP_DESCRIPTION),
        deleteable=False,
        max_devices=5,
        is_saml_default_group=True,
        idp_mapping="[]",
    )
    await transaction.insert(tables.groups, row)
    role = await transaction.find(_ROLE, "role DEFAULT", kind="DEFAULT")
    link = {"group_id": row["id"], "role_id": role["id"]}
    await transaction.insert(tables.group_roles, link)
    return str(row["id"])


async def _insert_owner(transaction: Transaction, email: str, group_id: str) -> str:
    (number,) = await search.next_numbers(transaction, 1)
    row = _stamped(
        transaction,
        seq=number,
        email=emails.canonical(email),
        email_key=emails.mailbox(email),
        first_name_key="",
        last_name_key="",
        status="ACTIVE",
        is_owner=True,
    )
    await transaction.insert(tables.users, row)
    await transaction.insert(tables.user_search, search.text_row(number, email))
    role = await transaction.find(_ROLE, "role OWNER", kind="OWNER")
    await transaction.insert(tables.user_roles, {"user_id": row["id"], "role_id": role["id"]})
    member = {"user_id": row["id"], "group_id": group_id, "created_at": transaction.stamp}
    await transaction.insert(tables.group_members, member)
    return str(row["id"])


async def _insert_protocols(transaction: Transaction) -> None:
    rows = [
        _stamped(
            transaction,
            name=name,
            name_key=key(name),
            network_protocols=msgspec.json.encode(ports).decode(),
            type="ALL" if name == "ALL" else "PREDEFINED",
        )
        for name, ports in PREDEFINED.items()
    ]
    await transaction.insert(tables.protocols, *rows)


async def _insert_rules(transaction: Transaction) -> str:
    unrestricted = _stamped(
        transaction,
        name="Admission without Restrictions",
        name_key="admission without restrictions",
        type="ALLOW",
        rule="true",
        has_time_constraint=False,
    )
    never = _stamped(
        transaction,
        name="No Admission",
        name_key="no admission",
        type="DENY",
        rule="false",
        has_time_constraint=False,
    )
    await transaction.insert(tables.admission_rules, unrestricted, never)
    return str(unrestricted["id"])


async def _insert_default_policy(transaction: Transaction, rule_id: str) -> None:
    row = _stamped(
        transaction,
        name=_DEFAULT_POLICY,
        name_key=key(_DEFAULT_POLICY),
        description=_DEFAULT_POLICY_DESCRIPTION,
        search=folded(_DEFAULT_POLICY, _DEFAULT_POLICY_DESCRIPTION),
        type="INTERNET",
        action=True,
        order=DEFAULT_POLICY_ORDER,
        is_default=True,
        mode="LOCAL",
        all_groups=True,
        all_users=True,
        all_devices=True,
        all_resources=True,
        source_ips="[]",
        rule_id=rule_id,
    )
    await transaction.insert(tables.policies, row)


_NAME = sa.select(tables.tenants.c.name).where(tables.tenants.c.id == TENANT)


async def name_of(session: TenantSession) -> str:
    """Return what people call the tenant."""
    return str((await session.find(_NAME, "tenant"))["name"])


async def insert_key(transaction: Transaction, name: str, role: str, **limits: str | None) -> str:
    """Store a new API key's hash; return the key, of which there is no other copy.

    Args:
        transaction: of the tenant.
        name: what people call it.
        role: type of the role that it acts with.
        **limits: further columns of its row.
    """
    key = new_secret(KEY_PREFIX)
    row = _stamped(transaction, name=name, hash=hashed(key), role=role, **limits)
    await transaction.insert(tables.api_keys, row)
    return key
