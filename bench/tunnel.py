"""What 500 policies cost a tunnel: iperf3 through them, against the same tunnel without rules.

    sudo env PYTHONPATH=.:tests .venv/bin/python bench/tunnel.py [ROUNDS]

    device ── wireguard-go ── gateway ── office (iperf3 server)

The device is under all 500 policies; the last of them allows, the others name other networks.
Without rules the gateway has no table of ours at all, so no connection tracking either.
"""

import asyncio
import json
import socket
import subprocess
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
    """Return Mbit/s as the receiver counts them, through a server of its own."""
    server = world.office.start("iperf3", "-s", "-1", stdout=subprocess.DEVNULL)
    while f":{PORT} " not in world.office.run("ss", "-ltn"):
        assert server.poll() is None, "iperf3 does not start"
    printed = world.alice.namespace.run(
        "iperf3", "-J", "-c", OFFICE, "-t", str(SECONDS), "-O", "1", *options
    )
    server.wait(10)
    bits: float = json.loads(printed)["end"]["sum_received"]["bits_per_second"]
    return bits / 1e6


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    with Lab("gsb") as lab:
        world = World(lab)
        with world.gateway.entered():
            nftables, table = Nftables(), Table(world.interface)
            await world.enforce(program(world, 0))  # the interface with its peer
            listener = world.office.start("iperf3", "-s")
            with_rules = ruleset.whole(table, program(world, POLICIES))
            await nftables.apply(ruleset.whole(table, program(world, POLICIES - 1)))
            assert not connects(world), "only the last policy allows"
            await nftables.apply(with_rules)
            assert connects(world), "the last policy allows"
            listener.kill()
            listener.wait()
            variants = {
                "nothing": ruleset.gone(table),
                "tracking": ruleset.gone(table) + tracking_alone(table),
                "policies": with_rules,
            }
            print(f"{rounds} rounds of {SECONDS} s each, medians, Mbit/s")
            print("| TCP | no rules | tracking alone | 500 policies | of no rules | of tracking |")
            for name, options in DIRECTIONS.items():
                seen: dict[str, list[float]] = {variant: [] for variant in variants}
                for turn in range(rounds):
                    # There and back again: a drift of the machine hits all alike.
                    for variant in list(variants)[:: -1 if turn % 2 else 1]:
                        await nftables.apply(variants[variant])
                        seen[variant].append(throughput(world, *options))
                print(row(name, seen), flush=True)


def tracking_alone(table: Table) -> str:
    """Return the table that does nothing but have the kernel track connections."""
    chain = "arrive { type filter hook prerouting priority mangle; policy accept; }"
    return (
        f"add table {table.name}\nadd chain {table.name} {chain}\n"
        f"add rule {table.name} arrive ct state new counter\n"
    )


def row(name: str, seen: dict[str, list[float]]) -> str:
    """Return a row of the result."""
    rates = " | ".join(f"{median(rates):.0f}" for rates in seen.values())
    ratios = " | ".join(
        f"{median(r / b for r, b in zip(seen['policies'], seen[base], strict=True)):.1%}"
        for base in ("nothing", "tracking")
    )
    return f"| {name} | {rates} | {ratios} |"


if __name__ == "__main__":
    asyncio.run(main())
