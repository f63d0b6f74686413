"""``connect`` in a namespace, with real tunnels to real gateways; topology in ``place.py``."""

import asyncio
import json
import signal
import stat
from subprocess import PIPE

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.place import PATIENCE, Connect, cli, command, environment, run
from gatescale import __version__
from gatescale.wire.messages import DeviceStatus, DeviceUpdate
from gatescale.wireguard import keys

pytestmark = pytest.mark.net

WEB, DATABASE, SIXTH = "10.20.0.5", "10.20.1.5", "fd20::5"


def update(revision, *routes):
    return DeviceUpdate("device-1", revision, ("100.64.0.1", "fd00:64::1"), routes)


def tell(place, revision, *routes):
    place.controller.program(update(revision, *routes), revision)


async def started(place, enrolled, revision=1):
    connect = await Connect.start(place, enrolled)
    await connect.says("as they should be", f"revision={revision}")
    return connect


def assert_nothing_is_left(place, enrolled, routes):
    assert place.interface not in place.links()
    assert place.routes() == routes
    assert not (enrolled / "running.json").exists()


async def posted(place, path):
    """Await a message of the device to ``path``, past others."""
    async with asyncio.timeout(PATIENCE):
        while True:
            kind, body = await place.controller.posted.get()
            if kind == path:
                return body


async def test_what_the_device_may_reach_is_reached_and_nothing_else_is_routed(place, enrolled):
    before = place.routes()
    first = place.gateways[0]
    tell(place, 1, first.route("10.20.0.0/24", "fd20::/64"))
    connect = await started(place, enrolled)
    assert await place.reach(WEB)
    assert await place.reach(SIXTH)
    assert place.routes() == before | {"10.20.0.0/24": place.interface}
    assert place.routes("-6")["fd20::/64"] == place.interface
    assert place.peers() == {
        keys.public_key(first.private_key): (
            "192.0.2.1:51820",
            frozenset({"10.20.0.0/24", "fd20::/64"}),
        )
    }
    body = await posted(place, "status")
    assert msgspec.json.decode(body, type=DeviceStatus) == DeviceStatus(__version__, "laptop")
    assert await connect.end(signal.SIGTERM) == 0
    assert_nothing_is_left(place, enrolled, before)


async def test_changes_are_applied_live_and_leave_the_other_tunnel_alone(place, enrolled):
    first, second = place.gateways
    tell(place, 1, first.route("10.20.0.0/24"))
    connect = await started(place, enrolled)
    assert await place.reach(WEB)
    handshake = place.inside("wg", "show", place.interface, "latest-handshakes")
    tell(place, 2, first.route("10.20.0.0/24"), second.route("10.20.1.0/24"))
    await connect.says("as they should be", "revision=2")
    assert await place.reach(DATABASE)
    assert handshake.strip() in place.inside("wg", "show", place.interface, "latest-handshakes")
    tell(place, 3, second.route("10.20.1.0/24"))
    await connect.says("as they should be", "revision=3")
    assert place.peers().keys() == {keys.public_key(second.private_key)}
    assert "10.20.0.0/24" not in place.routes()
    assert await place.reach(DATABASE)
    await connect.end(signal.SIGTERM)


async def test_a_forged_or_older_word_changes_nothing(place, enrolled):
    first, second = place.gateways
    tell(place, 5, first.route("10.20.0.0/24"))
    connect = await started(place, enrolled, 5)
    held = (place.peers(), place.routes())
    forged = update(6, second.route("0.0.0.0/0"))
    place.controller.event("program", place.controller.sign(forged, Ed25519PrivateKey.generate()))
    await connect.says("a message is ignored", "signature")
    place.controller.event("program", place.controller.sign(update(4)))
    await connect.says("is not followed", "revision 4")
    assert (place.peers(), place.routes()) == held
    await connect.end(signal.SIGINT)


async def test_while_the_controller_is_away_the_tunnels_stay(place, enrolled):
    tell(place, 7, place.gateways[0].route("10.20.0.0/24"))
    connect = await started(place, enrolled, 7)
    await place.controller.stop()
    await connect.says("the controller is away")
    assert await place.reach(WEB)
    _, out, _ = await cli("status", "--json", "--state-dir", enrolled, namespace=place.device)
    status = json.loads(out)
    assert (status["connected"], status["controllerConnected"]) == (True, False)
    assert status["lastError"]
    await place.controller.start(place.listener(place.office, ("192.0.2.1", 8443)))
    await connect.says("connected to the controller")
    assert place.controller.resumed == [None, "7"]
    await connect.end(signal.SIGTERM)


async def test_a_killed_connect_leaves_the_tunnels_and_the_next_one_takes_them_over(
    place, enrolled
):
    before = place.routes()
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"))
    connect = await started(place, enrolled)
    assert await place.reach(WEB)
    await connect.end(signal.SIGKILL)
    assert await place.reach(WEB)
    tell(place, 2, place.gateways[1].route("10.20.1.0/24"))
    connect = await started(place, enrolled, 2)
    assert await place.reach(DATABASE)
    assert place.peers().keys() == {keys.public_key(place.gateways[1].private_key)}
    assert "10.20.0.0/24" not in place.routes()
    assert await connect.end(signal.SIGTERM) == 0
    assert_nothing_is_left(place, enrolled, before)


async def test_disconnect_ends_a_connect_and_waits_until_it_is_gone(place, enrolled):
    before = place.routes()
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"))
    connect = await started(place, enrolled)
    arguments = ("disconnect", "--state-dir", enrolled)
    assert await cli(*arguments, namespace=place.device) == (0, "Disconnected.\n", "")
    assert_nothing_is_left(place, enrolled, before)
    assert await connect.end(signal.SIGTERM) == 0
    assert (await cli(*arguments, namespace=place.device))[1] == "It was not connected.\n"


async def test_disconnect_removes_what_a_killed_connect_left(place, enrolled):
    before = place.routes()
    tell(place, 1, place.gateways[0].route("10.20.0.0/24", "192.0.2.0/24"))
    connect = await started(place, enrolled)
    await connect.end(signal.SIGKILL)
    assert place.routes() != before
    arguments = ("disconnect", "--state-dir", enrolled)
    assert await cli(*arguments, namespace=place.device) == (0, "Disconnected.\n", "")
    assert_nothing_is_left(place, enrolled, before)


async def test_only_one_connect_runs_per_state_directory(place, enrolled):
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"))
    connect = await started(place, enrolled)
    arguments = ("connect", "--state-dir", enrolled, "--insecure-http")
    code, _, err = await cli(*arguments, "--interface", "gscother", namespace=place.device)
    assert code == 1
    assert "runs already" in err
    assert await place.reach(WEB)
    link = f"{place.controller.url}/invitations/second"
    code, _, err = await cli("enroll", link, "--force", "--insecure-http", "--state-dir", enrolled)
    assert code == 1
    assert "disconnect" in err
    await connect.end(signal.SIGTERM)


async def test_a_removed_device_says_so_tidies_up_and_stays_out(place, enrolled):
    before = place.routes()
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"))
    connect = await started(place, enrolled)
    place.controller.dismiss("deleted", "Ann's laptop was removed by an administrator")
    line = await connect.says("removed by an administrator")
    assert line.startswith("gatescale: ")
    assert await connect.end() == 3
    assert_nothing_is_left(place, enrolled, before)
    assert (enrolled / "device" / "wireguard.key").exists()
    asked = len(place.controller.requests)
    arguments = ("connect", "--state-dir", enrolled, "--insecure-http")
    code, _, err = await cli(*arguments, namespace=place.device)
    assert code == 3
    assert "removed by an administrator" in err
    assert len(place.controller.requests) == asked
    status = json.loads((await cli("status", "--json", "--state-dir", enrolled))[1])
    assert status["enrolled"] is False
    assert "administrator" in status["removed"]
    link = f"{place.controller.url}/invitations/second"
    place.controller.dismissal = None
    code, _, err = await cli(
        *("enroll", link, "--insecure-http", "--state-dir", enrolled), namespace=place.device
    )
    assert (code, err) == (0, "")


async def test_a_deactivated_device_loses_its_tunnels_and_gets_them_back(place, enrolled):
    before = place.routes()
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"))
    connect = await started(place, enrolled)
    # Then only the stream asks to be let in again, and not before the tunnels are gone.
    await posted(place, "posture")
    place.controller.dismiss("deactivated", "Ann's laptop was deactivated")
    await connect.says("deactivated")
    await asyncio.wait_for(place.controller.refused.get(), PATIENCE)
    assert place.peers() == {}
    assert place.routes() == before
    place.controller.dismissal = None
    tell(place, 2, place.gateways[0].route("10.20.0.0/24"))
    await connect.says("as they should be", "revision=2")
    assert await place.reach(WEB)
    await connect.end(signal.SIGTERM)


async def test_the_tunnel_is_not_led_into_itself(place, enrolled):
    """Gateway and controller lie in networks that the device reaches by the tunnel."""
    before = place.routes()
    first = place.gateways[0]
    tell(place, 1, first.route("0.0.0.0/0", "192.0.2.0/24"))
    connect = await started(place, enrolled)
    assert place.way_to("192.0.2.1") == "eth0"
    assert await place.reach(WEB)
    tell(place, 2, first.route("0.0.0.0/0", "192.0.2.1/32"))
    await connect.says("as they should be", "revision=2")
    assert place.way_to("192.0.2.1") == "eth0"
    assert await place.reach(WEB)
    tell(place, 3, first.route("10.20.0.0/24"))
    await connect.says("as they should be", "revision=3")
    assert place.routes() == before | {"10.20.0.0/24": place.interface}
    await connect.end(signal.SIGTERM)
    assert place.routes() == before


async def test_the_way_around_follows_the_machine_to_another_network(place, enrolled):
    tell(place, 1, place.gateways[0].route("0.0.0.0/0"))
    run("ip", "-n", place.device, "address", "replace", "192.0.2.2/32", "dev", "eth0")
    run("ip", "-n", place.device, "route", "replace", "192.0.2.254", "dev", "eth0")
    run("ip", "-n", place.office, "address", "add", "192.0.2.254/24", "dev", "eth0")
    run(*("ip", "-n", place.device, "address", "del", "192.0.2.2/24", "dev", "eth0"))
    run(
        *(
            "ip",
            "-n",
            place.device,
            "route",
            "replace",
            "default",
            "via",
            "192.0.2.254",
            "dev",
            "eth0",
        )
    )
    connect = await started(place, enrolled)
    show = ("ip", "-j", "-n", place.device, "route", "show", "192.0.2.1")
    assert json.loads(run(*show))[0]["gateway"] == "192.0.2.254"
    run("ip", "-n", place.device, "route", "replace", "192.0.2.253", "dev", "eth0")
    run("ip", "-n", place.office, "address", "add", "192.0.2.253/24", "dev", "eth0")
    run(
        *(
            "ip",
            "-n",
            place.device,
            "route",
            "replace",
            "default",
            "via",
            "192.0.2.253",
            "dev",
            "eth0",
        )
    )
    async with asyncio.timeout(PATIENCE):
        while json.loads(run(*show))[0]["gateway"] != "192.0.2.253":
            await asyncio.sleep(0.05)
    assert await place.reach(WEB)
    await connect.end(signal.SIGTERM)


async def test_a_route_of_the_machines_own_network_survives(place, enrolled):
    before = place.routes()
    tell(place, 1, place.gateways[0].route("192.0.2.0/24", "10.20.0.0/24"))
    connect = await started(place, enrolled)
    assert await place.reach(WEB)
    await connect.end(signal.SIGTERM)
    assert place.routes() == before


async def test_an_interface_that_vanishes_is_made_again(place, enrolled):
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"))
    connect = await started(place, enrolled)
    run("ip", "-n", place.device, "link", "del", place.interface)
    await connect.says("as they should be", "revision=1")
    assert await place.reach(WEB)
    await connect.end(signal.SIGTERM)
    assert [line for line in connect.said if "error" in line] == []


@pytest.mark.parametrize("kind", ["veth", "wireguard"])
async def test_somebody_elses_interface_is_left_alone(place, enrolled, kind):
    if kind == "veth":
        run("ip", "-n", place.device, "link", "add", place.interface, "type", "veth")
    else:
        place.inside("wireguard-go", place.interface)
        run(
            *("ip", "netns", "exec", place.device, "wg", "set", place.interface),
            *("private-key", "/dev/stdin"),
            stdin=keys.generate(),
        )
    code, _, err = await cli(
        *("connect", "--state-dir", enrolled, "--insecure-http"),
        *("--interface", place.interface),
        namespace=place.device,
    )
    assert code == 1
    assert "choose another name with --interface" in err
    assert place.interface in place.links()


async def test_who_may_not_configure_networks_is_told_so(place, enrolled):
    weak = ("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin")
    process = await asyncio.create_subprocess_exec(
        *weak, *command("connect", "--state-dir", enrolled), env=environment(), stderr=PIPE
    )
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 1
    assert err == b"gatescale: connect makes a network interface: run it as root\n"


async def test_the_capability_to_configure_networks_is_enough(place, enrolled):
    """As ``deploy/gatescale.service`` has it."""
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"))
    weak = ("setpriv", "--bounding-set=-all,+net_admin", "--no-new-privs")
    connect = await Connect.start(place, enrolled, *weak)
    await connect.says("as they should be", "revision=1")
    assert await place.reach(WEB)
    assert await connect.end(signal.SIGTERM) == 0
    assert place.interface not in place.links()


async def test_status_tells_gateways_and_their_handshakes(place, enrolled):
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"), place.gateways[1].route("10.9.0.0/24"))
    connect = await started(place, enrolled)
    assert await place.reach(WEB)
    _, out, _ = await cli("status", "--json", "--state-dir", enrolled, namespace=place.device)
    status = json.loads(out)
    assert status["connected"] is True
    assert status["controllerConnected"] is True
    assert status["revision"] == 1
    assert status["interface"] == place.interface
    first, second = status["gateways"]
    assert first["lastHandshake"] > 0
    assert first["allowedIps"] == ["10.20.0.0/24"]
    assert second["name"] == "gateway-51821"
    _, out, _ = await cli("status", "--state-dir", enrolled, namespace=place.device)
    assert "gateway-51820 at 192.0.2.1:51820, last handshake" in out
    await connect.end(signal.SIGTERM)


async def test_private_keys_stay_private(place, enrolled):
    tell(place, 1, place.gateways[0].route("10.20.0.0/24"))
    connect = await started(place, enrolled)
    await posted(place, "status")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in enrolled.iterdir()}
    await connect.end(signal.SIGTERM)
    spoken = "\n".join(place.controller.requests + connect.said)
    assert "Bearer" in spoken
    for name in ("identity", "wireguard.key"):
        assert (enrolled / "device" / name).read_text().strip() not in spoken
    assert modes == {"device": 0o700, "connect.lock": 0o600, "running.json": 0o600}


async def test_plain_http_to_another_machine_must_be_allowed(place, enrolled):
    code, _, err = await cli("connect", "--state-dir", enrolled, namespace=place.device)
    assert code == 1
    assert "--insecure-http" in err
    assert place.interface not in place.links()
