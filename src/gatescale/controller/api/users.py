"""Users, and the ways their devices come in."""

from typing import Annotated

from msgspec import Meta

from gatescale.contract.devices import EnrolmentCode
from gatescale.contract.fields import Page
from gatescale.contract.users import AddGroup, CreateUser, SignInLink, UpdateUser, User
from gatescale.controller import enrolments, role_holders, users
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.settings import Settings
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession, Transaction

Bulk = Annotated[list[CreateUser], Meta(min_length=1, max_length=100)]


@operation("GET", "/tenants/users", "UsersController_findAll", listing=users.LISTING)
async def page(session: TenantSession, query: ListQuery) -> Page[User]:
    """List the tenant's users."""
    return as_page(*await users.page(session, query), query)


@operation("POST", "/tenants/users", "UsersController_create", status=201)
async def create(transaction: Transaction, body: CreateUser | Bulk) -> User | list[User]:
    """Invite one person, or up to 100 at once: all of them or none."""
    if isinstance(body, CreateUser):
        return (await users.create(transaction, [body], bulk=False))[0]
    return await users.create(transaction, body, bulk=True)


@operation("GET", "/tenants/users/{id}", "UsersController_findById")
async def find(session: TenantSession, id: str) -> User:
    """Return a user."""
    return await users.find(session, id)


@operation("PUT", "/tenants/users/{id}", "UsersController_update")
async def update(transaction: Transaction, id: str, body: UpdateUser) -> User:
    """Change what is said of a user; what is left out stays."""
    return await users.update(transaction, id, body)


@operation("DELETE", "/tenants/users/{id}", "UsersController_delete", status=204)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a user and their devices for good."""
    await users.delete(transaction, id)


@operation("PATCH", "/tenants/users/{id}/deactivate", "UsersController_deactivate")
async def deactivate(transaction: Transaction, id: str) -> User:
    """Cut a user and their devices off at once; reversible."""
    return await users.deactivate(transaction, id)


@operation(
    "POST",
    "/tenants/users/{id}/reactivate",
    "UsersController_reactivate",
    status=201,
)
async def reactivate(transaction: Transaction, id: str) -> User:
    """Let a deactivated user back in."""
    return await users.reactivate(transaction, id)


@operation("POST", "/tenants/users/{id}/invite", "UsersController_invite", status=201)
async def invite(transaction: Transaction, id: str) -> None:
    """Send the invitation again; earlier links lapse."""
    await users.invite(transaction, id)


@operation(
    "POST",
    "/tenants/users/{id}/groups",
    "UsersController_addGroup",
    status=201,
)
async def add_group(transaction: Transaction, id: str, body: AddGroup) -> User:
    """Make a user a member of a group."""
    return await users.add_group(transaction, id, body.group_id)


@operation(
    "DELETE",
    "/tenants/users/{id}/groups/{groupId}",
    "UsersController_removeGroup",
    status=204,
)
async def remove_group(transaction: Transaction, id: str, groupId: str) -> None:  # noqa: N803  the contract's name
    """Take a user out of a group."""
    await users.remove_group(transaction, id, groupId)


@operation(
    "POST",
    "/tenants/users/{id}/enrolment-codes",
    "UsersController_createEnrolmentCode",
    status=201,
)
async def create_code(transaction: Transaction, id: str, settings: Settings) -> EnrolmentCode:
    """Make a one-time code with which a further device of the user enrols."""
    return await enrolments.create_code(transaction, id, settings.public_url)


@operation(
    "POST",
    "/tenants/users/{id}/sign-in-links",
    "UsersController_createSignInLink",
    status=201,
)
async def create_sign_in_link(transaction: Transaction, id: str, settings: Settings) -> SignInLink:
    """Make a one-time link by which a user sets up sign-in; what they had stops working."""
    return await role_holders.create_sign_in_link(transaction, id, settings.public_url)


@operation(
    "POST",
    "/tenants/users/{id}/transfer-ownership",
    "UsersController_transferOwnership",
    status=201,
)
async def transfer_ownership(transaction: Transaction, id: str) -> User:
    """Make an active user the tenant's owner; the owner until now becomes an admin."""
    return await users.transfer_ownership(transaction, id)
