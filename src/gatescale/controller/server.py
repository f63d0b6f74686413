"""Serves a controller over HTTP until it is told to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog
import uvicorn
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gatescale.controller import joining
from gatescale.controller.api import problems
from gatescale.controller.app import Controller, running
from gatescale.controller.settings import Settings
from gatescale.controller.workers import bound, inherited_socket, orphaned

log = structlog.get_logger()

SHUTDOWN_SECONDS = 10
_GC_THRESHOLD = 50_000


class Server(uvicorn.Server):
    """Ends the agents' streams first, so that a shutdown need not wait for them."""

    def __init__(self, config: uvicorn.Config, controller: Controller) -> None:
        super().__init__(config)
        self._controller = controller

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM, and return, so that the controller can clean up."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking requests, end streams, and let running requests finish."""
        self._controller.hub.close()
        await super().shutdown(sockets)


async def serve(settings: Settings) -> None:
    """Run the controller until SIGINT or SIGTERM.

    Raises:
        GatescaleError: it cannot start; says why.
    """
    with inherited_socket() or bound(settings.listen) as listening:
        await _serve(settings, listening)


async def _serve(settings: Settings, listening: socket.socket) -> None:
    async with running(settings) as controller:
        # What lives as long as the process need not be looked at by every collection.
        gc.freeze()
        gc.set_threshold(_GC_THRESHOLD, 20, 20)
        server = Server(config(settings, controller), controller)
        log.info("the controller listens", on=settings.listen, public_url=settings.public_url)
        if await joining.is_empty(controller.store):
            path = joining.first_run_path(controller.store)
            log.warning(
                "nothing is set up yet: open this link", link=f"{settings.public_url}{path}"
            )
        serving = asyncio.create_task(server.serve([listening]))
        watch = asyncio.create_task(orphaned())
        await asyncio.wait({serving, watch}, return_when=asyncio.FIRST_COMPLETED)
        watch.cancel()
        server.should_exit = True
        await serving


def config(settings: Settings, controller: Controller) -> uvicorn.Config:
    """Return uvicorn's configuration for these settings."""
    return uvicorn.Config(
        controller.app,
        loop="uvloop",
        http=_Protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ssl_certfile=_text(settings.tls_cert),
        ssl_keyfile=_text(settings.tls_key),
    )


class _Protocol(HttpToolsProtocol):
    """Answers what is no HTTP in the same form as every other mistake."""

    @override
    def send_400_response(self, msg: str) -> None:
        """Tell the sender that the request cannot be read, and close the connection."""
        body = msgspec.json.encode(problems.unreadable())
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
