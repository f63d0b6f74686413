"""When rules that read the time hold, and until when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admission.facts import FACTS, NOW, outcome
from gatescale.admission.clock import WEEKDAYS
from gatescale.admission.rules import compile_rule

BERLIN, HOWE = "Europe/Berlin", "Australia/Lord_Howe"
TICK = timedelta(microseconds=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "now", "holds", "until"),
    [
        # An ordinary day in Berlin, one hour ahead of UTC: the start is in, the end is not
        ("now.between('09:00', '17:00', zone)", "2026-01-07T07:59:59", False, "2026-01-07T08:00"),
        ("now.between('09:00', '17:00', zone)", "2026-01-07T08:00", True, "2026-01-07T16:00"),
        ("now.between('09:00', '17:00', zone)", "2026-01-07T16:00", False, "2026-01-08T08:00"),
        # Past midnight
        ("now.between('22:00', '06:00', zone)", "2026-01-07T21:00", True, "2026-01-08T05:00"),
        ("now.between('22:00', '06:00', zone)", "2026-01-07T23:30", True, "2026-01-08T05:00"),
        ("now.between('22:00', '06:00', zone)", "2026-01-08T05:00", False, "2026-01-08T21:00"),
        # A window of Friday (the 9th) goes on on Saturday, and none begins there
        (
            "now.between('22:00', '06:00', ['FRIDAY'], zone)",
            "2026-01-10T04:00",
            True,
            "2026-01-10T05:00",
        ),
        (
            "now.between('22:00', '06:00', ['FRIDAY'], zone)",
            "2026-01-09T04:00",
            False,
            "2026-01-09T21:00",
        ),
        (
            "now.between('22:00', '06:00', ['FRIDAY'], zone)",
            "2026-01-10T22:00",
            False,
            "2026-01-16T21:00",
        ),
        (
            "now.between('09:00', '17:00', ['MONDAY'], zone)",
            "2026-01-05T08:00",
            True,
            "2026-01-05T16:00",
        ),
        (
            "now.between('00:00', '24:00', ['MONDAY'], zone)",
            "2026-01-05T08:00",
            True,
            "2026-01-05T23:00",
        ),
        # 2026-03-29 in Berlin: clocks go from 02:00 to 03:00 at 01:00 UTC
        ("now.between('02:00', '03:00', zone)", "2026-03-29T00:59", False, "2026-03-30T00:00"),
        ("now.between('02:30', '04:00', zone)", "2026-03-29T00:59", False, "2026-03-29T01:00"),
        ("now.between('01:00', '02:30', zone)", "2026-03-29T00:30", True, "2026-03-29T01:00"),
        ("now.between('09:00', '17:00', zone)", "2026-03-28T17:00", False, "2026-03-29T07:00"),
        ("now.between('22:00', '06:00', zone)", "2026-03-28T22:00", True, "2026-03-29T04:00"),
        # 2026-10-25 in Berlin: clocks go from 03:00 back to 02:00 at 01:00 UTC
        ("now.between('02:00', '03:00', zone)", "2026-10-25T00:00", True, "2026-10-25T02:00"),
        ("now.between('02:00', '02:30', zone)", "2026-10-25T00:00", True, "2026-10-25T00:30"),
        ("now.between('02:00', '02:30', zone)", "2026-10-25T00:30", False, "2026-10-25T01:00"),
        ("now.between('02:00', '02:30', zone)", "2026-10-25T01:00", True, "2026-10-25T01:30"),
        ("now.between('09:00', '17:00', zone)", "2026-10-24T17:00", False, "2026-10-25T08:00"),
        ("now.getHours(zone) == 2", "2026-10-25T00:30", True, "2026-10-25T02:00"),
        ("now.getHours(zone) == 2", "2026-03-29T00:30", False, "2026-03-29T01:00"),
        # Lord Howe Island moves by half an hour: to 01:30 on 2026-04-05 at 15:00 UTC the day before
        (
            f"now.between('01:30', '02:00', '{HOWE}')",
            "2026-04-04T14:30",
            True,
            "2026-04-04T15:30",
        ),
        # and from 02:00 to 02:30 on 2026-10-04, at 15:30 UTC
        (
            f"now.between('02:00', '02:30', '{HOWE}')",
            "2026-10-03T15:29",
            False,
            "2026-10-04T15:00",
        ),
        (f"now.getMinutes('{HOWE}') >= 30", "2026-10-03T15:29:59", True, "2026-10-03T15:30"),
        # Santiago's clocks go from midnight back to 23:00: Saturday is an hour longer
        (
            "now.on(['SATURDAY'], 'America/Santiago')",
            "2026-04-05T02:30",
            True,
            "2026-04-05T04:00",
        ),
        # and in September from midnight to 01:00
        (
            "now.on(['SATURDAY'], 'America/Santiago')",
            "2026-09-06T03:30",
            True,
            "2026-09-06T04:00",
        ),
        # Days, and what the accessors show
        ("now.on(['SUNDAY'], zone)", "2026-03-28T23:00", True, "2026-03-29T22:00"),
        ("now.on(['SATURDAY', 'SUNDAY'], zone)", "2026-01-10T12:00", True, "2026-01-11T23:00"),
        ("now.on(['MONDAY'], '-03:30')", "2026-01-05T03:29", False, "2026-01-05T03:30"),
        ("now.getDayOfWeek(zone) == 0", "2026-01-10T23:00", True, "2026-01-11T23:00"),
        ("now.getMonth(zone) == 0", "2026-01-07T12:00", True, "2026-01-31T23:00"),
        ("now.getMonth() == 11", "2026-12-07T12:00", True, "2027-01-01T00:00"),
        ("now.getFullYear(zone) == 2026", "2026-01-07T12:00", True, "2026-12-31T23:00"),
        ("now.getHours() < 12", "2026-01-07T10:10:10.5", True, "2026-01-07T11:00"),
        ("now.getMinutes() < 30", "2026-01-07T10:10:10.5", True, "2026-01-07T10:11"),
        ("(now + duration('2h')).getHours() == 0", "2026-01-07T21:59", False, "2026-01-07T22:00"),
        # Comparisons
        ("now < timestamp('2026-02-01T00:00:00Z')", "2026-01-07T10:00", True, "2026-02-01"),
        ("now >= timestamp('2026-02-01T00:00:00Z')", "2026-01-07T10:00", False, "2026-02-01"),
        ("now < timestamp('2026-02-01T00:00:00Z')", "2026-02-01", False, None),
        ("now == timestamp('2026-02-01T00:00:00Z')", "2026-01-07T10:00", False, "2026-02-01"),
        (
            "now <= timestamp('2026-02-01T00:00:00Z')",
            "2026-01-07",
            True,
            "2026-02-01T00:00:00.000001",
        ),
        (
            "timestamp('2026-02-01T00:00:00Z') == now",
            "2026-02-01",
            True,
            "2026-02-01T00:00:00.000001",
        ),
        (
            "now - device.lastCheck < duration('1h')",
            "2026-03-28T10:00",
            True,
            "2026-03-28T10:30",
        ),
        (
            "device.lastCheck > now - duration('1h')",
            "2026-03-28T10:00",
            True,
            "2026-03-28T10:30",
        ),
        (
            "device.lastCheck + duration('1h') > now",
            "2026-03-28T10:00",
            True,
            "2026-03-28T10:30",
        ),
        (
            "device.lastCheck - now <= duration('-1h')",
            "2026-03-28T10:00",
            False,
            "2026-03-28T10:30",
        ),
        ("now - device.lastCheck < duration('1h')", "2026-03-28T11:00", False, None),
        ("now - timestamp('2020-01-01T00:00:00Z') > duration('1h')", "2026-01-07", True, None),
        ("now == now", "2026-01-07", True, None),
        # The nearest of several; absent things never change by time
        (
            "now.getHours() < 12 && now.between('09:00', '09:45', 'UTC')",
            "2026-01-07T09:30",
            True,
            "2026-01-07T09:45",
        ),
        ("now < timestamp(user.attributes.until)", "2026-01-07", False, None),
        ("device.owned", "2026-01-07", True, None),
    ],
)
def test_a_rule_holds_until(rule: str, now: str, *, holds: bool, until: str | None) -> None:
    found = outcome(rule, moment(now))
    assert found.holds == holds
    assert found.until == (moment(until) if until else None)


def test_without_a_known_zone_a_rule_that_needs_one_never_holds() -> None:
    for zone in ("Nowhere/Town", "", "../../etc/passwd", "Europe", "/etc/localtime", "x" * 1000):
        for rule in ("now.on(['SATURDAY'], zone)", "!(now.getHours(zone) == 99)"):
            found = outcome(rule, zone=zone)
            assert (found.holds, found.until) == (False, None)


ZONES = [BERLIN, HOWE, "America/Santiago", "Africa/Casablanca", "Asia/Kathmandu", "UTC", "+05:30"]
TIMES = ["00:00", "02:00", "02:30", "09:00", "17:00", "23:30", "24:00"]
DAYS = ["MONDAY", "FRIDAY", "SATURDAY", "SUNDAY"]

zones = st.sampled_from(ZONES)
instants = st.integers(1_704_067_200, 1_924_992_000).map(lambda at: datetime.fromtimestamp(at, UTC))
# Around the changes of the zones above.
restless = st.builds(
    lambda day, after: moment(day) + after,
    st.sampled_from(
        ["2026-03-29", "2026-10-25", "2026-04-04", "2026-10-03", "2026-04-05", "2026-09-06"]
    ),
    st.timedeltas(timedelta(hours=-6), timedelta(hours=30)),
)
lists = st.lists(st.sampled_from(DAYS), min_size=1, unique=True)


@st.composite
def windows(draw: st.DrawFn) -> str:
    start, end = draw(st.sampled_from(TIMES[:-1])), draw(st.sampled_from(TIMES))
    if start == end:
        end = "24:00"
    days = draw(st.none() | lists)
    return f"now.between('{start}', '{end}', {f'{days}, ' if days else ''}'{draw(zones)}')"


accessors = st.builds(
    lambda name, value, zone: f"now.{name}('{zone}') == {value}",
    st.sampled_from(
        ["getHours", "getMinutes", "getDate", "getDayOfWeek", "getMonth", "getFullYear"]
    ),
    st.sampled_from([0, 1, 2, 3, 5, 23, 29, 30, 2026]),
    zones,
)
sides = st.sampled_from(
    [
        ("now", "timestamp('2026-03-29T01:00:00.000000001Z')"),
        ("now", "timestamp('2026-04-05T12:00:00Z')"),
        ("now - device.lastCheck", "duration('36h')"),
        ("device.lastCheck - now", "duration('-26h') - duration('1ns')"),
        ("now + duration('100us')", "device.lastCheck + duration('1h')"),
        ("now - (now - device.lastCheck)", "now"),
    ]
)
comparisons = st.builds(
    lambda both, sign: f"{both[0]} {sign} {both[1]}",
    sides,
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
)
readings = windows() | st.builds(lambda days, zone: f"now.on({days}, '{zone}')", lists, zones)
atoms = readings | accessors | comparisons


@settings(max_examples=400, deadline=None)
@given(st.lists(atoms, min_size=1, max_size=3), instants | restless, st.floats(0, 1))
def test_nothing_changes_before_it_was_foretold(
    parts: list[str], now: datetime, fraction: float
) -> None:
    rule = compile_rule(" != ".join(f"({part})" for part in parts))
    found = rule.evaluate(FACTS, now)
    until = found.until or now + timedelta(days=400)
    assert until > now
    for later in (now + (until - TICK - now) * fraction, until - TICK):
        again = rule.evaluate(FACTS, later)
        assert again.holds == found.holds
        if found.until is None:
            assert again.until is None or again.until > later


@settings(max_examples=200, deadline=None)
@given(readings, instants | restless)
def test_the_moment_foretold_is_not_too_early(text: str, now: datetime) -> None:
    rule = compile_rule(text)
    found = rule.evaluate(FACTS, now)
    assert found.until is not None
    if found.until - now < timedelta(days=7):
        assert rule.evaluate(FACTS, found.until).holds != found.holds


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES[:-1]), instants | restless)
def test_what_clocks_show_is_what_the_time_zone_database_says(zone: str, now: datetime) -> None:
    shown = now.astimezone(ZoneInfo(zone))
    day = WEEKDAYS[shown.weekday()]
    rule = (
        f"now.getHours('{zone}') == {shown.hour} && now.getMinutes('{zone}') == {shown.minute}"
        f" && now.getDate('{zone}') == {shown.day} && now.on(['{day}'], '{zone}')"
        f" && now.between('{shown:%H:%M:%S}', '24:00', '{zone}')"
    )
    assert compile_rule(rule).evaluate({}, now).holds


def test_at_the_ends_of_the_calendar_a_rule_is_evaluated_as_well() -> None:
    rule = compile_rule("now.between('09:00', '17:00', '+14:00') || now.getMonth(zone) == 3")
    for year in (1, 9999):
        for month, day in ((1, 1), (12, 31)):
            now = datetime(year, month, day, 23, 59, 59, tzinfo=UTC)
            assert rule.evaluate(FACTS, now).holds in {True, False}


def test_a_span_that_cel_cannot_count_is_looked_at_again_each_day() -> None:
    rule = compile_rule("now - timestamp('1735-01-01T00:00:00Z') > duration('1h')")
    assert rule.evaluate(FACTS, NOW).until == NOW + timedelta(days=1)
