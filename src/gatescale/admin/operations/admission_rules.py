"""Admission Rules. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Changing, Making
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.admission_rules import (
    AdmissionRule,
    CheckAdmissionRule,
    CheckedRule,
    RuleLanguage,
    WriteAdmissionRule,
)


class AsyncAdmissionRulesApi(AsyncSending):
    """Admission Rules; each operation is awaited."""

    async def create(self, body: WriteAdmissionRule, **how: Unpack[Making]) -> AdmissionRule:
        """Make an admission rule, for policies to carry."""
        return await self._send(
            AdmissionRule, Call("POST", "/tenants/admission-rules", body=body, keyed=True, **how)
        )

    async def find_all(self) -> list[AdmissionRule]:
        """List all admission rules, the built-in ones first."""
        return await self._send(list[AdmissionRule], Call("GET", "/tenants/admission-rules"))

    async def check(self, body: CheckAdmissionRule) -> CheckedRule:
        """Tell what a rule says, without saving it."""
        return await self._send(
            CheckedRule, Call("POST", "/tenants/admission-rules/check", body=body)
        )

    async def language(self) -> RuleLanguage:
        """Return the variables and functions that rules have, for completion in editors."""
        return await self._send(RuleLanguage, Call("GET", "/tenants/admission-rules/language"))

    async def find(self, id: str) -> AdmissionRule:
        """Return an admission rule."""
        return await self._send(AdmissionRule, Call("GET", "/tenants/admission-rules/{}", (id,)))

    async def update(
        self, id: str, body: WriteAdmissionRule, **how: Unpack[Changing]
    ) -> AdmissionRule:
        """Change an admission rule of the tenant's own."""
        return await self._send(
            AdmissionRule, Call("PUT", "/tenants/admission-rules/{}", (id,), body=body, **how)
        )

    async def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove an admission rule that no policy carries."""
        await self._send(type(None), Call("DELETE", "/tenants/admission-rules/{}", (id,), **how))


class AdmissionRulesApi(Sending):
    """Admission Rules."""

    def create(self, body: WriteAdmissionRule, **how: Unpack[Making]) -> AdmissionRule:
        """Make an admission rule, for policies to carry."""
        return self._send(
            AdmissionRule, Call("POST", "/tenants/admission-rules", body=body, keyed=True, **how)
        )

    def find_all(self) -> list[AdmissionRule]:
        """List all admission rules, the built-in ones first."""
        return self._send(list[AdmissionRule], Call("GET", "/tenants/admission-rules"))

    def check(self, body: CheckAdmissionRule) -> CheckedRule:
        """Tell what a rule says, without saving it."""
        return self._send(CheckedRule, Call("POST", "/tenants/admission-rules/check", body=body))

    def language(self) -> RuleLanguage:
        """Return the variables and functions that rules have, for completion in editors."""
        return self._send(RuleLanguage, Call("GET", "/tenants/admission-rules/language"))

    def find(self, id: str) -> AdmissionRule:
        """Return an admission rule."""
        return self._send(AdmissionRule, Call("GET", "/tenants/admission-rules/{}", (id,)))

    def update(self, id: str, body: WriteAdmissionRule, **how: Unpack[Changing]) -> AdmissionRule:
        """Change an admission rule of the tenant's own."""
        return self._send(
            AdmissionRule, Call("PUT", "/tenants/admission-rules/{}", (id,), body=body, **how)
        )

    def delete(self, id: str, **how: Unpack[Changing]) -> None:
        """Remove an admission rule that no policy carries."""
        self._send(type(None), Call("DELETE", "/tenants/admission-rules/{}", (id,), **how))
