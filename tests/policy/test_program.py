import pytest

from gatescale.policy.program import Box, Delta, Judge, Peer, Program, Rule, permits

PEER = Peer("key", ("100.64.0.1", "fd64::1"), "profile")
PROGRAM = Program(
    peers={"laptop": PEER, "lost": Peer("key", ("100.64.0.2",), "no such profile")},
    profiles={
        "profile": (
            Rule(allow=False, destination="ssh"),
            Rule(allow=True, destination="lan"),
            Rule(allow=True, destination="nowhere"),
        )
    },
    destinations={
        "ssh": (Box("10.0.0.5", "10.0.0.5", 6, 6, 22, 22),),
        "lan": (
            Box("10.0.0.0", "10.0.0.255", 0, 255, 0, 65535),
            Box("fd00::", "fd00::ff", 6, 17, 0, 1023),
        ),
    },
)


@pytest.mark.parametrize(
    ("source", "destination", "protocol", "port", "expected"),
    [
        ("100.64.0.1", "10.0.0.5", 6, 22, False),
        ("100.64.0.1", "10.0.0.5", 6, 23, True),
        ("100.64.0.1", "10.0.0.5", 17, 22, True),
        ("100.64.0.1", "10.0.0.255", 1, 0, True),
        ("100.64.0.1", "10.0.1.0", 6, 443, False),
        ("fd64:0::0001", "FD00::FF", 17, 1023, True),
        ("fd64::1", "fd00::ff", 17, 1024, False),
        ("fd64::1", "fd00::ff", 58, 0, False),
        ("100.64.0.2", "10.0.0.1", 6, 443, False),
        ("100.64.0.3", "10.0.0.1", 6, 443, False),
        ("100.64.0.1", "::ffff:10.0.0.1", 6, 443, False),
    ],
)
def test_the_first_rule_that_holds_the_packet_decides(
    source, destination, protocol, port, expected
):
    assert permits(PROGRAM, source, destination, protocol, port) == expected


def test_an_empty_program_lets_nothing_pass():
    assert not permits(Program(), "100.64.0.1", "10.0.0.1", 6, 443)


def test_a_judge_refuses_what_is_no_address():
    with pytest.raises(ValueError, match="wiki"):
        Judge(PROGRAM).permits("100.64.0.1", "wiki", 6, 443)


def test_the_whole_program_is_the_difference_to_the_empty_one():
    program = Program()
    program.apply(PROGRAM.whole())
    assert program == PROGRAM
    assert not Program().whole()


def test_a_delta_sets_and_takes_away():
    program = Program()
    program.apply(PROGRAM.whole())
    program.apply(Delta(peers={"lost": None, "unknown": None, "new": PEER}))
    assert set(program.peers) == {"laptop", "new"}
    assert set(PROGRAM.peers) == {"laptop", "lost"}
