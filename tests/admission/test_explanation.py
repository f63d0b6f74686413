"""What administrators are told about why a rule holds or not."""

import pytest

from admission.facts import FACTS, NOW
from admission.test_language import DO_NOT_HOLD, HOLD
from gatescale.admission.explanation import explain
from gatescale.admission.finding import Finding, Seen
from gatescale.admission.rules import Prepared, compile_rule

PREPARED = Prepared(FACTS, NOW)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "user.department == 'Sales'",
            "user.department == 'Sales' does not hold: user.department is 'Engineering'.",
        ),
        (
            "user.department == 'Engineering' && device.owned",
            (
                "user.department == 'Engineering' holds: user.department is 'Engineering'; "
                "device.owned holds: device.owned is true."
            ),
        ),
        (
            "device.owned && device.posture.firewall && user.title == 'CTO'",
            "device.posture.firewall does not hold: device.posture.firewall is false.",
        ),
        (
            "device.owned && user.title == 'CTO'",
            "user.title == 'CTO' does not hold: user.title is absent.",
        ),
        (
            "device.posture.firewall || user.title == 'CTO'",
            (
                "device.posture.firewall does not hold: device.posture.firewall is false; "
                "user.title == 'CTO' does not hold: user.title is absent."
            ),
        ),
        (
            "device.posture.firewall || user.title == 'CTO' || device.owned",
            "device.owned holds: device.owned is true.",
        ),
        ("!device.owned", "!device.owned does not hold: device.owned is true."),
        (
            "device.owned ? user.attributes.pet == 'cat' : true",
            "user.attributes.pet == 'cat' does not hold: user.attributes.pet is absent.",
        ),
        (
            "device.posture.secureBoot ? true : true",
            "device.posture.secureBoot does not hold: device.posture.secureBoot is absent.",
        ),
        (
            "user.groups.exists(g, g == 'Sales')",
            (
                "user.groups.exists(g, g == 'Sales') does not hold: "
                "user.groups is ['Engineers', 'On call']."
            ),
        ),
        (
            "user.attributes['cost centre'] == 1 || user.attributes.level > 3",
            (
                "user.attributes['cost centre'] == 1 does not hold: "
                "user.attributes['cost centre'] is absent; "
                "user.attributes.level > 3 does not hold: user.attributes.level is 3."
            ),
        ),
        (
            "user.attributes.site.atLeast('1')",
            (
                "user.attributes.site.atLeast('1') does not hold: 'Berlin' is no version such as "
                "'12.5' or '10.0.22631', user.attributes.site is 'Berlin'."
            ),
        ),
        (
            "user.attributes.level.below('1')",
            (
                "user.attributes.level.below('1') does not hold: below cannot be applied to what "
                "it is given, user.attributes.level is 3."
            ),
        ),
        (
            "now.on(['MONDAY'], zone)",
            (
                "now.on(['MONDAY'], zone) does not hold: now is Sat 2026-03-28 10:00:00 UTC, "
                "zone is 'Europe/Berlin'."
            ),
        ),
        (
            "[1, 2, 3, 4, 5].all(n, n > 0) && 'a' == 'a' && 1 == 1 && 2 == 2 && true",
            "[1, 2, 3, 4, 5].all(n, n > 0) holds; 'a' == 'a' holds; 1 == 1 holds; and 2 more.",
        ),
    ],
)
def test_one_sentence_names_what_decided(text: str, sentence: str) -> None:
    assert explain(compile_rule(text), PREPARED).sentence == sentence


@pytest.mark.parametrize("text", HOLD + DO_NOT_HOLD)
def test_the_explanation_says_what_the_evaluation_says(text: str) -> None:
    rule = compile_rule(text)
    explanation = explain(rule, PREPARED)
    assert explanation.holds == rule.decide(PREPARED).holds
    assert explanation.holds == (explanation.finding.result == "holds")
    assert explanation.sentence


def test_a_rule_is_told_part_by_part() -> None:
    finding = explain(
        compile_rule(
            "device.owned\n  && (user.title == 'CTO' || user.department == 'Sales'\n"
            "      || user.attributes.site.within('10.0.0.0/8'))"
        ),
        PREPARED,
    ).finding
    assert (finding.line, finding.column, finding.result) == (1, 1, "absent")
    owned, others = finding.parts
    assert owned == Finding("device.owned", 1, 1, "holds", "", (Seen("device.owned", "true"),), ())
    assert (others.line, others.column) == (2, 7)
    title, department, site = others.parts
    assert (title.result, title.detail) == ("absent", "user.title is absent")
    assert title.seen == (Seen("user.title", None),)
    assert (department.result, department.column) == ("does not hold", 30)
    assert (site.line, site.column, site.result) == (3, 10, "error")
    assert site.detail == "'Berlin' does not appear to be an IPv4 or IPv6 address"


def test_long_values_are_cut() -> None:
    facts = FACTS | {"user.title": "x" * 200, "user.groups": [str(n) for n in range(9)]}
    rule = compile_rule("user.title in user.groups")
    assert explain(rule, Prepared(facts, NOW)).sentence == (
        f"user.title in user.groups does not hold: user.title is '{'x' * 100}'…, "
        "user.groups is ['0', '1', '2', '3', '4', and 4 more]."
    )


def test_a_row_of_hundreds_of_conditions_is_one_level() -> None:
    text = " || ".join(f"user.department == '{number}'" for number in range(250))
    finding = explain(compile_rule(text), PREPARED).finding
    assert len(finding.parts) == 250
    assert {part.result for part in finding.parts} == {"does not hold"}
