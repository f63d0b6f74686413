"""The chain of a tenant's audit events: none can be changed, left out or put in between unseen.

Each event's hash is an HMAC-SHA256, under a key that is not in the database, over the hash before
it and the event's columns; the tenant's row holds the latest one, so that a cut tail shows, too.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from gatescale.controller.vault import Vault

COLUMNS = (
    "sequence",
    "id",
    "revision",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "origin",
    "operation",
    "target_kind",
    "target_id",
    "target_name",
    "before",
    "after",
)
"""What a hash covers, in this order. Never reordered; a further column goes last."""


def link(vault: Vault, previous: str, tenant_id: str, event: Mapping[str, Any]) -> str:
    """Return an event's hash, hex.

    Args:
        vault: of the controller.
        previous: hash of the event before; empty for the first.
        tenant_id: whose event.
        event: with a value for each of ``COLUMNS``.
    """
    covered = [previous, tenant_id, *(event[column] for column in COLUMNS)]
    return vault.audit_mac(msgspec.json.encode(covered))
