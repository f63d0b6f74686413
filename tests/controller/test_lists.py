"""Lists: what they filter, sort, page and search, against a plain reference over all their rows."""

import random
from datetime import timedelta
from itertools import product
from urllib.parse import quote

import pytest

from controller import given
from controller.company import PAST, settle, update
from controller.reference import (
    LISTINGS,
    Reference,
    everything,
    fields,
    orders,
)
from gatescale.controller import roles
from gatescale.controller.store import list_statements, listing, pages
from gatescale.controller.store.fields import OPERATORS, known
from live import Api, Live


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def reference(request: pytest.FixtureRequest) -> Reference:
    live: Live = request.getfixturevalue(f"{request.param}_live")
    api = live.tenant()
    settle(live, api)
    return Reference(api)


@pytest.fixture(
    params=[
        "together",
        "collected",
        "walked",
        "walked in a set",
        "walked further",
        "walked in vain",
        "walked on",
    ]
)
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All ways to read a page: with its total, as of few rows, and as of many."""
    if request.param != "together":
        monkeypatch.setattr(pages, "FEW", 0)
    if request.param.startswith("walked"):
        monkeypatch.setattr(pages, "_COLLECTING", 10**18)
        monkeypatch.setattr(pages, "_COLLECTING_SEARCHED", 10**18)
    if request.param == "walked in a set":
        monkeypatch.setattr(pages, "_COLLECTING_RELATED", 10**18)
    else:
        monkeypatch.setattr(pages, "is_related", lambda _: False)
    if request.param in {"walked further", "walked in vain", "walked on"}:
        monkeypatch.setattr(pages, "_MANY", 1)
    if request.param in {"walked in vain", "walked on"}:
        monkeypatch.setattr(pages, "_FURTHER", 10**30)
    if request.param == "walked on":
        monkeypatch.setattr(pages, "_COLLECTED", 0)


def asked_of(reference: Reference, noun: str, field: str, kind: str) -> list[str]:
    """Return values to compare a field with: those that it has, and their neighbours."""
    if kind == "boolean":
        return ["true", "false"]
    had = {v for row in reference.rows[noun] for v in reference.values(noun, row, field)}
    texts = sorted(str(value) for value in had - {None})
    if kind == "integer":
        return [*texts[:2], *texts[-1:], "-7"]
    some = texts[:: max(1, len(texts) // 3)]
    return list(dict.fromkeys([*some, *(text.upper() for text in some[:1]), "", "nothing"]))


def allowed(noun: str, field: str, operator: str, texts: list[str]) -> list[str]:
    """Return those of the values that the operator takes: of a field of few, only these."""
    declared = known(LISTINGS[noun].fields, field)
    few = listing.possible(LISTINGS[noun], declared) if declared else ()
    if few and operator in {"eq", "ne", "in", "nin"}:
        return [text for text in texts if text in few] or list(few)
    return texts


def patterns(texts: list[str]) -> list[str]:
    """Return patterns for ilike that match some of these texts, or nearly."""
    made = ["%", "", "%%_%", r"%\%"]
    for text in texts[:4]:
        made += [text, f"{text[:3].upper()}%", f"%{text[-3:].lower()}", f"%{text[1:4].swapcase()}%"]
    return list(dict.fromkeys(made))


@pytest.mark.parametrize("noun", LISTINGS)
def test_every_field_is_filtered_by_every_operator(reference: Reference, reading: None, noun: str):
    found = 0
    for field, kind in fields(noun).items():
        texts = asked_of(reference, noun, field, kind)
        for operator in OPERATORS:
            if operator == "ilike" and kind != "text":
                answer = reference.api.get(f"/tenants/{noun}?filter[{field}][ilike]=true")
                assert (answer.status, answer.pointers) == (422, [f"query/filter[{field}]"])
                continue
            values = allowed(noun, field, operator, texts)
            for asked in patterns(texts) if operator == "ilike" else values:
                found += reference.check(noun, limit=12, filters=[(field, operator, asked)])
            if operator in {"in", "nin"}:
                several = ", ".join(values[:3])
                reference.check(noun, limit=12, filters=[(field, operator, several)])
    assert found, "some row passes"


@pytest.mark.parametrize("noun", LISTINGS)
def test_every_field_is_sorted_both_ways_over_small_pages(reference: Reference, noun: str):
    total = len(reference.rows[noun])
    for n, order in enumerate(orders(noun)):
        limit = 1 + n % 3
        for offset in range(0, total + limit, max(limit, total // 12 // limit * limit)):
            reference.check(noun, limit=limit, offset=offset, sort=[order])


@pytest.mark.parametrize("noun", LISTINGS)
def test_pages_of_filters_searches_and_orders_together(
    reference: Reference, reading: None, noun: str
):
    dice = random.Random(noun)
    kinds = fields(noun)
    for _ in range(60):
        filters = []
        for field in dice.sample(sorted(kinds), dice.randrange(3)):
            operator = dice.choice(("ne", "nin", "gte", "lte", "eq"))
            texts = asked_of(reference, noun, field, kinds[field])
            filters.append((field, operator, dice.choice(allowed(noun, field, operator, texts))))
        reference.check(
            noun,
            limit=dice.randrange(1, 8),
            offset=dice.randrange(12),
            filters=filters,
            search=dice.choice(("", "", "a", "e", "s", "ss", "acme")),
            sort=dice.sample(orders(noun), dice.randrange(4)),
        )


def test_every_noun_lists_at_least_what_the_contract_names():
    named = {
        "users": "groups.id roles.id status email firstName lastName isOwner maxDevices image",
        "devices": "user.id user.email status active appVersion posture.osVersion hardwareId",
        "groups": "roles.id users.id name description deleteable maxDevices",
        "gateways": "status resources.id name description wireguardPort endpoint relayEnabled",
        "resources": "policies.id gateways.id addresses.protocols.id type loadBalancingMode status",
        "policies": "type action rule.id groups.id users.id devices.id resources.id gateways.id",
        "audit-events": "actor.id target.id operation createdAt",
    }
    for noun, names in named.items():
        assert set(names.split()) <= fields(noun).keys(), noun


@pytest.mark.parametrize("noun", LISTINGS)
def test_what_a_list_does_not_know_is_refused_and_what_it_knows_told(reference, noun):
    names = [name.replace(".*", ".<key>") for name in LISTINGS[noun].fields]
    sortable = [order for order in orders(noun) if not order.startswith("-")]
    for query, pointer, told in [
        ("filter[nothing]=1", "query/filter[nothing]", names),
        ("filter[id][like]=1", "query/filter[id]", OPERATORS),
        ("filter[tenant_id]=1", "query/filter[tenant_id]", names),
        ("sort=nothing", "query/sort", sortable),
        ("sort=id:up", "query/sort", ["asc", "desc"]),
        ("search=a%00", "query/search", ["NUL"]),
        ("filter[id]=%00", "query/filter[id]", ["NUL"]),
        ("limit=101", "query/limit", ["100"]),
        ("order=id", "query/order", ["sort", "search"]),
    ]:
        answer = reference.api.get(f"/tenants/{noun}?{query}")
        assert (answer.status, answer.pointers) == (422, [pointer]), query
        detail = answer.json()["errors"][0]["detail"]
        assert all(word in detail for word in told), detail


@pytest.mark.parametrize(
    ("noun", "field", "told"),
    [
        ("users", "status", "ACTIVE, DEACTIVATED, EXPIRED, INVITED"),
        ("devices", "status", "Deactivated, Offline, Online"),
        ("gateways", "status", "PENDING, ONLINE, OFFLINE, MAINTENANCE, ERROR"),
        ("resources", "type", "PRIVATE, SAAS, INTERNET"),
        ("policies", "type", "PRIVATE, SAAS, INTERNET, SITETOSITE"),
    ],
)
def test_a_value_that_a_field_never_has_is_refused(reference, noun, field, told):
    for query in (f"filter[{field}]=nonsense", f"filter[{field}][nin]=nonsense,x"):
        answer = reference.api.get(f"/tenants/{noun}?{query}")
        assert (answer.status, answer.pointers) == (422, [f"query/filter[{field}]"])
        assert f"It is never 'nonsense'; it is one of: {told}." in answer.body.decode()


BAD_VALUES = [
    ("users", "maxDevices", "many"),
    ("users", "maxDevices", "99999999999"),
    ("users", "isOwner", "yes"),
    ("groups", "deleteable", "1"),
    ("policies", "order", "1.5"),
    ("gateways", "wireguardPort", ""),
]


@pytest.mark.parametrize(("noun", "field", "value"), BAD_VALUES)
@pytest.mark.parametrize("operator", ["eq", "gt", "in", "nin"])
def test_a_value_that_a_field_cannot_have_is_refused(reference, noun, field, value, operator):
    answer = reference.api.get(f"/tenants/{noun}?filter[{field}][{operator}]={value}")
    assert (answer.status, answer.pointers) == (422, [f"query/filter[{field}]"])


def test_whoever_holds_a_role_is_counted_as_one_of_few_and_of_many(reference, monkeypatch):
    held = {role["id"] for user in reference.rows["users"] for role in user["roles"]}
    assert len(held) > 1
    for many in (roles._MANY, 0):
        monkeypatch.setattr(roles, "_MANY", many)
        # Statements are kept.
        list_statements.counting.cache_clear()
        for role in held:
            assert reference.check("users", limit=5, filters=[("roles.id", "eq", role)])
    list_statements.counting.cache_clear()


def test_as_many_filters_as_there_may_be_are_counted(reference):
    most = [
        *[("status", "ne", "Online")] * 7,
        *[("posture.compliant", "ne", "true")] * 6,
        *[("status", "nin", "Online,Offline")] * 3,
        *[("owned", "ne", "true")] * 2,
        *[("appVersion", "ne", "9")] * 2,
    ]
    for count in range(1, len(most) + 1):
        reference.check("devices", filters=most[:count])
        reference.check("devices", filters=most[-count:])


def test_what_passes_with_time_is_counted_beside_what_does_not(reference):
    statuses = ("Online", "Offline", "Deactivated", "Online,Offline", "Online,Deactivated")
    compliances = [("eq", "true"), ("eq", "false"), ("ne", "true"), ("ne", "false")]
    owned = [[], *([("owned", how, each)] for how in ("eq", "ne") for each in ("true", "false"))]
    found = set()
    for status, (how, compliant), more in product(statuses, compliances, owned):
        asked = [("status", "in", status), ("posture.compliant", how, compliant), *more]
        if reference.check("devices", filters=asked):
            found.add((status, how, compliant))
        if reference.check("devices", filters=asked[1:]) and more:
            reference.check("devices", filters=[asked[0], *more], limit=1, offset=1)
    assert {("Deactivated", "eq", "true"), ("Offline", "eq", "true")} < found
    assert ("Online", "eq", "false") in found


POSTURE = [
    ("osVersion", ("12.4", "9", "12.%", "STRASSE", "", "%s%", "10")),
    ("patch", ("10", "9.5", "10.0", "1%", "-1", "1000000000000", "nine")),
    ("load", ("1.5", "1.50", "-0.5", "0", "-1")),
    ("firewall", ("true", "false", "1", "TRUE", "t%", "%")),
    ("extra", ("b", '{"a": "b"}', "{}", "%")),
    ("extra.a", ("b", "7", "7.0", "%")),
    ("extra.B", ("false", "FALSE", "0", "%")),
    ("nothing", ("null", "", "%")),
    ("absent", ("", "true", "0", "%")),
    ("ключ", ("İ", "i\N{COMBINING DOT ABOVE}", "%")),
    ("a", ("b",)),
    (".", ("b",)),
    ("constructor", ("1",)),
]


@pytest.mark.parametrize(("key", "asked"), POSTURE)
def test_posture_is_filtered_by_any_key(reference, reading, key, asked):
    for operator in OPERATORS:
        for value in asked:
            reference.check("devices", filters=[(f"posture.{key}", operator, value)])
    both = [("posture.compliant", "eq", "true"), (f"posture.{key}", "in", ",".join(asked))]
    reference.check("devices", filters=both)


@pytest.mark.parametrize("key", ["100%", "a'b", 'a"b', "$[0]", "a b", "a-b", "}", "a]", "*", ""])
def test_a_key_is_letters_digits_underscores_and_dots(reference, key):
    answer = reference.api.get(f"/tenants/devices?{quote(f'filter[posture.{key}]')}=1")
    assert answer.status == 422


def statuses(api: Api, noun: str, known: tuple[str, ...]) -> dict[str, int]:
    """Return how many have each status; by filter, as shown, and as sorted they are the same."""
    shown = [row["status"] for row in everything(api, noun)]
    totals = {
        status: api.get(f"/tenants/{noun}?filter[status]={status}").json()["total"]
        for status in known
    }
    assert totals == {status: shown.count(status) for status in known}
    assert [row["status"] for row in given.rows(api, noun, "&sort=status")] == sorted(shown)
    for status, total in totals.items():
        others = given.read(api, f"/tenants/{noun}?filter[status][ne]={status}")
        assert others["total"] == len(shown) - total
    return {status: total for status, total in totals.items() if total}


def test_statuses_pass_with_time(live: Live, api: Api):
    live.clock.ahead = timedelta(0)
    moment = live.clock()
    soon, later = (
        (moment + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000000Z") for hours in (1, 5)
    )
    laptops = [given.device(api, given.owner(api)["id"], name) for name in "abc"]
    for laptop, until in zip(laptops, (soon, later, later), strict=True):
        update(live, api, "devices", laptop["id"], online_until=until)
    api.patch(f"/tenants/devices/{laptops[2]['id']}/deactivate")
    invited = [given.user(api, f"{name}@acme.test")["id"] for name in "abc"]
    update(live, api, "users", invited[0], invited_until=soon)
    update(live, api, "users", invited[1], invited_until=later)
    api.patch(f"/tenants/users/{invited[2]}/deactivate")
    sites = [given.gateway(api, name) for name in "abc"]
    for site, until in zip(sites[:2], (soon, later), strict=True):
        update(live, api, "gateways", site["id"], online_until=until, deployed_on=PAST)
    given.connected(api, given.resource(api, "near"), sites[0], sites[2])
    given.connected(api, given.resource(api, "far", "10.0.0.6"), sites[0], sites[1])

    def now() -> list[dict[str, int]]:
        return [
            statuses(api, "devices", ("Online", "Offline", "Deactivated")),
            statuses(api, "users", ("ACTIVE", "INVITED", "EXPIRED", "DEACTIVATED")),
            statuses(api, "gateways", ("PENDING", "ONLINE", "OFFLINE", "MAINTENANCE", "ERROR")),
            statuses(api, "resources", ("ONLINE", "OFFLINE")),
        ]

    users = {"ACTIVE": 1, "DEACTIVATED": 1}
    assert now() == [
        {"Online": 2, "Deactivated": 1},
        {**users, "INVITED": 2},
        {"PENDING": 1, "ONLINE": 2},
        {"ONLINE": 2},
    ]
    live.clock.ahead = timedelta(hours=2)
    assert now() == [
        {"Online": 1, "Offline": 1, "Deactivated": 1},
        {**users, "INVITED": 1, "EXPIRED": 1},
        {"PENDING": 1, "ONLINE": 1, "OFFLINE": 1},
        {"ONLINE": 1, "OFFLINE": 1},
    ]
    live.clock.ahead = timedelta(hours=6)
    assert now() == [
        {"Offline": 2, "Deactivated": 1},
        {**users, "EXPIRED": 2},
        {"PENDING": 1, "OFFLINE": 2},
        {"OFFLINE": 2},
    ]
