"""The words of a tenant's policy, and the changes that move them.

A tenant is a set of these entities. A change replaces one entity whole (``Put``) or takes it
away (``Remove``); an entity that refers to something that is not there refers to nothing.
"""

import enum

import msgspec


class Kind(enum.StrEnum):
    """What an entity is."""

    USER = "user"
    GROUP = "group"
    DEVICE = "device"
    RESOURCE = "resource"
    GATEWAY = "gateway"
    POLICY = "policy"
    RULE = "rule"
    SETTINGS = "settings"


Fact = bool | int | float | str | tuple[str, ...] | dict[str, bool | int | float | str]

Facts = dict[str, Fact]
"""What admission rules may ask about, by the names of ``admission.variables``; what is unknown is
left out. Times are seconds since 1970-01-01 UTC."""


class Settings(msgspec.Struct, frozen=True, tag_field="kind", tag="settings"):
    """What holds for the whole tenant; there is one, and without it these defaults hold.

    Attributes:
        zone: default time zone of rules, its IANA name.
        posture_seconds: age from which a device's report counts as absent.
    """

    zone: str = "UTC"
    posture_seconds: int = 3600
    id: str = "settings"


class Group(msgspec.Struct, frozen=True, tag_field="kind", tag="group"):
    """What rules may ask about a group; membership is the user's.

    Attributes:
        name: as ``user.groups`` has it.
        roles: types of the roles that members inherit, sorted.
    """

    id: str
    name: str
    roles: tuple[str, ...] = ()


class User(msgspec.Struct, frozen=True, tag_field="kind", tag="user"):
    """A person.

    Attributes:
        active: false while invited, expired or deactivated: then none of their devices has a grant.
        groups: ids of the groups they are a member of.
        roles: types of the roles that they were given themselves, sorted; if there are any, those
            of their groups do not count.
        facts: those that begin with ``user.``, apart from groups and roles.
    """

    id: str
    active: bool
    groups: tuple[str, ...]
    roles: tuple[str, ...] = ()
    facts: Facts = {}


class Device(msgspec.Struct, frozen=True, tag_field="kind", tag="device"):
    """A device of a user.

    Attributes:
        user: id of the owner.
        active: false once deactivated.
        public_key: its WireGuard public key, base64.
        addresses: its tunnel addresses, one IPv4 and one IPv6, without prefix length.
        facts: those that begin with ``device.`` or ``origin.``.
    """

    id: str
    user: str
    active: bool
    public_key: str
    addresses: tuple[str, ...]
    facts: Facts = {}


class Service(msgspec.Struct, frozen=True):
    """A protocol with the ports it is spoken on.

    Attributes:
        protocol: ``TCP``, ``UDP`` or ``ICMP`` (for IPv6 destinations: ICMPv6).
        low, high: first and last port, both included; 0 and 65535 for ICMP.
    """

    protocol: str
    low: int = 0
    high: int = 65535


class Destination(msgspec.Struct, frozen=True):
    """One address of a resource.

    Attributes:
        network: IP network in CIDR form (a single address is a /32 or /128). Names have none
            and are left out of the resource's destinations until they are resolved.
        services: what may be spoken to it; empty: every protocol and port.
    """

    network: str
    services: tuple[Service, ...] = ()


class Resource(msgspec.Struct, frozen=True, tag_field="kind", tag="resource"):
    """Something on a company's network.

    Attributes:
        type: ``PRIVATE``, ``SAAS`` or ``INTERNET``.
        gateways: ids of the gateways that reach it, first choice first.
    """

    id: str
    type: str
    destinations: tuple[Destination, ...]
    gateways: tuple[str, ...]


class Gateway(msgspec.Struct, frozen=True, tag_field="kind", tag="gateway"):
    """A policy enforcement point.

    Attributes:
        name: for people.
        public_key: WireGuard public key, base64; empty until the gateway has enrolled.
        endpoint: ``host:port`` where devices reach it; empty while unknown.
        available: it is connected, so that new flows may be sent to it.
        port: UDP port that its WireGuard listens on.
        maintenance: people work on it, so that others are taken rather.
    """

    id: str
    name: str
    public_key: str
    endpoint: str
    available: bool
    port: int = 51820
    maintenance: bool = False


class Rule(msgspec.Struct, frozen=True, tag_field="kind", tag="rule"):
    """An admission rule.

    Attributes:
        text: the condition, in the language of ``admission``; one that does not compile never
            holds.
    """

    id: str
    text: str


class Policy(msgspec.Struct, frozen=True, tag_field="kind", tag="policy"):
    """One line of a tenant's ordered access policy.

    Sources are the union of what is named; ``all_users``, ``all_groups`` and ``all_devices``
    each name every device of every active user. A policy without any source or any resource
    applies to nothing.

    Attributes:
        type: ``PRIVATE``, ``SAAS``, ``INTERNET`` or ``SITETOSITE``; each type is a list of its own.
        order: place in the list of its type, lower first, unique within the type.
        allow: what it does with a packet that it matches.
        source_ips: networks in CIDR form that the device must come from; empty: from anywhere.
        rule: id of the admission rule that must hold; None: none need. A rule that is not there
            never holds.
    """

    id: str
    type: str
    order: int
    allow: bool
    all_groups: bool = False
    all_users: bool = False
    all_devices: bool = False
    all_resources: bool = False
    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    source_ips: tuple[str, ...] = ()
    rule: str | None = None


Entity = Settings | Group | User | Device | Resource | Gateway | Rule | Policy


class Put(msgspec.Struct, frozen=True, tag="put"):
    """The entity is this from now on, whatever it was before."""

    entity: Entity


class Remove(msgspec.Struct, frozen=True, tag="remove"):
    """The entity is gone; a group also from every user and policy."""

    kind: Kind
    id: str


class Tick(msgspec.Struct, frozen=True, tag="tick"):
    """Time went on far enough that a rule may hold that did not, or the other way round."""


Change = Put | Remove | Tick
