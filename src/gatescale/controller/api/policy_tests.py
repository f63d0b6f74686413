"""Policy tests."""

from gatescale.contract.policy_tests import PolicyTest, PolicyTestRun, WritePolicyTest
from gatescale.controller import policy_test_outcomes, policy_tests
from gatescale.controller.api.operation import operation
from gatescale.controller.store.session import TenantSession, Transaction
from gatescale.controller.verdicts import DecisionPoint


@operation("POST", "/tenants/policy-tests", "PolicyTestsController_create", status=201)
async def create(transaction: Transaction, body: WritePolicyTest) -> PolicyTest:
    """Make a policy test: from now on, changes that break it are refused.

    One that does not hold as things are is refused, too.
    """
    return await policy_tests.create(transaction, body)


@operation("GET", "/tenants/policy-tests", "PolicyTestsController_findAll")
async def every(session: TenantSession) -> list[PolicyTest]:
    """List all policy tests, by name."""
    return await policy_tests.every(session)


# Stands before the path with an id: the first path that fits is served.
@operation("POST", "/tenants/policy-tests/run", "PolicyTestsController_run")
async def run(session: TenantSession, point: DecisionPoint) -> PolicyTestRun:
    """Tell which policy tests hold now, and what speaks against those that do not."""
    return await policy_test_outcomes.run(session, point)


@operation("GET", "/tenants/policy-tests/{id}", "PolicyTestsController_find")
async def find(session: TenantSession, id: str) -> PolicyTest:
    """Return a policy test."""
    return await policy_tests.find(session, id)


@operation("PUT", "/tenants/policy-tests/{id}", "PolicyTestsController_update")
async def update(transaction: Transaction, id: str, body: WritePolicyTest) -> PolicyTest:
    """Change a policy test; it must hold as things are."""
    return await policy_tests.update(transaction, id, body)


@operation("DELETE", "/tenants/policy-tests/{id}", "PolicyTestsController_delete", status=204)
async def delete(transaction: Transaction, id: str) -> None:
    """Remove a policy test."""
    await policy_tests.delete(transaction, id)
