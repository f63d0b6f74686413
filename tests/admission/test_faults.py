"""What is refused, where, and in which words; and that nothing ends the process."""

import gc
import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admission.facts import FACTS, NOW
from gatescale.admission.explanation import explain
from gatescale.admission.rules import LONGEST, Outcome, Prepared, Rule, RuleError, compile_rule
from gatescale.admission.variables import VARIABLES

POSSIBLE = "this use of now cannot be foretold: now can be used in now.between"


@pytest.mark.parametrize(
    ("text", "line", "column", "detail"),
    [
        ("", 1, 1, "says nothing; a rule that always holds is: true"),
        (" \n ", 1, 1, "says nothing"),
        ("true" + " " * LONGEST, 1, 1, "is too long: 10004 characters, at most 10000"),
        ("user.email ==\n '\0'", 2, 3, "has a character that no text may have: U+0000"),
        ("'\ud800' == zone", 1, 2, "has a character that no text may have: U+D800"),
        # Grammar
        ("1 +", 1, 4, "something is missing at the end"),
        ("device.owned and true", 1, 14, "'and' is not expected here; CEL writes &&"),
        ("user.title = 'x'", 1, 12, "'=' is no operator; '==' compares"),
        ("user.title == 'x", 1, 15, "cannot be read here: token recognition error"),
        ("device.owned)", 1, 13, "')' is not expected here"),
        # Names
        ("user.departmnt == 'x'", 1, 1, "did you mean user.department?"),
        ("device.owned &&\n  user.foo == 'x'", 2, 3, "there are user.email, user.domain"),
        ("'é🙂' == user.departmnt", 1, 9, "did you mean user.department?"),
        ("device.posture.diskEncrypted", 1, 1, "did you mean device.posture.diskEncryption"),
        ("group == 'x'", 1, 1, "rules can ask about device, now, origin, user, zone"),
        ("user == 'x'", 1, 1, "user is not known; there are user.email"),
        ("user.email.endswith('x')", 1, 12, "did you mean endsWith?"),
        ("has(user.department)", 1, 1, "has() asks for a key of user.attributes"),
        ("device.owned && has( user.title )", 1, 17, "user.title needs none"),
        # Types
        ("user.department", 1, 1, "is no condition: compare it with something"),
        ("size(user.email) + 1", 1, 1, "is no condition: it must come to true or false"),
        ("user.attributes.level", 1, 1, "is no condition: compare it"),
        ("user.department == 1", 1, 17, "'==' cannot be applied to string and int"),
        ("device.owned && user.title", 1, 14, "'&&' needs conditions (booleans), not bool"),
        ("'x' in user.title", 1, 5, "'in' needs a list or map on its right"),
        ("now.between('09:00', zone)", 1, 5, "between is used as now.between('09:00'"),
        ("origin.ip.within(1)", 1, 17, "within does not take (string, int)"),
        # Literals
        ("origin.ip.within(['10.0.0.0/8', '10.0.0/8'])", 1, 33, "is no address or network"),
        ("device.os.version.atLeast('new')", 1, 27, "'new' is no version such as '12.5'"),
        ("versionCompare(device.appVersion, '') > 0", 1, 35, "'' is no version"),
        ("now.between('9:00', '17:00', zone)", 1, 13, "'9:00' is no time of day such as"),
        ("now.between('09:00', '09:00', zone)", 1, 13, "start and end are the same"),
        ("now.between('09:00', '17:00', 'Berlin')", 1, 31, "'Berlin' is no time zone such as"),
        ("now.between('09:00', '17:00', ['Fri'], zone)", 1, 32, "'Fri' is no weekday: MONDAY"),
        ("now.on(['monday'], zone)", 1, 9, "'monday' is no weekday: MONDAY, TUESDAY"),
        ("now.getHours('../Berlin') > 1", 1, 14, "is no time zone"),
        ("now.getHours(user.title) > 1", 1, 14, "a time zone must be a literal, or the variable"),
        ("device.lastCheck.getDate('/dev/zero') > 1", 1, 26, "is no time zone"),
        ("now > timestamp('2026-13-01')", 1, 7, "no timestamp such as '2027-01-31T09:00:00Z'"),
        ("now - device.lastCheck < duration('1d')", 1, 26, "no duration such as '36h'"),
        ("user.title.matches('(')", 1, 20, "invalid regular expression: missing )"),
        ("user.title.matches(user.email)", 1, 20, "a pattern must be written out as a literal"),
        ("1 / 0 == 1", 1, 1, "1 / 0: divide by zero"),
        ("google.protobuf.Duration{} == duration('1s')", 1, 1, "cannot be made in a rule"),
        ("[1].exists(user, user > 0)", 1, 1, "user already has a meaning"),
        # Time
        ("string(now) == 'x'", 1, 8, POSSIBLE),
        ("int(now) % 2 == 0", 1, 5, POSSIBLE),
        ("(device.owned ? now : device.lastCheck) < now", 1, 17, POSSIBLE),
        ("now in [device.lastCheck]", 1, 1, POSSIBLE),
        ("now + (now - device.lastCheck) > device.lastCheck", 1, 1, POSSIBLE),
        ("(now - device.lastCheck).getHours() > 1", 1, 2, POSSIBLE),
        ("now.getSeconds() == 3", 1, 1, "getSeconds() of now changes too often"),
        ("user.groups.exists(g, now > timestamp(g))", 1, 39, "must not depend on g"),
        ("user.groups.exists(g, now.between(g, '09:00', zone))", 1, 35, "cannot be asked of g"),
        ("user.roles.exists(r, r.atLeast('1'))", 1, 22, "atLeast cannot be asked of r"),
        # Cost
        ("user.groups.exists(g, user.roles.exists(r, r == g))", 1, 1, "could take too long"),
        ("user.groups.all(g, g in user.roles)", 1, 1, "could take too long"),
        ("user.groups.map(g, g + g).size() > 1", 1, 1, "could take too long"),
        ("user.title.matches('(a{30}){30}')", 1, 1, "could take too long"),
        (f"user.title.matches('a{{{'9' * 400}}}')", 1, 1, "could take too long"),
        (f"user.title.matches('a{{{'9' * 5000}}}')", 1, 1, "could take too long"),
        ("user.attributes.x.exists(a, a.exists(b, b == 1))", 1, 1, "could take too long"),
        ("(" * 40 + "true" + ")" * 40, 1, 1, "is nested too deeply"),
        ("1" + " + 1" * 100 + " == 1", 1, 1, "is nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    text: str, line: int, column: int, detail: str
) -> None:
    with pytest.raises(RuleError) as caught:
        compile_rule(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert detail in caught.value.detail
    assert str(caught.value) == f"line {line}, column {column}: {caught.value.detail}"


@pytest.mark.parametrize(
    "text",
    [
        "user.groups.exists(g, g.matches('^eng-'))",
        "user.groups.exists(g, g.matches('^(eng|ops)-'))",
        "user.groups.exists(g, g.startsWith('eng-') || g.endsWith('-ops'))",
        "user.groups.exists(g, g in ['a', 'b', 'c', 'd', 'e', 'f'])",
        "user.attributes.exists(key, user.attributes[key] == 'x')",
        " || ".join(f"user.department == 'Department {number}'" for number in range(250)),
        "origin.ip.within([" + ", ".join(f"'10.{n}.0.0/16'" for n in range(250)) + "])",
        "user.email.matches('^[a-z]{1,20}@(example|sample)[.](com|org)$')",
    ],
)
def test_what_people_write_is_not_too_dear(text: str) -> None:
    assert compile_rule(text).text == text


PIECES = [
    *VARIABLES,
    *("&&", "||", "!", "-", "==", "in", "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "+"),
    *("'a'", "1", "1.5", "true", "null", "b'x'", "0u", '"', "'", "\\", "'''", "`", "//", "\n"),
    *("has(", "size(", ".exists(x, ", ".map(x, ", ".all(x, ", "x", "matches('(a+)+')", "@result"),
    *(".between('09:00', '17:00', zone)", ".on(['MONDAY'], zone)", ".getHours(", "duration('1h')"),
    *("timestamp('2026-01-01T00:00:00Z')", ".within('10.0.0.0/8')", "é", "🙂", "\r", "\x7f"),
]


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
        st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
        st.text(max_size=200),
        st.builds(
            lambda before, count, after: before * count + "true" + after * count,
            st.sampled_from(PIECES),
            st.integers(1, 2000),
            st.sampled_from(PIECES),
        ),
    )
)
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    found = compiled(text)
    if isinstance(found, RuleError):
        assert min(found.line, found.column) >= 1
        assert found.detail
    else:
        prepared = Prepared(FACTS, NOW)
        assert explain(found, prepared).holds == found.decide(prepared).holds


def compiled(text: str) -> Rule | RuleError:
    try:
        return compile_rule(text)
    except RuleError as error:
        return error


@pytest.mark.parametrize(
    "piece", ["(", "[", "{1:", "!", "-", "a.", "1+", "a?a:", "has(", "x.exists(x,", "'", "!-", "f("]
)
def test_no_depth_ends_the_process(piece: str) -> None:
    with pytest.raises(RuleError):
        compile_rule((piece * LONGEST)[:LONGEST])


RULES = [
    compile_rule(text)
    for text in (
        "user.department == 'Engineering' || user.groups.exists(g, g == 'x')",
        "user.attributes.level > 1 && user.attributes['a'].b[0] == 'c'",
        "device.os.version.atLeast('12') && device.posture.extra.edr.below('9')",
        "origin.ip.within('10.0.0.0/8') || now - device.lastCheck < duration('1h')",
        "now.between('22:00', '06:00', zone) != now.on(['MONDAY'], zone)",
        "now.between(user.title, user.department, user.groups, zone)",
        "device.lastCheck + duration(user.title) > now || now < timestamp(user.department)",
        "user.groups.all(g, g.startsWith('a')) && device.lastCheck.getHours(zone) > 3",
        "device.posture.diskEncryption && !device.posture.pendingReboot",
    )
]

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20)
    | st.binary(max_size=5)
    | st.datetimes()
    | st.timedeltas()
    | st.sampled_from(["22:00", "Europe/Berlin", "10.0.0.1", "1.2.3", "1h", "2026-01-01T00:00:00Z"])
    | st.builds(object),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(RULES),
    st.dictionaries(st.sampled_from([*VARIABLES, "unknown", "a.b"]), junk),
)
def test_junk_never_raises_and_is_explained_alike(rule, facts) -> None:
    outcome = rule.evaluate(facts, NOW)
    assert outcome.holds in {True, False}
    assert outcome.until is None or outcome.until > NOW
    explanation = explain(rule, Prepared(facts, NOW))
    assert explanation.holds == outcome.holds
    assert (explanation.finding.result == "holds") == outcome.holds


def test_one_value_that_is_junk_spoils_only_what_reads_it() -> None:
    facts = FACTS | {"user.title": object(), "user.groups": [1, None], "device.name": "\ud800"}
    assert compile_rule("device.owned").evaluate(facts, NOW) == Outcome(holds=True)
    assert not compile_rule("user.title == 'x'").evaluate(facts, NOW).holds
    assert not compile_rule("device.name != 'x'").evaluate(facts, NOW).holds


def test_bytes_that_are_no_text_never_reach_native_code() -> None:
    rule = compile_rule("now.on(['MONDAY'], zone)")
    assert rule.evaluate({"zone": b"\xc0"}, NOW) == Outcome(holds=False)
    mixed = compile_rule("now.on(dyn([b'\\xff']) + user.attributes.days, zone)")
    facts = {"zone": "UTC", "user.attributes": {"days": [1, None, {}]}}
    assert mixed.evaluate(facts, NOW) == Outcome(holds=False)


def test_an_evaluation_leaves_nothing_behind() -> None:
    for rule in RULES:
        rule.evaluate(FACTS, NOW)
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(500):
        for rule in RULES:
            rule.evaluate(FACTS, NOW)
    gc.collect()
    assert sys.getallocatedblocks() - before < 1_000


def test_many_rules_share_what_was_prepared() -> None:
    prepared = Prepared(FACTS, NOW)
    order = [*RULES]
    random.Random(4).shuffle(order)
    assert [rule.decide(prepared) for rule in order] == [
        rule.evaluate(FACTS, NOW) for rule in order
    ]
