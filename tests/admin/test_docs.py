"""What docs/client.md and docs/policies.md show works as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def blocks(language, document="client.md"):
    text = (DOCS / document).read_text()
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found
    return found


def ran(command, api):
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "GATESCALE_URL": api.url, "GATESCALE_API_KEY": api.key}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_commands_run(api):
    (lines,) = blocks("sh")
    told = ran(["sh", "-euc", lines], api)
    assert "Deleted user bob@acme.example." in told
    assert "UsersController_delete" in told


def test_the_programs_run(api):
    first, second = blocks("python")
    told = ran([sys.executable, "-c", first], api)
    assert "eve@acme.example ['Support']" in told
    assert "somebody changed it meanwhile" in told
    ran([sys.executable, "-c", second], api)


def test_policy_tests_refuse_and_tell_as_it_is_shown(api):
    (lines,), (shown,) = blocks("sh", "policies.md"), blocks("text", "policies.md")
    told = ran(["sh", "-euc", f"exec 2>&1\n{lines}"], api)
    assert told.endswith(shown)
