"""Admission rules."""

from typing import Literal

from gatescale.contract.fields import Noun


class AdmissionRule(Noun, frozen=True, kw_only=True):
    """A condition that policies may carry."""

    name: str
    type: Literal["ALLOW", "DENY", "CUSTOM"]
    has_time_constraint: bool
    rule: str
