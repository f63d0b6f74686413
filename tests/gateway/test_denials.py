"""What is denied is counted by the kernel and told, with a real gateway's packets."""

import pytest

from gatescale.gateway.denials import KEPT_AT_MOST, Count, Denied, Tally
from gatescale.wire.messages import MAX_DENIALS, Denial
from gateway.world import Stream, allow, deny, echo, is_lost, is_unanswered

IPV4, IPV6 = ("10.1.0.2", "10.1.0.3"), ("fd01::2", "fd01::3")
TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58


async def counted(world, source: str) -> dict[tuple[str, int, int], int]:
    found = (await world.enforcement.denied()).items()
    return {(d.destination, d.protocol, d.port): c.packets for d, c in found if d.source == source}


@pytest.mark.net
@pytest.mark.parametrize(("two", "three"), [IPV4, IPV6])
async def test_the_kernel_counts_what_it_denies_and_nothing_else(world, two, three):
    await world.enforce(world.program(alice=(deny("three"), allow("web"))))
    source = world.alice.addresses[":" in two]
    async with echo(world.office, two, 80):
        assert await (await Stream.open(world.alice.namespace, two, 80)).works()
        assert await counted(world, source) == {}
        assert await is_unanswered(world.alice.namespace, two, 81)
        assert await is_lost(world.alice.namespace, three, 7)
        world.alice.namespace.run("sh", "-c", f"ping -c 1 -W 1 {two} || true")
    found = await counted(world, source)
    ping = (two, ICMP6 if ":" in two else ICMP, 0)
    assert found.keys() == {(two, TCP, 81), (three, UDP, 7), ping}
    assert found[ping] == 1


@pytest.mark.net
async def test_a_table_that_is_gone_counts_nothing(world):
    await world.enforce(world.program(alice=(allow("two"),)))
    world.gateway.run("nft", "flush", "ruleset")
    assert await world.enforcement.denied() == {}


SSH = Denied("100.64.0.2", "10.1.0.2", TCP, 22)
DEVICES = {"100.64.0.2": "alice", "fd64::2": "alice"}


def told(tally: Tally) -> list[tuple[str, int, int]]:
    return [(each.destination, each.packets, each.at) for each in tally.take()]


def test_only_what_came_since_is_told():
    tally = Tally()
    tally.add({SSH: Count(3, age=2)}, DEVICES, now=100)
    assert told(tally) == [("10.1.0.2", 3, 98)]
    tally.add({SSH: Count(3, age=4)}, DEVICES, now=102)
    assert told(tally) == []
    tally.add({SSH: Count(5, age=0)}, DEVICES, now=104)
    assert told(tally) == [("10.1.0.2", 2, 104)]


def test_a_count_that_began_anew_is_told_whole():
    tally = Tally()
    tally.add({SSH: Count(5, age=0)}, DEVICES, now=100)
    tally.take()
    tally.add({SSH: Count(2, age=0)}, DEVICES, now=200)
    assert told(tally) == [("10.1.0.2", 2, 200)]
    tally.add({}, {}, now=300)
    tally.add({SSH: Count(4, age=0)}, DEVICES, now=400)
    assert told(tally) == [("10.1.0.2", 4, 400)]


def test_what_was_not_heard_is_told_again_with_what_came_since():
    tally = Tally()
    tally.add({SSH: Count(5, age=0)}, DEVICES, now=100)
    tally.put_back(tally.take())
    tally.add({SSH: Count(6, age=0)}, DEVICES, now=110)
    assert tally.take() == (Denial("alice", "10.1.0.2", TCP, 22, packets=6, at=110),)


def test_packets_of_nobody_we_know_are_not_told():
    tally = Tally()
    tally.add({SSH: Count(5, age=0)}, {}, now=100)
    assert told(tally) == []


def test_whoever_tries_everything_fills_no_memory():
    tally = Tally()
    ports = {Denied("100.64.0.2", "10.1.0.2", TCP, port): Count(1, 0) for port in range(9000)}
    tally.add(ports, DEVICES, now=100)
    heard = []
    while portion := tally.take():
        assert len(portion) <= MAX_DENIALS
        heard += portion
    assert [each.port for each in heard] == list(range(KEPT_AT_MOST))
