import pytest_asyncio
from aiohttp import web

from channel.stand_in import StandIn
from client.place import Place, cli


@pytest_asyncio.fixture
async def stand_in():
    """A controller on this machine."""
    server = await StandIn().start()
    server.invitations |= {"first", "second"}
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def place():
    """Device and office, with a controller and web servers in the office."""
    place = Place()
    runner = web.AppRunner(web.Application(), shutdown_timeout=0.1)
    place.controller = StandIn()
    place.controller.invitations |= {"first", "second"}
    try:
        place.up()
        await place.controller.start(place.listener(place.office, ("192.0.2.1", 8443)))
        await serve_hello(place, runner)
        yield place
    finally:
        await place.controller.stop()
        await runner.cleanup()
        place.down()


async def serve_hello(place, runner):
    async def hello(_):
        return web.Response(text="hello")

    runner.app.router.add_get("/", hello)
    await runner.setup()
    for address in ("10.20.0.5", "10.20.1.5", "fd20::5", "192.0.2.1"):
        listener = place.listener(place.office, (address, 8080))
        await web.SockSite(runner, listener).start()


@pytest_asyncio.fixture
async def enrolled(place, tmp_path):
    """The state directory of the device, enrolled and known to the office's gateways."""
    folder = tmp_path / "state"
    link = f"{place.controller.url}/invitations/first"
    arguments = ("enroll", link, "--state-dir", folder, "--name", "laptop", "--insecure-http")
    code, _, err = await cli(*arguments, namespace=place.device)
    assert code == 0, err
    from gatescale.wireguard import keys

    public = keys.public_key((folder / "device" / "wireguard.key").read_text().strip())
    place.gateways[0].expect(public, "100.64.0.1/32", "fd00:64::1/128")
    place.gateways[1].expect(public, "100.64.0.1/32", "fd00:64::1/128")
    return folder
