"""docs/admission-rules.md says what is so."""

import re
from pathlib import Path

import msgspec
import pytest

from gatescale.admission.form import Form
from gatescale.admission.forms import from_rule
from gatescale.admission.functions import FUNCTIONS
from gatescale.admission.rules import RuleError, compile_rule
from gatescale.admission.variables import VARIABLES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "admission-rules.md").read_text()
EXAMPLES = re.findall(r"```cel\n(.*?)\n```", DOCUMENT, re.DOTALL)
REFUSED = re.findall(r"^\| `(.*)` \| (line .*) \|$", DOCUMENT, re.MULTILINE)


def test_the_form_that_is_shown_is_the_rule_that_is_shown() -> None:
    (shown,) = re.findall(r"```json\n(.*?)\n```", DOCUMENT, re.DOTALL)
    assert msgspec.json.decode(shown, type=Form) == from_rule(EXAMPLES[-1])


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_a_rule_that_can_hold_or_not(text: str) -> None:
    assert compile_rule(text).warnings == ()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 10
    assert len(REFUSED) > 4
    assert from_rule(EXAMPLES[-1]) is not None


@pytest.mark.parametrize(("text", "answer"), REFUSED)
def test_every_refusal_is_worded_so(text: str, answer: str) -> None:
    with pytest.raises(RuleError) as caught:
        compile_rule(text)
    assert str(caught.value) == answer


def test_every_variable_and_function_is_in_its_table() -> None:
    for variable in VARIABLES.values():
        assert f"| `{variable.name}` | {variable.kind} | {variable.meaning} |" in DOCUMENT
    for function in FUNCTIONS:
        assert f"| `{function.usage}` | {function.meaning} |" in DOCUMENT
