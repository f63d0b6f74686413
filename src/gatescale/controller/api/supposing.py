"""Operations that are tried inside of another one's transaction, which is then undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from gatescale.contract.access import SupposedChange
from gatescale.controller.api import reading
from gatescale.controller.api.operation import OPERATIONS, Operation
from gatescale.controller.settings import Settings
from gatescale.controller.store.session import Transaction
from gatescale.errors import GatescaleError, InvalidError, Violation


async def suppose(
    transaction: Transaction, settings: Settings, change: SupposedChange, pointer: str
) -> None:
    """Make a change.

    Args:
        transaction: to be undone.
        settings: of the controller.
        change: which.
        pointer: to the change, in the request's body.

    Raises:
        GatescaleError: what the operation refuses, with pointers into the request's body.
    """
    op = _operation(transaction, change, pointer)
    for name in change.parameters.keys() ^ set(op.path_names):
        detail = f"{op.id} takes in its path: {', '.join(op.path_names) or 'nothing'}."
        raise InvalidError(detail, pointer=f"{pointer}/parameters/{name}")
    arguments: dict[str, Any] = {name: each.lower() for name, each in change.parameters.items()}
    with _pointing(f"{pointer}/body"):
        if op.body is not None:
            arguments["body"] = reading.decode(msgspec.json.encode(change.body), op.body)
        if op.wants_settings:
            arguments["settings"] = settings
        await op.handler(transaction, **arguments)


def _operation(transaction: Transaction, change: SupposedChange, pointer: str) -> Operation:
    found = next((op for op in OPERATIONS if op.id == change.operation), None)
    if found is None or not found.changes:
        detail = f"There is no operation {change.operation} that changes anything."
        raise InvalidError(detail, pointer=f"{pointer}/operation")
    if transaction.caller.role not in found.roles:
        detail = f"The role {transaction.caller.role} may not do this."
        raise InvalidError(detail, pointer=f"{pointer}/operation")
    return found


@contextmanager
def _pointing(pointer: str) -> Iterator[None]:
    """Let pointers lead into the part of a body that a change was in."""
    try:
        yield
    except GatescaleError as error:
        error.violations = tuple(
            Violation(f"{pointer}{each.pointer}", each.detail, unknown=each.unknown)
            for each in error.violations
        ) or (Violation(pointer, error.detail),)
        raise
