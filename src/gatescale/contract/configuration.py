"""A tenant's configuration as one document, in which things are called by their names.

It holds what people set and what is no secret: no ids, no members of groups, no tokens. A section
that is left out says nothing; one that is there says all: what it does not name is to go.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatescale.contract.access import Consequence
from gatescale.contract.addresses import AddressText
from gatescale.contract.admission_rules import Expression
from gatescale.contract.fields import (
    DeviceLimit,
    Email,
    Id,
    Input,
    LoadBalancing,
    Name,
    Output,
    PolicyType,
    Port,
    ResourceName,
    ResourceType,
    RoleType,
    ShortText,
    SourceIps,
    Text,
)
from gatescale.contract.policy_tests import (
    Expectation,
    GivenFacts,
    PolicyTestOutcome,
    TestedPort,
    TestedProtocol,
    WeekTimes,
)
from gatescale.contract.protocols import NetworkProtocol
from gatescale.contract.settings import PostureMaxAge, TimeZone

Names = Annotated[list[Name], Meta(max_length=1000)]


class ConfiguredGroup(Input, frozen=True, kw_only=True):
    """A group, without its members."""

    name: Name
    description: Text | None = None
    roles: Annotated[list[RoleType], Meta(max_length=20)] = []
    max_devices: DeviceLimit = 5
    idp_mapping: Annotated[list[Name], Meta(max_length=100)] = []


class ConfiguredProtocol(Input, frozen=True, kw_only=True):
    """A protocol of the tenant's own."""

    name: Name
    network_protocols: Annotated[list[NetworkProtocol], Meta(min_length=1, max_length=50)]


class ConfiguredGateway(Input, frozen=True, kw_only=True):
    """A gateway, without its token: a new one waits for its software to enrol."""

    name: Name
    description: Text | None = None
    wireguard_port: Port = "51820"
    endpoint: Annotated[str, Meta(min_length=1, max_length=300)] | None = None
    relay_enabled: bool = False


class ConfiguredAddress(Input, frozen=True, kw_only=True):
    """An address, with its protocols by name."""

    address: AddressText
    protocols: Annotated[list[Name], Meta(max_length=50)] = []


class ConfiguredResource(Input, frozen=True, kw_only=True):
    """A resource, with its gateways by name, in order of priority."""

    name: ResourceName
    type: ResourceType
    description: ShortText | None = None
    addresses: Annotated[list[ConfiguredAddress], Meta(max_length=100)]
    load_balancing_mode: LoadBalancing = "MANUAL"
    gateways: Annotated[list[Name], Meta(max_length=100)] = []


class ConfiguredRule(Input, frozen=True, kw_only=True):
    """An admission rule of the tenant's own.

    Attributes:
        has_time_constraint: null: as the rule says.
    """

    name: Name
    rule: Expression
    has_time_constraint: bool | None = None


class ConfiguredPolicy(Input, frozen=True, kw_only=True):
    """A policy; those of a type stand in their order, users by email, devices by id.

    Attributes:
        default: the policy that always stands last of its type.
        rule: name of its admission rule.
    """

    name: Name
    type: PolicyType
    default: bool = False
    action: bool
    description: Text | None = None
    mode: Literal["LOCAL", "RESTRICTED", "REMOTE"] | None = None
    all_groups: bool = False
    all_users: bool = False
    all_devices: bool = False
    all_resources: bool = False
    groups: Names = []
    users: Annotated[list[Email], Meta(max_length=1000)] = []
    devices: Annotated[list[Id], Meta(max_length=1000)] = []
    resources: Annotated[list[ResourceName], Meta(max_length=1000)] = []
    gateways: Names = []
    source_ips: SourceIps = []
    rule: Name = "Admission without Restrictions"


class ConfiguredPolicyTest(Input, frozen=True, kw_only=True):
    """A policy test, with what it names by name, users by email."""

    name: Name
    description: Text | None = None
    expect: Expectation
    all_users: bool = False
    groups: Names = []
    users: Annotated[list[Email], Meta(max_length=1000)] = []
    resources: Annotated[list[ResourceName], Meta(max_length=1000)] = []
    protocol: TestedProtocol | None = None
    port: TestedPort | None = None
    given: GivenFacts = {}
    times: WeekTimes = []


class ConfiguredSettings(Input, frozen=True, kw_only=True):
    """What holds for the whole tenant."""

    time_zone: TimeZone = "UTC"
    posture_max_age: PostureMaxAge = 3600


class Configuration(Input, frozen=True, kw_only=True):
    """All that people set, from settings to policies and their tests."""

    version: Literal[1]
    settings: ConfiguredSettings | msgspec.UnsetType = msgspec.UNSET
    groups: list[ConfiguredGroup] | msgspec.UnsetType = msgspec.UNSET
    protocols: list[ConfiguredProtocol] | msgspec.UnsetType = msgspec.UNSET
    gateways: list[ConfiguredGateway] | msgspec.UnsetType = msgspec.UNSET
    resources: list[ConfiguredResource] | msgspec.UnsetType = msgspec.UNSET
    admission_rules: list[ConfiguredRule] | msgspec.UnsetType = msgspec.UNSET
    policies: list[ConfiguredPolicy] | msgspec.UnsetType = msgspec.UNSET
    policy_tests: list[ConfiguredPolicyTest] | msgspec.UnsetType = msgspec.UNSET


class Step(Output, frozen=True, kw_only=True):
    """One difference, with words for people.

    Attributes:
        kind: settings, group, protocol, gateway, resource, admission rule, policy or policy test.
    """

    action: Literal["create", "update", "move", "delete"]
    kind: str
    name: str
    words: str


class Plan(Output, frozen=True, kw_only=True):
    """What a configuration changes; no steps: it is what the tenant has.

    Attributes:
        consequences: of a plan, who would gain or lose what; null once it is done.
        broken_tests: of a plan, the policy tests for which it would be refused; null as well.
    """

    steps: list[Step]
    consequences: list[Consequence] | None = None
    broken_tests: list[PolicyTestOutcome] | None = None
