"""HTTP for agents: enrolment, sessions, the stream down, acknowledgements and reports up."""

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import msgspec
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from gatescale.controller import denials, enrolments, gateways, posture
from gatescale.controller.api.reading import read
from gatescale.controller.countries import Countries
from gatescale.controller.rate_limit import Limiter
from gatescale.controller.store import tables
from gatescale.controller.store.session import Store, new_id
from gatescale.controller.stream import presence, proofs
from gatescale.controller.stream.feed import Feed, Line
from gatescale.controller.stream.hub import Hub
from gatescale.controller.stream.proofs import Agent
from gatescale.errors import BadRequestError, ForbiddenError, UnauthorizedError
from gatescale.wire import version
from gatescale.wire.messages import (
    Ack,
    ChallengeRequest,
    Denials,
    DeviceEnrolment,
    DeviceStatus,
    GatewayEnrolment,
    GatewayStatus,
    ProbeReport,
    SessionRequest,
)
from gatescale.wire.posture import PostureReport

HEARTBEAT_SECONDS = 15
REPORTS_PER_SECOND, REPORTS_AT_ONCE = 1, 60
"""Postures of one device, and denials of one gateway, that are taken in over a while: each may
be a change of the tenant, or many rows."""
_MAX_ERROR = 1000

_Endpoint = Callable[[Request], Awaitable[Response]]

g = tables.gateways
_GATEWAY_REPORT = (
    sa.update(g)
    .where(g.c.id == sa.bindparam("gateway_id"))
    .values(app_version=sa.bindparam("version"))
)
_GATEWAY_ERROR = (
    sa.update(g).where(g.c.id == sa.bindparam("gateway_id")).values(error=sa.bindparam("message"))
)


class Endpoints:
    """The agents' endpoints of one controller."""

    def __init__(self, store: Store, hub: Hub, countries: Countries) -> None:
        self._store = store
        self._hub = hub
        self._countries = countries
        self._reports = Limiter(REPORTS_PER_SECOND, REPORTS_AT_ONCE)
        self._failing: set[str] = set()

    def routes(self) -> list[Route]:
        """Return the routes below ``/agent/v1``."""
        handlers: list[tuple[str, str, _Endpoint]] = [
            ("POST", "enrolments/device", self.enrol_device),
            ("POST", "enrolments/gateway", self.enrol_gateway),
            ("POST", "challenges", self.challenge),
            ("POST", "sessions", self.session),
            ("GET", "stream", self.stream),
            ("POST", "acks", self.ack),
            ("POST", "status", self.status),
            ("POST", "denials", self.denials),
            ("POST", "posture", self.posture),
            ("POST", "probes", self.probe),
        ]
        return [
            Route(f"/agent/v1/{path}", _speaking_our_protocol(handler), methods=[method])
            for method, path, handler in handlers
        ]

    async def enrol_device(self, request: Request) -> Response:
        """Make the sender one of a user's devices."""
        wanted = await read(request, DeviceEnrolment)
        return _answer(await enrolments.enrol(self._store, wanted, _origin(request)), status=201)

    async def enrol_gateway(self, request: Request) -> Response:
        """Make the sender the gateway that its token names."""
        wanted = await read(request, GatewayEnrolment)
        return _answer(await gateways.enrol(self._store, wanted, _origin(request)), status=201)

    async def challenge(self, request: Request) -> Response:
        """Give a challenge to sign."""
        asked = await read(request, ChallengeRequest)
        return _answer(proofs.challenge(self._store, asked.agent_id))

    async def session(self, request: Request) -> Response:
        """Open a session for an agent that signed its challenge."""
        return _answer(await proofs.open_session(self._store, await read(request, SessionRequest)))

    async def stream(self, request: Request) -> Response:
        """Follow what concerns the agent."""
        agent = await self._agent(request)
        held = request.headers.get("last-event-id", "")
        if held and not held.isdecimal():
            raise BadRequestError("Last-Event-ID is the revision that you hold, a whole number.")
        events = self._events(agent, int(held) if held else None, _origin(request))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    async def _events(
        self, agent: Agent, held: int | None, address: str | None
    ) -> AsyncIterator[bytes]:
        feed = await self._hub.feed(agent.tenant_id)
        gauge = self._hub.metrics.agents.labels(agent.kind)
        stream = new_id()
        with self._line(feed, agent, held) as line, gauge.track_inprogress():
            yield b": welcome\n\n"
            # Part of the stream's life, so that it ends with it.
            country = self._countries.of(address) if address else None
            origin = presence.Origin(address, country)
            await presence.connected(self._store, agent, origin, stream)
            self._moved(agent)
            try:
                while (data := await _next(line)) is not None:
                    yield data
            finally:
                if feed.lines.get(agent.id) is line and not self._hub.closing:
                    await asyncio.shield(presence.disconnected(self._store, agent, stream))
                    self._moved(agent)

    @contextlib.contextmanager
    def _line(self, feed: Feed, agent: Agent, held: int | None) -> Iterator[Line]:
        if agent.kind == "device":
            with feed.device_line(agent.id) as line:
                yield line
            return
        with feed.gateway_line(agent.id, held, self._store.clock().timestamp()) as line:
            yield line

    async def ack(self, request: Request) -> Response:
        """Note which revision a gateway enforces."""
        agent = await self._agent(request, kind="gateway")
        ack = await read(request, Ack)
        if ack.error:
            self._failing.add(agent.id)
            await self._store.run_anywhere(
                _GATEWAY_ERROR, gateway_id=agent.id, message=ack.error[:_MAX_ERROR]
            )
            self._moved(agent)
            return Response(status_code=204)
        if agent.id in self._failing:
            self._failing.discard(agent.id)
            await self._store.run_anywhere(_GATEWAY_ERROR, gateway_id=agent.id, message=None)
            self._moved(agent)
        await self._hub.acknowledge(agent.tenant_id, agent.id, ack.revision)
        return Response(status_code=204)

    async def status(self, request: Request) -> Response:
        """Note how an agent is."""
        agent = await self._agent(request)
        if agent.kind == "device":
            report = await read(request, DeviceStatus)
            await presence.runs(self._store, agent.caller(_origin(request)), report.app_version)
            return Response(status_code=204)
        found = await read(request, GatewayStatus)
        feed = await self._hub.feed(agent.tenant_id)
        # A gateway is believed only about devices that it may know.
        peers = feed.model.program(agent.id).peers
        known = {device: at for device, at in found.handshakes.items() if device in peers}
        for device_id in await presence.handshakes(self._store, known):
            self._hub.consoles.came_or_went(agent.tenant_id, "device", device_id)
        await self._store.run_anywhere(
            _GATEWAY_REPORT, gateway_id=agent.id, version=found.app_version[:50]
        )
        return Response(status_code=204)

    async def denials(self, request: Request) -> Response:
        """Note what a gateway denied."""
        agent = await self._agent(request, kind="gateway")
        self._reports.take(agent.id, time.monotonic())
        said = await read(request, Denials)
        feed = await self._hub.feed(agent.tenant_id)
        # A gateway is believed only about devices that it may know.
        peers = feed.model.program(agent.id).peers
        known = [each for each in said.denials if each.device_id in peers]
        await denials.note(self._store, agent.caller(_origin(request)), feed, known)
        self._hub.consoles.denied(agent.tenant_id, {each.device_id for each in known})
        return Response(status_code=204)

    async def posture(self, request: Request) -> Response:
        """Take in what a device says of its state."""
        agent = await self._agent(request, kind="device")
        self._reports.take(agent.id, time.monotonic())
        report = await read(request, PostureReport)
        await posture.report(self._store, agent.caller(_origin(request)), report)
        return Response(status_code=204)

    async def probe(self, request: Request) -> Response:
        """Hear how a gateway that was tested found itself."""
        agent = await self._agent(request, kind="gateway")
        report = await read(request, ProbeReport)
        await self._hub.probing.reported(agent.tenant_id, agent.id, report)
        return Response(status_code=204)

    def _moved(self, agent: Agent) -> None:
        self._hub.consoles.came_or_went(agent.tenant_id, agent.kind, agent.id)

    async def _agent(self, request: Request, kind: str | None = None) -> Agent:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise UnauthorizedError("Send the token of your session as Authorization: Bearer.")
        agent = await proofs.authenticate(self._store, token.strip())
        if kind is not None and agent.kind != kind:
            raise ForbiddenError(f"This is for a {kind}; you are a {agent.kind}.")
        return agent


async def _next(line: Line) -> bytes | None:
    """Return the next event, or a comment that keeps the connection alive; None at the end."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            return await line.queue.get()
    except TimeoutError:
        return b": still here\n\n"


def _speaking_our_protocol(handler: _Endpoint) -> _Endpoint:
    async def serve(request: Request) -> Response:
        spoken = request.headers.get(version.HEADER, "")
        if not spoken.isdecimal() or int(spoken) not in version.SUPPORTED:
            ours = ", ".join(str(number) for number in sorted(version.SUPPORTED))
            raise BadRequestError(
                f"This controller speaks version {ours} of the agents' protocol, not"
                f" {spoken[:20] or 'an unnamed one'}; bring agent and controller to the same"
                " release.",
                pointer=f"header/{version.HEADER}",
            )
        return await handler(request)

    return serve


def _answer(message: msgspec.Struct, status: int = 200) -> Response:
    body = msgspec.json.encode(message)
    return Response(body, status_code=status, media_type="application/json")


def _origin(request: Request) -> str | None:
    """Return the address that a request comes from, in one form; None if it cannot be told."""
    try:
        address = ipaddress.ip_address(request.client.host) if request.client else None
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        # A socket for both families tells IPv4 so, and a link by its name.
        return str(address.ipv4_mapped or ipaddress.IPv6Address(int(address)))
    return None if address is None else str(address)
