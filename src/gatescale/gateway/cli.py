"""``gatescale gateway``: run it, ask it, take it down."""

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Final

import typer

app = typer.Typer(
    name="gateway", help="Let people reach what lies behind this machine.", no_args_is_help=True
)

DEFAULT_FOLDER: Final = Path("/var/lib/gatescale/gateway")
DEFAULT_INTERFACE: Final = "gatescale0"

Folder = Annotated[
    Path,
    typer.Option(
        "--state-dir",
        envvar="GATESCALE_GATEWAY_STATE_DIR",
        help="Where its keys and last program are kept.",
    ),
]
InterfaceName = Annotated[
    str,
    typer.Option(
        "--interface", envvar="GATESCALE_INTERFACE", help="WireGuard interface, its own alone."
    ),
]


@app.command()
def run(
    controller: Annotated[
        str, typer.Option(envvar="GATESCALE_CONTROLLER", help="URL of the controller.")
    ],
    token: Annotated[
        str,
        typer.Option(
            envvar="GATESCALE_TOKEN",
            show_envvar=True,
            help="The gateway's token; needed once. Others on this machine can read arguments: "
            "prefer --token-file.",
        ),
    ] = "",
    token_file: Annotated[
        Path | None,
        typer.Option(envvar="GATESCALE_TOKEN_FILE", help="File that holds the token."),
    ] = None,
    state_dir: Folder = DEFAULT_FOLDER,
    interface: InterfaceName = DEFAULT_INTERFACE,
    insecure_http: Annotated[
        bool,
        typer.Option(
            "--insecure-http",
            envvar="GATESCALE_INSECURE_HTTP",
            help="Allow a plain http:// controller beyond this machine.",
        ),
    ] = False,
    ca_file: Annotated[
        Path | None,
        typer.Option(envvar="GATESCALE_CA_FILE", help="PEM certificates to trust as well."),
    ] = None,
) -> None:
    """Enforce what the controller says, until stopped.

    When it stops, by SIGTERM or in any other way, tunnels and rules stay in force, and the next
    run takes them over: a restart disturbs nobody. ``gatescale gateway down`` removes them.
    """
    from gatescale.gateway.service import Settings, serve

    _carry_out(
        lambda: serve(
            Settings(
                controller=controller,
                token=token,
                token_file=token_file,
                folder=state_dir,
                interface=interface,
                insecure_http=insecure_http,
                ca_file=ca_file,
            )
        )
    )


@app.command()
def status(
    state_dir: Folder = DEFAULT_FOLDER,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say how the gateway of this machine is."""
    import msgspec

    from gatescale.gateway.report import describe, read

    report = read(state_dir)
    print(msgspec.json.encode(report).decode() if json else describe(report))


@app.command()
def down(state_dir: Folder = DEFAULT_FOLDER, interface: InterfaceName = DEFAULT_INTERFACE) -> None:
    """Remove the tunnels, rules and wireguard-go that a stopped gateway left in force."""
    from gatescale.gateway.service import take_down

    _carry_out(lambda: take_down(state_dir, interface))


def _carry_out(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run ``work``; an error that a user can be told is one line, and exit code 1."""
    import asyncio

    from gatescale.errors import GatescaleError

    try:
        asyncio.run(work())
    except GatescaleError as error:
        print(f"gatescale gateway: {error.detail}", file=sys.stderr)
        raise typer.Exit(1) from None
