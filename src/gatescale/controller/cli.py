"""The controller's commands: serve, and making tenants."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from gatescale.errors import GatescaleError

DEFAULT_DATA_DIR: Final = Path("/var/lib/gatescale/controller")

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
tenant = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Make tenants, whether or not the controller is running.",
)
app.add_typer(tenant, name="tenant")
audit = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="The audit log: who did what, and whether it is whole.",
)

DataDir = Annotated[
    Path,
    typer.Option(envvar="GATESCALE_DATA_DIR", help="Holds the database and the secret."),
]
DatabaseUrl = Annotated[
    str,
    typer.Option(
        envvar="GATESCALE_DATABASE_URL",
        help="postgresql://USER:PASSWORD@HOST:PORT/NAME; without it, SQLite in the data directory.",
        show_default=False,
    ),
]


@app.command()
def serve(
    data_dir: DataDir = DEFAULT_DATA_DIR,
    listen: Annotated[
        str, typer.Option(envvar="GATESCALE_LISTEN", help="HOST:PORT to listen on.")
    ] = "127.0.0.1:8443",
    public_url: Annotated[
        str,
        typer.Option(
            envvar="GATESCALE_PUBLIC_URL",
            help="Where people and agents reach the controller.  [default: made from --listen]",
            show_default=False,
        ),
    ] = "",
    smtp_url: Annotated[
        str,
        typer.Option(
            envvar="GATESCALE_SMTP_URL",
            help="smtp://, smtp+starttls:// or smtps:// [USER:PASSWORD@]HOST[:PORT]; without it,"
            " mails are files in the data directory.",
            show_default=False,
        ),
    ] = "",
    mail_from: Annotated[
        str, typer.Option(envvar="GATESCALE_MAIL_FROM", help="Sender of all mails.")
    ] = "Gatescale <gatescale@localhost>",
    database_url: DatabaseUrl = "",
    tls_cert: Annotated[
        Path | None, typer.Option(envvar="GATESCALE_TLS_CERT", help="PEM certificate chain.")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(envvar="GATESCALE_TLS_KEY", help="PEM private key.")
    ] = None,
    metrics_token: Annotated[
        str,
        typer.Option(
            envvar="GATESCALE_METRICS_TOKEN",
            help="Bearer token for /metrics; without it, only this machine may read them.",
            show_default=False,
        ),
    ] = "",
    base_path: Annotated[
        str,
        typer.Option(
            envvar="GATESCALE_BASE_PATH",
            help="Prefix of the API's paths, such as /qa.",
            show_default=False,
        ),
    ] = "",
    rate_limit: Annotated[
        int,
        typer.Option(
            envvar="GATESCALE_RATE_LIMIT",
            help="Requests a second that each API key may send over a while; 0 for no limit.",
        ),
    ] = 100,
    workers: Annotated[
        int,
        typer.Option(
            envvar="GATESCALE_WORKERS",
            min=1,
            max=64,
            help="Processes that share the port; about as many as there are cores to spare.",
        ),
    ] = 1,
    trusted_proxies: Annotated[
        str,
        typer.Option(
            envvar="GATESCALE_TRUSTED_PROXIES",
            help="Addresses and networks, by commas, whose X-Forwarded-For is believed.",
            show_default=False,
        ),
    ] = "",
    geoip: Annotated[
        Path | None,
        typer.Option(
            envvar="GATESCALE_GEOIP",
            help="MaxMind DB file of countries, for admission rules that ask for origin.country.",
        ),
    ] = None,
) -> None:
    """Run the controller: API, policy decisions, and the agents' streams."""
    with _told_in_a_line():
        import asyncio

        import uvloop

        from gatescale.controller import log
        from gatescale.controller.app import opened_store
        from gatescale.controller.server import serve as run
        from gatescale.controller.settings import Settings
        from gatescale.controller.workers import Workers, is_worker

        log.configure()
        scheme = "https" if tls_cert else "http"
        settings = Settings(
            data_dir=data_dir,
            listen=listen,
            public_url=(public_url or f"{scheme}://{_reached_at(listen)}").rstrip("/"),
            smtp_url=smtp_url,
            mail_from=mail_from,
            database_url=database_url,
            tls_cert=tls_cert,
            tls_key=tls_key,
            metrics_token=metrics_token,
            base_path=base_path.rstrip("/"),
            rate_limit=rate_limit,
            trusted_proxies=trusted_proxies,
            geoip=geoip,
        )
        if workers == 1 or is_worker():
            uvloop.run(run(settings))
            return

        async def prepare() -> None:
            # Once, before several would do it at the same time.
            async with opened_store(settings):
                pass

        asyncio.run(prepare())
        raise typer.Exit(Workers(settings, workers, sys.argv[1:]).run())


@tenant.command("create")
def create_tenant(
    name: Annotated[str, typer.Option(help="What people call it.")],
    owner_email: Annotated[str, typer.Option(help="Email of its owner.")],
    data_dir: DataDir = DEFAULT_DATA_DIR,
    database_url: DatabaseUrl = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Make a tenant with its owner, and print its first API key, once."""
    with _told_in_a_line():
        import asyncio

        import msgspec

        from gatescale.controller import tenants
        from gatescale.controller.app import opened_store
        from gatescale.controller.settings import Settings

        async def create() -> tenants.Created:
            settings = Settings(data_dir=data_dir, database_url=database_url)
            async with opened_store(settings) as store:
                return await tenants.create(store, name, owner_email)

        created = asyncio.run(create())
        if as_json:
            print(msgspec.json.encode(created).decode())
            return
        print(f"Tenant {name} is ready.")
        print(f"  tenant id  {created.tenant_id}")
        print(f"  owner      {owner_email} ({created.owner_id})")
        print(f"  API key    {created.api_key}")
        print("The key is shown this once; keep it safe. Send it in the header apikey.")


@audit.command("verify")
def verify_audit(
    tenant_id: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of the tenants to look at.  [default: all]", show_default=False),
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    database_url: DatabaseUrl = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Prove that no audit event was changed, left out or put in; exit code 1 if one was."""
    with _told_in_a_line():
        import asyncio

        import msgspec

        from gatescale.controller import audit
        from gatescale.controller.app import opened_store
        from gatescale.controller.settings import Settings

        async def verify() -> list[audit.Verdict]:
            settings = Settings(data_dir=data_dir, database_url=database_url)
            async with opened_store(settings) as store:
                tenants = tenant_id or await audit.tenants(store)
                return [await audit.verify(store, each) for each in tenants]

        verdicts = asyncio.run(verify())
        if as_json:
            print(msgspec.json.encode(verdicts).decode())
        for found in () if as_json else verdicts:
            outcome = f"BROKEN: {found.broken}" if found.broken else "whole"
            print(f"{found.tenant_name} ({found.tenant_id}): {found.events} events, {outcome}")
        if any(found.broken for found in verdicts):
            raise typer.Exit(1)


def _reached_at(listen: str) -> str:
    """Return how a browser on this machine names an address: there are no passkeys for numbers."""
    host, _, port = listen.rpartition(":")
    return f"localhost:{port}" if host in {"127.0.0.1", "0.0.0.0", "[::1]", "[::]"} else listen  # noqa: S104


@contextmanager
def _told_in_a_line() -> Iterator[None]:
    """Turn what a person can be told about into one line and exit code 1."""
    try:
        yield
    except GatescaleError as error:
        print(f"gatescale: {error.detail}", file=sys.stderr)
        raise typer.Exit(1) from None
    except OSError as error:
        print(f"gatescale: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
        raise typer.Exit(1) from None
