"""Policy Tests. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Changing, Making
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.policy_tests import PolicyTest, PolicyTestRun, WritePolicyTest


class AsyncPolicyTestsApi(AsyncSending):
    """Policy Tests; each operation is awaited."""

    async def create(self, body: WritePolicyTest, **how: Unpack[Making]) -> PolicyTest:
        """Make a policy test: from now on, changes that break it are refused."""
        return await self._send(
            PolicyTest, Call("POST", "/tenants/policy-tests", body=body, keyed=True, **how)
        )

    async def find_all(self) -> list[PolicyTest]:
        """List all policy tests, by name."""
        return await self._send(list[PolicyTest], Call("GET", "/tenants/policy-tests"))

    async def run(self) -> PolicyTestRun:
        """Tell which policy tests hold now, and what speaks against those that do not."""
        return await self._send(PolicyTestRun, Call("POST", "/tenants/policy-tests/run"))

    async def find(self, id: str) -> PolicyTest:
        """Return a policy test."""
        return await self._send(PolicyTest, Call("GET", "/tenants/policy-tests/{}", (id,)))

    async def update(self, id: str, body: WritePolicyTest, **how: Unpack[Changing]) -> PolicyTest:
        """Change a policy test; it must hold as things are."""
        return await self._send(
            PolicyTest, Call("PUT", "/tenants/policy-tests/{}", (id,), body=body, **how)
        )

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a policy test."""
        await self._send(type(None), Call("DELETE", "/tenants/policy-tests/{}", (id,), **how))


class PolicyTestsApi(Sending):
    """Policy Tests."""

    def create(self, body: WritePolicyTest, **how: Unpack[Making]) -> PolicyTest:
        """Make a policy test: from now on, changes that break it are refused."""
        return self._send(
            PolicyTest, Call("POST", "/tenants/policy-tests", body=body, keyed=True, **how)
        )

    def find_all(self) -> list[PolicyTest]:
        """List all policy tests, by name."""
        return self._send(list[PolicyTest], Call("GET", "/tenants/policy-tests"))

    def run(self) -> PolicyTestRun:
        """Tell which policy tests hold now, and what speaks against those that do not."""
        return self._send(PolicyTestRun, Call("POST", "/tenants/policy-tests/run"))

    def find(self, id: str) -> PolicyTest:
        """Return a policy test."""
        return self._send(PolicyTest, Call("GET", "/tenants/policy-tests/{}", (id,)))

    def update(self, id: str, body: WritePolicyTest, **how: Unpack[Changing]) -> PolicyTest:
        """Change a policy test; it must hold as things are."""
        return self._send(
            PolicyTest, Call("PUT", "/tenants/policy-tests/{}", (id,), body=body, **how)
        )

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove a policy test."""
        self._send(type(None), Call("DELETE", "/tenants/policy-tests/{}", (id,), **how))
