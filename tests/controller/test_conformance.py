"""The whole API against its own document, by schemathesis: no 5xx, nothing undocumented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from controller import given
from live import Live

HERE = Path(__file__).parent / "conformance"
EXAMPLES = 8


@pytest.mark.parametrize("phases", ["examples,coverage,fuzzing", "stateful"])
def test_the_api_is_what_its_document_says(live: Live, tmp_path: Path, phases: str):
    api = live.tenant()
    given.some_of_everything(api, "some")
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{live.url}/openapi.json"),
        *("-H", f"apikey: {api.key}", "--phases", phases, "--max-examples", str(EXAMPLES)),
        *("--generation-deterministic", "--no-color", "--checks", "all"),
        # rules.py has a stricter one, which knows what no JSON schema can say.
        *("--exclude-checks", "positive_data_acceptance"),
        # An answer may be waited for as long as its own default: Prefer: wait=10.
        *("--request-timeout", "60"),
        # It does not end.
        *("--exclude-operation-id", "LiveController_follow"),
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "rules.py")},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    tried = re.search(r"(\d+) generated", done.stdout)
    assert done.returncode == 0, done.stdout.replace("\n\n", "\n")[:30_000] + done.stderr
    assert tried
    assert int(tried[1]) > 50
