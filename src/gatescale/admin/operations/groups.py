"""Groups. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator
from typing import Unpack

from gatescale.admin.call import Call, Changing, Filter, Making, Sort, asked, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.fields import Page
from gatescale.contract.groups import Group, WriteGroup


class AsyncGroupsApi(AsyncSending):
    """Groups; each operation is awaited."""

    async def create(self, body: WriteGroup, **how: Unpack[Making]) -> Group:
        """Make a group."""
        return await self._send(
            Group, Call("POST", "/tenants/groups", body=body, keyed=True, **how)
        )

    async def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
        without_users: bool = False,
    ) -> Page[Group]:
        """List the tenant's groups; with ``withoutUsers``, not who is in them but how many are."""
        return await self._send(
            Page[Group],
            Call(
                "GET",
                "/tenants/groups",
                query=listed(filter, sort, search=search, limit=limit, offset=offset)
                + asked(withoutUsers=without_users),
            ),
        )

    def every(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        without_users: bool = False,
    ) -> AsyncIterator[Group]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Group],
            Call(
                "GET",
                "/tenants/groups",
                query=listed(filter, sort, search=search) + asked(withoutUsers=without_users),
            ),
        )

    async def find(self, id: str, *, without_users: bool = False) -> Group:
        """Return a group; with ``withoutUsers``, not who is in it but how many are."""
        return await self._send(
            Group, Call("GET", "/tenants/groups/{}", (id,), query=asked(withoutUsers=without_users))
        )

    async def update(
        self, id: str, body: WriteGroup, *, without_users: bool = False, **how: Unpack[Changing]
    ) -> Group:
        """Change a group; its members stay, and with ``withoutUsers`` are not answered."""
        return await self._send(
            Group,
            Call(
                "PUT",
                "/tenants/groups/{}",
                (id,),
                query=asked(withoutUsers=without_users),
                body=body,
                **how,
            ),
        )

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a group and what it granted; nobody is left without a group."""
        await self._send(type(None), Call("DELETE", "/tenants/groups/{}", (id,), **how))


class GroupsApi(Sending):
    """Groups."""

    def create(self, body: WriteGroup, **how: Unpack[Making]) -> Group:
        """Make a group."""
        return self._send(Group, Call("POST", "/tenants/groups", body=body, keyed=True, **how))

    def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
        without_users: bool = False,
    ) -> Page[Group]:
        """List the tenant's groups; with ``withoutUsers``, not who is in them but how many are."""
        return self._send(
            Page[Group],
            Call(
                "GET",
                "/tenants/groups",
                query=listed(filter, sort, search=search, limit=limit, offset=offset)
                + asked(withoutUsers=without_users),
            ),
        )

    def every(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        without_users: bool = False,
    ) -> Iterator[Group]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[Group],
            Call(
                "GET",
                "/tenants/groups",
                query=listed(filter, sort, search=search) + asked(withoutUsers=without_users),
            ),
        )

    def find(self, id: str, *, without_users: bool = False) -> Group:
        """Return a group; with ``withoutUsers``, not who is in it but how many are."""
        return self._send(
            Group, Call("GET", "/tenants/groups/{}", (id,), query=asked(withoutUsers=without_users))
        )

    def update(
        self, id: str, body: WriteGroup, *, without_users: bool = False, **how: Unpack[Changing]
    ) -> Group:
        """Change a group; its members stay, and with ``withoutUsers`` are not answered."""
        return self._send(
            Group,
            Call(
                "PUT",
                "/tenants/groups/{}",
                (id,),
                query=asked(withoutUsers=without_users),
                body=body,
                **how,
            ),
        )

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a group and what it granted; nobody is left without a group."""
        self._send(type(None), Call("DELETE", "/tenants/groups/{}", (id,), **how))
