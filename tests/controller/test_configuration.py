"""The configuration as one document: out, in, and what lies between, in words."""

import pytest

from controller import given, people
from live import Api

PATH = "/tenants/configuration"
PLAN = f"{PATH}/plan"


def export(api):
    return given.read(api, PATH)


def planned(api, document):
    answer = api.post(PLAN, json=document)
    assert answer.status == 200, answer.body
    return [(step["action"], step["kind"], step["name"]) for step in answer.json()["steps"]]


def applied(api, document):
    answer = api.put(PATH, json=document)
    assert answer.status == 200, answer.body
    return [(step["action"], step["kind"], step["name"]) for step in answer.json()["steps"]]


@pytest.fixture
def furnished(live, api, group):
    """A tenant with one of everything."""
    web, engineers = given.protocol(api), given.group(api, "Engineers", maxDevices=3)
    berlin, paris = given.gateway(api, "berlin"), given.gateway(api, "paris")
    wiki = given.resource(
        api, "wiki", addresses=[{"address": "10.0.0.5", "protocols": [web["id"]]}]
    )
    given.connected(api, wiki, paris, berlin)
    rule = given.admission_rule(api)
    agent, user = people.device(live, api, group)
    given.policy(
        api,
        "Read",
        groups=[engineers["id"]],
        users=[user],
        devices=[agent.id],
        resources=[wiki["id"]],
        rule=rule["id"],
    )
    given.policy(api, "Block", action=False, allUsers=True, resources=[wiki["id"]])
    return api


def test_a_round_trip_changes_nothing(furnished):
    first = furnished.get(PATH)
    assert planned(furnished, first.json()) == []
    revision = int(given_revision(furnished))
    assert applied(furnished, first.json()) == []
    assert furnished.get(PATH).body == first.body
    assert int(given_revision(furnished)) >= revision


def given_revision(api):
    return api.post(PLAN, json={"version": 1}).headers["gatescale-revision"]


def test_a_document_moves_to_another_tenant(furnished, other_api):
    document = export(furnished)
    for policy in document["policies"]:
        policy["users"], policy["devices"] = [], []
    applied(other_api, document)
    assert export(other_api) == document
    assert "token" not in str(document)


def test_a_plan_tells_in_words_and_changes_nothing(furnished):
    before = export(furnished)
    document = export(furnished)
    document["groups"] = [g for g in document["groups"] if g["name"] != "Engineers"]
    document["resources"][0]["description"] = "All we know"
    document["protocols"].append(
        {"name": "Metrics", "networkProtocols": [{"protocol": "TCP", "port": "9100"}]}
    )
    document["policies"][0]["groups"] = []
    steps = furnished.post(PLAN, json=document).json()["steps"]
    assert [step["words"] for step in steps] == [
        "Delete the group Engineers: its members lose what it grants.",
        'Create the protocol Metrics: networkProtocols [{"protocol":"TCP","port":"9100"}].',
        "Change the resource wiki: description from null to All we know.",
        *[step["words"] for step in steps if step["kind"] == "policy"],
    ]
    assert export(furnished) == before


def test_what_a_plan_tells_is_what_is_applied(furnished):
    document = export(furnished)
    document["gateways"][0]["endpoint"] = "gw2.example.com:4500"
    document["admissionRules"][0]["rule"] = "true"
    document["protocols"][0]["networkProtocols"] = [{"protocol": "TCP", "port": "8443"}]
    document["resources"][0]["gateways"].reverse()
    document["policies"] = [*reversed(document["policies"])]
    steps = planned(furnished, document)
    assert applied(furnished, document) == steps
    assert planned(furnished, document) == []
    assert ("move", "policy", "Read") in steps or ("move", "policy", "Block") in steps


def test_the_order_of_policies_is_the_documents(furnished):
    names = list("abcdef")
    document = export(furnished)
    template = next(policy for policy in document["policies"] if policy["name"] == "Block")
    for order in (names, names[::-1], ["f", "a", "c"]):
        document["policies"] = [{**template, "name": name} for name in order]
        applied(furnished, document)
        stored = [p["name"] for p in export(furnished)["policies"] if p["type"] == "PRIVATE"]
        assert stored == order


def test_the_fewest_policies_move(furnished):
    document = export(furnished)
    template = next(policy for policy in document["policies"] if policy["name"] == "Block")
    document["policies"] = [{**template, "name": name} for name in "abcdef"]
    applied(furnished, document)
    document["policies"] = [{**template, "name": name} for name in "fabcde"]
    assert planned(furnished, document) == [("move", "policy", "f")]


def test_a_section_that_is_left_out_stays(furnished):
    before = export(furnished)
    assert applied(furnished, {"version": 1}) == []
    assert applied(furnished, {"version": 1, "groups": before["groups"]}) == []
    assert export(furnished) == before


def test_an_empty_section_goes_but_what_is_built_in_stays(furnished):
    nothing = {s: [] for s in ("protocols", "gateways", "resources", "admissionRules", "policies")}
    applied(furnished, {"version": 1, **nothing, "groups": []})
    left = export(furnished)
    assert [group["name"] for group in left["groups"]] == ["Default Group"]
    assert [policy["default"] for policy in left["policies"]] == [True]
    assert {s: left[s] for s in nothing if s != "policies"} == {
        s: [] for s in nothing if s != "policies"
    }


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        (lambda d: d.update(version=2), 422, "/version"),
        (lambda d: d["groups"].append({"name": "engineers"}), 422, "/groups/2/name"),
        (lambda d: d["groups"].append({"name": "X", "roles": ["OWNER"]}), 422, "/groups/2/roles/0"),
        (lambda d: d["groups"].append({"name": "X", "owner": 1}), 422, "/groups/2/owner"),
        (
            lambda d: d["resources"][0]["addresses"].append({"address": "8.8.8.8"}),
            422,
            "/resources/0/addresses/1/address",
        ),
        (
            lambda d: d["resources"][0]["addresses"][0].update(protocols=["No"]),
            422,
            "/resources/0/addresses/0/protocols/0",
        ),
        (lambda d: d["resources"][0].update(gateways=["rome"]), 422, "/resources/0/gateways/0"),
        (lambda d: d["resources"][0].update(type="SAAS"), 409, "/resources/0/type"),
        (lambda d: d["policies"][1].update(groups=["No"]), 422, "/policies/1/groups/0"),
        (lambda d: d["policies"][1].update(users=["no@x.test"]), 422, "/policies/1/users/0"),
        (lambda d: d["policies"][1].update(rule="No"), 422, "/policies/1/rule"),
        (lambda d: d["admissionRules"].clear(), 409, ""),
    ],
    ids=range(12),
)
def test_a_bad_document_changes_nothing(furnished, change, status, pointer):
    before = export(furnished)
    document = export(furnished)
    document["gateways"].append({"name": "new"})
    change(document)
    for answer in (furnished.post(PLAN, json=document), furnished.put(PATH, json=document)):
        assert answer.status == status, answer.body
        assert not pointer or pointer in answer.pointers, answer.body
    assert export(furnished) == before


def test_an_auditor_exports_and_changes_nothing(live, furnished):
    key = furnished.made("/tenants/api-keys", {"name": "Audit", "role": "AUDITOR"})["key"]
    auditor = Api(live.url, key)
    assert auditor.get(PATH).status == 200
    assert auditor.post(PLAN, json={"version": 1}).status == 403
    assert auditor.put(PATH, json={"version": 1}).status == 403


def test_an_applied_document_is_audited_thing_by_thing(furnished):
    document = export(furnished)
    document["groups"].append({"name": "Sales"})
    applied(furnished, document)
    (event,) = given.read(furnished, "/tenants/audit-events?filter[target.name]=Sales")["data"]
    assert event["operation"] == "GroupsController_create"
