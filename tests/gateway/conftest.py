import pytest

from gateway.world import World
from net.lab import Lab


@pytest.fixture(scope="module")
def surroundings():
    with Lab("gsg") as lab:
        made = World(lab)
        yield made
        made.enforcement.close()


@pytest.fixture
def world(surroundings):
    """The world, with the test inside the gateway's namespace."""
    for device in (surroundings.alice, surroundings.bob):
        device.shake_hands_anew()
    with surroundings.gateway.entered():
        yield surroundings
        surroundings.lab.close_sockets()
