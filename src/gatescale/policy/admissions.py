"""Which admission rules hold for which device, now, and when that may change by itself.

Rules that ask about the same things are one question: devices that are alike in these things
share its answer, so that a fleet is evaluated by its kinds, not by its number.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from gatescale.admission.explanation import explain
from gatescale.admission.faults import RuleError
from gatescale.admission.finding import Explanation
from gatescale.admission.rules import Prepared, Rule, compile_rule
from gatescale.policy.vocabulary import Device, Fact, Facts, Group, Policy, Settings, User
from gatescale.policy.vocabulary import Rule as RuleEntity

EPOCH = datetime.fromtimestamp(0, UTC)

_REPORTED = ("device.os.", "device.posture.", "device.serialNumber", "device.owned")
LAST_CHECK = "device.lastCheck"
_SPARE_ANSWERS = 10_000

Key = tuple[object, ...]


class Answer(NamedTuple):
    """What a question is answered by.

    Attributes:
        held: ids of its rules that hold.
        until: when that may change by itself; None: never.
    """

    held: frozenset[str]
    until: datetime | None


class Question:
    """The rules that ask about the same things.

    Attributes:
        names: of the variables, sorted, without ``now``.
        rules: by id.
        answers: by the values of the variables; one that is overdue counts no more.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.rules: dict[str, Rule] = {}
        self.answers: dict[Key, Answer] = {}
        self.asks_of_report = any(name.startswith((*_REPORTED, LAST_CHECK)) for name in names)

    def answer(self, known: Mapping[str, object], facts: Facts, now: datetime) -> Answer:
        """Return which rules hold.

        Args:
            known: the facts in hashable form.
            facts: the same.
            now: when.
        """
        key = tuple(map(known.get, self.names))
        answer = self.answers.get(key)
        if answer is None or (answer.until is not None and answer.until <= now):
            asked = {name: facts[name] for name in self.names if name in facts}
            answer = self.answers[key] = self._evaluated(Prepared(spoken(asked), now))
        return answer

    def _evaluated(self, prepared: Prepared) -> Answer:
        outcomes = {name: rule.decide(prepared) for name, rule in self.rules.items()}
        times = [each.until for each in outcomes.values() if each.until is not None]
        held = frozenset(rule for rule, outcome in outcomes.items() if outcome.holds)
        return Answer(held, min(times, default=None))


class _Conditions(NamedTuple):
    """What policies ask of a device besides being named.

    Attributes:
        plain: ids of those that ask nothing.
        others: those that do.
        questions: that their rules are in.
    """

    plain: frozenset[str]
    others: tuple[Policy, ...]
    questions: tuple[Question, ...]


class Admissions:
    """Decides which of the policies that name a device apply to it now.

    Attributes:
        now: the time that everything is as of.
        settings: the tenant's.
        groups: by id.
        rules: those that compile, by id.
        faults: by id of a rule that does not compile, why.
    """

    def __init__(self) -> None:
        self.now = EPOCH
        self.settings = Settings()
        self.groups: dict[str, Group] = {}
        self.rules: dict[str, Rule] = {}
        self.texts: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        self._policies: dict[str, Policy] = {}
        self._carried: Counter[str] = Counter()
        self._questions: dict[tuple[str, ...], Question] = {}
        self._conditions: dict[frozenset[str], _Conditions] = {}
        self._until: dict[str, datetime] = {}
        self._due: list[tuple[datetime, str]] = []

    def put_rule(self, rule: RuleEntity) -> set[str]:
        """Add the rule, or replace it; return the ids of the policies that carry it."""
        concerned = self.remove_rule(rule.id)
        self.texts[rule.id] = rule.text
        try:
            self.rules[rule.id] = compiled(rule.text)
        except RuleError as error:
            self.faults[rule.id] = f"The rule never holds: {error.detail}"
        else:
            self._ask(rule.id)
        return concerned

    def remove_rule(self, rule_id: str) -> set[str]:
        """Forget the rule; return the ids of the policies that carry it and apply no more."""
        self._ask_no_more(rule_id)
        self.rules.pop(rule_id, None)
        self.texts.pop(rule_id, None)
        self.faults.pop(rule_id, None)
        if not self._carried[rule_id]:
            return set()
        return {each.id for each in self._policies.values() if each.rule == rule_id}

    def add_policy(self, policy: Policy) -> None:
        """Ask of devices what the policy does."""
        self._policies[policy.id] = policy
        self._conditions.clear()
        if rule := _condition(policy):
            self._carried[rule] += 1
            self._ask(rule)

    def drop_policy(self, policy: Policy) -> None:
        """Forget the policy, as it was added."""
        del self._policies[policy.id]
        self._conditions.clear()
        if rule := _condition(policy):
            self._carried[rule] -= 1
            if not self._carried[rule]:
                self._ask_no_more(rule)

    def asked(self) -> set[str]:
        """Return the ids of the devices that any rule was asked of."""
        return set(self._until)

    def applying(
        self, device: Device, user: User, candidates: frozenset[str], *, beside: bool = False
    ) -> frozenset[str]:
        """Return those of the policies, which name the device, that apply to it now.

        Args:
            device: which.
            user: its owner.
            candidates: ids of the policies.
            beside: others apply to it, too, and are as they were.
        """
        if not beside:
            self.forget(device.id)
        conditions = self._conditions.get(candidates)
        if conditions is None:
            conditions = self._conditions[candidates] = self._conditions_of(candidates)
        if not conditions.others:
            return conditions.plain
        held = self._held(device, user, conditions.questions)
        origin = device.facts.get("origin.ip")
        return conditions.plain.union(
            policy.id
            for policy in conditions.others
            if (not policy.allow or policy.rule is None or policy.rule in held)
            and comes_from(policy, origin)
        )

    def explained(self, rule_id: str, device: Device, user: User) -> Explanation | None:
        """Return why a rule holds for the device or not; None: it does not compile or is gone."""
        rule = self.rules.get(rule_id)
        return None if rule is None else explain(rule, self.prepared(device, user))

    def prepared(self, device: Device, user: User, now: datetime | None = None) -> Prepared:
        """Return what rules are evaluated against for the device; arguments as in ``facts``."""
        return Prepared(spoken(self.facts(device, user, now)), now or self.now)

    def facts(self, device: Device, user: User, now: datetime | None = None) -> Facts:
        """Return all that rules may ask about the device.

        Args:
            device: which.
            user: its owner.
            now: None: the time that everything is as of.
        """
        groups = [self.groups[each] for each in user.groups if each in self.groups]
        roles = user.roles or tuple(sorted({role for group in groups for role in group.roles}))
        facts: Facts = {
            **user.facts,
            **device.facts,
            "user.groups": tuple(sorted(group.name for group in groups)),
            "user.roles": roles,
            "zone": self.settings.zone,
        }
        lapse = self._lapse(device)
        if lapse is not None and lapse <= (now or self.now):
            return {n: fact for n, fact in facts.items() if not is_reported(n)}
        return facts

    def forget(self, device_id: str) -> None:
        """Expect nothing of the device any more."""
        self._until.pop(device_id, None)

    def expected(self) -> dict[str, datetime]:
        """Return what is expected of the devices, to be ``expect``ed again later."""
        return dict(self._until)

    def expect(self, expected: dict[str, datetime]) -> None:
        """Expect what was expected before."""
        self._until = expected
        self._due = [(until, each) for each, until in expected.items() if until < _NEVER]
        heapq.heapify(self._due)

    def next(self) -> datetime | None:
        """Return when ``due`` will return something; None: never by itself."""
        while self._due and self._until.get(self._due[0][1]) != self._due[0][0]:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def advance(self, now: datetime) -> set[str]:
        """Let it be later; return the ids of the devices for which that may matter."""
        if now < self.now:
            # The clock was wrong: nothing that depends on it may be kept.
            for question in self._questions.values():
                question.answers.clear()
            self.now = now
            return self.asked()
        self.now = now
        found: set[str] = set()
        while (until := self.next()) is not None and until <= now:
            found.add(self._due[0][1])
            self.forget(self._due[0][1])
        return found

    def _held(self, device: Device, user: User, questions: Iterable[Question]) -> set[str]:
        facts = self.facts(device, user)
        known = {name: hashable(fact) for name, fact in facts.items()}
        held: set[str] = set()
        until: datetime | None = None
        for question in questions:
            answer = question.answer(known, facts, self.now)
            held |= answer.held
            until = _earlier(until, answer.until)
            if question.asks_of_report and (lapse := self._lapse(device)) and lapse > self.now:
                until = _earlier(until, lapse)
            if len(question.answers) > len(self._until) * 2 + _SPARE_ANSWERS:
                question.answers.clear()
        self._expect(device.id, until)
        return held

    def _expect(self, device_id: str, until: datetime | None) -> None:
        before = self._until.get(device_id, _NEVER)
        # One that is never due is kept, so that a clock that is set back finds it.
        self._until[device_id] = min(before, until or _NEVER)
        if self._until[device_id] < before:
            heapq.heappush(self._due, (self._until[device_id], device_id))

    def _lapse(self, device: Device) -> datetime | None:
        """Return when the device's report counts as absent; None: there is none."""
        checked = device.facts.get(LAST_CHECK)
        if not isinstance(checked, int | float):
            return None
        return EPOCH + timedelta(seconds=checked + self.settings.posture_seconds)

    def _conditions_of(self, candidates: frozenset[str]) -> _Conditions:
        policies = [self._policies[each] for each in candidates]
        others = tuple(p for p in policies if _condition(p) or p.source_ips)
        rules = {_condition(policy) for policy in others}
        questions = tuple(q for q in self._questions.values() if rules & q.rules.keys())
        return _Conditions(candidates.difference(p.id for p in others), others, questions)

    def _ask(self, rule_id: str) -> None:
        rule = self.rules.get(rule_id)
        if rule is None or not self._carried[rule_id]:
            return
        names = tuple(sorted(rule.variables - {"now"}))
        question = self._questions.setdefault(names, Question(names))
        if rule_id not in question.rules:
            question.rules[rule_id] = rule
            question.answers.clear()
            self._conditions.clear()

    def _ask_no_more(self, rule_id: str) -> None:
        for names, question in list(self._questions.items()):
            if question.rules.pop(rule_id, None):
                question.answers.clear()
                self._conditions.clear()
                if not question.rules:
                    del self._questions[names]


_NEVER = datetime.max.replace(tzinfo=UTC)


def comes_from(policy: Policy, origin: Fact | None) -> bool:
    """Say whether a device from this address is among those that the policy is narrowed to.

    One from an unknown address is where that denies, and is not where it allows.
    """
    if not policy.source_ips:
        return True
    if not isinstance(origin, str):
        return not policy.allow
    return _is_within(origin, policy.source_ips)


@lru_cache(maxsize=1 << 16)
def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    return any(ip_address(address) in ip_network(network) for network in networks)


@lru_cache(maxsize=1 << 12)
def compiled(text: str) -> Rule:
    """Return the rule; the same one for the same text.

    Raises:
        RuleError: it does not compile.
    """
    return compile_rule(text)


def spoken(facts: Facts) -> dict[str, Any]:
    """Return the facts as the language has them."""
    values: dict[str, Any] = {
        name: list(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()
    }
    if isinstance(checked := facts.get(LAST_CHECK), int | float):
        values[LAST_CHECK] = EPOCH + timedelta(seconds=checked)
    return values


def _condition(policy: Policy) -> str | None:
    """Return the rule that must hold; a deny knows no conditions but where it comes from."""
    return policy.rule if policy.allow else None


def hashable(fact: Fact) -> object:
    """Return what tells a fact from others, to rules."""
    if isinstance(fact, dict):
        # True, 1 and 1.0 are equal to Python, and not to rules.
        return tuple(sorted((name, type(v).__name__, v) for name, v in fact.items()))
    return fact


def is_reported(name: str) -> bool:
    """Say whether a device has to report a fact, so that it is absent once the report is old."""
    return name.startswith(_REPORTED) or name == LAST_CHECK


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
