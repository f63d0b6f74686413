"""Versions and networks, as rules compare them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admission.facts import FACTS, NOW
from gatescale.admission.networks import within
from gatescale.admission.rules import compile_rule
from gatescale.admission.versions import compare, order

IN_ORDER = [
    "0.9",
    "1.0.dev1",
    "1.0a1",
    "1.0-alpha.2",
    "1.0b1",
    "1.0~beta2",
    "1.0-rc1",
    "1.0rc2",
    "1.0",
    "1.0.1",
    "1.2",
    "1.10",
    "6.1.0-9-amd64",
    "6.1.0-13-amd64",
    "6.1.1",
    "10.0.19045",
    "10.0.22631",
    "12.7",
    "999999999999999999",
]


def test_versions_are_in_order() -> None:
    for place, version in enumerate(IN_ORDER):
        for other, later in enumerate(IN_ORDER):
            assert compare(version, later) == (place > other) - (place < other)


@pytest.mark.parametrize(
    "alike",
    [
        ("12", "12.0", "v12", "12.0.0", " 12", "12 LTS", "12+build.7", "012"),
        ("1.0-rc1", "1.0rc1", "1.0.rc.1", "1.0-RC1", "1.0_rc1", "1.0~pre1", "1.0-preview1"),
        ("13.4.1", "13.4.1 (c)", "13.4.1-arm64", "13.4.1 (22F770820d)"),
        ("5.15.0-91", "5.15.0-91-generic", "5.15.0.91"),
    ],
)
def test_some_versions_are_the_same(alike: tuple[str, ...]) -> None:
    assert {compare(first, second) for first in alike for second in alike} == {0}


@pytest.mark.parametrize("text", ["", " ", "new", "-1", ".5", "x1", "1" * 19, "1." * 60, "\u0661"])
def test_what_is_no_version_is_refused_and_never_holds(text: str) -> None:
    with pytest.raises(ValueError, match="is no version such as"):
        order(text)
    facts = FACTS | {"device.os.version": text}
    for rule in ("device.os.version.atLeast('1')", "!device.os.version.atLeast('1')"):
        assert not compile_rule(rule).evaluate(facts, NOW).holds


@given(st.text(max_size=50))
def test_any_text_is_a_version_or_refused(text: str) -> None:
    try:
        assert compare(text, text) == 0
    except ValueError as error:
        assert "is no version" in str(error)  # noqa: PT017  either is right, nothing else is


@pytest.mark.parametrize(
    ("address", "networks", "inside"),
    [
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.0.0.0", "10.0.0.0/8", False),
        ("10.0.0.5", "10.0.0.5", True),
        ("10.0.0.6", "10.0.0.5/32", False),
        ("10.0.0.5", "10.0.0.77/24", True),
        ("192.0.2.1", "0.0.0.0/0", True),
        ("192.0.2.1", "::/0", False),
        ("2001:db8::1", "2001:db8::/32", True),
        ("2001:db8::1", "0.0.0.0/0", False),
        ("2001:0DB8:0:0::1", "2001:db8::1", True),
        ("::ffff:10.0.0.1", "10.0.0.0/8", True),
        ("10.0.0.1", ("192.0.2.0/24", "10.0.0.0/8"), True),
        ("10.0.0.1", ("192.0.2.0/24", "2001:db8::/32"), False),
        ("10.0.0.1", (), False),
    ],
)
def test_an_address_lies_in_a_network_or_not(
    address: str, networks: str | tuple[str, ...], *, inside: bool
) -> None:
    assert within(address, networks) == inside


@pytest.mark.parametrize("address", ["", "10.0.0", "10.0.0.1/8", "example.com", "010.0.0.1"])
def test_what_is_no_address_lies_nowhere(address: str) -> None:
    for rule in ("origin.ip.within('0.0.0.0/0')", "!origin.ip.within('0.0.0.0/0')"):
        assert not compile_rule(rule).evaluate({"origin.ip": address}, NOW).holds
