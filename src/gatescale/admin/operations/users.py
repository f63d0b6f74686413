"""Users. Written by ``make client``."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Unpack, overload

from gatescale.admin.call import Acting, Call, Changing, Filter, Making, Sort, asked, listed
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.devices import EnrolmentCode
from gatescale.contract.fields import Page
from gatescale.contract.roles import Role, UpdateUserRoles
from gatescale.contract.users import AddGroup, CreateUser, SignInLink, UpdateUser, User


class AsyncUsersApi(AsyncSending):
    """Users; each operation is awaited."""

    async def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[User]:
        """List the tenant's users."""
        return await self._send(
            Page[User],
            Call(
                "GET",
                "/tenants/users",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> AsyncIterator[User]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[User], Call("GET", "/tenants/users", query=listed(filter, sort, search=search))
        )

    @overload
    async def create(self, body: list[CreateUser], **how: Unpack[Making]) -> list[User]: ...

    @overload
    async def create(self, body: CreateUser, **how: Unpack[Making]) -> User: ...

    async def create(
        self, body: list[CreateUser] | CreateUser, **how: Unpack[Making]
    ) -> list[User] | User:
        """Invite one person, or up to 100 at once: all of them or none."""
        shape: Any = list[User] | User
        sent: list[User] | User = await self._send(
            shape, Call("POST", "/tenants/users", body=body, keyed=True, **how)
        )
        return sent

    async def find_by_id(self, id: str) -> User:
        """Return a user."""
        return await self._send(User, Call("GET", "/tenants/users/{}", (id,)))

    async def update(self, id: str, body: UpdateUser, **how: Unpack[Changing]) -> User:
        """Change what is said of a user; what is left out stays."""
        return await self._send(User, Call("PUT", "/tenants/users/{}", (id,), body=body, **how))

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a user and their devices for good."""
        await self._send(type(None), Call("DELETE", "/tenants/users/{}", (id,), **how))

    async def find_user_roles(
        self, id: str, *, groups_only: bool = False, roles_only: bool = False
    ) -> list[Role]:
        """List a user's roles: given directly, and of their groups."""
        return await self._send(
            list[Role],
            Call(
                "GET",
                "/tenants/users/{}/roles",
                (id,),
                query=asked(groupsOnly=groups_only, rolesOnly=roles_only),
            ),
        )

    async def patch_user_roles(
        self, id: str, body: UpdateUserRoles, **how: Unpack[Changing]
    ) -> list[Role]:
        """Give roles to a user directly, or take them away."""
        return await self._send(
            list[Role], Call("PATCH", "/tenants/users/{}/roles", (id,), body=body, **how)
        )

    async def deactivate(self, id: str, **how: Unpack[Changing]) -> User:
        """Cut a user and their devices off at once; reversible."""
        return await self._send(User, Call("PATCH", "/tenants/users/{}/deactivate", (id,), **how))

    async def reactivate(self, id: str, **how: Unpack[Acting]) -> User:
        """Let a deactivated user back in."""
        return await self._send(
            User, Call("POST", "/tenants/users/{}/reactivate", (id,), keyed=True, **how)
        )

    async def invite(self, id: str, **how: Unpack[Acting]) -> None:
        """Send the invitation again; earlier links lapse."""
        await self._send(
            type(None), Call("POST", "/tenants/users/{}/invite", (id,), keyed=True, **how)
        )

    async def add_group(self, id: str, body: AddGroup, **how: Unpack[Acting]) -> User:
        """Make a user a member of a group."""
        return await self._send(
            User, Call("POST", "/tenants/users/{}/groups", (id,), body=body, keyed=True, **how)
        )

    async def create_enrolment_code(self, id: str, **how: Unpack[Acting]) -> EnrolmentCode:
        """Make a one-time code with which a further device of the user enrols."""
        return await self._send(
            EnrolmentCode,
            Call("POST", "/tenants/users/{}/enrolment-codes", (id,), keyed=True, **how),
        )

    async def create_sign_in_link(self, id: str, **how: Unpack[Acting]) -> SignInLink:
        """Make a one-time link by which a user sets up sign-in; what they had stops working."""
        return await self._send(
            SignInLink, Call("POST", "/tenants/users/{}/sign-in-links", (id,), keyed=True, **how)
        )

    async def transfer_ownership(self, id: str, **how: Unpack[Acting]) -> User:
        """Make an active user the tenant's owner; the owner until now becomes an admin."""
        return await self._send(
            User, Call("POST", "/tenants/users/{}/transfer-ownership", (id,), keyed=True, **how)
        )

    async def remove_group(self, id: str, group_id: str, **how: Unpack[Changing]) -> None:
        """Take a user out of a group."""
        await self._send(
            type(None),
            Call(
                "DELETE",
                "/tenants/users/{}/groups/{}",
                (
                    id,
                    group_id,
                ),
                **how,
            ),
        )


class UsersApi(Sending):
    """Users."""

    def find_all(
        self,
        *,
        filter: Filter | None = None,
        sort: Sort | None = None,
        search: str | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page[User]:
        """List the tenant's users."""
        return self._send(
            Page[User],
            Call(
                "GET",
                "/tenants/users",
                query=listed(filter, sort, search=search, limit=limit, offset=offset),
            ),
        )

    def every(
        self, *, filter: Filter | None = None, sort: Sort | None = None, search: str | None = None
    ) -> Iterator[User]:
        """Iterate over all pages' rows."""
        return self._rows(
            Page[User], Call("GET", "/tenants/users", query=listed(filter, sort, search=search))
        )

    @overload
    def create(self, body: list[CreateUser], **how: Unpack[Making]) -> list[User]: ...

    @overload
    def create(self, body: CreateUser, **how: Unpack[Making]) -> User: ...

    def create(
        self, body: list[CreateUser] | CreateUser, **how: Unpack[Making]
    ) -> list[User] | User:
        """Invite one person, or up to 100 at once: all of them or none."""
        shape: Any = list[User] | User
        sent: list[User] | User = self._send(
            shape, Call("POST", "/tenants/users", body=body, keyed=True, **how)
        )
        return sent

    def find_by_id(self, id: str) -> User:
        """Return a user."""
        return self._send(User, Call("GET", "/tenants/users/{}", (id,)))

    def update(self, id: str, body: UpdateUser, **how: Unpack[Changing]) -> User:
        """Change what is said of a user; what is left out stays."""
        return self._send(User, Call("PUT", "/tenants/users/{}", (id,), body=body, **how))

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a user and their devices for good."""
        self._send(type(None), Call("DELETE", "/tenants/users/{}", (id,), **how))

    def find_user_roles(
        self, id: str, *, groups_only: bool = False, roles_only: bool = False
    ) -> list[Role]:
        """List a user's roles: given directly, and of their groups."""
        return self._send(
            list[Role],
            Call(
                "GET",
                "/tenants/users/{}/roles",
                (id,),
                query=asked(groupsOnly=groups_only, rolesOnly=roles_only),
            ),
        )

    def patch_user_roles(
        self, id: str, body: UpdateUserRoles, **how: Unpack[Changing]
    ) -> list[Role]:
        """Give roles to a user directly, or take them away."""
        return self._send(
            list[Role], Call("PATCH", "/tenants/users/{}/roles", (id,), body=body, **how)
        )

    def deactivate(self, id: str, **how: Unpack[Changing]) -> User:
        """Cut a user and their devices off at once; reversible."""
        return self._send(User, Call("PATCH", "/tenants/users/{}/deactivate", (id,), **how))

    def reactivate(self, id: str, **how: Unpack[Acting]) -> User:
        """Let a deactivated user back in."""
        return self._send(
            User, Call("POST", "/tenants/users/{}/reactivate", (id,), keyed=True, **how)
        )

    def invite(self, id: str, **how: Unpack[Acting]) -> None:
        """Send the invitation again; earlier links lapse."""
        self._send(type(None), Call("POST", "/tenants/users/{}/invite", (id,), keyed=True, **how))

    def add_group(self, id: str, body: AddGroup, **how: Unpack[Acting]) -> User:
        """Make a user a member of a group."""
        return self._send(
            User, Call("POST", "/tenants/users/{}/groups", (id,), body=body, keyed=True, **how)
        )

    def create_enrolment_code(self, id: str, **how: Unpack[Acting]) -> EnrolmentCode:
        """Make a one-time code with which a further device of the user enrols."""
        return self._send(
            EnrolmentCode,
            Call("POST", "/tenants/users/{}/enrolment-codes", (id,), keyed=True, **how),
        )

    def create_sign_in_link(self, id: str, **how: Unpack[Acting]) -> SignInLink:
        """Make a one-time link by which a user sets up sign-in; what they had stops working."""
        return self._send(
            SignInLink, Call("POST", "/tenants/users/{}/sign-in-links", (id,), keyed=True, **how)
        )

    def transfer_ownership(self, id: str, **how: Unpack[Acting]) -> User:
        """Make an active user the tenant's owner; the owner until now becomes an admin."""
        return self._send(
            User, Call("POST", "/tenants/users/{}/transfer-ownership", (id,), keyed=True, **how)
        )

    def remove_group(self, id: str, group_id: str, **how: Unpack[Changing]) -> None:
        """Take a user out of a group."""
        self._send(
            type(None),
            Call(
                "DELETE",
                "/tenants/users/{}/groups/{}",
                (
                    id,
                    group_id,
                ),
                **how,
            ),
        )
