"""A tenant as large as they come, put straight into the database.

Names, sizes of groups, statuses and times are spread about as in a company; the same each time.
"""

import base64
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gatescale.controller import signals, tenants
from gatescale.controller.app import opened_store
from gatescale.controller.caller import system
from gatescale.controller.clock import stamp
from gatescale.controller.settings import Settings
from gatescale.controller.store import search, tables
from gatescale.controller.store.folding import folded, key
from gatescale.controller.store.session import Store, Transaction
from gatescale.controller.store.statements import TENANT
from gatescale.controller.store.walls import EVERYBODY
from gatescale.wire.posture import Signals

USERS, DEVICES_EACH, RESOURCES = 100_000, 3, 5_000
GROUPS, GATEWAYS, POLICIES = 300, 20, 300
AT_ONCE = 10_000

MODELS = ("Laptop", "ThinkPad", "iPhone")
VERSIONS = ("1.0.0", "1.1.0", "1.2.0", "1.2.1")
THINGS = ("wiki", "payroll", "git", "grafana", "nas", "printer", "erp", "camera")
FIRST_NAMES = tuple(
    one + two
    for one in ("An", "Be", "Ca", "Do", "El", "Fi", "Ga", "Ha", "Il", "Jo", "Ka", "Lu", "Mi")
    for two in ("na", "nie", "rlo", "ria", "len", "mar", "so")
)
LAST_NAMES = tuple(
    one + two
    for one in ("Schm", "Mey", "Fisch", "Web", "Wagn", "Beck", "Hoff", "Koch", "Baü", "Richt")
    for two in (
        "er",
        "idt",
        "ann",
        "hauser",
        "in",
        "berg",
        "feld",
        "stein",
        "au",
        "ow",
        "ke",
        "el",
        "ing",
        "wald",
        "bach",
        "mann",
    )
)


@dataclass
class Space:
    """What was made: ids, and emails."""

    created: tenants.Created
    users: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    """The largest first."""
    roles: list[str] = field(default_factory=list)
    gateways: list[str] = field(default_factory=list)
    protocols: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)


_SPEND_HOSTS = (
    sa.update(tables.tenants)
    .where(tables.tenants.c.id == TENANT)
    .values(next_host=tables.tenants.c.next_host + sa.bindparam("count"))
)


class _Filling:
    """Makes rows and inserts them."""

    def __init__(self, made: Space, transaction: Transaction, now: datetime) -> None:
        self.made, self.transaction, self.now = made, transaction, now
        self.dice = random.Random(7)

    def id(self) -> str:
        digits = f"{self.dice.getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def public_key(self) -> str:
        return base64.b64encode(self.dice.randbytes(32)).decode()

    def ago(self, days: float) -> str:
        return stamp(self.now - timedelta(seconds=self.dice.uniform(0, days * 86_400)))

    def noun(self, **columns: Any) -> dict[str, Any]:
        made = self.ago(700)
        return {"id": self.id(), "created_at": made, "updated_at": self.ago(100), **columns}

    async def insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        for start in range(0, len(rows), AT_ONCE):
            await self.transaction.insert(table, *rows[start : start + AT_ONCE])

    async def people(self) -> None:
        dice = self.dice
        numbers = await search.next_numbers(self.transaction, USERS * (1 + DEVICES_EACH))
        people, texts, owned = [], [], []
        for number in range(USERS):
            first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
            email = f"{first}.{last}{number}@acme.example".lower()
            status = dice.choices(("ACTIVE", "INVITED", "DEACTIVATED"), (90, 7, 3))[0]
            is_new = status == "INVITED"
            person = self.noun(
                seq=numbers[number],
                email=email,
                email_key=key(email),
                first_name=None if is_new else first,
                first_name_key="" if is_new else key(first),
                last_name=None if is_new else last,
                last_name_key="" if is_new else key(last),
                status=status,
                is_owner=False,
                max_devices=dice.choice((None, None, None, 2, 10)),
                last_connection=None if is_new else self.ago(60),
                invited_until=stamp(self.now + timedelta(days=dice.uniform(-5, 7)))
                if is_new
                else None,
            )
            people.append(person)
            names = (email, person["first_name"], person["last_name"])
            texts.append(search.text_row(person["seq"], *names))
            owned += [self.device(person, number * DEVICES_EACH + k) for k in range(DEVICES_EACH)]
        for device, seq in zip(owned, numbers[USERS:], strict=True):
            device["seq"] = seq
        await self.insert(tables.users, people)
        await self.insert(tables.user_search, texts)
        names_of = {p["id"]: (p["email"], p["first_name"], p["last_name"]) for p in people}
        texts = [
            search.text_row(d["seq"], d["name"], d["hardware_id"], *names_of[d["user_id"]])
            for d in owned
        ]
        await self.insert(tables.devices, owned)
        await self.insert(tables.device_search, texts)
        for start in range(0, len(owned), AT_ONCE):
            part = owned[start : start + AT_ONCE]
            rows = [row for d in part for row in signals.rows({"device_id": d["id"]}, d["posture"])]
            await self.insert(tables.device_signals, rows)
        await self.transaction.run(_SPEND_HOSTS, count=len(owned) + GATEWAYS)
        self.made.users = [person["id"] for person in people]
        self.made.emails = [person["email"] for person in people]

    def device(self, owner: dict[str, Any], number: int) -> dict[str, Any]:
        dice = self.dice
        name = f"{dice.choice(MODELS)} {dice.randrange(10_000)}"
        is_online = dice.random() < 0.2
        ahead = dice.uniform(86_400, 172_800)
        return self.noun(
            user_id=owner["id"],
            name=name,
            name_key=key(name),
            active=dice.random() > 0.03,
            hardware_id=f"{dice.getrandbits(64):016X}",
            app_version=dice.choice(VERSIONS),
            os="Debian 12",
            **self.state(),
            public_key=self.public_key(),
            identity_key=self.public_key(),
            host=number + 2,
            last_connection=None if dice.random() < 0.1 else self.ago(60),
            online_until=stamp(self.now + timedelta(seconds=ahead)) if is_online else self.ago(60),
        )

    def state(self) -> dict[str, Any]:
        """Return what a device said of itself: now and then something is missing or not known."""
        dice = self.dice
        told = Signals(
            os_family="linux",
            os_name="Debian GNU/Linux",
            os_version=f"12.{dice.randrange(9)}",
            kernel=f"6.1.0-{dice.randrange(40)}-amd64",
            disk_encryption=dice.random() < 0.97,
            firewall=dice.random() < 0.9,
            endpoint_protection=dice.choice((True, True, None)),
            screen_lock=dice.choice((True, None)),
            secure_boot=dice.random() < 0.8,
            automatic_updates=True,
            pending_reboot=dice.random() < 0.05,
            serial_number=f"PF{dice.getrandbits(32):08X}",
        )
        ahead = timedelta(days=dice.uniform(-10, 10))
        compliant = signals.are_compliant(told)
        return {
            "posture": signals.stored(told),
            "reported_at": self.ago(1),
            "compliant_until": stamp(self.now + ahead) if compliant else "",
            "serial_key": key(told.serial_number or ""),
            "owned": dice.random() < 0.8,
            "origin": f"192.0.2.{dice.randrange(256)}",
            "origin_country": dice.choice(("DE", "FR", "US")),
        }

    async def memberships(self, default: str) -> None:
        """Put everybody into one group and a third into a second; few groups are large."""
        dice, made = self.dice, self.made
        rows = []
        for number in range(GROUPS):
            name = f"{dice.choice(THINGS)} team {number}"
            rows.append(
                self.noun(
                    name=name,
                    name_key=name,
                    search=folded(name),
                    deleteable=True,
                    max_devices=3 if number % 10 == 0 else 5,
                    is_saml_default_group=False,
                    idp_mapping="[]",
                )
            )
        await self.insert(tables.groups, rows)
        made.groups = [default, *(row["id"] for row in rows)]
        weights = [1 / (rank + 1) for rank in range(len(made.groups))]
        links = {
            (user, group)
            for user in made.users
            for group in dice.choices(made.groups, weights, k=1 + (dice.random() < 0.3))
        }
        at = self.ago(700)
        await self.insert(
            tables.group_members,
            [
                {"user_id": user, "group_id": group, "created_at": at}
                for user, group in sorted(links)
            ],
        )
        end_user = made.roles[0]
        granted = [{"group_id": row["id"], "role_id": end_user} for row in rows]
        granted += [{"group_id": row["id"], "role_id": made.roles[1]} for row in rows[-3:]]
        await self.insert(tables.group_roles, granted)
        chosen = dice.sample(made.users, 50)
        given = [{"user_id": each, "role_id": dice.choice(made.roles[1:])} for each in chosen]
        await self.insert(tables.user_roles, given)

    async def network(self) -> None:
        dice, made = self.dice, self.made
        gateways = [
            self.noun(
                name=f"gateway {number}",
                name_key=f"gateway {number}",
                search=folded(f"gateway {number}"),
                wireguard_port=51820,
                relay_enabled=False,
                token_sealed=self.transaction.vault.seal(b"gsg_", "gateway token"),
                token_hash=f"{dice.getrandbits(256):064x}",
                host=USERS * DEVICES_EACH + 10 + number,
                deployed_on=self.ago(10),
                available=number % 2 == 0,
                online_until=stamp(self.now + timedelta(days=1 if number % 2 else -1)),
                enforced_revision=0,
            )
            for number in range(GATEWAYS)
        ]
        await self.insert(tables.gateways, gateways)
        made.gateways = [row["id"] for row in gateways]
        resources, places, links, spoken, served = [], [], [], [], []
        for number in range(RESOURCES):
            name = f"{dice.choice(THINGS)} {number}"
            kind = dice.choice(("PRIVATE", "PRIVATE", "PRIVATE", "SAAS", "INTERNET"))
            own = [
                self.noun(
                    address=f"10.{dice.randrange(20)}.{dice.randrange(256)}.{dice.randrange(256)}"
                    if kind == "PRIVATE"
                    else f"{dice.choice(THINGS)}{number}.example.com",
                    is_ip=kind == "PRIVATE",
                    type=kind,
                )
                for _ in range(dice.choice((1, 1, 2, 3)))
            ]
            resource = self.noun(
                name=name,
                name_key=name,
                search=folded(name, *(each["address"] for each in own)),
                type=kind,
                load_balancing_mode="MANUAL",
            )
            resources.append(resource)
            places += own
            for position, each in enumerate(own):
                link = {"resource_id": resource["id"], "address_id": each["id"]}
                links.append({**link, "position": position})
                spoken.append(
                    {"address_id": each["id"], "protocol_id": dice.choice(made.protocols)}
                )
            served += [
                {"resource_id": resource["id"], "gateway_id": each, "position": position}
                for position, each in enumerate(dice.sample(made.gateways, 2))
            ]
        await self.insert(tables.resources, resources)
        await self.insert(tables.addresses, places)
        await self.insert(tables.resource_addresses, links)
        await self.insert(tables.address_protocols, spoken)
        await self.insert(tables.resource_gateways, served)
        await self.policies([row["id"] for row in resources if row["type"] == "PRIVATE"])

    async def policies(self, resources: list[str]) -> None:
        dice, made = self.dice, self.made
        rule = (await self.transaction.all(sa.select(tables.admission_rules.c.id)))[0]["id"]
        rows = []
        for number in range(POLICIES):
            name = f"{dice.choice(THINGS)} access {number}"
            rows.append(
                self.noun(
                    name=name,
                    name_key=name,
                    search=folded(name),
                    type="PRIVATE",
                    action=True,
                    order=number,
                    is_default=False,
                    all_groups=False,
                    all_users=False,
                    all_devices=False,
                    all_resources=False,
                    source_ips="[]",
                    rule_id=rule,
                )
            )
        await self.insert(tables.policies, rows)
        made.policies = [row["id"] for row in rows]
        groups = [
            {"policy_id": each, "group_id": group}
            for each in made.policies
            for group in dice.sample(made.groups[1:], 2)
        ]
        named = [
            {"policy_id": each, "resource_id": resource}
            for each in made.policies
            for resource in dice.sample(resources, 10)
        ]
        await self.insert(tables.policy_groups, groups)
        await self.insert(tables.policy_resources, named)


_IDS = {
    name: sa.select(table.c.id, table.c.type)
    for name, table in (("roles", tables.roles), ("protocols", tables.protocols))
}


async def settle(settings: Settings) -> Space:
    """Make the tenant while no controller runs."""
    async with opened_store(settings) as store:
        made = Space(await tenants.create(store, "Acme", "owner@acme.example"))
        is_postgres = store.database.compiler.dialect == "postgresql"
        await (_without_triggers if is_postgres else _in_memory)(store)
        async with store.writing(system(made.created.tenant_id)) as transaction:
            roles = {row["type"]: row["id"] for row in await transaction.all(_IDS["roles"])}
            made.roles = [roles[kind] for kind in ("DEFAULT", "ADMIN", "AUDITOR", "SUPPORT")]
            made.protocols = [row["id"] for row in await transaction.all(_IDS["protocols"])]
            group = await transaction.find(sa.select(tables.groups.c.id), "group")
            filling = _Filling(made, transaction, store.clock())
            await filling.people()
            await filling.memberships(group["id"])
            await filling.network()
        if is_postgres:
            await _as_if_after_a_minute(store)
    return made


async def _in_memory(store: Store) -> None:
    """Let the one large transaction of SQLite stay there."""
    async with store.database.write(EVERYBODY) as connection:
        await connection.all("PRAGMA cache_size = -2000000", [])


_COUNTED = {
    "users": "count_users",
    "devices": "count_devices",
    "device_signals": "USER",
}
"""Triggers that change one row for each of very many, by table."""
_TOTALS = """INSERT INTO device_signal_totals (tenant_id, name, text, number, devices)
SELECT tenant_id, name, text, number, count(*) FROM device_signals
GROUP BY tenant_id, name, text, number"""


async def _without_triggers(store: Store) -> None:
    """Keep PostgreSQL from a new version of a row for each of 400,000 others that it counts."""
    async with store.database.write(EVERYBODY) as connection:
        for table, trigger in _COUNTED.items():
            await connection.all(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}", [])


async def _as_if_after_a_minute(store: Store) -> None:
    """Do what the triggers would have, and what PostgreSQL does by itself a minute later."""
    async with store.database.write(EVERYBODY) as connection:
        for table, trigger in _COUNTED.items():
            await connection.all(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}", [])
        await connection.all(_TOTALS, [])
        for noun in ("user", "device"):
            counted = f"(SELECT count(*) FROM {noun}s WHERE tenant_id = tenants.id)"
            await connection.run(f"UPDATE tenants SET {noun}_count = {counted}", [])
    async with store.database.read(EVERYBODY) as connection:
        await connection.all("VACUUM ANALYZE", [])
