"""Which policy tests hold, and what speaks against those that do not, told by name."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from gatescale.admission import clock
from gatescale.contract.fields import Named
from gatescale.contract.policy_tests import (
    Counterexample,
    PolicyTest,
    PolicyTestOutcome,
    PolicyTestRun,
    TestedUser,
)
from gatescale.controller import policy_test_terms, policy_tests, regions, tenant_settings
from gatescale.controller.clock import stamp
from gatescale.controller.store import tables
from gatescale.controller.store.session import Target, TenantSession, Transaction
from gatescale.controller.verdicts import DecisionPoint
from gatescale.errors import BrokenTestError, Violation
from gatescale.policy import assertions
from gatescale.policy.assertions import Findings

_ids = sa.bindparam("ids", expanding=True, type_=sa.String)
_NAMED = {
    kind: sa.select(table.c.id, table.c[column].label("name")).where(table.c.id.in_(_ids))
    for kind, table, column in (
        ("user", tables.users, "email"),
        ("device", tables.devices, "name"),
        ("resource", tables.resources, "name"),
        ("policy", tables.policies, "name"),
        ("gateway", tables.gateways, "name"),
    )
}


async def run(session: TenantSession, point: DecisionPoint) -> PolicyTestRun:
    """Return whether each policy test holds now."""
    tests = await policy_tests.every(session)
    found = point.model.findings(map(policy_test_terms.assertion, tests), session.now)
    outcomes = await _told(session, tests, found)
    return PolicyTestRun(
        at=stamp(session.now),
        revision=point.revision,
        holds=not found,
        outcomes=outcomes,
    )


async def broken(
    transaction: Transaction, point: DecisionPoint, tests: Sequence[PolicyTest]
) -> list[PolicyTestOutcome]:
    """Return the outcomes of the policy tests that a transaction breaks.

    Those are the ones that held before it, and those that it made or changed itself.

    Args:
        transaction: which has yet to end.
        point: the tenant's policy before it.
        tests: the policy tests as it left them.
    """
    now, changes = transaction.now, transaction.facts
    # What a transaction wrote bears its time.
    written = {test.id for test in tests if test.updated_at == transaction.stamp}
    new, old = (
        [policy_test_terms.assertion(test) for test in tests if (test.id in written) is is_new]
        for is_new in (True, False)
    )
    found: Findings = {
        **point.model.broken(old if changes else (), now, changes),
        **point.model.findings(new, now, changes),
    }
    return await _told(transaction, [t for t in tests if t.id in found], found)


def refuse(outcomes: Sequence[PolicyTestOutcome]) -> None:
    """Refuse what breaks policy tests.

    Raises:
        BrokenTestError: there are any; names each, with a counter-example.
    """
    if outcomes:
        details = [
            f"The policy test {each.test.name} would not hold: {each.counterexamples[0].sentence}"
            for each in outcomes
        ]
        raise BrokenTestError.of([Violation("", detail) for detail in details])


def record(transaction: Transaction, outcomes: Iterable[PolicyTestOutcome]) -> None:
    """Write into the audit log that a change breaks policy tests, as somebody wanted it to."""
    for each in outcomes:
        target = Target("policy test", each.test.id, each.test.name)
        transaction.record("PolicyTestsController_ignore", target, after=each)


async def _told(
    session: TenantSession, tests: Iterable[PolicyTest], found: Findings
) -> list[PolicyTestOutcome]:
    zone = (await tenant_settings.find(session)).time_zone
    words = _Words(zone, await _names(session, found))
    return [
        PolicyTestOutcome(
            test=Named(id=test.id, name=test.name),
            holds=test.id not in found,
            counterexamples=[words.told(test, each) for each in found.get(test.id, ())],
        )
        for test in tests
    ]


async def _names(session: TenantSession, found: Findings) -> Mapping[str, str]:
    """Return the names of what counter-examples mention, by id."""
    names: dict[str, str] = {}
    for kind, statement in _NAMED.items():
        mentioned = {getattr(each, kind) for against in found.values() for each in against}
        rows = await session.all_of(statement, sorted(mentioned - {None}))
        names |= {row["id"]: row["name"] for row in rows}
    return names


class _Words:
    """Tells counter-examples by name, in sentences."""

    def __init__(self, zone: str, names: Mapping[str, str]) -> None:
        self._zone = clock.zone(zone)
        self._names = names

    def told(self, test: PolicyTest, found: assertions.Counterexample) -> Counterexample:
        """Return a counter-example to a test."""
        user = found.user and TestedUser(id=found.user, email=self._name(found.user))
        sentence = self._sentence(test, found)
        if test.times and found.at is not None:
            there = found.at.astimezone(self._zone)
            sentence = f"On {there:%A at %H:%M}: {sentence}"
        return Counterexample(
            reason=found.reason,
            user=user or None,
            device=self._named(found.device),
            resource=self._named(found.resource),
            policy=self._named(found.policy),
            gateway=self._named(found.gateway),
            at=stamp(found.at) if found.at else None,
            sentence=sentence,
        )

    def _sentence(self, test: PolicyTest, found: assertions.Counterexample) -> str:
        part = "; ".join(regions.parts(found.part)[:_PARTS_TOLD])
        offered = " ".join(each for each in (test.protocol, test.port) if each)
        return _SENTENCES[found.reason].format(
            user=self._name(found.user),
            resource=self._name(found.resource),
            policy=self._name(found.policy),
            gateway=self._name(found.gateway),
            device=f" with the device {self._name(found.device)}" if found.device else "",
            part=part and f" ({part})",
            offering=offered and f" that offers {offered}",
            sources=", ".join(found.source_ips),
            origin=test.given.get("origin.ip", "an unknown address"),
            rule=found.rule.sentence if found.rule else "it is gone, or says nothing.",
        )

    def _named(self, id: str | None) -> Named | None:
        return Named(id=id, name=self._name(id)) if id else None

    def _name(self, id: str | None) -> str:
        return self._names.get(id or "", id or "")


_PARTS_TOLD = 3
_SENTENCES: dict[assertions.Reason, str] = {
    "NOBODY": "It names nobody any more.",
    "NOTHING": "It names no resource any more.",
    "DESTINATION": "{resource} has no IP address{offering}.",
    "GATEWAY": "{resource} has no gateway.",
    "MISSING": "No policy lets {user} reach {resource}{part}.",
    "DENIED": "The policy {policy} denies {user} {resource}{part}.",
    "GRANTED": "The policy {policy} lets {user} reach {resource}{part} through {gateway}{device}.",
    "RULE": "The policy {policy} would let {user} reach {resource}, but its admission rule does not"
    " hold: {rule}",
    "ORIGIN": "The policy {policy} would let {user} reach {resource}, but it is for {sources};"
    " the device comes from {origin}.",
}
