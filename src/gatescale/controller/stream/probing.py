"""Asks gateways how they are, on whichever replica they hang, and waits for what they tell."""

import asyncio
import contextlib
import secrets
from collections.abc import Mapping

import msgspec
import structlog

from gatescale.controller.clock import later, stamp
from gatescale.controller.probe_findings import Findings
from gatescale.controller.probes import Subject
from gatescale.controller.store.session import Store
from gatescale.controller.stream.feed import Feed
from gatescale.controller.stream.knocks import knocking, knocks
from gatescale.errors import GoneError, NotFoundError, UnavailableError
from gatescale.wire.messages import Probe, ProbeReport, knock_hash

log = structlog.get_logger()

ANSWER_SECONDS = 8.0
"""How long a gateway may take: five for its part, the rest for the way."""

_encode = msgspec.json.Encoder().encode
_probe = msgspec.json.Decoder(Probe).decode
_report = msgspec.json.Decoder(ProbeReport).decode


class Probing:
    """The tests of gateways that this process was asked for.

    Args:
        store: tells the other replicas.
        feeds: by tenant, of the agents that hang on this replica.
    """

    def __init__(self, store: Store, feeds: Mapping[str, Feed]) -> None:
        self._store = store
        self._feeds = feeds
        self._asked: dict[str, asyncio.Future[ProbeReport]] = {}
        self._running: dict[str, asyncio.Task[Findings]] = {}

    async def probe(self, tenant_id: str, subject: Subject) -> Findings:
        """Test a gateway; who asks while it is being tested hears of the same test.

        Raises:
            UnavailableError: the controller is about to end.
        """
        running = self._running.get(subject.id)
        if running is None:
            running = asyncio.create_task(self._probe(tenant_id, subject))
            self._running[subject.id] = running
            running.add_done_callback(lambda _: self._running.pop(subject.id))
        return await asyncio.shield(running)

    async def _probe(self, tenant_id: str, subject: Subject) -> Findings:
        host, _, port = subject.endpoint.rpartition(":")
        sent = await knocks(host.strip("[]")) if host else ()
        hashes = tuple(knock_hash(knock.secret) for knock in sent)
        probe = Probe(subject.id, self._ticket(subject.id), hashes, subject.targets)
        answer = self._asked[probe.id] = asyncio.get_running_loop().create_future()
        asked, report = self._store.clock(), None
        try:
            async with knocking(sent, int(port or 0)):
                self._deliver(tenant_id, probe)
                await self._announce("probe", tenant_id, probe.gateway_id, probe)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ANSWER_SECONDS):
                        report = await answer
        finally:
            del self._asked[probe.id]
        return Findings(asked, self._store.clock(), sent, report)

    async def reported(self, tenant_id: str, gateway_id: str, report: ProbeReport) -> None:
        """Take in what a gateway that is connected here says, whoever asked it.

        Raises:
            NotFoundError: nobody asked this gateway for it.
            GoneError: it comes too late.
        """
        self._check(report.id, gateway_id)
        if not self._settle(report):
            await self._announce("report", tenant_id, gateway_id, report)

    def heard(self, kind: str, tenant_id: str, message: str) -> None:
        """Take in another replica's ``probe``, for a gateway that hangs here, or ``report``."""
        try:
            if kind == "report":
                self._settle(_report(message))
            elif (probe := _probe(message)).id not in self._asked:
                self._deliver(tenant_id, probe)
        except msgspec.MsgspecError as error:
            log.warning("another replica is not understood", kind=kind, why=str(error))

    def close(self) -> None:
        """Let go of everybody who waits."""
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(UnavailableError("The controller ends; ask again soon."))

    def _deliver(self, tenant_id: str, probe: Probe) -> None:
        feed = self._feeds.get(tenant_id)
        if feed is not None:
            feed.ask(probe)

    def _settle(self, report: ProbeReport) -> bool:
        """Pass a report on to who waits for it in this process; return whether somebody does."""
        answer = self._asked.get(report.id)
        if answer is not None and not answer.done():
            answer.set_result(report)
        return answer is not None

    async def _announce(
        self, kind: str, tenant_id: str, gateway_id: str, message: msgspec.Struct
    ) -> None:
        # PostgreSQL takes less than 8,000 bytes; the largest of these have some 5,000.
        text = f"{kind} {tenant_id} {gateway_id} {_encode(message).decode()}"
        await self._store.announce(text)

    def _ticket(self, gateway_id: str) -> str:
        """Return an id that any replica knows for ours, for this gateway, and only for a while."""
        until = later(self._store.clock(), seconds=ANSWER_SECONDS)
        text = f"{gateway_id}|{until}|{secrets.token_urlsafe(12)}"
        return f"{text}|{self._store.vault.mac(f'probe|{text}')}"

    def _check(self, ticket: str, gateway_id: str) -> None:
        text, _, mac = ticket.rpartition("|")
        if not self._store.vault.is_mac(mac, f"probe|{text}") or not text.startswith(
            f"{gateway_id}|"
        ):
            raise NotFoundError("Nobody asked this gateway for such a report.")
        if text.split("|")[1] <= stamp(self._store.clock()):
            raise GoneError("This report comes too late; nobody waits for it any more.")
