"""Resources. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator
from typing import Unpack

from gatescale.admin.call import Acting, Call, Changing, Filter, Making, Sort, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.fields import Page
from gatescale.contract.resources import (
    AddGateway,
    CreateResource,
    LoadBalancingChoice,
    Resource,
    UpdateResource,
)


class AsyncResourcesApi(AsyncSending):
    """Resources; each operation is awaited."""

    async def create(self, body: CreateResource, **how: Unpack[Making]) -> Resource:
        """Make a resource."""
        return await self._send(
            Resource, Call("POST", "/tenants/resources", body=body, keyed=True, **how)
        )

    async def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Resource]:
        """List the tenant's resources."""
        return await self._send(
            Page[Resource],
            Call(
                "GET",
                "/tenants/resources",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> AsyncIterator[Resource]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Resource],
            Call("GET", "/tenants/resources", query=listed(filter, sort, search=search)),
        )

    async def find(self, id: str) -> Resource:
        """Return a resource."""
        return await self._send(Resource, Call("GET", "/tenants/resources/{}", (id,)))

    async def update(self, id: str, body: UpdateResource, **how: Unpack[Changing]) -> Resource:
        """Change a resource; an address with its id keeps its identity."""
        return await self._send(
            Resource, Call("PUT", "/tenants/resources/{}", (id,), body=body, **how)
        )

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a resource; nobody reaches it any more, at once."""
        await self._send(type(None), Call("DELETE", "/tenants/resources/{}", (id,), **how))

    async def save_load_balancing(
        self, id: str, body: LoadBalancingChoice, **how: Unpack[Changing]
    ) -> Resource:
        """Choose how a resource's gateways share the work, and in which order."""
        return await self._send(
            Resource, Call("PUT", "/tenants/resources/{}/load-balancing", (id,), body=body, **how)
        )

    async def add_gateway(self, id: str, body: AddGateway, **how: Unpack[Acting]) -> Resource:
        """Connect a resource to a gateway, the last in priority."""
        return await self._send(
            Resource,
            Call("POST", "/tenants/resources/{}/gateways", (id,), body=body, keyed=True, **how),
        )

    async def remove_gateway(self, id: str, gateway_id: str, **how: Unpack[Changing]) -> None:
        """Disconnect a resource from a gateway."""
        await self._send(
            type(None),
            Call(
                "DELETE",
                "/tenants/resources/{}/gateways/{}",
                (
                    id,
                    gateway_id,
                ),
                **how,
            ),
        )


class ResourcesApi(Sending):
    """Resources."""

    def create(self, body: CreateResource, **how: Unpack[Making]) -> Resource:
        """Make a resource."""
        return self._send(
            Resource, Call("POST", "/tenants/resources", body=body, keyed=True, **how)
        )

    def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Resource]:
        """List the tenant's resources."""
        return self._send(
            Page[Resource],
            Call(
                "GET",
                "/tenants/resources",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> Iterator[Resource]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Resource],
            Call("GET", "/tenants/resources", query=listed(filter, sort, search=search)),
        )

    def find(self, id: str) -> Resource:
        """Return a resource."""
        return self._send(Resource, Call("GET", "/tenants/resources/{}", (id,)))

    def update(self, id: str, body: UpdateResource, **how: Unpack[Changing]) -> Resource:
        """Change a resource; an address with its id keeps its identity."""
        return self._send(Resource, Call("PUT", "/tenants/resources/{}", (id,), body=body, **how))

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a resource; nobody reaches it any more, at once."""
        self._send(type(None), Call("DELETE", "/tenants/resources/{}", (id,), **how))

    def save_load_balancing(
        self, id: str, body: LoadBalancingChoice, **how: Unpack[Changing]
    ) -> Resource:
        """Choose how a resource's gateways share the work, and in which order."""
        return self._send(
            Resource, Call("PUT", "/tenants/resources/{}/load-balancing", (id,), body=body, **how)
        )

    def add_gateway(self, id: str, body: AddGateway, **how: Unpack[Acting]) -> Resource:
        """Connect a resource to a gateway, the last in priority."""
        return self._send(
            Resource,
            Call("POST", "/tenants/resources/{}/gateways", (id,), body=body, keyed=True, **how),
        )

    def remove_gateway(self, id: str, gateway_id: str, **how: Unpack[Changing]) -> None:
        """Disconnect a resource from a gateway."""
        self._send(
            type(None),
            Call(
                "DELETE",
                "/tenants/resources/{}/gateways/{}",
                (
                    id,
                    gateway_id,
                ),
                **how,
            ),
        )
