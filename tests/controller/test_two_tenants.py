"""Every operation, with the key of one tenant and the ids of another: nothing is there.

Paths, bodies and list fields are taken from the declared operations, so that a new one is tried
too, or fails here until it has an example.
"""

import re
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Union, get_args, get_origin
from urllib.parse import urlencode

import msgspec
import pytest
import sqlalchemy as sa

from controller import given
from gatescale.contract.fields import Id
from gatescale.controller import denials
from gatescale.controller.api import declared
from gatescale.controller.api.operation import Operation
from gatescale.controller.caller import Caller
from gatescale.controller.store import tables
from gatescale.wire.messages import Denial
from live import Answer, Api, Live

# What people do for themselves, and no key may, is tried in test_me.py.
OPERATIONS = [op for op in declared.OPERATIONS if op.tag != "Me" or op.id == "MeController_find"]

KINDS = {
    "users": "user",
    "groups": "group",
    "roles": "role",
    "devices": "device",
    "gateways": "gateway",
    "resources": "resource",
    "addresses": "address",
    "protocols": "protocol",
    "admission-rules": "rule",
    "policies": "policy",
    "policy-tests": "test",
    "api-keys": "key",
}
"""By the part of a path that an id stands behind, what it is the id of."""


def examples(ids: dict[str, str]) -> dict[str, list]:
    """Return, by operation, bodies that a tenant with these ids may send.

    Between them they fill every field that takes an id.
    """
    place = {"address": "wiki.internal", "protocols": [ids["protocol"]]}
    kept = {**place, "id": ids["address"]}
    person = {"email": "new@example.com", "groups": [ids["group"]]}
    group = {"name": "New", "roles": [ids["role"]]}
    gateway = {"name": "New", "wireguardPort": "51820"}
    rule = {"name": "New", "rule": "true", "hasTimeConstraint": False}
    configured = {"name": "New", "type": "PRIVATE", "action": True, "devices": [ids["device"]]}
    scope = {f"{kind}s": [ids[kind]] for kind in ("group", "user", "device", "resource", "gateway")}
    policy = given.policy_body("New", rule=ids["rule"], **scope)
    tested = {kind: scope[kind] for kind in ("users", "groups", "resources")}
    test = {"name": "New", "expect": "NEVER", "port": "22", "protocol": "TCP", **tested}
    changed = {name: value for name, value in policy.items() if name != "type"}
    return {
        "UsersController_create": [person, [person]],
        "UsersController_addGroup": [{"groupId": ids["group"]}],
        "UsersController_patchUserRoles": [
            {"addedRoles": [ids["role"]], "removedRoles": [ids["role"]]}
        ],
        "UsersController_update": [{"firstName": "New", "attributes": {"level": 3}}],
        "AddressController_update": [place],
        "AdmissionRulesController_create": [rule],
        "AdmissionRulesController_update": [rule],
        "AdmissionRulesController_check": [{"rule": "true", "deviceId": ids["device"]}],
        "ConfigurationController_plan": [{"version": 1, "policies": [configured]}],
        "ConfigurationController_apply": [{"version": 1, "policies": [configured]}],
        "GroupsController_create": [group],
        "GroupsController_update": [group],
        "GatewaysController_create": [gateway],
        "GatewaysController_update": [gateway],
        "ResourceController_create": [
            {"name": "New", "type": "PRIVATE", "addresses": [place]},
        ],
        "ResourceController_update": [{"name": "New", "addresses": [kept]}],
        "ResourceController_saveLoadBalancing": [{"mode": "MANUAL", "gateways": [ids["gateway"]]}],
        "ResourceController_addGateway": [{"gatewayId": ids["gateway"]}],
        "ProtocolController_create": [
            {"name": "New", "networkProtocols": [{"protocol": "TCP", "port": "1"}]}
        ],
        "PoliciesController_create": [policy],
        "PoliciesController_update": [changed],
        "PoliciesController_reorder": [{"type": "PRIVATE", "policies": [ids["policy"]]}],
        "PolicyTestsController_create": [test],
        "PolicyTestsController_update": [test],
        "OwnedDevicesController_update": [{"serialNumbers": ["PF2XK9QR"]}],
        "SettingsController_update": [{"timeZone": "UTC", "postureMaxAge": 3600}],
        "NotificationsController_update": [{"seatLimit": 5}],
        "AccessController_preview": [
            {
                "changes": [
                    {
                        "operation": "UsersController_addGroup",
                        "parameters": {"id": ids["user"]},
                        "body": {"groupId": ids["group"]},
                    }
                ]
            }
        ],
        "ApiKeysController_create": [{"name": "New", "role": "ADMIN"}],
    }


def bodies(op: Operation, ids: dict[str, str]) -> list:
    """Return the bodies to try an operation with; without a body, that is None."""
    if op.body is None:
        return [None]
    return examples(ids)[op.id]


# Where the ids of a body are. A step of a place is a field's name, or ``-`` for an item of a list.

Place = tuple[str, ...]


def id_places(shape: object, place: Place = ()) -> set[Place]:
    """Return the places of all ids in values of this type."""
    if shape == Id:
        return {place}
    origin, arguments = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return id_places(arguments[0], place)
    if origin in {Union, UnionType}:
        return set().union(*(id_places(each, place) for each in arguments))
    if origin is list:
        return id_places(arguments[0], (*place, "-"))
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        fields = msgspec.structs.fields(shape)
        return set().union(*(id_places(f.type, (*place, f.encode_name)) for f in fields))
    return set()


def with_id(body: object, place: Place, new: str) -> tuple[object, str] | None:
    """Return a copy with one more or another id at this place, and the pointer to it.

    None where the body has nothing there.
    """
    if not place:
        return new, ""
    step, rest = place[0], place[1:]
    if step == "-":
        if not isinstance(body, list) or (rest and not body):
            return None
        if not rest:
            return [*body, new], f"/{len(body)}"
        index = len(body) - 1
        inner = with_id(body[index], rest, new)
        return inner and ([*body[:index], inner[0]], f"/{index}{inner[1]}")
    if not isinstance(body, dict) or (rest and step not in body):
        return None
    inner = with_id(body.get(step), rest, new)
    return inner and ({**body, step: inner[0]}, f"/{step}{inner[1]}")


def path_kinds(op: Operation) -> dict[str, str]:
    """Return what each id of an operation's path is the id of."""
    parts = op.path.split("/")
    return {
        part.strip("{}"): KINDS[parts[index - 1]]
        for index, part in enumerate(parts)
        if part.startswith("{")
    }


@dataclass(frozen=True)
class Space:
    """A tenant that has some of everything."""

    api: Api
    ids: dict[str, str]
    live: Live

    def path(self, op: Operation, **other: str) -> str:
        """Return an operation's path with this tenant's ids, but for these."""
        own = {name: self.ids[kind] for name, kind in path_kinds(op).items()}
        asked = {"to": "10.0.0.1:443", "device": self.ids["device"]} if op.required else {}
        return op.path.format(**{**own, **other}) + (f"?{urlencode(asked)}" if asked else "")

    def rows(self) -> dict[str, list[tuple]]:
        """Return all of the tenant's rows, by table."""
        return {
            table.name: sorted(map(tuple, self._rows(table)), key=repr)
            # Mails leave by themselves.
            for table in set(tables.metadata.tables.values()) - {tables.outbox}
            if table is tables.tenants or "tenant_id" in table.c
        }

    def _rows(self, table: sa.Table) -> list:
        assert self.api.tenant
        owner = table.c.id if table is tables.tenants else table.c.tenant_id
        statement = sa.select(table).where(owner == sa.bindparam("whose"))
        found = self.live.controller.store.anywhere(statement, whose=self.api.tenant.tenant_id)
        # When keys were used is noted by itself.
        return [
            [value for name, value in dict(row).items() if name != "last_used"]
            for row in self.live.call(found)
        ]

    def all_ids(self) -> set[str]:
        """Return the ids of all that the tenant has."""
        return {
            value
            for rows in self.rows().values()
            for row in rows
            for value in row
            if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4,12}){4}", value)
        }


def space(live: Live, word: str) -> Space:
    api = live.tenant(word)
    ids = given.some_of_everything(api, word)
    live.call(_denied(live, api, ids, word))
    return Space(api, ids, live)


async def _denied(live: Live, api: Api, ids: dict[str, str], word: str) -> None:
    assert api.tenant
    tenant = api.tenant.tenant_id
    site = Caller(tenant, "gateway", ids["gateway"], f"{word} site")
    denial = Denial(ids["device"], "10.0.0.9", protocol=6, port=22, packets=1, at=0)
    point = await live.controller.hub.feed(tenant)
    await denials.note(live.controller.store, site, point, [denial])


_spaces: dict[str, tuple[Space, Space]] = {}


@pytest.fixture
def spaces(live: Live) -> tuple[Space, Space]:
    """Return two tenants that have some of everything, the same for all tests of a controller."""
    if live.url not in _spaces:
        _spaces[live.url] = space(live, "mine"), space(live, "zebra")
    return _spaces[live.url]


def named(answer: Answer) -> tuple[int, list[str]]:
    return answer.status, answer.pointers


def by_id(op: Operation) -> str:
    return op.id


writing_bodies = pytest.mark.parametrize("op", [op for op in OPERATIONS if op.body], ids=by_id)
with_ids_in_paths = pytest.mark.parametrize(
    "op", [op for op in OPERATIONS if op.path_names], ids=by_id
)
ENDING = [op for op in OPERATIONS if not op.follows]
"""Those whose answer ends; test_live has the others."""
reading = pytest.mark.parametrize("op", [op for op in ENDING if op.method == "GET"], ids=by_id)
listing = pytest.mark.parametrize("op", [op for op in OPERATIONS if op.listing], ids=by_id)
searched = pytest.mark.parametrize(
    "op", [op for op in OPERATIONS if op.listing and op.listing.search is not None], ids=by_id
)


@writing_bodies
def test_every_field_that_takes_an_id_has_an_example(op: Operation):
    ids = dict.fromkeys(KINDS.values(), given.ABSENT)
    tried = {
        place
        for place in id_places(op.body)
        if any(with_id(body, place, given.ABSENT) for body in bodies(op, ids))
    }
    assert tried == id_places(op.body)


def fields_of(shape: object):
    for each in (shape, *get_args(shape)):
        if isinstance(each, type) and issubclass(each, msgspec.Struct):
            for field in msgspec.structs.fields(each):
                yield field
                yield from fields_of(field.type)
        elif each is not shape:
            yield from fields_of(each)


@writing_bodies
def test_a_field_that_is_called_an_id_is_typed_as_one(op: Operation):
    for field in fields_of(op.body):
        if re.search(r"(^i|I)ds?$", field.encode_name):
            assert id_places(field.type), field.encode_name


@pytest.mark.parametrize("op", ENDING, ids=by_id)
def test_with_ids_of_its_own_a_tenant_is_not_refused(sqlite_live: Live, op: Operation):
    ours = space(sqlite_live, "mine")
    for body in bodies(op, ours.ids):
        answer = ours.api.request(op.method, ours.path(op), json=body)
        # 409: a user who is active is not reactivated, and the like.
        assert answer.status in {op.status, 409}, answer.body


@with_ids_in_paths
def test_no_id_of_another_tenant_is_found_in_a_path(spaces: tuple[Space, Space], op: Operation):
    ours, theirs = spaces
    before = ours.rows(), theirs.rows()
    for name in op.path_names:
        for kind, alien in theirs.ids.items():
            for body in bodies(op, ours.ids):
                answer = ours.api.request(op.method, ours.path(op, **{name: alien}), json=body)
                assert named(answer) == (404, []), (name, kind, answer.body)
    for body in bodies(op, theirs.ids):
        answer = ours.api.request(op.method, theirs.path(op), json=body)
        assert named(answer) == (404, []), answer.body
    assert (ours.rows(), theirs.rows()) == before


@writing_bodies
def test_no_id_of_another_tenant_is_found_in_a_body(spaces: tuple[Space, Space], op: Operation):
    ours, theirs = spaces
    before = ours.rows(), theirs.rows()
    for body in bodies(op, ours.ids):
        for place in id_places(op.body):
            for kind, alien in theirs.ids.items():
                changed = with_id(body, place, alien)
                if changed is None:
                    continue
                sent, pointer = changed
                answer = ours.api.request(op.method, ours.path(op), json=sent)
                assert named(answer) == (404, [pointer]), (kind, answer.body)
                assert alien in answer.json()["detail"]
    assert (ours.rows(), theirs.rows()) == before


@reading
def test_nothing_that_is_read_names_another_tenant(spaces: tuple[Space, Space], op: Operation):
    ours, theirs = spaces
    answer = ours.api.get(ours.path(op))
    assert answer.status == 200
    text = answer.body.decode()
    assert "zebra" not in text
    assert not [alien for alien in theirs.all_ids() if alien in text]


def page(of: Space, op: Operation, query: str) -> tuple[int, set[str]]:
    """Return how many rows a list counts, and the ids of the first hundred."""
    answer = of.api.get(f"{of.path(op)}?limit=100&{query}")
    assert answer.status == 200, answer.body
    found = answer.json()
    return found["total"], {row["id"] for row in found["data"]}


@listing
def test_totals_count_the_tenants_own_rows(spaces: tuple[Space, Space], op: Operation):
    ours, theirs = spaces
    (total, mine), (_, aliens) = (page(each, op, "") for each in spaces)
    assert total == len(mine) > 0
    assert mine <= ours.all_ids() - theirs.all_ids()
    assert not mine & aliens
    assert page(ours, op, f"filter[id][in]={','.join(mine | aliens)}") == (total, mine)
    assert page(ours, op, f"filter[id][nin]={','.join(mine)}") == (0, set())
    for other in ("sort=id", "filter[id][ne]=x"):
        assert page(ours, op, other) == (total, mine)


@listing
def test_no_filter_finds_by_another_tenants_ids(spaces: tuple[Space, Space], op: Operation):
    ours, theirs = spaces
    unknown = ours.api.get(f"{ours.path(op)}?filter[nonsense]=x")
    fields = re.findall(r"[\w.]+", unknown.json()["detail"].partition("there are:")[2])
    by_ids = [field for field in fields if re.search(r"(^|\.)id$", field)]
    assert "id" in by_ids
    assert theirs.api.tenant
    keys = {key["id"] for key in given.read(theirs.api, "/tenants/api-keys")}
    _, listed = page(theirs, op, "")
    aliens = {*theirs.ids.values(), theirs.api.tenant.owner_id, *keys, *listed}
    for field in by_ids:
        filters = [f"filter[{field}]={alien}" for alien in aliens]
        assert all(page(ours, op, each) == (0, set()) for each in filters), field
        # The same filters find what is theirs, for them.
        assert any(page(theirs, op, each)[0] for each in filters), field


@searched
def test_no_search_finds_another_tenants_words(spaces: tuple[Space, Space], op: Operation):
    ours, theirs = spaces
    assert page(ours, op, "search=zebra") == (0, set())
    assert page(theirs, op, "search=zebra")[0] >= 1
    assert page(theirs, op, "search=mine") == (0, set())
