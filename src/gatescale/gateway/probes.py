"""Answer the controller's question how this gateway is, by trying; nothing is changed."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from gatescale.errors import GatescaleError
from gatescale.gateway import knocks, reach
from gatescale.gateway.enforcement import Enforcement, Standing
from gatescale.wire.messages import Probe, ProbeReport

log = structlog.get_logger()

LISTENING: Final = 4.0
"""Seconds that knocks are waited for; the controller knocks several times a second."""
READING: Final = 3.0
"""Seconds that looking at our own interface may take."""
MAX_ERROR: Final = 300


async def answer(
    probe: Probe, enforcement: Enforcement, clock: Callable[[], float], *, lapsed: bool, error: str
) -> ProbeReport:
    """Return what the probe asks for, after five seconds at the latest.

    Args:
        probe: checked to be the controller's, and for this gateway.
        enforcement: is only looked at, and not waited for.
        clock: returns seconds since 1970-01-01 UTC.
        lapsed: the lease has ended.
        error: why not all that should be is in force; empty: it is.
    """
    moment = clock()
    heard, outcomes, (standing, complaint) = await asyncio.gather(
        _heard(probe), reach.outcomes(probe.targets), _standing(enforcement)
    )
    return ProbeReport(
        id=probe.id,
        clock=moment,
        forwarding=standing.forwarding,
        interface=standing.interface,
        table=standing.table,
        listen_port=standing.listen_port,
        lapsed=lapsed,
        error=(error or complaint)[:MAX_ERROR],
        listened=heard is not None,
        heard=heard or {},
        outcomes=outcomes,
    )


async def _heard(probe: Probe) -> dict[str, int] | None:
    """Return the knocks; None: we cannot listen."""
    try:
        return await knocks.heard(probe.knocks, LISTENING)
    except OSError as error:
        log.warning("knocks cannot be listened for", why=error.strerror)
        return None


async def _standing(enforcement: Enforcement) -> tuple[Standing, str]:
    """Return what is there, and why that cannot be told; empty: it can."""
    try:
        async with asyncio.timeout(READING):
            return await enforcement.standing(), ""
    except GatescaleError as error:
        return Standing(), error.detail
    except TimeoutError:
        return Standing(), "WireGuard does not answer"
