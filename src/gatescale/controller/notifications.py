"""What mails are written about, to whom, and how."""

from typing import Any

import msgspec
import sqlalchemy as sa

from gatescale.contract.notifications import Notifications, UpdateNotifications
from gatescale.controller import emails, outbox
from gatescale.controller.store import tables
from gatescale.controller.store.session import Target, TenantSession, Transaction
from gatescale.controller.store.statements import TENANT
from gatescale.errors import InvalidError, Violation, refuse

g, t, u = tables.gateways, tables.tenants, tables.users
m, gr, r, ur = tables.group_members, tables.group_roles, tables.roles, tables.user_roles

_ROW = sa.select(
    t.c.name,
    t.c.notified,
    t.c.gateway_alerts,
    t.c.seat_limit,
    t.c.seat_threshold,
).where(t.c.id == TENANT)
_SET = (
    sa.update(t)
    .where(t.c.id == TENANT)
    .values(
        notified=sa.bindparam("recipients"),
        gateway_alerts=sa.bindparam("alerts"),
        seat_limit=sa.bindparam("limit", type_=sa.Integer),
        seat_threshold=sa.bindparam("threshold"),
    )
)
_FORGET_TOLD = sa.update(g).values(told_gone=sa.false())

_has_role = sa.exists().where(ur.c.tenant_id == TENANT, ur.c.user_id == u.c.id)
_is_admin = _has_role.where(
    r.c.tenant_id == TENANT, r.c.id == ur.c.role_id, r.c.type.in_(("OWNER", "ADMIN"))
)
_is_admin_by_group = sa.exists().where(
    m.c.tenant_id == TENANT,
    m.c.user_id == u.c.id,
    gr.c.tenant_id == TENANT,
    gr.c.group_id == m.c.group_id,
    r.c.tenant_id == TENANT,
    r.c.id == gr.c.role_id,
    r.c.type.in_(("OWNER", "ADMIN")),
)
_ADMINS = (
    sa.select(u.c.email)
    .where(
        sa.or_(
            u.c.is_owner,
            sa.and_(
                u.c.status == "ACTIVE",
                sa.or_(_is_admin, sa.and_(~_has_role, _is_admin_by_group)),
            ),
        )
    )
    .order_by(u.c.email_key)
)


async def find(session: TenantSession) -> Notifications:
    """Return what mails are written about."""
    row = await session.find(_ROW, "tenant")
    return Notifications(
        recipients=msgspec.json.decode(row["notified"], type=list[str]),
        gateway_alerts=bool(row["gateway_alerts"]),
        seat_limit=row["seat_limit"],
        seat_threshold=row["seat_threshold"],
    )


async def update(transaction: Transaction, wanted: UpdateNotifications) -> Notifications:
    """Change what mails are written about.

    Raises:
        InvalidError: an email twice, or one that is none.
    """
    if wanted.recipients is not msgspec.UNSET:
        _refuse_wrong(wanted.recipients)
    before = await find(transaction)
    given = {
        name: value
        for name, value in msgspec.structs.asdict(wanted).items()
        if value is not msgspec.UNSET
    }
    after = msgspec.structs.replace(before, **given)
    await transaction.run(
        _SET,
        recipients=msgspec.json.encode(after.recipients).decode(),
        alerts=after.gateway_alerts,
        limit=after.seat_limit,
        threshold=after.seat_threshold,
    )
    if not after.gateway_alerts:
        await transaction.run(_FORGET_TOLD)
    row = await transaction.find(_ROW, "tenant")
    target = Target("tenant", transaction.tenant_id, row["name"])
    transaction.record("NotificationsController_update", target, before=before, after=after)
    return after


def _refuse_wrong(recipients: list[str]) -> None:
    seen: set[str] = set()
    violations = []
    for place, email in enumerate(recipients):
        try:
            mailbox = emails.mailbox(email)
        except InvalidError as error:
            violations.append(Violation(f"/recipients/{place}", str(error)))
            continue
        if mailbox in seen:
            violations.append(Violation(f"/recipients/{place}", f"{email} stands here twice."))
        seen.add(mailbox)
    refuse(violations)


async def post(transaction: Transaction, template: str, values: dict[str, Any]) -> None:
    """Write a mail to everybody who shall hear, with the tenant's name as a value besides."""
    row = await transaction.find(_ROW, "tenant")
    recipients = msgspec.json.decode(row["notified"], type=list[str])
    if not recipients:
        recipients = [each["email"] for each in await transaction.all(_ADMINS)]
    values = {"tenant": row["name"], **values}
    await outbox.post(transaction, [outbox.Mail(to, template, values) for to in recipients])
