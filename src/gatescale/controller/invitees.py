"""Whom to invite, looked at before anybody is: against each other, and what is stored."""

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from gatescale.contract.users import CreateUser
from gatescale.controller import emails
from gatescale.controller.store import tables
from gatescale.controller.store.session import Transaction
from gatescale.errors import ConflictError, InvalidError, Violation, refuse

_ids = sa.bindparam("ids", expanding=True, type_=sa.String)

_TAKEN = sa.select(tables.users.c.email_key).where(
    tables.users.c.email_key.in_(sa.bindparam("keys", expanding=True))
)
_GROUPS = sa.select(tables.groups.c.id).where(tables.groups.c.id.in_(_ids))


async def refuse_wrong(
    transaction: Transaction, wanted: Sequence[CreateUser], *, bulk: bool
) -> None:
    """Refuse the whole if anybody cannot be invited; name everybody who cannot.

    Args:
        transaction: of the inviting tenant.
        wanted: whom to invite.
        bulk: they came as an array, so that errors point into it.

    Raises:
        InvalidError: an email twice, or one that is none.
        NotFoundError: a group that does not exist.
        ConflictError: an email that is a user's already.
    """
    keys = _mailboxes(wanted, bulk=bulk)
    group_ids = list({group for person in wanted for group in person.groups})
    taken = {row["email_key"] for row in await transaction.all(_TAKEN, keys=keys)}
    known = {row["id"] for row in await transaction.all(_GROUPS, ids=group_ids)}
    counts, first = Counter(keys), {mailbox: keys.index(mailbox) for mailbox in set(keys)}
    invalid, conflicts = [], []
    for index, (mailbox, person) in enumerate(zip(keys, wanted, strict=True)):
        where = f"/{index}" if bulk else ""
        if counts[mailbox] > 1 and first[mailbox] != index:
            detail = f"{person.email} stands here twice; the first is row {first[mailbox]}."
            invalid.append(Violation(f"{where}/email", detail))
        if mailbox in taken:
            detail = f"{person.email} is a user of this tenant already."
            conflicts.append(Violation(f"{where}/email", detail))
        invalid += [
            Violation(f"{where}/groups/{place}", f"There is no group {group}.", unknown=True)
            for place, group in enumerate(person.groups)
            if group not in known
        ]
    refuse(invalid)
    if conflicts:
        raise ConflictError.of(conflicts)


def _mailboxes(wanted: Sequence[CreateUser], *, bulk: bool) -> list[str]:
    mailboxes, violations = [], []
    for index, person in enumerate(wanted):
        try:
            mailboxes.append(emails.mailbox(person.email))
        except InvalidError as error:
            where = f"/{index}" if bulk else ""
            violations.append(Violation(f"{where}/email", error.detail))
    refuse(violations)
    return mailboxes
