"""Ruleset text: as stored, as the kernel takes it, and the same by whichever way it is reached."""

import asyncio
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatescale.gateway import ruleset
from gatescale.gateway.nftables import Nftables, NftablesError
from gatescale.gateway.ruleset import RulesetError, Table
from gatescale.gateway.state import between
from gatescale.policy.program import Box, Peer, Program, Rule
from net.lab import Lab

TABLE = Table("gsg0")
GOLDEN = Path(__file__).parent / "golden"

BEFORE = Program(
    peers={
        "phone": Peer("k1", ("100.64.0.2", "fd64::2"), "staff"),
        "laptop": Peer("k2", ("100.64.0.3", "fd64::3"), "staff"),
        "tablet": Peer("k3", ("100.64.0.4", "fd64::4"), "guest"),
    },
    profiles={
        "staff": (Rule(allow=False, destination="vault"), Rule(allow=True, destination="office")),
        "guest": (Rule(allow=True, destination="web"),),
    },
    destinations={
        "vault": (Box("10.1.0.9", "10.1.0.9", 0, 255, 0, 65535),),
        "office": (
            Box("10.1.0.0", "10.1.0.255", 0, 255, 0, 65535),
            Box("fd01::", "fd01::ffff", 6, 6, 80, 443),
        ),
        "web": (Box("10.1.0.7", "10.1.0.7", 6, 6, 443, 443),),
    },
)
AFTER = Program(
    peers={"laptop": BEFORE.peers["laptop"], "tablet": Peer("k3", ("100.64.0.2",), "staff")},
    profiles={"staff": BEFORE.profiles["staff"]},
    destinations={
        "vault": (Box("10.1.0.8", "10.1.0.9", 0, 255, 0, 65535),),
        "office": BEFORE.destinations["office"],
    },
)


@pytest.fixture(scope="module")
def kernel():
    """A network namespace's nftables: applies a transaction, or lists the table."""
    with Lab("gsr") as lab:
        namespace = lab.namespace("kernel")
        with namespace.entered():
            kernel = Kernel(namespace)
        yield kernel
        kernel.nftables.close()


class Kernel:
    def __init__(self, namespace):
        self.namespace = namespace
        self.nftables = Nftables()

    def apply(self, text):
        asyncio.run(self.nftables.apply(text))

    def table(self):
        """Return sets and chains as they are, without what differs from load to load."""
        listed = self.namespace.run("nft", "-j", "list", "table", *TABLE.name.split())
        table = {}
        for entry in json.loads(listed)["nftables"]:
            ((kind, content),) = entry.items()
            content.pop("handle", None)
            if kind == "rule":
                table.setdefault(f"rules of {content['chain']}", []).append(content["expr"])
            elif kind in {"set", "map"}:
                content["elem"] = sorted(map(json.dumps, content.get("elem", [])))
                table[content["name"]] = content
            elif kind == "chain":
                table[content["name"]] = content
        return table


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("whole", ruleset.whole(TABLE, BEFORE)),
        ("plain", ruleset.whole(Table("gsg0", masquerade=False), Program())),
        ("difference", ruleset.difference(TABLE, BEFORE, AFTER, between(BEFORE, AFTER))),
        ("gone", ruleset.gone(TABLE)),
    ],
)
def test_the_text_is_as_reviewed(name, text):
    """To accept a change, read it and write the new text into the file."""
    assert text == (GOLDEN / f"{name}.nft").read_text()


def test_the_mark_follows_the_decisions_and_nothing_else():
    marks = {ruleset.mark(BEFORE, "staff"), ruleset.mark(AFTER, "staff")}
    assert len(marks) == 2, "the content of a destination changed"
    renamed = Program(
        profiles={"x": (Rule(allow=True, destination="y"),)},
        destinations={"y": BEFORE.destinations["web"]},
    )
    assert ruleset.mark(renamed, "x") == ruleset.mark(BEFORE, "guest")
    assert 0 < ruleset.mark(BEFORE, "guest") < 2**32


@pytest.mark.parametrize(
    "name", ["", "a b", "a;b", 'a"', "../x", "sixteen-letters-", "-x", "a\n", "ä"]
)
def test_a_name_that_nftables_could_misread_is_refused(name):
    with pytest.raises(RulesetError):
        Table(name)


@pytest.mark.parametrize(
    "program",
    [
        Program(profiles={"p; flush ruleset": ()}),
        Program(peers={"d": Peer("k", ("100.64.0.2",), "p }")}),
        Program(peers={"d": Peer("k", ("100.64.0.2, 0.0.0.0/0",), "p")}),
        Program(destinations={"d }": (Box("10.0.0.1", "10.0.0.1", 0, 255, 0, 65535),)}),
        Program(destinations={"d": (Box("10.0.0.1", "10.0.0.1 }", 0, 255, 0, 65535),)}),
        Program(profiles={"p": (Rule(allow=False, destination="absent"),)}),
    ],
    ids=["profile", "goto", "address", "destination", "box", "absent"],
)
def test_a_program_that_cannot_be_written_is_refused(program):
    with pytest.raises(RulesetError):
        ruleset.whole(TABLE, program)


@pytest.mark.net
def test_the_whole_applied_twice_is_the_same(kernel):
    kernel.apply(ruleset.whole(TABLE, BEFORE))
    once = kernel.table()
    kernel.apply(ruleset.whole(TABLE, BEFORE))
    assert kernel.table() == once
    assert len(once["devices-4"]["elem"]) == 3


@pytest.mark.net
def test_a_refused_transaction_changes_nothing_and_says_why(kernel):
    kernel.apply(ruleset.whole(TABLE, BEFORE))
    before = kernel.table()
    with pytest.raises(NftablesError, match="No such file or directory"):
        kernel.apply(
            f"flush chain {TABLE.name} judge\ndelete element {TABLE.name} peers-4 {{ 10.9.9.9 }}\n"
        )
    assert kernel.table() == before
    with pytest.raises(NftablesError, match="syntax error"):
        kernel.apply("nonsense\n")


@pytest.mark.net
def test_tables_of_others_stay_as_they_are(kernel):
    foreign = "table inet filter {\n chain forward { type filter hook forward priority 0; }\n}\n"
    kernel.apply(foreign)
    listed = kernel.namespace.run("nft", "list", "table", "inet", "filter")
    for interface in ("gsg0", "filter"):
        table = Table(interface)
        kernel.apply(ruleset.whole(table, BEFORE))
        kernel.apply(ruleset.difference(table, BEFORE, AFTER, between(BEFORE, AFTER)))
        kernel.apply(ruleset.gone(table))
    assert kernel.namespace.run("nft", "list", "ruleset") == listed


# Boxes that do not overlap, so that any of them make a destination.
BOXES = [
    Box(f"{net}{low:x}", f"{net}{low + 1:x}", *protocols, *ports)
    for net in ("10.0.0.", "fd01::")
    for low in (0, 2)
    for protocols, ports in (
        ((6, 6), (80, 80)),
        ((6, 6), (81, 65535)),
        ((17, 17), (0, 65535)),
        ((1, 1), (0, 65535)),
    )
]
KEYS = ["a", "b-c", "9"]


@st.composite
def programs(draw):
    destinations = {
        key: tuple(draw(st.lists(st.sampled_from(BOXES), unique=True, max_size=4)))
        for key in draw(st.sets(st.sampled_from(KEYS)))
    }
    rule = st.builds(Rule, st.booleans(), st.sampled_from(sorted(destinations) or [""]))
    profiles = {
        key: tuple(draw(st.lists(rule, max_size=3))) if destinations else ()
        for key in draw(st.sets(st.sampled_from(KEYS)))
    }
    numbers = draw(st.permutations(range(4)))
    devices = draw(st.sets(st.sampled_from(["d0", "d1", "d2"]))) if profiles else set()
    peers = {
        device: Peer(
            "key", (f"100.64.0.{n}", f"fd64::{n}"), draw(st.sampled_from(sorted(profiles)))
        )
        for device, n in zip(sorted(devices), numbers, strict=False)
    }
    return Program(peers, profiles, destinations)


@pytest.mark.net
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(programs(), min_size=2, max_size=5))
def test_difference_after_difference_equals_the_whole(kernel, history):
    kernel.apply(ruleset.whole(TABLE, history[0]))
    for before, after in itertools.pairwise(history):
        kernel.apply(ruleset.difference(TABLE, before, after, between(before, after)))
    reached = kernel.table()
    kernel.apply(ruleset.whole(TABLE, history[-1]))
    assert reached == kernel.table()
