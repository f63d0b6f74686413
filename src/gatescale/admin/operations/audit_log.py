"""Audit Log. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator

from gatescale.admin.call import Call, Filter, Sort, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.audit import AuditEvent
from gatescale.contract.fields import Page


class AsyncAuditLogApi(AsyncSending):
    """Audit Log; each operation is awaited."""

    async def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[AuditEvent]:
        """List what was done, by whom, from where, and to what: the latest first."""
        return await self._send(
            Page[AuditEvent],
            Call(
                "GET",
                "/tenants/audit-events",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> AsyncIterator[AuditEvent]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[AuditEvent],
            Call("GET", "/tenants/audit-events", query=listed(filter, sort, search=search)),
        )


class AuditLogApi(Sending):
    """Audit Log."""

    def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[AuditEvent]:
        """List what was done, by whom, from where, and to what: the latest first."""
        return self._send(
            Page[AuditEvent],
            Call(
                "GET",
                "/tenants/audit-events",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> Iterator[AuditEvent]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[AuditEvent],
            Call("GET", "/tenants/audit-events", query=listed(filter, sort, search=search)),
        )
