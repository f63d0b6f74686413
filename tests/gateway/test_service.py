"""``gatescale gateway`` as a process: enrolment, restarts, and words for people."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
import time

import msgspec
import pytest
import pytest_asyncio

from channel.stand_in import StandIn
from gatescale.wire.messages import Ack, GatewayUpdate, Lease
from gateway.world import NETWORKS, PORT, Stream, allow, echo, is_lost, passes

pytestmark = pytest.mark.net

COMMAND = (sys.executable, "-c", "from gatescale.gateway.cli import app; app()")


@pytest_asyncio.fixture
async def controller(world):
    """A controller on the gateway's loopback that knows one token."""
    stand_in = StandIn()
    stand_in.gateway_tokens["good"] = "gateway-1"
    await stand_in.start(socket.create_server(("127.0.0.1", 0)))
    yield stand_in
    await stand_in.stop()


@pytest_asyncio.fixture
async def gateway(world, controller, tmp_path):
    """Runs ``gatescale gateway``; what it leaves is removed."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    key = folder / "wireguard.key"  # the devices know it already
    key.touch(mode=0o600)
    key.write_text(world.private_key)
    service = Service(world, controller, folder)
    yield service
    for process in service.processes:
        if process.returncode is None:
            process.kill()
            await process.wait()
    await service.tell("down", "--interface", world.interface)


class Service:
    def __init__(self, world, controller, folder):
        self.world = world
        self.controller = controller
        self.folder = folder
        self.processes = []

    async def run(self, *arguments):
        """Start ``run`` with a good token unless told otherwise."""
        arguments = arguments or ("--token", "good")
        process = await self._start(
            *("run", "--controller", self.controller.url, "--interface", self.world.interface),
            *arguments,
        )
        self.processes.append(process)
        return process

    async def tell(self, *arguments):
        """Run a command to its end; return exit code, output and complaint."""
        process = await self._start(*arguments)
        output, complaint = await asyncio.wait_for(process.communicate(), 20)
        return process.returncode, output.decode(), complaint.decode()

    async def status(self):
        _, output, _ = await self.tell("status", "--json")
        return json.loads(output)

    async def _start(self, *arguments):
        return await asyncio.create_subprocess_exec(
            *COMMAND,
            *arguments,
            env=os.environ | {"GATESCALE_GATEWAY_STATE_DIR": str(self.folder), "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def enforce(self, revision, program):
        """Have the controller say this, and wait until the gateway has acknowledged it."""
        await asyncio.wait_for(self.controller.opened.get(), 20)
        lease = Lease("gateway-1", int(time.time()) + 3600)
        self.controller.event("lease", self.controller.sign(lease))
        update = GatewayUpdate("gateway-1", revision, None, program.whole(), NETWORKS, PORT)
        self.controller.program(update, revision)
        await self.acknowledged(revision)
        self.world.alice.shake_hands_anew()

    async def acknowledged(self, revision):
        while True:
            path, body = await asyncio.wait_for(self.controller.posted.get(), 20)
            if path == "acks":
                ack = msgspec.json.decode(body, type=Ack)
                assert not ack.error
                if ack.revision == revision:
                    return


async def test_killed_and_restarted_it_takes_over_and_disturbs_no_stream(world, gateway):
    process = await gateway.run()
    await gateway.enforce(7, world.program(alice=(allow("two"),)))
    async with echo(world.office, "10.1.0.2", 7), echo(world.office, "10.1.0.3", 7):
        stream = await Stream.open(world.alice.namespace, "10.1.0.2", 7)
        process.kill()
        await process.wait()
        assert await stream.works(), "tunnel and rules need no agent"
        assert await is_lost(world.alice.namespace, "10.1.0.3", 7)
        assert not (await gateway.status())["running"]
        await gateway.controller.stop()
        process = await gateway.run()
        line = await process.stderr.readline()
        while b"enforced" not in line:
            line = await asyncio.wait_for(process.stderr.readline(), 20)
        assert await stream.works(), "without a controller it enforces what it held"
        assert await is_lost(world.alice.namespace, "10.1.0.3", 7)


async def test_stopped_it_leaves_everything_in_force_until_it_is_taken_down(world, gateway):
    process = await gateway.run()
    await gateway.enforce(7, world.program(alice=(allow("two"),)))
    code, _, complaint = await gateway.tell("down", "--interface", world.interface)
    assert (code, complaint.count("\n")) == (1, 1)
    assert "runs" in complaint
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    async with echo(world.office, "10.1.0.2", 7):
        assert await passes(world.alice.namespace, "10.1.0.2", 7)
    assert (await gateway.tell("down", "--interface", world.interface))[0] == 0
    assert world.gateway.run("nft", "list", "ruleset") == ""
    assert world.interface not in world.gateway.run("ip", "link")
    assert (await gateway.tell("down", "--interface", world.interface))[0] == 0, "again"


async def test_the_status_says_what_is_in_force(world, gateway):
    await gateway.run()
    await gateway.enforce(7, world.program(alice=(allow("two"),)))
    async with asyncio.timeout(10):
        while (status := await gateway.status())["peers"] != 1:
            pass
    assert (status["running"], status["connected"], status["revision"]) == (True, True, 7)
    assert (status["lapsed"], status["error"], status["name"]) == (False, "", "office")
    code, output, _ = await gateway.tell("status")
    assert code == 0
    assert "Example Works" in output


async def test_a_token_is_needed_once_and_keys_are_the_owners_alone(world, gateway):
    process = await gateway.run()
    await gateway.enforce(7, world.program())
    process.terminate()
    await process.wait()
    gateway.controller.gateway_tokens.clear()
    await gateway.run("--token", "good")
    await asyncio.wait_for(gateway.controller.opened.get(), 20)
    assert stat.S_IMODE(gateway.folder.stat().st_mode) == 0o700
    for name in ("identity.key", "wireguard.key", "enrolment.json", "program.journal"):
        assert stat.S_IMODE((gateway.folder / name).stat().st_mode) == 0o600
    everything_said = "".join(gateway.controller.requests)
    for name in ("identity.key", "wireguard.key"):
        assert (gateway.folder / name).read_text().strip() not in everything_said


async def test_a_deleted_gateway_stops_and_leaves_nothing(world, gateway):
    process = await gateway.run()
    await gateway.enforce(7, world.program(alice=(allow("two"),)))
    gateway.controller.dismiss("deleted", "This gateway was deleted.")
    _, complaint = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    assert complaint.decode().splitlines()[-1].endswith("This gateway was deleted.")
    assert world.gateway.run("nft", "list", "ruleset") == ""
    assert world.interface not in world.gateway.run("ip", "link")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--token", "bad"), 1, "this gateway token is not known"),
        (("--token-file", "/nowhere"), 1, "/nowhere cannot be read"),
        (("--state-dir", "/nowhere/at/all", "--controller", "http://192.0.2.1"), 1, "http"),
        (("--interface", "much-too-long-name"), 1, "no interface name"),
        (("--interface", "lo", "--token", "good"), 1, "not WireGuard's"),
        (("--frobnicate",), 2, "frobnicate"),
        ((), 1, "--token"),
    ],
)
async def test_what_is_wrong_is_said_in_one_line(world, gateway, arguments, code, words):
    process = await gateway.run(*(arguments or ("--state-dir", str(gateway.folder))))
    _, complaint = await asyncio.wait_for(process.communicate(), 20)
    lines = [line for line in complaint.decode().splitlines() if line.startswith("gatescale")]
    assert process.returncode == code
    assert words in complaint.decode()
    assert "Traceback" not in complaint.decode()
    assert len(lines) == (1 if code == 1 else 0)


async def test_an_unreachable_controller_is_said_once_and_tried_on(world, gateway):
    await gateway.controller.stop()
    process = await gateway.run()
    line = b""
    while b"cannot be reached" not in line:
        line = await asyncio.wait_for(process.stderr.readline(), 20)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(process.stderr.readline(), 3)
    assert process.returncode is None
