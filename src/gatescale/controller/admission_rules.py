"""Admission rules: conditions that policies may carry; two are built in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.admission.form import Form
from gatescale.admission.forms import to_rule, violations
from gatescale.admission.functions import FUNCTIONS
from gatescale.admission.variables import VARIABLES
from gatescale.contract.admission_rules import (
    AdmissionRule,
    CheckAdmissionRule,
    CheckedRule,
    RuleFault,
    RuleFunction,
    RuleLanguage,
    RuleVariable,
    WriteAdmissionRule,
)
from gatescale.controller import facts
from gatescale.controller.rule_readings import Reading, explained, read, read_each
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.folding import key
from gatescale.controller.store.session import Target, TenantSession, Transaction, new_id
from gatescale.errors import ConflictError, InvalidError, NotFoundError, Violation
from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Kind, Remove

t = tables.admission_rules
_id = sa.bindparam("id", type_=sa.String)

COLUMNS = (
    t.c.id,
    t.c.created_at,
    t.c.updated_at,
    t.c.name,
    t.c.type,
    t.c.has_time_constraint,
    t.c.rule,
)
_ROWS = sa.select(*COLUMNS)
_ONE = _ROWS.where(t.c.id == _id)
_SOME = _ROWS.where(t.c.id.in_(sa.bindparam("ids", expanding=True, type_=sa.String)))
_ALL = _ROWS.order_by(t.c.type == "CUSTOM", t.c.name_key)
_UNRESTRICTED = _ROWS.where(t.c.type == "ALLOW")


async def shown(rows: Sequence[Row]) -> list[AdmissionRule]:
    """Return rules from rows of ``COLUMNS``."""
    readings = await read_each([row["rule"] for row in rows])
    return [_shown(row, reading) for row, reading in zip(rows, readings, strict=True)]


def _shown(row: Row, reading: Reading) -> AdmissionRule:
    stored = bool(row["has_time_constraint"])
    return AdmissionRule(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        type=row["type"],
        has_time_constraint=reading.has_time if reading.error is None else stored,
        rule=row["rule"],
        warnings=_warnings(row["type"], reading),
        error=reading.error,
        form=reading.form,
    )


def _warnings(kind: str, reading: Reading) -> list[str]:
    # The built-in ones are meant to hold always or never.
    return list(reading.warnings) if kind == "CUSTOM" else []


async def every(session: TenantSession) -> list[AdmissionRule]:
    """Return all rules, the built-in ones first."""
    return await shown(await session.all(_ALL))


async def some(session: TenantSession, ids: Sequence[str]) -> dict[str, AdmissionRule]:
    """Return those of these rules that exist, by id."""
    found = await shown(await session.all(_SOME, ids=list(ids)))
    return {rule.id: rule for rule in found}


async def find(session: TenantSession, rule_id: str) -> AdmissionRule:
    """Return a rule.

    Raises:
        NotFoundError: there is none of this id.
    """
    return (await shown([await session.find(_ONE, f"admission rule {rule_id}", id=rule_id)]))[0]


async def unrestricted(session: TenantSession) -> AdmissionRule:
    """Return the built-in rule that always holds."""
    return (await shown([await session.find(_UNRESTRICTED, "unrestricted admission rule")]))[0]


async def create(transaction: Transaction, wanted: WriteAdmissionRule) -> AdmissionRule:
    """Make a rule, for policies to carry.

    Raises:
        InvalidError: it says nothing that could hold, or something else than is said of it.
        ConflictError: the name is taken.
    """
    row = {
        "id": new_id(),
        "created_at": transaction.stamp,
        "type": "CUSTOM",
        **await _written(transaction, wanted),
    }
    try:
        await transaction.insert(t, row)
    except DuplicateError:
        raise _name_taken(wanted) from None
    rule = await find(transaction, row["id"])
    transaction.changed(*facts.put(await facts.rules(transaction, [rule.id])))
    transaction.record("AdmissionRulesController_create", _target(rule), after=rule)
    return rule


async def update(
    transaction: Transaction, rule_id: str, wanted: WriteAdmissionRule
) -> AdmissionRule:
    """Change a rule; it holds in its new form for every policy that carries it.

    Raises:
        NotFoundError: there is no such rule.
        InvalidError: it says nothing that could hold, or something else than is said of it.
        ConflictError: a built-in rule, or the name is taken.
    """
    rule = await find(transaction, rule_id)
    _refuse_built_in(rule)
    try:
        await transaction.update(t, rule_id, await _written(transaction, wanted))
    except DuplicateError:
        raise _name_taken(wanted) from None
    changed = await find(transaction, rule_id)
    transaction.changed(*facts.put(await facts.rules(transaction, [rule_id])))
    transaction.record("AdmissionRulesController_update", _target(rule), before=rule, after=changed)
    return changed


_CARRIERS = (
    sa.select(tables.policies.c.name)
    .where(tables.policies.c.rule_id == _id)
    .order_by(tables.policies.c.type, tables.policies.c.order)
)
_DELETE = sa.delete(t).where(t.c.id == _id)


async def delete(transaction: Transaction, rule_id: str) -> None:
    """Remove a rule that no policy carries.

    Raises:
        NotFoundError: there is no such rule.
        ConflictError: a built-in rule, or in use; names the policies that carry it.
    """
    rule = await find(transaction, rule_id)
    _refuse_built_in(rule)
    carriers = [row["name"] for row in await transaction.all(_CARRIERS, id=rule_id)]
    if carriers:
        raise ConflictError(f"{rule.name} is carried by the policies {', '.join(carriers)}.")
    await transaction.run(_DELETE, id=rule_id)
    transaction.changed(Remove(Kind.RULE, rule_id))
    transaction.record("AdmissionRulesController_delete", _target(rule), before=rule)


def _refuse_built_in(rule: AdmissionRule) -> None:
    if rule.type != "CUSTOM":
        raise ConflictError(f"{rule.name} is built in and stays as it is.")


async def _written(transaction: Transaction, wanted: WriteAdmissionRule) -> dict[str, Any]:
    text = _text(wanted.rule, None if wanted.form is msgspec.UNSET else wanted.form)
    reading = await read(text)
    if reading.error is not None:
        pointer = "/rule" if wanted.rule is not None else "/form"
        raise InvalidError.of([Violation(pointer, _sentence(reading.error))])
    if wanted.has_time_constraint != reading.has_time:
        raise InvalidError.of([Violation("/hasTimeConstraint", _said_wrong(reading.times))])
    return {
        "updated_at": transaction.stamp,
        "name": wanted.name,
        "name_key": key(wanted.name),
        "rule": text,
        "has_time_constraint": reading.has_time,
    }


def _text(rule: str | None, form: Form | None) -> str:
    """Return the rule that one of the two says.

    Raises:
        InvalidError: there is none, or both, or the form has values that are none.
    """
    if rule is not None and form is not None:
        raise InvalidError("Give rule or form, not both.", pointer="/form")
    if form is not None:
        if wrong := violations(form, "/form"):
            raise InvalidError.of([Violation(each.pointer, f"{each.detail}.") for each in wrong])
        return to_rule(form)
    if rule is None:
        raise InvalidError("Give a rule, or a form.", pointer="/rule")
    return rule


def _sentence(error: RuleFault) -> str:
    end = "" if error.detail.endswith("?") else "."
    return f"Line {error.line}, column {error.column}: {error.detail}{end}"


def _said_wrong(times: tuple[str, ...]) -> str:
    if times:
        return f"The rule reads the time, so this is true: {times[0][:200]}."
    return "The rule does not read the time, so this is false."


async def check(wanted: CheckAdmissionRule, model: Model | None, now: datetime) -> CheckedRule:
    """Return what a rule says, and how it would decide.

    Args:
        wanted: the rule.
        model: the tenant's; needed if there is a device to try the rule on.
        now: when that is.

    Raises:
        InvalidError: there is no rule, or a form has values that are none.
        NotFoundError: there is no such device.
    """
    text = _text(wanted.rule, wanted.form)
    reading = await read(text)
    explanation = None
    if wanted.device_id is not None and model is not None:
        if wanted.device_id not in model.devices:
            raise NotFoundError(f"There is no device {wanted.device_id}.", pointer="/deviceId")
        if reading.error is None:
            explanation = await explained(text, model.prepared(wanted.device_id, now))
    return CheckedRule(
        rule=text,
        form=reading.form,
        has_time_constraint=None if reading.error else reading.has_time,
        variables=list(reading.variables),
        warnings=list(reading.warnings),
        error=reading.error,
        explanation=explanation,
    )


def language() -> RuleLanguage:
    """Return what rules can say beyond CEL."""
    return RuleLanguage(
        variables=[
            RuleVariable(name=each.name, kind=each.kind, meaning=each.meaning)
            for each in VARIABLES.values()
        ],
        functions=[
            RuleFunction(
                name=each.name,
                signature=each.signature,
                meaning=each.meaning,
                example=each.usage,
            )
            for each in FUNCTIONS
        ],
    )


def _name_taken(wanted: WriteAdmissionRule) -> ConflictError:
    return ConflictError(f"There is an admission rule {wanted.name!r} already.", pointer="/name")


def _target(rule: AdmissionRule) -> Target:
    return Target("admission rule", rule.id, rule.name)
