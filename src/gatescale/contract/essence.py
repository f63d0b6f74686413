"""What people set of a thing: the part that audit events tell and that ETags stand for.

Left out is what passes by itself (presence, reports of agents), what is a secret, and what other
objects say (a group's members, a user's devices). Of what a thing names, id and name stay.
"""

import base64
import hashlib
from typing import Any

import msgspec

from gatescale.contract.fields import Single

Essence = dict[str, Any]

_EVERYWHERE = frozenset({"updatedAt", "lastConnection", "lastOnline", "lastUsed", "token", "key"})
_LEFT_OUT = {
    "User": _EVERYWHERE | {"devices"},
    "Group": _EVERYWHERE | {"users", "userCount"},
    "Device": _EVERYWHERE | {"status", "posture", "appVersion", "owned", "origin"},
    "Gateway": _EVERYWHERE | {"status", "error", "enforcedRevision", "current", "resources"},
    "Resource": _EVERYWHERE | {"status"},
    "AdmissionRule": _EVERYWHERE | {"warnings", "error", "form"},
}
_NAMES = ("name", "email", "address")


def essence(thing: msgspec.Struct) -> Essence:
    """Return what people set of a thing, by contract name."""
    left_out = _LEFT_OUT.get(type(thing).__name__, _EVERYWHERE)
    fields: Essence = msgspec.to_builtins(thing, builtin_types=(msgspec.Raw,))
    if fields.get("autoDiscoverEndpoint"):
        fields["endpoint"] = None
    return {name: _shortened(value) for name, value in fields.items() if name not in left_out}


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if isinstance(value, dict) and "id" in value:
        short = {"id": value["id"]}
        short |= {name: value[name] for name in _NAMES if name in value}
        if "protocols" in value:
            short["protocols"] = _shortened(value["protocols"])
        return short
    return value


def differences(before: Essence, after: Essence) -> tuple[Essence, Essence]:
    """Return the fields that differ, as they were and as they are."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {n: before.get(n) for n in changed}, {n: after[n] for n in changed}


def etag(thing: Single) -> str:
    """Return the entity tag of what people set of a thing (RFC 9110, section 8.8.3).

    It stays while an agent merely comes, goes and reports, so that ``If-Match`` fails only where
    somebody else's change would be overwritten.
    """
    digest = hashlib.blake2b(msgspec.json.encode(essence(thing)), digest_size=12).digest()
    return f'"{base64.urlsafe_b64encode(digest).decode()}"'
