"""How a tenant is, at a glance, over HTTP."""

from datetime import timedelta

from controller import given
from controller.people import device, gateway, left
from live import Api, Live


def overview(api: Api):
    return given.read(api, "/tenants/overview")


def attention(api: Api):
    return {each["code"]: each for each in overview(api)["attention"]}


def test_an_empty_tenant_needs_no_attention(api: Api):
    found = overview(api)
    counts = {"total": 1, "active": 1, "invited": 0, "expired": 0, "deactivated": 0}
    assert found["users"] == counts
    assert found["devices"] == {
        "total": 0,
        "online": 0,
        "offline": 0,
        "deactivated": 0,
        "notCompliant": 0,
    }
    assert found["gateways"] == dict.fromkeys(
        ("total", "pending", "online", "offline", "error", "maintenance"), 0
    )
    assert (found["resources"], found["policies"], found["attention"]) == (0, 1, [])


def test_users_and_their_lapsed_invitations_are_counted(live: Live, api: Api):
    ann, bob = given.user(api), given.user(api, "bob@example.com")
    assert api.patch(f"/tenants/users/{bob['id']}/deactivate").status == 200
    counts = overview(api)["users"]
    assert (counts["total"], counts["invited"], counts["deactivated"]) == (3, 1, 1)
    live.clock.ahead += timedelta(days=8)
    counts = overview(api)["users"]
    assert (counts["active"], counts["invited"], counts["expired"]) == (1, 0, 1)
    told = attention(api)["invitationExpired"]
    assert (told["kind"], told["count"], told["targetIds"]) == ("user", 1, [ann["id"]])


def test_devices_are_counted_and_lax_ones_told(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    lax = given.device(api, given.owner(api)["id"], "tablet", firewall=False)
    with agent.stream() as stream:
        stream.next("program")
        counts = overview(api)["devices"]
    assert (counts["total"], counts["online"], counts["notCompliant"]) == (2, 1, 1)
    told = attention(api)["deviceNotCompliant"]
    assert (told["count"], told["targetIds"]) == (1, [lax["id"]])
    assert api.patch(f"/tenants/devices/{lax['id']}/deactivate").status == 200
    assert overview(api)["devices"]["deactivated"] == 1


def test_gateways_are_told_when_they_fail_or_fall_silent(live: Live, api: Api):
    given.gateway(api, "Pending")
    site = gateway(live, api)
    with site.stream() as stream:
        stream.next("program")
        assert site.send("acks", {"revision": 1, "error": "nftables is missing"}).status == 204
        assert overview(api)["gateways"] == {
            "total": 2,
            "pending": 1,
            "online": 0,
            "offline": 0,
            "error": 1,
            "maintenance": 0,
        }
        assert attention(api)["gatewayError"]["targetIds"] == [site.id]
    left(live, site)
    live.clock.ahead += timedelta(seconds=200)
    assert attention(api)["gatewayOffline"]["targetIds"] == [site.id]
    severities = [each["severity"] for each in overview(api)["attention"]]
    assert severities == sorted(severities)
    api.made(f"/tenants/gateways/{site.id}/start-maintenance", None)
    assert attention(api) == {}, "who works on it knows"


def test_what_leads_nowhere_and_who_nobody_is_are_told(api: Api):
    given.device(api, given.owner(api)["id"])
    wiki = given.resource(api)
    idle = given.policy(api, groups=[given.group(api)["id"]], resources=[wiki["id"]])
    told = attention(api)
    assert told["resourceWithoutGateway"]["targetIds"] == [wiki["id"]]
    assert told["policyForNobody"]["targetIds"] == [idle["id"]]
    given.connected(api, wiki, given.gateway(api))
    assert api.delete(f"/tenants/policies/{idle['id']}").status == 204
    assert attention(api) == {}


def test_keys_are_told_before_they_end(live: Live, api: Api):
    end = (live.clock() + timedelta(days=10)).isoformat()
    made = api.made("/tenants/api-keys", {"name": "CI", "role": "ADMIN", "expiresAt": end})
    told = attention(api)["apiKeyExpiring"]
    assert (told["kind"], told["targetIds"]) == ("api key", [made["id"]])


def test_a_tenant_sees_its_own_alone(api: Api, other_api: Api):
    given.some_of_everything(other_api)
    assert overview(api)["users"]["total"] == 1
    assert overview(api)["attention"] == []
