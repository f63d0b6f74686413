"""Who may reach what and why; and that what is said is what gateways are told."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from agents import BareAgent
from controller import given
from controller.people import device, gateway, wiki
from gatescale.controller.clock import stamp
from live import Api, Live

FIREWALL = "device.posture.firewall"


def rule(api: Api, text: str, *, name: str = "Rule", timed: bool = False) -> str:
    body = {"name": name, "rule": text, "hasTimeConstraint": timed}
    return str(api.made("/tenants/admission-rules", body)["id"])


def report(live: Live, agent: BareAgent, **signals) -> None:
    collected = live.clock().timestamp()
    body = {"deviceId": agent.id, "collectedAt": collected, "signals": signals}
    answer = agent.send("posture", body)
    assert answer.status == 204, answer.body


class Office:
    """A gateway, a wiki behind it, and a device whose group may read it under a rule."""

    def __init__(self, live: Live, api: Api, group: str, text: str, *, timed: bool = False):
        self.live, self.api, self.group = live, api, group
        self.gateway = gateway(live, api)
        self.wiki = wiki(api, self.gateway.id)
        self.laptop, self.user = device(live, api, group)
        self.rule = rule(api, text, timed=timed)
        self.policy = given.policy(
            api, "Staff", groups=[group], resources=[self.wiki], rule=self.rule
        )["id"]

    def explain(self, to: str = "10.0.0.5:443"):
        path = f"/tenants/access/explain?device={self.laptop.id}&to={quote(to)}"
        (result,) = given.read(self.api, path)["results"]
        return result


@pytest.fixture
def office(live: Live, api: Api, group: str) -> Office:
    return Office(live, api, group, FIREWALL)


def test_a_report_opens_and_closes_the_gateway(live: Live, office: Office):
    with office.gateway.stream() as stream:
        assert "peers" not in stream.next("program")["delta"]
        report(live, office.laptop, firewall=True)
        assert list(stream.next("program")["delta"]["peers"]) == [office.laptop.id]
        report(live, office.laptop, firewall=False)
        assert stream.next("program")["delta"]["peers"] == {office.laptop.id: None}
        report(live, office.laptop, diskEncryption=True)
        report(live, office.laptop, firewall=True)
        assert list(stream.next("program")["delta"]["peers"]) == [office.laptop.id]


def test_time_alone_closes_the_gateway(live: Live, api: Api, group: str):
    soon = stamp(live.clock() + timedelta(seconds=6))
    office = Office(live, api, group, f"now < timestamp('{soon}')", timed=True)
    with office.gateway.stream() as stream:
        first = stream.next("program")
        assert list(first["delta"]["peers"]) == [office.laptop.id]
        gone = stream.next("program")
        assert gone["delta"]["peers"] == {office.laptop.id: None}
        assert gone["base"] == first["revision"]
        assert stamp(live.clock()) >= soon
    assert office.explain()["passedOver"][0]["reason"] == "RULE"


def test_an_attribute_opens_the_gateway(live: Live, api: Api, group: str):
    office = Office(live, api, group, "user.department == 'Engineering'")
    with office.gateway.stream() as stream:
        stream.next("program")
        api.put(f"/tenants/users/{office.user}", json={"department": "Engineering"})
        assert list(stream.next("program")["delta"]["peers"]) == [office.laptop.id]
        api.put(f"/tenants/users/{office.user}", json={"department": None})
        assert stream.next("program")["delta"]["peers"] == {office.laptop.id: None}


def test_a_rule_that_is_changed_is_asked_again(live: Live, office: Office):
    with office.gateway.stream() as stream:
        stream.next("program")
        body = {"name": "Rule", "rule": "true", "hasTimeConstraint": False}
        office.api.put(f"/tenants/admission-rules/{office.rule}", json=body)
        assert list(stream.next("program")["delta"]["peers"]) == [office.laptop.id]


def test_a_policy_for_some_addresses_is_for_devices_from_there(live: Live, office: Office):
    path = f"/tenants/policies/{office.policy}"
    unrestricted = given.rule(office.api)["id"]
    with office.laptop.stream(), office.gateway.stream() as stream:
        stream.next("program")
        body = {"groups": [office.group], "resources": [office.wiki], "rule": unrestricted}
        body = given.policy_body(**body, sourceIps=["127.0.0.0/8"])
        del body["type"]
        assert office.api.request("PATCH", path, json=body).status == 200
        assert list(stream.next("program")["delta"]["peers"]) == [office.laptop.id]
        body["sourceIps"] = ["192.0.2.0/24"]
        assert office.api.request("PATCH", path, json=body).status == 200
        assert stream.next("program")["delta"]["peers"] == {office.laptop.id: None}
        over = office.explain()["passedOver"][0]
        assert over["reason"] == "ORIGIN"
        assert over["sentence"] == "It is for 192.0.2.0/24; the device comes from 127.0.0.1."


def test_an_explanation_names_the_part_of_the_rule_and_what_it_saw(live: Live, office: Office):
    found = office.explain()
    assert (found["allowed"], found["cause"], found["policy"]) == (False, "DEFAULT", None)
    (over,) = found["passedOver"]
    assert (over["policy"]["name"], over["reason"]) == ("Staff", "RULE")
    assert FIREWALL in over["sentence"]
    assert over["rule"]["finding"]["result"] == "absent"
    report(live, office.laptop, firewall=False)
    over = office.explain()["passedOver"][0]
    assert over["rule"]["finding"]["result"] == "does not hold"
    assert over["rule"]["finding"]["seen"] == [{"name": FIREWALL, "value": "false"}]


def test_an_explanation_names_policy_resource_and_gateway_and_whether_it_enforces(
    live: Live, office: Office
):
    report(live, office.laptop, firewall=True)
    found = office.explain()
    assert (found["allowed"], found["cause"]) == (False, "GATEWAY"), "no endpoint is known"
    with office.gateway.stream() as stream:
        revision = stream.next("program")["revision"]
        found = office.explain()
        assert (found["allowed"], found["policy"]["name"]) == (True, "Staff")
        assert found["rule"]["holds"] is True
        assert found["destination"]["resource"]["id"] == office.wiki
        assert (found["gateway"]["name"], found["gateway"]["enforces"]) == ("Office", False)
        office.gateway.send("acks", {"revision": revision})
        assert office.explain()["gateway"]["enforces"] is True
        assert found["sentence"] == "The policy Staff allows it, through Office."


def test_why_not_is_told_for_every_cause(live: Live, api: Api, office: Office):
    assert office.explain("10.9.9.9:443")["sentence"] == "No resource is there."
    given.policy(api, "Block", groups=[], resources=[office.wiki], allUsers=True, action=False)
    order = [p["id"] for p in given.rows(api, "policies", "&filter[type]=PRIVATE")]
    body = {"type": "PRIVATE", "policies": order[::-1]}
    assert api.request("PATCH", "/tenants/policies/reorder", json=body).status == 200
    assert office.explain()["sentence"] == "The policy Block denies it."
    assert api.request("PATCH", f"/tenants/devices/{office.laptop.id}/deactivate").status < 300
    assert office.explain()["sentence"] == "The device is deactivated."
    assert api.post(f"/tenants/devices/{office.laptop.id}/reactivate").status < 300
    assert api.request("PATCH", f"/tenants/users/{office.user}/deactivate").status < 300
    assert office.explain()["sentence"] == "The device's user is not active."


def test_people_and_resources_are_asked_about_by_name(live: Live, api: Api, office: Office):
    email = given.read(api, f"/tenants/users/{office.user}")["email"]
    name = given.read(api, f"/tenants/resources/{office.wiki}")["name"]
    for who in (
        f"user={quote(email.upper())}",
        f"user={office.user}",
        "device=Laptop",
        f"user={email}&device=laptop",
    ):
        for to in (f"{name}:443", name.upper(), office.wiki, f"{name}/icmp"):
            path = f"/tenants/access/explain?{who}&to={quote(to)}"
            (found,) = given.read(api, path)["results"]
            assert found["user"]["email"] == email
            assert found["destination"]["address"] == "10.0.0.5"
            assert found["destination"]["resource"]["id"] == office.wiki


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ("device=laptop", 422, "query/to"),
        ("to=10.0.0.5:443", 422, "query/user"),
        (f"to=10.0.0.5:443&user={given.ABSENT}&device=laptop", 404, None),
        ("to=10.0.0.5:443&device=laptop&gateway=x", 422, "query/gateway"),
        ("to=10.0.0.5:443&device=laptop&device=phone", 422, "query/device"),
        ("to=10.0.0.5&device=laptop", 422, "query/to"),
        ("to=10.0.0.5:99999&device=laptop", 422, "query/to"),
        ("to=10.0.0.5:443/sctp&device=laptop", 422, "query/to"),
        ("to=10.0.0.5:443/icmp&device=laptop", 422, "query/to"),
        ("to=&device=laptop", 422, "query/to"),
        ("to=10.0.0.5:443%00&device=laptop", 422, "query/to"),
        ("to=nothing:443&device=laptop", 404, None),
        ("to=10.0.0.5:443&device=nothing", 404, None),
        ("to=10.0.0.5:443&user=nobody@acme.test", 404, None),
        (f"to=10.0.0.5:443&user={given.ABSENT}", 404, None),
    ],
)
def test_what_cannot_be_explained_is_refused(office: Office, query, status, pointer):
    answer = office.api.get(f"/tenants/access/explain?{query}")
    assert answer.status == status, answer.body
    assert answer.pointers == ([pointer] if pointer else [])


def test_the_matrix_tells_who_reaches_what(live: Live, api: Api, office: Office):
    path = "/tenants/access/matrix"
    assert given.read(api, path)["total"] == 0
    report(live, office.laptop, firewall=True)
    with office.gateway.stream() as stream:
        stream.next("program")
        found = given.read(api, path)
        assert found["total"] == 1
        (row,) = found["data"]
        assert row["device"] == {"id": office.laptop.id, "name": "laptop"}
        assert row["resource"]["id"] == office.wiki
        assert (row["gateway"]["name"], row["whole"]) == ("Office", True)
        for query in (f"resource={office.wiki}", f"user={office.user}", "device=laptop"):
            assert given.read(api, f"{path}?{query}")["data"] == [row]
        other = wiki(api, office.gateway.id, "10.0.0.6")
        assert given.read(api, f"{path}?resource={other}")["total"] == 0
        assert given.read(api, f"{path}?offset=1")["data"] == []
        assert api.get(f"{path}?limit=0").pointers == ["query/limit"]
        assert api.get(f"{path}?resource=nothing").status == 404


def supposed(office: Office, *changes):
    return office.api.post("/tenants/access/preview", json={"changes": list(changes)})


def told(answer):
    assert answer.status == 201 or answer.status == 200, answer.body
    return [
        (
            [device["name"] for device in each["devices"]],
            [(one["effect"], one["resource"]["name"]) for one in each["differences"]],
        )
        for each in answer.json()["consequences"]
    ]


def test_a_preview_tells_who_loses_what_and_changes_nothing(live: Live, api: Api, office: Office):
    report(live, office.laptop, firewall=True)
    name = given.read(api, f"/tenants/resources/{office.wiki}")["name"]
    with office.gateway.stream() as stream:
        stream.next("program")
        office.explain()
        removal = {"operation": "PoliciesController_delete", "parameters": {"id": office.policy}}
        gone = {"operation": "ResourceController_delete", "parameters": {"id": office.wiki}}
        before = given.read(api, "/tenants/policies?limit=100"), office.explain()
        assert told(supposed(office, removal)) == [(["laptop"], [("LOST", name)])]
        assert told(supposed(office, removal, gone)) == [(["laptop"], [("LOST", name)])]
        body = {"name": "Rule", "rule": "false", "hasTimeConstraint": False}
        rule = {
            "operation": "AdmissionRulesController_update",
            "parameters": {"id": office.rule},
            "body": body,
        }
        assert told(supposed(office, rule)) == [(["laptop"], [("LOST", name)])]
        rule["body"] = {"name": "Rule", "rule": "true", "hasTimeConstraint": False}
        assert told(supposed(office, rule)) == []
        assert (given.read(api, "/tenants/policies?limit=100"), office.explain()) == before


def test_a_preview_tells_who_gains_what_by_joining_a_group(live: Live, api: Api, group: str):
    office = Office(live, api, group, "true")
    other = given.group(api, "Visitors")["id"]
    pad, visitor = device(live, api, other)
    name = given.read(api, f"/tenants/resources/{office.wiki}")["name"]
    with office.gateway.stream() as stream:
        stream.next("program")
        office.explain()
        joining = {
            "operation": "UsersController_addGroup",
            "parameters": {"id": visitor},
            "body": {"groupId": group},
        }
        answer = supposed(office, joining)
        assert told(answer) == [(["laptop"], [("GAINED", name)])]
        (consequence,) = answer.json()["consequences"]
        assert (consequence["count"], consequence["devices"][0]["id"]) == (1, pad.id)
        assert consequence["differences"][0]["gained"] == ["10.0.0.5 everything"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"operation": "Nothing_here"}, "/changes/0/operation"),
        ({"operation": "PoliciesController_findAll"}, "/changes/0/operation"),
        ({"operation": "AccessController_preview"}, "/changes/0/operation"),
        ({"operation": "PoliciesController_delete"}, "/changes/0/parameters/id"),
        (
            {"operation": "GroupsController_create", "body": {"name": "", "roles": []}},
            "/changes/0/body/name",
        ),
        (
            {"operation": "PoliciesController_delete", "parameters": {"id": given.ABSENT}},
            "/changes/0/body",
        ),
    ],
)
def test_what_cannot_be_supposed_is_refused_with_its_place(office: Office, change, pointer):
    answer = supposed(office, change)
    assert answer.status in {404, 422}, answer.body
    assert answer.pointers == [pointer]
