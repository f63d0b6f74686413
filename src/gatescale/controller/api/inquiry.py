"""What an operation gets that asks an agent or the policy engine."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gatescale.controller.clock import Clock
from gatescale.controller.probe_findings import Findings
from gatescale.controller.probes import Subject
from gatescale.controller.store.session import TenantSession
from gatescale.controller.verdicts import DecisionPoint


class Prober(Protocol):
    """Tests gateways."""

    async def probe(self, tenant_id: str, subject: Subject) -> Findings:
        """Return what a test of the gateway finds, after some seconds at most."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A caller's question that the database alone cannot answer.

    While it waits for an agent, it holds no connection to the database: a slow agent must not slow
    others.

    Attributes:
        tenant_id: the caller's.
        reading: opens a session of the caller's tenant, for as long as its block runs.
        prober: asks gateways.
        decisions: finds the tenant's policy as it stands.
        now: returns the time.
        past: finds it as it stood at a moment, for as long as its block runs.
    """

    tenant_id: str
    reading: Callable[[], AbstractAsyncContextManager[TenantSession]]
    prober: Prober
    decisions: Callable[[], Awaitable[DecisionPoint]]
    now: Clock
    past: Callable[[datetime], AbstractAsyncContextManager[DecisionPoint]]
