"""Admission rules."""

from gatescale.contract.admission_rules import (
    AdmissionRule,
    CheckAdmissionRule,
    CheckedRule,
    RuleLanguage,
    WriteAdmissionRule,
)
from gatescale.controller import admission_rules
from gatescale.controller.api.inquiry import Inquiry
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction


@operation("POST", "/tenants/admission-rules", "AdmissionRulesController_create", status=201)
async def create(transaction: Transaction, body: WriteAdmissionRule) -> AdmissionRule:
    """Make an admission rule, for policies to carry.

    It is compiled: what is wrong is told with its line and column.
    """
    return await admission_rules.create(transaction, body)


@operation("GET", "/tenants/admission-rules", "AdmissionRulesController_findAll")
async def every(session: TenantSession) -> list[AdmissionRule]:
    """List all admission rules, the built-in ones first."""
    return await admission_rules.every(session)


@operation("POST", "/tenants/admission-rules/check", "AdmissionRulesController_check")
async def check(inquiry: Inquiry, body: CheckAdmissionRule) -> CheckedRule:
    """Tell what a rule says, without saving it.

    What is wrong with it is part of the answer, so that an editor can show it. With a device, it
    is tried on that device as it is now.
    """
    model = None if body.device_id is None else (await inquiry.decisions()).model
    return await admission_rules.check(body, model, inquiry.now())


@operation("GET", "/tenants/admission-rules/language", "AdmissionRulesController_language")
async def language(session: TenantSession) -> RuleLanguage:  # noqa: ARG001  it says who may ask
    """Return the variables and functions that rules have, for completion in editors."""
    return admission_rules.language()


@operation("GET", "/tenants/admission-rules/{id}", "AdmissionRulesController_find")
async def find(session: TenantSession, id: str) -> AdmissionRule:
    """Return an admission rule."""
    return await admission_rules.find(session, id)


@operation("PUT", "/tenants/admission-rules/{id}", "AdmissionRulesController_update")
async def update(transaction: Transaction, id: str, body: WriteAdmissionRule) -> AdmissionRule:
    """Change an admission rule of the tenant's own."""
    return await admission_rules.update(transaction, id, body)


@operation("DELETE", "/tenants/admission-rules/{id}", "AdmissionRulesController_delete", status=204)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove an admission rule that no policy carries."""
    await admission_rules.delete(transaction, id)
