"""The agent with a real kernel and a controller of the test's own."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest

from gatescale.channel.controller import DismissedError
from gatescale.gateway.agent import Agent
from gatescale.gateway.journal import Journal
from gatescale.gateway.report import Report
from gatescale.gateway.state import between
from gatescale.policy.program import Delta, Peer, Program
from gatescale.wire.messages import GatewayStatus
from gateway.controller import GATEWAY_ID, Controller, lease, update
from gateway.world import Stream, allow, deny, echo, is_lost, is_unanswered, passes

pytestmark = pytest.mark.net


class Clock:
    """Time that stands still until told otherwise."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def controller():
    return Controller()


@pytest.fixture
def start(world, controller, clock, tmp_path):
    """Run an agent that knows only what the folder holds."""

    @asynccontextmanager
    async def started():
        enforcement = world.new_enforcement()
        agent = Agent(
            GATEWAY_ID,
            channel=controller,
            journal=Journal(tmp_path, controller.public_key),
            enforcement=enforcement,
            clock=clock,
        )
        await agent.restore()
        agent.running = asyncio.create_task(agent.run())
        try:
            yield agent
        finally:
            agent.running.cancel()
            await asyncio.wait([agent.running])
            enforcement.close()

    return started


async def test_a_program_is_enforced_acknowledged_and_changed(world, controller, clock, start):
    both = world.program(alice=(allow("two"),), bob=(allow("two"),))
    only_bob = world.program(bob=(allow("two"),))
    async with start(), echo(world.office, "10.1.0.2", 7):
        controller.say(lease(int(clock.now) + 60))
        controller.say(update(4, both.whole()))
        assert (await controller.ack()).revision == 4
        assert await passes(world.alice.namespace, "10.1.0.2", 7)
        controller.say(update(9, between(both, only_bob), base=4))
        ack = await controller.ack()
        assert (ack.revision, ack.error) == (9, "")
        assert await is_lost(world.alice.namespace, "10.1.0.2", 7)
        assert await passes(world.bob.namespace, "10.1.0.2", 7)


async def test_a_restarted_agent_enforces_what_it_held_and_ends_no_stream(
    world, controller, clock, start
):
    program = world.program(alice=(allow("two"),))
    async with echo(world.office, "10.1.0.2", 7):
        async with start():
            controller.say(lease(int(clock.now) + 60))
            controller.say(update(4, program.whole()))
            await controller.ack()
            stream = await Stream.open(world.alice.namespace, "10.1.0.2", 7)
        assert await stream.works(), "nobody runs, and nothing is open or shut that was not before"
        assert await controller.resumed_from.get() is None
        controller.reachable = False
        async with start() as agent:
            assert agent.report(Report()).revision == 4
            assert await stream.works()
            assert await controller.resumed_from.get() == 4


async def test_grants_lapse_with_the_lease_and_come_back_with_a_new_one(
    world, controller, clock, start
):
    async with start() as agent, echo(world.office, "10.1.0.2", 7):
        controller.say(lease(int(clock.now) + 60))
        controller.say(update(4, world.program(alice=(allow("two"),)).whole()))
        await controller.ack()
        stream = await Stream.open(world.alice.namespace, "10.1.0.2", 7)
        controller.go_away()
        clock.now += 61
        await until(agent, lambda report: report.lapsed and report.peers == 0)
        assert await stream.is_cut()
        assert world.gateway.run("wg", "show", world.interface, "peers") == ""
        controller.say(lease(int(clock.now) + 60))
        await until(agent, lambda report: not report.lapsed)
        world.alice.shake_hands_anew()
        assert await passes(world.alice.namespace, "10.1.0.2", 7)


async def test_a_lease_that_ended_while_nobody_ran_is_not_enforced(world, controller, clock, start):
    async with echo(world.office, "10.1.0.2", 7):
        async with start():
            controller.say(lease(int(clock.now) + 60))
            controller.say(update(4, world.program(alice=(allow("two"),)).whole()))
            await controller.ack()
        clock.now += 61
        async with start():
            assert await is_lost(world.alice.namespace, "10.1.0.2", 7)


async def test_without_a_program_to_believe_nothing_passes(
    world, controller, clock, start, tmp_path
):
    async with echo(world.office, "10.1.0.2", 7):
        async with start():
            controller.say(lease(int(clock.now) + 60))
            controller.say(update(4, world.program(alice=(allow("two"),)).whole()))
            await controller.ack()
        assert await passes(world.alice.namespace, "10.1.0.2", 7)
        (tmp_path / "program.journal").write_bytes(b"damaged\n")
        async with start():
            assert await is_lost(world.alice.namespace, "10.1.0.2", 7)
            assert world.gateway.run("wg", "show", world.interface, "peers") == ""


async def test_a_gap_makes_the_agent_ask_for_the_whole(world, controller, clock, start):
    program = world.program(alice=(allow("two"),))
    async with start():
        controller.say(lease(int(clock.now) + 60))
        controller.say(update(4, program.whole()))
        await controller.ack()
        assert await controller.resumed_from.get() is None
        controller.say(update(9, Delta(peers={"alice": None}), base=7))
        assert await controller.resumed_from.get() is None
        controller.say(update(9, program.whole()))
        while (ack := await controller.ack()).revision != 9:
            assert not ack.error


async def test_what_cannot_be_enforced_is_told_and_leaves_all_as_it_was(
    world, controller, clock, start
):
    program = world.program(alice=(allow("two"),))
    broken = Delta(profiles={"new": (allow("nowhere"),)})
    async with start(), echo(world.office, "10.1.0.2", 7):
        controller.say(lease(int(clock.now) + 60))
        controller.say(update(4, program.whole()))
        await controller.ack()
        controller.say(update(5, broken, base=4))
        ack = await controller.ack()
        assert ack.revision == 5
        assert "nowhere" in ack.error
        assert await passes(world.alice.namespace, "10.1.0.2", 7)
        assert await controller.resumed_from.get() is None
        assert await controller.resumed_from.get() is None, "the whole is asked for"
        controller.say(update(6, world.program(alice=(deny("two"),)).whole()))
        while (ack := await controller.ack()).revision != 6:
            pass
        assert not ack.error
        assert await is_lost(world.alice.namespace, "10.1.0.2", 7)


async def test_a_deleted_gateway_lets_nothing_pass_and_stops(world, controller, clock, start):
    async with start() as agent, echo(world.office, "10.1.0.2", 7):
        controller.say(lease(int(clock.now) + 60))
        controller.say(update(4, world.program(alice=(allow("two"),)).whole()))
        await controller.ack()
        controller.dismiss("deleted")
        with pytest.raises(DismissedError):
            await agent.running
        assert await is_lost(world.alice.namespace, "10.1.0.2", 7)


async def test_a_flushed_table_comes_back(world, controller, clock, start):
    async with start() as agent, echo(world.office, "10.1.0.3", 7):
        controller.say(lease(int(clock.now) + 60))
        controller.say(update(4, world.program(alice=(allow("two"),)).whole()))
        await controller.ack()
        agent.changed.clear()
        world.gateway.run("nft", "flush", "ruleset")
        await asyncio.wait_for(agent.changed.wait(), 10)
        assert await is_lost(world.alice.namespace, "10.1.0.3", 7)


async def test_handshakes_are_reported_by_device(world, controller, clock, start):
    async with start(), echo(world.office, "10.1.0.2", 7):
        controller.say(lease(int(clock.now) + 60))
        both = world.program(alice=(allow("two"),), bob=(allow("two"),))
        controller.say(update(4, both.whole()))
        await controller.ack()
        assert await passes(world.alice.namespace, "10.1.0.2", 7)
        status = GatewayStatus("")
        while not status.handshakes:
            path, status = await asyncio.wait_for(controller.sent.get(), 10)
            assert path == "status"
        assert status.handshakes.keys() == {"alice"}


async def test_an_address_that_passes_on_is_never_open_to_the_key_before(
    world, controller, clock, start
):
    """Alice's address passes to bob's key: her own must not enjoy what the address may now."""
    before = world.program(alice=(allow("two"),))
    after = Program(
        {"bob": Peer(world.bob.public_key, world.alice.addresses, "of-alice")},
        before.profiles,
        before.destinations,
    )
    async with start(), echo(world.office, "10.1.0.2", 7):
        controller.say(lease(int(clock.now) + 60))
        controller.say(update(4, before.whole()))
        await controller.ack()
        assert await passes(world.alice.namespace, "10.1.0.2", 7)
        controller.say(update(5, between(before, after), base=4))
        await controller.ack()
        assert await is_lost(world.alice.namespace, "10.1.0.2", 7)
        peers = world.gateway.run("wg", "show", world.interface, "peers")
        assert peers.split() == [world.bob.public_key]


async def until(agent, condition):
    """Wait until the agent's report is as it should be."""
    async with asyncio.timeout(10):
        while not condition(agent.report(Report())):
            agent.changed.clear()
            await agent.changed.wait()


async def test_what_was_denied_without_a_controller_is_told_later(world, controller, clock, start):
    async with start():
        controller.say(lease(int(clock.now) + 60))
        controller.say(update(4, world.program(alice=(allow("web"),)).whole()))
        await controller.ack()
        controller.reachable = False
        assert await is_unanswered(world.alice.namespace, "10.1.0.2", 22)
        await controller.refused("denials")
        controller.reachable = True
        (denial,) = (await controller.told("denials")).denials
    assert (denial.device_id, denial.destination) == ("alice", "10.1.0.2")
    assert (denial.protocol, denial.port) == (socket.IPPROTO_TCP, 22)
    assert denial.packets >= 1
    assert clock.now - 20 < denial.at <= clock.now
