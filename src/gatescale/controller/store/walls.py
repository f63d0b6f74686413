"""Row-level security: PostgreSQL itself keeps the tenants' rows apart.

It is the second wall; the first narrows every statement (``statements``). A connection says whose
rows it works on by a setting; without it there are none. Work across tenants says so by
``EVERYBODY``. The walls hold for the tables' owner too, but not for superusers.
"""

import re
from collections.abc import Iterator

SETTING = "gatescale.tenant"
"""Whose rows a connection works on; PostgreSQL lets applications name settings with a dot."""

EVERYBODY = "*"
"""Stands for a tenant's id where the controller works across tenants."""

_WHOSE = re.compile(r"\*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def becoming(whose: str, *, local: bool) -> str:
    """Return the SQL that makes a connection, or only its transaction, a tenant's.

    Raises:
        ValueError: ``whose`` is neither an id nor ``EVERYBODY``.
    """
    # It becomes part of the text, because a script takes no parameters.
    if not _WHOSE.fullmatch(whose):
        raise ValueError(f"{whose!r} is no tenant's id")
    return f"SET {'LOCAL' if local else 'SESSION'} {SETTING} = '{whose}'"


def wall(table: str, owner: str = "tenant_id") -> Iterator[str]:
    """Yield the statements that raise a table's wall; for migrations.

    Args:
        table: its name.
        owner: the column that says whose a row is.
    """
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    # A sub-select is evaluated once per statement. The planner takes a CASE for true every other
    # time; of an OR of equalities it would think that hardly any row passes, and plan badly.
    yield (
        f'CREATE POLICY tenant ON "{table}" USING ('
        f"CASE (SELECT current_setting('{SETTING}', true))"
        f" WHEN {owner} THEN true WHEN '{EVERYBODY}' THEN true ELSE false END)"
    )
