"""Cases by hand; in each the reference and the compiled program agree (``given.passes``)."""

import pytest

from policy.given import (
    PING,
    SSH,
    WEB,
    allow,
    deny,
    device,
    gateway,
    passes,
    policy,
    resource,
    user,
)

WIKI = resource("wiki", "10.0.0.5/32")
BOB = [user("bob", "contractors"), device("phone", "bob"), device("laptop", "bob", host=2)]
OFFICE = [gateway(), WIKI, *BOB]


def test_without_a_policy_nothing_passes():
    assert not passes(OFFICE, "laptop", "10.0.0.5")


def test_bob_is_allowed_by_his_group_before_he_is_denied():
    policies = [
        allow(1, groups=("contractors",), to=["wiki"]),
        deny(2, users=("bob",), to=["wiki"]),
    ]
    assert passes([*OFFICE, *policies], "laptop", "10.0.0.5")


def test_bob_is_denied_before_his_group_is_allowed():
    policies = [
        deny(1, users=("bob",), to=["wiki"]),
        allow(2, groups=("contractors",), to=["wiki"]),
    ]
    assert not passes([*OFFICE, *policies], "laptop", "10.0.0.5")


def test_a_member_of_two_groups_follows_the_earlier_policy():
    ann = [user("ann", "international", "contractors"), device("pad", "ann", host=3)]
    policies = [
        allow(1, groups=("contractors",), to=["wiki"]),
        deny(2, groups=("international",), to=["wiki"]),
    ]
    assert passes([*OFFICE, *ann, *policies], "pad", "10.0.0.5")


def test_a_denied_phone_after_the_allowed_group_changes_nothing():
    policies = [
        allow(1, groups=("contractors",), to=["wiki"]),
        deny(2, devices=("phone",), to=["wiki"]),
    ]
    assert passes([*OFFICE, *policies], "phone", "10.0.0.5")
    assert passes([*OFFICE, *policies], "laptop", "10.0.0.5")


def test_a_denied_phone_before_the_allowed_group_is_the_only_one_blocked():
    policies = [
        deny(1, devices=("phone",), to=["wiki"]),
        allow(2, groups=("contractors",), to=["wiki"]),
    ]
    assert not passes([*OFFICE, *policies], "phone", "10.0.0.5")
    assert passes([*OFFICE, *policies], "laptop", "10.0.0.5")


@pytest.mark.parametrize("everybody", ["all_users", "all_groups", "all_devices"])
def test_each_way_to_say_everybody_means_every_device_of_every_active_user(everybody):
    loner = [user("eve"), device("pad", "eve", host=3)]
    gone = [user("gus", active=False), device("brick", "gus", host=4)]
    tenant = [*OFFICE, *loner, *gone, allow(1, to=["wiki"], **{everybody: True})]
    assert passes(tenant, "laptop", "10.0.0.5")
    assert passes(tenant, "pad", "10.0.0.5")
    assert not passes(tenant, "brick", "10.0.0.5")


@pytest.mark.parametrize(
    "names",
    [{"to": ["wiki"]}, {"all_users": True}, {"all_users": True, "to": ["unknown"]}],
    ids=["no source", "no resource", "a resource that is not there"],
)
def test_a_policy_that_names_nothing_applies_to_nothing(names):
    assert not passes([*OFFICE, allow(1, **names)], "laptop", "10.0.0.5")
    assert passes(
        [*OFFICE, deny(1, **names), allow(2, all_users=True, to=["wiki"])], "laptop", "10.0.0.5"
    )


@pytest.mark.parametrize(
    "owner_and_device",
    [
        [user("ann", active=False), device("pad", "ann", host=3)],
        [user("ann"), device("pad", "ann", host=3, active=False)],
        [device("pad", "nobody", host=3)],
    ],
    ids=["inactive user", "inactive device", "no user"],
)
def test_who_is_not_active_has_no_grant(owner_and_device):
    tenant = [*OFFICE, *owner_and_device, allow(1, all_users=True, devices=("pad",), to=["wiki"])]
    assert not passes(tenant, "pad", "10.0.0.5")


def test_a_denied_host_is_cut_out_of_an_allowed_network():
    tenant = [
        *OFFICE,
        resource("lan", "10.0.0.0/24"),
        deny(1, all_users=True, to=["wiki"]),
        allow(2, all_users=True, to=["lan"]),
    ]
    assert not passes(tenant, "laptop", "10.0.0.5")
    assert passes(tenant, "laptop", "10.0.0.4")
    assert passes(tenant, "laptop", "10.0.0.6")
    assert not passes(tenant, "laptop", "10.0.1.0")


def test_an_allowed_host_stays_in_a_network_that_is_denied_later():
    tenant = [
        *OFFICE,
        resource("lan", "10.0.0.0/24"),
        allow(1, all_users=True, to=["wiki"]),
        deny(2, all_users=True, to=["lan"]),
    ]
    assert passes(tenant, "laptop", "10.0.0.5")
    assert not passes(tenant, "laptop", "10.0.0.4")


def test_a_resource_is_allowed_only_where_it_is_attached():
    tenant = [*OFFICE, gateway("plant"), allow(1, all_users=True, to=["wiki"])]
    assert passes(tenant, "laptop", "10.0.0.5")
    assert not passes(tenant, "laptop", "10.0.0.5", at="plant")


def test_a_deny_holds_also_where_its_resource_is_not_attached():
    tenant = [
        *OFFICE,
        gateway("plant"),
        resource("lan", "10.0.0.0/24", at=["plant"]),
        deny(1, all_users=True, to=["wiki"]),
        allow(2, all_users=True, to=["lan"]),
    ]
    assert not passes(tenant, "laptop", "10.0.0.5", at="plant")
    assert passes(tenant, "laptop", "10.0.0.6", at="plant")


def test_a_deny_of_a_resource_without_any_gateway_holds():
    tenant = [
        *OFFICE,
        resource("secret", "10.0.0.5/32", at=[]),
        deny(1, all_users=True, to=["secret"]),
        allow(2, all_users=True, to=["wiki"]),
    ]
    assert not passes(tenant, "laptop", "10.0.0.5")


def test_all_resources_are_those_of_the_type():
    saas = resource("saas", "10.0.9.9/32", kind="SAAS")
    tenant = [*OFFICE, saas, allow(1, all_users=True, all_resources=True)]
    assert passes(tenant, "laptop", "10.0.0.5")
    assert not passes(tenant, "laptop", "10.0.9.9")


def test_policies_of_another_type_do_not_compete():
    other = policy("saas", 1, allow=False, kind="SAAS", all_users=True, all_resources=True)
    assert passes([*OFFICE, other, allow(1, all_users=True, to=["wiki"])], "laptop", "10.0.0.5")


@pytest.mark.parametrize(
    ("protocol", "port", "expected"),
    [(6, 443, True), (6, 442, False), (6, 444, False), (17, 443, False), (1, 0, False)],
)
def test_only_the_named_port_is_spoken(protocol, port, expected):
    web = resource("web", "10.0.0.9/32", services=[WEB])
    tenant = [*OFFICE, web, allow(1, all_users=True, to=["web"])]
    assert passes(tenant, "laptop", "10.0.0.9", protocol, port) == expected


def test_a_deny_of_one_port_leaves_the_others():
    web = resource("ssh", "10.0.0.5/32", services=[SSH])
    tenant = [
        *OFFICE,
        web,
        deny(1, all_users=True, to=["ssh"]),
        allow(2, all_users=True, to=["wiki"]),
    ]
    assert not passes(tenant, "laptop", "10.0.0.5", 6, 22)
    assert passes(tenant, "laptop", "10.0.0.5", 6, 23)
    assert passes(tenant, "laptop", "10.0.0.5", 17, 22)
    assert passes(tenant, "laptop", "10.0.0.5", 1, 0)


@pytest.mark.parametrize(
    ("destination", "protocol", "expected"),
    [
        ("10.0.0.9", 1, True),
        ("10.0.0.9", 58, False),
        ("fd00::9", 58, True),
        ("fd00::9", 1, False),
    ],
)
def test_icmp_is_the_one_of_the_address_family(destination, protocol, expected):
    both = resource("both", "10.0.0.9/32", "fd00::9/128", services=[PING])
    tenant = [*OFFICE, both, allow(1, all_users=True, to=["both"])]
    assert passes(tenant, "laptop", destination, protocol, 0) == expected


def test_all_of_one_family_holds_nothing_of_the_other():
    tenant = [
        *OFFICE,
        resource("six", "::/0"),
        resource("both", "10.0.0.9/32", "fd00::9/128"),
        deny(1, all_users=True, to=["six"]),
        allow(2, all_users=True, to=["both"]),
    ]
    assert passes(tenant, "laptop", "10.0.0.9")
    assert not passes(tenant, "laptop", "fd00::9")


@pytest.mark.parametrize("services", [[SSH], []], ids=["with ports", "without"])
def test_a_network_with_host_bits_is_the_network_that_it_names(services):
    lan = resource("lan", "10.0.7.5/24", services=services)
    tenant = [*OFFICE, lan, allow(1, all_users=True, to=["lan"])]
    assert passes(tenant, "laptop", "10.0.7.200", 6, 22)


def test_equal_orders_are_decided_by_id():
    policies = [
        policy("b", 1, allow=True, all_users=True, resources=("wiki",)),
        policy("a", 1, allow=False, all_users=True, resources=("wiki",)),
    ]
    assert not passes([*OFFICE, *policies], "laptop", "10.0.0.5")
