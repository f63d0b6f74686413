"""Gateways."""

import msgspec

from gatescale.contract.fields import Page
from gatescale.contract.gateways import Gateway, TestConfiguration, WriteGateway
from gatescale.controller import gateways, probe_findings, probes
from gatescale.controller.api.inquiry import Inquiry
from gatescale.controller.api.operation import operation
from gatescale.controller.api.query import as_page
from gatescale.controller.settings import Settings
from gatescale.controller.store.listing import ListQuery
from gatescale.controller.store.session import TenantSession, Transaction
from gatescale.controller.verdicts import DecisionPoint


def _judged(gateway: Gateway, point: DecisionPoint) -> Gateway:
    """Return a gateway with whether it enforces all that it was told."""
    return msgspec.structs.replace(gateway, current=bool(point.enforces(gateway.id)))


@operation("GET", "/tenants/gateways", "GatewaysController_findAll", listing=gateways.LISTING)
async def page(session: TenantSession, point: DecisionPoint, query: ListQuery) -> Page[Gateway]:
    """List the tenant's gateways."""
    found, total = await gateways.page(session, query)
    return as_page([_judged(each, point) for each in found], total, query)


@operation("POST", "/tenants/gateways", "GatewaysController_create", status=201)
async def create(transaction: Transaction, body: WriteGateway) -> Gateway:
    """Make a gateway; its token enrols the software on the gateway's host."""
    return await gateways.create(transaction, body)


@operation("GET", "/tenants/gateways/{id}", "GatewaysController_find")
async def find(session: TenantSession, point: DecisionPoint, id: str) -> Gateway:
    """Return a gateway."""
    return _judged(await gateways.find(session, id), point)


@operation("PUT", "/tenants/gateways/{id}", "GatewaysController_update")
async def update(transaction: Transaction, id: str, body: WriteGateway) -> Gateway:
    """Change a gateway."""
    return await gateways.update(transaction, id, body)


@operation(
    "DELETE",
    "/tenants/gateways/{id}",
    "GatewaysController_delete",
    status=204,
)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a gateway."""
    await gateways.delete(transaction, id)


@operation(
    "POST",
    "/tenants/gateways/{id}/rotate-token",
    "GatewaysController_rotateToken",
    status=201,
)
async def rotate_token(transaction: Transaction, id: str) -> Gateway:
    """Replace a gateway's token; its software may then enrol anew."""
    return await gateways.rotate_token(transaction, id)


@operation(
    "POST",
    "/tenants/gateways/{id}/enable-relay",
    "GatewaysController_enableRelay",
    status=201,
)
async def enable_relay(transaction: Transaction, id: str) -> Gateway:
    """Let a gateway forward for gateways and sites that have no direct path."""
    operation_id = "GatewaysController_enableRelay"
    return await gateways.set_relay(transaction, id, operation_id, enabled=True)


@operation(
    "POST",
    "/tenants/gateways/{id}/disable-relay",
    "GatewaysController_disableRelay",
    status=201,
)
async def disable_relay(transaction: Transaction, id: str) -> Gateway:
    """Have a gateway forward for nobody else."""
    operation_id = "GatewaysController_disableRelay"
    return await gateways.set_relay(transaction, id, operation_id, enabled=False)


@operation(
    "POST",
    "/tenants/gateways/{id}/start-maintenance",
    "GatewaysController_startMaintenance",
    status=201,
)
async def start_maintenance(transaction: Transaction, id: str) -> Gateway:
    """Send devices to other gateways while people work on this one."""
    operation_id = "GatewaysController_startMaintenance"
    return await gateways.set_maintenance(transaction, id, operation_id, begins=True)


@operation(
    "POST",
    "/tenants/gateways/{id}/end-maintenance",
    "GatewaysController_endMaintenance",
    status=201,
)
async def end_maintenance(transaction: Transaction, id: str) -> Gateway:
    """Send devices to a gateway again."""
    operation_id = "GatewaysController_endMaintenance"
    return await gateways.set_maintenance(transaction, id, operation_id, begins=False)


@operation(
    "POST",
    "/tenants/gateways/{id}/test-configuration",
    "GatewaysController_testConfiguration",
    status=201,
)
async def test_configuration(inquiry: Inquiry, settings: Settings, id: str) -> TestConfiguration:
    """Test a gateway: what devices need of it is tried, and what fails is said with its remedy."""
    async with inquiry.reading() as session:
        subject = await probes.subject(session, id)
    if not subject.enrolled:
        return probe_findings.unrecognized(settings.public_url)
    if not subject.online:
        return probe_findings.unreachable(subject, None, settings.public_url)
    findings = await inquiry.prober.probe(inquiry.tenant_id, subject)
    return probe_findings.judged(subject, findings, settings.public_url)
