"""What the policy engine is told: every change is, and adds up to what the rows say."""

from datetime import timedelta

import pytest

from agents import BareAgent
from controller import given
from controller.expect import refused
from controller.history import facts_of, followed, stored
from controller.people import device
from gatescale.policy.vocabulary import Group, Kind, Rule
from live import Api, Live


def history(live: Live, api: Api, group: str):
    """Do everything that changes what rules may ask about, a step at a time."""
    agent, ann = device(live, api, group)
    yield "a device"
    yield from _of_people(api, f"/tenants/users/{ann}")
    yield from _of_a_device(live, api, agent)
    yield from _of_rules(api)
    api.post(f"/tenants/users/{ann}/transfer-ownership")
    yield "another owner"
    api.post(f"/tenants/users/{api.tenant.owner_id}/transfer-ownership")
    api.delete(f"/tenants/users/{ann}")
    yield "nobody"


def _of_people(api: Api, path: str):
    auditor, admin = given.role(api, "AUDITOR")["id"], given.role(api, "ADMIN")["id"]
    sales = given.group(api, "Sales", roles=[auditor])
    yield "a group"
    api.put(path, json={"department": "Engineering", "title": "Lead", "attributes": {"level": 3}})
    yield "attributes"
    api.put(path, json={"department": None, "attributes": {"a": True, "b": "x", "c": 1.5}})
    yield "other attributes"
    api.patch(f"{path}/roles", json={"addedRoles": [auditor, admin], "removedRoles": []})
    yield "roles"
    api.delete(f"/tenants/roles/{admin}/users/{path.rpartition('/')[2]}")
    yield "a role less"
    api.post(f"{path}/groups", json={"groupId": sales["id"]})
    yield "a membership"
    api.put(f"/tenants/groups/{sales['id']}", json={"name": "Vertrieb", "roles": [admin]})
    yield "a renamed group"
    api.delete(f"/tenants/groups/{sales['id']}")
    yield "no group"


def _of_a_device(live: Live, api: Api, agent: BareAgent):
    def report(**signals):
        live.clock.ahead += timedelta(seconds=10)
        at = live.clock().timestamp()
        body = {"deviceId": agent.id, "collectedAt": at, "signals": signals}
        assert agent.send("posture", body).status == 204

    api.put("/tenants/settings", json={"timeZone": "Asia/Tokyo", "postureMaxAge": 300})
    yield "settings"
    report(serialNumber="S1", secureBoot=True)
    yield "posture"
    api.put("/tenants/owned-devices", json={"serialNumbers": ["s1"]})
    yield "an owned device"
    report(secureBoot=False)
    yield "other posture"
    agent.send("status", {"appVersion": "9"})
    yield "a version"
    live.clock.ahead += timedelta(seconds=80)
    report(secureBoot=False)
    yield "the same posture, later"


def _of_rules(api: Api):
    rule = given.admission_rule(api)
    yield "a rule"
    body = {"name": "Engineers", "rule": "device.owned", "hasTimeConstraint": False}
    api.put(f"/tenants/admission-rules/{rule['id']}", json=body)
    yield "another rule"
    held = given.policy(api, rule=rule["id"], sourceIps=["192.0.2.0/24"], allUsers=True)
    yield "a policy"
    api.delete(f"/tenants/policies/{held['id']}")
    api.delete(f"/tenants/admission-rules/{rule['id']}")
    yield "no rule"


def test_who_followed_every_change_knows_the_facts_that_are_stored(live: Live, api: Api, group):
    assert followed(live, api) == stored(live, api), "from the tenant's making on"
    seen = [stored(live, api)]
    for step in history(live, api, group):
        known = stored(live, api)
        assert followed(live, api) == known, step
        assert known != seen[-1], step
        seen.append(known)


def test_people_groups_and_rules_are_facts(live: Live, api: Api):
    auditor = given.role(api, "AUDITOR")
    team = given.group(api, "Team", roles=[auditor["id"]])
    ann = given.user(api, "Ann@Example.com", [team["id"]])
    about = {"department": "Engineering", "title": "Lead", "attributes": {"level": 3}}
    assert api.put(f"/tenants/users/{ann['id']}", json=about).status == 200
    rule = given.admission_rule(api)
    known = followed(live, api)
    assert known[Kind.GROUP, team["id"]] == Group(team["id"], "Team", ("AUDITOR",))
    assert known[Kind.RULE, rule["id"]] == Rule(rule["id"], "user.department == 'Engineering'")
    assert facts_of(live, api)[ann["id"]] == {
        "user.email": "ann@example.com",
        "user.domain": "example.com",
        "user.department": "Engineering",
        "user.title": "Lead",
        "user.attributes": {"level": 3},
    }


def test_attributes_are_set_shown_filtered_and_audited(api: Api, group):
    made = api.made(
        "/tenants/users",
        {
            "email": "ann@acme.test",
            "groups": [group],
            "firstName": "Ann",
            "lastName": "Lee",
            "department": "Engineering",
            "title": "Lead",
            "attributes": {"level": 3, "site": "Berlin", "remote": True},
        },
    )
    assert (made["firstName"], made["department"], made["title"]) == ("Ann", "Engineering", "Lead")
    assert made["attributes"] == {"level": 3, "site": "Berlin", "remote": True}
    given.user(api, "bob@acme.test")

    def found(query):
        page = given.read(api, f"/tenants/users?{query}")
        return [row["email"].partition("@")[0] for row in page["data"]]

    assert found("search=lee") == ["ann"]
    for query in (
        *("attributes.level=3", "attributes.level][gte]=2.5", "attributes.site][ilike]=BER%25"),
        *("attributes.remote=true", "department=Engineering", "title][ilike]=%25EA%25"),
    ):
        name, _, value = query.partition("=")
        bracket = name if name.endswith("]") else f"{name}]"
        assert found(f"filter[{bracket}={value}") == ["ann"], query
    assert found("sort=-department,email") == ["ann", "bob", "owner"]
    path = f"/tenants/users/{made['id']}"
    changed = api.put(path, json={"title": None, "attributes": {"level": 4}}).json()
    assert (changed["title"], changed["attributes"]) == (None, {"level": 4})
    assert changed["department"] == "Engineering"
    assert found("filter[attributes.site]=Berlin") == []
    assert found("filter[attributes.level]=4") == ["ann"]
    (event,) = given.rows(api, "audit-events", "&filter[operation]=UsersController_update")
    assert event["before"] == {"title": "Lead", "attributes": made["attributes"]}
    assert event["after"] == {"title": None, "attributes": {"level": 4}}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"attributes": {"a b": 1}}, "/attributes/a b"),
        ({"attributes": {"1a": 1}}, "/attributes/1a"),
        ({"attributes": {"": 1}}, "/attributes/"),
        ({"attributes": {"a": None}}, "/attributes/a"),
        ({"attributes": {"a": []}}, "/attributes/a"),
        ({"attributes": {"a": "x" * 501}}, "/attributes/a"),
        ({"attributes": {"a": "\x00"}}, "/attributes/a"),
        ({"attributes": {"a": 2**63}}, "/attributes/a"),
        ({"attributes": {f"a{n}": n for n in range(51)}}, "/attributes"),
        ({"attributes": []}, "/attributes"),
        ({"attributes": None}, "/attributes"),
        ({"department": ""}, "/department"),
        ({"department": "x" * 101}, "/department"),
        ({"title": "a\nb"}, "/title"),
        ({"title": 7}, "/title"),
    ],
)
def test_wrong_attributes_are_refused(api: Api, group, wrong, pointer):
    ann = given.user(api)
    refused(api, "PUT", f"/tenants/users/{ann['id']}", 422, pointer, json=wrong)
    person = {"email": "bob@acme.test", "groups": [group], **wrong}
    refused(api, "POST", "/tenants/users", 422, pointer, json=person)
    refused(api, "POST", "/tenants/users", 422, f"/0{pointer}", json=[person])


def test_policies_say_their_rule_and_where_devices_must_come_from(live: Live, api: Api):
    rule, never = given.admission_rule(api), given.rule(api, "DENY")
    sources = ["192.0.2.0/24", "2001:db8::1"]
    plain = given.policy(api, "plain", sourceIps=sources)
    carrying = given.policy(api, "carrying", rule=rule["id"])
    closed = given.policy(api, "closed", rule=never["id"])
    denying = given.policy(api, "denying", action=False, sourceIps=sources)
    known = followed(live, api)
    told = [
        (known[Kind.POLICY, each["id"]].rule, known[Kind.POLICY, each["id"]].source_ips)
        for each in (plain, carrying, closed, denying)
    ]
    assert told == [
        (None, tuple(sources)),
        (rule["id"], ()),
        (never["id"], ()),
        (None, tuple(sources)),
    ]
