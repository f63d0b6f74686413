"""A PostgreSQL of the tests' own, from Debian's package, in a temporary folder."""

import contextlib
import random
import shutil
import socket
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import Self


def free_port() -> int:
    """Return a TCP port that nobody listens on.

    It lies below those that the kernel gives to connections, so that none of these takes it while
    a server is started again.
    """
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


SETUP = (
    ("postgres", "CREATE ROLE gatescale LOGIN"),
    ("postgres", "CREATE DATABASE gatescale OWNER gatescale"),
    ("gatescale", "ALTER FUNCTION textlike(text, text) LEAKPROOF"),
)
"""What docs/operating.md tells administrators to do: database and statement."""


class Cluster:
    """A PostgreSQL server that can be stopped and started."""

    def __enter__(self) -> Self:
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        assert programs, "install Debian's package postgresql: make setup does"
        self._programs = programs[-1]
        self._folder = Path(mkdtemp(prefix="gatescale-pg-"))
        shutil.chown(self._folder, "postgres", "postgres")
        self._data, self._port = str(self._folder / "data"), free_port()
        # As most servers have it: texts are in the order of a language, unless they say otherwise.
        order = ("--locale-provider=icu", "--icu-locale=en-US")
        self._run("initdb", "-D", self._data, "-A", "trust", "-E", "UTF8", "--no-sync", *order)
        self.start()
        for database, statement in SETUP:
            where = ("-h", "127.0.0.1", "-p", str(self._port), "-d", database)
            self._run("psql", *where, "-c", statement)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self._folder)

    @property
    def url(self) -> str:
        """The controller's database, as the role that owns it and is nothing more."""
        return f"postgresql://gatescale@127.0.0.1:{self._port}/gatescale"

    @property
    def superuser_url(self) -> str:
        """The same, as one who may do anything."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/gatescale"

    def start(self) -> None:
        """Start it, and return once it answers."""
        options = (
            f"-p {self._port} -k {self._folder} -h 127.0.0.1 -c fsync=off"
            " -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
        )
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """End it; whoever is connected is cut off."""
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            ["runuser", "-u", "postgres", "--", f"{self._programs}/{program}", *arguments],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
