"""The command ``gatescale``; each part is imported only when one of its commands runs."""

import typer

from gatescale import __version__
from gatescale.client.cli import app as client
from gatescale.controller.cli import app as controller
from gatescale.gateway.cli import app as gateway

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Zero trust network access on WireGuard: controller, gateway and client.",
)
app.add_typer(controller)
app.add_typer(gateway, name="gateway")
app.add_typer(client)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
