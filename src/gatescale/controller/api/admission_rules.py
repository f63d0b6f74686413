"""Admission rules."""

from gatescale.contract.admission_rules import AdmissionRule
from gatescale.controller import admission_rules
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession


@operation("GET", "/tenants/admission-rules", "AdmissionRulesController_findAll")
async def every(session: TenantSession) -> list[AdmissionRule]:
    """List all admission rules, the built-in ones first."""
    return await admission_rules.every(session)


@operation("GET", "/tenants/admission-rules/{id}", "AdmissionRulesController_find")
async def find(session: TenantSession, id: str) -> AdmissionRule:
    """Return an admission rule."""
    return await admission_rules.find(session, id)
