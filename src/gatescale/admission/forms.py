"""Forms as rules, and rules as forms: location, time and posture, each an expression and back."""

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from gatescale.admission import clock, networks, versions
from gatescale.admission.faults import RuleError
from gatescale.admission.form import Form, Location, Posture, System, Time
from gatescale.admission.rules import Rule, compile_rule
from gatescale.admission.spelling import quoted, spell
from gatescale.admission.tree import Call, Constant, ListOf, Name, Node
from gatescale.errors import Violation


def to_rule(form: Form) -> str:
    """Return the form as a rule; an empty one holds always.

    Values are quoted, not judged: see ``violations``.
    """
    conditions = [
        *_of_location(form.location or Location()),
        *_of_time(form.time or Time()),
        *_of_posture(form.posture or Posture()),
    ]
    if len(conditions) == 1:
        return conditions[0]
    return " && ".join(f"({each})" if " || " in each else each for each in conditions) or "true"


def from_rule(text: str) -> Form | None:
    """Return the form that a rule says, or None where it says what no form does.

    Parts that ask for nothing are None. The order of the conditions makes no difference.
    """
    try:
        return form_of(compile_rule(text))
    except RuleError:
        return None


def form_of(rule: Rule) -> Form | None:
    """Return the same of a rule that is compiled already."""
    conditions = list(_row("_&&_", rule.tree.root))
    if _spelled(conditions) == ["true"]:
        return Form()
    reading = _Reading()
    if not all(reading.take(condition) for condition in conditions):
        return None
    form = reading.form()
    again = _conditions(to_rule(form))
    return form if _spelled(again) == _spelled(conditions) else None


def violations(form: Form, pointer: str = "") -> tuple[Violation, ...]:
    """Return what is wrong with a form's values; ``pointer`` is where the form is."""
    return tuple(
        Violation(f"{pointer}/{place}", detail)
        for place, check, value in _checked(form)
        if (detail := _refusal(check, value)) is not None
    )


def _conditions(text: str) -> list[Node]:
    """Return what the rule asks for all at once; nothing where it does not compile."""
    try:
        return list(_row("_&&_", compile_rule(text).tree.root))
    except RuleError:
        return []


def _of_location(location: Location) -> Iterator[str]:
    included = []
    if location.networks:
        included.append(f"origin.ip.within({_listed(location.networks)})")
    if location.countries:
        included.append(f"origin.country in {_listed(location.countries)}")
    if included:
        yield " || ".join(included)
    if location.excluded_networks:
        yield f"!origin.ip.within({_listed(location.excluded_networks)})"
    if location.excluded_countries:
        yield f"!(origin.country in {_listed(location.excluded_countries)})"


def _of_time(time: Time) -> Iterator[str]:
    zone = "zone" if time.zone is None else quoted(time.zone)
    days = f"{_listed(time.weekdays)}, " if time.weekdays else ""
    if time.start is not None and time.end is not None:
        yield f"now.between({quoted(time.start)}, {quoted(time.end)}, {days}{zone})"
    elif days:
        yield f"now.on({days}{zone})"


def _of_posture(posture: Posture) -> Iterator[str]:
    yield from (f"device.posture.{signal}" for signal in posture.signals)
    if posture.systems:
        yield " || ".join(map(_of_system, posture.systems))
    if posture.client_minimum is not None:
        yield f"device.appVersion.atLeast({quoted(posture.client_minimum)})"
    if posture.owned:
        yield "device.owned"
    if posture.last_check is not None:
        yield f"now - device.lastCheck <= duration('{posture.last_check}m')"


def _of_system(system: System) -> str:
    family = f"device.os.family == {quoted(system.family)}"
    if system.minimum is None:
        return family
    return f"{family} && device.os.version.atLeast({quoted(system.minimum)})"


class _Reading:
    """What was read of a rule so far; a wrong guess shows when the form is written out again."""

    def __init__(self) -> None:
        self.location: dict[str, tuple[str, ...]] = {}
        self.time: dict[str, object] = {}
        self.posture: dict[str, object] = {}
        self.signals: list[str] = []
        self.systems: list[dict[str, object]] = []
        self.minimum: str | None = None

    def take(self, condition: Node) -> bool:
        """Read one condition, and say whether a form can have it."""
        options = list(_row("_||_", condition))
        if all(_mentions(each, "origin.ip", "origin.country") for each in options):
            return all(self._place(each) for each in options)
        if all(_mentions(each, "device.os.family") for each in options):
            self.systems = list(map(_system, options))
            return True
        return len(options) == 1 and (self._clock(condition) or self._state(condition))

    def form(self) -> Form:
        """Return all that was read."""
        if self.signals:
            self.posture["signals"] = tuple(self.signals)
        if self.systems:
            self.posture["systems"] = tuple(self.systems)
            # A lone system and its minimum are two conditions of the whole rule.
            self.systems[0] |= {} if self.minimum is None else {"minimum": self.minimum}
        told = {"location": self.location, "time": self.time, "posture": self.posture}
        try:
            return msgspec.convert({name: part for name, part in told.items() if part}, Form)
        except msgspec.ValidationError:
            return Form()

    def _place(self, node: Node) -> bool:
        match node:
            case Call(function="!_", arguments=(inner,)):
                prefix, node = "excluded", inner
            case _:
                prefix = ""
        if not isinstance(node, Call):
            return False
        kind = {"within": "Networks", "@in": "Countries"}.get(node.function, "")
        name = prefix + kind if prefix else kind.lower()
        self.location[name] = _texts(node.arguments[-1])
        return bool(kind)

    def _clock(self, node: Node) -> bool:
        match node:
            case Call(function="between", target=Name(name="now"), arguments=(start, end, *rest)):
                self.time = {"start": _text(start), "end": _text(end)}
            case Call(function="on", target=Name(name="now"), arguments=tuple(rest)):
                self.time = {}
            case _:
                return False
        *days, zone = rest
        self.time |= {"weekdays": _texts(days[0])} if days else {}
        self.time |= {"zone": _text(zone)} if isinstance(zone, Constant) else {}
        return True

    def _state(self, node: Node) -> bool:
        match node:
            case Name(name="device.owned"):
                self.posture["owned"] = True
            case Name(name=name) if name.startswith("device.posture."):
                self.signals.append(name.rpartition(".")[2])
            case Call(function="atLeast", target=Name(name="device.appVersion")):
                self.posture["clientMinimum"] = _text(node.arguments[0])
            case Call(function="atLeast", target=Name(name="device.os.version")):
                self.minimum = _text(node.arguments[0])
            case Call(function="_<=_", arguments=(_, Call(arguments=(Constant(value=value),)))):
                minutes = re.fullmatch("([0-9]{1,6})m", str(value))
                self.posture["lastCheck"] = int(minutes[1]) if minutes else 0
            case _:
                return False
        return True


def _system(node: Node) -> dict[str, object]:
    family, *minimum = _row("_&&_", node)
    told: dict[str, object] = {}
    if isinstance(family, Call):
        told["family"] = _text(family.arguments[-1])
    if minimum and isinstance(minimum[0], Call) and minimum[0].arguments:
        told["minimum"] = _text(minimum[0].arguments[-1])
    return told


def _row(function: str, node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.function == function:
        for each in node.arguments:
            yield from _row(function, each)
    else:
        yield node


def _mentions(node: Node, *names: str) -> bool:
    return any(name in spell(node) for name in names)


def _spelled(nodes: Iterable[Node]) -> list[str]:
    return sorted(spell(each) for each in nodes)


def _text(node: Node) -> str:
    return str(node.value) if isinstance(node, Constant) else ""


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(map(_text, node.elements)) if isinstance(node, ListOf) else ()


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


_Check = Callable[[str], object]


def _checked(form: Form) -> Iterator[tuple[str, _Check, str | None]]:
    """Yield each value that has a form of its own: where it is, and what refuses a wrong one."""
    if form.location is not None:
        for number, text in enumerate(form.location.networks):
            yield f"location/networks/{number}", networks.network, text
        for number, text in enumerate(form.location.excluded_networks):
            yield f"location/excludedNetworks/{number}", networks.network, text
    if form.time is not None:
        yield from _checked_times(form.time)
    if form.posture is not None:
        yield "posture/clientMinimum", versions.order, form.posture.client_minimum
        for number, system in enumerate(form.posture.systems):
            yield f"posture/systems/{number}/minimum", versions.order, system.minimum


def _checked_times(time: Time) -> Iterator[tuple[str, _Check, str | None]]:
    yield "time/start", clock.time_of_day, time.start
    yield "time/zone", clock.zone, time.zone
    if time.start is None:
        yield "time/end", _lone, time.end
    elif time.end is None:
        yield "time/start", _lone, time.start
    else:
        yield "time/end", clock.time_of_day, time.end
        yield "time/end", _differs_from(time.start), time.end


def _lone(_time: str) -> None:
    raise ValueError("start and end need each other; leave both out for the whole day")


def _differs_from(start: str) -> _Check:
    def check(end: str) -> None:
        if start == end:
            clock.window(start, end)

    return check


def _refusal(check: _Check, value: str | None) -> str | None:
    try:
        if value is not None:
            check(value)
    except ValueError as error:
        return str(error)
    return None
