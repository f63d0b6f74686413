"""What must be so whatever the policies say: a change that breaks it is refused."""

import pytest

from controller import given
from controller.expect import refused
from gatescale.controller.policy_tests import MOST
from live import Api, Live

PATH = "/tenants/policy-tests"
IGNORE = {"Gatescale-Policy-Tests": "ignore"}
WORKDAYS = "now.on(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], zone)"


class Firm:
    """Contractors and engineers, a wiki and a database behind one gateway."""

    def __init__(self, api: Api):
        self.api = api
        self.contractors = given.group(api, "Contractors")["id"]
        self.engineers = given.group(api, "Engineers")["id"]
        self.owner = given.owner(api)
        self.join(self.engineers)
        site = given.gateway(api, "Office")
        self.site = site["id"]
        self.wiki = given.connected(api, given.resource(api, "Wiki", "10.0.0.5"), site)["id"]
        self.database = given.connected(api, given.resource(api, "DB", "10.0.0.6"), site)["id"]

    def join(self, *groups: str, status: int = 201) -> None:
        for group in groups:
            path = f"/tenants/users/{self.owner['id']}/groups"
            answer = self.api.post(path, json={"groupId": group})
            assert answer.status == status, answer.body

    def never(self, name: str = "Contractors never reach the database", **more):
        body = {"expect": "NEVER", "groups": [self.contractors], "resources": [self.database]}
        return {"name": name, **body, **more}

    def always(self, name: str = "Engineers reach the wiki", **more):
        body = {"expect": "ALWAYS", "groups": [self.engineers], "resources": [self.wiki]}
        return {"name": name, **body, **more}

    def allow(self, name: str, group: str, resource: str, **more):
        body = given.policy_body(name, groups=[group], resources=[resource], **more)
        return self.api.post("/tenants/policies", json=body)

    def run(self):
        answer = self.api.post(f"{PATH}/run")
        assert answer.status == 200, answer.body
        return answer.json()


@pytest.fixture
def firm(api: Api) -> Firm:
    return Firm(api)


def outcome(answer):
    assert answer.status == 409, answer.body
    problem = answer.json()
    assert problem["type"] == "/problems/broken-test"
    return problem["detail"]


def test_a_policy_test_is_made_read_changed_and_removed(api: Api, firm: Firm):
    made = api.made(PATH, firm.never(protocol="TCP", port="5432", description="By contract"))
    path = f"{PATH}/{made['id']}"
    assert given.read(api, path) == made
    assert given.read(api, PATH) == [made]
    assert made["groups"] == [{"id": firm.contractors, "name": "Contractors"}]
    assert made["resources"] == [{"id": firm.database, "name": "DB"}]
    changed = api.put(path, json=firm.never("Renamed", users=[firm.owner["id"]])).json()
    assert (changed["name"], changed["port"], changed["description"]) == ("Renamed", None, None)
    assert changed["users"] == [{"id": firm.owner["id"], "email": firm.owner["email"]}]
    assert api.delete(path).status == 204
    refused(api, "GET", path, 404)
    events = given.rows(api, "audit-events", "&filter[target.kind]=policy%20test&sort=sequence")
    verbs = [event["operation"].partition("_")[2] for event in events]
    assert verbs == ["create", "update", "delete"]


def test_a_change_that_breaks_never_is_refused_with_who_and_how(api: Api, firm: Firm):
    api.made(PATH, firm.never())
    firm.join(firm.contractors)
    before = given.rows(api, "policies")
    detail = outcome(firm.allow("Everything", firm.contractors, firm.database))
    assert detail == (
        "The policy test Contractors never reach the database would not hold: The policy "
        f"Everything lets {firm.owner['email']} reach DB (10.0.0.6 everything) through Office."
    )
    assert given.rows(api, "policies") == before
    assert firm.run()["holds"]
    assert firm.allow("Wiki", firm.contractors, firm.wiki).status == 201


def test_joining_a_group_is_a_change_too(api: Api, firm: Firm):
    api.made(PATH, firm.never())
    assert firm.allow("Data", firm.engineers, firm.database).status == 201
    firm.join(firm.contractors, status=409)
    assert firm.run()["holds"]


def test_a_change_that_breaks_always_is_refused(api: Api, firm: Firm):
    policy = firm.allow("Staff", firm.engineers, firm.wiki).json()["id"]
    api.made(PATH, firm.always())
    detail = outcome(api.delete(f"/tenants/policies/{policy}"))
    assert detail.endswith(
        f"No policy lets {firm.owner['email']} reach Wiki (10.0.0.5 everything)."
    )
    outcome(api.delete(f"/tenants/resources/{firm.wiki}/gateways/{firm.site}"))
    outcome(api.delete(f"/tenants/gateways/{firm.site}"))
    address = {"name": "Wiki", "addresses": [{"address": "wiki.internal"}]}
    assert "has no IP address" in outcome(api.put(f"/tenants/resources/{firm.wiki}", json=address))
    deny = given.policy_body("Closed", allUsers=True, resources=[firm.wiki], action=False)
    closed = api.made("/tenants/policies", deny)["id"]
    order = {"type": "PRIVATE", "policies": [closed, policy]}
    detail = outcome(api.patch("/tenants/policies/reorder", json=order))
    assert f"The policy Closed denies {firm.owner['email']} Wiki" in detail
    assert firm.run()["holds"]


def test_always_is_asked_at_its_times_with_its_facts(api: Api, firm: Firm):
    rule = given.admission_rule(api, "Workdays", f"{WORKDAYS} && device.posture.diskEncryption")
    assert firm.allow("Staff", firm.engineers, firm.wiki, rule=rule["id"]).status == 201
    encrypted = {"device.posture.diskEncryption": True}
    times = ["MONDAY 00:00", "FRIDAY 23:59"]
    api.made(PATH, firm.always(given=encrypted, times=times))
    answer = api.post(PATH, json=firm.always("Weekend", given=encrypted, times=["SATURDAY 10:00"]))
    assert "On Saturday at 10:00: The policy Staff would let" in outcome(answer)
    answer = api.post(PATH, json=firm.always("Plain", times=times))
    assert "device.posture.diskEncryption is absent" in outcome(answer)
    body = {"name": "Workdays", "rule": "false", "hasTimeConstraint": False}
    outcome(api.put(f"/tenants/admission-rules/{rule['id']}", json=body))
    body["rule"] = "device.posture.diskEncryption"
    assert api.put(f"/tenants/admission-rules/{rule['id']}", json=body).status == 200


def test_what_is_broken_already_blocks_nothing_and_is_told_by_a_run(api: Api, firm: Firm):
    answer = api.post(PATH, json=firm.always(), headers=IGNORE)
    assert answer.status == 201
    test = answer.json()
    assert firm.allow("Data", firm.engineers, firm.database).status == 201
    found = firm.run()
    assert found["holds"] is False
    (told,) = found["outcomes"]
    assert (told["test"]["name"], told["holds"]) == (test["name"], False)
    (against,) = told["counterexamples"]
    assert (against["reason"], against["user"]["email"]) == ("MISSING", firm.owner["email"])
    assert firm.allow("Staff", firm.engineers, firm.wiki).status == 201
    found = firm.run()
    assert (found["holds"], found["outcomes"][0]["counterexamples"]) == (True, [])


def test_a_forced_change_is_made_and_the_log_says_what_it_broke(api: Api, firm: Firm):
    test = api.made(PATH, firm.never())
    firm.join(firm.contractors)
    body = given.policy_body("Data", groups=[firm.contractors], resources=[firm.database])
    assert api.post("/tenants/policies", json=body, headers=IGNORE).status == 201
    (event,) = given.rows(api, "audit-events", "&filter[operation]=PolicyTestsController_ignore")
    assert event["target"]["id"] == test["id"]
    assert event["after"]["counterexamples"][0]["reason"] == "GRANTED"
    assert firm.run()["holds"] is False
    answer = api.post("/tenants/policies", json=body, headers={"Gatescale-Policy-Tests": "no"})
    assert (answer.status, answer.pointers) == (400, ["header/Gatescale-Policy-Tests"])


def test_what_a_test_names_may_go(api: Api, firm: Firm):
    test = api.made(PATH, firm.never())
    assert api.delete(f"/tenants/resources/{firm.database}").status == 204
    assert given.read(api, f"{PATH}/{test['id']}")["resources"] == []
    (told,) = firm.run()["outcomes"]
    assert told["counterexamples"][0]["sentence"] == "It names no resource any more."
    assert api.delete(f"/tenants/groups/{firm.contractors}").status == 204
    (told,) = firm.run()["outcomes"]
    assert told["counterexamples"][0]["sentence"] == "It names nobody any more."


def test_a_preview_and_a_plan_name_the_tests_that_would_break(api: Api, firm: Firm):
    policy = firm.allow("Staff", firm.engineers, firm.wiki).json()["id"]
    test = api.made(PATH, firm.always())
    change = {"operation": "PoliciesController_delete", "parameters": {"id": policy}}
    answer = api.post("/tenants/access/preview", json={"changes": [change]})
    assert answer.status == 200, answer.body
    (broken,) = answer.json()["brokenTests"]
    assert (broken["test"]["id"], broken["holds"]) == (test["id"], False)
    document = given.read(api, "/tenants/configuration")
    kept = [each for each in document["policies"] if each["name"] != "Staff"]
    planned = api.post("/tenants/configuration/plan", json={**document, "policies": kept})
    assert [each["test"]["name"] for each in planned.json()["brokenTests"]] == [test["name"]]
    assert api.put("/tenants/configuration", json={**document, "policies": kept}).status == 409
    done = api.put("/tenants/configuration", json={**document, "policies": kept}, headers=IGNORE)
    assert done.status == 200
    assert done.json()["brokenTests"] is None


def test_tests_travel_with_the_configuration(live: Live, api: Api, firm: Firm):
    firm.allow("Staff", firm.engineers, firm.wiki)
    facts = {"device.posture.extra.edr": "7", "origin.ip": "192.0.2.1"}
    api.made(PATH, firm.always(given=facts, times=["MONDAY 10:00"], protocol="TCP", port="1-9"))
    api.made(PATH, firm.never())
    document = given.read(api, "/tenants/configuration")
    assert [test["name"] for test in document["policyTests"]] == [
        "Contractors never reach the database",
        "Engineers reach the wiki",
    ]
    other = live.tenant()
    assert other.put("/tenants/configuration", json=document).status == 200
    assert given.read(other, "/tenants/configuration")["policyTests"] == document["policyTests"]
    assert other.put("/tenants/configuration", json=document).json()["steps"] == []
    without = {**document, "policyTests": []}
    (step, _) = other.put("/tenants/configuration", json=without).json()["steps"]
    assert step["words"] == "Delete the policy test Contractors never reach the database."
    assert given.read(other, PATH) == []
    document["policyTests"][0]["resources"] = ["Nothing"]
    refused(
        other, "PUT", "/tenants/configuration", 422, "/policyTests/0/resources/0", json=document
    )


@pytest.mark.parametrize(
    ("wrong", "status", "pointer"),
    [
        ({"name": ""}, 422, "/name"),
        ({"expect": "SOMETIMES"}, 422, "/expect"),
        ({"groups": []}, 422, "/groups"),
        ({"groups": [given.ABSENT]}, 404, "/groups/0"),
        ({"users": [given.ABSENT]}, 404, "/users/0"),
        ({"resources": []}, 422, "/resources"),
        ({"resources": [given.ABSENT]}, 404, "/resources/0"),
        ({"port": "443"}, 422, "/port"),
        ({"protocol": "ICMP", "port": "443"}, 422, "/port"),
        ({"protocol": "TCP", "port": "99999"}, 422, "/port"),
        ({"protocol": "TCP", "port": "9-1"}, 422, "/port"),
        ({"protocol": "TCP", "port": "http"}, 422, "/port"),
        ({"given": {"user.email": "a@b.test"}}, 422, "/given/user.email"),
        ({"given": {"device.posture.nothing": True}}, 422, "/given/device.posture.nothing"),
        ({"given": {"device.posture.firewall": "yes"}}, 422, "/given/device.posture.firewall"),
        ({"given": {"device.lastCheck": "now"}}, 422, "/given/device.lastCheck"),
        ({"given": {"origin.ip": "here"}}, 422, "/given/origin.ip"),
        ({"times": ["MONDAY 24:00"]}, 422, "/times/0"),
        ({"times": ["Monday 10:00"]}, 422, "/times/0"),
        ({"expect": "NEVER", "times": ["MONDAY 10:00"]}, 422, "/times"),
        ({"expect": "NEVER", "given": {"device.owned": True}}, 422, "/given"),
        ({"more": 1}, 422, "/more"),
    ],
)
def test_what_is_no_test_is_refused_with_its_place(api: Api, firm: Firm, wrong, status, pointer):
    refused(api, "POST", PATH, status, pointer, json=firm.always(**wrong))
    assert given.read(api, PATH) == []


def test_a_name_is_taken_once_and_only_private_resources_are_tested(api: Api, firm: Firm):
    api.made(PATH, firm.never())
    refused(api, "POST", PATH, 409, "/name", json=firm.never(firm.never()["name"].upper()))
    mail = given.resource(api, "Mail", "mail.example.com", type="SAAS")["id"]
    refused(api, "POST", PATH, 422, "/resources/0", json=firm.never("Mail", resources=[mail]))


def test_there_are_not_more_tests_than_a_change_can_wait_for(api: Api, firm: Firm):
    document = given.read(api, "/tenants/configuration")
    test = {"expect": "NEVER", "groups": ["Contractors"], "resources": ["DB"]}
    document["policyTests"] = [{"name": f"Test {n}", **test} for n in range(MOST)]
    assert api.put("/tenants/configuration", json=document).status == 200
    refused(api, "POST", PATH, 409, json=firm.never())
    assert firm.run()["holds"]


def test_people_reports_and_time_are_refused_nothing(live: Live, api: Api, firm: Firm):
    rule = given.admission_rule(api, "Firewall", "device.posture.firewall")
    assert firm.allow("Staff", firm.engineers, firm.wiki, rule=rule["id"]).status == 201
    api.made(PATH, firm.always(given={"device.posture.firewall": True}))
    made = given.device(api, firm.owner["id"], firewall=False)
    assert made["posture"]["firewall"] is False
    assert firm.run()["holds"]
    assert api.patch(f"/tenants/users/{given.user(api)['id']}/deactivate").status < 300


def test_only_those_may_who_may_change_policies_and_auditors_may_run(api: Api, firm: Firm):
    test = api.made(PATH, firm.never())
    key = api.made("/tenants/api-keys", {"name": "CI", "role": "AUDITOR"})["key"]
    auditor = Api(api.url, key)
    assert auditor.get(f"{PATH}/{test['id']}").json() == test
    assert auditor.post(f"{PATH}/run").json()["holds"] is True
    assert auditor.post(PATH, json=firm.never("Other")).status == 403
    assert auditor.delete(f"{PATH}/{test['id']}").status == 403
