"""How fast admission rules are evaluated, and the dearest ones that are accepted.

Seconds of this thread's processor time, so that others on the machine count little.

.venv/bin/python bench/rules.py
"""

from collections.abc import Callable
from datetime import UTC, datetime
from time import thread_time

from gatescale.admission import cost
from gatescale.admission.explanation import explain
from gatescale.admission.rules import Prepared, Rule, RuleError, compile_rule
from gatescale.admission.variables import (
    ITEM_LENGTH,
    LIST_LENGTH,
    MAP_LENGTH,
    TEXT_LENGTH,
    VARIABLES,
    Value,
)

NOW = datetime(2026, 3, 28, 10, 0, tzinfo=UTC)
DEVICES = 2_000
RULES = [
    "user.department == 'Engineering'",
    "user.groups.exists(g, g.startsWith('eng-')) && device.owned",
    "origin.ip.within(['10.0.0.0/8', '192.0.2.0/24']) || origin.country in ['DE', 'FR']",
    "device.os.family == 'linux' && device.os.version.atLeast('12.5')",
    "device.posture.diskEncryption && device.posture.firewall && !device.posture.pendingReboot",
    "now.between('09:00', '17:00', zone) && now.on(['MONDAY', 'FRIDAY'], zone)",
    "now - device.lastCheck < duration('1h')",
    "user.attributes.level >= 3 || 'ADMIN' in user.roles",
]
# Of values as large as the estimate takes them to be, and nothing that ends a loop early.
LARGE: dict[str, Value] = {
    "string": "a" * TEXT_LENGTH,
    "boolean": False,
    "timestamp": NOW,
    "list of strings": [f"{number:04}".rjust(ITEM_LENGTH, "a") for number in range(LIST_LENGTH)],
    "map": {f"key{number}": ["a" * 100] * 100 for number in range(MAP_LENGTH)},
}
# Each is made longer, by its part in braces, until it is refused.
DEAR = {
    "comparisons in a loop": ("user.groups.exists(g, {}false)", "g == user.title || "),
    "list made in a loop": ("user.groups.exists(g, g in [{}''])", "'abc', "),
    "functions of ours": ("{}false", "user.title.below('{n}') || "),
    "networks": ("origin.ip.within([{}'10.0.0.0/8'])", "'192.0.2.{n}', "),
    "pattern in a loop": ("user.groups.exists(g, g.matches('{}b'))", "a*"),
    "classes in a loop": ("user.groups.exists(g, g.matches('{}b'))", "."),
    "literal list in a loop over a list": ("[{}'a'].exists(a, a in user.groups)", "'{n}', "),
    "map of maps": ("[{}'a'].map(a, a + a).map(a, a + a).size() > 0", "'{n}', "),
    "filter": ("[{}'a'].filter(a, a != user.title).size() > 0", "'{n}', "),
    "loops in a loop": ("[{}'a'].all(a, [1, 2, 3, 4, 5, 6, 7].all(b, b > 0))", "'{n}', "),
    "long row": ("{}device.owned", "user.department == '{n}' || "),
    "repeated pattern": ("user.title.matches('(a{{{r}}}){{{r}}}b')", ""),
    "repeated dots": ("user.title.matches('(.{{{r}}}){{{r}}}b')", ""),
    "repeated letters of all scripts": ("user.title.matches('(\\\\pL{{{r}}}){{{r}}}b')", ""),
    "pattern of many states": ("user.title.matches('(a|b)*a(a|b){{{r}}}')", ""),
    "long pattern": ("user.title.matches('({})b')", "(a+a+)+b|"),
    "caseless pattern": ("user.title.matches('(?i){}')", "ks"),
    "texts that double": ("[user.title]{}.size() > 0", ".map(a, a + a)"),
    "lists that double": ("[user.groups]{}.size() > 0", ".map(a, a + a)"),
    "contains": ("user.groups.exists(g, g.contains('{}b'))", "a"),
    "clocks": ("{}false", "now.getHours('Europe/Berlin') == {n} || "),
    "windows": ("{}false", "now.between('0{d}:00', '09:{n:02}', 'Europe/Berlin') || "),
    "years": ("{}false", "now.getFullYear('Europe/Berlin') == {n} || "),
}


def facts(number: int) -> dict[str, Value]:
    return {
        "user.department": f"Department {number % 10}",
        "user.groups": [f"group {number % each}" for each in range(1, 11)],
        "user.roles": ["USER"],
        "user.attributes": {"level": number % 5},
        "device.owned": number % 2 == 0,
        "device.os.family": "linux",
        "device.os.version": f"12.{number % 9}",
        "device.lastCheck": NOW,
        "device.posture.diskEncryption": True,
        "device.posture.firewall": number % 3 > 0,
        "device.posture.pendingReboot": False,
        "origin.ip": f"10.0.{number >> 8 & 255}.{number & 255}",
        "origin.country": "DE",
        "zone": "Europe/Berlin",
    }


def seconds(run: Callable[[], object], times: int = 1) -> float:
    begun = thread_time()
    for _ in range(times):
        run()
    return (thread_time() - begun) / times


def anew(rule: Rule, prepared: Prepared) -> None:
    prepared.own.clear()
    rule.decide(prepared)


def speeds() -> None:
    rules = [compile_rule(RULES[number % len(RULES)]) for number in range(200)]
    every = [facts(number) for number in range(DEVICES)]

    def all_of_them() -> None:
        for each in every:
            prepared = Prepared(each, NOW)
            for rule in rules:
                rule.decide(prepared)

    taken = min(seconds(all_of_them) for _ in range(3))
    print(f"200 rules on each of {DEVICES:,} devices: {taken:.2f} s")
    print(f"  evaluations a second: {200 * DEVICES / taken:,.0f}")
    print()
    prepared = Prepared(every[0], NOW)
    print(f"facts made ready   {seconds(lambda: Prepared(every[0], NOW), 5000) * 1e6:7.1f} µs")
    for text in RULES:
        rule = compile_rule(text)
        print(
            f"compiled {seconds(lambda text=text: compile_rule(text), 100) * 1e6:6.0f} µs, "
            f"evaluated {seconds(lambda rule=rule: anew(rule, prepared), 5000) * 1e6:5.1f} µs, "
            f"explained {seconds(lambda rule=rule: explain(rule, prepared), 500) * 1e6:5.0f} µs: "
            f"{text}"
        )


def dearest(frame: str, piece: str) -> Rule | None:
    """Return the longest rule of a kind that is accepted."""
    found, size = None, 0
    step = 4096
    while step:
        try:
            found = compile_rule(written(frame, piece, size + step))
            size += step
        except RuleError:
            step //= 2
    return found


def written(frame: str, piece: str, size: int) -> str:
    if not piece:
        return frame.format(r=size)
    return frame.format("".join(piece.format(n=n % 60, d=n % 9) for n in range(size)))


def worst() -> None:
    large = {each.name: LARGE[each.kind] for each in VARIABLES.values()} | {"zone": "UTC"}
    prepared = Prepared(large, NOW)
    print(f"\n{'the dearest rule of its kind':36} characters  units    time")
    for name, (frame, piece) in DEAR.items():
        rule = dearest(frame, piece)
        if rule is None:
            print(f"{name:36} none is accepted")
            continue
        anew(rule, prepared)
        taken = min(seconds(lambda rule=rule: anew(rule, prepared)) for _ in range(7))
        units = cost.estimate(rule.tree.root)
        print(f"{name:36} {len(rule.text):10,} {units:6,.0f} {taken * 1e3:6.2f} ms")


if __name__ == "__main__":
    speeds()
    worst()
