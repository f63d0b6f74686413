"""How much of a bare handler's throughput the API keeps.

    sudo env PYTHONPATH=.:tests .venv/bin/python bench/api.py [ROUNDS [SECONDS]]

Needs ``wrk`` (``apt-get install wrk``), and root for its own PostgreSQL. One tenant with 10,000
users and 30,000 devices; controller and ``bare.py`` are processes over two copies of it, asked in
turns, each stopped while the other is measured. The controller's mail goes to a server that never
answers: sending is not measured.
"""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

import asyncpg
from people import settle

from databases import Cluster, free_port
from gatescale.controller.settings import Settings
from gatescale.controller.tenants import Created

USERS, DEVICES_EACH = 10_000, 3
READERS, WRITERS = 32, 4
"""Connections. A tenant's writers queue, so a few keep either server busy."""
TARGET = 0.6
PATIENCE = 60.0

_runs = itertools.count()


@dataclass(frozen=True)
class Run:
    """What wrk counted."""

    rate: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Server:
    """One of the two, over its own copy of the database."""

    url: str
    process: subprocess.Popen[bytes]
    created: Created

    def ask(self, path: str) -> Any:
        with urlopen(Request(self.url + path, headers={"apikey": self.created.api_key})) as answer:
            return json.loads(answer.read())

    def load(self, path: str, group: str, seconds: float) -> Run:
        """Ask for ``path``, or post bulks there into ``group``, as fast as it goes."""
        environment = {
            **os.environ,
            "KEY": self.created.api_key,
            "GROUP": group,
            "RUN": f"r{next(_runs)}",
        }
        script = str(Path(__file__).with_name("load.lua"))
        printed = subprocess.run(
            [
                "wrk",
                "-t1",
                f"-c{WRITERS if group else READERS}",
                f"-d{seconds}s",
                "--timeout",
                "30s",
                "-s",
                script,
                self.url + path,
            ],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        result = next(line for line in printed.splitlines() if line.startswith("RESULT"))
        requests, duration, errors, p50, p99 = map(float, result.split()[1:])
        assert not errors, printed
        return Run(requests / duration, p50, p99)


@contextlib.contextmanager
def serving(
    folder: Path, database_url: str = "", superuser_url: str = ""
) -> Iterator[tuple[Server, Server]]:
    """Run controller and bare handler over two copies of a freshly filled database."""
    settings = Settings(data_dir=folder / "controller", database_url=database_url)
    created = asyncio.run(settle(settings, users=USERS, devices_each=DEVICES_EACH))
    shutil.copytree(folder / "controller", folder / "bare")
    bare_url = asyncio.run(_copied(superuser_url)) if database_url else ""
    ports = free_port(), free_port()
    with contextlib.ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=100))
        commands = (
            (
                *(str(Path(sys.executable).with_name("gatescale")), "serve"),
                *("--data-dir", str(folder / "controller"), "--listen", f"127.0.0.1:{ports[0]}"),
                *("--smtp-url", f"smtp://127.0.0.1:{silent.getsockname()[1]}"),
                *(("--database-url", database_url) if database_url else ()),
            ),
            (
                *(sys.executable, str(Path(__file__).with_name("bare.py")), str(folder / "bare")),
                *(str(ports[1]), created.tenant_id, *filter(None, [bare_url])),
            ),
        )
        ours, bare = (
            Server(f"http://127.0.0.1:{port}", stack.enter_context(_process(*command)), created)
            for port, command in zip(ports, commands, strict=True)
        )
        for port in ports:
            _wait_for(port)
        yield ours, bare


async def _copied(superuser_url: str) -> str:
    """Copy the database; do now what autovacuum does within a minute. Return the copy's URL.

    The bare handler connects as a superuser, for whom there is no row-level security.
    """
    server = superuser_url.rpartition("/")[0]
    connection = await asyncpg.connect(f"{server}/template1")
    await connection.execute("CREATE DATABASE bare TEMPLATE gatescale")
    await connection.close()
    copy = f"{server}/bare"
    for url in (superuser_url, copy):
        connection = await asyncpg.connect(url)
        await connection.execute("VACUUM ANALYZE")
        await connection.close()
    return copy


@contextlib.contextmanager
def _process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def alone(other: Server) -> Iterator[None]:
    """Keep the other server's process from running meanwhile."""
    other.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        other.process.send_signal(signal.SIGCONT)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert time.monotonic() < deadline, "a server did not start"
        time.sleep(0.05)


def compare(database: str, servers: tuple[Server, Server], rounds: int, seconds: float) -> None:
    """Print a row for each request."""
    ours, bare = servers
    listed = ours.ask("/tenants/devices?limit=100&offset=15000")["data"]
    group = ours.ask("/tenants/groups?limit=1")["data"][0]["id"]
    requests = {
        "GET one device": (f"/tenants/devices/{listed[0]['id']}", ""),
        "list 100 devices": ("/tenants/devices?limit=100", ""),
        "bulk of 100 users": ("/tenants/users", group),
    }
    for name, (path, invited_to) in requests.items():
        if not invited_to:
            assert ours.ask(path) == bare.ask(path), "both give the same answer"
        found: tuple[list[Run], list[Run]] = ([], [])
        for turn, side in itertools.product(range(rounds + 1), (0, 1)):
            place = side ^ turn % 2
            with alone(servers[1 - place]):
                run = servers[place].load(path, invited_to, seconds)
            if turn:  # the first round only warms up
                found[place].append(run)
        row(f"{database}: {name}", *found)


def row(what: str, ours: list[Run], bare: list[Run]) -> None:
    ratio = median(o.rate / b.rate for o, b in zip(ours, bare, strict=True))
    print(
        f"| {what:<29} | {_shown(ours)} | {_shown(bare)} | {ratio:.0%}"
        f" {'' if ratio >= TARGET else 'MISSED'}",
        flush=True,
    )


def _shown(runs: list[Run]) -> str:
    rate, p50, p99 = (median(getattr(run, name) for run in runs) for name in ("rate", "p50", "p99"))
    return f"{rate:8,.0f} {p50:7.1f} {p99:7.1f}"


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("Needs wrk: apt-get install wrk")
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    print(
        "requests/s, p50 and p99 in ms     | controller                | bare                    |"
    )
    with TemporaryDirectory(prefix="gatescale-bench-") as folder:
        with serving(Path(folder, "sqlite")) as servers:
            compare("SQLite", servers, rounds, seconds)
        with (
            Cluster() as server,
            serving(Path(folder, "postgres"), server.url, server.superuser_url) as servers,
        ):
            compare("PostgreSQL", servers, rounds, seconds)


if __name__ == "__main__":
    main()
