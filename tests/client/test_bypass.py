"""Which way around the tunnel an address is given; expectations worked out by hand."""

from ipaddress import ip_address, ip_network

import pytest

from gatescale.client.bypass import Way, around

WAYS = [
    Way(ip_network("0.0.0.0/0"), "wlan0", "192.0.2.1", 600),
    Way(ip_network("0.0.0.0/0"), "eth0", "198.51.100.1", 100),
    Way(ip_network("10.0.0.0/24"), "eth0"),
    Way(ip_network("10.9.0.7/32"), "eth1"),
    Way(ip_network("::/0"), "eth0", "fe80::1"),
]
CASES = {
    "not covered": ("203.0.113.9", ["10.0.0.0/8"], None),
    "covered: the best default": ("10.5.0.1", ["10.0.0.0/8"], ("eth0", "198.51.100.1")),
    "covered by everything": ("203.0.113.9", ["0.0.0.0/0"], ("eth0", "198.51.100.1")),
    "on the own link, same network": ("10.0.0.5", ["10.0.0.0/24"], ("eth0", "")),
    "on the own link, tunnel is narrower": ("10.0.0.5", ["10.0.0.4/30"], ("eth0", "")),
    "on the own link, tunnel is wider": ("10.0.0.5", ["10.0.0.0/8"], None),
    "the tunnel's is the address itself": ("10.0.0.5", ["10.0.0.5/32"], ("eth0", "")),
    "has a host route already": ("10.9.0.7", ["10.0.0.0/8"], None),
    "IPv6": ("2001:db8::1", ["2001:db8::/32"], ("eth0", "fe80::1")),
    "families do not mix": ("203.0.113.9", ["::/0"], None),
}


@pytest.mark.parametrize(("address", "tunnel", "expected"), CASES.values(), ids=CASES.keys())
def test_the_way_around(address, tunnel, expected):
    found = around(WAYS, map(ip_network, tunnel), [ip_address(address)])
    ways = {str(address): (way.device, way.gateway) for address, way in found.items()}
    assert ways == ({} if expected is None else {address: expected})


def test_an_address_without_any_other_way_is_left_out():
    assert around([], [ip_network("10.0.0.0/8")], [ip_address("10.0.0.1")]) == {}
