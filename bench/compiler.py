"""How long the policy engine takes, and how much memory.

    python bench/compiler.py

The tenant: two devices per user, each user in 3 of 100 groups, 500 policies of which 88 % name
groups, 8 % users, 2 % devices and 2 % everybody, every fourth a deny, over 5 of 1,000 resources
each; a resource has 3 destinations (hosts, some networks that hold them, some IPv6) at 1 or 2 of
20 gateways. Nearly every user so has a list of policies that nobody else has: the worst case for
sharing.
"""

import gc
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from statistics import quantiles
from time import perf_counter

from msgspec.structs import replace

from gatescale.policy.model import Model
from gatescale.policy.vocabulary import (
    Change,
    Destination,
    Device,
    Entity,
    Gateway,
    Kind,
    Policy,
    Put,
    Remove,
    Resource,
    Service,
    User,
)

SIZES = (1_000, 10_000, 50_000)
POLICIES, RESOURCES, GATEWAYS, GROUPS = 500, 1000, 20, 100
REPETITIONS = 200
PORTS = (22, 80, 443, 3389, 5432)


def tenant(devices: int) -> list[Entity]:
    """Return the same tenant for the same number of devices."""
    dice = random.Random(devices)
    return [
        *(_gateway(number) for number in range(GATEWAYS)),
        *(_resource(number, dice) for number in range(RESOURCES)),
        *(_policy(number, devices, dice) for number in range(POLICIES)),
        *(_user(number, dice) for number in range(devices // 2)),
        *(_device(number) for number in range(devices)),
    ]


def _gateway(number: int) -> Gateway:
    return Gateway(
        id=f"gateway-{number}",
        name=f"Site {number}",
        public_key="k" * 44,
        endpoint="198.51.100.1:51820",
        available=True,
    )


def _resource(number: int, dice: random.Random) -> Resource:
    high, low = divmod(number, 250)
    networks = (
        f"10.{high}.{low}.{dice.randrange(1, 255)}",
        f"10.{high}.{low}.0/24" if dice.random() < 0.2 else f"10.{100 + high}.{low}.7",
        f"fd00:{number:x}::1",
    )
    gateways = dice.sample(range(GATEWAYS), dice.choice((1, 1, 2)))
    return Resource(
        id=f"resource-{number}",
        type="PRIVATE",
        destinations=tuple(Destination(network, _services(dice)) for network in networks),
        gateways=tuple(f"gateway-{each}" for each in gateways),
    )


def _services(dice: random.Random) -> tuple[Service, ...]:
    ports = dice.sample(PORTS, dice.choice((0, 1, 1, 2)))
    return tuple(Service("TCP", port, port) for port in ports)


def _policy(number: int, devices: int, dice: random.Random) -> Policy:
    kind = dice.random()
    everybody = kind < 0.02
    return Policy(
        id=f"policy-{number:036}",
        type="PRIVATE",
        order=number,
        allow=number % 4 != 0,
        all_users=everybody,
        groups=(f"group-{dice.randrange(GROUPS)}",) if kind >= 0.12 else (),
        users=(f"user-{dice.randrange(devices // 2)}",) if 0.04 <= kind < 0.12 else (),
        devices=(f"device-{dice.randrange(devices)}",) if 0.02 <= kind < 0.04 else (),
        resources=tuple(f"resource-{each}" for each in dice.sample(range(RESOURCES), 5)),
    )


def _user(number: int, dice: random.Random) -> User:
    groups = dice.sample(range(GROUPS), 3)
    return User(f"user-{number}", active=True, groups=tuple(f"group-{each}" for each in groups))


def _device(number: int) -> Device:
    return Device(
        id=f"device-{number}",
        user=f"user-{number // 2}",
        active=True,
        public_key=f"{number:044}",
        addresses=(
            f"100.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}",
            f"fd64::{number:x}",
        ),
    )


def changes(entities: list[Entity], devices: int) -> dict[str, Callable[[int], list[Change]]]:
    """Return, by name, what makes the nth of a sequence of changes."""
    by_id = {entity.id: entity for entity in entities}
    dice = random.Random(1)

    def device(turn: int) -> list[Change]:
        """Deactivate a device, then reactivate it."""
        each = by_id[f"device-{turn // 2 * 7 % devices}"]
        return [Put(replace(each, active=bool(turn % 2)))]

    def user(turn: int) -> list[Change]:
        return [Put(_user(turn * 7 % (devices // 2), dice))]

    def policy(turn: int) -> list[Change]:
        """Remove a policy of one group, then add it again."""
        each = by_id[group_policies[turn // 2]]
        return [Put(each)] if turn % 2 else [Remove(Kind.POLICY, each.id)]

    def moved(turn: int) -> list[Change]:
        number = turn * 7 % RESOURCES
        return [Put(_resource(number, dice))]

    group_policies = [e.id for e in entities if isinstance(e, Policy) and e.groups]
    return {
        "one device": device,
        "one user's groups": user,
        "one policy of a group": policy,
        "one resource": moved,
    }


def measure(devices: int) -> None:
    """Print the rows for one number of devices."""
    entities = tenant(devices)
    gc.collect()
    before = _peak()
    start = perf_counter()
    model = Model(entities)
    row(devices, "from scratch", f"{(perf_counter() - start) * 1000:.0f}", note=_memory(before))
    for name, change in changes(entities, devices).items():
        times, touched = [], 0
        for turn in range(REPETITIONS):
            made = change(turn)
            start = perf_counter()
            effect = model.apply(made)
            times.append((perf_counter() - start) * 1000)
            touched += len(effect.devices)
        note = f"{touched / REPETITIONS:.0f} devices concerned on average"
        row(devices, name, *_percentiles(times), note=note)
    times = []
    for number in range(0, devices, devices // REPETITIONS):
        start = perf_counter()
        model.routes(f"device-{number}")
        times.append((perf_counter() - start) * 1000)
    row(devices, "routes of one device", *_percentiles(times), note="first time asked")


def row(devices: int, what: str, half: str, most: str = "", *, note: str) -> None:
    """Print one row of the table."""
    print(f"| {devices:>7,} | {what:<21} | {half:>8} | {most:>8} | {note}", flush=True)


def _percentiles(times: list[float]) -> tuple[str, str]:
    hundredths = quantiles(times, n=100)
    return f"{hundredths[49]:.3f}", f"{hundredths[98]:.3f}"


def _peak() -> float:
    """Return the most memory that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _memory(before: float) -> str:
    return f"peak {_peak():.0f} MiB in all, {_peak() - before:.0f} MiB more than the entities"


def main() -> None:
    """Print the table: each number of devices in a process of its own, so that peaks are true."""
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    print(f"{POLICIES} policies, {RESOURCES:,} resources, {GATEWAYS} gateways")
    print("| devices | what                  |   p50 ms |   p99 ms |")
    for devices in SIZES:
        subprocess.run([sys.executable, __file__, str(devices)], check=True)


if __name__ == "__main__":
    main()
