"""The device's commands: enroll, connect, disconnect, status, posture.

Exit codes: 0 fine, 1 an error told in a line on standard error, 2 wrong usage, 3 the controller
removed this device.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gatescale.errors import GatescaleError

if TYPE_CHECKING:
    from gatescale.client.agent import Agent
    from gatescale.client.folder import Device, Folder
    from gatescale.wire.messages import Bye

REMOVED: Final = 3
"""Exit code; a supervisor need not start ``connect`` again."""

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

StateDir = Annotated[
    Path | None,
    typer.Option(
        envvar="GATESCALE_STATE_DIR",
        help="Where this device's keys lie.  [default: /var/lib/gatescale/client for root, "
        "~/.local/state/gatescale for others]",
    ),
]
InsecureHttp = Annotated[
    bool,
    typer.Option(
        "--insecure-http",
        envvar="GATESCALE_INSECURE_HTTP",
        help="Speak plain HTTP with a controller on another machine.",
    ),
]
CaFile = Annotated[
    Path | None,
    typer.Option(
        envvar="GATESCALE_CA_FILE",
        help="PEM certificates to trust besides the system's.",
    ),
]


@app.command()
def enroll(
    link_or_code: Annotated[
        str, typer.Argument(envvar="GATESCALE_INVITATION", help="From the invitation mail.")
    ],
    state_dir: StateDir = None,
    name: Annotated[
        str | None,
        typer.Option(
            envvar="GATESCALE_NAME", help="What to call this device.  [default: host name]"
        ),
    ] = None,
    controller: Annotated[
        str | None,
        typer.Option(
            envvar="GATESCALE_CONTROLLER", help="URL; needed with a code, a link has it in it."
        ),
    ] = None,
    hardware_id: Annotated[
        str | None,
        typer.Option(
            envvar="GATESCALE_HARDWARE_ID",
            help="What the controller knows this machine by.  [default: derived from its id]",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Put this enrolment in the place of another.")
    ] = False,
    insecure_http: InsecureHttp = False,
    ca_file: CaFile = None,
) -> None:
    """Make this machine a device of the person who was invited."""
    import asyncio
    import socket

    from gatescale.channel.controller import Controller
    from gatescale.client import enrolment, machine

    async def ask() -> "Device":
        invitation = enrolment.Invitation.read(link_or_code, controller)
        place = Controller(invitation.controller, insecure_http=insecure_http, ca_file=ca_file)
        try:
            return await enrolment.enrol(
                folder,
                invitation,
                place,
                name=name or socket.gethostname(),
                hardware_id=hardware_id or machine.hardware_id(folder.path),
            )
        finally:
            await place.close()

    with _plain_errors():
        folder = _folder(state_dir)
        enrolment.refuse_second(folder, force=force)
        folder.prepare()
        device = asyncio.run(ask()).enrolled
    print(f"This is now {device.name} of {device.tenant_name}: {', '.join(device.addresses)}")
    print("To connect it: gatescale connect")


@app.command()
def connect(
    state_dir: StateDir = None,
    interface: Annotated[
        str,
        typer.Option(
            envvar="GATESCALE_CLIENT_INTERFACE", help="Name of the WireGuard interface to make."
        ),
    ] = "gatescale",
    insecure_http: InsecureHttp = False,
    ca_file: CaFile = None,
) -> None:
    """Keep this device's tunnels, in the foreground, until it is told to end."""
    import asyncio

    from gatescale.channel.controller import Controller
    from gatescale.client import lock, machine
    from gatescale.client.agent import Agent

    with _plain_errors():
        folder = _folder(state_dir)
        device = _enrolled(folder)
        if not machine.may_configure_networks():
            raise GatescaleError("connect makes a network interface: run it as root")
        controller = Controller(device.controller, insecure_http=insecure_http, ca_file=ca_file)
        _log_to_standard_error()
        with lock.held(folder.lock):
            agent = Agent(folder, device, controller=controller, interface=interface)
            bye = asyncio.run(_until_signal(agent))
            if bye:
                _mark_removed(folder, device, bye)


@app.command()
def disconnect(state_dir: StateDir = None) -> None:
    """End the tunnels and wait until they are gone."""
    import asyncio

    from gatescale.client import agent, lock

    with _plain_errors():
        folder = _folder(state_dir)
        if not folder.path.exists():
            raise GatescaleError(_NOT_ENROLLED)
        ended = lock.end_holder(folder.lock)
        with lock.held(folder.lock):
            left = asyncio.run(agent.tidy(folder))
    print("Disconnected." if ended or left else "It was not connected.")


@app.command()
def status(
    state_dir: StateDir = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say whether this device is enrolled and connected, and to what."""
    import asyncio
    import time

    import msgspec

    from gatescale.client.status import ago, look, render

    with _plain_errors():
        seen = asyncio.run(look(_folder(state_dir)))
    if json:
        print(msgspec.json.format(msgspec.json.encode(seen), indent=2).decode())
    else:
        print(render(seen, lambda when: ago(int(time.time()) - when)))


@app.command()
def posture(
    state_dir: StateDir = None,
    json: Annotated[
        bool, typer.Option("--json", help="Exactly what would be sent; null is unknown.")
    ] = False,
) -> None:
    """Show what this device says of its own state: disk encryption, firewall and the like.

    A signal is a value that was seen, or unknown, with the reason: rules that ask for it do not
    hold then. Run it as root to see what a running "connect" sends: the firewall's rules and the
    serial number are for root only. It works before the device is enrolled, and sends nothing.

    What counts as endpoint protection, and further signals from osquery, stand in posture.toml, in
    the state directory or in /etc/gatescale.
    """
    import asyncio
    import time

    import msgspec

    from gatescale.client.posture import configuration
    from gatescale.client.posture.collect import Collection
    from gatescale.client.posture.table import render
    from gatescale.wire.posture import PostureReport

    with _plain_errors():
        folder = _folder(state_dir)
        device_id = _device_id(folder)
        said = configuration.read(folder.path)
        seen = asyncio.run(Collection().collect(said))
    if json:
        if seen.override_error:
            typer.echo(f"gatescale: {seen.override_error}", err=True)
        report = PostureReport(device_id, time.time(), seen.signals)
        print(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        print(render(seen))


_NOT_ENROLLED: Final = "this device is not enrolled: gatescale enroll LINK-OR-CODE"


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except GatescaleError as error:
        typer.echo(f"gatescale: {error.detail}", err=True)
        raise typer.Exit(1) from None


def _folder(state_dir: Path | None) -> "Folder":
    from gatescale.client.enrolment import default_folder
    from gatescale.client.folder import Folder

    return Folder(state_dir or default_folder(Path.home(), root=os.geteuid() == 0))


def _device_id(folder: "Folder") -> str:
    try:
        device = folder.device()
    except PermissionError:
        raise GatescaleError(f"{folder.path} is another user's: run it as that one") from None
    return device.enrolled.agent_id if device else ""


def _enrolled(folder: "Folder") -> "Device":
    device = folder.device()
    if device is None:
        raise GatescaleError(_NOT_ENROLLED)
    if device.removed:
        typer.echo(
            f"gatescale: this device was removed: {device.removed}; "
            "to come back: gatescale enroll LINK-OR-CODE",
            err=True,
        )
        raise typer.Exit(REMOVED)
    return device


async def _until_signal(agent: "Agent") -> "Bye | None":
    import asyncio
    import signal

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return await agent.run(stop)


def _mark_removed(folder: "Folder", device: "Device", bye: "Bye") -> None:
    import msgspec

    folder.save(msgspec.structs.replace(device, removed=bye.detail))
    typer.echo(f"gatescale: the controller removed this device: {bye.detail}", err=True)
    raise typer.Exit(REMOVED)


def _log_to_standard_error() -> None:
    import sys

    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
