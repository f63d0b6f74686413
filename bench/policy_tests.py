"""What policy tests cost a change: 20 of them are tried before it is committed.

    .venv/bin/python bench/policy_tests.py

The company of ``admissions.py`` with 20,000 devices of 10,000 people, under 500 policies with 200
rules. Each test is about two groups, some 600 people, the last of each kind about everybody. The
outcomes are what random policies make them, so that many tests do not hold, which costs most.
"""

import gc
import random
from statistics import median, quantiles
from time import perf_counter

import admissions
from compiler import GROUPS, RESOURCES
from msgspec.structs import replace

from gatescale.policy.assertions import Assertion, Slot
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Group, Policy, Put, User

TESTS, REPETITIONS = 20, 30
GIVEN = {"device.posture.diskEncryption": True, "device.posture.firewall": True}
TIMES = (Slot(0, 600), Slot(4, 960))


def some_tests(dice: random.Random) -> list[Assertion]:
    """Return half NEVER, half ALWAYS at two times."""
    return [
        Assertion(
            f"test-{n}",
            "ALWAYS" if n % 2 else "NEVER",
            all_users=n >= TESTS - 2,
            groups=tuple(f"group-{each}" for each in dice.sample(range(GROUPS), 2)),
            resources=(f"resource-{dice.randrange(RESOURCES)}",),
            given=GIVEN if n % 2 else {},
            times=TIMES if n % 2 else (),
        )
        for n in range(TESTS)
    ]


def main() -> None:
    admissions.DEVICES = 20_000
    dice = random.Random(3)
    groups = [Group(f"group-{n}", f"Group {n}") for n in range(GROUPS)]
    entities = [*groups, *admissions.company()]
    users = [each for each in entities if isinstance(each, User)]
    policies = [each for each in entities if isinstance(each, Policy)]
    model = Model(entities, admissions.NOON)
    gc.collect()
    gc.freeze()
    tests = some_tests(dice)
    broken = model.findings(tests, admissions.NOON)
    print(f"{len(users)} people, {len(tests)} tests, of which {len(broken)} do not hold")
    print("| ms | p50 | p99 |\n| --- | --- | --- |")
    changes = {
        "one user's groups": lambda: replace(dice.choice(users), groups=("group-1", "group-2")),
        "one policy": lambda: replace(dice.choice(policies), allow=dice.random() < 0.5),
    }
    for name, made in changes.items():
        times = []
        for _ in range(REPETITIONS):
            change = Put(made())
            start = perf_counter()
            model.broken(tests, admissions.NOON, [change])
            times.append((perf_counter() - start) * 1000)
        print(f"| {name} | {median(times):.1f} | {quantiles(times, n=100)[98]:.1f} |", flush=True)
    few = [each for each in tests if not each.all_users]
    times = []
    for _ in range(REPETITIONS):
        start = perf_counter()
        model.findings(few, admissions.NOON)
        times.append((perf_counter() - start) * 1000)
    print(f"| only those about groups, no change | {median(times):.1f} | {max(times):.1f} |")


if __name__ == "__main__":
    main()
