"""Live. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator

from gatescale.admin.call import Call
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.live import LiveEvent


class AsyncLiveApi(AsyncSending):
    """Live; each operation is awaited."""

    def follow(self) -> AsyncIterator[LiveEvent]:
        """Tell what changes, and who comes and goes, for as long as somebody listens."""
        return self._events(LiveEvent, Call("GET", "/tenants/live"))


class LiveApi(Sending):
    """Live."""

    def follow(self) -> Iterator[LiveEvent]:
        """Tell what changes, and who comes and goes, for as long as somebody listens."""
        return self._events(LiveEvent, Call("GET", "/tenants/live"))
