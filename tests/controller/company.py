"""A tenant with some of everything: with much that is the same, missing or strange."""

import random

import sqlalchemy as sa

from controller import given
from gatescale.controller import signals
from gatescale.controller.caller import system
from gatescale.controller.store import tables
from live import Api, Live

FUTURE, PAST = "2999-01-01T00:00:00.000000Z", "2020-01-01T00:00:00.000000Z"

FIRST_NAMES = ("Jürgen", "İnci", "Ann", None, "Z\N{COMBINING DIAERESIS}oe")
LAST_NAMES = ("Straße", "STRASSER", None, "O'Brien", 'D"Arc', "ΣΊΣΥΦΟΣ")
NAMES = (
    "100%_sure",
    "100 sure",
    r"back\slash",
    "\N{FULLWIDTH LATIN CAPITAL LETTER A}dmin",
    "Cafe\N{COMBINING ACUTE ACCENT}",
    "o\N{LATIN SMALL LIGATURE FFI}ce",
)
POSTURES = (
    '{"firewall": true, "osVersion": "12.4", "patch": 10, "load": 1.5, "extra": {"a": "b"}}',
    '{"firewall": false, "osVersion": "9", "patch": "10", "load": -0.5, "extra": {"a": 7}}',
    '{"firewall": null, "osVersion": "", "patch": 9, "nothing": null, "100%": "a", "extra": {}}',
    '{"ключ": "İ", "osVersion": "Straße", "patch": 1000000000000, "extra": {"B": false}}',
    None,
)
"""More than devices can say of themselves."""


def settle(live: Live, api: Api) -> None:
    """Make it, the same each time."""
    teams = [
        given.group(api, name, roles=[given.role(api, role)["id"]], description=name[::-1])
        for name, role in zip(NAMES, ("AUDITOR", "SUPPORT") * 3, strict=True)
    ]
    groups = [given.default_group(api)["id"], *(team["id"] for team in teams)]
    people = _people(live, api, groups)
    laptops = _laptops(live, api, [given.owner(api)["id"], *people[:2]])
    sites = _sites(live, api)
    private = _resources(api, sites)
    for n, name in enumerate(NAMES):
        scope = {
            "groups": groups[n : n + 2],
            "users": [people[n]] if n % 2 else [],
            "devices": [laptops[n % 5]],
            "resources": private[: n % 3],
            "gateways": [sites[n % 5]["id"]],
        }
        about = {"description": LAST_NAMES[n]} if LAST_NAMES[n] else {}
        given.policy(api, name, rule=given.rule(api)["id"], **scope, **about)
    for noun in ("users", "devices", "groups", "resources", "policies"):
        for n, row in enumerate(given.rows(api, noun)):
            if n % 3:
                update(live, api, noun, row["id"], created_at=PAST, updated_at=PAST)


def _people(live: Live, api: Api, groups: list[str]) -> list[str]:
    dice = random.Random(5)
    names = ("ann", "Bob", "c_d", "c%d", "ann.b", "zoe", "Zoe2", "ANN-MARIE")
    people = [
        given.user(api, f"{name}@acme.test", dice.sample(groups, 1 + n % 3))["id"]
        for n, name in enumerate(names)
    ]
    for n, person in enumerate(people[1:]):
        named = {"firstName": FIRST_NAMES[n % 5], "lastName": LAST_NAMES[n % 6]}
        image = "/face.png" if n % 2 else None
        about = {"department": LAST_NAMES[n % 6], "title": FIRST_NAMES[n % 5]}
        attributes = [{"level": n, "osVersion": "12.4"}, {"osVersion": True}, {}][n % 3]
        body = {**named, "maxDevices": (None, 2, 10)[n % 3], "image": image}
        body |= {**about, "attributes": attributes}
        assert api.put(f"/tenants/users/{person}", json=body).status == 200
    for person in people[:2]:
        roles = {"addedRoles": [given.role(api, "ADMIN")["id"]], "removedRoles": []}
        assert api.patch(f"/tenants/users/{person}/roles", json=roles).status == 200
    for person in people[2:4]:
        assert api.patch(f"/tenants/users/{person}/deactivate").status == 200
    update(live, api, "users", people[5], invited_until=PAST)
    for n in (0, 1, 6):
        seen = {"last_connection": (PAST, FUTURE, None)[n % 3], "status": "ACTIVE"}
        update(live, api, "users", people[n], **seen)
    return people


def _laptops(live: Live, api: Api, owners: list[str]) -> list[str]:
    hardware = ("HW-ß", "hw-1", "hw_2", "hw%3", "HW-SS")
    laptops = [
        given.device(api, owners[n % 3], name, hardware[n])["id"]
        for n, name in enumerate(NAMES[:5])
    ]
    for n, laptop in enumerate(laptops):
        columns = {
            **state(POSTURES[n], (FUTURE, PAST, "", FUTURE, None)[n]),
            "app_version": ("1.0", "1.10", "1.0", "", "1.2")[n],
            "last_connection": (None, PAST, FUTURE, PAST, None)[n],
            "online_until": FUTURE if n % 2 else PAST,
        }
        update(live, api, "devices", laptop, **columns)
        rows = list(signals.rows({"device_id": laptop}, POSTURES[n] or "{}"))
        live.call(_insert(live, api, rows))
    assert api.patch(f"/tenants/devices/{laptops[3]}/deactivate").status == 200
    return laptops


def state(posture: str | None, compliant_until: str | None) -> dict[str, object]:
    """Return the columns of a device that said this."""
    is_known = posture is not None
    return {
        "posture": posture,
        "reported_at": PAST if is_known else None,
        "compliant_until": compliant_until,
        "owned": is_known and len(posture) % 2 == 0 if compliant_until else None,
        "origin": "192.0.2.7" if is_known else None,
        "origin_country": "DE" if compliant_until else None,
    }


async def _insert(live: Live, api: Api, rows: list) -> None:
    async with live.controller.store.writing(system(api.tenant.tenant_id)) as transaction:
        await transaction.insert(tables.device_signals, *rows)


def _sites(live: Live, api: Api) -> list:
    sites = [
        given.gateway(api, name, wireguardPort=str(51820 + n % 2), description=LAST_NAMES[n])
        for n, name in enumerate(NAMES[:5])
    ]
    for n, site in enumerate(sites[:4]):
        columns = {
            "deployed_on": PAST,
            "online_until": PAST if n == 2 else FUTURE,
            "error": "Port 51820: İn use, 100%" if n == 1 else None,
            "endpoint": None if n == 3 else f"gw{n}.example.com",
            "last_online": PAST if n % 2 else None,
        }
        update(live, api, "gateways", site["id"], **columns)
    return sites


def _resources(api: Api, sites: list) -> list[str]:
    """Make resources; return the private ones."""
    web = given.protocol(api)
    private = []
    for n, name in enumerate(("wiki", "Wiki 2", "mail", "größe", "100% sure", "x")):
        kind = ("PRIVATE", "INTERNET", "PRIVATE", "SAAS")[n % 4]
        is_private = kind == "PRIVATE"
        places = [
            {
                "address": f"10.0.0.{n}" if is_private else f"host{n}.example.com",
                "protocols": [web["id"]] if n % 3 else [],
            },
            {"address": f"10.1.{n}.0/24" if is_private else f"b{n}.example.com"},
        ]
        about = {"description": name.upper()} if n % 3 else {}
        made = given.resource(api, name, type=kind, addresses=places, **about)
        if is_private:
            given.connected(api, made, *sites[n % 3 : n % 3 + 2])
            private.append(made["id"])
    return private


def update(live: Live, api: Api, table: str, row_id: str, **columns: object) -> None:
    """Set what no edge can set, or not by itself."""
    t = tables.metadata.tables[table]
    assert api.tenant
    mine = sa.and_(t.c.tenant_id == api.tenant.tenant_id, t.c.id == row_id)
    live.call(live.controller.store.run_anywhere(sa.update(t).where(mine).values(columns)))
