"""docs/api.md and docs/explain.md: every line that can be run is run, and does what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from controller import given
from gatescale.controller import tenants
from gatescale.controller.clock import stamp
from live import Api, Live

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "api.md").read_text()
EXPLAIN = (DOCS / "explain.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def ran(text: str, folder: Path, code: int, **environment: str) -> list[str]:
    """Run all blocks of a text in one shell, as a reader would; return what each printed."""
    fence = "== next =="
    options = "-u" if code else "-eu -o pipefail"
    script = f"set {options}\n" + f"\necho '{fence}'\n".join(blocks(text, "sh"))
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stderr == ""
    return [part.strip() for part in done.stdout.split(fence)]


@pytest.fixture
def outputs(live: Live, tmp_path: Path) -> list[str]:
    api = live.tenant()
    return ran(GUIDE, tmp_path, 0, URL=live.url, KEY=str(api.key))


def test_the_guide_does_what_it_says(outputs: list[str]):
    (
        roles,
        invited,
        repeated,
        lists,
        problem,
        stale,
        waited,
        key,
        audit,
        *told,
        looked,
        whole,
        rules,
    ) = outputs
    assert "OWNER Owner" in roles
    assert invited.split() == ["INVITED", "INVITED"]
    assert repeated == "1"
    assert '"total": 3' in lists
    assert '["Engineers",2]' in lists
    assert lists.endswith("ann@acme.example")
    assert stale.split() == ["200", "412"]
    assert re.fullmatch(r"revision \d+", waited)
    assert key == "403"
    assert '["GroupsController_update","First key","Engineers","Developers"]' in audit
    assert told == [
        '["Engineering",3]\n1',
        '["Europe/Berlin",1800]\n0',
        "[1800,86400,true]",
        "2",
    ]
    assert looked == "event: hello"
    assert whole.splitlines() == ["Create the group Sales.", "1"]
    assert rules.splitlines() == [
        "1:1 user.titel is not known; did you mean user.title or user.attributes?",
        "device.posture.diskEncryption",
        "user.email",
        "version.atLeast('12.5')",
    ]
    (shown,) = blocks(GUIDE, "json")
    assert re.sub(r"\s", "", problem) == re.sub(r"\s", "", shown)


@pytest.fixture
def acme(live: Live) -> Api:
    """Ann of Sales with her laptop, and a wiki for engineers behind a gateway."""
    created = live.call(tenants.create(live.controller.store, "Acme", "ann@acme.example"))
    api = Api(live.url, created.api_key, created)
    site = given.gateway(api, "Office")
    given.enrolled_gateway(api, site)
    wiki = given.connected(api, given.resource(api, "Wiki", "10.20.0.10"), site)["id"]
    given.device(api, created.owner_id, diskEncryption=True)
    text = "user.department == 'Engineering' && device.posture.diskEncryption"
    rule = given.admission_rule(api, "Engineering", text)["id"]
    sales = given.group(api, "Sales")["id"]
    given.policy(api, "Sales read", groups=[sales], resources=[wiki])
    given.policy(api, "Engineers read", allUsers=True, resources=[wiki], rule=rule)
    department = {"department": "Sales"}
    assert api.put(f"/tenants/users/{created.owner_id}", json=department).status == 200
    return api


def test_explanations_are_as_the_guide_says(live: Live, acme: Api, tmp_path: Path):
    environment = {
        "GATESCALE_URL": live.url,
        "GATESCALE_API_KEY": str(acme.key),
        "YESTERDAY": stamp(live.clock()),
    }
    # The code of the last explanation, of somebody who is not let through.
    told = ran(EXPLAIN, tmp_path, 3, **environment)
    texts = [each.strip() for each in blocks(EXPLAIN, "text")]
    denied, told_denied, gains, told_gains, allowed, tables, told_table, none, past = told[1:]
    explained = [re.sub(r"\nAs of .*, revision \d+\.$", "", t) for t in (denied, allowed, past)]
    assert explained == [texts[0], texts[2], texts[4]]
    assert gains == texts[1]
    assert none.startswith("LAST AT"), "nothing was denied: there is no gateway"
    assert [told_denied, told_gains] == [each.strip() for each in blocks(EXPLAIN, "json")]
    rows = [[cell.split() for cell in line.splitlines()] for line in (tables, texts[3])]
    assert rows[0] == rows[1] * 2
    assert told_table == '1\n["ann@acme.example","laptop","Wiki",true]'
