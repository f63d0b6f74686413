"""The gateway as a process: what it needs of this machine, its signals, its folder."""

import asyncio
import signal
import sys
import time
from pathlib import Path
from typing import Final

import msgspec
import structlog

from gatescale.channel.channel import Channel
from gatescale.channel.controller import Controller, DismissedError
from gatescale.errors import GatescaleError
from gatescale.gateway import enrolment, report
from gatescale.gateway.agent import Agent
from gatescale.gateway.enforcement import Enforcement
from gatescale.gateway.enforcement import take_down as take_down_interface
from gatescale.gateway.journal import Journal
from gatescale.gateway.nftables import Nftables
from gatescale.gateway.ruleset import Table
from gatescale.wireguard.interface import require_wireguard

log = structlog.get_logger()

CAP_NET_ADMIN: Final = 12
"""Its bit number, capabilities(7) and linux/capability.h."""


class SetupError(GatescaleError):
    """This machine or call lacks something that a gateway needs."""

    title = "Cannot start"


class Settings(msgspec.Struct, frozen=True):
    """How to run; see the options of ``gatescale gateway run``."""

    controller: str
    token: str
    token_file: Path | None
    folder: Path
    interface: str
    insecure_http: bool
    ca_file: Path | None


async def serve(settings: Settings) -> None:
    """Be a gateway until SIGTERM or SIGINT; then leave in force what is.

    Raises:
        GatescaleError: it cannot start, or was deleted.
    """
    _log_to_stderr()
    Table(settings.interface)  # refuses a name that cannot be
    await _check_machine(settings.interface)
    report.claim(settings.folder)
    controller = Controller(
        settings.controller, insecure_http=settings.insecure_http, ca_file=settings.ca_file
    )
    work = asyncio.create_task(_work(settings, controller))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        log.info("stopped; tunnels and rules stay in force until `gatescale gateway down`")
    finally:
        await controller.close()


async def take_down(folder: Path, interface: str) -> None:
    """Remove what a gateway left in force.

    Raises:
        GatescaleError: it runs, or something refused.
    """
    await _check_machine(interface)
    report.claim(folder)
    await take_down_interface(interface)


async def _work(settings: Settings, controller: Controller) -> None:
    token = _token(settings)
    myself = enrolment.load(settings.folder, token)
    if myself is None:
        myself = await enrolment.enrol(controller, settings.folder, token)
    known = myself.enrolled
    enforcement = Enforcement(settings.interface, myself.private_key, known.addresses)
    agent = Agent(
        known.agent_id,
        channel=Channel(
            controller,
            agent_id=known.agent_id,
            identity=myself.identity,
            controller_key=known.controller_key,
        ),
        journal=Journal(settings.folder, known.controller_key),
        enforcement=enforcement,
        clock=time.time,
    )
    frame = report.Report(
        running=True,
        gateway_id=known.agent_id,
        name=known.name,
        tenant=known.tenant_name,
        controller=controller.url,
        interface=settings.interface,
    )
    writer = asyncio.create_task(_keep_report(settings.folder, agent, frame))
    try:
        await agent.restore()
        await agent.run()
    except DismissedError:
        enrolment.forget(settings.folder)
        await take_down_interface(settings.interface)
        raise
    finally:
        writer.cancel()
        enforcement.close()


async def _keep_report(folder: Path, agent: Agent, frame: report.Report) -> None:
    while True:
        agent.changed.clear()
        await asyncio.to_thread(report.write, folder, agent.report(frame))
        await agent.changed.wait()


def _token(settings: Settings) -> str:
    if settings.token_file is None:
        return settings.token
    try:
        return settings.token_file.read_text().strip()
    except OSError as error:
        raise SetupError(
            f"the token file {settings.token_file} cannot be read: {error.strerror}"
        ) from None


async def _check_machine(interface: str) -> None:
    """Raise unless we may and can do the work.

    Raises:
        GatescaleError: says what is missing, and how to get it.
    """
    if not _may_change_network():
        raise SetupError("a gateway changes the network: run it as root (CAP_NET_ADMIN)")
    Nftables().close()
    await require_wireguard(interface)


def _may_change_network() -> bool:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> CAP_NET_ADMIN & 1)
    return False


def _log_to_stderr() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
