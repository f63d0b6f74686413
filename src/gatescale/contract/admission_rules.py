"""Admission rules."""

from typing import Annotated, Literal

from msgspec import Meta

from gatescale.contract.fields import Input, Name, Noun

Expression = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=10_000,
        pattern=r"^[^\x00]*[^\s\x00][^\x00]*$(?!\n)",
        description="a condition like user.department == 'Engineering'",
    ),
]


class AdmissionRule(Noun, frozen=True, kw_only=True):
    """A condition that policies may carry."""

    name: str
    type: Literal["ALLOW", "DENY", "CUSTOM"]
    has_time_constraint: bool
    rule: str


class WriteAdmissionRule(Input, frozen=True, kw_only=True):
    """CreateAdmissionRule and UpdateAdmissionRule."""

    name: Name
    rule: Expression
    has_time_constraint: bool
