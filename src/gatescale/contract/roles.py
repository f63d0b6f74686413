"""Roles."""

from typing import Annotated

from msgspec import Meta

from gatescale.contract.fields import Id, Input, Noun, RoleType


class Role(Noun, frozen=True, kw_only=True):
    """What its holders may do."""

    name: str
    description: str | None
    deleteable: bool
    type: RoleType


class UpdateUserRoles(Input, frozen=True, kw_only=True):
    """Roles to give a user directly, and directly given ones to take away."""

    added_roles: Annotated[list[Id], Meta(max_length=20)]
    removed_roles: Annotated[list[Id], Meta(max_length=20)]
