"""A small real server that misbehaves in the way that a test says."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

from databases import free_port


@dataclass
class Seen:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Act = Callable[[web.Request], web.Response]


def answering(status: int, body: bytes = b"", **headers: str) -> Act:
    """Answer this; an underscore in a header's name is a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: web.Response(status=status, body=body, headers=named)


def refusing(status: int, **headers: str) -> Act:
    """Answer a problem."""
    body = b'{"type": "/problems/x", "title": "No", "status": %d, "detail": "not now"}' % status
    return answering(status, body, content_type="application/problem+json", **headers)


def dropping(request: web.Request) -> web.Response:
    """Take the request, and close the connection without a word."""
    assert request.transport
    request.transport.abort()
    return web.Response()


@dataclass
class Unsteady:
    """Does one act per request, in order; the last one for all that follow."""

    acts: list[Act]
    seen: list[Seen] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        runner = self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._act)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(self.url.rpartition(":")[2])).start()
        return runner

    async def _act(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append(Seen(request.method, request.path, headers, await request.read()))
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        return act(request)
