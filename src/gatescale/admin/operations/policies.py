"""Policies. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator
from typing import Unpack

from gatescale.admin.call import Call, Changing, Filter, Making, Moving, Sort, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.fields import Page
from gatescale.contract.policies import CreatePolicy, Policy, ReorderPolicies, UpdatePolicy


class AsyncPoliciesApi(AsyncSending):
    """Policies; each operation is awaited."""

    async def create(self, body: CreatePolicy, **how: Unpack[Making]) -> Policy:
        """Add a policy, last before the default of its type."""
        return await self._send(
            Policy, Call("POST", "/tenants/policies", body=body, keyed=True, **how)
        )

    async def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Policy]:
        """List the tenant's policies, by type and order."""
        return await self._send(
            Page[Policy],
            Call(
                "GET",
                "/tenants/policies",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> AsyncIterator[Policy]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Policy],
            Call("GET", "/tenants/policies", query=listed(filter, sort, search=search)),
        )

    async def reorder(self, body: ReorderPolicies, **how: Unpack[Moving]) -> list[Policy]:
        """Put all policies of a type, but its default, into a new order."""
        return await self._send(
            list[Policy], Call("PATCH", "/tenants/policies/reorder", body=body, **how)
        )

    async def find(self, id: str) -> Policy:
        """Return a policy."""
        return await self._send(Policy, Call("GET", "/tenants/policies/{}", (id,)))

    async def update(self, id: str, body: UpdatePolicy, **how: Unpack[Changing]) -> Policy:
        """Change all of a policy but its type and place."""
        return await self._send(
            Policy, Call("PATCH", "/tenants/policies/{}", (id,), body=body, **how)
        )

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a policy; those behind it move up."""
        await self._send(type(None), Call("DELETE", "/tenants/policies/{}", (id,), **how))


class PoliciesApi(Sending):
    """Policies."""

    def create(self, body: CreatePolicy, **how: Unpack[Making]) -> Policy:
        """Add a policy, last before the default of its type."""
        return self._send(Policy, Call("POST", "/tenants/policies", body=body, keyed=True, **how))

    def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[Policy]:
        """List the tenant's policies, by type and order."""
        return self._send(
            Page[Policy],
            Call(
                "GET",
                "/tenants/policies",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> Iterator[Policy]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Policy],
            Call("GET", "/tenants/policies", query=listed(filter, sort, search=search)),
        )

    def reorder(self, body: ReorderPolicies, **how: Unpack[Moving]) -> list[Policy]:
        """Put all policies of a type, but its default, into a new order."""
        return self._send(
            list[Policy], Call("PATCH", "/tenants/policies/reorder", body=body, **how)
        )

    def find(self, id: str) -> Policy:
        """Return a policy."""
        return self._send(Policy, Call("GET", "/tenants/policies/{}", (id,)))

    def update(self, id: str, body: UpdatePolicy, **how: Unpack[Changing]) -> Policy:
        """Change all of a policy but its type and place."""
        return self._send(Policy, Call("PATCH", "/tenants/policies/{}", (id,), body=body, **how))

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a policy; those behind it move up."""
        self._send(type(None), Call("DELETE", "/tenants/policies/{}", (id,), **how))
