"""How long rules, explanations and previews take in the policy engine.

    .venv/bin/python bench/admissions.py

The tenant of ``compiler.py`` with 10,000 devices, whose 500 policies carry 200 rules: a third ask
about people, a third about the device's report, the others about time, place, or several of these.
"""

import gc
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from time import perf_counter

from compiler import REPETITIONS, tenant
from msgspec.structs import replace

from gatescale.policy.explain import Question
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Device, Entity, Policy, Put, Rule, Settings, Tick, User

DEVICES, RULES = 10_000, 200
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DEPARTMENTS = ("Engineering", "Sales", "Finance", "Support", "Legal", "Operations")
FORMS: tuple[Callable[[random.Random], str], ...] = (
    lambda dice: f"user.department == '{dice.choice(DEPARTMENTS)}'",
    lambda dice: (
        f"user.department in {list(dice.sample(DEPARTMENTS, 3))} && user.title != 'Intern'"
    ),
    lambda dice: f"user.attributes.level >= {dice.randrange(5)}",
    lambda _: "device.posture.diskEncryption && device.posture.firewall",
    lambda dice: f"device.os.version.atLeast('{dice.randrange(10, 14)}.{dice.randrange(4)}')",
    lambda dice: f"device.owned || user.department == '{dice.choice(DEPARTMENTS)}'",
    lambda dice: (
        f"now.between('{dice.randrange(6, 10):02}:00', '{dice.randrange(16, 20)}:00', zone)"
    ),
    lambda dice: (
        f"origin.ip.within('198.51.{dice.randrange(100)}.0/24') || device.posture.screenLock"
    ),
    lambda dice: f"now - device.lastCheck < duration('{dice.randrange(10, 50)}m')",
)


def company() -> list[Entity]:
    """Return the tenant."""
    dice = random.Random(1)
    rules = [Rule(f"rule-{n}", FORMS[n % len(FORMS)](dice)) for n in range(RULES)]
    return [
        Settings("Europe/Berlin"),
        *rules,
        *(_with_facts(entity, dice) for entity in tenant(DEVICES)),
    ]


def _with_facts(entity: Entity, dice: random.Random) -> Entity:
    match entity:
        case User():
            facts = {
                "user.department": dice.choice(DEPARTMENTS),
                "user.title": dice.choice(("Engineer", "Lead", "Intern")),
                "user.attributes": {"level": dice.randrange(5)},
            }
            return replace(entity, facts=facts)
        case Device():
            return replace(entity, facts=_report(dice))
        case Policy():
            return replace(entity, rule=f"rule-{dice.randrange(RULES)}")
    return entity


def _report(dice: random.Random) -> dict[str, object]:
    return {
        "device.os.version": f"{dice.randrange(10, 14)}.{dice.randrange(5)}",
        "device.posture.diskEncryption": dice.random() < 0.9,
        "device.posture.firewall": dice.random() < 0.9,
        "device.posture.screenLock": dice.random() < 0.8,
        "device.owned": dice.random() < 0.7,
        "device.lastCheck": int(NOON.timestamp()) - dice.randrange(600),
        "origin.ip": f"198.51.{dice.randrange(100)}.{dice.randrange(256)}",
    }


def timed(act: Callable[[], object]) -> float:
    """Return milliseconds."""
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000


def shown(name: str, times: list[float]) -> None:
    """Print a line of the table."""
    p99 = quantiles(times, n=100)[98] if len(times) > 1 else times[0]
    print(f"| {name} | {median(times):.2f} | {p99:.2f} |", flush=True)


def evaluation(model: Model) -> float:
    """Return the milliseconds in which every rule is asked about every device."""
    admissions, sources = model._tenant.admissions, model._tenant.sources
    for question in admissions._questions.values():
        question.answers.clear()
    questions = tuple(admissions._questions.values())
    return timed(
        lambda: [
            admissions._held(device, sources.users[device.user], questions)
            for device in sources.devices.values()
        ]
    )


def main() -> None:
    dice = random.Random(2)
    entities = company()
    policies = [e for e in entities if isinstance(e, Policy)]
    devices = [e for e in entities if isinstance(e, Device)]
    start = perf_counter()
    model = Model(entities, NOON)
    print(f"from scratch: {(perf_counter() - start) * 1000:.0f} ms")
    gc.collect()
    gc.freeze()
    print("| ms | p50 | p99 |\n| --- | --- | --- |")
    shown(f"{DEVICES:,} devices x {RULES} rules", [evaluation(model) for _ in range(5)])

    def report() -> None:
        model.apply([Put(replace(dice.choice(devices), facts=_report(dice)))])

    shown("one report", [timed(report) for _ in range(REPETITIONS)])

    def why() -> None:
        device = dice.choice(devices)
        address = f"10.{dice.randrange(4)}.{dice.randrange(250)}.{dice.randrange(1, 255)}"
        model.explain(Question(device.id, address, 6, 443))

    shown("an explanation", [timed(why) for _ in range(REPETITIONS)])

    def preview() -> None:
        policy = dice.choice(policies)
        model.what_if([Put(replace(policy, allow=not policy.allow))])

    shown("a preview of a policy", [timed(preview) for _ in range(REPETITIONS // 4)])

    def rule() -> None:
        number = dice.randrange(RULES)
        model.what_if([Put(Rule(f"rule-{number}", FORMS[dice.randrange(len(FORMS))](dice)))])

    shown("a preview of a rule", [timed(rule) for _ in range(REPETITIONS // 4)])

    def tick() -> None:
        model.apply([Tick()], model.due or model.now + timedelta(hours=1))

    shown("a tick", [timed(tick) for _ in range(REPETITIONS // 4)])


if __name__ == "__main__":
    main()
