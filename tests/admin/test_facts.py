"""Attributes, posture, owned devices and settings, from the command line."""

import csv
import json

import pytest
from typer.testing import CliRunner

from controller import given
from gatescale.__main__ import app
from gatescale.admin.spelling import value


@pytest.fixture
def run(api, monkeypatch):
    """Run a command as the tenant's owner; return what it printed, or what it was refused with."""
    monkeypatch.setenv("GATESCALE_URL", api.url)
    monkeypatch.setenv("GATESCALE_API_KEY", api.key)

    def run(*arguments, code=0, text=None):
        done = CliRunner().invoke(app, arguments, input=text)
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout if code == 0 else done.stderr

    return run


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("true", True),
        ("FALSE", False),
        ("3", 3),
        ("-2.50", -2.5),
        ("0", 0),
        ("007", "007"),
        ("1e3", "1e3"),
        ("٣", "٣"),
        ('"3"', "3"),
        ('""', ""),
        ('"', '"'),
        ("9" * 16, "9" * 16),
        ("Berlin ", "Berlin "),
    ],
)
def test_a_value_is_what_a_person_would_take_it_for(text, meant):
    assert value(text) == meant
    assert type(value(text)) is type(meant)


def test_attributes_are_set_and_taken_away_one_by_one(run, api):
    given.user(api, "ann@acme.test")

    def attributes(*options):
        told = run("users", "update", "ann@acme.test", *options, "--json")
        return json.loads(told)["attributes"]

    assert attributes("--attribute", "level=3", "--attribute", "site=Berlin") == {
        "level": 3,
        "site": "Berlin",
    }
    assert attributes("--attribute", "onCall=true", "--attribute", "site=") == {
        "level": 3,
        "onCall": True,
    }
    assert attributes("--department", "Engineering") == {"level": 3, "onCall": True}
    shown = run("users", "show", "ann@acme.test")
    assert "level=3, onCall=yes" in shown
    assert "Engineering" in shown
    assert attributes("--attribute", "") == {}
    assert "NAME=VALUE" in run("users", "update", "ann@acme.test", "--attribute", "x", code=1)
    refused = run("users", "update", "ann@acme.test", "--attribute", "a b=1", code=1)
    assert "/attributes/a b" in refused


CSV = """email,Department,title,First Name,last_name,attribute:level,attribute:Site
ann@acme.test,Engineering,Lead,Ann,Lee,3,Berlin
bob@acme.test,,,,,,
bad@acme.test,Sales,,,,x,"{long}"
"""


def test_people_are_invited_with_all_that_a_file_says_of_them(run, api, tmp_path):
    path, report = tmp_path / "people.csv", tmp_path / "failed.csv"
    path.write_text(CSV.format(long="x" * 501))
    arguments = ("users", "invite", "--csv", str(path), "--group", "Default Group")
    run(*arguments, "--report", str(report), code=1)
    users = {user["email"]: user for user in given.rows(api, "users")}
    ann, bob = users["ann@acme.test"], users["bob@acme.test"]
    assert (ann["firstName"], ann["lastName"], ann["department"]) == ("Ann", "Lee", "Engineering")
    assert (ann["title"], ann["attributes"]) == ("Lead", {"level": 3, "Site": "Berlin"})
    assert (bob["firstName"], bob["department"], bob["attributes"]) == (None, None, {})
    assert "bad@acme.test" not in users
    (row,) = csv.DictReader(report.read_text().splitlines())
    assert (row["email"], row["department"], row["attribute:level"]) == (
        "bad@acme.test",
        "Sales",
        "x",
    )
    assert "500" in row["reason"]
    report.write_text(report.read_text().replace("x" * 501, "Bonn"))
    run("users", "invite", "--csv", str(report), "--group", "Default Group")
    bad = given.rows(api, "users", "&filter[attributes.Site]=Bonn")
    assert [user["email"] for user in bad] == ["bad@acme.test"]


def test_a_column_that_is_not_known_is_named(run, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("email,salary\nann@acme.test,1\n")
    assert "attribute:NAME" in run("users", "invite", "--csv", str(path), code=1)


def test_a_device_tells_what_changed_and_when(run, api):
    owner = given.owner(api)["id"]
    given.device(api, owner, "laptop", firewall=True, extra={"chassis": "laptop"})
    lines = run("devices", "posture", "laptop").splitlines()
    assert lines[0].split() == ["AT", "SIGNALS"]
    assert "firewall=yes" in lines[1]
    assert "chassis=laptop" in lines[1]
    page = json.loads(run("devices", "posture", "laptop", "--json"))
    assert page["data"][0]["posture"]["firewall"] is True
    assert "no device" in run("devices", "posture", "desktop", code=1)


def test_owned_devices_are_listed_added_taken_and_replaced(run, api, tmp_path):
    assert run("owned-devices", "list") == ""
    assert "2 serial numbers" in run("owned-devices", "add", "PF2", "C02")
    run("owned-devices", "add", "pf2", "X1")
    assert run("owned-devices", "list").split() == ["C02", "PF2", "X1"]
    run("owned-devices", "remove", "c02")
    assert "not on the list: c02" in run("owned-devices", "remove", "c02", code=1)
    path = tmp_path / "serials.csv"
    path.write_text("\ufeffName,Serial Number\nlaptop,PF2\n,\nother, Z9 \n")
    assert "needs --yes" in run("owned-devices", "set", str(path), code=2)
    told = json.loads(run("owned-devices", "set", str(path), "--yes", "--json"))
    assert told == {"serialNumbers": ["PF2", "Z9"]}
    run("owned-devices", "set", "-", "--yes", text="A\n\nB\n")
    assert json.loads(run("owned-devices", "list", "--json")) == {"serialNumbers": ["A", "B"]}
    path.write_text("a,b\n1,2\n")
    assert "called serial" in run("owned-devices", "set", str(path), "--yes", code=1)
    assert "/serialNumbers/1" in run("owned-devices", "set", "-", "--yes", text="A\na\n", code=1)


def test_settings_are_shown_and_changed_one_by_one(run, api):
    assert "3600" in run("settings", "show")
    run("settings", "update", "--time-zone", "Europe/Berlin")
    told = json.loads(run("settings", "update", "--posture-max-age", "900", "--json"))
    assert (told["timeZone"], told["postureMaxAge"]) == ("Europe/Berlin", 900)
    told = json.loads(run("settings", "update", "--session-idle", "1800", "--json"))
    assert (told["postureMaxAge"], told["sessionIdle"]) == (900, 1800)
    assert "has no passkey" in run("settings", "update", "--no-passwords", code=1)
    assert "no time zone" in run("settings", "update", "--time-zone", "Europe/X", code=1)
    run("settings", "update", "--posture-max-age", "0", code=1)
    run("settings", "update", code=2)
