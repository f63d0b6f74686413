"""Policies and the admission rules that they carry, over HTTP."""

from itertools import pairwise, permutations

import msgspec
import pytest
import sqlalchemy as sa

from controller import given
from controller.expect import refused
from gatescale.controller import facts
from gatescale.controller.caller import system
from gatescale.controller.store import tables
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Change

PATH = "/tenants/policies"


def ids(rows):
    return [row["id"] for row in rows]


def in_order(api, kind="PRIVATE"):
    """Return the names of a type's policies in their order, which must be 0, 1, 2 and so on."""
    found = given.rows(api, "policies", f"&filter[type]={kind}&filter[isDefault]=false")
    assert [policy["order"] for policy in found] == list(range(len(found)))
    return [policy["name"] for policy in found]


def patch(**more):
    """Return the body of an update: what creates a policy, but its type."""
    body = given.policy_body(**more)
    del body["type"]
    return body


def test_a_policy_is_made_as_it_was_asked_for(api):
    group, person = given.group(api), given.owner(api)
    device, resource = given.device(api, person["id"]), given.resource(api)
    gateway = given.gateway(api)
    made = given.policy(
        api,
        "Staff",
        groups=[group["id"], group["id"]],
        users=[person["id"]],
        devices=[device["id"]],
        resources=[resource["id"]],
        gateways=[gateway["id"]],
        sourceIps=["192.0.2.0/24", "2001:DB8::1", "198.51.100.7/32", "198.51.100.7"],
        description="Everybody",
    )
    assert (made["name"], made["description"], made["type"]) == ("Staff", "Everybody", "PRIVATE")
    assert (made["action"], made["order"], made["isDefault"], made["mode"]) == (
        True,
        0,
        False,
        None,
    )
    assert not any(made[flag] for flag in ("allGroups", "allUsers", "allDevices", "allResources"))
    assert made["sourceIps"] == ["192.0.2.0/24", "2001:db8::1", "198.51.100.7"]
    assert made["rule"] == given.rule(api, "ALLOW")
    assert [g["name"] for g in made["groups"]] == ["Sales"]
    assert [u["email"] for u in made["users"]] == [person["email"]]
    assert made["devices"][0] == {**device, "user": None}
    assert [r["name"] for r in made["resources"]] == ["wiki"]
    assert [(g["name"], g["token"]) for g in made["gateways"]] == [("berlin", None)]
    assert given.read(api, f"{PATH}/{made['id']}") == made
    assert given.rows(api, "policies", "&filter[type]=PRIVATE") == [made]


def test_new_policies_stand_last_before_the_default_of_their_type(api):
    for name in ("One", "Two"):
        given.policy(api, name)
        given.policy(api, name, type="INTERNET", mode="LOCAL")
    assert in_order(api) == in_order(api, "INTERNET") == ["One", "Two"]
    internet = given.rows(api, "policies", "&filter[type]=INTERNET")
    assert [policy["isDefault"] for policy in internet] == [False, False, True]


def test_policies_are_listed_by_type_and_order(api):
    for kind in ("SITETOSITE", "PRIVATE", "SAAS"):
        for name in "ab":
            given.policy(api, name, type=kind)
    found = [(p["type"], p["name"]) for p in given.rows(api, "policies")]
    kinds = ["INTERNET", "PRIVATE", "PRIVATE", "SAAS", "SAAS", "SITETOSITE", "SITETOSITE"]
    assert [kind for kind, _ in found] == kinds
    assert [name for kind, name in found if kind == "SAAS"] == ["a", "b"]


def test_policies_are_found_by_what_they_name(api):
    group, person = given.group(api), given.owner(api)
    resource, gateway = given.resource(api), given.gateway(api)
    device = given.device(api, person["id"])
    named = {
        "groups": group["id"],
        "users": person["id"],
        "devices": device["id"],
        "resources": resource["id"],
        "gateways": gateway["id"],
    }
    for what, each in named.items():
        given.policy(api, what, **{what: [each]})
    never = given.policy(api, "never", rule=given.rule(api, "DENY")["id"])
    for what, each in named.items():
        found = given.rows(api, "policies", f"&filter[{what}.id]={each}")
        assert [policy["name"] for policy in found] == [what]
    found = given.rows(api, "policies", f"&filter[rule.id]={never['rule']['id']}&search=NEV")
    assert found == [never]


def test_an_update_changes_all_but_type_and_place(api):
    first, second = given.policy(api, "First"), given.policy(api, "Second")
    resource, person = given.resource(api), given.user(api)
    never = given.rule(api, "DENY")
    body = patch(
        name="Changed",
        allUsers=True,
        resources=[resource["id"]],
        users=[person["id"]],
        rule=never["id"],
        sourceIps=["192.0.2.7"],
    )
    answer = api.patch(f"{PATH}/{first['id']}", json=body)
    assert answer.status == 200
    changed = answer.json()
    assert (changed["name"], changed["order"], changed["allUsers"]) == ("Changed", 0, True)
    assert (changed["rule"], changed["sourceIps"]) == (never, ["192.0.2.7"])
    assert (ids(changed["resources"]), ids(changed["users"])) == ([resource["id"]], [person["id"]])
    assert changed["updatedAt"] > first["updatedAt"]
    assert given.read(api, f"{PATH}/{second['id']}") == second
    plain = patch(name="Plain", rule=never["id"])
    kept = api.patch(f"{PATH}/{first['id']}", json=plain).json()
    assert (ids(kept["resources"]), kept["sourceIps"]) == ([resource["id"]], ["192.0.2.7"])
    plain |= {"resources": [], "users": [], "sourceIps": []}
    emptied = api.patch(f"{PATH}/{first['id']}", json=plain).json()
    assert (emptied["resources"], emptied["users"], emptied["sourceIps"]) == ([], [], [])


def test_an_update_must_say_the_rule_and_cannot_say_the_type(api):
    path = f"{PATH}/{given.policy(api)['id']}"
    refused(api, "PATCH", path, 422, "/rule", json=patch())
    body = given.policy_body(rule=given.rule(api)["id"])
    refused(api, "PATCH", path, 422, "/type", json=body)


def test_a_deleted_policy_leaves_no_gap(api):
    made = [given.policy(api, name) for name in ("One", "Two", "Three")]
    given.policy(api, "Internet", type="INTERNET", mode="LOCAL")
    path = f"{PATH}/{made[0]['id']}"
    assert api.delete(path).status == 204
    assert in_order(api) == ["Two", "Three"]
    assert in_order(api, "INTERNET") == ["Internet"]
    refused(api, "GET", path, 404)
    refused(api, "DELETE", path, 404)
    given.policy(api, "Four")
    assert in_order(api) == ["Two", "Three", "Four"]


def test_the_default_policy_can_be_changed_but_not_deleted_or_moved(api):
    default = given.rows(api, "policies", "&filter[isDefault]=true")[0]
    path = f"{PATH}/{default['id']}"
    refused(api, "DELETE", path, 409)
    body = {"type": "INTERNET", "policies": [default["id"]]}
    refused(api, "PATCH", f"{PATH}/reorder", 422, "/policies/0", json=body)
    change = patch(name="Default", mode="REMOTE", allUsers=True, rule=given.rule(api)["id"])
    changed = api.patch(path, json=change).json()
    assert (changed["mode"], changed["order"]) == ("REMOTE", default["order"])
    assert changed["isDefault"] is True


def test_policies_are_put_into_any_order(api):
    made = [given.policy(api, name) for name in "abc"]
    for order in permutations(made):
        body = {"type": "PRIVATE", "policies": ids(order)}
        answer = api.patch(f"{PATH}/reorder", json=body)
        assert answer.status == 200
        names = [policy["name"] for policy in order]
        assert [policy["name"] for policy in answer.json()] == names == in_order(api)


def test_an_empty_list_of_policies_is_in_order(api):
    answer = api.patch(f"{PATH}/reorder", json={"type": "SAAS", "policies": []})
    assert (answer.status, answer.json()) == (200, [])


def test_a_new_order_is_exactly_all_policies_of_the_type(api, other_api):
    first, second = given.policy(api, "First"), given.policy(api, "Second")
    saas, alien = given.policy(api, type="SAAS"), given.policy(other_api)
    path = f"{PATH}/reorder"

    def reorder(*pointers, policies, status=422):
        body = {"type": "PRIVATE", "policies": policies}
        return refused(api, "PATCH", path, status, *pointers, json=body)

    problem = reorder("/policies", policies=[first["id"]])
    assert f"Second ({second['id']})" in problem["detail"]
    both = [second["id"], first["id"]]
    for wrong, status in ((saas, 422), (alien, 404), ({"id": given.ABSENT}, 404)):
        problem = reorder("/policies/2", policies=[*both, wrong["id"]], status=status)
        assert wrong["id"] in problem["detail"]
    reorder("/policies/0", "/policies", policies=[alien["id"], first["id"]])
    reorder("/policies/2", policies=[*both, first["id"]])
    reorder("/policies/1", "/policies", policies=[first["id"], first["id"]])
    reorder("/policies/0", policies=["first"])


@pytest.mark.parametrize("what", ["groups", "users", "devices", "resources", "gateways"])
def test_a_policy_names_only_what_exists_in_its_tenant(api, other_api, what):
    person, stranger = given.owner(api), given.owner(other_api)
    make = {
        "groups": lambda some_api, _: given.group(some_api),
        "users": lambda _, user: user,
        "devices": lambda some_api, user: given.device(some_api, user["id"]),
        "resources": lambda some_api, _: given.resource(some_api),
        "gateways": lambda some_api, _: given.gateway(some_api),
    }[what]
    mine, alien = make(api, person), make(other_api, stranger)
    made = given.policy(api, **{what: [mine["id"]]})
    named = {what: [mine["id"], alien["id"], given.ABSENT]}
    pointers = (f"/{what}/1", f"/{what}/2")
    refused(api, "POST", PATH, 404, *pointers, json=given.policy_body(**named))
    body = patch(rule=given.rule(api)["id"], **named)
    refused(api, "PATCH", f"{PATH}/{made['id']}", 404, *pointers, json=body)
    worse = given.policy_body(sourceIps=["nowhere"], **named)
    refused(api, "POST", PATH, 422, *pointers, "/sourceIps/0", json=worse)


def test_a_policy_carries_only_a_rule_of_its_tenant(api, other_api):
    made = given.policy(api)
    for rule_id in (given.rule(other_api)["id"], given.ABSENT):
        refused(api, "POST", PATH, 404, "/rule", json=given.policy_body(rule=rule_id))
        refused(api, "PATCH", f"{PATH}/{made['id']}", 404, "/rule", json=patch(rule=rule_id))


def test_a_deny_policy_takes_only_the_unrestricted_rule(api):
    never, always = given.rule(api, "DENY"), given.rule(api, "ALLOW")
    body = given.policy_body(action=False, rule=never["id"])
    problem = refused(api, "POST", PATH, 422, "/rule", json=body)
    assert always["id"] in problem["detail"]
    made = given.policy(api, rule=never["id"])
    body = patch(action=False, rule=never["id"])
    refused(api, "PATCH", f"{PATH}/{made['id']}", 422, "/rule", json=body)
    denying = given.policy(api, action=False)
    assert (denying["action"], denying["rule"]) == (False, always)


def test_a_policy_takes_resources_of_its_own_type(api):
    private = given.resource(api)
    place = [{"address": "app.example.com"}]
    saas = given.resource(api, "Crm", type="SAAS", addresses=place)
    mixed = [private["id"], saas["id"]]
    refused(api, "POST", PATH, 422, "/resources/1", json=given.policy_body(resources=mixed))
    body = given.policy_body(type="SAAS", resources=mixed)
    refused(api, "POST", PATH, 422, "/resources/0", json=body)
    assert given.policy(api, type="SAAS", resources=[saas["id"]])
    assert given.policy(api, type="SITETOSITE", resources=[private["id"]])


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("192.0.2.256", "no IP address"),
        ("office.example.com", "no IP address"),
        ("", "no IP address"),
        ("192.0.2.0/", "no IP address"),
    ],
)
def test_a_source_is_an_ip_network(api, source, hint):
    body = given.policy_body(sourceIps=["192.0.2.1", source])
    problem = refused(api, "POST", PATH, 422, "/sourceIps/1", json=body)
    assert hint in problem["detail"]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("LOCAL", "LOCAL"),
        ("RESTRICTED", "RESTRICTED"),
        ("REMOTE", "REMOTE"),
        ("INTERNET_ACCESS_POINT", "REMOTE"),
    ],
)
def test_an_internet_policy_has_a_mode(api, sent, stored):
    assert given.policy(api, type="INTERNET", mode=sent)["mode"] == stored


def test_an_internet_policy_needs_a_mode_and_no_other_takes_one(api):
    body = given.policy_body(type="INTERNET")
    refused(api, "POST", PATH, 422, "/mode", json=body)
    for kind in ("PRIVATE", "SAAS", "SITETOSITE"):
        body = given.policy_body(type=kind, mode="LOCAL")
        refused(api, "POST", PATH, 422, "/mode", json=body)
    made = given.policy(api, type="INTERNET", mode="LOCAL")
    body = patch(rule=given.rule(api)["id"], mode=None)
    refused(api, "PATCH", f"{PATH}/{made['id']}", 422, "/mode", json=body)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"type": "VPN"}, "/type"),
        ({"action": "allow"}, "/action"),
        ({"allUsers": None}, "/allUsers"),
        ({"order": 0}, "/order"),
        ({"isDefault": True}, "/isDefault"),
        ({"users": ["ann"]}, "/users/0"),
        ({"mode": "FAST"}, "/mode"),
    ],
)
def test_what_is_no_policy_is_refused(api, wrong, pointer):
    refused(api, "POST", PATH, 422, pointer, json=given.policy_body() | wrong)


def test_everything_that_is_wrong_is_named_at_once(api):
    body = given.policy_body(users=[given.ABSENT], sourceIps=["x"], mode="LOCAL", rule=given.ABSENT)
    pointers = ("/users/0", "/sourceIps/0", "/mode", "/rule")
    refused(api, "POST", PATH, 422, *pointers, json=body)


def test_no_policy_of_another_tenant_can_be_seen_or_touched(api, other_api):
    alien, rule = given.policy(other_api), given.rule(api)
    for policy_id in (alien["id"], given.ABSENT):
        path = f"{PATH}/{policy_id}"
        refused(api, "GET", path, 404)
        refused(api, "PATCH", path, 404, json=patch(rule=rule["id"]))
        refused(api, "DELETE", path, 404)
    assert given.read(other_api, f"{PATH}/{alien['id']}") == alien
    alien_rule = given.rule(other_api)
    refused(api, "GET", f"/tenants/admission-rules/{alien_rule['id']}", 404)


def test_every_tenant_has_two_admission_rules(api):
    found = given.read(api, "/tenants/admission-rules")
    assert [(rule["type"], rule["rule"]) for rule in found] == [
        ("ALLOW", "true"),
        ("DENY", "false"),
    ]
    for rule in found:
        assert given.read(api, f"/tenants/admission-rules/{rule['id']}") == rule


def history(api):
    """Change in every way what policies rest on, one step at a time."""
    gateway, other = given.gateway(api), given.gateway(api, "other")
    sales, support = given.group(api, "Sales"), given.group(api, "Support")
    ann, default = given.owner(api), given.default_group(api)
    given.device(api, ann["id"])
    yield api.post(f"/tenants/users/{ann['id']}/groups", json={"groupId": sales["id"]})
    yield api.delete(f"/tenants/users/{ann['id']}/groups/{default['id']}")
    wiki, mail = given.resource(api, "wiki"), given.resource(api, "mail", "10.1.0.0/16")
    for resource in (wiki, mail):
        given.connected(api, resource, gateway, other)
    both = ids([wiki, mail])
    allow = given.policy(api, "Allow", groups=[sales["id"]], resources=both)
    deny = given.policy(api, "Deny", action=False, allUsers=True, resources=[mail["id"]])
    given.policy(api, "Support", groups=[support["id"]], allResources=True)
    order = ids(given.rows(api, "policies", "&filter[type]=PRIVATE"))[::-1]
    yield api.patch(f"{PATH}/reorder", json={"type": "PRIVATE", "policies": order})
    ssh = given.predefined(api, "SSH")
    place = {"address": "10.0.0.0/28", "protocols": [ssh["id"]]}
    path = f"/tenants/resources/{wiki['id']}"
    yield api.put(path, json={"name": "wiki", "addresses": [place]})
    yield api.delete(f"{PATH}/{deny['id']}")
    yield api.delete(f"{path}/gateways/{gateway['id']}")
    body = {"mode": "MANUAL", "gateways": ids([other, gateway])}
    yield api.put(f"{path}/load-balancing", json=body)
    yield api.delete(f"/tenants/groups/{sales['id']}")
    yield api.post(f"/tenants/users/{ann['id']}/groups", json={"groupId": support["id"]})
    yield api.delete(f"/tenants/groups/{support['id']}")
    body = patch(name="Allow", groups=[default["id"]], resources=both, rule=given.rule(api)["id"])
    yield api.patch(f"{PATH}/{allow['id']}", json=body)
    yield api.delete(path)
    yield api.delete(f"{PATH}/{allow['id']}")


_CHANGES = sa.select(tables.changes.c.facts).order_by(tables.changes.c.revision)


async def models(live, tenant_id):
    """Return the policy model that followed every change, and the one of the rows as they are."""
    followed = Model()
    async with live.controller.store.snapshot(system(tenant_id)) as session:
        for row in await session.all(_CHANGES):
            followed.apply(msgspec.json.decode(row["facts"], type=tuple[Change, ...]))
        return followed, Model(await facts.everything(session))


def enforced(model):
    """Return all that a model lets agents do."""
    programs = {gateway_id: model.program(gateway_id) for gateway_id in model.gateways}
    return programs, {device_id: model.routes(device_id) for device_id in model.devices}


def test_who_followed_every_change_knows_what_is_stored(api, live):
    seen = []
    for step in history(api):
        assert step.status in {200, 201, 204}, step.body
        followed, stored = live.call(models(live, api.tenant.tenant_id))
        assert enforced(followed) == enforced(stored)
        seen.append(enforced(stored)[0])
    peers = [sum(len(program.peers) for program in programs.values()) for programs in seen]
    assert (peers[0], max(peers), peers[-1]) == (0, 2, 0)
    changed = [before != after for before, after in pairwise(seen)]
    assert changed == [False] + [True] * (len(changed) - 1)
