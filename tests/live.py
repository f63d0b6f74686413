"""A real controller over real HTTP, in a thread of the tests, with a clock that tests can move."""

import asyncio
import json
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import uvloop

from databases import free_port
from gatescale.controller import tenants
from gatescale.controller.app import Controller, running
from gatescale.controller.clock import system_clock
from gatescale.controller.server import Server, config
from gatescale.controller.settings import Settings
from gatescale.controller.tenants import Created
from gatescale.controller.workers import bound

T = TypeVar("T")


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def pointers(self) -> list[str]:
        """The pointers of a problem's errors."""
        return [error["pointer"] for error in self.json().get("errors", [])]


@dataclass
class Api:
    """A client of one tenant; ``key`` is sent as it is, None sends none."""

    url: str
    key: str | None
    tenant: Created | None = None

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {"content-type": "application/json", **(headers or {})}
        if self.key is not None:
            sent.setdefault("apikey", self.key)
        body = data if data is not None else None if json is None else encode(json)
        request = Request(self.url + path, data=body, method=method, headers=sent)
        try:
            with urlopen(request, timeout=60) as response:
                return Answer(response.status, _lower(response.headers), response.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), error.read())

    def get(self, path: str, **options: Any) -> Answer:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Answer:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Answer:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.request("DELETE", path, **options)

    def all(self, path: str) -> list[Any]:
        """Return the rows of a paginated list, up to a hundred."""
        rows: list[Any] = self.get(f"{path}?limit=100").json()["data"]
        return rows

    def made(self, path: str, body: Any) -> Any:
        """POST and return what was made."""
        answer = self.post(path, json=body)
        assert answer.status == 201, answer.body
        return answer.json()


def encode(value: Any) -> bytes:
    return json.dumps(value).encode()


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@dataclass
class Clock:
    """The machine's time, moved by tests."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


class Live:
    """A running controller."""

    def __init__(
        self,
        data_dir: Path,
        database_url: str = "",
        smtp_url: str = "",
        host: str = "127.0.0.1",
        **more: Any,
    ) -> None:
        port = free_port()
        self.url = f"http://{host}:{port}"
        self.settings = Settings(
            data_dir=data_dir,
            listen=f"127.0.0.1:{port}",
            public_url=self.url,
            database_url=database_url,
            smtp_url=smtp_url,
            **{"rate_limit": 0, **more},
        )
        self.clock = Clock()
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: uvloop.run(self._serve()))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(30), "the controller did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive(), "the controller did not stop"

    async def _serve(self) -> None:
        async with running(self.settings, self.clock) as controller:
            self.controller: Controller = controller
            self.loop = asyncio.get_running_loop()
            self._server = Server(config(self.settings, controller), controller)
            serving = asyncio.create_task(self._server.serve([bound(self.settings.listen)]))
            while not self._server.started:
                await asyncio.sleep(0.01)
            self._started.set()
            await serving

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the controller's loop; for what no edge can reach."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def tenant(self, name: str = "Acme", owner: str = "owner@acme.test") -> Api:
        """Return the API of a fresh tenant, as its owner."""
        created = self.call(tenants.create(self.controller.store, name, owner))
        return Api(self.url, created.api_key, created)
