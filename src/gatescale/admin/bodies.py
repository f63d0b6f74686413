"""What each noun is made of: fields of the contract's bodies as options, in people's words."""

from gatescale.admin.fields import Field

NAME = Field(name="name", words="What it is called", needed=True, argument=True)
DESCRIPTION = Field(name="description", words="What it is for")
TYPE = Field(
    name="type",
    words="PRIVATE (the usual one), SAAS or INTERNET",
    choices=("PRIVATE", "SAAS", "INTERNET"),
    usual="PRIVATE",
)
ADDRESSES = Field(
    name="addresses",
    words="IP address, network or name; with protocols: 10.0.0.5=SSH,DNS",
    many=True,
    spelled="address",
    needed=True,
)

USER = (
    Field(name="first_name", words="First name"),
    Field(name="last_name", words="Last name"),
    Field(name="image", words="URL or path of a picture"),
    Field(name="max_devices", words="Devices that they may have", kind=int),
    Field(name="department", words="Department"),
    Field(name="title", words="Title"),
    Field(
        name="attributes",
        words='NAME=VALUE for admission rules: true, 3, text or "3"; NAME= takes it away',
        many=True,
        spelled="attribute",
    ),
)
GATEWAY = (
    NAME,
    Field(name="wireguard_port", words="UDP port, 51820 if not given", usual="51820"),
    DESCRIPTION,
    Field(name="endpoint", words="HOST[:PORT] that devices reach; without it, discovered"),
)
RESOURCE = (NAME, ADDRESSES, DESCRIPTION)
PROTOCOL = (
    Field(name="name", words="What it is called; without it, made from the ports"),
    Field(
        name="network_protocols",
        words="tcp/443, udp/5000-5100 or icmp",
        flag="--port",
        many=True,
        spelled="port",
        needed=True,
    ),
)
GROUP = (
    NAME,
    Field(name="roles", words="Role that members have", many=True, refers="roles", usual=[]),
    DESCRIPTION,
    Field(name="max_devices", words="Devices that each member may have", kind=int),
    Field(name="idp_mapping", words="The identity provider's group", flag="--idp-group", many=True),
)


def _all(noun: str) -> Field:
    flag = f"--all-{noun}/--not-all-{noun}"
    return Field(name=f"all_{noun}", words=f"All {noun}", flag=flag, kind=bool, usual=False)


def _some(noun: str) -> Field:
    return Field(name=noun, words=f"One of the {noun}", many=True, refers=noun)


POLICY = (
    NAME,
    Field(
        name="action",
        words="What it does",
        flag="--allow/--deny",
        kind=bool,
        needed=True,
    ),
    *map(_some, ("groups", "users", "devices", "resources", "gateways")),
    *map(_all, ("groups", "users", "devices", "resources")),
    Field(name="source_ips", words="Public address or network of devices", many=True),
    Field(name="rule", words="Admission rule", refers="rules"),
    Field(
        name="mode",
        words="Of internet policies",
        choices=("LOCAL", "RESTRICTED", "REMOTE", "INTERNET_ACCESS_POINT"),
    ),
    DESCRIPTION,
)
POLICY_TYPE = Field(
    name="type",
    words="PRIVATE (the usual one), SAAS, INTERNET or SITETOSITE",
    choices=("PRIVATE", "SAAS", "INTERNET", "SITETOSITE"),
    usual="PRIVATE",
)
POLICY_TEST = (
    NAME,
    Field(
        name="expect",
        words="NEVER: none of them reaches it; ALWAYS: each of them does",
        choices=("NEVER", "ALWAYS"),
        needed=True,
    ),
    Field(name="resources", words="What it is about", many=True, refers="resources", needed=True),
    *map(_some, ("groups", "users")),
    _all("users"),
    Field(
        name="protocol",
        words="Only what is spoken by this protocol",
        choices=("TCP", "UDP", "ICMP"),
    ),
    Field(name="port", words="Only this port, or range of ports: 443 or 8000-8100"),
    Field(
        name="given",
        words="NAME=VALUE that is known of the device, such as device.posture.firewall=true",
        many=True,
        spelled="fact",
        mapped=True,
    ),
    Field(name="times", words='Time of the week, such as "MONDAY 10:00"', many=True),
    DESCRIPTION,
)
KEY = (
    NAME,
    Field(
        name="role",
        words="What it may do, at most what you may",
        choices=("OWNER", "ADMIN", "AUDITOR", "SUPPORT", "BILLING", "DEFAULT", "BASIC"),
        needed=True,
    ),
    Field(name="expires_at", words="Moment with its zone, such as 2027-01-31T00:00:00Z"),
    Field(name="allowed_sources", words="Address or network it may come from", many=True),
)
ADDRESS = (
    Field(name="address", words="The new address"),
    Field(name="protocols", words="Protocol; none: all", many=True, refers="protocols"),
)
BALANCE = (
    Field(
        name="mode",
        words="By priority, or by measured distance",
        choices=("MANUAL", "AUTOMATIC"),
        needed=True,
    ),
    Field(
        name="gateways",
        words="For MANUAL, each gateway in order; one left out is disconnected",
        many=True,
        refers="gateways",
    ),
)
HOLDERS = (
    Field(
        name="groups",
        words="Also those who have it through a group",
        flag="--groups",
        kind=bool,
    ),
)
