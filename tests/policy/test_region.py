"""Regions against plain sets of points, in a universe small enough to list."""

from ipaddress import collapse_addresses, ip_address, ip_network
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from gatescale.policy import addresses, services
from gatescale.policy.program import Judge, Peer, Program, Rule
from gatescale.policy.region import Region
from gatescale.policy.vocabulary import Service

ADDRESSES = [
    *(f"10.0.0.{host}" for host in range(12)),
    *(f"fd00::{host:x}" for host in range(12)),
    "255.255.255.255",
    "::",
]
SERVICES = [
    (0, 0),
    (1, 0),
    (6, 0),
    (6, 21),
    (6, 22),
    (6, 23),
    (6, 65535),
    (7, 0),
    (17, 22),
    (58, 0),
]
POINTS = [(address, *service) for address, service in product(ADDRESSES, SERVICES)]
NETWORKS = [
    "10.0.0.0/28",
    "10.0.0.0/30",
    "10.0.0.4/30",
    "10.0.0.6/31",
    "10.0.0.7/32",
    "10.0.0.8/32",
    "0.0.0.0/0",
    "fd00::/125",
    "fd00::7/128",
    "::/0",
]


def span(network, names):
    first, last, _ = addresses.bounds(network)
    return first, last, services.parse(tuple(names), addresses.version(first))


spans = st.builds(
    span,
    st.sampled_from(NETWORKS),
    st.lists(
        st.sampled_from(
            [
                Service("TCP", 22, 22),
                Service("TCP", 0, 21),
                Service("TCP"),
                Service("UDP"),
                Service("ICMP"),
            ]
        ),
        max_size=2,
    ),
)
unions = st.lists(spans, max_size=6).map(Region.of)
# Differences have what networks alone do not: holes, and parts of protocols.
regions = st.one_of(unions, st.builds(Region.subtract, unions, unions))


def points(region):
    return {point for point in POINTS if region.contains(*point)}


def is_canonical(region):
    return Region.of(region.spans) == region and all(offered for _, _, offered in region.spans)


@given(st.lists(spans, max_size=6))
def test_a_region_holds_what_its_spans_hold_in_any_order(drawn):
    region = Region.of(drawn)
    assert points(region) == set().union(*(points(Region((each,))) for each in drawn))
    assert region == Region.of(reversed(drawn))
    assert is_canonical(region)


@given(spans)
def test_a_span_holds_the_addresses_of_its_network(drawn):
    first, last, _ = drawn
    low, high = ip_address(addresses.text(first)), ip_address(addresses.text(last))
    for address in map(ip_address, ADDRESSES):
        within = address.version == low.version and low <= address <= high
        held = any(Region((drawn,)).contains(str(address), *service) for service in SERVICES)
        assert held == within


@settings(max_examples=200)
@given(regions, regions)
def test_the_algebra_is_that_of_sets(one, other):
    results = {
        "union": (Region.union([one, other]), points(one) | points(other)),
        "intersect": (one.intersect(other), points(one) & points(other)),
        "subtract": (one.subtract(other), points(one) - points(other)),
    }
    for name, (region, expected) in results.items():
        assert points(region) == expected, name
        assert is_canonical(region), name


@settings(max_examples=200)
@given(regions, regions)
def test_equal_sets_are_equal_values(one, other):
    both, rest = one.intersect(other), one.subtract(other)
    assert Region.union([both, rest]) == one
    assert rest == one.subtract(both)
    assert bool(both) == bool(one.touching(other))
    assert not rest.intersect(other)


@given(regions, regions)
def test_touching_decides_the_same_where_the_other_is(one, other):
    touching = one.touching(other)
    assert touching.intersect(other) == one.intersect(other)
    assert set(touching.spans) <= set(one.spans)


@settings(max_examples=200)
@given(regions)
def test_boxes_hold_the_same_and_do_not_overlap(region):
    boxes = region.boxes()
    again = [
        Region(((addresses.number(box.first), addresses.number(box.last), _offered(box)),))
        for box in boxes
    ]
    assert Region.union(again) == region
    assert not any(a.intersect(b) for i, a in enumerate(again) for b in again[:i])
    assert all(ip_address(box.first).version == ip_address(box.last).version for box in boxes)


def _offered(box):
    low, high = (protocol * services.PORTS for protocol in (box.protocol_low, box.protocol_high))
    if (box.port_low, box.port_high) == (0, services.PORTS - 1):
        return ((low, high + services.PORTS - 1),)
    assert low == high, "a part of the ports of several protocols"
    return ((low + box.port_low, low + box.port_high),)


@given(regions)
def test_a_program_with_the_boxes_permits_what_the_region_holds(region):
    program = Program(
        peers={"d": Peer("key", ("100.64.0.1",), "profile")},
        profiles={"profile": (Rule(allow=True, destination="p"),)},
        destinations={"p": region.boxes()},
    )
    judge = Judge(program)
    permitted = {point for point in POINTS if judge.permits("100.64.0.1", *point)}
    assert permitted == points(region)


@given(regions)
def test_networks_are_the_fewest_that_hold_the_addresses(region):
    networks = [ip_network(network) for network in region.networks()]
    for version in (4, 6):
        own = [network for network in networks if network.version == version]
        assert list(collapse_addresses(own)) == own
    for address in ADDRESSES:
        held = any(ip_address(address) in network for network in networks)
        assert held == any(region.contains(address, *service) for service in SERVICES)


def test_a_host_with_other_ports_does_not_split_the_box_of_its_network():
    network = span("10.0.0.0/28", [Service("TCP", 22, 22)])
    host = span("10.0.0.7/32", [Service("TCP", 443, 443)])
    boxes = Region.of([network, host]).boxes()
    assert [(box.first, box.last, box.port_low) for box in boxes] == [
        ("10.0.0.0", "10.0.0.15", 22),
        ("10.0.0.7", "10.0.0.7", 443),
    ]


def test_the_empty_region_is_false_and_holds_nothing():
    assert not Region()
    assert Region().boxes() == Region().networks() == ()
