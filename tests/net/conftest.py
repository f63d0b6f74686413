import pytest

from net.lab import Lab
from net.stage import LOBBY, Stage
from net.traffic import Traffic


@pytest.fixture(scope="session")
def whole_stage(tmp_path_factory):
    """One stage for most tests here: to set it up takes seconds."""
    with Lab("gsn") as lab, Stage(lab, tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture
def stage(whole_stage):
    """The stage as it was made."""
    whole_stage.clear()
    return whole_stage


@pytest.fixture
def traffic(stage):
    with Traffic(stage.office) as traffic:
        yield traffic


@pytest.fixture
def witness(stage, traffic):
    """A flow of bob's that what the test changes does not concern."""
    flow = traffic.udp(stage.bob.namespace, LOBBY)
    traffic.flow(flow)
    return flow
