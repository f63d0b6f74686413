"""A PostgreSQL of the tests' own, from Debian's package, in a temporary folder."""

import contextlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL; yield its URL."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "install Debian's package postgresql: make setup does"
    folder = Path(mkdtemp(prefix="gatescale-pg-"))
    shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", free_port()
    options = (
        f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off -c synchronous_commit=off"
        " -c full_page_writes=off -c max_connections=60"
    )

    def run(*command: str) -> None:
        subprocess.run(
            ["runuser", "-u", "postgres", "--", *command],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )

    run(f"{programs[-1]}/initdb", "-D", str(data), "-A", "trust", "-E", "UTF8", "--no-sync")
    run(
        f"{programs[-1]}/pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options,
        "start",
    )  # fmt: skip
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(f"{programs[-1]}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)
