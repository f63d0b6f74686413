"""Groups."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gatescale.contract.fields import DeviceLimit, Id, Input, Name, Noun, Text
from gatescale.contract.roles import Role


class GroupMember(Noun, frozen=True, kw_only=True):
    """A user as a group shows them; ``createdAt`` is when they joined."""

    first_name: str | None
    last_name: str | None
    email: str


class Group(Noun, frozen=True, kw_only=True):
    """People who share what policies grant.

    Attributes:
        users: its members; not there where ``withoutUsers`` is asked for.
        user_count: how many members it has.
    """

    name: str
    description: str | None
    roles: list[Role]
    deleteable: bool
    users: list[GroupMember] | msgspec.UnsetType = msgspec.UNSET
    user_count: int
    max_devices: int
    is_saml_default_group: bool
    idp_mapping: list[str]


class WriteGroup(Input, frozen=True, kw_only=True):
    """CreateGroup and UpdateGroup."""

    name: Name
    roles: Annotated[list[Id], Meta(max_length=20)]
    description: Text | None = None
    max_devices: DeviceLimit | msgspec.UnsetType = msgspec.UNSET
    idp_mapping: Annotated[list[Name], Meta(max_length=100)] | msgspec.UnsetType = msgspec.UNSET
