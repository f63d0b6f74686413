from datetime import timedelta

from hypothesis import given, settings
from msgspec.structs import replace

from gatescale.policy.addresses import text
from gatescale.policy.decide import decide
from gatescale.policy.explain import Question
from gatescale.policy.model import Model
from gatescale.policy.program import Judge, Program
from gatescale.policy.region import Region
from gatescale.policy.vocabulary import Device, Policy, Tick
from gatescale.policy.what_if import Difference
from policy import strategies as some
from policy.reference import folded


@settings(max_examples=150)
@given(some.tenants(), some.packets(), some.times)
def test_a_gateway_decides_every_packet_as_the_reference_does(entities, packets, now):
    model = Model(entities, now)
    judges = {gateway: Judge(model.program(gateway)) for gateway in some.GATEWAYS}
    addresses = {e.id: e.addresses for e in entities if isinstance(e, Device)}
    for packet in packets:
        expected = decide(entities, packet, now).allow
        for source in addresses.get(packet.device, ()):
            judge = judges[packet.gateway]
            passed = judge.permits(source, packet.destination, packet.protocol, packet.port)
            assert passed == expected, packet


@settings(max_examples=300)
@given(some.tenants(), some.histories)
def test_a_model_that_followed_changes_equals_one_from_scratch(entities, history):
    model = Model(entities, some.SPRING_FORWARD)
    for changes, now in history:
        # Asked before each change, so that routes which are kept too long are found.
        routes = {device: model.routes(device) for device in some.DEVICES}
        effect = model.apply(changes, now)
        rerouted = {each for each in some.DEVICES if model.routes(each) != routes[each]}
        assert rerouted <= effect.devices
        entities = folded(entities, changes)
    fresh = Model(entities, model.now)
    assert sorted(model.entities(), key=repr) == sorted(entities, key=repr)
    assert dict(model.faults) == dict(fresh.faults)
    for gateway in some.GATEWAYS:
        assert model.program(gateway) == fresh.program(gateway)
    for device in some.DEVICES:
        assert model.routes(device) == fresh.routes(device)


@settings(max_examples=300)
@given(some.tenants(), some.histories)
def test_mistake_10_deltas_add_up_to_the_program(entities, history):
    model = Model(entities, some.SPRING_FORWARD)
    told = {gateway: model.program(gateway) for gateway in model.gateways}
    for changes, now in history:
        effect = model.apply(changes, now)
        told = {gateway: told.get(gateway, Program()) for gateway in model.gateways}
        assert set(effect.gateways) <= set(told)
        for gateway, delta in effect.gateways.items():
            before = told[gateway].whole()
            told[gateway].apply(delta)
            assert told[gateway].whole() != before
        for gateway, program in told.items():
            assert program == model.program(gateway)


@settings(max_examples=200)
@given(some.tenants(), some.times)
def test_between_the_times_that_are_due_time_changes_nothing(entities, end):
    model = Model(entities, some.SPRING_FORWARD)
    for minute in range(0, int((end - some.SPRING_FORWARD).total_seconds() // 60), 7):
        now = some.SPRING_FORWARD + timedelta(minutes=minute)
        while model.due is not None and model.due <= now:
            assert model.due > model.now
            model.apply([Tick()], model.due)
        fresh = Model(entities, now)
        for gateway in some.GATEWAYS:
            assert model.program(gateway) == fresh.program(gateway), now


@settings(max_examples=60)
@given(some.tenants(), some.packets(), some.times)
def test_an_explanation_says_what_the_reference_decides(entities, packets, now):
    model = Model(entities, now)
    policies = {e.id: e for e in entities if isinstance(e, Policy)}
    for packet in packets:
        question = Question(packet.device, packet.destination, packet.protocol, packet.port)
        verdict = model.explain(question)
        if verdict.gateway is None:
            assert not verdict.allow
            continue
        decision = decide(entities, replace(packet, gateway=verdict.gateway), now)
        assert (verdict.allow, verdict.policy) == (decision.allow, decision.policy)
        if verdict.policy:
            policy = policies[verdict.policy]
            assert policy.all_resources or verdict.resource in policy.resources


def state(model):
    programs = {gateway: model.program(gateway) for gateway in some.GATEWAYS}
    routes = {device: model.routes(device) for device in some.DEVICES}
    return programs, routes, sorted(model.entities(), key=repr), dict(model.faults), model.due


@settings(max_examples=200)
@given(some.tenants(), some.histories, some.times)
def test_what_would_happen_is_what_then_happens_and_asking_changes_nothing(entities, history, now):
    model = Model(entities, now)
    changes = [change for changes, _ in history for change in changes]
    before = {device: dict(model.reach(device)) for device in some.DEVICES}
    was = state(model)
    told = model.what_if(changes)
    assert state(model) == was
    fresh = Model(folded(entities, changes), now)
    after = {device: fresh.reach(device) for device in some.DEVICES}
    expected = {}
    for device in some.DEVICES:
        for resource in some.RESOURCES:
            old, new = (
                reach[device][resource].region if resource in reach[device] else Region()
                for reach in (before, after)
            )
            if old != new:
                gained, lost = new.subtract(old), old.subtract(new)
                is_whole = not (old and new)
                expected[device, resource] = Difference(resource, gained, lost, is_whole)
    assert expected == {
        (device, each.resource): each
        for consequence in told
        for device in consequence.devices
        for each in consequence.differences
    }


@settings(max_examples=100)
@given(some.tenants(), some.times)
def test_a_device_reaches_what_its_gateway_lets_pass(entities, now):
    model = Model(entities, now)
    for device in some.DEVICES:
        for access in model.reach(device).values():
            assert device in model.program(access.gateway).peers
            judge = Judge(model.program(access.gateway))
            first, _, offered = access.region.spans[0]
            low = offered[0][0]
            source = model.devices[device].addresses[0]
            packet = text(first), low // 65536, low % 65536
            assert judge.permits(source, *packet)
