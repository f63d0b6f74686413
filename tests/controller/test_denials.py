"""What gateways denied, as they tell it: explained, merged, bounded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from agents import BareAgent
from controller import given
from controller.people import device, gateway, wiki
from gatescale.controller import denials as kept
from gatescale.controller.clock import stamp
from gatescale.controller.denials import APART, KEPT_DAYS
from live import Api, Live

ALL = {"protocol": 6, "port": 22, "packets": 1}


@dataclass
class Office:
    """A device that may reach the wiki behind a gateway, and nothing else."""

    live: Live
    api: Api
    site: BareAgent
    laptop: BareAgent
    user: str
    wiki: str
    policy: str

    def tell(self, *denials: dict, by: BareAgent | None = None) -> int:
        at = int(self.live.clock().timestamp())
        said = [ALL | {"deviceId": self.laptop.id, "at": at} | each for each in denials]
        return (by or self.site).send("denials", {"denials": said}).status

    def denials(self, query: str = "") -> list[dict]:
        return given.rows(self.api, "denials", query)


@pytest.fixture
def office(live: Live, api: Api, group: str) -> Iterator[Office]:
    site = gateway(live, api)
    with site.stream() as stream:
        stream.next("program")
    resource = wiki(api, site.id)
    laptop, user = device(live, api, group)
    policy = given.policy(api, "Wiki", devices=[laptop.id], resources=[resource])["id"]
    return Office(live, api, site, laptop, user, resource, policy)


def test_what_no_policy_allows(office: Office):
    assert office.tell({"destination": "10.0.0.9", "packets": 3}) == 204
    (denial,) = office.denials()
    assert (denial["deviceId"], denial["deviceName"]) == (office.laptop.id, "laptop")
    assert denial["userId"] == office.user
    assert (denial["gatewayId"], denial["gatewayName"]) == (office.site.id, "Office")
    assert (denial["destination"], denial["protocol"], denial["port"]) == ("10.0.0.9", "TCP", 22)
    assert (denial["cause"], denial["reason"]) == ("DESTINATION", "No resource is there.")
    assert denial["resourceId"] is denial["policyId"] is None
    assert denial["packets"] == 3
    assert denial["firstAt"] == denial["lastAt"]


def test_what_a_policy_denies(office: Office):
    lobby = wiki(office.api, office.site.id, "10.0.0.99")
    given.policy(office.api, "Lobby", devices=[office.laptop.id], resources=[lobby])
    given.policy(
        office.api, "No wiki", action=False, devices=[office.laptop.id], resources=[office.wiki]
    )
    office.tell({"destination": "10.0.0.5"})
    (denial,) = office.denials()
    assert denial["cause"] == "CHANGED", "the policy that allows it comes first"
    order = [each["id"] for each in given.rows(office.api, "policies", "&filter[type]=PRIVATE")]
    body = {"type": "PRIVATE", "policies": list(reversed(order))}
    assert office.api.request("PATCH", "/tenants/policies/reorder", json=body).status == 200
    office.tell({"destination": "10.0.0.5"})
    (denial,) = office.denials()
    assert (denial["cause"], denial["policyName"]) == ("POLICY", "No wiki")
    assert denial["reason"] == "The policy No wiki denies it."
    assert denial["resourceId"] == office.wiki
    assert denial["packets"] == 2


def test_a_rule_that_does_not_hold_is_named(office: Office):
    rule = given.admission_rule(office.api, "Encrypted", "device.posture.diskEncryption")
    vault = wiki(office.api, office.site.id, "10.0.0.6")
    policy = given.policy(
        office.api, "Vault", devices=[office.laptop.id], resources=[vault], rule=rule["id"]
    )
    office.tell({"destination": "10.0.0.6"})
    (denial,) = office.denials()
    assert (denial["cause"], denial["policyId"]) == ("RULE", policy["id"])
    assert "Vault would allow it." in denial["reason"]
    assert "device.posture.diskEncryption" in denial["reason"]


def test_the_same_within_an_hour_is_one_denial(office: Office):
    office.tell({"destination": "10.0.0.9"}, {"destination": "10.0.0.9", "port": 23})
    office.live.clock.ahead += timedelta(minutes=50)
    office.tell({"destination": "10.0.0.9", "packets": 4})
    denials = office.denials()
    assert [(each["port"], each["packets"]) for each in denials] == [(22, 5), (23, 1)]
    assert denials[0]["firstAt"] < denials[0]["lastAt"]
    office.live.clock.ahead += timedelta(minutes=61)
    office.tell({"destination": "10.0.0.9"})
    assert [each["packets"] for each in office.denials()] == [1, 5, 1]


def test_pings_and_other_protocols_have_no_port(office: Office):
    office.tell(
        {"destination": "10.0.0.9", "protocol": 1, "port": 0},
        {"destination": "fd00::9", "protocol": 58, "port": 0},
        {"destination": "10.0.0.9", "protocol": 47, "port": 0},
    )
    found = {(each["destination"], each["protocol"], each["port"]) for each in office.denials()}
    assert found == {
        ("10.0.0.9", "ICMP", None),
        ("fd00::9", "ICMP", None),
        ("10.0.0.9", "47", None),
    }


def test_whoever_tries_every_port_has_one_row_for_the_rest(office: Office):
    for start in range(0, APART + 100, 100):
        office.tell(
            *({"destination": "10.0.0.9", "port": port} for port in range(start, start + 100))
        )
    answer = given.read(office.api, "/tenants/denials?limit=100&filter[cause]=DESTINATION")
    assert answer["total"] == APART
    (rest,) = office.denials("&filter[cause]=MANY")
    assert rest["destination"] is rest["port"] is None
    assert rest["packets"] == 100
    office.tell({"destination": "10.0.0.9", "port": 0}, {"destination": "10.0.0.9", "port": 999})
    (rest,) = office.denials("&filter[cause]=MANY")
    assert rest["packets"] == 101, "what is told apart already still is"


def test_lists_filter_sort_and_search(office: Office):
    office.tell({"destination": "10.0.0.9"}, {"destination": "10.0.0.5", "port": 80})
    assert [each["port"] for each in office.denials("&sort=port:asc")] == [22, 80]
    assert len(office.denials(f"&filter[deviceId]={office.laptop.id}&filter[port]=80")) == 1
    assert len(office.denials(f"&filter[resourceId]={office.wiki}")) == 1
    assert len(office.denials("&search=10.0.0.9")) == 1
    assert office.api.get("/tenants/denials?filter[cause]=NONSENSE").status == 422


def test_a_gateway_is_believed_only_about_devices_it_may_know(office: Office, group: str):
    stranger, _ = device(office.live, office.api, group)
    assert office.tell({"destination": "10.0.0.9", "deviceId": stranger.id}) == 204
    assert office.tell({"destination": "10.0.0.9", "deviceId": "nobody"}) == 204
    other = gateway(office.live, office.api, "Elsewhere")
    assert office.tell({"destination": "10.0.0.9"}, by=other) == 204
    assert office.denials() == []
    assert office.tell({"destination": "10.0.0.9"}, by=office.laptop) == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"destination": "wiki"},
        {"destination": "10.0.0.9", "port": 65536},
        {"destination": "10.0.0.9", "packets": 0},
        {"destination": "10.0.0.9", "packets": 10**20},
    ],
)
def test_what_cannot_be_is_refused(office: Office, wrong: dict):
    assert office.tell(wrong) == 422
    assert office.denials() == []


def test_a_gateways_clock_moves_no_denial_out_of_sight(office: Office):
    now = office.live.clock()
    office.tell({"destination": "10.0.0.8", "at": 0}, {"destination": "10.0.0.9", "at": 2**40})
    later, earlier = (each["lastAt"] for each in office.denials())
    assert later <= stamp(office.live.clock())
    assert stamp(now - timedelta(days=1, minutes=1)) < earlier < later


def test_denials_outlive_what_they_name_and_are_forgotten_in_the_end(office: Office):
    office.tell({"destination": "10.0.0.5", "port": 80})
    (before,) = office.denials()
    for path in (f"devices/{office.laptop.id}", f"resources/{office.wiki}"):
        assert office.api.delete(f"/tenants/{path}").status < 300
    assert office.denials() == [before]
    office.live.clock.ahead += timedelta(days=KEPT_DAYS, hours=1)
    office.live.call(kept.forget_old(office.live.controller.store))
    assert office.denials() == []
