"""Run ``ip``, ``wg`` and ``wireguard-go``; only this file starts them."""

import asyncio
import os
from typing import Final

from gatescale.errors import GatescaleError

PACKAGES: Final = {"ip": "iproute2", "wg": "wireguard-tools", "wireguard-go": "wireguard-go"}
"""Debian's package of each program, for the message when it is missing."""


class WireGuardError(GatescaleError):
    """The interface could not be brought to the desired state."""

    title = "WireGuard failed"


async def run(*command: str, stdin: str = "") -> str:
    """Return what ``command`` writes to standard output.

    Args:
        command: program and arguments.
        stdin: what it reads, kept in memory only, so private keys may pass here. It is a file,
            not a pipe, so the program may also open it as ``/dev/stdin``.

    Raises:
        WireGuardError: the program is missing or failed; says what it complained of.
    """
    descriptor = _file_in_memory(stdin)
    try:
        status, output, complaint = await _finish(command, descriptor)
    except FileNotFoundError:
        package = PACKAGES.get(command[0], command[0])
        raise WireGuardError(
            f"{command[0]} is not installed (Debian: apt install {package})"
        ) from None
    finally:
        os.close(descriptor)
    if status != 0:
        words = " ".join(command[:4])
        raise WireGuardError(f"{words}: {complaint.strip() or f'failed with status {status}'}")
    return output


async def _finish(command: tuple[str, ...], stdin: int) -> tuple[int, str, str]:
    """Start ``command`` in a session of its own, so that a daemon it leaves outlives us."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        env=_environment(),
    )
    try:
        output, complaint = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return process.returncode or 0, output.decode(), complaint.decode()


def _file_in_memory(content: str) -> int:
    descriptor = os.memfd_create("stdin")
    with os.fdopen(descriptor, "w", closefd=False) as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _environment() -> dict[str, str]:
    """Return our environment in plain English, without what makes wireguard-go keep our output."""
    kept = {key: value for key, value in os.environ.items() if key != "LOG_LEVEL"}
    return kept | {"LC_ALL": "C"}
