"""Real packets through a real gateway; the topology is drawn in world.py."""

import pytest

from gatescale.policy.program import Program
from gateway.world import (
    Datagrams,
    Stream,
    allow,
    deny,
    echo,
    is_lost,
    is_unanswered,
    passes,
)

pytestmark = pytest.mark.net

OFFICE = pytest.mark.parametrize(
    ("two", "three"), [("10.1.0.2", "10.1.0.3"), ("fd01::2", "fd01::3")]
)


@OFFICE
async def test_what_is_allowed_passes_and_nothing_else(world, two, three):
    await world.enforce(world.program(alice=(allow("two"),), bob=(allow("three"),)))
    async with echo(world.office, two, 7), echo(world.office, three, 7):
        assert await passes(world.alice.namespace, two, 7)
        assert await is_lost(world.alice.namespace, three, 7)
        assert await passes(world.bob.namespace, three, 7)
        assert await is_lost(world.bob.namespace, two, 7)


@OFFICE
async def test_overlapping_destinations_are_decided_in_order(world, two, three):
    await world.enforce(
        world.program(alice=(deny("three"), allow("office")), bob=(allow("office"), deny("three")))
    )
    async with echo(world.office, two, 7), echo(world.office, three, 7):
        assert await passes(world.alice.namespace, two, 7)
        assert await is_lost(world.alice.namespace, three, 7)
        assert await passes(world.bob.namespace, three, 7)


@OFFICE
async def test_only_the_allowed_port_and_protocol_pass(world, two, three):
    await world.enforce(world.program(alice=(allow("web"),)))
    async with echo(world.office, two, 80), echo(world.office, two, 81):
        stream = await Stream.open(world.alice.namespace, two, 80)
        assert await stream.works()
        assert await is_unanswered(world.alice.namespace, two, 81)
        assert await is_lost(world.alice.namespace, two, 80)


@OFFICE
async def test_an_established_stream_ends_with_its_grant_and_others_live_on(world, two, three):
    await world.enforce(world.program(alice=(allow("two"), allow("three")), bob=(allow("two"),)))
    async with echo(world.office, two, 7), echo(world.office, three, 7):
        lost = await Stream.open(world.alice.namespace, two, 7)
        kept = await Stream.open(world.alice.namespace, three, 7)
        other = await Stream.open(world.bob.namespace, two, 7)
        for stream in (lost, kept, other):
            assert await stream.works()
        await world.enforce(world.program(alice=(allow("three"),), bob=(allow("two"),)))
        assert await lost.is_cut()
        assert await kept.works()
        assert await other.works()


@OFFICE
@pytest.mark.parametrize("masquerade", [True, False])
async def test_a_datagram_stream_to_a_device_stops_with_the_grant(world, two, three, masquerade):
    program = world.program(alice=(allow("two"), allow("three")))
    await world.enforce(program, masquerade=masquerade)
    office = Datagrams(world.office, two, 7)
    alice = Datagrams(world.alice.namespace, "::" if ":" in two else "0.0.0.0")
    await alice.send(two, 7)
    _, sender = await office.receive()
    await office.send(*sender)
    assert await alice.receive()
    await world.enforce(world.program(alice=(allow("three"),)), masquerade=masquerade)
    await office.send(*sender)
    assert await alice.receives_nothing()
    await alice.send(two, 7)
    assert await office.receives_nothing()


@OFFICE
async def test_a_removed_device_loses_its_packets_both_ways(world, two, three):
    both = world.program(alice=(allow("two"),), bob=(allow("two"),))
    await world.enforce(both, masquerade=False)
    office = Datagrams(world.office, two, 7)
    alice = Datagrams(world.alice.namespace, "::" if ":" in two else "0.0.0.0")
    await alice.send(two, 7)
    _, sender = await office.receive()
    await world.enforce(world.program(bob=(allow("two"),)), masquerade=False)
    await office.send(*sender)
    assert await alice.receives_nothing()
    await alice.send(two, 7)
    assert await office.receives_nothing()
    peers = world.gateway.run("wg", "show", world.interface, "peers")
    assert peers.split() == [world.bob.public_key]


@OFFICE
async def test_nobody_opens_a_flow_to_a_device(world, two, three):
    everything = (allow("office"), allow("devices"))
    await world.enforce(world.program(alice=everything, bob=everything), masquerade=False)
    address = world.alice.addresses[":" in two]
    async with echo(world.alice.namespace, address, 7), echo(world.office, two, 7):
        assert await passes(world.alice.namespace, two, 7), "the tunnel is up"
        assert await is_lost(world.office, address, 7)
        assert await is_lost(world.bob.namespace, address, 7)
        assert await is_lost(world.gateway, address, 7)


@OFFICE
async def test_a_forged_source_is_refused(world, two, three):
    await world.enforce(world.program(alice=(allow("two"),), bob=(allow("three"),)))
    of_alice = world.alice.addresses[":" in two]
    prefix = 128 if ":" in two else 32
    quick = ("nodad",) if ":" in two else ()
    world.bob.namespace.run("ip", "address", "add", f"{of_alice}/{prefix}", "dev", "lo", *quick)
    office = Datagrams(world.office, two, 7)
    try:
        assert await is_lost(world.bob.namespace, two, 7, source=of_alice)
        assert await office.receives_nothing()
    finally:
        world.bob.namespace.run("ip", "address", "del", f"{of_alice}/{prefix}", "dev", "lo")
        office.close()


async def test_the_gateway_itself_is_reached_only_with_a_grant(world):
    async with echo(world.gateway, "10.1.0.1", 53), echo(world.gateway, "10.1.0.1", 54):
        await world.enforce(world.program(alice=(allow("gateway"),), bob=(allow("two"),)))
        assert await passes(world.alice.namespace, "10.1.0.1", 53)
        assert await is_lost(world.alice.namespace, "10.1.0.1", 54)
        assert await is_lost(world.bob.namespace, "10.1.0.1", 53)


@OFFICE
async def test_a_stream_survives_unrelated_changes_and_a_new_table(world, two, three):
    await world.enforce(world.program(alice=(allow("two"),), bob=(allow("two"),)))
    async with echo(world.office, two, 7):
        stream = await Stream.open(world.alice.namespace, two, 7)
        assert await stream.works()
        await world.enforce(world.program(alice=(allow("two"),)))
        assert await stream.works()
        await world.enforce(world.program(alice=(deny("three"), allow("office"))))
        assert await stream.works(), "another policy allows it as well"
        world.enforcement.close()
        world.enforcement = world.new_enforcement()
        await world.enforce(world.program(alice=(deny("three"), allow("office"))))
        assert await stream.works()


@OFFICE
async def test_a_flow_judged_anew_is_found_by_the_change_after(world, two, three):
    """Its sender is silent meanwhile, so only the gateway itself can have marked it."""
    await world.enforce(world.program(alice=(allow("two"),)))
    office = Datagrams(world.office, two, 7)
    alice = Datagrams(world.alice.namespace, "::" if ":" in two else "0.0.0.0")
    await alice.send(two, 7)
    _, sender = await office.receive()
    await world.enforce(world.program(alice=(deny("three"), allow("office"))))
    await office.send(*sender)
    assert await alice.receive()
    await world.enforce(world.program(alice=(allow("three"),)))
    await office.send(*sender)
    assert await alice.receives_nothing()


@OFFICE
async def test_the_empty_program_lets_nothing_pass(world, two, three):
    await world.enforce(Program())
    async with echo(world.office, two, 7):
        assert await is_lost(world.alice.namespace, two, 7)


async def test_ping_passes(world):
    await world.enforce(world.program(alice=(allow("two"),)))
    world.alice.namespace.run("ping", "-c1", "-W2", "10.1.0.2")
    world.alice.namespace.run("ping", "-c1", "-W2", "fd01::2")
