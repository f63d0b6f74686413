"""Random tenants, histories and packets, from pools so small that everything collides."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from gatescale.policy.decide import Packet
from gatescale.policy.vocabulary import (
    Change,
    Destination,
    Device,
    Gateway,
    Group,
    Kind,
    Policy,
    Put,
    Remove,
    Resource,
    Rule,
    Service,
    Settings,
    User,
)

USERS = ("ann", "bob", "cid")
GROUPS = ("red", "green", "blue")
DEVICES = ("d1", "d2", "d3", "d4")
GATEWAYS = ("g1", "g2", "g3")
RESOURCES = ("r1", "r2", "r3", "r4", "r5")
POLICIES = ("p1", "p2", "p3", "p4", "p5", "p6")
RULES = ("ru1", "ru2", "ru3", "ru4")
TEXTS = (
    "user.department == 'Engineering'",
    "user.department != 'Engineering'",
    "'red' in user.groups || 'ADMIN' in user.roles",
    "user.attributes.level > 1",
    "device.posture.firewall",
    "!device.posture.firewall || device.owned",
    "device.os.version.atLeast('12.5')",
    "now - device.lastCheck < duration('10m')",
    "now.between('22:00', '06:00', zone)",
    "now.on(['SATURDAY', 'SUNDAY'], 'Europe/Berlin')",
    "now > timestamp('2026-03-29T00:30:00Z')",
    "origin.ip.within('192.0.2.0/25') && now.getHours(zone) < 12",
    "true",
    "false",
    "this does not compile",
    "user.departmnt == 'x'",
)
ORIGINS = ("192.0.2.1", "192.0.2.200", "2001:db8::1")
SPRING_FORWARD = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
"""Hours before Europe/Berlin goes to summer time, on a Saturday."""
NETWORKS = (
    "10.0.0.0/29",
    "10.0.0.0/30",
    "10.0.0.4/31",
    "10.0.0.5",
    "10.0.0.5/32",
    "10.0.0.7/32",
    "10.0.0.8/32",
    "fd00::/125",
    "fd00::4/126",
    "fd00::5",
    "::/0",
    "0.0.0.0/0",
    "not a network",
)
ADDRESSES = (
    *(f"10.0.0.{host}" for host in range(10)),
    *(f"fd00::{host}" for host in range(9)),
    "9.255.255.255",
    "255.255.255.255",
    "::",
    "::ffff:10.0.0.5",
)
PORTS = (0, 21, 22, 23, 79, 80, 81, 443, 65535)

SERVICES = (
    *((protocol, port) for protocol in (6, 17) for port in PORTS),
    *((protocol, 0) for protocol in (0, 1, 58)),
)

services = st.sampled_from(
    [
        Service("TCP", 22, 22),
        Service("TCP", 22, 80),
        Service("TCP", 80, 65535),
        Service("TCP"),
        Service("UDP", 0, 79),
        Service("UDP", 80, 80),
        Service("ICMP"),
        Service("SCTP", 22, 22),
        Service("TCP", 80, 22),
    ]
)
destinations = st.builds(
    Destination,
    network=st.sampled_from(NETWORKS),
    services=st.lists(services, max_size=2).map(tuple),
)
mostly = st.sampled_from([True] * 9 + [False])
seldom = st.sampled_from([False] * 14 + [True])
types = st.sampled_from(["PRIVATE"] * 9 + ["SAAS"])


def some(pool, least=0, most=3):
    return st.lists(st.sampled_from(pool), min_size=least, max_size=most, unique=True).map(tuple)


def facts(**known):
    """Some of these facts, with underscores for dots."""
    names = {name.replace("_", "."): values for name, values in known.items()}
    return st.fixed_dictionaries({}, optional={n: st.sampled_from(v) for n, v in names.items()})


def user(name):
    return st.builds(
        User,
        st.just(name),
        active=mostly,
        groups=some(GROUPS, 1, 2),
        roles=st.sampled_from([(), (), ("ADMIN",), ("DEFAULT",)]),
        facts=facts(
            user_department=["Engineering", "Sales"],
            user_attributes=[{}, {"level": 1}, {"level": 2}, {"level": True}, {"level": 1.5}],
        ),
    )


def group(name):
    roles = st.sampled_from([(), ("ADMIN",), ("ADMIN", "DEFAULT")])
    return st.builds(Group, st.just(name), st.sampled_from(["red", "green"]), roles)


def setting(name):
    zones = st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe"])
    return st.builds(Settings, zones, st.sampled_from([300, 3600]), st.just(name))


def rule(name):
    return st.builds(Rule, st.just(name), st.sampled_from(TEXTS))


checks = st.integers(-120, 1200).map(lambda m: int(SPRING_FORWARD.timestamp()) + 60 * m)
device_facts = st.builds(
    lambda known, checked: known | ({"device.lastCheck": checked} if checked else {}),
    facts(
        device_posture_firewall=[True, False],
        device_owned=[True, False],
        device_os_version=["12.4", "12.10", "nonsense"],
        origin_ip=ORIGINS,
    ),
    st.none() | checks,
)
times = st.integers(0, 1200).map(lambda minutes: SPRING_FORWARD + timedelta(minutes=minutes))


@st.composite
def device(draw, name):
    host = DEVICES.index(name) + 1 + 16 * draw(st.integers(0, 1))
    return Device(
        id=name,
        user=draw(st.sampled_from([*USERS, *USERS, "nobody"])),
        active=draw(mostly),
        public_key=f"key of {name}",
        addresses=(f"100.64.0.{host}", f"fd64::{host:x}"),
        facts=draw(device_facts),
    )


def gateway(name):
    return st.builds(
        Gateway,
        st.just(name),
        name=st.just("gateway"),
        public_key=mostly.map(lambda known: "key" if known else ""),
        endpoint=mostly.map(lambda known: "198.51.100.1:51820" if known else ""),
        available=mostly,
    )


def resource(name):
    return st.builds(
        Resource,
        st.just(name),
        type=types,
        destinations=st.lists(destinations, min_size=1, max_size=3).map(tuple),
        gateways=some(GATEWAYS, 1, 3),
    )


@st.composite
def policy(draw, name):
    devices, users = draw(some((*DEVICES, "gone"), 0, 1)), draw(some((*USERS, "gone"), 0, 1))
    return Policy(
        id=name,
        type=draw(types),
        order=draw(st.integers(0, 9)),
        allow=draw(st.sampled_from([True, True, False])),
        all_groups=draw(seldom),
        all_users=draw(seldom),
        all_devices=draw(seldom),
        all_resources=draw(seldom),
        groups=draw(some((*GROUPS, "gone"), 1, 2)),
        users=users,
        devices=devices,
        resources=draw(some((*RESOURCES, "gone"), 1, 3)),
        source_ips=draw(st.sampled_from([(), (), (), ("192.0.2.0/25", "2001:db8::/32")])),
        rule=draw(st.sampled_from([None, None, *RULES, "gone"])),
    )


POOLS = {
    Kind.USER: (USERS, user),
    Kind.DEVICE: (DEVICES, device),
    Kind.GATEWAY: (GATEWAYS, gateway),
    Kind.RESOURCE: (RESOURCES, resource),
    Kind.POLICY: (POLICIES, policy),
    Kind.RULE: (RULES, rule),
    Kind.GROUP: (GROUPS, group),
    Kind.SETTINGS: (("settings",), setting),
}


@st.composite
def tenants(draw):
    """Most of everything there is, each with its own id."""
    everything = [(make, name) for names, make in POOLS.values() for name in names]
    found = [draw(make(name)) for make, name in everything if draw(mostly)]
    return found if any(isinstance(e, Settings) for e in found) else [*found, Settings()]


def put(kind):
    names, make = POOLS[kind]
    return st.sampled_from(names).flatmap(make).map(Put)


def removal(kind):
    return st.builds(Remove, st.just(kind), st.sampled_from(POOLS[kind][0]))


changes: st.SearchStrategy[Change] = st.one_of(
    *(put(kind) for kind in [*POOLS, Kind.RESOURCE, Kind.POLICY]),
    *(removal(kind) for kind in POOLS),
)
steps = st.tuples(st.lists(changes, max_size=3), st.none() | times)
histories = st.lists(steps, min_size=1, max_size=6)
"""Changes, each with the time at which they happen; None: at the same as before."""


@st.composite
def packets(draw):
    """One packet of each device through each gateway to each address."""
    dice = draw(st.randoms(use_true_random=False))
    return [
        Packet(device, gateway, address, *dice.choice(SERVICES))
        for device in DEVICES
        for gateway in GATEWAYS
        for address in ADDRESSES
    ]
