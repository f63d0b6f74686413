"""The pure head: messages and the time in, the desired state out."""

import pytest

from gatescale.gateway.state import GapError, RefusedError, State
from gatescale.policy.program import Delta, Peer
from gateway.controller import GATEWAY_ID, lease, update

ALICE = Delta(peers={"alice": Peer("key", ("100.64.0.2",), "p")}, profiles={"p": ()})


@pytest.fixture
def state():
    """A gateway that holds revision 5, leased until 100."""
    return State(GATEWAY_ID).updated(update(5, ALICE)).leased(lease(100))


def test_a_whole_program_takes_the_place_of_all_before(state):
    after = state.updated(update(8, Delta(profiles={"q": ()})))
    assert after.program.peers == {}
    assert after.program.profiles.keys() == {"q"}
    assert after.revision == 8


def test_a_difference_leaves_the_state_before_as_it_was(state):
    after = state.updated(update(8, Delta(peers={"alice": None}), base=5))
    assert after.program.peers == {}
    assert state.program.peers.keys() == {"alice"}


@pytest.mark.parametrize(
    "message",
    [
        update(8, ALICE, gateway_id="other"),
        update(8, ALICE, base=5, gateway_id="other"),
        update(4, ALICE),
        update(5, ALICE, base=5),
        update(4, ALICE, base=3),
    ],
    ids=["another's", "another's difference", "older", "known", "older difference"],
)
def test_messages_that_are_not_for_now_are_refused(state, message):
    with pytest.raises(RefusedError) as refusal:
        state.updated(message)
    assert not isinstance(refusal.value, GapError)


@pytest.mark.parametrize("base", [4, 6, 7])
def test_a_difference_to_something_else_is_a_gap(state, base):
    with pytest.raises(GapError):
        state.updated(update(8, ALICE, base=base))


def test_a_difference_to_nothing_is_a_gap():
    with pytest.raises(GapError):
        State(GATEWAY_ID).updated(update(8, ALICE, base=7))


def test_another_gateways_lease_is_refused(state):
    with pytest.raises(RefusedError):
        state.leased(lease(200, gateway_id="other"))


def test_a_replayed_lease_shortens_nothing(state):
    assert state.leased(lease(50)).until == 100


@pytest.mark.parametrize(("now", "peers"), [(99.9, 1), (100, 0), (1000, 0)])
def test_grants_last_as_long_as_the_lease(state, now, peers):
    assert len(state.desired(now).program.peers) == peers


def test_without_a_lease_nothing_is_granted():
    state = State(GATEWAY_ID).updated(update(5, ALICE))
    assert not state.desired(0).program.peers


def test_before_the_first_message_there_is_nothing_to_enforce():
    assert State(GATEWAY_ID).leased(lease(100)).desired(0) is None


def test_a_dismissed_gateway_grants_nothing_and_asks_for_the_whole(state):
    after = state.dismissed()
    assert after.revision is None
    assert not after.leased(lease(200)).desired(0).program.peers
