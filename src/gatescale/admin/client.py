"""The client: every operation of the API as a typed method, awaited or not.

    with Client("https://gatescale.example", key) as client:
        for user in client.users.every(filter={"status": "ACTIVE"}):
            print(user.email)

Operations raise the classes of ``gatescale.errors``, by the answer's status.
"""

import asyncio
import threading
import weakref
from collections.abc import Coroutine
from typing import Any, Self, TypeVar, Unpack

from gatescale.admin.connection import Answered, Connection, Reaching
from gatescale.admin.operations.nouns import AsyncNouns, Nouns

T = TypeVar("T")


class AsyncClient(AsyncNouns):
    """A client of one tenant, whose operations are awaited.

    Args:
        url: the controller's public URL; without it, ``GATESCALE_URL``.
        key: an API key; without it, ``GATESCALE_API_KEY``.
        how: ``insecure_http``: speak plain HTTP, even with another machine; ``ca_file``: PEM
            certificates to trust besides the system's; ``retries``: how often what may be
            repeated is sent again; ``timeout``: seconds for one try; ``ignore_policy_tests``: every
            change is made even if it breaks policy tests.

    Raises:
        InvalidError: URL or key is missing or cannot be used, or the certificates cannot be read.
    """

    def __init__(
        self, url: str | None = None, key: str | None = None, **how: Unpack[Reaching]
    ) -> None:
        self._connection = Connection(url, key, **how)
        super().__init__(self._connection)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def answered(self) -> Answered:
        """What the latest answer to this task said besides its body: ETag, revision and so on.

        Raises:
            LookupError: the task's latest call was not of this client.
        """
        return self._connection.answered

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()


class Client(Nouns):
    """The same client without ``await``; arguments and errors are those of ``AsyncClient``.

    Threads may share it, and take turns. Where an event loop runs, use ``AsyncClient``.
    """

    def __init__(
        self, url: str | None = None, key: str | None = None, **how: Unpack[Reaching]
    ) -> None:
        self._connection = Connection(url, key, **how)
        self._runner = asyncio.Runner()
        self._lock = threading.Lock()
        self._answered: Answered | None = None
        self._closing = weakref.finalize(self, _close, self._runner, self._connection)
        super().__init__(self._connection, self._run)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def answered(self) -> Answered:
        """What the latest answer said besides its body: ETag, revision and so on.

        Raises:
            LookupError: there is none yet.
        """
        if self._answered is None:
            raise LookupError("no call was answered yet")
        return self._answered

    def close(self) -> None:
        """Close the connections for good; the end of the program does it as well."""
        self._closing()

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        if _in_loop():
            coroutine.close()
            raise RuntimeError("an event loop runs: use AsyncClient, whose operations are awaited")
        with self._lock:
            done, self._answered = self._runner.run(self._with_answered(coroutine))
        return done

    async def _with_answered(self, coroutine: Coroutine[Any, Any, T]) -> tuple[T, Answered]:
        return await coroutine, self._connection.answered


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _close(runner: asyncio.Runner, connection: Connection) -> None:
    if _in_loop():
        # A loop cannot wait for another one.
        thread = threading.Thread(target=_close, args=(runner, connection))
        thread.start()
        thread.join()
        return
    runner.run(connection.close())
    runner.close()
