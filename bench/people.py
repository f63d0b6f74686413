"""A tenant with many people and devices, put straight into the database."""

import base64
import secrets
from datetime import timedelta

import sqlalchemy as sa

from gatescale.controller import tenants
from gatescale.controller.app import opened_store
from gatescale.controller.caller import system
from gatescale.controller.clock import stamp
from gatescale.controller.settings import Settings
from gatescale.controller.store import search, tables
from gatescale.controller.store.session import Transaction, new_id
from gatescale.controller.store.statements import TENANT

_DEFAULT_GROUP = sa.select(tables.groups.c.id)
_SPEND_HOSTS = (
    sa.update(tables.tenants)
    .where(tables.tenants.c.id == TENANT)
    .values(next_host=tables.tenants.c.next_host + sa.bindparam("count"))
)
_FIRST_HOST = 1


async def settle(settings: Settings, *, users: int, devices_each: int) -> tenants.Created:
    """Make a tenant, and its active users with their devices, while no controller runs."""
    async with opened_store(settings) as store:
        created = await tenants.create(store, "Acme", "owner@acme.test")
        async with store.writing(system(created.tenant_id)) as transaction:
            await _insert(transaction, users, devices_each)
    return created


async def _insert(transaction: Transaction, users: int, devices_each: int) -> None:
    group = await transaction.find(_DEFAULT_GROUP, "group")
    now = transaction.stamp
    numbers = iter(await search.next_numbers(transaction, users * (1 + devices_each)))
    people = [
        {
            "id": new_id(),
            "seq": next(numbers),
            "created_at": now,
            "updated_at": now,
            "email": f"person{number}@acme.test",
            "email_key": f"person{number}@acme.test",
            "first_name": "Ann",
            "first_name_key": "ann",
            "last_name": f"Example {number}",
            "last_name_key": f"example {number}",
            "status": "ACTIVE",
            "is_owner": False,
        }
        for number in range(users)
    ]
    devices = [
        {
            "id": new_id(),
            "seq": next(numbers),
            "created_at": stamp(transaction.now - timedelta(minutes=number)),
            "updated_at": now,
            "user_id": people[number // devices_each]["id"],
            "name": f"Laptop {number}",
            "name_key": f"laptop {number}",
            "active": True,
            "hardware_id": f"hardware-{number}",
            "app_version": "0.1.0",
            "posture": '{"osVersion":"12.4","diskEncryption":true,"firewall":true}',
            "reported_at": now,
            "compliant_until": now,
            "public_key": _key(),
            "identity_key": _key(),
            "host": _FIRST_HOST + number,
            "online_until": now,
        }
        for number in range(users * devices_each)
    ]
    await transaction.insert(tables.users, *people)
    members = ({"group_id": group["id"], "user_id": p["id"], "created_at": now} for p in people)
    await transaction.insert(tables.group_members, *members)
    texts = (search.text_row(p["seq"], p["email"], "Ann", p["last_name"]) for p in people)
    await transaction.insert(tables.user_search, *texts)
    await transaction.insert(tables.devices, *devices)
    texts = (search.text_row(d["seq"], d["name"], d["hardware_id"]) for d in devices)
    await transaction.insert(tables.device_search, *texts)
    await transaction.run(_SPEND_HOSTS, count=len(devices))


def _key() -> str:
    """Return 32 random bytes in base64: a public key whose private one nobody needs."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
