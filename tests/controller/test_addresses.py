"""Addresses: shared by the resources that say the same, changed for all of them at once."""

from controller import given
from controller.expect import refused


def ids(resource):
    return [address["id"] for address in resource["addresses"]]


def test_resources_with_the_same_address_and_protocols_share_it(api):
    web = given.protocol(api)["id"]
    one = given.resource(api, "one", "10.0.0.1")
    two = given.resource(api, "two", "10.0.0.1")
    three = given.resource(api, "three", addresses=[{"address": "10.0.0.1", "protocols": [web]}])
    assert ids(one) == ids(two) != ids(three)
    assert len(given.read(api, "/tenants/addresses")) == 2


def test_a_change_through_one_resource_leaves_the_others(api):
    one = given.resource(api, "one", "10.0.0.1")
    two = given.resource(api, "two", "10.0.0.1")
    body = {"name": "one", "addresses": [{"id": ids(one)[0], "address": "10.0.0.2"}]}
    changed = api.put(f"/tenants/resources/{one['id']}", json=body).json()
    assert changed["addresses"][0]["address"] == "10.0.0.2"
    assert given.read(api, f"/tenants/resources/{two['id']}")["addresses"] == two["addresses"]
    assert len(given.read(api, "/tenants/addresses")) == 2


def test_a_change_of_the_address_itself_holds_for_all(api):
    one, two = given.resource(api, "one", "10.0.0.1"), given.resource(api, "two", "10.0.0.1")
    web = given.protocol(api)
    path = f"/tenants/addresses/{ids(one)[0]}"
    answer = api.put(path, json={"address": "10.0.0.9", "protocols": [web["id"]]})
    assert answer.status == 200
    assert answer.json() == {
        "id": ids(one)[0],
        "address": "10.0.0.9",
        "isIp": True,
        "type": "PRIVATE",
        "protocols": [web],
    }
    for each in (one, two):
        shown = given.read(api, f"/tenants/resources/{each['id']}")
        assert shown["addresses"] == [answer.json()]


def test_a_deleted_address_leaves_the_resources_that_used_it(api):
    one = given.resource(api, "one", "10.0.0.1", "10.0.0.2")
    two = given.resource(api, "two", "10.0.0.1")
    assert api.delete(f"/tenants/addresses/{ids(one)[0]}").status == 204
    assert len(given.read(api, f"/tenants/resources/{one['id']}")["addresses"]) == 1
    assert given.read(api, f"/tenants/resources/{two['id']}")["addresses"] == []


def test_the_gateways_of_an_address_are_those_of_all_its_resources(api):
    one, two = given.resource(api, "one", "10.0.0.1"), given.resource(api, "two", "10.0.0.1")
    berlin, paris, rome = (given.gateway(api, name) for name in ("berlin", "paris", "rome"))
    given.connected(api, one, paris, berlin)
    given.connected(api, two, berlin)
    found = given.read(api, f"/tenants/addresses/{ids(one)[0]}/gateways")
    assert [gateway["id"] for gateway in found] == [berlin["id"], paris["id"]]
    assert rome["id"] not in str(found)


def test_what_is_no_address_is_refused(api):
    one = given.resource(api, "one", "10.0.0.1")
    path = f"/tenants/addresses/{ids(one)[0]}"
    refused(api, "PUT", path, 422, "/address", json={"address": "8.8.8.8", "protocols": []})
    refused(api, "PUT", path, 422, "/protocols", json={"address": "10.0.0.1"})
    nobody = {"address": "10.0.0.1", "protocols": [given.ABSENT]}
    assert api.put(path, json=nobody).pointers == ["/protocols/0"]
    for method in ("PUT", "DELETE"):
        body = {"address": "10.0.0.1", "protocols": []} if method == "PUT" else None
        refused(api, method, f"/tenants/addresses/{given.ABSENT}", 404, json=body)
    refused(api, "GET", f"/tenants/addresses/{given.ABSENT}/gateways", 404)


def test_an_address_twice_in_a_resource_is_refused(api):
    body = {
        "name": "one",
        "type": "PRIVATE",
        "addresses": [{"address": "10.0.0.1"}, {"address": "10.0.0.1/32"}],
    }
    refused(api, "POST", "/tenants/resources", 422, "/addresses/1/address", json=body)
