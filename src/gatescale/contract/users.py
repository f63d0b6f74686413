"""Users."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gatescale.contract.devices import Device
from gatescale.contract.fields import (
    Attributes,
    DeviceLimit,
    Email,
    Id,
    Image,
    Input,
    Name,
    Noun,
    Output,
    Timestamp,
    UserStatus,
)
from gatescale.contract.roles import Role


class UserGroup(Noun, frozen=True, kw_only=True):
    """A group as a user shows it."""

    name: str
    description: str | None


class User(Noun, frozen=True, kw_only=True):
    """A person of the tenant.

    Attributes:
        attributes: what admission rules may ask of them besides, as ``user.attributes``.
    """

    last_connection: Timestamp | None
    email: str
    status: UserStatus
    first_name: str | None
    last_name: str | None
    is_owner: bool
    max_devices: int | None
    image: str | None
    department: str | None
    title: str | None
    attributes: Attributes
    roles: list[Role]
    groups: list[UserGroup]
    devices: list[Device]


class CreateUser(Input, frozen=True, kw_only=True):
    """Someone to invite."""

    email: Email
    groups: Annotated[list[Id], Meta(min_length=1, max_length=100)]
    first_name: Name | None = None
    last_name: Name | None = None
    department: Name | None = None
    title: Name | None = None
    attributes: Attributes = {}


class UpdateUser(Input, frozen=True, kw_only=True):
    """What may be changed of a user; what is left out stays.

    Attributes:
        attributes: all of them.
    """

    first_name: Name | msgspec.UnsetType | None = msgspec.UNSET
    last_name: Name | msgspec.UnsetType | None = msgspec.UNSET
    image: Image | msgspec.UnsetType | None = msgspec.UNSET
    max_devices: DeviceLimit | msgspec.UnsetType | None = msgspec.UNSET
    department: Name | msgspec.UnsetType | None = msgspec.UNSET
    title: Name | msgspec.UnsetType | None = msgspec.UNSET
    attributes: Attributes | msgspec.UnsetType = msgspec.UNSET


class AddGroup(Input, frozen=True, kw_only=True):
    """A group for a user to join."""

    group_id: Id


class SignInLink(Output, frozen=True, kw_only=True):
    """A one-time link by which a user sets up how they sign in; this is its only copy."""

    link: str
    expires_at: Timestamp
