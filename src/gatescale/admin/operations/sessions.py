"""Sessions. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator

from gatescale.admin.call import Call, Filter, Sort, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.fields import Page
from gatescale.contract.sessions import AgentSession


class AsyncSessionsApi(AsyncSending):
    """Sessions; each operation is awaited."""

    async def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[AgentSession]:
        """List when devices and gateways were online in the last 90 days, the latest first."""
        return await self._send(
            Page[AgentSession],
            Call(
                "GET",
                "/tenants/sessions",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> AsyncIterator[AgentSession]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[AgentSession],
            Call("GET", "/tenants/sessions", query=listed(filter, sort, search=search)),
        )


class SessionsApi(Sending):
    """Sessions."""

    def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[AgentSession]:
        """List when devices and gateways were online in the last 90 days, the latest first."""
        return self._send(
            Page[AgentSession],
            Call(
                "GET",
                "/tenants/sessions",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> Iterator[AgentSession]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[AgentSession],
            Call("GET", "/tenants/sessions", query=listed(filter, sort, search=search)),
        )
