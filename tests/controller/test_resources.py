"""Resources, over HTTP."""

import pytest
import sqlalchemy as sa

from controller import given
from controller.expect import refused
from gatescale.controller.caller import system
from gatescale.controller.store import tables


def ids(rows):
    return [row["id"] for row in rows]


def texts(resource):
    return [address["address"] for address in resource["addresses"]]


def wish(*addresses, name="wiki", kind="PRIVATE", **more):
    places = [{"address": a} if isinstance(a, str) else a for a in addresses]
    return {"name": name, "type": kind, "addresses": places, **more}


def change(*addresses, name="wiki"):
    """Return the body of an update: what creates one, but its type."""
    body = wish(*addresses, name=name)
    del body["type"]
    return body


def test_a_resource_is_made_as_it_was_asked_for(api):
    ssh, web = given.predefined(api, "SSH"), given.protocol(api)
    place = {"address": "10.0.0.0/24", "protocols": [web["id"], ssh["id"], ssh["id"]]}
    made = api.made("/tenants/resources", wish(place, "nas", description="Files"))
    assert (made["name"], made["type"], made["description"]) == ("wiki", "PRIVATE", "Files")
    assert (made["loadBalancingMode"], made["status"]) == ("MANUAL", "OFFLINE")
    assert made["gateways"] == []
    network, name = made["addresses"]
    assert (network["address"], network["isIp"], network["type"]) == (
        "10.0.0.0/24",
        True,
        "PRIVATE",
    )
    assert network["protocols"] == [ssh, web]
    assert (name["address"], name["isIp"], name["protocols"]) == ("nas", False, [])
    assert given.read(api, f"/tenants/resources/{made['id']}") == made
    assert given.rows(api, "resources") == [made]


@pytest.mark.parametrize(
    ("kind", "sent", "stored"),
    [
        ("PRIVATE", "10.0.0.5", "10.0.0.5"),
        ("PRIVATE", "10.0.0.5/32", "10.0.0.5"),
        ("PRIVATE", "10.0.0.0/8", "10.0.0.0/8"),
        ("PRIVATE", "172.31.255.255", "172.31.255.255"),
        ("PRIVATE", "192.168.0.0/16", "192.168.0.0/16"),
        ("PRIVATE", "100.96.0.0/11", "100.96.0.0/11"),
        ("PRIVATE", "100.127.255.255", "100.127.255.255"),
        ("PRIVATE", "FC00:0:0::1", "fc00::1"),
        ("PRIVATE", "fc00::/8", "fc00::/8"),
        ("PRIVATE", "NAS", "nas"),
        ("PRIVATE", "Nas.Corp.Example.", "nas.corp.example"),
        ("PRIVATE", "xn--bcher-kva.internal", "xn--bcher-kva.internal"),
        ("SAAS", "App.Example.com", "app.example.com"),
        ("SAAS", "*.example.com", "*.example.com"),
        ("SAAS", "8.8.8.0/24", "8.8.8.0/24"),
        ("SAAS", "2606:4700::1111", "2606:4700::1111"),
        ("INTERNET", "1.1.1.1", "1.1.1.1"),
        ("INTERNET", "*.example.com", "*.example.com"),
    ],
)
def test_an_address_is_kept_in_its_one_form(api, kind, sent, stored):
    made = api.made("/tenants/resources", wish(sent, kind=kind))
    assert texts(made) == [stored]
    assert made["addresses"][0]["type"] == kind


@pytest.mark.parametrize(
    ("kind", "address", "hint"),
    [
        ("PRIVATE", "8.8.8.8", "10.0.0.0/8"),
        ("PRIVATE", "172.32.0.1", "172.16.0.0/12"),
        ("PRIVATE", "0.0.0.0/0", "not private"),
        ("PRIVATE", "10.0.0.0/7", "not private"),
        ("PRIVATE", "2606:4700::1111", "fc00::/7"),
        ("PRIVATE", "10.0.0.5/24", "10.0.0.0/24"),
        ("PRIVATE", "fd00::1/64", "fd00::/64"),
        ("PRIVATE", "100.64.0.1", "100.64.0.0/11"),
        ("PRIVATE", "100.95.255.255", "100.64.0.0/11"),
        ("PRIVATE", "100.64.0.0/10", "100.64.0.0/11"),
        ("PRIVATE", "fd00::/8", "have their own addresses"),
        ("PRIVATE", "127.0.0.1", "not private"),
        ("PRIVATE", "169.254.1.1", "not private"),
        ("PRIVATE", "224.0.0.1", "not private"),
        ("PRIVATE", "0.0.0.0", "not private"),
        ("PRIVATE", "::1", "not private"),
        ("PRIVATE", "fe80::1", "not private"),
        ("PRIVATE", "::ffff:10.0.0.5", "not private"),
        ("PRIVATE", "*.corp.example", "host name"),
        ("PRIVATE", "localhost", "host name"),
        ("PRIVATE", "db.localhost", "host name"),
        ("PRIVATE", "10.0.0.256", "nor a name"),
        ("PRIVATE", "10.1", "nor a name"),
        ("PRIVATE", "010.0.0.1", "nor a name"),
        ("PRIVATE", "0x7f000001", "nor a name"),
        ("PRIVATE", "10.0.0.0/33", "nor a name"),
        ("PRIVATE", "10.0.0.0/255.0.0.0", "nor a name"),
        ("PRIVATE", "fd00::1%eth0", "nor a name"),
        ("PRIVATE", "10.0.0.5:80", "nor a name"),
        ("PRIVATE", "http://nas", "nor a name"),
        ("PRIVATE", "na s", "nor a name"),
        ("PRIVATE", "-nas", "nor a name"),
        ("PRIVATE", "nas-.example", "nor a name"),
        ("PRIVATE", "a..b", "nor a name"),
        ("PRIVATE", "a_b.example", "nor a name"),
        ("PRIVATE", "a" * 64, "nor a name"),
        ("PRIVATE", "a." * 126 + "ab", "nor a name"),
        ("PRIVATE", "bücher.example", "xn--"),
        ("PRIVATE", "\u212aelvin.example", "xn--"),
        ("PRIVATE", "ab--cd.example", "nor a name"),
        ("SAAS", "10.0.0.5", "public"),
        ("SAAS", "100.96.0.1", "public"),
        ("SAAS", "127.0.0.1", "public"),
        ("SAAS", "224.0.0.1", "public"),
        ("SAAS", "fd00::1", "public"),
        ("SAAS", "ff02::1", "public"),
        ("SAAS", "8.0.0.0/5", "public"),
        ("SAAS", "app", "app.example.com"),
        ("SAAS", "*.com", "public name"),
        ("SAAS", "*.*.example.com", "nor a name"),
        ("SAAS", "a.*.example.com", "nor a name"),
        ("SAAS", "printer.local", "public name"),
        ("SAAS", "router.home.arpa", "public name"),
        ("INTERNET", "192.168.0.1", "public"),
        ("INTERNET", "0.0.0.0/0", "public"),
        ("INTERNET", "wiki.internal", "public name"),
    ],
)
def test_an_address_that_does_not_fit_is_refused_with_what_would(api, kind, address, hint):
    pointer = "/addresses/1/address"
    good = "10.0.0.1" if kind == "PRIVATE" else "example.com"
    body = wish(good, address, kind=kind)
    problem = refused(api, "POST", "/tenants/resources", 422, pointer, json=body)
    assert hint in problem["errors"][0]["detail"]


def test_the_tenants_own_tunnel_network_is_no_place_for_a_resource(api):
    gateway = given.gateway(api)
    _, enrolled = given.enrolled_gateway(api, gateway)
    for address in enrolled["addresses"]:
        pointer = "/addresses/0/address"
        refused(api, "POST", "/tenants/resources", 422, pointer, json=wish(address))


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "a" * 41}, "/name"),
        ({"name": "wiki.example"}, "/name"),
        ({"name": "wiki@home"}, "/name"),
        ({"type": "VPN"}, "/type"),
        ({"description": "a" * 121}, "/description"),
        ({"addresses": []}, "/addresses"),
        ({"addresses": [{"address": "10.0.0.1"}] * 101}, "/addresses"),
        ({"addresses": [{"protocols": []}]}, "/addresses/0/address"),
        ({"addresses": [{"address": "a" * 256}]}, "/addresses/0/address"),
        ({"addresses": [{"address": "nas", "protocols": ["SSH"]}]}, "/addresses/0/protocols/0"),
        ({"gateways": []}, "/gateways"),
    ],
)
def test_what_is_no_resource_is_refused(api, wrong, pointer):
    refused(api, "POST", "/tenants/resources", 422, pointer, json=wish("10.0.0.5") | wrong)


def test_everything_that_is_wrong_is_named_at_once(api, other_api):
    ssh, alien = given.predefined(api, "SSH"), given.predefined(other_api, "SSH")
    body = wish(
        {"address": "8.8.8.8", "protocols": [ssh["id"], alien["id"]]},
        {"address": "nas", "protocols": [given.ABSENT]},
        {"address": "10.0.0.5", "id": given.ABSENT},
    )
    pointers = (
        "/addresses/0/protocols/1",
        "/addresses/0/address",
        "/addresses/1/protocols/0",
        "/addresses/2/id",
    )
    refused(api, "POST", "/tenants/resources", 422, *pointers, json=body)


def test_two_resources_cannot_have_one_name(api):
    given.resource(api, "wiki")
    other = given.resource(api, "mail")
    refused(api, "POST", "/tenants/resources", 409, "/name", json=wish("nas", name="WIKI"))
    path = f"/tenants/resources/{other['id']}"
    refused(api, "PUT", path, 409, "/name", json=change("nas", name="Wiki"))


def test_an_update_keeps_the_addresses_that_it_names_by_id(api):
    web = given.protocol(api)
    made = given.resource(api, "wiki", "10.0.0.1", "10.0.0.2", "10.0.0.3")
    first, second, third = ids(made["addresses"])
    body = change(
        {"address": "10.9.9.9", "id": third, "protocols": [web["id"]]},
        "10.0.0.4",
        {"address": "10.0.0.1", "id": first},
        name="Wiki2",
    )
    answer = api.put(f"/tenants/resources/{made['id']}", json={**body, "description": "New"})
    assert answer.status == 200
    changed = answer.json()
    assert (changed["name"], changed["description"]) == ("Wiki2", "New")
    assert texts(changed) == ["10.9.9.9", "10.0.0.4", "10.0.0.1"]
    assert ids(changed["addresses"])[::2] == [third, first]
    assert ids(changed["addresses"])[1] not in {first, second, third}
    assert changed["addresses"][0]["protocols"] == [web]
    assert changed["updatedAt"] > made["updatedAt"]
    assert given.read(api, f"/tenants/resources/{made['id']}") == changed


async def stored_addresses(live, tenant_id):
    async with live.controller.store.reading(system(tenant_id)) as session:
        rows = await session.all(sa.select(tables.addresses.c.address))
        return sorted(row["address"] for row in rows)


def test_an_address_is_not_kept_longer_than_its_resource_has_it(api, live):
    made = given.resource(api, "wiki", "10.0.0.1", "10.0.0.2")
    given.resource(api, "mail", "10.0.0.3")
    path = f"/tenants/resources/{made['id']}"
    api.put(path, json=change("10.0.0.4"))
    tenant_id = api.tenant.tenant_id
    assert live.call(stored_addresses(live, tenant_id)) == ["10.0.0.3", "10.0.0.4"]
    api.delete(path)
    assert live.call(stored_addresses(live, tenant_id)) == ["10.0.0.3"]


def test_an_update_refuses_ids_of_other_resources_and_an_id_twice(api):
    made, other = given.resource(api), given.resource(api, "mail", "10.0.0.6")
    mine, theirs = made["addresses"][0]["id"], other["addresses"][0]["id"]
    path = f"/tenants/resources/{made['id']}"
    body = change({"address": "10.0.0.1", "id": theirs}, {"address": "10.0.0.2", "id": mine})
    refused(api, "PUT", path, 422, "/addresses/0/id", json=body)
    body = change({"address": "10.0.0.1", "id": mine}, {"address": "10.0.0.2", "id": mine})
    refused(api, "PUT", path, 422, "/addresses/1/id", json=body)


def test_an_update_holds_addresses_to_the_resources_type(api):
    made = api.made("/tenants/resources", wish("app.example.com", kind="SAAS"))
    path = f"/tenants/resources/{made['id']}"
    refused(api, "PUT", path, 422, "/addresses/0/address", json=change("10.0.0.5"))
    refused(api, "PUT", path, 422, "/type", json=wish("app.example.com", kind="PRIVATE"))


def test_a_deleted_resource_is_gone_from_policies_gateways_and_protocols(api):
    web, gateway = given.protocol(api), given.gateway(api)
    place = {"address": "10.0.0.5", "protocols": [web["id"]]}
    made = given.connected(api, given.resource(api, addresses=[place]), gateway)
    policy = given.policy(api, resources=[made["id"]])
    path = f"/tenants/resources/{made['id']}"
    assert api.delete(path).status == 204
    refused(api, "GET", path, 404)
    refused(api, "DELETE", path, 404)
    assert given.read(api, f"/tenants/policies/{policy['id']}")["resources"] == []
    assert given.read(api, f"/tenants/gateways/{gateway['id']}")["resources"] == []
    assert api.delete(f"/tenants/protocols/{web['id']}").status == 204


def test_gateways_are_connected_in_order_of_priority(api):
    first, second, third = (given.gateway(api, name) for name in ("c", "b", "a"))
    made = given.connected(api, given.resource(api), first, second, third, first)
    assert ids(made["gateways"]) == ids([first, second, third])
    path = f"/tenants/resources/{made['id']}"
    assert api.delete(f"{path}/gateways/{second['id']}").status == 204
    assert ids(given.connected(api, made, second)["gateways"]) == ids([first, third, second])
    refused(api, "DELETE", f"{path}/gateways/{given.ABSENT}", 404)


def test_a_resource_never_shows_a_gateways_token(api):
    gateway = given.gateway(api)
    made = given.connected(api, given.resource(api), gateway)
    assert gateway["token"]
    assert gateway["token"] not in api.get("/tenants/resources").body.decode()
    assert made["gateways"][0]["token"] is None


def test_manual_balancing_takes_the_whole_list_in_order(api):
    first, second, third = (given.gateway(api, name) for name in ("a", "b", "c"))
    made = given.connected(api, given.resource(api), first, second)
    path = f"/tenants/resources/{made['id']}/load-balancing"
    body = {"mode": "MANUAL", "gateways": ids([third, first])}
    answer = api.put(path, json=body)
    assert answer.status == 200
    assert ids(answer.json()["gateways"]) == ids([third, first])
    assert given.read(api, f"/tenants/gateways/{second['id']}")["resources"] == []
    assert api.put(path, json={"mode": "MANUAL", "gateways": []}).json()["gateways"] == []


def test_automatic_balancing_keeps_the_gateways_and_knows_no_order(api):
    first, second = given.gateway(api, "a"), given.gateway(api, "b")
    made = given.connected(api, given.resource(api), first, second)
    path = f"/tenants/resources/{made['id']}/load-balancing"
    body = {"mode": "AUTOMATIC", "gateways": ids([second])}
    refused(api, "PUT", path, 422, "/gateways", json=body)
    changed = api.put(path, json={"mode": "AUTOMATIC"}).json()
    assert changed["loadBalancingMode"] == "AUTOMATIC"
    assert ids(changed["gateways"]) == ids([first, second])
    assert ids(api.put(path, json={"mode": "MANUAL"}).json()["gateways"]) == ids([first, second])


def test_a_list_of_gateways_names_each_that_is_wrong(api, other_api):
    mine, alien = given.gateway(api), given.gateway(other_api)
    made = given.connected(api, given.resource(api), mine)
    path = f"/tenants/resources/{made['id']}"
    body = {"mode": "MANUAL", "gateways": [alien["id"], mine["id"], given.ABSENT, mine["id"]]}
    pointers = ("/gateways/0", "/gateways/2", "/gateways/3")
    refused(api, "PUT", f"{path}/load-balancing", 422, *pointers, json=body)
    for gateway_id in (alien["id"], given.ABSENT):
        add = {"gatewayId": gateway_id}
        refused(api, "POST", f"{path}/gateways", 404, "/gatewayId", json=add)


def test_no_resource_of_another_tenant_can_be_seen_or_touched(api, other_api):
    mine, theirs = given.gateway(api), given.gateway(other_api)
    alien = given.connected(other_api, given.resource(other_api), theirs)
    for resource_id in (alien["id"], given.ABSENT):
        path = f"/tenants/resources/{resource_id}"
        refused(api, "GET", path, 404)
        refused(api, "PUT", path, 404, json=change("10.0.0.6"))
        refused(api, "DELETE", path, 404)
        refused(api, "PUT", f"{path}/load-balancing", 404, json={"mode": "MANUAL", "gateways": []})
        refused(api, "POST", f"{path}/gateways", 404, json={"gatewayId": mine["id"]})
        refused(api, "DELETE", f"{path}/gateways/{theirs['id']}", 404)
    made = given.resource(api)
    body = change({"address": "10.0.0.1", "id": alien["addresses"][0]["id"]})
    refused(api, "PUT", f"/tenants/resources/{made['id']}", 404, "/addresses/0/id", json=body)
    refused(api, "DELETE", f"/tenants/resources/{made['id']}/gateways/{theirs['id']}", 404)
    assert given.read(other_api, f"/tenants/resources/{alien['id']}") == alien


def test_resources_are_listed_by_what_they_are_tied_to(api):
    web, gateway = given.protocol(api), given.gateway(api)
    place = {"address": "10.1.2.3", "protocols": [web["id"]]}
    wiki = given.connected(api, given.resource(api, "wiki", addresses=[place]), gateway)
    saas = api.made("/tenants/resources", wish("crm.example.com", name="Crm", kind="SAAS"))
    policy = given.policy(api, resources=[wiki["id"]])
    for query, expected in (
        (f"&filter[policies.id]={policy['id']}", wiki),
        (f"&filter[gateways.id][in]={gateway['id']}", wiki),
        (f"&filter[gateways.id][nin]={gateway['id']}", saas),
        (f"&filter[addresses.protocols.id]={web['id']}", wiki),
        ("&filter[type]=SAAS", saas),
        ("&filter[name][ilike]=CR%25", saas),
        ("&search=10.1.2", wiki),
        ("&search=CRM.Example", saas),
    ):
        assert ids(given.rows(api, "resources", query)) == [expected["id"]], query
    assert given.rows(api, "resources", "&search=10_1_2") == []
    assert ids(given.rows(api, "resources", "&sort=type")) == ids([wiki, saas])


async def test_a_resource_is_online_while_any_of_its_gateways_is(api):
    up, down = given.gateway(api, "up"), given.gateway(api, "down")
    served = given.connected(api, given.resource(api, "served"), down, up)
    other = given.connected(api, given.resource(api, "other"), down)
    async with given.online(api, *given.enrolled_gateway(api, up)):
        assert given.read(api, f"/tenants/resources/{served['id']}")["status"] == "ONLINE"
        assert given.read(api, f"/tenants/resources/{other['id']}")["status"] == "OFFLINE"
        online = given.rows(api, "resources", "&filter[status]=ONLINE")
        assert ids(online) == [served["id"]]
