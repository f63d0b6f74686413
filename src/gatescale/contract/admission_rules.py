"""Admission rules."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatescale.admission.finding import Explanation
from gatescale.admission.form import Form
from gatescale.contract.fields import Id, Input, Name, Noun, Output

Expression = Annotated[
    str,
    Meta(
        description="a condition like user.department == 'Engineering'",
        # The language refuses what is longer, blank or has a NUL, in better words.
        extra_json_schema={
            "minLength": 1,
            "maxLength": 10_000,
            "pattern": r"^[^\x00]*[^\s\x00][^\x00]*$(?!\n)",
        },
    ),
]


class RuleFault(Output, frozen=True, kw_only=True):
    """Why a text is no rule.

    Attributes:
        line: counted from 1.
        column: the same, in characters.
        detail: what is wrong and what would be right.
    """

    line: int
    column: int
    detail: str


class AdmissionRule(Noun, frozen=True, kw_only=True):
    """A condition that policies may carry.

    Attributes:
        has_time_constraint: it reads the time, so that it can change by time alone.
        warnings: sentences about what always or never holds.
        error: why a rule that was saved by an earlier release is none; it never holds.
        form: the same as a form, where it has that shape.
    """

    name: str
    type: Literal["ALLOW", "DENY", "CUSTOM"]
    has_time_constraint: bool
    rule: str
    warnings: list[str]
    error: RuleFault | None
    form: Form | None


class WriteAdmissionRule(Input, frozen=True, kw_only=True):
    """CreateAdmissionRule and UpdateAdmissionRule; exactly one of ``rule`` and ``form``.

    Attributes:
        has_time_constraint: whether it reads the time; checked against the rule.
        form: a rule as a form.
    """

    name: Name
    rule: Expression | None = None
    has_time_constraint: bool
    form: Form | msgspec.UnsetType | None = msgspec.UNSET


class CheckAdmissionRule(Input, frozen=True, kw_only=True):
    """A rule that may not be saved yet; exactly one of ``rule`` and ``form``.

    Attributes:
        device_id: a device to try the rule on.
    """

    rule: str | None = None
    form: Form | None = None
    device_id: Id | None = None


class CheckedRule(Output, frozen=True, kw_only=True):
    """What a rule says.

    Attributes:
        form: the same as a form, where it has that shape.
        has_time_constraint: it reads the time; null where it is no rule.
        variables: that it reads.
        warnings: sentences about what always or never holds.
        error: why it is no rule.
        explanation: whether it would hold for the device now, and why.
    """

    rule: str
    form: Form | None
    has_time_constraint: bool | None
    variables: list[str]
    warnings: list[str]
    error: RuleFault | None
    explanation: Explanation | None


class RuleVariable(Output, frozen=True, kw_only=True):
    """Something that a rule can ask about."""

    name: str
    kind: Literal["string", "boolean", "timestamp", "list of strings", "map"]
    meaning: str


class RuleFunction(Output, frozen=True, kw_only=True):
    """A function that rules have beyond CEL's own; one that can be called in two ways is twice.

    Attributes:
        signature: kinds of what it is asked of, takes and comes to.
        example: of a call.
    """

    name: str
    signature: str
    meaning: str
    example: str


class RuleLanguage(Output, frozen=True, kw_only=True):
    """What rules can say beyond CEL."""

    variables: list[RuleVariable]
    functions: list[RuleFunction]
