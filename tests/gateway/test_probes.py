"""A gateway tests itself, with a real kernel; topology in ``world.py``."""

import asyncio
import sys
from contextlib import asynccontextmanager, contextmanager

import pytest

from gatescale.gateway import knocks, probes, reach
from gatescale.gateway.agent import Agent
from gatescale.gateway.journal import Journal
from gatescale.gateway.state import Desired, Surroundings
from gatescale.policy.program import Program
from gatescale.wire.messages import KNOCK, Probe, Target, knock, knock_hash
from gateway.controller import GATEWAY_ID, Controller, lease, update
from gateway.world import NETWORKS, PORT, Datagrams, allow, echo

pytestmark = pytest.mark.net

ONE, OTHER = "1" * 32, "2" * 32
PLACES = {"10.1.0.2": "10.1.0.1", "fd01::2": "fd01::1"}
"""Where the office sends from, and where to."""


@contextmanager
def rule(namespace, hook, text):
    table = (
        f"table inet wall {{\n chain c {{ type filter hook {hook} priority 0; {text};\n }}\n}}\n"
    )
    namespace.run("nft", "-f", "-", stdin=table)
    try:
        yield
    finally:
        namespace.run("nft", "delete", "table", "inet", "wall")


@asynccontextmanager
async def sending(world, *payloads, to=PORT):
    """Have the office send these to the gateway again and again, over IPv4 and IPv6."""

    async def send():
        senders = {place: Datagrams(world.office, place) for place in PLACES}
        while True:
            for (place, sender), payload in zip(senders.items(), payloads, strict=False):
                await sender.send(PLACES[place], to, payload)
            await asyncio.sleep(0.01)

    task = asyncio.create_task(send())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def enforced(world):
    await world.enforce(Program())


async def test_knocks_are_heard_on_the_port_that_wireguard_holds(world):
    await enforced(world)
    hashes = {knock_hash(ONE), knock_hash(OTHER)}
    async with sending(world, knock(ONE), knock(OTHER)):
        assert await knocks.heard(hashes, 10) == {ONE: PORT, OTHER: PORT}


async def test_knocks_that_go_astray_are_heard_where_they_come(world):
    await enforced(world)
    async with sending(world, knock(ONE), knock(ONE), to=9):
        assert await knocks.heard({knock_hash(ONE)}, 10) == {ONE: 9}


@pytest.mark.parametrize(
    "payload",
    [b"", b"\x04\0\0\0" + bytes(100), KNOCK, KNOCK[:4] + bytes(44), KNOCK + b"\xff" * 32],
)
async def test_what_is_no_knock_is_not_heard(world, payload):
    async with sending(world, payload, payload):
        assert await knocks.heard({knock_hash(ONE)}, 0.3) == {}


async def test_whoever_knocks_too_often_is_not_listened_to_for_long(world, monkeypatch):
    monkeypatch.setattr(knocks, "ENOUGH", 10)
    async with sending(world, knock(OTHER), knock(OTHER)), asyncio.timeout(10):
        assert await knocks.heard({knock_hash(ONE)}, 3600) == {}


async def test_a_local_firewall_keeps_knocks_away(world):
    await enforced(world)
    with rule(world.gateway, "input", f"udp dport {PORT} drop"):
        async with sending(world, knock(ONE), knock(ONE)):
            assert await knocks.heard({knock_hash(ONE)}, 0.3) == {}


async def test_targets_are_tried_each_in_its_way(world):
    targets = {
        Target("10.1.0.2/32"): "answered",
        Target("fd01::2/128"): "answered",
        Target("10.1.0.1/32"): "answered",
        Target("10.1.0.2/32", 7): "connected",
        Target("10.1.0.2/32", 8): "refused",
        Target("fd01::2/128", 8): "refused",
        Target("10.1.0.3/32", 7): "silent",
        Target("10.1.0.0/24"): "routed",
        Target("fd01::/64"): "routed",
        Target("198.51.100.7/32"): "unreachable",
        Target("198.51.100.7/32", 7): "unreachable",
        Target("198.51.100.0/24"): "unreachable",
        Target("2001:db8::1/128"): "unreachable",
    }
    with rule(world.office, "input", "ip daddr 10.1.0.3 drop"):
        async with echo(world.office, "10.1.0.2", 7):
            found = await reach.outcomes(list(targets))
    assert dict(zip(targets, found, strict=True)) == targets


async def test_what_the_gateway_itself_forbids_is_told_apart(world):
    with rule(world.gateway, "output", "ip daddr 10.1.0.2 drop"):
        assert await reach.outcomes([Target("10.1.0.2/32")]) == ("barred",)


async def test_without_the_right_to_raw_sockets_that_is_what_is_said(world):
    script = """
import asyncio
from gatescale.gateway import knocks, reach
from gatescale.wire.messages import Target

print(*asyncio.run(reach.outcomes([Target("10.1.0.2/32"), Target("10.1.0.2/32", 8)])))
try:
    asyncio.run(knocks.heard({"a hash"}, 1))
except PermissionError:
    print("deaf")
"""
    bare = ("setpriv", "--bounding-set", "-net_raw", sys.executable, "-c", script)
    assert world.gateway.run(*bare).split() == ["barred", "refused", "deaf"]


async def test_a_ping_that_gets_lost_is_repeated(world):
    counted = (
        "ip daddr 10.1.0.2 icmp type echo-request limit rate over 1/day burst 1 packets accept"
    )
    dropped = f"{counted}; ip daddr 10.1.0.2 icmp type echo-request drop"
    with rule(world.office, "input", dropped):
        assert await reach.outcomes([Target("10.1.0.2/32")]) == ("answered",)


async def test_what_others_removed_is_missing_in_the_report(world):
    async def report():
        probe = Probe(GATEWAY_ID, "1", (), ())
        return await probes.answer(probe, world.enforcement, lambda: 7.0, lapsed=False, error="")

    desired = Desired(Surroundings(NETWORKS, PORT, masquerade=True), Program())
    await world.enforcement.enforce(desired)
    whole = await report()
    assert (whole.interface, whole.table, whole.listen_port) == (True, True, PORT)
    assert (whole.clock, whole.listened, whole.error) == (7.0, True, "")
    assert whole.forwarding == {"IPv4": True, "IPv6": True}
    world.gateway.run("nft", "delete", "table", "inet", f"gatescale-{world.interface}")
    world.gateway.run("ip", "link", "del", world.interface)
    world.gateway.run("sysctl", "-qw", "net.ipv6.conf.all.forwarding=0")
    bare = await report()
    assert (bare.interface, bare.table, bare.listen_port) == (False, False, 0)
    assert bare.forwarding == {"IPv4": True, "IPv6": False}
    assert not await world.enforcement.upholds(desired)
    await enforced(world)
    assert (await report()).forwarding == whole.forwarding


async def test_an_agent_answers_its_own_probes_beside_its_work(world, tmp_path):
    controller, now = Controller(), 1_000_000.0
    enforcement = world.new_enforcement()
    agent = Agent(
        GATEWAY_ID,
        channel=controller,
        journal=Journal(tmp_path, controller.public_key),
        enforcement=enforcement,
        clock=lambda: now,
    )
    await agent.restore()
    running = asyncio.create_task(agent.run())
    try:
        controller.say(update(1, world.program(alice=(allow("two"),)).whole()))
        controller.say(Probe(GATEWAY_ID, "0", (), ()))
        first = await controller.told("probes")
        assert (first.id, first.lapsed, first.listen_port) == ("0", True, PORT)
        controller.say(Probe("another", "1", (), ()))
        hashes = (knock_hash(ONE),)
        for number in range(2, 6):  # two at a time are answered
            controller.say(Probe(GATEWAY_ID, str(number), hashes, (Target("10.1.0.2/32"),)))
        controller.say(lease(int(now) + 60))
        assert (await controller.ack()).revision == 1, "no probe delays what is to be enforced"
        async with sending(world, knock(ONE), knock(ONE)):
            reports = [await controller.told("probes") for _ in range(2)]
        assert {report.id for report in reports} == {"2", "3"}
        assert [(report.lapsed, report.heard) for report in reports] == [(False, {ONE: PORT})] * 2
        controller.say(Probe(GATEWAY_ID, "6", (), ()))
        assert (await controller.told("probes")).id == "6"
    finally:
        running.cancel()
        await asyncio.wait([running])
        enforcement.close()
