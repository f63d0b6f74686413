"""How fast the API is, by class of operation, and how much of a bare handler's throughput it keeps.

    sudo env PYTHONPATH=.:tests .venv/bin/python bench/api.py [ROUNDS [SECONDS]]

Needs ``wrk`` (``apt-get install wrk``), and root for its own PostgreSQL. One tenant with 10,000
users and 30,000 devices; controller and ``bare.py`` are processes over two copies of it, asked in
turns, each stopped while the other is measured. What ``bare.py`` has not, and two workers, are
measured alone. The controller's mail goes to a server that never
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
TARGETS = {"get a device": 0.6, "list 100 devices": 0.7, "bulk of 100 users": 0.5}
PATIENCE = 60.0

_runs = itertools.count()


@dataclass(frozen=True)
class Run:
    """What wrk counted."""

    rate: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Task:
    """What is asked for: ``mode`` as in ``load.lua``, ``ids`` a file of ids."""

    name: str
    path: str
    mode: str = "get"
    group: str = ""
    ids: Path | None = None


@dataclass(frozen=True)
class Server:
    """One of the two, over its own copy of the database."""

    url: str
    process: subprocess.Popen[bytes]
    created: Created

    def ask(self, path: str) -> Any:
        with urlopen(Request(self.url + path, headers={"apikey": self.created.api_key})) as answer:
            return json.loads(answer.read())

    def load(self, task: "Task", seconds: float) -> Run:
        """Send a task's requests as fast as it goes."""
        environment = {
            **os.environ,
            "KEY": self.created.api_key,
            "MODE": task.mode,
            "GROUP": task.group,
            "RUN": f"r{next(_runs)}",
            **({"IDS": str(task.ids)} if task.ids else {}),
        }
        script = str(Path(__file__).with_name("load.lua"))
        printed = subprocess.run(
            [
                "wrk",
                "-t1",
                f"-c{READERS if task.mode == 'get' else WRITERS}",
                f"-d{seconds}s",
                "--timeout",
                "30s",
                "-s",
                script,
                self.url + task.path,
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
    folder: Path, database_url: str = "", superuser_url: str = "", *, workers: int = 1
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
                *("--rate-limit", "0", "--workers", str(workers)),
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


def tasks(ours: Server, folder: Path) -> list[Task]:
    """Return what is measured; the first three are the bare handler's, too."""
    device = ours.ask("/tenants/devices?limit=1&offset=15000")["data"][0]["id"]
    group = ours.ask("/tenants/groups?limit=1")["data"][0]["id"]
    status = "filter%5Bstatus%5D=ACTIVE"
    return [
        Task("get a device", f"/tenants/devices/{device}"),
        Task("list 100 devices", "/tenants/devices?limit=100"),
        Task("bulk of 100 users", "/tenants/users", "bulk", group),
        Task("list 100 users, filtered", f"/tenants/users?limit=100&sort=lastName&{status}"),
        Task("search users", "/tenants/users?search=example%209"),
        Task("create a group", "/tenants/groups", "create"),
        Task("update a user", "/tenants/users", "update", ids=_ids(ours, folder, 0, 10)),
        Task("delete a user", "/tenants/users", "delete", ids=_ids(ours, folder, 10, 90)),
    ]


def _ids(server: Server, folder: Path, first: int, pages: int) -> Path:
    """Write the ids of some pages of users into a file."""
    path = folder / f"ids-{first}"
    active = "filter%5Bstatus%5D=ACTIVE&filter%5BisOwner%5D=false&sort=id"
    found = [
        user["id"]
        for page in range(first, first + pages)
        for user in server.ask(f"/tenants/users?limit=100&offset={page * 100}&{active}")["data"]
    ]
    path.write_text("\n".join(found))
    return path


def compare(
    database: str, servers: tuple[Server, Server], folder: Path, rounds: int, seconds: float
) -> None:
    """Print a row for each task, by one process, beside the bare handler where it can."""
    for number, task in enumerate(tasks(servers[0], folder)):
        if number > 2:
            alone_row(f"{database}: {task.name}", servers[0], task, seconds)
            continue
        if task.mode == "get":
            assert servers[0].ask(task.path) == servers[1].ask(task.path), "the same answer"
        found: tuple[list[Run], list[Run]] = ([], [])
        for turn, side in itertools.product(range(rounds + 1), (0, 1)):
            place = side ^ turn % 2
            with alone(servers[1 - place]):
                run = servers[place].load(task, seconds)
            if turn:  # the first round only warms up
                found[place].append(run)
        row(f"{database}: {task.name}", *found)
    print(f"| {database}: memory, MiB | {_memory(servers[0].process.pid)} | | |", flush=True)


def several(database: str, ours: Server, folder: Path, seconds: float) -> None:
    """Print a row for each task, by two workers."""
    for task in tasks(ours, folder):
        alone_row(f"{database}, 2 workers: {task.name}", ours, task, seconds)
    print(f"| {database}, 2 workers: memory, MiB | {_memory(ours.process.pid)} | | |", flush=True)


def alone_row(what: str, server: Server, task: Task, seconds: float) -> None:
    if task.mode == "get":
        server.load(task, 1)
    print(f"| {what} | {_shown([server.load(task, seconds)])} | | |", flush=True)


def _memory(pid: int) -> int:
    """Return how much memory a process and its children hold, MiB."""
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    pids = [pid, *map(int, listed.stdout.split())]
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def row(what: str, ours: list[Run], bare: list[Run]) -> None:
    ratio = median(o.rate / b.rate for o, b in zip(ours, bare, strict=True))
    print(
        f"| {what} | {_shown(ours)} | {_shown(bare)} | {ratio:.0%}"
        f" {'' if ratio >= TARGETS[what.partition(': ')[2]] else 'MISSED'}",
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
    with TemporaryDirectory(prefix="gatescale-bench-") as name, Cluster() as cluster:
        places = (("SQLite", ()), ("PostgreSQL", (cluster.url, cluster.superuser_url)))
        for database, urls in places:
            folder = Path(name, database)
            with serving(folder, *urls) as servers:
                compare(database, servers, folder, rounds, seconds)
    for database in ("SQLite", "PostgreSQL"):
        with TemporaryDirectory(prefix="gatescale-bench-") as name, Cluster() as cluster:
            urls = (cluster.url, cluster.superuser_url) if database == "PostgreSQL" else ()
            with serving(Path(name, database), *urls, workers=2) as (ours, _):
                several(database, ours, Path(name), seconds)


if __name__ == "__main__":
    main()
