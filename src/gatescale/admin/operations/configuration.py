"""Configuration. Written by ``make client``."""

from typing import Unpack

from gatescale.admin.call import Call, Moving
from gatescale.admin.operations.sending import AsyncSending, Sending
from gatescale.contract.configuration import Configuration, Plan


class AsyncConfigurationApi(AsyncSending):
    """Configuration; each operation is awaited."""

    async def export(self) -> Configuration:
        """Return all that people set, by name.

        Settings, groups, resources, policies, tests and so on.
        """
        return await self._send(Configuration, Call("GET", "/tenants/configuration"))

    async def apply(self, body: Configuration, **how: Unpack[Moving]) -> Plan:
        """Make the tenant what a configuration says, all or nothing; tell what that changed."""
        return await self._send(Plan, Call("PUT", "/tenants/configuration", body=body, **how))

    async def plan(self, body: Configuration) -> Plan:
        """Tell what a configuration would change, and who would gain or lose what by it."""
        return await self._send(Plan, Call("POST", "/tenants/configuration/plan", body=body))


class ConfigurationApi(Sending):
    """Configuration."""

    def export(self) -> Configuration:
        """Return all that people set, by name.

        Settings, groups, resources, policies, tests and so on.
        """
        return self._send(Configuration, Call("GET", "/tenants/configuration"))

    def apply(self, body: Configuration, **how: Unpack[Moving]) -> Plan:
        """Make the tenant what a configuration says, all or nothing; tell what that changed."""
        return self._send(Plan, Call("PUT", "/tenants/configuration", body=body, **how))

    def plan(self, body: Configuration) -> Plan:
        """Tell what a configuration would change, and who would gain or lose what by it."""
        return self._send(Plan, Call("POST", "/tenants/configuration/plan", body=body))
