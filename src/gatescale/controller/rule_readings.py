"""What the text of an admission rule says, read once for each text."""

from functools import lru_cache

import msgspec

from gatescale.admission.faults import RuleError
from gatescale.admission.form import Form
from gatescale.admission.forms import from_rule
from gatescale.admission.rules import compile_rule
from gatescale.contract.admission_rules import RuleFault


class Reading(msgspec.Struct, frozen=True):
    """What a text says; where it is no rule, nothing but the error.

    Attributes:
        times: the parts that read the time.
        variables: names, sorted.
    """

    error: RuleFault | None = None
    form: Form | None = None
    times: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def has_time(self) -> bool:
        """Whether time alone can change the rule."""
        return bool(self.times)


@lru_cache(maxsize=1 << 12)
def read(text: str) -> Reading:
    """Return what a text says."""
    try:
        rule = compile_rule(text)
    except RuleError as error:
        return Reading(RuleFault(line=error.line, column=error.column, detail=error.detail))
    return Reading(
        form=from_rule(text),
        times=rule.times,
        variables=tuple(sorted(rule.variables)),
        warnings=rule.warnings,
    )
