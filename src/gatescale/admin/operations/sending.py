"""What the operations of all nouns stand on: a call goes out, its answer comes back."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, TypeVar

from gatescale.admin.call import Call
from gatescale.admin.connection import Connection
from gatescale.contract.fields import Page

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, Any]], Any]


class AsyncSending:
    """Operations that are awaited."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def _send(self, answer: type[T], call: Call) -> T:
        return await self._connection.send(answer, call)

    async def _rows(self, page: type[Page[T]], call: Call) -> AsyncIterator[T]:
        rows, offset = await self._connection.page(page, call, 0)
        while True:
            for row in rows:
                yield row
            if not offset:
                return
            rows, offset = await self._connection.page(page, call, offset)

    def _events(self, data: type[T], call: Call) -> AsyncIterator[T]:
        return self._connection.events(data, call)


class Sending:
    """The same operations, which return when they are done."""

    def __init__(self, connection: Connection, run: Run) -> None:
        self._connection = connection
        self._run = run

    def _send(self, answer: type[T], call: Call) -> T:
        sent: T = self._run(self._connection.send(answer, call))
        return sent

    def _rows(self, page: type[Page[T]], call: Call) -> Iterator[T]:
        rows, offset = self._run(self._connection.page(page, call, 0))
        while True:
            yield from rows
            if not offset:
                return
            rows, offset = self._run(self._connection.page(page, call, offset))

    def _events(self, data: type[T], call: Call) -> Iterator[T]:
        events = self._connection.events(data, call)
        while (event := self._run(anext(events, None))) is not None:
            yield event
