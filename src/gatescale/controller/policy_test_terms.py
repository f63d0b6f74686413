"""What a policy test says: checked, stored, and as the policy engine has it."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.admission.clock import WEEKDAYS
from gatescale.admission.variables import VARIABLES
from gatescale.contract.policy_tests import FactValue, PolicyTest, WritePolicyTest
from gatescale.controller.store import tables
from gatescale.controller.store.folding import key
from gatescale.controller.store.session import Transaction
from gatescale.errors import Violation, refuse
from gatescale.policy.assertions import Assertion, Slot
from gatescale.policy.vocabulary import Facts, Service

_ids = sa.bindparam("ids", expanding=True, type_=sa.String)
_EXTRA = "device.posture.extra"
_TYPES = {"string": str, "boolean": bool}
_SUPPOSABLE = {
    name: variable.kind
    for name, variable in VARIABLES.items()
    if name.startswith(("device.", "origin.")) and variable.kind in _TYPES
}
_LAST_PORT = 65535


def _naming(
    link: sa.Table, noun: sa.Table, *more: sa.Column[Any]
) -> tuple[sa.Table, sa.Select[Any], sa.Delete]:
    known = sa.select(noun.c.id, *more).where(noun.c.id.in_(_ids))
    mine = link.c.policy_test_id == sa.bindparam("id", type_=sa.String)
    return link, known, sa.delete(link).where(mine)


_NAMINGS = {
    "group": _naming(tables.policy_test_groups, tables.groups),
    "user": _naming(tables.policy_test_users, tables.users),
    "resource": _naming(
        tables.policy_test_resources,
        tables.resources,
        tables.resources.c.name,
        tables.resources.c.type,
    ),
}


async def checked(transaction: Transaction, wanted: WritePolicyTest) -> dict[str, Any]:
    """Return the columns that a policy test makes, what it names left out.

    Raises:
        NotFoundError: something that it names does not exist.
        InvalidError: something else is wrong, too or alone; names all of it.
    """
    violations = [*_wrong_scope(wanted), *_wrong_port(wanted), *_wrong_circumstances(wanted)]
    for word, (_, known, _) in _NAMINGS.items():
        ids: list[str] = getattr(wanted, f"{word}s")
        rows = {row["id"]: row for row in await transaction.all(known, ids=ids)}
        for place, each in enumerate(ids):
            pointer = f"/{word}s/{place}"
            if each not in rows:
                violations.append(Violation(pointer, f"There is no {word} {each}.", unknown=True))
            elif word == "resource" and rows[each]["type"] != "PRIVATE":
                named, kind = rows[each]["name"], rows[each]["type"]
                detail = f"{named} is a {kind} resource; policy tests take PRIVATE ones."
                violations.append(Violation(pointer, detail))
    refuse(violations)
    return {
        "updated_at": transaction.stamp,
        "name": wanted.name,
        "name_key": key(wanted.name),
        "description": wanted.description,
        "expect": wanted.expect,
        "all_users": wanted.all_users,
        "protocol": wanted.protocol,
        "port": wanted.port,
        "given": msgspec.json.encode(wanted.given).decode(),
        "times": msgspec.json.encode(wanted.times).decode(),
    }


async def replace(transaction: Transaction, test_id: str, wanted: WritePolicyTest) -> None:
    """Make a policy test name these and nothing else."""
    for word, (link, _, clear) in _NAMINGS.items():
        await transaction.run(clear, id=test_id)
        ids = dict.fromkeys(getattr(wanted, f"{word}s"))
        await transaction.insert(
            link, *({"policy_test_id": test_id, f"{word}_id": each} for each in ids)
        )


def _wrong_scope(wanted: WritePolicyTest) -> Iterator[Violation]:
    if not (wanted.all_users or wanted.groups or wanted.users):
        yield Violation("/groups", "Say whom it is about: groups, users or allUsers.")
    if not wanted.resources:
        yield Violation("/resources", "Say which resources it is about.")


def _wrong_port(wanted: WritePolicyTest) -> Iterator[Violation]:
    if wanted.port is None:
        return
    if wanted.protocol not in {"TCP", "UDP"}:
        yield Violation("/port", "A port goes with the protocol TCP or UDP.")
    first, last = _ports(wanted.port)
    if not first <= last <= _LAST_PORT:
        detail = f"{wanted.port!r} is no port and no range of ports within 0 to {_LAST_PORT}."
        yield Violation("/port", detail)


def _wrong_circumstances(wanted: WritePolicyTest) -> Iterator[Violation]:
    if wanted.expect == "NEVER":
        told: tuple[tuple[str, object], ...] = (("given", wanted.given), ("times", wanted.times))
        for name, value in told:
            if value:
                detail = f"NEVER holds under all circumstances; {name} goes with ALWAYS."
                yield Violation(f"/{name}", detail)
        return
    for name, value in wanted.given.items():
        if wrong := _wrong_fact(name, value):
            yield Violation(f"/given/{name}", wrong)


def _wrong_fact(name: str, value: FactValue) -> str:
    """Return what is wrong with a fact; empty: nothing."""
    owner, _, entry = name.rpartition(".")
    if owner == _EXTRA and entry:
        return ""
    kind = _SUPPOSABLE.get(name)
    if kind is None:
        return (
            f"{name} cannot be supposed of a device; there are"
            f" {', '.join(_SUPPOSABLE)} and {_EXTRA}.NAME."
        )
    if type(value) is not _TYPES[kind]:
        return f"{name} is a {kind}, not {msgspec.json.encode(value).decode()[:100]}."
    if name == "origin.ip" and not _is_address(str(value)):
        return f"{str(value)[:100]!r} is no IP address."
    return ""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def assertion(test: PolicyTest) -> Assertion:
    """Return what the policy engine tries."""
    return Assertion(
        id=test.id,
        expect=test.expect,
        all_users=test.all_users,
        groups=tuple(group.id for group in test.groups),
        users=tuple(user.id for user in test.users),
        resources=tuple(resource.id for resource in test.resources),
        services=_services(test),
        given=_facts(test.given),
        times=tuple(map(_slot, test.times)),
    )


def _services(test: PolicyTest) -> tuple[Service, ...]:
    if test.protocol is None:
        return ()
    return (Service(test.protocol, *(_ports(test.port) if test.port else (0, _LAST_PORT))),)


def _ports(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _facts(given: Mapping[str, FactValue]) -> Facts:
    facts: Facts = {}
    extra: dict[str, FactValue] = {}
    for name, value in given.items():
        owner, _, entry = name.rpartition(".")
        if owner == _EXTRA:
            extra[entry] = value
        else:
            facts[name] = value
    return facts | ({_EXTRA: extra} if extra else {})


def _slot(text: str) -> Slot:
    day, _, clock = text.partition(" ")
    hours, _, minutes = clock.partition(":")
    return Slot(WEEKDAYS.index(day), int(hours) * 60 + int(minutes))
