"""A gateway's agent that keeps the program it is sent, and enforces nothing."""

import asyncio
from contextlib import aclosing, asynccontextmanager

from gatescale.channel.channel import Channel, Received
from gatescale.channel.controller import Controller
from gatescale.policy.program import Program
from gatescale.wire.messages import GatewayUpdate

DEADLINE = 20


class Follower:
    """What a connected gateway holds.

    Attributes:
        program: built up from what arrived.
        revision: that the program is of; None before the first update.
    """

    def __init__(self, channel):
        self._channel = channel
        self._heard = asyncio.Event()
        self.program = Program()
        self.revision = None

    async def follow(self):
        async with aclosing(self._channel.events(lambda: self.revision)) as events:
            async for event in events:
                if isinstance(event, Received) and isinstance(event.message, GatewayUpdate):
                    self._take(event.message)

    def _take(self, update):
        if update.base is None:
            self.program = Program()
        self.program.apply(update.delta)
        self.revision = update.revision
        self._heard.set()

    async def until(self, holds):
        """Wait until this is true of the follower."""
        async with asyncio.timeout(DEADLINE):
            while not holds(self):
                self._heard.clear()
                await self._heard.wait()


@asynccontextmanager
async def following(api, identity, enrolled):
    """Be connected as a gateway that enrolled."""
    controller = Controller(api.url)
    channel = Channel(
        controller,
        agent_id=enrolled["agentId"],
        identity=identity,
        controller_key=enrolled["controllerKey"],
    )
    follower = Follower(channel)
    task = asyncio.create_task(follower.follow())
    try:
        await follower.until(lambda f: f.revision is not None)
        yield follower
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await controller.close()
