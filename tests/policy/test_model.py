"""What a change touches, and what it leaves alone."""

from msgspec.structs import replace

from gatescale.policy.model import Model
from gatescale.policy.program import Program, Rule
from gatescale.policy.vocabulary import Kind, Put, Remove
from policy.given import SSH, WEB, allow, deny, device, gateway, resource, user

ANN = user("ann", "staff")
BOB = user("bob", "guests")
TENANT = [
    ANN,
    device("laptop", "ann"),
    device("phone", "ann", host=2),
    BOB,
    device("pad", "bob", host=3),
    gateway(),
    gateway("plant"),
    resource("wiki", "10.0.0.5/32"),
    resource("lan", "10.0.0.0/24"),
    resource("press", "10.1.0.0/24", at=["plant"]),
    allow(1, groups=("staff",), to=["lan"]),
    allow(2, groups=("guests",), to=["press"]),
]


def test_a_device_is_a_peer_only_where_it_has_a_grant():
    model = Model(TENANT)
    assert set(model.program("office").peers) == {"laptop", "phone"}
    assert set(model.program("plant").peers) == {"pad"}


def test_a_removed_device_leaves_its_gateways_and_no_other_is_told():
    model = Model(TENANT)
    effect = model.apply([Remove(Kind.DEVICE, "laptop")])
    assert set(effect.gateways) == {"office"}
    assert effect.gateways["office"].peers == {"laptop": None}
    assert not effect.gateways["office"].profiles
    assert not effect.gateways["office"].destinations
    assert effect.devices == {"laptop"}


def test_with_the_last_device_goes_all_that_only_it_needed():
    model = Model(TENANT)
    effect = model.apply([Remove(Kind.DEVICE, "pad")])
    plant = effect.gateways["plant"]
    assert plant.peers == {"pad": None}
    assert list(plant.profiles.values()) == [None]
    assert plant.destinations == {"allow 2": None}
    assert model.program("plant") == Program()


def test_a_deactivated_user_leaves_and_comes_back():
    model = Model(TENANT)
    before = model.program("office")
    effect = model.apply([Put(replace(ANN, active=False))])
    assert effect.gateways["office"].peers == {"laptop": None, "phone": None}
    assert model.program("office") == Program()
    model.apply([Put(ANN)])
    assert model.program("office") == before


def test_devices_with_the_same_policies_share_a_profile():
    model = Model(TENANT)
    program = model.program("office")
    assert len(program.profiles) == 1
    assert {peer.profile for peer in program.peers.values()} == set(program.profiles)


def test_a_policy_touches_the_devices_of_its_sources_only():
    model = Model(TENANT)
    effect = model.apply([Put(allow(3, groups=("staff",), to=["press"]))])
    assert effect.devices == {"laptop", "phone"}
    assert set(effect.gateways) == {"plant"}
    assert set(effect.gateways["plant"].peers) == {"laptop", "phone"}
    effect = model.apply([Remove(Kind.POLICY, "allow 3")])
    assert effect.devices == {"laptop", "phone"}
    assert effect.gateways["plant"].peers == {"laptop": None, "phone": None}


def test_an_edited_resource_changes_destinations_and_no_profile():
    model = Model(TENANT)
    effect = model.apply([Put(resource("lan", "10.0.0.0/25"))])
    assert set(effect.gateways) == {"office"}
    delta = effect.gateways["office"]
    assert set(delta.destinations) == {"allow 1"}
    assert not delta.peers
    assert not delta.profiles
    assert effect.devices == {"laptop", "phone"}


def test_an_edited_resource_that_nobody_names_touches_nothing():
    model = Model(TENANT)
    effect = model.apply([Put(resource("wiki", "10.0.0.6/32"))])
    assert not effect.gateways
    assert not effect.devices


def test_a_resource_that_empties_sends_the_peers_away():
    model = Model(TENANT)
    delta = model.apply([Put(resource("lan"))]).gateways["office"]
    assert delta.peers == {"laptop": None, "phone": None}


def test_a_deny_that_leaves_nothing_sends_the_peers_away():
    model = Model(TENANT)
    model.apply([Put(deny(0, users=("ann",), to=["lan"]))])
    assert model.program("office") == Program()
    model.apply([Put(resource("lan", "10.0.0.0/24", services=[WEB]))])
    assert model.program("office") == Program()


def test_a_deny_that_grows_over_the_allow_sends_the_peers_away_and_back():
    part = resource("part", "10.0.0.0/25")
    model = Model([*TENANT, part, deny(0, users=("ann",), to=["part"])])
    assert set(model.program("office").peers) == {"laptop", "phone"}
    model.apply([Put(resource("part", "10.0.0.0/23"))])
    assert model.program("office") == Program()
    model.apply([Put(part)])
    assert set(model.program("office").peers) == {"laptop", "phone"}


def test_policies_that_change_places_change_the_profile():
    deny_first = deny(0, users=("ann",), to=["wiki"])
    model = Model([*TENANT, deny_first])
    effect = model.apply([Put(replace(deny_first, order=5))])
    assert list(model.program("office").profiles.values()) == [
        (Rule(allow=True, destination="allow 1"),)
    ]
    assert set(effect.gateways["office"].peers) == {"laptop", "phone"}
    assert effect.gateways["office"].destinations == {"deny 0": None}


def test_denies_after_the_last_allow_are_left_out():
    policies = [
        deny(0, all_users=True, to=["wiki"]),
        deny(9, all_users=True, to=["lan"]),
    ]
    program = Model([*TENANT, *policies]).program("office")
    assert list(program.profiles.values()) == [
        (Rule(allow=False, destination="deny 0"), Rule(allow=True, destination="allow 1"))
    ]
    assert set(program.destinations) == {"deny 0", "allow 1"}


def test_a_deny_is_sent_only_where_it_touches_what_is_served():
    program = Model([*TENANT, deny(0, all_users=True, to=["wiki"])]).program("plant")
    assert list(program.profiles.values()) == [(Rule(allow=True, destination="allow 2"),)]


def test_a_deny_appears_when_another_resource_comes_into_its_reach():
    model = Model([*TENANT, deny(0, all_users=True, to=["wiki"])])
    effect = model.apply([Put(resource("press", "10.0.0.0/16", at=["plant"]))])
    rules = [rules for rules in effect.gateways["plant"].profiles.values() if rules]
    assert rules == [
        (Rule(allow=False, destination="deny 0"), Rule(allow=True, destination="allow 2"))
    ]


def test_the_key_of_a_profile_tells_allow_from_deny():
    model = Model([*TENANT, allow(0, users=("ann",), to=["wiki"])])
    (before,) = model.program("office").profiles
    turned = replace(allow(0, users=("ann",), to=["wiki"]), allow=False)
    model.apply([Put(turned)])
    (after,) = model.program("office").profiles
    assert before != after


def test_a_removed_group_is_taken_out_of_users_and_policies():
    model = Model(TENANT)
    effect = model.apply([Remove(Kind.GROUP, "staff")])
    assert effect.gateways["office"].peers == {"laptop": None, "phone": None}
    assert model.users["ann"].groups == ()
    assert not [policy for policy in model.entities() if "staff" in getattr(policy, "groups", ())]
    model.apply([Put(ANN)])
    assert model.program("office") == Program()


def test_a_change_that_changes_nothing_has_no_effect():
    model = Model(TENANT)
    effect = model.apply([*(Put(entity) for entity in TENANT), Remove(Kind.USER, "unknown")])
    assert not effect.gateways
    assert not effect.devices


def test_changes_that_undo_each_other_have_no_effect_on_gateways():
    model = Model(TENANT)
    changes = [Remove(Kind.USER, "ann"), Remove(Kind.POLICY, "allow 1"), *map(Put, TENANT)]
    assert not model.apply(changes).gateways


def test_a_gateway_that_becomes_unavailable_reroutes_its_devices_and_no_others():
    model = Model(TENANT)
    effect = model.apply([Put(gateway(available=False))])
    assert not effect.gateways
    assert effect.devices == {"laptop", "phone"}


def test_a_new_gateway_gets_its_whole_program():
    model = Model([entity for entity in TENANT if entity != gateway()])
    assert model.program("office") == Program()
    effect = model.apply([Put(gateway(key=""))])
    assert effect.gateways["office"] == Model(TENANT).program("office").whole()
    assert effect.devices == {"laptop", "phone"}


def test_a_removed_gateway_is_not_told_and_its_devices_are_rerouted():
    model = Model(TENANT)
    effect = model.apply([Remove(Kind.GATEWAY, "office")])
    assert not effect.gateways
    assert effect.devices == {"laptop", "phone"}
    assert model.routes("laptop") == ()


def test_a_network_that_cannot_be_read_is_named_and_the_rest_holds():
    broken = resource("lan", "10.0.0.0/33", "10.0.0.0/24")
    model = Model([*(each for each in TENANT if each.id != "lan"), broken])
    assert set(model.faults) == {"lan"}
    assert model.faults["lan"].startswith("10.0.0.0/33 is left out: ")
    assert set(model.program("office").peers) == {"laptop", "phone"}
    model.apply([Put(resource("lan", "10.0.0.0/24"))])
    assert not model.faults


def test_a_service_that_cannot_be_read_does_not_open_every_port():
    broken = resource("lan", "10.0.0.0/24", services=[replace(SSH, protocol="SCTP")])
    model = Model([*(each for each in TENANT if each.id != "lan"), broken])
    assert model.faults["lan"] == "10.0.0.0/24 is left out: 'SCTP' is no known protocol."
    assert model.program("office") == Program()


def test_a_device_whose_address_cannot_be_read_is_kept_away_from_gateways():
    broken = replace(device("laptop", "ann"), addresses=("100.64.0.1", "nowhere"))
    model = Model([*(each for each in TENANT if each.id != "laptop"), broken])
    assert set(model.faults) == {"laptop"}
    assert set(model.program("office").peers) == {"phone"}
    assert model.routes("laptop") == ()
    model.apply([Remove(Kind.DEVICE, "laptop")])
    assert not model.faults


def test_a_changed_device_address_is_told():
    model = Model(TENANT)
    moved = device("laptop", "ann", host=9)
    effect = model.apply([Put(moved)])
    assert effect.gateways["office"].peers["laptop"].addresses == moved.addresses
    assert effect.devices == {"laptop"}
