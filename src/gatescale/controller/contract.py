"""The shapes of the REST contract: what is sent and what is answered.

Field names, their meaning and what is required follow the API contract, section 3. Inputs refuse
unknown fields; outputs are allow-lists, built straight from rows, so nothing else can leak.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Id = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$(?!\n)",
        description="UUID, lower case",
    ),
]
Email = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=r"^[^\s@<>\"(),:;\\\x00-\x1f\x7f]+@[^\s@.<>\"(),:;\\\x00-\x1f\x7f]+(\.[^\s@.<>\"(),:;\\\x00-\x1f\x7f]+)+$(?!\n)",
        description="an email address like ann@example.com",
    ),
]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$(?!\n)",
        description="a name of 1 to 100 characters without control characters",
    ),
]
ResourceName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        pattern=r"^[^\x00-\x1f\x7f.@]*[^\x00-\x1f\x7f.@\s][^\x00-\x1f\x7f.@]*$(?!\n)",
        description="a name of 1 to 40 characters without '.', '@' and control characters",
    ),
]
Text = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$(?!\n)")]
ShortText = Annotated[str, Meta(max_length=120, pattern=r"^[^\x00]*$(?!\n)")]
Port = Annotated[
    str, Meta(pattern=r"^[0-9]{1,5}$(?!\n)", description='a UDP port as a string, like "51820"')
]
DeviceLimit = Annotated[int, Meta(ge=0, le=1000)]

RoleType = Literal["OWNER", "ADMIN", "DEFAULT", "BASIC", "BILLING", "AUDITOR", "SUPPORT"]
UserStatus = Literal["ACTIVE", "INVITED", "EXPIRED", "DEACTIVATED"]
DeviceState = Literal["Online", "Offline", "Deactivated"]
GatewayState = Literal["PENDING", "ONLINE", "OFFLINE", "MAINTENANCE", "ERROR"]
ResourceType = Literal["PRIVATE", "SAAS", "INTERNET"]
PolicyType = Literal["PRIVATE", "SAAS", "INTERNET", "SITETOSITE"]
Mode = Literal["LOCAL", "RESTRICTED", "REMOTE", "INTERNET_ACCESS_POINT"]
LoadBalancing = Literal["MANUAL", "AUTOMATIC"]


class Input(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """Something that a caller sends."""


class Output(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Something that we answer."""


class Noun(Output, frozen=True, kw_only=True):
    """Every stored thing has these."""

    id: str
    created_at: str
    updated_at: str


class Page(Output, frozen=True, kw_only=True):
    """Part of a list (``PaginatedResponse``).

    Attributes:
        data: the rows.
        total: rows under the filters, on all pages.
        page: floor(offset / limit), from 0.
        limit: as applied.
    """

    data: list[msgspec.Struct]
    total: int
    page: int
    limit: int
    has_next: bool
    has_previous: bool


class Role(Noun, frozen=True, kw_only=True):
    """What its holders may do."""

    name: str
    description: str | None
    deleteable: bool
    type: RoleType


class UserGroup(Noun, frozen=True, kw_only=True):
    """A group as a user shows it."""

    name: str
    description: str | None


class DeviceUser(Output, frozen=True, kw_only=True):
    """A device's owner."""

    id: str
    last_connection: str | None
    email: str | None
    first_name: str | None
    last_name: str | None


class Device(Noun, frozen=True, kw_only=True):
    """A device; ``user`` is null where its owner shows it or a policy names it."""

    name: str
    active: bool
    last_connection: str | None
    status: DeviceState
    user: DeviceUser | None
    hardware_id: str
    posture: msgspec.Raw
    app_version: str


class User(Noun, frozen=True, kw_only=True):
    """A person of the tenant."""

    last_connection: str | None
    email: str
    status: UserStatus
    first_name: str | None
    last_name: str | None
    is_owner: bool
    max_devices: int | None
    image: str | None
    roles: list[Role]
    groups: list[UserGroup]
    devices: list[Device]


class CreateUser(Input, frozen=True, kw_only=True):
    """Someone to invite."""

    email: Email
    groups: Annotated[list[Id], Meta(min_length=1, max_length=100)]


class UpdateUser(Input, frozen=True, kw_only=True):
    """What may be changed of a user; what is left out stays."""

    first_name: Annotated[str, Meta(max_length=100)] | msgspec.UnsetType | None = msgspec.UNSET
    last_name: Annotated[str, Meta(max_length=100)] | msgspec.UnsetType | None = msgspec.UNSET
    image: Annotated[str, Meta(max_length=2048)] | msgspec.UnsetType | None = msgspec.UNSET
    max_devices: DeviceLimit | msgspec.UnsetType | None = msgspec.UNSET


class UpdateUserRoles(Input, frozen=True, kw_only=True):
    """Roles to give a user directly, and directly given ones to take away."""

    added_roles: Annotated[list[Id], Meta(max_length=20)]
    removed_roles: Annotated[list[Id], Meta(max_length=20)]


class AddGroup(Input, frozen=True, kw_only=True):
    """A group for a user to join."""

    group_id: Id


class EnrolmentCode(Output, frozen=True, kw_only=True):
    """A one-time code for a further device of a user; shown once."""

    id: str
    code: str
    link: str
    expires_at: str


class GroupMember(Noun, frozen=True, kw_only=True):
    """A user as a group shows them; ``createdAt`` is when they joined."""

    first_name: str | None
    last_name: str | None
    email: str


class Group(Noun, frozen=True, kw_only=True):
    """People who share what policies grant."""

    name: str
    description: str | None
    roles: list[Role]
    deleteable: bool
    users: list[GroupMember]
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


class Named(Output, frozen=True, kw_only=True):
    """Something else, by id and name."""

    id: str
    name: str


class Gateway(Noun, frozen=True, kw_only=True, omit_defaults=False):
    """A policy enforcement point; ``token`` is null for those who may not manage gateways."""

    deployed_on: str | None
    name: str
    description: str | None
    wireguard_port: str
    status: GatewayState
    error: str | None
    token: str | None
    last_online: str | None
    relay_enabled: bool
    endpoint: str | None
    auto_discover_endpoint: bool
    resources: list[Named]
    enforced_revision: int


class WriteGateway(Input, frozen=True, kw_only=True):
    """CreateGateway, and what PUT takes."""

    name: Name
    wireguard_port: Port
    description: Text | None = None
    endpoint: Annotated[str, Meta(min_length=1, max_length=300)] | None = None


class NetworkProtocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One transport protocol with its ports: ``"443"`` or ``"5000-5100"``; none for ICMP."""

    protocol: Literal["TCP", "UDP", "ICMP"]
    port: str | None = None


class Protocol(Noun, frozen=True, kw_only=True):
    """A named set of transport protocols and ports."""

    name: str
    network_protocols: list[NetworkProtocol]
    type: Literal["ALL", "PREDEFINED", "CUSTOM"]


class CreateProtocol(Input, frozen=True, kw_only=True):
    """A protocol of the tenant's own; without a name it is called after its ports."""

    name: Name | None = None
    network_protocols: Annotated[list[NetworkProtocol], Meta(min_length=1, max_length=50)]


class Address(Output, frozen=True, kw_only=True):
    """Where a resource is."""

    id: str
    address: str
    is_ip: bool
    type: ResourceType
    protocols: list[Protocol]


class WriteAddress(Input, frozen=True, kw_only=True):
    """An address of a resource; ``id`` keeps one that the resource has (on update)."""

    address: Annotated[str, Meta(min_length=1, max_length=255)]
    protocols: Annotated[list[Id], Meta(max_length=50)] = []
    id: Id | None = None


class Resource(Noun, frozen=True, kw_only=True):
    """Something on the company's network."""

    name: str
    type: ResourceType
    load_balancing_mode: LoadBalancing
    status: Literal["ONLINE", "OFFLINE"]
    description: str | None
    addresses: list[Address]
    gateways: list[Gateway]


class CreateResource(Input, frozen=True, kw_only=True):
    """A resource to reach."""

    name: ResourceName
    type: ResourceType
    addresses: Annotated[list[WriteAddress], Meta(min_length=1, max_length=100)]
    description: ShortText | None = None


class UpdateResource(Input, frozen=True, kw_only=True):
    """What may be changed of a resource."""

    name: ResourceName
    addresses: Annotated[list[WriteAddress], Meta(min_length=1, max_length=100)]
    description: ShortText | None = None


class LoadBalancingChoice(Input, frozen=True, kw_only=True):
    """How a resource's gateways share the work; for MANUAL, all of them in order of priority."""

    mode: LoadBalancing
    gateways: Annotated[list[Id], Meta(max_length=100)] | None = None


class AddGateway(Input, frozen=True, kw_only=True):
    """A gateway to reach a resource through."""

    gateway_id: Id


class AdmissionRule(Noun, frozen=True, kw_only=True):
    """A condition that policies may carry."""

    name: str
    type: Literal["ALLOW", "DENY", "CUSTOM"]
    has_time_constraint: bool
    rule: str


class PolicyGroup(Noun, frozen=True, kw_only=True):
    """A group as a policy shows it."""

    name: str
    description: str | None
    max_devices: int
    is_saml_default_group: bool
    idp_mapping: list[str]


class PolicyUser(Noun, frozen=True, kw_only=True):
    """A user as a policy shows them."""

    last_connection: str | None
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


Ids = Annotated[list[Id], Meta(max_length=1000)]
SourceIps = Annotated[list[str], Meta(max_length=100)]


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


class ApiKey(Noun, frozen=True, kw_only=True):
    """An API key; the key itself is shown once, when it is made."""

    name: str
    role: RoleType
    last_used: str | None
    key: str | None


class CreateApiKey(Input, frozen=True, kw_only=True):
    """A key to make; its role may not exceed the maker's."""

    name: Name
    role: RoleType
