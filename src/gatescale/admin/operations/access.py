"""Access. Written by ``make client``."""

from gatescale.admin.call import Call, asked
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.access import AccessExplanation, Preview, Reach, Supposition
from gatescale.contract.fields import Page


class AsyncAccessApi(AsyncSending):
    """Access; each operation is awaited."""

    async def explain(
        self, *, to: str, user: str | None = None, device: str | None = None, at: str | None = None
    ) -> AccessExplanation:
        """Tell what becomes of packets from a user's devices or one device, and why."""
        return await self._send(
            AccessExplanation,
            Call(
                "GET",
                "/tenants/access/explain",
                query=asked(to=to, user=user, device=device, at=at),
            ),
        )

    async def matrix(
        self,
        *,
        user: str | None = None,
        device: str | None = None,
        resource: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Reach]:
        """Tell which device reaches which resource now, through which gateway."""
        return await self._send(
            Page[Reach],
            Call(
                "GET",
                "/tenants/access/matrix",
                query=asked(
                    user=user, device=device, resource=resource, limit=limit, offset=offset
                ),
            ),
        )

    async def preview(self, body: Supposition) -> Preview:
        """Tell who would gain or lose what by changes, before they are made."""
        return await self._send(Preview, Call("POST", "/tenants/access/preview", body=body))


class AccessApi(Sending):
    """Access."""

    def explain(
        self, *, to: str, user: str | None = None, device: str | None = None, at: str | None = None
    ) -> AccessExplanation:
        """Tell what becomes of packets from a user's devices or one device, and why."""
        return self._send(
            AccessExplanation,
            Call(
                "GET",
                "/tenants/access/explain",
                query=asked(to=to, user=user, device=device, at=at),
            ),
        )

    def matrix(
        self,
        *,
        user: str | None = None,
        device: str | None = None,
        resource: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Reach]:
        """Tell which device reaches which resource now, through which gateway."""
        return self._send(
            Page[Reach],
            Call(
                "GET",
                "/tenants/access/matrix",
                query=asked(
                    user=user, device=device, resource=resource, limit=limit, offset=offset
                ),
            ),
        )

    def preview(self, body: Supposition) -> Preview:
        """Tell who would gain or lose what by changes, before they are made."""
        return self._send(Preview, Call("POST", "/tenants/access/preview", body=body))
