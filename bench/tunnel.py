"""What 500 policies cost a tunnel: iperf3 through them, against the same tunnel without rules.

    sudo env PYTHONPATH=.:tests .venv/bin/python bench/tunnel.py [PAIRS]

    device ── wireguard-go ── gateway ── office (iperf3 server)

The device is under all 500 policies; the last of them allows, the others name other networks.
Without rules the gateway has no table of ours at all, so no connection tracking either.
"""

import asyncio
import json
import socket
import sys
from statistics import median

from gatescale.gateway import ruleset
from gatescale.gateway.nftables import Nftables
from gatescale.gateway.ruleset import Table
from gatescale.policy.program import Box, Program
from gateway.world import World, allow, boxes, deny
from net.lab import Lab

POLICIES = 500
RESOURCES = 5
"""Per policy, as in ``compiler.py``."""
OFFICE, PORT = "10.1.0.2", 5201
SECONDS = 3
DIRECTIONS = {"device to resource": (), "resource to device": ("--reverse",)}


def program(world: World, policies: int) -> Program:
    """Return a program with so many policies, of which only the last of 500 allows the office."""
    destinations = {f"policy-{n}": _elsewhere(n) for n in range(POLICIES - 1)}
    destinations["office"] = boxes(OFFICE)
    rules = [deny(key) if n % 4 == 0 else allow(key) for n, key in enumerate(destinations)]
    peer = world.alice.peer("of-alice")
    return Program({"alice": peer}, {"of-alice": tuple(rules[:policies])}, destinations)


def _elsewhere(number: int) -> tuple[Box, ...]:
    high, low = divmod(number, 250)
    network = f"10.{100 + high}.{low}"
    ranges = (f"{network}.{n * 40 + 1}-{network}.{n * 40 + 9}" for n in range(RESOURCES))
    return boxes(*ranges, protocol=6, port=443)


def connects(world: World) -> bool:
    """Tell whether the device reaches the iperf3 server."""
    probe = world.alice.namespace.socket(socket.AF_INET, socket.SOCK_STREAM)
    probe.settimeout(2)
    try:
        probe.connect((OFFICE, PORT))
    except OSError:
        return False
    finally:
        probe.close()
    return True


def throughput(world: World, *options: str) -> float:
    """Return Mbit/s as the receiver counts them."""
    printed = world.alice.namespace.run(
        "iperf3", "-J", "-c", OFFICE, "-t", str(SECONDS), "-O", "1", *options
    )
    bits: float = json.loads(printed)["end"]["sum_received"]["bits_per_second"]
    return bits / 1e6


async def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    with Lab("gsb") as lab:
        world = World(lab)
        with world.gateway.entered():
            nftables, table = Nftables(), Table(world.interface)
            await world.enforce(program(world, 0))  # the interface with its peer
            world.office.start("iperf3", "-s", "-D")
            with_rules = ruleset.whole(table, program(world, POLICIES))
            await nftables.apply(ruleset.whole(table, program(world, POLICIES - 1)))
            assert not connects(world), "only the last policy allows"
            await nftables.apply(with_rules)
            assert connects(world), "the last policy allows"
            print(f"{pairs} pairs of {SECONDS} s, medians, Mbit/s")
            print("| TCP                | no rules | 500 policies | median of the pairs' ratios |")
            for name, options in DIRECTIONS.items():
                bare, ruled = [], []
                for turn in range(2 * pairs):
                    # Bare first in one pair, last in the next: a drift of the machine hits both.
                    is_bare = turn % 4 in {0, 3}
                    await nftables.apply(ruleset.gone(table) if is_bare else with_rules)
                    (bare if is_bare else ruled).append(throughput(world, *options))
                ratio = median(r / b for r, b in zip(ruled, bare, strict=True))
                print(
                    f"| {name} | {median(bare):8.0f} | {median(ruled):12.0f} | {ratio:.1%}",
                    flush=True,
                )


if __name__ == "__main__":
    asyncio.run(main())
