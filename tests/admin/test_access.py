"""``gatescale access``: who reaches what and why, for people and for programs."""

import json
import time
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from controller import given
from gatescale.__main__ import app
from gatescale.admin import explaining

RULE = "user.department == 'Engineering' && device.posture.firewall"
SENTENCE = "device.posture.firewall does not hold: device.posture.firewall is false."


@pytest.fixture
def run(api):
    """Run an access command as the tenant's owner; return what it printed."""

    def run(*arguments, code=0, **environment):
        environment = {"GATESCALE_URL": api.url, "GATESCALE_API_KEY": api.key, **environment}
        done = CliRunner().invoke(app, ["access", *arguments], env=environment)
        assert done.exit_code == code, (done.output, done.exception)
        return done.stderr if code == 1 else done.stdout

    return run


@pytest.fixture
def office(api):
    """The owner's laptop, and a wiki that engineers may read behind a firewall."""
    site = given.gateway(api, "Office")
    given.enrolled_gateway(api, site)
    wiki = given.connected(api, given.resource(api), site)
    owner = given.owner(api)["id"]
    given.device(api, owner, firewall=False)
    rule = given.admission_rule(api, "Healthy", RULE)
    other = given.group(api, "Sales")
    given.policy(api, "Sales", groups=[other["id"]], resources=[wiki["id"]])
    given.policy(api, "Staff", users=[owner], resources=[wiki["id"]], rule=rule["id"])
    return {"owner": owner, "wiki": wiki["id"], "rule": rule["id"]}


def test_an_explanation_tells_people_what_is_missing(run, office):
    lines = run("explain", "owner@acme.test", "wiki:443", code=3).splitlines()
    assert lines[:-1] == [
        "laptop of owner@acme.test to wiki (10.0.0.5 TCP 443): NOT ALLOWED",
        "  No policy allows it, and what is not allowed is denied.",
        "  Policies passed over, in their order:",
        f"    Staff: Its admission rule does not hold: {SENTENCE}",
        "      The rule Healthy:",
        f"        - {RULE}",
        "          ? user.department == 'Engineering'   (user.department is absent)",
        "          - device.posture.firewall   (device.posture.firewall is false)",
        "    1 more policy that is about somebody else; --all names them",
    ]
    assert lines[-1].startswith("As of 20")
    every = run("explain", "laptop", "wiki", "--all", code=3).splitlines()
    assert every[3] == (
        "    Sales: It names neither owner@acme.test, nor their groups, nor laptop."
    )


def test_an_explanation_tells_the_policy_the_rule_and_the_gateway(run, api, office):
    body = {"name": "Healthy", "rule": "user.email.endsWith('.test')", "hasTimeConstraint": False}
    assert api.put(f"/tenants/admission-rules/{office['rule']}", json=body).status == 200
    lines = run("explain", "laptop", "wiki:443").splitlines()
    assert lines[:5] == [
        "laptop of owner@acme.test to wiki (10.0.0.5 TCP 443): ALLOWED",
        "  The policy Staff allows it, through Office.",
        "  Its rule Healthy holds:",
        "    + user.email.endsWith('.test')   (user.email is 'owner@acme.test')",
        "  The gateway Office does not enforce this yet, or is away.",
    ]


def test_people_and_devices_are_named_in_every_way(run, api, office):
    device = given.rows(api, "devices")[0]["id"]
    for who in (
        ("owner@acme.test",),
        ("laptop",),
        (office["owner"].upper(),),
        (device,),
        ("Laptop", "--device"),
        (device, "--device"),
    ):
        found = json.loads(run("explain", *who, "10.0.0.5:443/udp", "--json", code=3))
        (result,) = found["results"]
        assert (result["device"]["id"], result["user"]["id"]) == (device, office["owner"])
    assert run("explain", "nobody", "wiki", code=1) == "gatescale: There is no device nobody.\n"
    assert "query/to" in run("explain", "laptop", "10.0.0.5", code=1)


def test_who_has_no_device_reaches_nothing(run, api, office):
    given.user(api, "bob@acme.test")
    told = run("explain", "bob@acme.test", "wiki", code=3)
    assert told.startswith("bob@acme.test has no device, and so reaches nothing.\n")


def test_the_past_is_asked_about_in_the_time_of_this_computer(run, api, live, office):
    before = live.clock()
    body = {"name": "Healthy", "rule": "true", "hasTimeConstraint": False}
    assert api.put(f"/tenants/admission-rules/{office['rule']}", json=body).status == 200
    assert "ALLOWED" in run("explain", "laptop", "wiki")
    tokyo = (before + timedelta(hours=9)).replace(tzinfo=None)
    try:
        for at, zone in ((before.isoformat(), "UTC"), (tokyo.isoformat(sep=" "), "Asia/Tokyo")):
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("TZ", zone)
                time.tzset()
                told = run("explain", "laptop", "wiki", "--at", at, code=3)
            assert "NOT ALLOWED" in told
            assert f"As of {before:%Y-%m-%d %H:%M} UTC" in told
    finally:
        time.tzset()
    told = run("explain", "laptop", "wiki", "--at", datetime.now().isoformat())  # noqa: DTZ005
    assert "The gateway was Office." in told
    assert "is no moment" in run("explain", "laptop", "wiki", "--at", "noon", code=1)
    assert "begins at" in run("explain", "laptop", "wiki", "--at", "2001-01-01", code=1)


def test_who_reaches_what_is_a_table(run, api, office):
    assert run("who-reaches", "wiki").splitlines()[1:] == []
    body = {"name": "Healthy", "rule": "true", "hasTimeConstraint": False}
    assert api.put(f"/tenants/admission-rules/{office['rule']}", json=body).status == 200
    row = ["owner@acme.test", "laptop", "wiki", "Office", "all", "of", "it"]
    for asked in (
        ("who-reaches", "wiki"),
        ("reach", "owner@acme.test"),
        ("reach", "laptop"),
        ("reach", office["owner"]),
        ("reach", "laptop", "--device", "--all"),
    ):
        head, line = run(*asked).splitlines()
        assert head.split() == ["USER", "DEVICE", "RESOURCE", "GATEWAY", "REACHES"]
        assert line.split() == row
        assert json.loads(run(*asked, "--json"))["total"] == 1
    assert run("who-reaches", "nothing", code=1) == "gatescale: There is no resource nothing.\n"


def test_a_preview_tells_who_gains_what(run, api, office, tmp_path):
    body = {"name": "Healthy", "rule": "true", "hasTimeConstraint": False}
    change = {
        "operation": "AdmissionRulesController_update",
        "parameters": {"id": office["rule"]},
        "body": body,
    }
    file = tmp_path / "changes.json"
    file.write_text(json.dumps({"changes": [change]}))
    assert run("preview", str(file)) == "owner@acme.test (laptop):\n  + gains wiki\n"
    assert json.loads(run("preview", str(file), "--json"))["consequences"][0]["count"] == 1
    body["rule"] = RULE
    file.write_text(json.dumps({"changes": [change]}))
    assert run("preview", str(file)) == "Nobody gains or loses anything.\n"
    body["name"] = ""
    file.write_text(json.dumps({"changes": [change]}))
    assert "/changes/0/body/name" in run("preview", str(file), code=1)
    for wrong in ("{", "[]", '{"changes": [{"operation": "x"}]}', '{"change": []}'):
        file.write_text(wrong)
        assert run("preview", str(file), code=1).startswith(f"gatescale: {file}: ")


def test_a_shell_completes_emails_and_devices(api, office, monkeypatch):
    monkeypatch.setenv("GATESCALE_URL", api.url)
    monkeypatch.setenv("GATESCALE_API_KEY", api.key)
    assert explaining.people_and_devices("o") == ["owner@acme.test"]
    assert explaining.people_and_devices("L") == ["laptop"]
