"""What every test folder shares: the count of tests that may not drop, and hypothesis' settings."""

from pathlib import Path

import pytest
from hypothesis import Phase, settings

# The same examples everywhere: a red run can be repeated, a green one does not depend on luck.
settings.register_profile("ci", derandomize=True, deadline=None)
# For --hypothesis-profile=quick: the first example that fails, however large.
quick = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile("quick", derandomize=True, deadline=None, phases=quick)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--at-least",
        metavar="FILE",
        help="fail if fewer tests passed than the number in FILE; lower it only with a reason",
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--at-least")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not path or reporter is None or hasattr(session.config, "workerinput"):
        return
    passed, floor = len(reporter.stats.get("passed", [])), int(Path(path).read_text())
    if passed < floor:
        reporter.write_line(f"ERROR: {passed} tests passed, {floor} did before: see {path}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
