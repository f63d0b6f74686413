"""Assertions, against what the slow reference decides of single packets."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gatescale.policy.admissions import LAST_CHECK
from gatescale.policy.assertions import Assertion, Slot, touched, upcoming
from gatescale.policy.decide import Packet, decide
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import (
    Device,
    Gateway,
    Group,
    Kind,
    Policy,
    Resource,
    Rule,
    Service,
    Settings,
    User,
)
from policy import given as a
from policy import strategies as some
from policy.reference import folded

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday."""

GIVEN = (
    {},
    {"device.posture.firewall": True},
    {"device.posture.firewall": False, "origin.ip": "192.0.2.1"},
    {"device.owned": True, "device.os.version": "12.10"},
    {"origin.ip": "192.0.2.200"},
)
SLOTS = (Slot(5, 23 * 60), Slot(6, 150), Slot(6, 720), Slot(0, 0))
services = st.sampled_from([(), (Service("TCP"),), (Service("TCP", 22, 80),), (Service("ICMP"),)])


def assertion(expect, user, resource, **more):
    return Assertion("it", expect, users=(user,), resources=(resource,), **more)


def named(entities, kind, name):
    return next((e for e in entities if isinstance(e, kind) and e.id == name), None)


def target(entities, resource, wanted):
    """Yield packets there: one of each sort that the pools of networks and services tell apart."""
    found = named(entities, Resource, resource)
    if found is None or found.type != "PRIVATE":
        return
    everything = replace(
        a.policy("everything", 0, allow=True, all_users=True), resources=(resource,)
    )
    only = [replace(found, gateways=("there",)), everything, a.gateway("there"), a.user("x")]
    only.append(a.device("of x", "x"))
    for address, (protocol, port) in product(some.ADDRESSES, some.SERVICES):
        packet = Packet("of x", "there", address, protocol, port)
        if decide(only, packet).allow and spoken(wanted, address, protocol, port):
            yield packet


def spoken(wanted, address, protocol, port):
    icmp = 1 if ip_address(address).version == 4 else 58
    numbers = {"TCP": 6, "UDP": 17, "ICMP": icmp}
    return not wanted or any(
        protocol == numbers[each.protocol]
        and (each.protocol == "ICMP" or each.low <= port <= each.high)
        for each in wanted
    )


def at_best(entity):
    """Return what is active, and a policy as it is for who meets all it asks, but no deny's."""
    if isinstance(entity, User | Device):
        return replace(entity, active=True)
    if not isinstance(entity, Policy):
        return entity
    if not entity.allow and entity.source_ips:
        return replace(entity, groups=(), users=(), devices=(), resources=(), all_resources=False)
    return replace(entity, rule=None, source_ips=())


def with_device(entities, user, facts):
    return [*entities, Device("new", user, active=True, public_key="", addresses=(), facts=facts)]


@settings(max_examples=150)
@given(some.tenants(), st.sampled_from(some.USERS), st.sampled_from(some.RESOURCES), services)
def test_never_is_what_the_reference_grants_to_none_of_their_devices(
    entities, user, resource, wanted
):
    model = Model(entities, some.SPRING_FORWARD)
    asked = assertion("NEVER", user, resource, services=wanted)
    found = model.findings([asked], some.SPRING_FORWARD)
    best = with_device([at_best(each) for each in entities], user, {})
    gateways = [e.id for e in entities if isinstance(e, Gateway)]
    theirs = [e.id for e in best if isinstance(e, Device) and e.user == user]
    granted = {
        (device, gateway)
        for packet in target(entities, resource, wanted)
        for device, gateway in product(theirs, gateways)
        if decide(best, replace(packet, device=device, gateway=gateway)).allow
    }
    if named(entities, User, user) is None or named(entities, Resource, resource) is None:
        assert found["it"][0].reason in {"NOBODY", "NOTHING"}
        return
    assert bool(found) == bool(granted)
    for each in found.get("it", ()):
        assert (each.reason, each.user, each.resource) == ("GRANTED", user, resource)
        assert (each.device or "new", each.gateway) in granted
        assert each.part


@settings(max_examples=150)
@given(
    some.tenants(),
    st.sampled_from(some.USERS),
    st.sampled_from(some.RESOURCES),
    services,
    st.sampled_from(GIVEN),
    st.sampled_from(SLOTS),
)
def test_always_is_what_the_reference_grants_at_one_gateway_whole(
    entities, user, resource, wanted, facts, slot
):
    model = Model(entities, some.SPRING_FORWARD)
    asked = assertion("ALWAYS", user, resource, services=wanted, given=facts, times=(slot,))
    found = model.findings([asked], some.SPRING_FORWARD)
    if named(entities, User, user) is None or named(entities, Resource, resource) is None:
        assert found["it"][0].reason in {"NOBODY", "NOTHING"}
        return
    if not named(entities, User, user).active:
        assert not found
        return
    moment = upcoming(slot, named(entities, Settings, "settings").zone, some.SPRING_FORWARD)
    reported = {LAST_CHECK: moment.timestamp()} if any("device" in f for f in facts) else {}
    fleet = with_device(entities, user, facts | reported)
    packets = list(target(entities, resource, wanted))
    gateways = [
        each
        for each in named(entities, Resource, resource).gateways
        if named(entities, Gateway, each)
    ]
    passing = [
        gateway
        for gateway in gateways
        if all(
            decide(fleet, replace(packet, device="new", gateway=gateway), moment).allow
            for packet in packets
        )
    ]
    assert bool(found) == (not (packets and passing)), found
    for each in found.get("it", ()):
        assert (each.user, each.resource, each.at) == (user, resource, moment)


@settings(max_examples=150)
@given(some.tenants(), some.histories, st.sampled_from(some.RESOURCES), st.sampled_from(GIVEN))
def test_what_changes_would_break_is_what_they_break_and_asking_changes_nothing(
    entities, history, resource, facts
):
    model = Model(entities, some.SPRING_FORWARD)
    changes = [change for changes, _ in history for change in changes]
    tried = [
        Assertion("never", "NEVER", groups=("red",), resources=(resource,)),
        Assertion("always", "ALWAYS", all_users=True, resources=(resource,), given=facts),
    ]
    programs = {gateway: model.program(gateway) for gateway in some.GATEWAYS}
    before = model.findings(tried, model.now)
    told = model.findings(tried, model.now, changes)
    fresh = Model(folded(entities, changes), model.now)
    assert told == fresh.findings(tried, model.now)
    broken = model.broken(tried, model.now, changes)
    assert broken.keys() == told.keys() - before.keys()
    assert model.findings(tried, model.now) == before
    assert {gateway: model.program(gateway) for gateway in some.GATEWAYS} == programs
    model.apply(changes)
    for gateway in some.GATEWAYS:
        assert model.program(gateway) == fresh.program(gateway)


OFFICE = (
    Settings(zone="Europe/Berlin"),
    Group("staff", "Staff"),
    Group("guests", "Guests"),
    a.user("ann", "staff"),
    a.user("bob", "guests"),
    a.gateway(),
    a.resource("wiki", "10.0.0.5", services=[a.WEB, a.SSH]),
    a.resource("lan", "10.0.0.0/24"),
    Rule("workdays", "now.on(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], zone)"),
    Rule("locked", "device.posture.screenLock && now - device.lastCheck < duration('5m')"),
)


def against(asked, *policies):
    found = Model([*OFFICE, *policies], NOW).findings([asked], NOW)
    return [(each.reason, each.user, each.policy) for each in found.get("it", ())]


NEVER = Assertion("it", "NEVER", groups=("guests",), resources=("wiki",))
ALWAYS = Assertion("it", "ALWAYS", groups=("staff",), resources=("wiki",))


def test_another_resource_at_the_same_address_is_a_way_there():
    lan = a.allow(1, to=["lan"], groups=("guests",))
    assert against(NEVER, lan) == [("GRANTED", "bob", "allow 1")]
    assert against(NEVER, a.deny(0, to=["wiki"], all_users=True), lan) == []
    assert against(replace(NEVER, services=(a.PING,)), lan) == []


def test_a_deny_for_some_addresses_protects_nothing_and_a_rule_neither():
    lan = a.allow(1, to=["lan"], groups=("guests",), rule="workdays", source_ips=("10.0.0.0/8",))
    deny = a.deny(0, to=["wiki"], all_users=True, source_ips=("192.0.2.0/24",))
    assert against(NEVER, deny, lan) == [("GRANTED", "bob", "allow 1")]


def test_a_device_that_a_policy_names_is_told():
    phone = a.device("phone", "bob")
    allow = a.allow(1, to=["wiki"], devices=("phone",))
    (found,) = Model([*OFFICE, phone, allow], NOW).findings([NEVER], NOW)["it"]
    assert (found.user, found.device, found.gateway) == ("bob", "phone", "office")
    found = Model([*OFFICE, replace(phone, active=False), allow], NOW).findings([NEVER], NOW)
    assert found["it"][0].device == "phone"
    assert against(NEVER, phone, replace(allow, devices=("other",))) == []


@pytest.mark.parametrize(
    ("slot", "holds"),
    [(Slot(0, 0), True), (Slot(4, 1439), True), (Slot(5, 0), False), (Slot(6, 1439), False)],
)
def test_always_asks_at_the_times_that_it_names_on_the_tenants_clocks(slot, holds):
    allow = a.allow(1, to=["wiki"], groups=("staff",), rule="workdays")
    expected = [] if holds else [("RULE", "ann", "allow 1")]
    assert against(replace(ALWAYS, times=(slot,)), allow) == expected


def test_always_asks_with_the_given_facts_reported_just_then():
    allow = a.allow(1, to=["wiki"], groups=("staff",), rule="locked")
    assert against(ALWAYS, allow) == [("RULE", "ann", "allow 1")]
    locked = {"device.posture.screenLock": True}
    assert against(replace(ALWAYS, given=locked), allow) == []
    assert against(replace(ALWAYS, given=locked, times=(Slot(2, 0),)), allow) == []


def test_why_always_does_not_hold_is_told():
    allow = a.allow(1, to=["wiki"], groups=("staff",))
    ssh = a.resource("wiki", "10.0.0.5", services=[a.SSH])
    assert against(ALWAYS, allow) == []
    assert against(ALWAYS) == [("MISSING", "ann", None)]
    assert against(ALWAYS, a.deny(0, to=["lan"], all_users=True), allow) == [
        ("DENIED", "ann", "deny 0")
    ]
    assert against(ALWAYS, replace(allow, source_ips=("192.0.2.0/24",))) == [
        ("ORIGIN", "ann", "allow 1")
    ]
    assert against(replace(ALWAYS, services=(a.PING,)), allow) == [("DESTINATION", "ann", None)]
    assert against(replace(ALWAYS, services=(a.SSH,)), allow, ssh) == []
    assert against(replace(ALWAYS, groups=("gone",)), allow) == [("NOBODY", None, None)]
    assert against(replace(ALWAYS, resources=("gone",)), allow) == [("NOTHING", None, None)]
    nowhere = a.resource("wiki", "10.0.0.5", at=["gone"])
    assert against(ALWAYS, allow, nowhere) == [("GATEWAY", "ann", None)]


def test_people_who_are_not_active_need_nothing_and_may_become_active():
    assert against(ALWAYS, a.user("ann", "staff", active=False)) == []
    allow = a.allow(1, to=["wiki"], all_users=True)
    assert against(NEVER, a.user("bob", "guests", active=False), allow) == [
        ("GRANTED", "bob", "allow 1")
    ]


def test_people_to_whom_the_same_happens_are_told_of_once():
    more = [a.user(f"ann {n}", "staff") for n in range(50)]
    assert against(ALWAYS, *more) == [("MISSING", "ann", None)]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("hours", range(0, 24 * 8, 5))
def test_a_time_of_the_week_is_the_next_that_clocks_show(zone, hours):
    now = datetime(2026, 3, 25, 0, 30, tzinfo=UTC) + timedelta(hours=hours)
    moment = upcoming(Slot(0, 9 * 60 + 15), zone, now)
    shown = moment.astimezone(ZoneInfo(zone))
    assert (shown.weekday(), shown.hour, shown.minute) == (0, 9, 15)
    assert now <= moment < now + timedelta(days=7, hours=1)


@settings(max_examples=200)
@given(
    some.tenants(),
    st.lists(st.one_of(*map(some.put, (Kind.USER, Kind.DEVICE))), min_size=1, max_size=3),
    st.sampled_from(some.RESOURCES),
)
def test_what_changes_of_people_break_is_found_by_looking_at_them_alone(entities, changes, name):
    model = Model(entities, some.SPRING_FORWARD)
    tried = [
        Assertion("never", "NEVER", groups=some.GROUPS, resources=(name,)),
        Assertion("always", "ALWAYS", all_users=True, resources=(name,)),
    ]
    assert touched(changes) is not None
    before, after = (model.findings(tried, model.now, made) for made in ((), changes))
    assert model.broken(tried, model.now, changes).keys() == after.keys() - before.keys()
