"""The picture of a tenant, over HTTP."""

import pytest

from controller import given
from controller.expect import refused
from controller.people import device, gateway
from live import Api, Live


def test_groups_are_counted_by_the_gateways_that_let_them_in(live: Live, api: Api, group: str):
    team = given.group(api, "Team")["id"]
    agent, _ = device(live, api, team)
    other, _ = device(live, api, group)
    site = gateway(live, api)
    wiki = given.connected(api, given.resource(api), {"id": site.id})
    given.policy(api, groups=[team], resources=[wiki["id"]])
    with agent.stream() as stream:
        stream.next("program")
        found = given.read(api, f"/tenants/topology?gateway={site.id}")
    assert found["resources"] == [
        {"id": wiki["id"], "name": "wiki", "type": "PRIVATE", "gatewayIds": [site.id]}
    ]
    (shown,) = found["gateways"]
    assert (shown["id"], shown["name"], shown["current"]) == (site.id, "Office", False)
    groups = {each["name"]: each for each in found["groups"]}
    way = {"gatewayId": site.id, "total": 1, "online": 1}
    assert groups["Team"] == {
        "id": team,
        "name": "Team",
        "total": 1,
        "online": 1,
        "gateways": [way],
    }
    assert (groups["Default Group"]["total"], groups["Default Group"]["gateways"]) == (1, [])
    (one,) = found["devices"]
    assert (one["id"], one["online"], one["gatewayIds"]) == (agent.id, True, [site.id])
    assert found["more"] == 0
    (one,) = given.read(api, f"/tenants/topology?group={group}")["devices"]
    assert (one["id"], one["gatewayIds"]) == (other.id, [])
    both = f"/tenants/topology?group={group}&gateway={site.id}"
    assert given.read(api, both)["devices"] == []
    assert given.read(api, "/tenants/topology")["devices"] == []


@pytest.mark.parametrize("kind", ["gateway", "group"])
def test_another_tenants_things_are_not_there(api: Api, other_api: Api, kind: str):
    alien = getattr(given, kind)(other_api)["id"]
    refused(api, "GET", f"/tenants/topology?{kind}={alien}", 404, f"query/{kind}")
    refused(api, "GET", f"/tenants/topology?{kind}=x", 422, f"query/{kind}")
    assert alien not in api.get("/tenants/topology").body.decode()
