from hypothesis import given, settings

from gatescale.policy.decide import decide
from gatescale.policy.model import Model
from gatescale.policy.program import Judge, Program
from gatescale.policy.vocabulary import Device
from policy import strategies as some
from policy.reference import folded


@settings(max_examples=150)
@given(some.tenants(), some.packets())
def test_a_gateway_decides_every_packet_as_the_reference_does(entities, packets):
    model = Model(entities)
    judges = {gateway: Judge(model.program(gateway)) for gateway in some.GATEWAYS}
    addresses = {e.id: e.addresses for e in entities if isinstance(e, Device)}
    for packet in packets:
        expected = decide(entities, packet).allow
        for source in addresses.get(packet.device, ()):
            judge = judges[packet.gateway]
            passed = judge.permits(source, packet.destination, packet.protocol, packet.port)
            assert passed == expected, packet


@settings(max_examples=300)
@given(some.tenants(), some.histories)
def test_a_model_that_followed_changes_equals_one_from_scratch(entities, history):
    model = Model(entities)
    for changes in history:
        # Asked before each change, so that routes which are kept too long are found.
        routes = {device: model.routes(device) for device in some.DEVICES}
        effect = model.apply(changes)
        rerouted = {each for each in some.DEVICES if model.routes(each) != routes[each]}
        assert rerouted <= effect.devices
        entities = folded(entities, changes)
    fresh = Model(entities)
    assert sorted(model.entities(), key=repr) == sorted(entities, key=repr)
    assert dict(model.faults) == dict(fresh.faults)
    for gateway in some.GATEWAYS:
        assert model.program(gateway) == fresh.program(gateway)
    for device in some.DEVICES:
        assert model.routes(device) == fresh.routes(device)


@settings(max_examples=300)
@given(some.tenants(), some.histories)
def test_mistake_10_deltas_add_up_to_the_program(entities, history):
    model = Model(entities)
    told = {gateway: model.program(gateway) for gateway in model.gateways}
    for changes in history:
        effect = model.apply(changes)
        told = {gateway: told.get(gateway, Program()) for gateway in model.gateways}
        assert set(effect.gateways) <= set(told)
        for gateway, delta in effect.gateways.items():
            before = told[gateway].whole()
            told[gateway].apply(delta)
            assert told[gateway].whole() != before
        for gateway, program in told.items():
            assert program == model.program(gateway)
