"""Builds the controller's objects, once; nothing else builds them."""

import asyncio
import contextlib
import hmac
import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gatescale.console import mount as console
from gatescale.controller import pages
from gatescale.controller.api import declared, problems, reference
from gatescale.controller.api.canonical_paths import CanonicalPaths
from gatescale.controller.api.serving import Serving
from gatescale.controller.clock import Clock, system_clock
from gatescale.controller.countries import Countries
from gatescale.controller.mail.delivery import Delivery
from gatescale.controller.mail.transport import Folder, Smtp
from gatescale.controller.metrics import Metrics
from gatescale.controller.settings import Settings
from gatescale.controller.store import tables
from gatescale.controller.store.database import AWAY, Database
from gatescale.controller.store.migrate import migrate_postgres, migrate_sqlite
from gatescale.controller.store.postgres import Postgres
from gatescale.controller.store.session import Store
from gatescale.controller.store.sqlite import Sqlite
from gatescale.controller.stream.endpoints import Endpoints
from gatescale.controller.stream.hub import Hub
from gatescale.controller.upkeep import Upkeep, repeat
from gatescale.controller.vault import Vault
from gatescale.errors import GatescaleError, UnauthorizedError

log = structlog.get_logger()

_DEPTH = sa.select(sa.func.count().label("depth")).select_from(tables.outbox)
_ANY_TENANT = sa.select(tables.tenants.c.id).limit(1)


@dataclass(frozen=True, slots=True)
class Controller:
    """A controller that is ready to be served.

    Attributes:
        app: its ASGI application.
        hub: its connected agents; close it before the server waits for connections to end.
    """

    app: Starlette
    store: Store
    hub: Hub


@contextlib.asynccontextmanager
async def opened_store(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[Store]:
    """Open the database at its present schema, with the vault beside it."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = Vault.load_or_create(settings.secret_file)
    database: Database
    if settings.database_url:
        await migrate_postgres(settings.database_url)
        database = Postgres(settings.database_url)
    else:
        await asyncio.to_thread(migrate_sqlite, settings.database_file)
        database = Sqlite(settings.database_file)
    try:
        yield Store(database, vault, clock)
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def running(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[Controller]:
    """Run a controller's recurring work around its application."""
    countries = Countries(settings.geoip)
    async with opened_store(settings, clock) as store:
        for weakness in await store.database.weaknesses():
            log.warning("the database could be set up better", reason=weakness)
        metrics = Metrics()
        hub = Hub(store, metrics)
        transport = Smtp(settings.smtp_url) if settings.smtp_url else Folder(settings.mail_dir)
        if not settings.smtp_url:
            log.warning("no SMTP server is set: mails are files", folder=str(settings.mail_dir))
        delivery = Delivery(store, transport, settings)
        store.on_commit += [hub.committed, delivery.committed]
        recurring = [*Upkeep(store, hub).tasks(), (0.0, delivery.run)]
        async with store.database.listen(hub.heard):
            tasks = [asyncio.create_task(repeat(seconds, task)) for seconds, task in recurring]
            try:
                app = _application(store, hub, metrics, settings, countries=countries)
                yield Controller(app, store, hub)
            finally:
                hub.close()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


def _application(
    store: Store, hub: Hub, metrics: Metrics, settings: Settings, *, countries: Countries
) -> Starlette:
    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        try:
            await store.first_anywhere(_ANY_TENANT)
        except AWAY as error:
            log.warning("not ready", reason=str(error))
            return PlainTextResponse("the database does not answer\n", status_code=503)
        return PlainTextResponse("ready\n")

    async def expose(request: Request) -> Response:
        _refuse_strangers(request, settings.metrics_token)
        depth = await store.first_anywhere(_DEPTH)
        metrics.outbox.set(depth["depth"] if depth else 0)
        metrics.behind.clear()
        for feed in hub.feeds.values():
            for gateway_id in feed.gateways:
                metrics.behind.labels(gateway_id).set(feed.behind(gateway_id))
        return Response(metrics.render(), media_type="text/plain; version=0.0.4")

    app = Starlette(
        routes=[
            Serving(store, settings, hub).paths(declared.OPERATIONS),
            *Endpoints(store, hub, countries).routes(),
            *pages.routes(store, settings),
            *reference.routes(settings),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", expose),
            *console.routes(settings.base_path),
        ],
        middleware=[Middleware(CanonicalPaths)],
        exception_handlers={
            GatescaleError: problems.on_known_error,
            HTTPException: problems.on_routing_error,
            **dict.fromkeys(AWAY, problems.on_database_away),
            Exception: problems.on_bug,
        },
    )
    # A thing has one path; none with a slash more leads to it.
    app.router.redirect_slashes = False
    return app


def _refuse_strangers(request: Request, token: str) -> None:
    """Let only holders of the metrics token in, or only this machine where none is set."""
    if token:
        presented = request.headers.get("authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(presented.encode(), token.encode()):
            return
    elif request.client and ipaddress.ip_address(request.client.host).is_loopback:
        return
    raise UnauthorizedError("Metrics are for holders of the metrics token, or this machine.")
