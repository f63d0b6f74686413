"""Protocols, over HTTP."""

import pytest

from controller import given
from controller.expect import refused


def body(*ports, name="Ours"):
    items = [
        {"protocol": protocol} if port is None else {"protocol": protocol, "port": port}
        for protocol, port in ports
    ]
    return {"name": name, "networkProtocols": items}


def test_every_tenant_has_the_predefined_protocols_all_of_them_first(api):
    own = given.protocol(api, "AAA")
    found = given.read(api, "/tenants/protocols")
    assert found[0]["type"] == "ALL"
    assert found[-1] == own
    assert {p["type"] for p in found[1:-1]} == {"PREDEFINED"}
    ssh = next(p for p in found if p["name"] == "SSH")
    assert ssh["networkProtocols"] == [{"protocol": "TCP", "port": "22"}]
    assert given.read(api, f"/tenants/protocols/{ssh['id']}") == ssh


def test_a_protocol_is_made_with_ports_in_their_shortest_form(api):
    ports = [("TCP", "443"), ("UDP", "5000-5100"), ("TCP", "0080"), ("UDP", "7-7"), ("ICMP", None)]
    made = api.made("/tenants/protocols", body(*ports))
    assert made["type"] == "CUSTOM"
    assert made["networkProtocols"] == [
        {"protocol": "TCP", "port": "443"},
        {"protocol": "UDP", "port": "5000-5100"},
        {"protocol": "TCP", "port": "80"},
        {"protocol": "UDP", "port": "7"},
        {"protocol": "ICMP", "port": None},
    ]
    assert given.read(api, f"/tenants/protocols/{made['id']}") == made


def test_a_protocol_without_a_name_is_called_after_its_ports(api):
    wish = body(("TCP", "443"), ("ICMP", None))
    del wish["name"]
    assert (api.made("/tenants/protocols", wish))["name"] == "TCP 443, ICMP"


@pytest.mark.parametrize(
    ("protocol", "port"),
    [
        ("TCP", "0"),
        ("TCP", "65536"),
        ("UDP", "99999"),
        ("TCP", "443-80"),
        ("TCP", "0-80"),
        ("TCP", "80-65536"),
        ("TCP", ""),
        ("TCP", "-1"),
        ("TCP", "80-"),
        ("TCP", "80,443"),
        ("TCP", " 80"),
        ("TCP", "http"),
        ("TCP", "٤٤٣"),
        ("UDP", None),
        ("ICMP", "8"),
        ("ICMP", ""),
    ],
)
def test_what_is_no_port_is_refused(api, protocol, port):
    wish = body(("TCP", "1"), (protocol, port))
    pointer = "/networkProtocols/1/port"
    refused(api, "POST", "/tenants/protocols", 422, pointer, json=wish)


@pytest.mark.parametrize("port", ["1", "65535", "1-65535"])
def test_the_outermost_ports_are_ports(api, port):
    assert api.made("/tenants/protocols", body(("UDP", port)))


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"networkProtocols": []}, "/networkProtocols"),
        ({"networkProtocols": [{"protocol": "SCTP"}]}, "/networkProtocols/0/protocol"),
        ({"networkProtocols": [{"protocol": "TCP", "port": 443}]}, "/networkProtocols/0/port"),
        ({"name": " "}, "/name"),
        ({"type": "ALL"}, "/type"),
    ],
)
def test_what_is_no_protocol_is_refused(api, wrong, pointer):
    wish = body(("TCP", "1")) | wrong
    refused(api, "POST", "/tenants/protocols", 422, pointer, json=wish)


def test_two_protocols_cannot_have_one_name(api):
    wish = body(("TCP", "2222"), name="ssh")
    refused(api, "POST", "/tenants/protocols", 409, "/name", json=wish)


def test_an_unused_protocol_can_be_deleted(api):
    made = given.protocol(api)
    path = f"/tenants/protocols/{made['id']}"
    assert (api.delete(path)).status == 204
    refused(api, "GET", path, 404)
    refused(api, "DELETE", path, 404)


def test_a_predefined_protocol_cannot_be_deleted(api):
    for name in ("ALL", "SSH"):
        made = given.predefined(api, name)
        refused(api, "DELETE", f"/tenants/protocols/{made['id']}", 409)


def test_a_protocol_in_use_cannot_be_deleted_and_says_by_what(api):
    made = given.protocol(api)
    place = {"address": "10.0.0.5", "protocols": [made["id"]]}
    other = {"address": "10.0.0.6", "protocols": [made["id"]]}
    wiki = given.resource(api, "wiki", addresses=[place, other])
    given.resource(api, "mail", addresses=[place])
    path = f"/tenants/protocols/{made['id']}"
    problem = refused(api, "DELETE", path, 409)
    assert "mail, wiki" in problem["detail"]
    wish = {"name": "wiki", "addresses": [{"address": "10.0.0.5"}]}
    assert (api.put(f"/tenants/resources/{wiki['id']}", json=wish)).status == 200
    assert "wiki" not in (refused(api, "DELETE", path, 409))["detail"]


def test_no_protocol_of_another_tenant_can_be_seen_or_touched(api, other_api):
    alien = given.protocol(other_api, "Theirs")
    path = f"/tenants/protocols/{alien['id']}"
    refused(api, "GET", path, 404)
    refused(api, "DELETE", path, 404)
    assert given.read(other_api, path) == alien
    assert alien not in given.read(api, "/tenants/protocols")
