"""docs/api.md: every line in it that can be run is run, and does what it says."""

import re
import subprocess
from pathlib import Path

import pytest

from live import Live

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def outputs(live: Live, tmp_path: Path) -> list[str]:
    """Run all blocks in one shell, as a reader would; return what each printed."""
    api = live.tenant()
    fence = "== next =="
    script = "set -eu -o pipefail\n" + f"\necho '{fence}'\n".join(BLOCKS)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "URL": live.url, "KEY": str(api.key)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return [part.strip() for part in done.stdout.split(fence)]


def test_the_guide_does_what_it_says(outputs: list[str]):
    (roles, invited, repeated, lists, problem, stale, waited, key, audit, *told, whole, rules) = (
        outputs
    )
    assert "OWNER Owner" in roles
    assert invited.split() == ["INVITED", "INVITED"]
    assert repeated == "1"
    assert '"total": 3' in lists
    assert lists.endswith("ann@acme.example")
    assert stale.split() == ["200", "412"]
    assert re.fullmatch(r"revision \d+", waited)
    assert key == "403"
    assert '["GroupsController_update","First key","Engineers","Developers"]' in audit
    assert told == [
        '["Engineering",3]\n1',
        '{"timeZone":"Europe/Berlin","postureMaxAge":1800}\n0',
        "2",
    ]
    assert whole.splitlines() == ["Create the group Sales.", "1"]
    assert rules.splitlines() == [
        "1:1 user.titel is not known; did you mean user.title or user.attributes?",
        "device.posture.diskEncryption",
        "user.email",
        "version.atLeast('12.5')",
    ]
    shown = re.search(r"^```json\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert shown
    assert re.sub(r"\s", "", problem) == re.sub(r"\s", "", shown[1])
