"""What the text of an admission rule says, read once for each text, beside the event loop.

A long rule takes a tenth of a second to read. One thread does it, so that whoever sends many of
them waits for themselves.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from gatescale.admission.explanation import explain
from gatescale.admission.faults import RuleError
from gatescale.admission.finding import Explanation
from gatescale.admission.form import Form
from gatescale.admission.forms import form_of
from gatescale.admission.rules import Prepared, compile_rule
from gatescale.contract.admission_rules import RuleFault

_MOST_KNOWN = 1 << 12


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


_known: dict[str, Reading] = {}
_thread = ThreadPoolExecutor(1, "rules")


async def read(text: str) -> Reading:
    """Return what a text says."""
    return (await read_each([text]))[0]


async def read_each(texts: Sequence[str]) -> list[Reading]:
    """Return what texts say, in their order."""
    found = {text: reading for text in texts if (reading := _known.get(text))}
    if unknown := {text for text in texts if text not in found}:
        loop = asyncio.get_running_loop()
        found |= await loop.run_in_executor(_thread, _read_all, unknown)
    return [found[text] for text in texts]


async def explained(text: str, prepared: Prepared) -> Explanation:
    """Return why a rule holds or not.

    Raises:
        RuleError: it is none.
    """
    return await asyncio.get_running_loop().run_in_executor(_thread, _explained, text, prepared)


def _read_all(texts: set[str]) -> dict[str, Reading]:
    found = {text: _read(text) for text in texts}
    if len(_known) + len(found) > _MOST_KNOWN:
        _known.clear()
    _known.update(found)
    return found


def _read(text: str) -> Reading:
    try:
        rule = compile_rule(text)
    except RuleError as error:
        return Reading(RuleFault(line=error.line, column=error.column, detail=error.detail))
    return Reading(
        form=form_of(rule),
        times=rule.times,
        variables=tuple(sorted(rule.variables)),
        warnings=rule.warnings,
    )


def _explained(text: str, prepared: Prepared) -> Explanation:
    return explain(compile_rule(text), prepared)
