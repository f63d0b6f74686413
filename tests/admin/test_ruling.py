"""Rules on the command line: written, checked, and pointed at where they are wrong."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from controller import given
from gatescale.__main__ import app

DOCUMENT = (Path(__file__).parents[2] / "docs" / "admission-rules.md").read_text()
OFFICE = "now.between('09:00', '17:00', zone)"


@pytest.fixture
def run(api, monkeypatch):
    """Run a command as the tenant's owner; return what it printed, and said besides."""
    monkeypatch.setenv("GATESCALE_URL", api.url)
    monkeypatch.setenv("GATESCALE_API_KEY", api.key)

    def run(*arguments, code=0, typed=None):
        done = CliRunner().invoke(app, ["rules", *arguments], input=typed)
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout, done.stderr

    return run


def rules(api):
    return {each["name"]: each for each in given.read(api, "/tenants/admission-rules")}


def test_rules_are_made_and_changed_and_time_need_not_be_told(run, api):
    out, _ = run("create", "Office", "--rule", OFFICE)
    assert re.search(r"has time constraint +yes", out)
    assert rules(api)["Office"]["hasTimeConstraint"] is True
    run("update", "office", "--rule", "device.owned", "--name", "Ours")
    assert (rules(api)["Ours"]["rule"], rules(api)["Ours"]["hasTimeConstraint"]) == (
        "device.owned",
        False,
    )
    run("update", "Ours", "--name", "Owned")
    assert rules(api)["Owned"]["rule"] == "device.owned"
    assert "nothing to change" in run("update", "Owned", code=2)[1]


def test_a_rule_comes_from_a_file_and_a_form_from_another(run, api, tmp_path: Path):
    text, form, broken = (tmp_path / name for name in ("rule.cel", "form.json", "broken.json"))
    text.write_text("// by the door\ndevice.owned\n")
    form.write_text(json.dumps({"posture": {"signals": ["firewall"]}}))
    broken.write_text('{"posture": 5}')
    run("create", "Owned", "--file", str(text))
    assert rules(api)["Owned"]["rule"] == "// by the door\ndevice.owned"
    run("update", "Owned", "--form", str(form))
    assert rules(api)["Owned"]["rule"] == "device.posture.firewall"
    run("update", "Owned", "--file", "-", typed="device.owned\n")
    assert rules(api)["Owned"]["rule"] == "device.owned"
    assert "holds no form: Expected" in run("create", "X", "--form", str(broken), code=1)[1]
    assert "No such file" in run("create", "X", "--file", str(tmp_path / "no"), code=1)[1]
    text.write_bytes(b"\xff")
    assert "is not UTF-8" in run("create", "X", "--file", str(text), code=1)[1]
    for options in ([], ["--rule", "true", "--form", str(form)]):
        assert "in one way" in run("create", "X", *options, code=2)[1]


def test_what_always_holds_is_saved_with_a_warning(run, api):
    assert "The rule always holds." in run("create", "All", "--rule", "1 == 1")[1]
    assert "The rule always holds." in run("list")[0]


def test_what_is_said_of_time_and_is_not_so_is_refused(run, api):
    _, told = run("create", "Office", "--rule", OFFICE, "--no-time-constraint", code=1)
    assert "/hasTimeConstraint: The rule reads the time" in told
    assert "Office" not in rules(api)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "user.title = 'CTO'",
            [
                "user.title = 'CTO'",
                "           ^",
                "line 1, column 12: '=' is no operator; '==' compares",
            ],
        ),
        (
            "device.owned &&\n  user.departmnt == 'x'",
            [
                "  user.departmnt == 'x'",
                "  ^",
                "line 2, column 3: user.departmnt is not known; did you mean user.department?",
            ],
        ),
        (
            f"{'true && ' * 20}user.titel == '{'x' * 50}'",
            [
                f"…{('true && ' * 20)[-60:]}user.titel == '{'x' * 25}…",
                " " * 61 + "^",
                (
                    "line 1, column 161: user.titel is not known; "
                    "did you mean user.title or user.attributes?"
                ),
            ],
        ),
        (
            "user.title == '名\x1b[2J' && tru",
            [
                "user.title == '名\\x1b[2J' && tru",
                " " * 29 + "^",
            ],
        ),
        ("", ["", "^", "line 1, column 1: says nothing; a rule that always holds is: true"]),
    ],
    ids=["one line", "a later line", "a long line", "odd characters", "nothing"],
)
def test_what_is_no_rule_is_pointed_at(run, api, text, lines):
    before = rules(api)
    for command in (("check", text), ("create", "X", "--rule", text)):
        out, told = run(*command, code=1)
        assert out == ""
        assert told.split("\n")[: len(lines)] == lines
    assert rules(api) == before


def test_a_check_tells_what_a_rule_reads_and_how_it_decides(run, api):
    given.device(api, given.owner(api)["id"], "laptop")
    out, _ = run("check", f"{OFFICE} && user.department == 'Sales'", "--device", "laptop")
    assert out.splitlines()[:2] == [
        "It is a rule. It reads now, user.department, zone.",
        "Time alone can change it.",
    ]
    assert "Now it does not hold: " in out
    assert "It reads nothing." in run("check", "true")[0]
    assert "no device" in run("check", "true", "--device", "nowhere", code=1)[1]


def test_programs_get_the_answer_and_the_exit_code(run):
    found = json.loads(run("check", "true", "--json")[0])
    assert (found["error"], found["hasTimeConstraint"]) == (None, False)
    found = json.loads(run("check", "tru", "--json", code=1)[0])
    assert found["error"]["column"] == 1
    assert json.loads(run("language", "--json")[0])["functions"]


def test_the_language_is_listed(run):
    out, _ = run("language")
    assert "user.department" in out
    assert "version.atLeast('12.5')" in out


def test_the_document_shows_what_is_printed(run, api):
    given.device(api, given.owner(api)["id"], "laptop")
    (shown,) = re.findall(r"^```\n(\$ gatescale rules .*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    for each in shown.split("$ gatescale rules ")[1:]:
        command, _, printed = each.partition("\n")
        out, told = run(*shlex.split(command), code=int("^" in printed))
        assert out + told == printed


def test_the_client_knows_forms_and_findings_without_native_code():
    code = (
        "import sys, gatescale, gatescale.contract.admission_rules\n"
        "print('cel_expr_python' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
