"""Roles. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Changing, asked
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.roles import Role
from gatescale.contract.users import User


class AsyncRolesApi(AsyncSending):
    """Roles; each operation is awaited."""

    async def find_all(self) -> list[Role]:
        """List all roles, the most privileged first."""
        return await self._send(list[Role], Call("GET", "/tenants/roles"))

    async def find(self, id: str) -> Role:
        """Return a role."""
        return await self._send(Role, Call("GET", "/tenants/roles/{}", (id,)))

    async def find_role_users(self, id: str, *, groups: bool = False) -> list[User]:
        """List the users who were given a role; with ``groups``, also those who inherit it."""
        return await self._send(
            list[User], Call("GET", "/tenants/roles/{}/users", (id,), query=asked(groups=groups))
        )

    async def remove_role(self, id: str, user_id: str, **how: Unpack[Changing]) -> None:
        """Take a directly given role from a user."""
        await self._send(
            type(None),
            Call(
                "DELETE",
                "/tenants/roles/{}/users/{}",
                (
                    id,
                    user_id,
                ),
                **how,
            ),
        )


class RolesApi(Sending):
    """Roles."""

    def find_all(self) -> list[Role]:
        """List all roles, the most privileged first."""
        return self._send(list[Role], Call("GET", "/tenants/roles"))

    def find(self, id: str) -> Role:
        """Return a role."""
        return self._send(Role, Call("GET", "/tenants/roles/{}", (id,)))

    def find_role_users(self, id: str, *, groups: bool = False) -> list[User]:
        """List the users who were given a role; with ``groups``, also those who inherit it."""
        return self._send(
            list[User], Call("GET", "/tenants/roles/{}/users", (id,), query=asked(groups=groups))
        )

    def remove_role(self, id: str, user_id: str, **how: Unpack[Changing]) -> None:
        """Take a directly given role from a user."""
        self._send(
            type(None),
            Call(
                "DELETE",
                "/tenants/roles/{}/users/{}",
                (
                    id,
                    user_id,
                ),
                **how,
            ),
        )
