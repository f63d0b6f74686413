"""Denials. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator

from gatescale.admin.call import Call, Filter, Sort, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.denials import Denial
from gatescale.contract.fields import Page


class AsyncDenialsApi(AsyncSending):
    """Denials; each operation is awaited."""

    async def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Denial]:
        """List what gateways denied in the last 30 days and why, the latest first."""
        return await self._send(
            Page[Denial],
            Call(
                "GET",
                "/tenants/denials",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> AsyncIterator[Denial]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Denial], Call("GET", "/tenants/denials", query=listed(filter, sort, search=search))
        )


class DenialsApi(Sending):
    """Denials."""

    def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Denial]:
        """List what gateways denied in the last 30 days and why, the latest first."""
        return self._send(
            Page[Denial],
            Call(
                "GET",
                "/tenants/denials",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> Iterator[Denial]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Denial], Call("GET", "/tenants/denials", query=listed(filter, sort, search=search))
        )
