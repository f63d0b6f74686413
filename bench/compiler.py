"""How long the policy engine takes, and how much memory.

    python bench/compiler.py

The tenant: two devices per user, each user in 3 of 100 groups, 500 policies of which 88 % name
groups, 8 % users, 2 % devices and 2 % everybody, every fourth a deny, over 5 of 1,000 resources
each; a resource has 3 destinations (hosts, some networks that hold them, some IPv6) at 1 or 2 of
20 gateways. Nearly every user so has a list of policies that nobody else has: the worst case for
sharing.
"""

import random
from time import perf_counter

from msgspec.structs import replace

from gatescale.policy.model import Model
from gatescale.policy.vocabulary import (
    Destination,
    Device,
    Entity,
    Gateway,
    Policy,
    Put,
    Resource,
    Service,
    User,
)

POLICIES, RESOURCES, GATEWAYS, GROUPS = 500, 1000, 20, 100
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
    return Resource(
        id=f"resource-{number}",
        type="PRIVATE",
        destinations=tuple(Destination(network, _services(dice)) for network in networks),
        gateways=tuple(
            f"gateway-{each}" for each in dice.sample(range(GATEWAYS), dice.choice((1, 1, 2)))
        ),
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
        id=f"device-{number:036}" if False else f"device-{number}",
        user=f"user-{number // 2}",
        active=True,
        public_key=f"{number:044}",
        addresses=(
            f"100.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}",
            f"fd64::{number:x}",
        ),
    )


def main() -> None:
    """Print the table."""
    entities = tenant(10_000)
    start = perf_counter()
    model = Model(entities)
    print("scratch", perf_counter() - start)
    print(
        "audiences",
        len(model._population._audiences),
        "profiles",
        sum(len(s.profiles) for s in model._population.sites.values()),
    )
    import resource

    print("maxrss MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    for what, change in {
        "device off": lambda: Put(
            replace(model.devices["device-5"], active=not model.devices["device-5"].active)
        ),
        "user groups": lambda: Put(
            replace(
                model.users["user-5"],
                groups=tuple(f"group-{g}" for g in random.sample(range(100), 3)),
            )
        ),
        "policy": lambda: Put(
            replace(
                model._tenant.policies[f"policy-{7:036}"],
                allow=not model._tenant.policies[f"policy-{7:036}"].allow,
            )
        ),
        "resource": lambda: Put(
            replace(
                model._tenant.resources["resource-7"],
                destinations=(Destination(f"10.9.9.{random.randrange(255)}"),),
            )
        ),
    }.items():
        times = []
        for _ in range(200 if what[0] in "du" else 20):
            c = change()
            s = perf_counter()
            e = model.apply([c])
            times.append((perf_counter() - s) * 1000)
        times.sort()
        print(what, times[len(times) // 2], times[-1], len(e.devices), len(e.gateways))
    t = []
    for i in range(0, 2000, 7):
        s = perf_counter()
        r = model.routes(f"device-{i}")
        t.append((perf_counter() - s) * 1000)
    t.sort()
    print("routes", t[len(t) // 2], t[-1], len(r))
    s = perf_counter()
    p = model.program("gateway-3")
    print("program", perf_counter() - s, len(p.peers), len(p.profiles), len(p.destinations))


main()
