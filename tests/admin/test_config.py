"""The configuration as a file: out, compared, in, and every mistake with its place."""

import json
from itertools import pairwise

import pytest
import yaml
from typer.testing import CliRunner

from controller import given
from gatescale.__main__ import app


@pytest.fixture
def run(api, tmp_path):
    """Run a config command on a text; return what it printed, or what it was refused with."""
    path = tmp_path / "space.yaml"

    def run(verb, text=None, *options, code=0):
        arguments = ["config", verb, *options]
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            arguments.append(str(path))
        environment = {"GATESCALE_URL": api.url, "GATESCALE_API_KEY": api.key}
        done = CliRunner().invoke(app, arguments, env=environment)
        assert done.exit_code == code, (done.output, done.exception)
        return (done.stderr if code == 1 else done.stdout).replace(str(path), "space.yaml")

    return run


@pytest.fixture
def furnished(api):
    """A tenant with one of everything, with names that YAML could misread."""
    web, engineers = given.protocol(api, "Web"), given.group(api, "Engineers", maxDevices=3)
    given.group(api, "no", description="Überall: #1\n\n- two")
    berlin, paris = given.gateway(api, "berlin"), given.gateway(api, "1.5")
    wiki = given.resource(
        api, "wiki", addresses=[{"address": "10.0.0.5", "protocols": [web["id"]]}]
    )
    given.connected(api, wiki, paris, berlin)
    rule = given.admission_rule(api)
    owner = given.owner(api)["id"]
    grants = {"groups": [engineers["id"]], "users": [owner], "resources": [wiki["id"]]}
    given.policy(api, "Read", **grants, rule=rule["id"])
    given.policy(api, "Block", action=False, allUsers=True, resources=[wiki["id"]])
    return api


def test_a_round_trip_is_byte_identical_and_changes_nothing(run, furnished):
    first = run("export")
    assert "token" not in first
    assert "Überall" in first
    assert yaml.safe_load(first)["groups"][-1]["name"] == "no"
    assert run("plan", first) == "Nothing to change.\n"
    assert run("apply", first, "--yes") == "Nothing to change.\n"
    assert run("export") == first
    assert run("plan", first, "--exit-code") == "Nothing to change.\n"


def test_export_for_programs_is_the_apis_json(run, furnished):
    answer = furnished.get("/tenants/configuration")
    assert run("export", None, "--json") == answer.body.decode() + "\n"
    assert run("plan", answer.body) == "Nothing to change.\n", "JSON is YAML"


def test_a_plan_tells_in_words_and_changes_nothing(run, furnished):
    first = run("export")
    changed = first.replace("maxDevices: 3", "maxDevices: 4").replace("name: Block", "name: Stop")
    told = run("plan", changed)
    assert run("plan", changed, "--exit-code", code=2) == told
    assert [line[:2] for line in sorted(told.splitlines())] == ["+ ", "- ", "~ "]
    assert "Engineers" in told
    assert "Stop" in told
    assert len(json.loads(run("plan", changed, "--json"))["steps"]) == 3
    assert run("export") == first


def test_apply_tells_what_it_does_and_what_was_left_out_goes(run, furnished):
    document = yaml.safe_load(run("export"))
    document["policies"] = [p for p in document["policies"] if p["name"] != "Block"]
    text = yaml.safe_dump(document)
    plan = run("plan", text)
    told = run("apply", text, "--yes")
    assert told.startswith(plan)
    assert told.splitlines()[-1].startswith("Done: 1 changes, revision ")
    assert run("plan", text) == "Nothing to change.\n"
    assert "Block" not in run("export")


def test_apply_without_a_terminal_wants_a_yes(run, furnished):
    first = run("export")
    run("apply", first.replace("maxDevices: 3", "maxDevices: 4"), code=2)
    assert run("export") == first


def test_a_file_moves_to_another_tenant(run, furnished, live):
    text = run("export")
    document = yaml.safe_load(text)
    document["policies"][0]["users"] = document["policies"][1]["users"] = []
    other = live.tenant("Other")
    environment = {"GATESCALE_URL": other.url, "GATESCALE_API_KEY": other.key}
    arguments = ["config", "apply", "--yes", "-"]
    done = CliRunner().invoke(app, arguments, input=yaml.safe_dump(document), env=environment)
    assert done.exit_code == 0, done.output
    again = CliRunner().invoke(app, ["config", "export"], env=environment).stdout
    assert yaml.safe_load(again)["resources"] == document["resources"]


BOMB = "\n".join(["a: &a [1]", *(f"{b}: &{b} [{f'*{a}, ' * 9}]" for a, b in pairwise("abcdefghi"))])
START = "version: 1\ngroups:\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (START + "  - name: [A\n", "space.yaml:4:1: "),
        (START + "  - name: A\n   roles: []\n", "space.yaml:4:4: "),
        (START + "\t- name: A\n", "space.yaml:3:1: "),
        (START + "  - name: A\n    name: B\n", "space.yaml:4:5: name stands in line 3 already"),
        ("version: 1\ngroups: []\ngroups: []\n", "space.yaml:3:1: groups stands in line 2"),
        (START + "  - on: A\n", "space.yaml:3:5: 'on' is no text: put it in quotes"),
        (START + "  - &a [*a]\n", "space.yaml:3:5: aliases make this too large"),
        (BOMB, "space.yaml:7:4: aliases make this too large"),
        (START + "  - !!python/object:os.system {}\n", "space.yaml:3:5: could not determine"),
        (b"version: 1 # \xff\n", "space.yaml:1: it is not UTF-8"),
        ("", "space.yaml: it is no configuration"),
        ("- a\n", "space.yaml: it is no configuration"),
        ("a: 1\n---\nb: 2\n", "space.yaml:2:1: "),
        ("[" * 5000, "space.yaml"),
        ("a: \x00", "space.yaml"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_mistake_of_yaml_is_told_with_line_and_column(run, text, told):
    refused = run("plan", text, code=1)
    assert refused.startswith(f"gatescale: {told}"), refused
    assert refused.count("\n") == 1


def test_every_mistake_of_a_field_is_told_with_its_place(run, api):
    text = (
        "version: 1\n"
        "gateways:\n"
        "  - name: berlin\n"
        "    wireguardPort: 51820\n"
        "groups:\n"
        "  - {description: nameless}\n"
        "  - name: A\n"
        "    colour: red\n"
    )
    lines = run("apply", text, "--yes", code=1).splitlines()
    assert [line.partition(": ")[2].partition(": ")[0] for line in sorted(lines)] == [
        "space.yaml:4:5",
        "space.yaml:6:5",
        "space.yaml:8:5",
    ]
    assert any("/gateways/0/wireguardPort: " in line for line in lines)
    assert [group["name"] for group in given.rows(api, "groups")] == ["Default Group"]


def test_a_name_that_nothing_has_is_told_where_it_stands(run, furnished):
    text = run("export").replace("- Engineers\n", "- Nobodies\n")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "Nobodies" in each)
    told = run("plan", text, code=1)
    assert f"space.yaml:{line}:" in told
    assert "Nobodies" in told
