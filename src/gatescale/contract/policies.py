"""Policies."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatescale.contract.admission_rules import AdmissionRule
from gatescale.contract.devices import Device
from gatescale.contract.fields import (
    Id,
    Ids,
    Input,
    LoadBalancing,
    Mode,
    Name,
    Noun,
    PolicyType,
    ResourceType,
    SourceIps,
    Text,
    Timestamp,
    UserStatus,
)
from gatescale.contract.gateways import Gateway


class PolicyGroup(Noun, frozen=True, kw_only=True):
    """A group as a policy shows it."""

    name: str
    description: str | None
    max_devices: int
    is_saml_default_group: bool
    idp_mapping: list[str]


class PolicyUser(Noun, frozen=True, kw_only=True):
    """A user as a policy shows them."""

    last_connection: Timestamp | None
    email: str
    status: UserStatus
    first_name: str | None
    last_name: str | None
    is_owner: bool
    max_devices: int | None
    image: str | None


class PolicyResource(Noun, frozen=True, kw_only=True):
    """A resource as a policy shows it."""

    name: str
    type: ResourceType
    load_balancing_mode: LoadBalancing
    description: str | None


class PolicyFields(Input, frozen=True, kw_only=True):
    """What a policy says, but for its type, its place and its rule."""

    name: Name
    action: bool
    all_groups: bool
    all_users: bool
    all_devices: bool
    all_resources: bool
    groups: Ids = []
    users: Ids = []
    devices: Ids = []
    resources: Ids = []
    gateways: Ids = []
    source_ips: SourceIps = []
    mode: Mode | None = None
    description: Text | None = None


class CreatePolicy(PolicyFields, frozen=True, kw_only=True):
    """A policy to add, last before the default of its type."""

    type: PolicyType
    rule: Id | None = None


class UpdatePolicy(Input, frozen=True, kw_only=True):
    """What may be changed of a policy; what is left out stays."""

    name: Name
    action: bool
    all_groups: bool
    all_users: bool
    all_devices: bool
    all_resources: bool
    rule: Id
    groups: Ids | msgspec.UnsetType = msgspec.UNSET
    users: Ids | msgspec.UnsetType = msgspec.UNSET
    devices: Ids | msgspec.UnsetType = msgspec.UNSET
    resources: Ids | msgspec.UnsetType = msgspec.UNSET
    gateways: Ids | msgspec.UnsetType = msgspec.UNSET
    source_ips: SourceIps | msgspec.UnsetType = msgspec.UNSET
    mode: Mode | msgspec.UnsetType | None = msgspec.UNSET
    description: Text | msgspec.UnsetType | None = msgspec.UNSET


class ReorderPolicies(Input, frozen=True, kw_only=True):
    """All policies of a type but its default, in the new order."""

    type: PolicyType
    policies: Annotated[list[Id], Meta(max_length=10_000)]


class Policy(Noun, frozen=True, kw_only=True):
    """One line of an ordered list: who may reach what."""

    name: str
    description: str | None
    action: bool
    order: int
    is_default: bool
    type: PolicyType
    mode: Literal["LOCAL", "RESTRICTED", "REMOTE"] | None
    all_groups: bool
    all_users: bool
    all_devices: bool
    all_resources: bool
    groups: list[PolicyGroup]
    users: list[PolicyUser]
    devices: list[Device]
    resources: list[PolicyResource]
    gateways: list[Gateway]
    source_ips: list[str]
    rule: AdmissionRule | None
