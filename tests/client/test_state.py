"""The client's head: what it is told in, what the interface shall be out."""

import msgspec
import pytest

from gatescale.client.state import KEEPALIVE, RefusedError, State
from gatescale.policy.program import Route
from gatescale.wire.messages import DeviceUpdate, Lease
from gatescale.wireguard.interface import Peer


def update(revision, *routes, device="me", addresses=("100.64.0.1",)):
    return DeviceUpdate(device, revision, addresses, routes)


def route(name, *networks, endpoint="192.0.2.1:51820"):
    return Route(name, name, f"key-{name}", endpoint, networks)


def test_before_the_first_word_nothing_is_desired():
    state = State("me")
    assert state.desired is None
    assert state.revision is None


def test_each_gateway_is_a_peer_and_each_network_a_route():
    state = State("me")
    state.take(update(3, route("a", "10.0.0.0/24"), route("b", "10.1.0.0/16", "fd00::/64")))
    assert state.revision == 3
    assert state.desired.addresses == ("100.64.0.1",)
    assert state.desired.networks == ("10.0.0.0/24", "10.1.0.0/16", "fd00::/64")
    assert state.desired.peers == (
        Peer("key-a", ("10.0.0.0/24",), "192.0.2.1:51820", KEEPALIVE),
        Peer("key-b", ("10.1.0.0/16", "fd00::/64"), "192.0.2.1:51820", KEEPALIVE),
    )


def test_a_network_that_two_gateways_have_is_the_firsts():
    state = State("me")
    state.take(update(1, route("a", "10.0.0.0/24"), route("b", "10.0.0.0/24", "10.0.0.5/32")))
    assert [peer.allowed_ips for peer in state.desired.peers] == [
        ("10.0.0.0/24",),
        ("10.0.0.5/32",),
    ]
    assert state.desired.networks == ("10.0.0.0/24", "10.0.0.5/32")


def test_a_gateway_without_endpoint_is_not_knocked_at():
    state = State("me")
    state.take(update(1, route("a", "10.0.0.0/24", endpoint="")))
    assert state.desired.peers[0].keepalive == 0


@pytest.mark.parametrize(
    "message",
    [
        update(9, device="somebody-else"),
        update(4),
        update(9, route("a", "10.0.0.1/24")),
        update(9, route("a", "nonsense")),
        update(9, addresses=("nonsense",)),
        Lease("me", 12),
    ],
)
def test_what_is_refused_changes_nothing(message):
    state = State("me")
    state.take(update(5, route("a", "10.0.0.0/24")))
    before = (state.revision, state.routes, state.desired)
    with pytest.raises(RefusedError):
        state.take(message)
    assert (state.revision, state.routes, state.desired) == before


def test_the_same_revision_again_is_taken():
    state = State("me")
    state.take(update(5, route("a", "10.0.0.0/24")))
    state.take(update(5, route("a", "10.0.0.0/24")))
    assert state.revision == 5


def test_who_is_suspended_keeps_the_address_and_nothing_else_and_asks_for_the_whole():
    state = State("me")
    state.take(update(5, route("a", "10.0.0.0/24")))
    state.suspend()
    assert state.revision is None
    assert state.desired == msgspec.structs.replace(state.desired, peers=(), networks=())
    state.take(update(4, route("a", "10.0.0.0/24")))
    assert state.revision == 4
