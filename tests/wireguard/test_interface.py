"""One interface, in a namespace of its own, with the WireGuard that this machine has."""

import json
import os
import signal

import pytest

from gatescale.wireguard import keys
from gatescale.wireguard.commands import WireGuardError
from gatescale.wireguard.interface import SOCKETS, Interface, Peer
from net.lab import Lab

pytestmark = pytest.mark.net

KEY = keys.generate()
A, B, C = (keys.public_key(keys.generate()) for _ in range(3))


@pytest.fixture(scope="module")
def lab():
    with Lab("gsw") as lab:
        lab.place = lab.namespace("place")
        yield lab


@pytest.fixture
async def interface(lab):
    with lab.place.entered():
        interface = Interface(lab.interface())
        await interface.up(KEY, ["100.64.0.1", "fd64::1/128"], listen_port=51820)
        yield interface
        await interface.down()


@pytest.fixture
def peers(lab, interface):
    """Return what ``wg`` says: allowed IPs, endpoint and keepalive by public key."""

    def read():
        lines = lab.place.run("wg", "show", interface.name, "dump").splitlines()[1:]
        rows = [line.split("\t") for line in lines]
        return {row[0]: (set(row[3].split(",")) - {"(none)"}, row[2], row[7]) for row in rows}

    return read


def addresses(lab, name):
    link = json.loads(lab.place.run("ip", "-j", "address", "show", "dev", name))[0]
    return {a["local"] for a in link["addr_info"] if a["scope"] == "global"}


async def test_up_again_adopts_what_is_there_and_corrects_it(lab, interface, peers):
    await interface.set_peers([Peer(A, ("100.64.0.2/32",))])
    again = Interface(interface.name)
    await again.up(KEY, ["100.64.0.9"], listen_port=51820, mtu=1380)
    assert peers().keys() == {A}
    assert addresses(lab, interface.name) == {"100.64.0.9"}
    assert "mtu 1380" in lab.place.run("ip", "link", "show", interface.name)


async def test_set_peers_is_the_whole_desired_state(interface, peers):
    await interface.set_peers(
        [Peer(A, ("100.64.0.2/32", "fd64::2/128"), "192.0.2.1:1", 25), Peer(B, ())]
    )
    assert peers() == {
        A: ({"100.64.0.2/32", "fd64::2/128"}, "192.0.2.1:1", "25"),
        B: (set(), "(none)", "off"),
    }
    await interface.set_peers([Peer(A, ("100.64.0.3/32",)), Peer(C, ("100.64.0.2/32",))])
    assert {key: peer[0] for key, peer in peers().items()} == {
        A: {"100.64.0.3/32"},
        C: {"100.64.0.2/32"},
    }


async def test_change_peers_leaves_all_others_alone(interface, peers):
    await interface.set_peers([Peer(A, ("100.64.0.2/32",)), Peer(B, ("100.64.0.3/32",))])
    await interface.change_peers([Peer(C, ("100.64.0.4/32",))], [A])
    assert {key: peer[0] for key, peer in peers().items()} == {
        B: {"100.64.0.3/32"},
        C: {"100.64.0.4/32"},
    }
    await interface.change_peers([], [A])


async def test_keep_peers_only_takes_away(interface, peers):
    await interface.set_peers([Peer(A, ("100.64.0.2/32",)), Peer(B, ("100.64.0.3/32",))])
    await interface.keep_peers(
        [Peer(A, ("100.64.0.9/32",)), Peer(B, ("100.64.0.3/32",)), Peer(C, ())]
    )
    assert peers().keys() == {B}


async def test_thousands_of_peers_fit(interface, peers):
    many = [
        Peer(
            keys.public_key(keys.generate()),
            (f"100.64.{n // 250}.{n % 250}/32", f"fd64::{n:x}/128"),
        )
        for n in range(2000)
    ]
    await interface.set_peers(many)
    assert len(peers()) == 2000


async def test_set_routes_is_the_whole_desired_state(lab, interface):
    def routes():
        return {
            route["dst"]
            for family in ("-4", "-6")
            for route in json.loads(
                lab.place.run("ip", "-j", family, "route", "show", "dev", interface.name) or "[]"
            )
            if route.get("protocol") != "kernel"
        }

    await interface.set_routes(["10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "fd01::/64"])
    assert routes() == {"10.0.0.0/8", "10.1.2.3", "default", "fd01::/64"}
    await interface.set_routes(["10.0.0.0/8", "fd01::5/128"])
    assert routes() == {"10.0.0.0/8", "fd01::5"}
    await interface.set_routes([])
    assert routes() == set()


async def test_down_removes_everything_and_may_be_repeated(lab, interface):
    await interface.down()
    assert not await interface.exists()
    assert interface.name not in lab.place.run("ip", "link")
    assert not (SOCKETS / f"{interface.name}.sock").exists()
    await interface.down()


async def test_after_wireguard_go_was_killed_it_comes_up_again(lab, interface):
    os.kill(int(lab.place.run("pgrep", "-f", f"wireguard-go {interface.name}$")), signal.SIGKILL)
    while await interface.exists():
        pass
    await interface.up(KEY, ["100.64.0.1"], listen_port=51820)
    assert await interface.exists()


async def test_ipv6_is_switched_on_where_it_is_off_by_default(lab):
    setting = "net.ipv6.conf.default.disable_ipv6"
    lab.place.run("sysctl", "-qw", f"{setting}=1")
    with lab.place.entered():
        interface = Interface(lab.interface())
        try:
            await interface.up(KEY, ["100.64.0.1", "fd64::1"])
            assert addresses(lab, interface.name) == {"100.64.0.1", "fd64::1"}
        finally:
            lab.place.run("sysctl", "-qw", f"{setting}=0")
            await interface.down()


async def test_an_interface_of_another_kind_is_left_alone(lab):
    with lab.place.entered(), pytest.raises(WireGuardError, match="not WireGuard's"):
        await Interface("lo").up(KEY, ["100.64.0.1"])
    assert "100.64.0.1" not in lab.place.run("ip", "address", "show", "dev", "lo")


async def test_what_wg_refuses_is_told_in_its_words(interface):
    with pytest.raises(WireGuardError, match="Key is not the correct length"):
        await interface.set_peers([Peer("nonsense", ())])
    with pytest.raises(WireGuardError) as refusal:
        await interface.up("not a key", [])
    assert "not a key" not in refusal.value.detail


async def test_a_peer_without_a_handshake_has_no_time(interface):
    await interface.set_peers([Peer(A, ("100.64.0.2/32",))])
    assert await interface.handshakes() == {}


async def test_a_missing_tool_is_named_with_its_package(lab, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(WireGuardError, match="apt install iproute2"):
        await Interface("gswnone").up(KEY, [])
