"""One example of every shape of the contract, told as one story: Acme's engineers read a wiki."""

import base64
import hashlib
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

_ID = "7b9c1c1e-52d4-4a2f-9d5e-0c6f1f3a8e21"
_AT = "2026-11-24T09:30:00.000000Z"
_HASH = hashlib.sha256(b"").hexdigest()

_FIELDS: dict[str, Any] = {
    "address": "10.20.0.10",
    "allowedSources": ["192.0.2.0/24"],
    "clientMinimum": "0.2.0",
    "countries": ["DE"],
    "excludedCountries": ["FR"],
    "excludedNetworks": ["192.0.2.128/25"],
    "minimum": "12",
    "networks": ["192.0.2.0/24"],
    "parts": [],
    "zone": "Europe/Berlin",
    "appVersion": "0.2.0",
    "after": {"name": "Engineers"},
    "before": {"name": "Engineering"},
    "code": "K7QPD-3MZ8W-RXW4N-B5TGH-29YVA",
    "email": "ann@acme.example",
    "endpoint": "gateway.acme.example:51820",
    "firstName": "Ann",
    "hardwareId": "8f4e0c6b",
    "hash": _HASH,
    "idpMapping": ["engineering"],
    "image": "/people/ann.png",
    "key": "gsk_" + base64.urlsafe_b64encode(bytes(32)).decode().rstrip("="),
    "lastName": "Lee",
    "allowedIps": ["10.20.0.10/32"],
    "permissions": ["MeController_find", "UsersController_findAll"],
    "publicKey": base64.b64encode(bytes(31) + b"\x09").decode(),
    "link": "https://gatescale.acme.example/enrolments/K7QPD-3MZ8W-RXW4N-B5TGH-29YVA",
    "maxDevices": 5,
    "operation": "GroupsController_update",
    "ip": "192.0.2.7",
    "country": "DE",
    "port": "443",
    "posture": {"compliant": True, "lastCheck": _AT, "diskEncryption": True},
    "postureMaxAge": 3600,
    "recipients": ["it@acme.example"],
    "seatLimit": 50,
    "seatThreshold": 80,
    "sessionIdle": 43_200,
    "sessionLifetime": 604_800,
    "serialNumbers": ["PF2XK9QR"],
    "attributes": {"level": 3},
    "department": "Engineering",
    "timeZone": "Europe/Berlin",
    "title": "Engineer",
    "rule": "user.department == 'Engineering'",
    "sourceIps": ["192.0.2.0/24"],
    "token": "gsg_" + base64.urlsafe_b64encode(bytes(32)).decode().rstrip("="),
    "wireguardPort": "51820",
}
PARAMETERS: dict[str, Any] = {
    "at": _AT,
    "device": "laptop",
    "gateway": _ID,
    "group": _ID,
    "limit": 10,
    "offset": 0,
    "resource": "Wiki",
    "to": "Wiki:443",
    "user": "ann@acme.example",
}
"""Examples of query parameters; others are true."""

_NAMES = {
    "AffectedDevice": "laptop",
    "AccessGateway": "Office",
    "AccessRule": "Engineering",
    "AdmissionRule": "Engineering",
    "ApiKey": "Deployment",
    "AuditTarget": "Engineers",
    "TopologyDevice": "laptop",
    "TopologyGateway": "Office",
    "TopologyGroup": "Engineers",
    "TopologyResource": "Wiki",
    "ConfiguredGateway": "Office",
    "ConfiguredGroup": "Engineers",
    "ConfiguredPolicy": "Engineers read the wiki",
    "ConfiguredPolicyTest": "Contractors never reach the database",
    "ConfiguredProtocol": "HTTPS",
    "ConfiguredResource": "Wiki",
    "ConfiguredRule": "Engineering",
    "CreateApiKey": "Deployment",
    "CreatePolicy": "Engineers read the wiki",
    "CreateProtocol": "HTTPS",
    "CreateResource": "Wiki",
    "Device": "laptop",
    "Gateway": "Office",
    "Group": "Engineers",
    "CreateWireguardDevice": "Phone",
    "Me": "Ann Lee",
    "Named": "Wiki",
    "WireguardConfiguration": "Phone",
    "WireguardPeer": "Office",
    "Policy": "Engineers read the wiki",
    "PolicyGroup": "Engineers",
    "PolicyResource": "Wiki",
    "PolicyTest": "Engineers reach the wiki on Mondays",
    "Protocol": "HTTPS",
    "Resource": "Wiki",
    "Role": "Admin",
    "UpdatePolicy": "Engineers read the wiki",
    "UpdateResource": "Wiki",
    "UserGroup": "Engineers",
    "WriteAdmissionRule": "Engineering",
    "WriteGateway": "Office",
    "WriteGroup": "Engineers",
    "WritePolicyTest": "Engineers reach the wiki on Mondays",
}
_TEXTS = {
    "name": _NAMES,
    "description": {},
    "rule": {"CreatePolicy": _ID, "UpdatePolicy": _ID},
    "origin": {"AuditEvent": "192.0.2.7"},
}
_CHOICES = {
    "ACTIVE",
    "ADMIN",
    "CUSTOM",
    "DEFAULT",
    "MANUAL",
    "ONLINE",
    "Online",
    "PRIVATE",
    "TCP",
}
"""Of each set of choices, the one that is shown."""


_SENTENCE = "user.department == 'Engineering' does not hold: user.department is 'Sales'."

_TESTED = {
    "expect": "ALWAYS",
    "users": [],
    "protocol": "TCP",
    "given": {"device.posture.diskEncryption": True, "origin.country": "DE"},
    "times": ["MONDAY 10:00"],
}
_TOGETHER: dict[str, dict[str, Any]] = {
    "WireguardConfiguration": {"addresses": ["100.64.0.7", "fd3a:91c2:7d40::7"]},
    "Page": {"total": 1, "page": 0, "limit": 10},
    "CreatePolicy": {"mode": None, "sourceIps": []},
    "UpdatePolicy": {"mode": None, "sourceIps": []},
    "Policy": {"mode": None, "sourceIps": []},
    "UpdateUserRoles": {"removedRoles": []},
    "Gateway": {"error": None},
    "Configuration": {"version": 1},
    "ConfiguredAddress": {"protocols": ["HTTPS"]},
    "ConfiguredGroup": {"roles": ["DEFAULT"]},
    "ConfiguredPolicy": {
        "groups": ["Engineers"],
        "users": [],
        "devices": [],
        "resources": ["Wiki"],
        "gateways": [],
        "sourceIps": [],
        "mode": None,
        "rule": "Admission without Restrictions",
    },
    "ConfiguredPolicyTest": {
        "groups": ["Contractors"],
        "users": [],
        "resources": ["Database"],
        "protocol": "TCP",
        "port": "5432",
        "given": {},
        "times": [],
    },
    "ConfiguredResource": {"gateways": ["Office"]},
    "WritePolicyTest": _TESTED,
    "PolicyTest": _TESTED,
    "PolicyTestRun": {"holds": False},
    "Counterexample": {
        "reason": "RULE",
        "device": None,
        "sentence": "On Monday at 10:00: The policy Engineers read the wiki would let"
        f" ann@acme.example reach Wiki, but its admission rule does not hold: {_SENTENCE}",
    },
    "Step": {
        "action": "create",
        "kind": "group",
        "name": "Engineers",
        "words": 'Create the group Engineers: roles ["DEFAULT"].',
    },
    "AdmissionRule": {"warnings": [], "error": None, "form": None},
    "WriteAdmissionRule": {"form": None},
    "CheckAdmissionRule": {"form": None},
    "CheckedRule": {
        "form": None,
        "variables": ["user.department"],
        "warnings": [],
        "error": None,
    },
    "Explanation": {"holds": False, "sentence": _SENTENCE},
    "RuleVariable": {"name": "user.department", "meaning": "the user's department"},
    "RuleFunction": {
        "name": "atLeast",
        "signature": "string.atLeast(string) -> boolean",
        "meaning": "the version is this one or a later one",
        "example": "version.atLeast('12.5')",
    },
    "Check": {"outcome": "PASSED", "detail": "It is as it should be."},
    "ResourcesCheck": {"outcome": "PASSED", "detail": "Wiki answers.", "attempts": []},
    "TestConfiguration": {"status": "ONLINE", "error": None, "_error": None},
    "PostureReport": {"posture": {"diskEncryption": True, "secureBoot": None}},
    "Access": {
        "allowed": False,
        "cause": "DEFAULT",
        "sentence": "No policy allows it, and what is not allowed is denied.",
        "policy": None,
        "rule": None,
    },
    "AccessDestination": {"protocol": "TCP"},
    "AccessRule": {"sentence": _SENTENCE, "holds": False},
    "Finding": {
        "text": "user.department == 'Engineering'",
        "line": 1,
        "column": 1,
        "result": "does not hold",
        "detail": "",
        "seen": [{"name": "user.department", "value": "'Sales'"}],
        "parts": [],
    },
    "PassedOver": {
        "reason": "RULE",
        "sentence": f"Its admission rule does not hold: {_SENTENCE}",
    },
    "Reach": {"whole": True},
    "AccessDifference": {"effect": "LOST", "gained": [], "lost": ["10.20.0.10 TCP 443"]},
    "SupposedChange": {
        "operation": "PoliciesController_delete",
        "parameters": {"id": _ID},
        "body": None,
    },
    "Attention": {"code": "gatewayOffline", "kind": "gateway", "severity": "HIGH"},
    "Denial": {
        "deviceName": "laptop",
        "userEmail": "ann@acme.example",
        "gatewayName": "Frankfurt",
        "destination": "10.0.0.5",
        "protocol": "TCP",
        "port": 22,
        "resourceName": "Wiki",
        "policyName": None,
        "cause": "DEFAULT",
        "reason": "No policy allows it, and what is not allowed is denied.",
        "packets": 4,
    },
    "AgentSession": {
        "kind": "device",
        "agentName": "laptop",
        "userEmail": "ann@acme.example",
        "origin": "192.0.2.7",
        "duration": 3600,
        "status": "ENDED",
        "endReason": "DISCONNECTED",
    },
    "AuditActor": {"kind": "key", "name": "First key"},
    "AuditTarget": {"kind": "group", "name": "Engineers"},
}
"""Fields that go together, by struct."""


def example(shape: Any, owner: str = "", name: str = "") -> Any:
    """Return an example of a shape, as JSON values.

    Args:
        shape: a struct, or the type of a field.
        owner: the struct that the field belongs to.
        name: of the field.
    """
    while get_origin(shape) is Annotated:
        shape = get_args(shape)[0]
    origin = get_origin(shape)
    if origin in {Union, UnionType}:
        return example(_telling(get_args(shape)), owner, name)
    if isinstance(origin or shape, type) and issubclass(origin or shape, msgspec.Struct):
        return _object(shape)
    if name in _TEXTS:
        return _TEXTS[name].get(owner, _FIELDS.get(name))
    if name in _FIELDS:
        return _FIELDS[name]
    if origin in {list, tuple}:
        return [example(get_args(shape)[0], owner, name)]
    return _value(shape, name)


def _telling(shapes: tuple[Any, ...]) -> Any:
    """Return the alternative that tells most: a struct or a value rather than nothing."""
    return next(s for s in shapes if s not in {type(None), msgspec.UnsetType})


def _object(shape: Any) -> dict[str, Any]:
    title = getattr(get_origin(shape) or shape, "__name__", "")
    fields = msgspec.structs.fields(shape)
    shown = {f.encode_name: example(f.type, title, f.encode_name) for f in fields}
    if title == "User":
        shown["devices"][0]["user"] = None
    if title == "WriteAddress":
        del shown["id"]
    return {**shown, **_TOGETHER.get(title, {})}


def _value(shape: Any, name: str) -> Any:
    if get_origin(shape) is Literal:
        return next((c for c in get_args(shape) if c in _CHOICES), get_args(shape)[0])
    if shape is bool:
        return name in {"action", "active", "autoDiscoverEndpoint", "deleteable", "isIp"}
    if shape is int:
        return 1
    return _AT if name.endswith(("At", "On")) or name.startswith("last") else _ID
