"""Several processes behind one port: whichever is asked, all agents hear."""

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from agents import BareAgent
from controller import given
from live import Api
from processes import GATESCALE, ControllerProcess


@pytest.fixture(params=["sqlite", "postgres"])
def workers(request: pytest.FixtureRequest, tmp_path: Path):
    options = ["--workers", "2"]
    if request.param == "postgres":
        options += ["--database-url", request.getfixturevalue("postgres_url")]
    # Longer than the address of a socket may be.
    folder = tmp_path / ("long" * 25)
    folder.mkdir()
    with ControllerProcess(folder / "data", *options) as process:
        yield process
        process.terminate()


def children(process: ControllerProcess) -> list[int]:
    listed = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False
    )
    return [int(number) for number in listed.stdout.split()]


def online_gateway(api: Api, name: str) -> BareAgent:
    made = api.made("/tenants/gateways", {"name": name, "wireguardPort": "51820"})
    agent = BareAgent(api.url)
    assert agent.enrol(made["token"], "gateway").status == 201
    return agent


def test_agents_hear_what_any_of_the_processes_commits(workers: ControllerProcess):
    api = workers.tenant()
    site = online_gateway(api, "berlin")
    wiki = given.connected(api, given.resource(api), {"id": site.id})
    given.policy(api, allUsers=True, resources=[wiki["id"]])
    path = f"/tenants/devices/{given.device(api, given.owner(api)['id'])['id']}"
    with site.stream() as stream:
        stream.next("program")
        # Each request over a connection of its own, so that both processes get some.
        for _ in range(10):
            for answer in (api.patch(f"{path}/deactivate"), api.post(f"{path}/reactivate")):
                assert answer.status in {200, 201}
                revision = int(answer.headers["gatescale-revision"])
                while stream.next("program")["revision"] < revision:
                    pass


def test_a_process_that_dies_is_replaced_and_the_port_keeps_answering(workers: ControllerProcess):
    api = workers.tenant()
    before = children(workers)
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + 20
    while len(set(children(workers)) - set(before)) < 1 or len(children(workers)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for _ in range(10):
        assert api.get("/tenants/users").status == 200


def test_what_is_no_http_is_told_like_every_other_mistake(workers: ControllerProcess):
    import json
    import socket

    host, _, port = workers.listen.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(b"HELLO\r\n\r\n")
        answer = raw.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 400")
    assert "application/problem+json" in answer
    assert re.search(r"no HTTP request", json.loads(answer.partition("\r\n\r\n")[2])["detail"])


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_address_that_cannot_be_listened_on_is_told_in_a_line(tmp_path: Path, workers: str):
    command = [GATESCALE, "serve", "--workers", workers, "--data-dir", str(tmp_path / "data")]
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        for listen, why in (
            (taken, "Address already in use"),
            ("192.0.2.1:8443", "Cannot assign requested address"),
        ):
            asked = [*command, "--listen", listen]
            ended = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
            told = [line for line in ended.stderr.splitlines() if not line.startswith("timestamp")]
            assert (ended.returncode, told) == (1, [f"gatescale: --listen {listen}: {why}."])
            assert "the controller listens" not in ended.stderr
