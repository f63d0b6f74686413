"""Forms and rules: each way, and what no form says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admission.facts import holds
from gatescale.admission.form import Form, Location, Posture, System, Time
from gatescale.admission.forms import from_rule, to_rule, violations
from gatescale.admission.rules import compile_rule

networks = st.lists(st.sampled_from(["10.0.0.0/8", "192.0.2.17", "2001:db8::/32"]), max_size=2)
countries = st.lists(st.sampled_from(["DE", "FR", "US"]), max_size=2)
versions = st.none() | st.sampled_from(["12", "12.5.1", "1.0-rc1"])
times = st.sampled_from(["00:00", "09:30", "22:00", "23:59:59"])
days = st.lists(st.sampled_from(["MONDAY", "FRIDAY", "SUNDAY"]), unique=True).map(tuple)
zones = st.none() | st.sampled_from(["Europe/Berlin", "+05:30"])
locations = st.builds(
    Location,
    networks.map(tuple),
    countries.map(tuple),
    networks.map(tuple),
    countries.map(tuple),
)
windows = st.tuples(times, times).filter(lambda both: both[0] != both[1])
spans = st.builds(
    lambda weekdays, window, zone: Time(weekdays, *window, zone), days, windows, zones
) | st.builds(Time, days.filter(bool), st.none(), st.none(), zones)
signals = st.sampled_from(["diskEncryption", "firewall", "secureBoot", "automaticUpdates"])
systems = st.builds(System, st.sampled_from(["linux", "macos", "windows"]), versions)
postures = st.builds(
    Posture,
    st.lists(signals).map(tuple),
    st.lists(systems, max_size=3).map(tuple),
    versions,
    st.booleans(),
    st.none() | st.integers(1, 525_600),
)
# A part that asks for nothing is None.
forms = st.builds(
    Form,
    st.none() | locations.filter(lambda part: part != Location()),
    st.none() | spans,
    st.none() | postures.filter(lambda part: part != Posture()),
)


@given(forms)
def test_a_form_is_found_again_in_its_rule(form: Form) -> None:
    assert not violations(form)
    assert from_rule(to_rule(form)) == form


def test_a_form_reads_as_one_would_write_it() -> None:
    form = Form(
        Location(networks=("10.0.0.0/8",), countries=("DE",), excluded_networks=("10.9.0.0/16",)),
        Time(("MONDAY", "FRIDAY"), "09:00", "17:00"),
        Posture(
            ("firewall",),
            (System("linux", "12"), System("macos")),
            "1.4",
            owned=True,
            last_check=60,
        ),
    )
    assert to_rule(form) == (
        "(origin.ip.within(['10.0.0.0/8']) || origin.country in ['DE'])"
        " && !origin.ip.within(['10.9.0.0/16'])"
        " && now.between('09:00', '17:00', ['MONDAY', 'FRIDAY'], zone)"
        " && device.posture.firewall"
        " && (device.os.family == 'linux' && device.os.version.atLeast('12')"
        " || device.os.family == 'macos')"
        " && device.appVersion.atLeast('1.4')"
        " && device.owned"
        " && now - device.lastCheck <= duration('60m')"
    )


def test_the_order_of_conditions_makes_no_difference() -> None:
    assert from_rule("device.owned && (now.on(['MONDAY'], zone))") == Form(
        time=Time(("MONDAY",)), posture=Posture(owned=True)
    )


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "user.department == 'Engineering'",
        "device.owned || device.posture.firewall",
        "!device.owned",
        "device.owned && device.owned",
        "device.posture.pendingReboot",
        "device.posture.kernel.atLeast('6')",
        "device.os.version.atLeast('12')",
        "device.os.family == 'linux' || device.os.family == 'macos' && device.owned",
        "origin.ip.within('10.0.0.0/8')",
        "origin.ip == '10.0.0.1'",
        "origin.ip.within(['10.0.0.0/8']) && origin.ip.within(['10.0.0.0/9'])",
        "user.title == 'origin.ip'",
        "user.title == 'device.os.family'",
        "now - device.lastCheck <= duration('1h')",
        "now - device.lastCheck <= duration('600000m')",
        "now < timestamp('2027-01-01T00:00:00Z')",
        "now.between('09:00', user.title, zone)",
        "now.on(['MONDAY'], zone) && now.on(['FRIDAY'], zone)",
        "origin.country in ['Germany']",
        "does not compile",
    ],
)
def test_another_shape_is_no_form(text: str) -> None:
    assert from_rule(text) is None


def test_a_form_that_asks_for_nothing_always_holds() -> None:
    assert to_rule(Form(Location(), Time(), Posture())) == "true"
    assert from_rule("true") == Form()


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        (Form(Location(networks=("10.0.0.0/8", "10/8"))), "/form/location/networks/1"),
        (Form(Location(excluded_networks=("x",))), "/form/location/excludedNetworks/0"),
        (Form(time=Time(start="9:00", end="10:00")), "/form/time/start"),
        (Form(time=Time(start="09:00")), "/form/time/start"),
        (Form(time=Time(end="09:00")), "/form/time/end"),
        (Form(time=Time(start="09:00", end="09:00")), "/form/time/end"),
        (Form(time=Time(zone="Berlin")), "/form/time/zone"),
        (Form(posture=Posture(client_minimum="new")), "/form/posture/clientMinimum"),
        (Form(posture=Posture(systems=(System("linux", "x"),))), "/form/posture/systems/0/minimum"),
    ],
)
def test_a_wrong_value_is_pointed_at(form: Form, pointer: str) -> None:
    assert [each.pointer for each in violations(form, "/form")] == [pointer]


def test_a_wrong_value_cannot_break_out_of_its_literal() -> None:
    form = Form(Location(networks=("10.0.0.0/8'] ) || true || origin.ip.within(['",)))
    assert from_rule(to_rule(form)) is None
    text = to_rule(Form(posture=Posture(client_minimum="\\' || true || '")))
    assert compile_rule("user.title == " + text.partition("atLeast")[2]).warnings == ()


def test_only_listed_systems_are_let_in() -> None:
    text = to_rule(Form(posture=Posture(systems=(System("linux", "12"), System("macos")))))
    assert holds(text)
    assert not holds(text, device__os__version="11")
    assert holds(text, device__os__family="macos")
    assert not holds(text, device__os__family="windows")


def test_an_unknown_country_is_never_included_nor_let_past_an_exclusion() -> None:
    assert not holds(to_rule(Form(Location(countries=("DE",)))))
    assert not holds(to_rule(Form(Location(excluded_countries=("DE",)))))
