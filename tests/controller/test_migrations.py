"""A database of the first release, filled, is brought to the present and loses nothing."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from controller import given
from controller.test_store import differences
from databases import Cluster
from gatescale.controller import audit
from gatescale.controller.store import migrate
from gatescale.controller.vault import hashed
from live import Api, Live

AT = "2026-01-02T03:04:05.000000Z"

Rows = dict[str, list[dict[str, Any]]]


def uid(tenant: int, number: int) -> str:
    return f"{tenant:08x}-0000-4000-8000-{number:012x}"


def key_of(role: str, tenant: int) -> str:
    return f"gsk_{role}-of-{tenant}"


def old_rows(tenant: int) -> Rows:
    """Return rows of every table of a tenant, with the columns that the first release had."""

    def noun(number: int, **columns: Any) -> dict[str, Any]:
        row = {"tenant_id": uid(tenant, 0), "id": uid(tenant, number)}
        return {**row, "created_at": AT, "updated_at": AT, **columns}

    def named(number: int, name: str, **columns: Any) -> dict[str, Any]:
        return noun(number, name=name, name_key=name.casefold(), **columns)

    def link(**ends: Any) -> dict[str, Any]:
        ids = {k: uid(tenant, v) if k.endswith("_id") else v for k, v in ends.items()}
        return {"tenant_id": uid(tenant, 0), **ids}

    def user(number: int, email: str, first: str | None, last: str | None) -> dict[str, Any]:
        return noun(
            number,
            email=email,
            email_key=email.casefold(),
            first_name=first,
            last_name=last,
            image=None,
            status="ACTIVE",
            is_owner=number == 1,
            max_devices=None,
            last_connection=None,
            invited_until=None,
        )

    def device(number: int, owner: int, name: str) -> dict[str, Any]:
        return noun(
            number,
            user_id=uid(tenant, owner),
            name=name,
            active=True,
            hardware_id=f"HW-{number}",
            app_version="1.0",
            os=None,
            posture='{"compliant": true}',
            public_key=f"public {tenant} {number}",
            identity_key=f"identity {tenant} {number}",
            host=number,
            last_connection=AT,
            online_until=AT,
        )

    def event(number: int, actor: str, target: str) -> dict[str, Any]:
        return link(id=0) | {
            "id": uid(tenant, number),
            "revision": number // 2,
            "at": AT,
            "actor_kind": "key",
            "actor_id": uid(tenant, 80),
            "actor_name": actor,
            "origin": "127.0.0.1",
            "operation": "GroupsController_create",
            "target_kind": "group",
            "target_id": uid(tenant, 20),
            "target_name": target,
        }

    group = {
        "max_devices": 5,
        "is_saml_default_group": False,
        "idp_mapping": "[]",
        "description": None,
    }
    policy = {
        "type": "PRIVATE",
        "action": True,
        "is_default": False,
        "mode": None,
        **dict.fromkeys(("all_groups", "all_users", "all_devices", "all_resources"), False),
        "source_ips": "[]",
        "rule_id": uid(tenant, 70),
        "description": "Für Straße 5",
    }
    unused = {"last_used": None, "revoked_at": None}
    return {
        "tenants": [
            {
                "id": uid(tenant, 0),
                "name": f"Tenant {tenant}",
                "created_at": AT,
                "revision": 9,
                "next_host": 100,
                "network6": f"fd00:0:0:{tenant}::/64",
                "lease_seconds": 86400,
            }
        ],
        "users": [
            user(1, "owner@acme.test", None, None),
            user(2, "ann@bücher.test", "\N{FULLWIDTH LATIN CAPITAL LETTER A}nn", "Straße"),
            user(3, "bob@acme.test", "İnci", "Bob"),
        ],
        "groups": [
            named(20, "Default Group", deleteable=False, **group),
            named(21, "Vertrieb", deleteable=True, **{**group, "description": "Kunden"}),
            named(22, "\N{FULLWIDTH LATIN CAPITAL LETTER V}ertrieb", deleteable=True, **group),
            named(23, "\N{LATIN SMALL LIGATURE FI}nance", deleteable=True, **group),
        ],
        "roles": [
            noun(30 + n, name=kind, description=None, type=kind, deleteable=False)
            for n, kind in enumerate(("OWNER", "ADMIN", "DEFAULT"))
        ],
        "group_members": [link(group_id=20, user_id=n) | {"created_at": AT} for n in (1, 2, 3)],
        "group_roles": [link(group_id=20, role_id=32)],
        "user_roles": [link(user_id=1, role_id=30)],
        "devices": [
            device(10, 2, "\N{FULLWIDTH LATIN CAPITAL LETTER A}nn's Laptop"),
            device(11, 1, "phone"),
        ],
        "gateways": [
            named(
                40,
                "Büro",
                description="Keller",
                wireguard_port=51820,
                endpoint=None,
                observed_address=None,
                relay_enabled=False,
                token_sealed=b"sealed",
                token_hash=f"token {tenant}",
                token_used_at=None,
                public_key=None,
                identity_key=None,
                host=40,
                deployed_on=None,
                app_version=None,
                error=None,
                available=False,
                online_until=AT,
                last_online=None,
                enforced_revision=0,
            )
        ],
        "protocols": [named(50, "ALL", network_protocols="[]", type="ALL")],
        "resources": [
            named(60, "Wiki", description=None, type="PRIVATE", load_balancing_mode="MANUAL")
        ],
        "addresses": [
            noun(61, address="10.0.0.5", is_ip=True, type="PRIVATE"),
            noun(62, address="wiki.internal", is_ip=False, type="PRIVATE"),
        ],
        "resource_addresses": [
            link(resource_id=60, address_id=62, position=0),
            link(resource_id=60, address_id=61, position=1),
        ],
        "address_protocols": [link(address_id=61, protocol_id=50)],
        "resource_gateways": [link(resource_id=60, gateway_id=40, position=0)],
        "admission_rules": [
            named(70, "Unrestricted", type="ALLOW", rule="true", has_time_constraint=False)
        ],
        "policies": [noun(71, name="\N{FULLWIDTH LATIN CAPITAL LETTER S}taff", order=0, **policy)],
        "policy_groups": [link(policy_id=71, group_id=21)],
        "policy_users": [link(policy_id=71, user_id=2)],
        "policy_devices": [link(policy_id=71, device_id=10)],
        "policy_resources": [link(policy_id=71, resource_id=60)],
        "policy_gateways": [link(policy_id=71, gateway_id=40)],
        "api_keys": [
            noun(80 + n, name=role, hash=hashed(key_of(role, tenant)), role=role, **unused)
            for n, role in enumerate(("ADMIN", "AUDITOR"))
        ],
        "enrolment_secrets": [
            link(id=85, user_id=2, device_id=10)
            | {"id": uid(tenant, 85), "kind": "CODE", "hash": f"code {tenant}"}
            | {"created_at": AT, "expires_at": AT, "used_at": AT}
        ],
        "changes": [link() | {"revision": 9, "at": AT, "facts": "[]"}],
        "audit_events": [event(90, "Jürgen", "Straße"), event(91, "CI", "Old team")],
        "outbox": [
            link()
            | {"id": uid(tenant, 95), "created_at": AT, "recipient": "ann@acme.test"}
            | {"message_id": f"<{tenant}@acme>", "content": b"sealed", "attempts": 3}
            | {"next_attempt": "2999-01-01T00:00:00.000000Z", "last_error": "refused"}
        ],
        "spent_challenges": [{"hash": f"spent {tenant}", "expires_at": AT}],
    }


TENANTS = (7, 3)


def fill(connection: sa.Connection) -> None:
    """Make the first release's schema and fill it."""
    config = Config()
    folder = Path(migrate.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    schema = sa.MetaData()
    schema.reflect(connection)
    filled = {"alembic_version"}
    for tenant in TENANTS:
        rows = old_rows(tenant)
        for table in schema.sorted_tables:
            if table.name in rows:
                filled.add(table.name)
                assert {c.name for c in table.c} == rows[table.name][0].keys(), table.name
                connection.execute(table.insert(), rows[table.name])
    assert filled == schema.tables.keys(), "every table has rows"
    connection.commit()


def contents(connection: sa.Connection) -> Rows:
    schema = sa.MetaData()
    schema.reflect(connection, only=lambda name, _: "trigrams" not in name)
    return {
        table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
        for table in schema.sorted_tables
    }


@dataclass
class Old:
    """A database of the first release; ``looked`` gives what a look at its rows returns."""

    url: str
    data_dir: Path
    looked: Callable[[Callable[[sa.Connection], Any]], Any]
    upgrade: Callable[[], None]


def on_postgres(url: str, look: Callable[[sa.Connection], Any]) -> Any:
    async def looked() -> Any:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as connection:
            await connection.execute(sa.text("SET gatescale.tenant = '*'"))
            found = await connection.run_sync(look)
        await engine.dispose()
        return found

    return asyncio.run(looked())


def on_sqlite(path: Path, look: Callable[[sa.Connection], Any]) -> Any:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found = look(connection)
    engine.dispose()
    return found


async def fresh_database(superuser_url: str) -> str:
    """Return the name of a new database of the controller's role."""
    connection = await asyncpg.connect(superuser_url)
    name = f"old_{uuid.uuid4().hex}"
    await connection.execute(f"CREATE DATABASE {name} OWNER gatescale")
    await connection.close()
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    if request.param == "sqlite":
        path = tmp_path / "gatescale.db"
        made = Old("", tmp_path, partial(on_sqlite, path), partial(migrate.migrate_sqlite, path))
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        name = asyncio.run(fresh_database(cluster.superuser_url))
        url = cluster.url.rpartition("/")[0] + f"/{name}"
        made = Old(
            url,
            tmp_path,
            partial(on_postgres, url),
            lambda: asyncio.run(migrate.migrate_postgres(url)),
        )
    made.looked(fill)
    return made


def test_nothing_is_lost_and_the_schema_is_the_present_one(old: Old):
    before = old.looked(contents)
    old.upgrade()
    assert old.looked(differences) == []
    after = old.looked(contents)
    del before["alembic_version"]
    for table, rows in before.items():
        found = [{column: row[column] for column in rows[0]} for row in after[table]]
        assert in_order(found) == in_order(rows), table
    for row in after["tenants"]:
        listed = after["users"] + after["devices"]
        numbers = sorted(each["seq"] for each in listed if each["tenant_id"] == row["id"])
        assert numbers == list(range(row["first_seq"], row["next_seq"]))
        assert (row["user_count"], row["device_count"]) == (3, 2)


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    """Return rows for comparing, without what upgrades write anew."""
    anew = {"name_key", "email", "email_key"}
    return sorted(repr([row[column] for column in sorted(row.keys() - anew)]) for row in rows)


@pytest.fixture
def upgraded(old: Old) -> Iterator[tuple[Live, Api]]:
    """A controller over what it has upgraded itself, and one tenant's API."""
    with Live(old.data_dir, old.url) as live:
        yield live, Api(live.url, key_of("ADMIN", TENANTS[0]))


def ids(api: Api, noun: str, query: str) -> list[int]:
    """Return the numbers of the rows that were found, all of which are the tenant's own."""
    # Gateways' tokens are sealed with a key that is lost; auditors do not see them.
    auditor = Api(api.url, key_of("AUDITOR", TENANTS[0]))
    found = [row["id"] for row in given.read(auditor, f"/tenants/{noun}?{query}")["data"]]
    assert all(each.startswith(f"{TENANTS[0]:08x}") for each in found)
    return [int(each[-12:], 16) for each in found]


def test_old_rows_are_found_and_sorted_as_new_ones_are(upgraded: tuple[Live, Api]):
    _, api = upgraded
    for noun, query, found in [
        ("users", "search=strasse", [2]),
        ("users", "search=an", [2]),
        ("users", "search=%C4%B0nc", [3]),
        ("users", "search=ACME.", [1, 3]),
        ("devices", "search=strasse", [10]),
        ("devices", "search=ann's", [10]),
        ("devices", "search=hw-11", [11]),
        ("devices", "search=owner@", [11]),
        ("groups", "search=kunden", [21]),
        ("groups", "search=vertrieb", [21, 22]),
        ("gateways", "search=keller", [40]),
        ("resources", "search=wiki.int", [60]),
        ("resources", "search=10.0.0.5", [60]),
        ("policies", "search=STRASSE", [71]),
        ("policies", "search=staff", [71]),
    ]:
        assert sorted(ids(api, noun, query)) == found, (noun, query)
    assert ids(api, "users", "sort=firstName") == [1, 2, 3]
    assert ids(api, "users", "sort=-lastName") == [2, 3, 1]
    assert ids(api, "users", "filter[firstName][ilike]=ann") == [2]
    assert ids(api, "users", "filter[lastName]=Stra%C3%9Fe") == [2]
    assert ids(api, "devices", "sort=name") == [10, 11]
    assert ids(api, "users", "filter[email][ilike]=%25ann@%25") == [2]
    assert ids(api, "devices", "filter[user.email][ilike]=ann@%25") == [10]
    assert ids(api, "groups", "filter[name][ilike]=finan%25") == [23]
    assert ids(api, "groups", "filter[name]=%EF%BC%B6ertrieb") == [22]
    assert ids(api, "policies", "filter[name][ilike]=STAFF") == [71]


def test_what_looks_like_an_old_name_or_is_an_old_mailbox_is_taken(upgraded: tuple[Live, Api]):
    _, api = upgraded
    for name in ("FINANCE", "vertrieb", "default group"):
        answer = api.post("/tenants/groups", json={"name": name, "roles": []})
        assert (answer.status, answer.pointers) == (409, ["/name"]), name
    group = uid(TENANTS[0], 20)
    for email in ("ANN@xn--bcher-kva.test", "ann@BÜCHER.test", "Bob@Acme.test"):
        answer = api.post("/tenants/users", json={"email": email, "groups": [group]})
        assert (answer.status, answer.pointers) == (409, ["/email"]), email
    body = {"name": "\N{FULLWIDTH LATIN CAPITAL LETTER B}ÜRO", "wireguardPort": "51820"}
    assert api.post("/tenants/gateways", json=body).status == 409


def test_events_from_before_the_chain_are_kept_ahead_of_it(upgraded: tuple[Live, Api]):
    live, api = upgraded
    assert ids(api, "audit-events", "sort=sequence") == [90, 91]
    assert ids(api, "audit-events", "search=strasse") == [90]
    assert ids(api, "audit-events", "search=J%C3%9CRG") == [90]
    assert ids(api, "audit-events", "search=groupscontroller") == [91, 90]
    made = api.made("/tenants/groups", {"name": "New", "roles": []})
    shown = given.read(api, "/tenants/audit-events")["data"]
    assert [event["sequence"] for event in shown] == [1, 0, -1]
    assert [event["hash"] for event in shown[1:]] == ["", ""]
    assert shown[0]["target"]["id"] == made["id"]
    verdict = live.call(audit.verify(live.controller.store, uid(TENANTS[0], 0)))
    assert (verdict.events, verdict.broken) == (1, None)


def test_new_rows_stand_beside_old_ones(upgraded: tuple[Live, Api]):
    _, api = upgraded
    new = given.user(api, "new@acme.test", [uid(TENANTS[0], 20)])
    assert given.rows(api, "users", "&search=new@")[0]["id"] == new["id"]
    assert api.put(f"/tenants/users/{uid(TENANTS[0], 2)}", json={"lastName": "Lee"}).status == 200
    assert ids(api, "devices", "search=lee") == [10]
    assert ids(api, "devices", "search=strasse") == []
