"""The command ``gatescale``; each part is imported only when one of its commands runs."""

import typer

from gatescale import __version__
from gatescale.admin.cli import app as admin
from gatescale.admin.commands import NounGroup
from gatescale.admin.session import EXIT_CODES
from gatescale.client.cli import app as client
from gatescale.controller.cli import app as controller
from gatescale.controller.cli import audit
from gatescale.gateway.cli import app as gateway

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Zero trust network access on WireGuard: controller, gateway, client and administration.",
)
app.add_typer(controller)
app.add_typer(gateway, name="gateway")
app.add_typer(client)
app.add_typer(admin)
# Listed over the API, proved on the controller's host: to people it is one log.
app.add_typer(audit, name="audit", cls=NounGroup, epilog=EXIT_CODES)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
