"""Rules: what they ask about, when they are asked again, and what then changes."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Group, Kind, Put, Remove, Rule, Settings, Tick
from policy.given import allow, deny, device, gateway, resource, user

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ANN = replace(user("ann", "g1"), facts={"user.department": "Engineering"})
STAFF = Group("g1", "Staff", ("ADMIN",))
LAPTOP = replace(
    device("laptop", "ann"),
    facts={
        "device.posture.firewall": True,
        "device.lastCheck": int(NOON.timestamp()),
        "origin.ip": "192.0.2.1",
    },
)


def tenant(text, *others, policy=None):
    line = policy or replace(allow(1, groups=("g1",), to=["wiki"]), rule="rule")
    wiki = resource("wiki", "10.0.0.5/32")
    return [STAFF, ANN, LAPTOP, gateway(), wiki, Rule("rule", text), line, *others]


def model(text, *others, policy=None):
    return Model(tenant(text, *others, policy=policy), NOON)


def is_in(model):
    return "laptop" in model.program("office").peers


def test_a_policy_applies_while_its_rule_holds():
    assert is_in(model("user.department == 'Engineering'"))
    assert not is_in(model("user.department == 'Sales'"))


def test_a_rule_about_something_absent_or_that_is_no_rule_does_not_hold():
    for text in ("user.title == 'CTO'", "user.title != 'CTO'", "user.titel == 'CTO'", "1 +", "1"):
        assert not is_in(model(text)), text


def test_why_a_rule_does_not_compile_is_said():
    assert "user.titel" in model("user.titel == 'CTO'").faults["rule"]
    fixed = model("user.titel == 'CTO'")
    fixed.apply([Put(Rule("rule", "true"))])
    assert not fixed.faults
    assert is_in(fixed)


def test_a_policy_whose_rule_is_not_there_does_not_apply():
    found = model("true")
    found.apply([Remove(Kind.RULE, "rule")])
    assert not is_in(found)
    found.apply([Put(Rule("rule", "true"))])
    assert is_in(found)


def test_a_changed_fact_moves_its_device_and_no_other():
    other = replace(device("phone", "ann", host=2), facts=LAPTOP.facts)
    found = model("device.posture.firewall", other)
    facts = LAPTOP.facts | {"device.posture.firewall": False}
    effect = found.apply([Put(replace(LAPTOP, facts=facts))])
    assert effect.gateways["office"].peers == {"laptop": None}
    assert effect.devices == {"laptop"}
    effect = found.apply([Put(LAPTOP)])
    assert list(effect.gateways["office"].peers) == ["laptop"]


def test_a_changed_attribute_moves_all_devices_of_its_user():
    found = model("user.department == 'Engineering'", device("phone", "ann", host=2))
    effect = found.apply([Put(replace(ANN, facts={}))])
    assert effect.gateways["office"].peers == {"laptop": None, "phone": None}


def test_true_is_not_one():
    found = model("user.attributes.level == 1")
    for level, holds in ((True, False), (1, True), (1.0, True), ("1", False), (True, False)):
        found.apply([Put(replace(ANN, facts={"user.attributes": {"level": level}}))])
        assert is_in(found) == holds, level


def test_groups_are_asked_by_name_and_roles_are_inherited():
    found = model("'Staff' in user.groups && 'ADMIN' in user.roles")
    assert is_in(found)
    found.apply([Put(replace(STAFF, name="Crew"))])
    assert not is_in(found)
    found.apply([Put(STAFF)])
    assert is_in(found)
    found.apply([Put(replace(ANN, roles=("AUDITOR",)))])
    assert not is_in(found), "own roles take the place of inherited ones"


def test_an_edited_rule_and_a_policy_that_takes_another_move_devices():
    found = model("true", Rule("never", "false"))
    line = replace(allow(1, groups=("g1",), to=["wiki"]), rule="never")
    assert found.apply([Put(line)]).gateways["office"].peers == {"laptop": None}
    assert list(found.apply([Put(Rule("never", "true"))]).gateways["office"].peers) == ["laptop"]
    assert not found.apply([Put(Rule("rule", "false"))]).gateways, "nobody carries it any more"


def test_a_time_window_opens_and_closes_when_it_is_due():
    found = model("now.between('13:00', '14:00', zone)", Settings("Europe/Berlin"))
    assert is_in(found), "13:00 in Berlin"
    assert found.due == NOON + timedelta(hours=1)
    effect = found.apply([Tick()], found.due)
    assert effect.gateways["office"].peers == {"laptop": None}
    assert found.due == NOON + timedelta(days=1)
    assert found.apply([Tick()], found.due).gateways["office"].peers["laptop"]


def test_another_time_zone_is_another_time():
    found = model("now.between('13:00', '14:00', zone)", Settings("Europe/Berlin"))
    found.apply([Put(Settings("UTC"))])
    assert not is_in(found)
    assert found.due == NOON + timedelta(hours=1)
    found.apply([Remove(Kind.SETTINGS, "settings")])
    assert not is_in(found)


def test_a_clock_that_is_set_back_is_followed():
    found = model("now < timestamp('2026-11-24T13:00:00Z')")
    found.apply([Tick()], NOON + timedelta(hours=2))
    assert not is_in(found)
    assert found.due is None
    found.apply([], NOON)
    assert is_in(found)
    assert found.due == NOON + timedelta(hours=1)


def test_an_old_report_is_none():
    found = model("device.posture.firewall", Settings(posture_seconds=600))
    assert found.due == NOON + timedelta(seconds=600)
    effect = found.apply([Tick()], found.due)
    assert effect.gateways["office"].peers == {"laptop": None}
    later = int(NOON.timestamp()) + 600
    found.apply([Put(replace(LAPTOP, facts=LAPTOP.facts | {"device.lastCheck": later}))])
    assert is_in(found)
    assert found.due == NOON + timedelta(seconds=1200)


def test_what_no_report_says_does_not_grow_old():
    found = model("user.department == 'Engineering' && origin.ip != ''")
    assert found.due is None
    found.apply([Tick()], NOON + timedelta(days=400))
    assert is_in(found)


def test_the_age_of_a_report_can_be_asked():
    found = model("now - device.lastCheck < duration('5m')")
    assert is_in(found)
    assert found.due == NOON + timedelta(minutes=5)
    found.apply([Tick()], found.due)
    assert not is_in(found)


def test_where_a_device_comes_from_narrows_a_policy():
    line = replace(allow(1, groups=("g1",), to=["wiki"]), source_ips=("192.0.2.0/24",))
    found = model("true", policy=line)
    assert is_in(found)
    for facts in ({}, {"origin.ip": "198.51.100.1"}, {"origin.ip": "2001:db8::1"}):
        found.apply([Put(replace(LAPTOP, facts=facts))])
        assert not is_in(found), facts


def test_a_deny_for_some_addresses_also_denies_who_comes_from_an_unknown_one():
    free = allow(2, groups=("g1",), to=["wiki"])
    line = replace(deny(1, groups=("g1",), to=["wiki"]), source_ips=("192.0.2.0/24",))
    found = model("true", free, policy=line)
    for facts, passes in (
        ({"origin.ip": "192.0.2.1"}, False),
        ({}, False),
        ({"origin.ip": "198.51.100.1"}, True),
    ):
        found.apply([Put(replace(LAPTOP, facts=facts))])
        assert is_in(found) == passes, facts


def test_a_deny_knows_no_rule():
    free = allow(2, groups=("g1",), to=["wiki"])
    line = replace(deny(1, groups=("g1",), to=["wiki"]), rule="rule")
    assert not is_in(model("false", free, policy=line))


def test_a_rule_that_nobody_carries_is_not_asked():
    found = model("true", Rule("other", "now.between('13:00', '14:00', 'UTC')"))
    assert found.due is None


def test_nothing_is_due_for_a_device_that_is_gone():
    found = model("now.between('13:00', '14:00', 'UTC')")
    assert found.due
    found.apply([Remove(Kind.DEVICE, "laptop")])
    assert found.due is None


def test_a_skipped_policy_leaves_the_decision_to_those_below():
    below = allow(2, users=("ann",), to=["wiki"])
    assert is_in(model("false", below))
    assert not is_in(model("false", deny(2, users=("ann",), to=["wiki"])))
