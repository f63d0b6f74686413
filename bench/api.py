"""How much of a bare handler's throughput the API keeps.

    sudo env PYTHONPATH=.:tests .venv/bin/python bench/api.py [ROUNDS [SECONDS]]

Needs ``wrk`` (``apt-get install wrk``), and root for its own PostgreSQL. One tenant with 10,000
users and 30,000 devices; controller and ``bare.py`` are processes over the same database, asked
in turns. The controller's mail goes to a server that never answers: sending is not measured.
"""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
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
"""Connections. A tenant's writers queue, so a few keep either server busy, and what they leave
behind at the end of a run is done soon."""
BREATH = 1.0
"""Seconds between two runs of writers, in which that is done."""
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
class Pair:
    """The two servers over one database."""

    controller: str
    bare: str
    created: Created

    def ask(self, url: str) -> Any:
        with urlopen(Request(url, headers={"apikey": self.created.api_key})) as answer:
            return json.loads(answer.read())

    def load(self, url: str, group: str, seconds: float) -> Run:
        """Ask ``url``, or post bulks there into ``group``, as fast as it goes."""
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
                url,
            ],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        result = next(line for line in printed.splitlines() if line.startswith("RESULT"))
        requests, duration, errors, p50, p99 = map(float, result.split()[1:])
        assert not errors, printed
        if group:
            time.sleep(BREATH)
        return Run(requests / duration, p50, p99)


@contextlib.contextmanager
def serving(folder: Path, database_url: str) -> Iterator[Pair]:
    """Run both servers over a freshly filled database."""
    data_dir = folder / "data"
    settings = Settings(data_dir=data_dir, database_url=database_url)
    created = asyncio.run(settle(settings, users=USERS, devices_each=DEVICES_EACH))
    if database_url:
        asyncio.run(_analyze(database_url))
    ours, bare = free_port(), free_port()
    with contextlib.ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=100))
        command = (
            *(str(Path(sys.executable).with_name("gatescale")), "serve"),
            *("--data-dir", str(data_dir), "--listen", f"127.0.0.1:{ours}"),
            *("--smtp-url", f"smtp://127.0.0.1:{silent.getsockname()[1]}"),
            *(("--database-url", database_url) if database_url else ()),
        )
        stack.enter_context(_process(*command))
        script = str(Path(__file__).with_name("bare.py"))
        words = (str(data_dir), str(bare), created.tenant_id, database_url)
        stack.enter_context(_process(sys.executable, script, *filter(None, words)))
        for port in (ours, bare):
            _wait_for(port)
        yield Pair(f"http://127.0.0.1:{ours}", f"http://127.0.0.1:{bare}", created)


async def _analyze(database_url: str) -> None:
    """Do now what PostgreSQL's autovacuum does within a minute."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


@contextlib.contextmanager
def _process(*command: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert time.monotonic() < deadline, "a server did not start"
        time.sleep(0.05)


def compare(database: str, pair: Pair, rounds: int, seconds: float) -> None:
    """Print a row for each request."""
    listed = pair.ask(f"{pair.controller}/tenants/devices?limit=100&offset=15000")["data"]
    group = pair.ask(f"{pair.controller}/tenants/groups?limit=1")["data"][0]["id"]
    requests = {
        "GET one device": (f"/tenants/devices/{listed[0]['id']}", ""),
        "list 100 devices": ("/tenants/devices?limit=100", ""),
        "bulk of 100 users": ("/tenants/users", group),
    }
    for name, (path, invited_to) in requests.items():
        urls = (pair.controller + path, pair.bare + path)
        if not invited_to:
            assert pair.ask(urls[0]) == pair.ask(urls[1]), "both give the same answer"
        found: tuple[list[Run], list[Run]] = ([], [])
        for url in urls:
            pair.load(url, invited_to, 1)
        for turn, side in itertools.product(range(rounds), (0, 1)):
            place = side ^ turn % 2
            found[place].append(pair.load(urls[place], invited_to, seconds))
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
        with serving(Path(folder, "sqlite"), "") as pair:
            compare("SQLite", pair, rounds, seconds)
        with Cluster() as server, serving(Path(folder, "postgres"), server.url) as pair:
            compare("PostgreSQL", pair, rounds, seconds)


if __name__ == "__main__":
    main()
