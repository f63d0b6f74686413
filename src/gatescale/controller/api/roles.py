"""Roles, and who holds them."""

from gatescale.contract.roles import Role, UpdateUserRoles
from gatescale.contract.users import User
from gatescale.controller import role_holders, roles
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction


@operation("GET", "/tenants/roles", "RolesController_findAll")
async def every(session: TenantSession) -> list[Role]:
    """List all roles, the most privileged first."""
    return await roles.every(session)


@operation("GET", "/tenants/roles/{id}", "RolesController_find")
async def find(session: TenantSession, id: str) -> Role:
    """Return a role."""
    return await roles.find(session, id)


@operation("GET", "/tenants/roles/{id}/users", "RolesController_findRoleUsers")
async def holders(session: TenantSession, id: str, *, groups: bool = False) -> list[User]:
    """List the users who were given a role; with ``groups``, also those who inherit it."""
    return await role_holders.of_role(session, id, groups=groups)


@operation(
    "DELETE",
    "/tenants/roles/{id}/users/{userId}",
    "RolesController_removeRole",
    status=204,
)
async def remove(transaction: Transaction, id: str, userId: str) -> None:  # noqa: N803  the contract's name
    """Take a directly given role from a user."""
    await role_holders.remove(transaction, id, userId)


@operation("GET", "/tenants/users/{id}/roles", "UsersController_findUserRoles")
async def of_user(
    session: TenantSession,
    id: str,
    *,
    groupsOnly: bool = False,  # noqa: N803  the contract's name
    rolesOnly: bool = False,  # noqa: N803  the contract's name
) -> list[Role]:
    """List a user's roles: given directly, and of their groups."""
    return await role_holders.of_user(session, id, groups_only=groupsOnly, roles_only=rolesOnly)


@operation("PATCH", "/tenants/users/{id}/roles", "UsersController_patchUserRoles")
async def update(transaction: Transaction, id: str, body: UpdateUserRoles) -> list[Role]:
    """Give roles to a user directly, or take them away."""
    return await role_holders.update(transaction, id, body)
