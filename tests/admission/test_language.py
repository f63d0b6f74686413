"""The subset of CEL that rules are written in, and our functions, case by case."""

import pytest

from admission.facts import holds
from gatescale.admission.rules import compile_rule
from gatescale.admission.spelling import spell

HOLD = [
    "user.department == 'Engineering'",
    'user.department == "Engineering"',
    "user.department != 'Sales'",
    # Logic and its precedence
    "true || false && false",
    "!(false || true && false)",
    "!false && true",
    "false ? false : true",
    "true ? true : false ? false : false",
    "device.owned && !device.posture.firewall",
    # An error is absorbed where the rest decides
    "user.title == 'CTO' || device.owned",
    "device.owned || user.title == 'CTO'",
    "!(user.title == 'CTO' && false == device.owned)",
    "device.owned ? true : user.title == 'CTO'",
    "user.attributes.missing == 1 || true == device.owned",
    # Arithmetic and comparison
    "1 + 2 * 3 == 7",
    "(1 + 2) * 3 == 9",
    "7 / 2 == 3 && 7 % 2 == 1 && -7 / 2 == -3",
    "10 - 2 - 3 == 5",
    "1.5 + 1.0 == 2.5 && 2u + 3u == 5u",
    "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3",
    "'a' < 'b' && 'Z' < 'a'",
    "0x10 == 16 && -1 < 0",
    # Texts
    "'ab' + 'cd' == 'abcd'",
    "user.email.endsWith('@example.com') && user.email.startsWith('ann')",
    "user.email.contains('@')",
    "user.email.matches('^[a-z]+@example[.]com$')",
    "size(user.email) == 15 && user.email.size() == 15",
    """'it\\'s' == "it's" """,
    r"r'\d' == '\\d' && '\u00e9' == 'é' && '''a'b''' == 'a\'b'",
    "string(3) == '3' && int('3') == 3 && double('1.5') == 1.5",
    # Lists and maps
    "'Engineers' in user.groups && !('Sales' in user.groups)",
    "user.email in ['ann@example.com', 'bob@example.com']",
    "user.groups[0] == 'Engineers' && size(user.groups) == 2",
    "user.groups + ['x'] == ['Engineers', 'On call', 'x']",
    "user.groups.exists(g, g.startsWith('On')) && user.groups.all(g, g.size() > 3)",
    "user.groups.exists_one(g, g == 'On call')",
    "[1, 2, 3].filter(n, n > 1) == [2, 3] && [1, 2].map(n, n * 2) == [2, 4]",
    "[1, 2, 3].map(n, n > 1, n * 10) == [20, 30]",
    "[].all(x, false) && ![].exists(x, true)",
    "user.attributes.level >= 3 && user.attributes['site'] == 'Berlin'",
    "'site' in user.attributes && has(user.attributes.site) && !has(user.attributes.pet)",
    "user.attributes.badges.exists(b, b == 'blue') && user.attributes.vpn == true",
    "user.attributes.badges[1] == 'blue'",
    "{'a': 1, 'b': 2}.b == 2 && {'a': 1}['a'] == 1",
    "user.attributes.exists(key, key == 'site')",
    # Moments and spans
    "timestamp('2026-03-28T11:00:00+01:00') == now",
    "device.lastCheck < now && now - device.lastCheck == duration('30m')",
    "device.lastCheck + duration('1h') > now && device.lastCheck - duration('1s') < now",
    "duration('90m') == duration('1h30m') && duration('1.5s') > duration('1s')",
    "device.lastCheck.getHours() == 9 && device.lastCheck.getHours('Europe/Berlin') == 10",
    "now.getDayOfWeek() == 6 && now.getDate() == 28 && now.getDayOfMonth() == 27",
    "now.getMonth() == 2 && now.getFullYear() == 2026 && now.getDayOfYear() == 86",
    "now.getHours('+05:30') == 15 && now.getMinutes('+05:30') == 30",
    "now.getHours(zone) == 11",
    # Ours
    "device.os.version.atLeast('12.5') && device.os.version.below('13')",
    "versionCompare(device.os.version, '12.7.0') == 0",
    "device.posture.kernel.atLeast('6.1.0-9') && device.posture.extra.edr.below('9.2')",
    "origin.ip.within('192.0.2.0/24') && !origin.ip.within(['10.0.0.0/8', '2001:db8::/32'])",
    "now.between('11:00', '12:00', zone) && !now.between('10:00', '11:00', zone)",
    "now.on(['SATURDAY', 'SUNDAY'], zone) && !now.on(['FRIDAY'], zone)",
    "now.between('11:00', '12:00', ['SATURDAY'], zone)",
    "(now - duration('12h')).on(['FRIDAY'], zone)",
    "device.owned // a comment\n  && true",
]

DO_NOT_HOLD = [
    # Absent, and not absorbed
    "user.title == 'CTO'",
    "user.title != 'CTO'",
    "!(user.title == 'CTO')",
    "user.title == 'CTO' && device.owned",
    "user.title == 'CTO' ? true : true",
    "user.attributes.missing == 1",
    "user.attributes.missing.deeper == 1",
    "!has(user.attributes.missing.deeper)",
    "user.groups[7] == 'x'",
    "device.posture.secureBoot",
    "!device.posture.secureBoot",
    "origin.country in ['DE']",
    "!(origin.country in ['DE'])",
    # Errors
    "user.attributes.level == 'three'",
    "user.attributes.site.atLeast('1')",
    "user.attributes.level.atLeast('1')",
    "user.attributes.site.within('10.0.0.0/8')",
    "!user.attributes.site.within('10.0.0.0/8')",
    "timestamp(user.attributes.site) < now",
    "user.attributes.level / 0 == 1",
    "9223372036854775807 + user.attributes.level > 0",
    "now.between(user.attributes.site, '10:00', zone)",
]


@pytest.mark.parametrize("text", HOLD)
def test_holds(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize("text", DO_NOT_HOLD)
def test_does_not_hold(text: str) -> None:
    assert not holds(text)


@pytest.mark.parametrize("text", HOLD + DO_NOT_HOLD)
def test_a_rule_spelled_anew_is_the_same_rule(text: str) -> None:
    spelled = spell(compile_rule(text).tree.root)
    assert spell(compile_rule(spelled).tree.root) == spelled
    assert holds(spelled) == holds(text)


def test_a_rule_says_what_it_reads() -> None:
    rule = compile_rule(
        "user.attributes.level > 1 && user.groups.exists(g, g == user.title) "
        "&& now.between('09:00', '17:00', zone)"
    )
    assert rule.variables == {"user.attributes", "user.groups", "user.title", "now", "zone"}
    assert rule.has_time
    assert not compile_rule("device.lastCheck > timestamp('2026-01-01T00:00:00Z')").has_time


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("true", ("The rule always holds.",)),
        ("user.title == 'x' && 1 > 2", ("The rule never holds.",)),
        ("user.title == 'x' || !false", ("The rule always holds.",)),
        ("device.owned && (user.title == 'x' || 1 > 2)", ("1 > 2 never holds.",)),
        ("device.owned && 'a' == 'a'", ("'a' == 'a' always holds.",)),
        ("device.owned && user.title in []", ("The rule never holds.",)),
        ("device.owned", ()),
    ],
)
def test_what_always_or_never_holds_is_warned_of(text: str, warnings: tuple[str, ...]) -> None:
    assert compile_rule(text).warnings == warnings
