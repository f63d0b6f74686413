from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings

from gatescale.policy.decide import Packet, decide
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Gateway
from policy import strategies as some
from policy.given import SSH, WEB, allow, deny, device, gateway, resource, routes, user

ANN = [user("ann"), device("laptop", "ann")]
EVERYBODY = {"all_users": True}


def test_a_device_routes_what_it_may_reach_and_nothing_else():
    tenant = [
        *ANN,
        gateway(),
        resource("wiki", "10.0.0.5/32", "fd00::5/128", services=[WEB]),
        resource("other", "10.0.0.9/32"),
        allow(1, **EVERYBODY, to=["wiki"]),
    ]
    assert routes(tenant, "laptop") == {"office": ("10.0.0.5/32", "fd00::5/128")}
    assert routes(tenant, "unknown") == {}


def test_a_denied_host_is_left_out_of_its_network():
    tenant = [
        *ANN,
        gateway(),
        resource("host", "10.0.0.5/32"),
        resource("lan", "10.0.0.0/29"),
        deny(1, **EVERYBODY, to=["host"]),
        allow(2, **EVERYBODY, to=["lan"]),
    ]
    assert routes(tenant, "laptop") == {"office": ("10.0.0.0/30", "10.0.0.4/32", "10.0.0.6/31")}


def test_an_address_with_one_denied_port_stays_routed():
    tenant = [
        *ANN,
        gateway(),
        resource("ssh", "10.0.0.5/32", services=[SSH]),
        resource("lan", "10.0.0.0/29"),
        deny(1, **EVERYBODY, to=["ssh"]),
        allow(2, **EVERYBODY, to=["lan"]),
    ]
    assert routes(tenant, "laptop") == {"office": ("10.0.0.0/29",)}


def test_an_address_whose_every_allowed_port_is_denied_is_not_routed():
    tenant = [
        *ANN,
        gateway(),
        resource("ssh", "10.0.0.0/29", services=[SSH]),
        resource("host", "10.0.0.5/32", services=[SSH]),
        deny(1, **EVERYBODY, to=["ssh"]),
        allow(2, **EVERYBODY, to=["host"]),
    ]
    assert routes(tenant, "laptop") == {}


def test_a_resource_is_reached_through_its_first_available_gateway():
    def tenant(*available):
        names = ("one", "two", "three")
        return [
            *ANN,
            *(gateway(name, available=name in available) for name in names),
            resource("wiki", "10.0.0.5/32", at=names),
            allow(1, **EVERYBODY, to=["wiki"]),
        ]

    assert set(routes(tenant("one", "two"), "laptop")) == {"one"}
    assert set(routes(tenant("two", "three"), "laptop")) == {"two"}
    assert set(routes(tenant(), "laptop")) == {"one"}


@pytest.mark.parametrize(
    ("available", "maintained", "taken"),
    [
        ("one two three", "one", "two"),
        ("one three", "one", "three"),
        ("one two three", "one two three", "one"),
        ("two three", "two three", "two"),
        ("three", "three", "three"),
        ("", "one", "one"),
    ],
)
def test_a_gateway_in_maintenance_is_taken_only_where_no_other_runs(available, maintained, taken):
    names = ("one", "two", "three")
    tenant = [
        *ANN,
        *(gateway(n, available=n in available, maintenance=n in maintained) for n in names),
        resource("wiki", "10.0.0.5/32", at=names),
        allow(1, **EVERYBODY, to=["wiki"]),
    ]
    assert set(routes(tenant, "laptop")) == {taken}


def test_a_gateway_without_key_or_endpoint_is_passed_over():
    tenant = [
        *ANN,
        gateway("one", key=""),
        gateway("two", endpoint=""),
        gateway("three", available=False),
        resource("wiki", "10.0.0.5/32", at=["zero", "one", "two", "three"]),
        resource("none", "10.0.0.6/32", at=["one"]),
        allow(1, **EVERYBODY, all_resources=True),
    ]
    assert routes(tenant, "laptop") == {"three": ("10.0.0.5/32",)}


def test_the_more_specific_of_two_gateways_gets_the_address():
    tenant = [
        *ANN,
        gateway("one"),
        gateway("two"),
        resource("lan", "10.0.0.0/30", at=["one"]),
        resource("host", "10.0.0.2/32", at=["two"]),
        allow(1, **EVERYBODY, to=["lan", "host"]),
    ]
    assert routes(tenant, "laptop") == {
        "one": ("10.0.0.0/31", "10.0.0.3/32"),
        "two": ("10.0.0.2/32",),
    }


def test_what_is_more_specific_but_denied_does_not_take_the_address():
    tenant = [
        *ANN,
        gateway("one"),
        gateway("two"),
        resource("web", "10.0.0.0/30", at=["one"], services=[WEB]),
        resource("ssh", "10.0.0.2/32", at=["two"], services=[SSH]),
        deny(1, **EVERYBODY, to=["ssh"]),
        allow(2, **EVERYBODY, to=["web", "ssh"]),
    ]
    assert routes(tenant, "laptop") == {"one": ("10.0.0.0/30",)}


def test_equally_specific_destinations_go_by_the_order_of_gateways_then_by_id():
    tenant = [
        *ANN,
        gateway("a"),
        gateway("b"),
        gateway("down", available=False),
        resource("first", "10.0.0.1/32", "10.0.0.2/32", at=["b"]),
        resource("second", "10.0.0.1/32", at=["down", "a"]),
        resource("third", "10.0.0.2/32", at=["a"]),
        allow(1, **EVERYBODY, all_resources=True),
    ]
    assert routes(tenant, "laptop") == {"b": ("10.0.0.1/32",), "a": ("10.0.0.2/32",)}


@settings(max_examples=60)
@given(some.tenants())
def test_routes_hold_exactly_the_addresses_that_may_be_reached_on_some_port(entities):
    model = Model(entities)
    ready = [e.id for e in entities if isinstance(e, Gateway) and e.public_key and e.endpoint]

    def reached(device_id, gateway_id, address):
        return any(
            decide(entities, Packet(device_id, gateway_id, address, protocol, port)).allow
            for protocol, port in some.SERVICES
        )

    for device_id in model.devices:
        networks = [
            (route.gateway, ip_network(network))
            for route in model.routes(device_id)
            for network in route.allowed_ips
        ]
        for address in some.ADDRESSES[::2]:
            through = [g for g, network in networks if ip_address(address) in network]
            assert len(through) <= 1
            if through:
                assert reached(device_id, through[0], address)
            else:
                assert not any(reached(device_id, each, address) for each in ready)
