"""The command line against a controller, through the runner: what people and programs get."""

import json
import os
import re
import subprocess
import sys

import msgspec
import pytest
from typer.testing import CliRunner

from controller import given
from gatescale.__main__ import app
from gatescale.admin import fields, verbs
from gatescale.admin.connection import Connection
from gatescale.admin.nouns import NOUNS
from gatescale.admin.table import shown
from processes import GATESCALE


@pytest.fixture
def run(api, monkeypatch):
    """Run a command as the tenant's owner; return what it printed, or what it was refused with."""
    monkeypatch.setenv("GATESCALE_URL", api.url)
    monkeypatch.setenv("GATESCALE_API_KEY", api.key)

    def run(*arguments, code=0):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout if code == 0 else done.stderr

    return run


@pytest.fixture
def people(api):
    """Ann and Bob, of Engineering."""
    group = given.group(api, "Engineering")
    return [given.user(api, f"{name}@acme.test", [group["id"]]) for name in ("ann", "bob")]


def test_a_list_is_a_table_for_people_and_the_apis_json_for_programs(run, api, people):
    lines = run("users", "list", "--sort", "email").splitlines()
    assert lines[0].split()[:2] == ["EMAIL", "STATUS"]
    assert [line.split()[0] for line in lines[1:]] == [
        "ann@acme.test",
        "bob@acme.test",
        "owner@acme.test",
    ]
    assert "Engineering" in lines[1]
    answer = api.get("/tenants/users?sort=email&limit=50")
    assert run("users", "list", "--sort", "email", "--json") == answer.body.decode() + "\n"


def test_a_list_is_filtered_searched_and_sorted(run, people):
    def emails(*options):
        return [u["email"] for u in json.loads(run("users", "list", "--json", *options))["data"]]

    assert emails("--filter", "email[ilike]=%BOB%") == ["bob@acme.test"]
    assert emails("--filter", "status=INVITED", "--sort", "-email") == [
        "bob@acme.test",
        "ann@acme.test",
    ]
    assert emails("--filter", "groups.id=engineering", "--search", "ann") == ["ann@acme.test"]
    assert emails("--filter", "email[ilike]=%a%", "--filter", "email[ilike]=%ann%") == [
        "ann@acme.test"
    ]
    assert emails("--sort", "email", "--limit", "1", "--offset", "1") == ["bob@acme.test"]


def test_all_rows_come_as_one_page_for_programs_and_are_counted_for_people(run, api):
    group = given.default_group(api)["id"]
    emails = [f"p{n:03}@acme.test" for n in range(200)]
    for part in (emails[:100], emails[100:]):
        api.made("/tenants/users", [{"email": email, "groups": [group]} for email in part])
    page = json.loads(run("users", "list", "--all", "--sort", "email", "--json"))
    assert [user["email"] for user in page["data"]][1:] == emails
    assert (page["total"], page["limit"], page["hasNext"]) == (201, 201, False)
    assert page["data"][0] == api.get("/tenants/users?sort=email").json()["data"][0]
    assert len(run("users", "list", "--limit", "150").splitlines()) == 151
    assert len(run("users", "list", "--all").splitlines()) == 202


@pytest.mark.parametrize("noun", [noun for noun in NOUNS.values() if noun.columns])
def test_every_noun_is_listed_in_both_ways(run, noun):
    assert run(noun.command, "list").splitlines()[0]
    assert json.loads(run(noun.command, "list", "--json")) is not None


def test_groups_come_with_their_members_only_where_these_are_shown(run, api, people, monkeypatch):
    asked, send = [], Connection.send

    async def noted(self, answer, call):
        if call.method == "GET" and call.path.startswith("/tenants/groups"):
            asked.append(("withoutUsers", "true") in call.query)
        return await send(self, answer, call)

    monkeypatch.setattr(Connection, "send", noted)
    header, *lines = run("groups", "list", "--sort", "name").splitlines()
    assert header.split()[:3] == ["NAME", "ROLES", "MEMBERS"]
    (engineering,) = [line for line in lines if line.startswith("Engineering")]
    assert engineering.split()[1:3] == ["2", "5"]
    assert fields.completion("groups")("eng") == ["Engineering"]
    run("users", "list", "--filter", "groups.id=engineering")
    run("groups", "update", "engineering", "--description", "x")
    assert asked
    assert all(asked)
    asked.clear()
    answer = api.get("/tenants/groups?limit=50")
    assert run("groups", "list", "--json") == answer.body.decode() + "\n"
    assert asked == [False]
    shown = json.loads(run("groups", "show", "engineering", "--json"))
    assert [user["email"] for user in shown["users"]] == ["ann@acme.test", "bob@acme.test"]
    assert "ann@acme.test, bob@acme.test" in run("groups", "show", shown["id"])


COMMANDS = [(noun.command, verb.name) for noun in NOUNS.values() for verb in noun.verbs]


@pytest.mark.parametrize(("noun", "verb"), COMMANDS)
def test_every_command_explains_itself_with_its_exit_codes(run, noun, verb):
    text = run(noun, verb, "--help")
    assert "Exit codes: 0 done;" in text
    assert "GATESCALE_API_KEY" in text


@pytest.mark.parametrize(("noun", "verb"), COMMANDS)
def test_every_operation_of_the_table_exists(noun, verb, client):
    verb = next(each for each in NOUNS[noun].verbs if each.name == verb)
    operations = NOUNS[noun].of(client)
    for name in filter(None, (verb.operation, NOUNS[noun].list, NOUNS[noun].show)):
        assert callable(getattr(operations, name))
    if isinstance(verb, (verbs.Creating, verbs.Updating)):
        struct = verbs.shape(verb.struct)
        known = {each.name for each in msgspec.structs.fields(struct)}
        assert {each.name for each in verb.fields} == known, "an option for every field"


OF_THEIR_OWN = {
    "policy_tests": {"run"},
    "users": {"create", "find_user_roles", "patch_user_roles"},
    "gateways": {"test_configuration"},
    "admission_rules": {"create", "update", "check", "language"},
    "policies": {"reorder"},
    "configuration": {"export", "plan", "apply"},
    "devices": {"find_posture_reports"},
    "access": {"explain", "matrix", "preview"},
    "owned_devices": {"find", "update"},
    "settings": {"find", "update"},
    "notifications": {"find", "update"},
    "live": {"follow"},
    "overview": {"find"},
    "topology": {"find"},
}
"""Operations of commands that are written, not declared."""


@pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS.keys())
def test_every_operation_of_the_api_has_a_command(noun, client):
    found = {name for name in dir(noun.of(client)) if name[0] != "_"}
    names = {name for name in found if name.partition("_")[0] != "every"}
    used = {noun.list, noun.show, *(verb.operation for verb in noun.verbs)}
    assert names == (used | OF_THEIR_OWN.get(noun.operations, set())) - {""}


def test_users_are_changed_in_every_way_by_their_emails(run, people):
    ann, bob = "ann@acme.test", "BOB@acme.test"
    assert "Ann" in run("users", "update", ann, "--first-name", "Ann", "--max-devices", "3")
    changed = json.loads(run("users", "update", ann, "--last-name", "Lee", "--json"))
    assert (changed["firstName"], changed["lastName"], changed["maxDevices"]) == ("Ann", "Lee", 3)
    assert json.loads(run("users", "update", ann, "--last-name", "", "--json"))["lastName"] is None
    table = run("users", "deactivate", ann, bob)
    assert table.count("DEACTIVATED") == 2
    documents = run("users", "reactivate", ann, bob, "--json").splitlines()
    assert [json.loads(each)["status"] for each in documents] == ["INVITED", "INVITED"]
    assert run("users", "resend", bob) == "Invited BOB@acme.test again.\n"
    run("users", "add-group", bob, "Default Group")
    run("users", "remove-group", bob, "engineering")
    assert "Default Group" in run("users", "show", bob)
    assert "Admin" in run("users", "roles", bob, "--add", "ADMIN")
    assert "Admin" not in run("users", "roles", bob, "--remove", "Admin")
    assert run("roles", "users", "ADMIN", "--groups").splitlines()[1:] == []
    assert run("users", "delete", ann, bob, "--yes").splitlines() == [
        "Deleted user ann@acme.test.",
        "Deleted user BOB@acme.test.",
    ]


def test_a_code_is_shown_for_the_owner_and_they_stay_the_owner(run, people):
    assert re.search(r"code +\S{20}", run("users", "enrolment-code", "owner@acme.test"))
    assert "INVITED" in run("users", "make-owner", "ann@acme.test", "--yes", code=1)


def test_people_are_invited_by_name_all_or_none(run, api, people):
    text = run("users", "invite", "c@acme.test", "d@acme.test", "--group", "Engineering")
    assert [line.split()[0] for line in text.splitlines()[1:]] == ["c@acme.test", "d@acme.test"]
    again = ("e@acme.test", "ann@acme.test")
    refused = run("users", "invite", *again, "--group", "Engineering", code=1)
    assert refused == "gatescale: /1/email: ann@acme.test is a user of this tenant already.\n"
    assert len(given.rows(api, "users")) == 5
    made = run("users", "invite", "f@acme.test", "--group", "Engineering", "--json")
    assert json.loads(made)["email"] == "f@acme.test"
    assert "--group" in run("users", "invite", "g@acme.test", code=2)


def test_a_way_to_a_resource_is_made_from_names_alone(run, people):
    run("gateways", "create", "berlin", "--endpoint", "gw.example.com")
    assert "gsg_" in run("gateways", "rotate-token", "berlin")
    run("protocols", "create", "--name", "Web", "--port", "tcp/443", "--port", "icmp")
    text = run("resources", "create", "wiki", "--address", "10.0.0.5=Web,SSH")
    assert "10.0.0.5=SSH,Web" in text
    run("resources", "add-gateway", "wiki", "berlin")
    run("resources", "balance", "wiki", "--mode", "manual", "--gateway", "Berlin")
    assert "berlin" in run("addresses", "gateways", "10.0.0.5")
    run("rules", "create", "Engineers", "--rule", "user.department == 'Engineering'")
    run("policies", "create", "Staff", "--allow", "--group", "Engineering", "--resource", "wiki")
    run("policies", "update", "Staff", "--rule", "Engineers", "--user", "ann@acme.test")
    staff = json.loads(run("policies", "show", "staff", "--json"))
    assert [group["name"] for group in staff["groups"]] == ["Engineering"]
    assert [user["email"] for user in staff["users"]] == ["ann@acme.test"]
    assert (staff["rule"]["name"], staff["action"]) == ("Engineers", True)
    cleared = json.loads(run("policies", "update", "Staff", "--user", "", "--json"))
    assert cleared["users"] == []
    run("resources", "remove-gateway", "wiki", "berlin")
    run("policies", "delete", "Staff", "-y")


def test_an_update_keeps_what_it_does_not_name(run, api):
    gateway = given.gateway(api, "berlin")
    wiki = given.resource(api, "wiki", addresses=[{"address": "10.0.0.5"}, {"address": "10.0.0.6"}])
    run("gateways", "update", "berlin", "--description", "In Berlin")
    after = given.read(api, f"/tenants/gateways/{gateway['id']}")
    assert (after["endpoint"], after["description"]) == ("gw.example.com", "In Berlin")
    run("resources", "update", "wiki", "--description", "All we know")
    run("resources", "update", "wiki", "--address", "10.0.0.6", "--address", "10.0.0.7")
    after = given.read(api, f"/tenants/resources/{wiki['id']}")
    ids = {each["address"]: each["id"] for each in wiki["addresses"]}
    assert after["description"] == "All we know"
    assert {each["address"] for each in after["addresses"]} == {"10.0.0.6", "10.0.0.7"}
    assert ids["10.0.0.6"] in {each["id"] for each in after["addresses"]}
    group = given.group(api, "Sales", description="Sells", maxDevices=2)
    run("groups", "update", "Sales", "--role", "AUDITOR")
    after = given.read(api, f"/tenants/groups/{group['id']}")
    assert (after["description"], after["maxDevices"]) == ("Sells", 2)
    assert [role["type"] for role in after["roles"]] == ["AUDITOR"]
    run("addresses", "update", "10.0.0.6", "--protocol", "SSH")
    assert "SSH" in run("addresses", "show", "10.0.0.6")


def test_what_the_gateway_found_out_itself_is_not_written_back(run, api):
    made = api.made("/tenants/gateways", {"name": "berlin", "wireguardPort": "51820"})
    run("gateways", "update", "berlin", "--description", "x")
    after = given.read(api, f"/tenants/gateways/{made['id']}")
    assert after["autoDiscoverEndpoint"] is True


def test_policies_are_moved_and_put_in_order(run, api):
    for name in ("A", "B", "C"):
        given.policy(api, name, allUsers=True)

    def order():
        page = json.loads(run("policies", "list", "--filter", "type=PRIVATE", "--json"))
        return [policy["name"] for policy in page["data"]]

    run("policies", "move", "C", "--to", "first")
    assert order() == ["C", "A", "B"]
    run("policies", "move", "C", "--after", "A")
    assert order() == ["A", "C", "B"]
    run("policies", "move", "B", "--before", "C")
    assert order() == ["A", "B", "C"]
    run("policies", "move", "A", "--to", "last")
    assert order() == ["B", "C", "A"]
    run("policies", "reorder", "A", "B", "C", "--type", "private")
    assert order() == ["A", "B", "C"]
    assert "/policies" in run("policies", "reorder", "A", "B", code=1)
    assert "say one of" in run("policies", "move", "A", code=2)
    assert "no other PRIVATE policy" in run("policies", "move", "A", "--after", "A", code=1)


def test_a_key_is_shown_once_and_deleted_by_its_name(run, api):
    made = run("keys", "create", "ci", "--role", "AUDITOR", "--allowed-source", "127.0.0.0/8")
    (key,) = re.findall(r"gsk_\S+", made)
    assert key not in run("keys", "show", "ci")
    assert json.loads(run("keys", "show", "ci", "--json"))["name"] == "ci"
    run("keys", "delete", "ci", "--yes")
    assert json.loads(run("keys", "list", "--json"))[0]["name"] == "First key"


def test_a_name_that_several_bear_is_refused_with_their_ids(run, api):
    owner = given.owner(api)["id"]
    ids = [given.device(api, owner, "laptop")["id"] for _ in range(2)]
    told = run("devices", "deactivate", "laptop", code=1)
    assert "2 devices are called 'laptop'" in told
    assert all(each in told for each in ids)
    run("devices", "deactivate", ids[0])
    assert "Deactivated" in run("devices", "show", ids[0])
    assert "there is no device 'desktop'" in run("devices", "show", "desktop", code=1)


def test_a_name_in_its_exact_case_is_meant_before_others(run, api):
    owner = given.owner(api)["id"]
    for name in ("Laptop", "laptop", "LAPTOP"):
        given.device(api, owner, name)
    assert json.loads(run("devices", "show", "laptop", "--json"))["name"] == "laptop"


def test_wild_cards_in_a_name_are_no_wild_cards(run, api, people):
    assert "there is no user '%'" in run("users", "delete", "%", "--yes", code=1)
    given.group(api, "100% Remote")
    assert "100% Remote" in run("groups", "show", "100% remote")


def test_an_unknown_name_among_several_changes_nobody(run, api, people):
    run("users", "delete", "ann@acme.test", "nobody@acme.test", "--yes", code=1)
    assert len(given.rows(api, "users")) == 3


def test_deletion_asks_and_without_a_terminal_wants_a_yes(run, api, people):
    assert "needs --yes" in run("users", "delete", "ann@acme.test", code=2)
    assert len(given.rows(api, "users")) == 3


def test_an_update_of_nothing_says_what_there_is(run, people):
    assert "--first-name" in run("users", "update", "ann@acme.test", code=2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("users", "list", "--filter", "nonsense=1"), "query/filter[nonsense]: There is no field"),
        (("users", "list", "--filter", "nonsense"), "'nonsense' is no filter"),
        (("users", "list", "--sort", "nonsense"), "There is no field"),
        (("groups", "create", "Default Group"), "/name: "),
        (("protocols", "create", "--port", "sctp/1"), "write tcp/443"),
        (("protocols", "create", "--port", "tcp/99999"), "/networkProtocols/0"),
        (("keys", "create", "x", "--role", "ADMIN", "--expires-at", "soon"), "/expiresAt"),
        (("roles", "show", "7b9c1c1e-52d4-4a2f-9d5e-0c6f1f3a8e21"), "role 7b9c1c1e"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value)[:40],
)
def test_a_refusal_is_one_line_that_says_where(run, arguments, words):
    told = run(*arguments, code=1)
    assert told.startswith("gatescale: ")
    assert words in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "what", "otherwise"),
    [
        ("GATESCALE_URL", "the controller's URL", "--url (in Python, url=)"),
        ("GATESCALE_API_KEY", "an API key", "a file by --api-key-file (in Python, key=)"),
    ],
)
def test_a_setting_that_misses_is_told_with_all_ways_to_give_it(
    run, monkeypatch, variable, what, otherwise
):
    monkeypatch.delenv(variable)
    told = f"gatescale: {what} is missing: set {variable}, or give {otherwise}\n"
    assert run("users", "list", code=1) == told


def test_a_file_without_a_key_is_told(run, monkeypatch, tmp_path):
    monkeypatch.delenv("GATESCALE_API_KEY")
    empty, absent = tmp_path / "empty", tmp_path / "absent"
    empty.write_text("\n")
    assert "holds no API key" in run("users", "list", "--api-key-file", str(empty), code=1)
    assert "No such file" in run("users", "list", "--api-key-file", str(absent), code=1)


def test_a_key_comes_from_a_file_as_well(run, api, monkeypatch, tmp_path):
    monkeypatch.delenv("GATESCALE_API_KEY")
    (tmp_path / "key").write_text(f"{api.key}\n")
    assert "owner@acme.test" in run("users", "list", "--api-key-file", str(tmp_path / "key"))


def test_names_are_completed_from_the_controller_and_silence_is_no_error(run, people, monkeypatch):
    complete = fields.completion("users")
    assert complete("An") == ["ann@acme.test"]
    assert complete("x") == []
    assert fields.completion("roles")("au") == ["Auditor"]
    monkeypatch.setenv("GATESCALE_URL", "http://127.0.0.1:9")
    assert complete("a") == []


def test_the_audit_log_is_listed_beside_its_proof(run, people):
    assert "UsersController_create" in run("audit", "list", "--limit", "5")
    assert "verify" in run("audit", "--help")


def test_what_a_terminal_would_obey_is_shown_instead():
    assert shown("a\x1b[2Jb\nc\u202ed") == "a\\x1b[2Jb\\nc\\u202ed"
    assert shown([True, None, "[bold]"]) == "yes, , [bold]"
    assert shown(list(range(7))) == "0, 1, 2, 3, 4, and 2 more"
    assert shown("2026-11-24T09:30:00.000000Z") == "2026-11-24 09:30 UTC"


def test_help_imports_nothing_that_is_slow():
    code = (
        "import sys\nfrom gatescale.__main__ import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "slow = ('aiohttp', 'asyncio', 'msgspec', 'rich', 'sqlalchemy', 'yaml')\n"
        "print([name for name in slow if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "users" in told
    assert told.splitlines()[-1] == "[]"


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["table", "json"])
def test_a_reader_that_has_enough_ends_a_list_quietly(api, options):
    environment = {**os.environ, "GATESCALE_URL": api.url, "GATESCALE_API_KEY": api.key}
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb") as closed:
        done = subprocess.run(
            [GATESCALE, "protocols", "list", *options],
            env=environment,
            stdout=closed,
            stderr=subprocess.PIPE,
            check=True,
        )
    assert done.stderr == b""


def test_policy_tests_are_made_run_and_overruled(run, api, tmp_path):
    group, owner = given.group(api, "Contractors")["id"], given.owner(api)
    api.made(f"/tenants/users/{owner['id']}/groups", {"groupId": group})
    given.connected(api, given.resource(api, "DB", "10.0.0.6"), given.gateway(api, "Office"))
    made = ("policy-tests", "create", "No DB", "--expect", "never", "--resource", "DB")
    run(*made, "--group", "contractors", "--protocol", "TCP", "--port", "5432")
    assert run("policy-tests", "run") == "holds  No DB\n"
    assert "NEVER" in run("policy-tests", "list")
    always = ("policy-tests", "create", "All DB", "--expect", "ALWAYS", "--resource", "DB")
    times = ("--all-users", "--given", "device.posture.firewall=true", "--time", "MONDAY 10:00")
    assert "On Monday at 10:00: No policy lets" in run(*always, *times, code=1)
    wanted = json.loads(run(*always, *times, "--ignore-policy-tests", "--json"))
    assert (wanted["given"], wanted["times"]) == (
        {"device.posture.firewall": True},
        ["MONDAY 10:00"],
    )
    told = CliRunner().invoke(app, ["policy-tests", "run"])
    assert (told.exit_code, told.stdout.splitlines()[0]) == (1, "broken All DB")
    run("policy-tests", "delete", "All DB", "--yes")
    policy = ("policies", "create", "Data", "--allow", "--group", "contractors", "--resource", "DB")
    refusal = run(*policy, code=1)
    assert refusal == (
        "gatescale: The policy test No DB would not hold: The policy Data lets"
        f" {owner['email']} reach DB (10.0.0.6 TCP 5432) through Office.\n"
    )
    file = tmp_path / "acme.yaml"
    file.write_text(run("config", "export"))
    run(*policy, "--ignore-policy-tests")
    assert run("policy-tests", "run", code=1) == ""
    run("config", "apply", str(file), "--yes")
    assert run("policy-tests", "run") == "holds  No DB\n"


def test_a_plan_tells_which_policy_tests_it_breaks(run, api, tmp_path):
    wiki = given.connected(api, given.resource(api), given.gateway(api))["id"]
    file = tmp_path / "acme.yaml"
    file.write_text(run("config", "export"))
    given.policy(api, "All", allUsers=True, resources=[wiki])
    given.policy_test(api, "Open", expect="ALWAYS", allUsers=True, resources=[wiki])
    body = file.read_text().split("policyTests:")[0]
    file.write_text(body)
    planned = run("config", "plan", str(file))
    assert "It breaks policy tests, for which it is refused:\nbroken Open\n" in planned
    assert "The policy test Open would not hold" in run(
        "config", "apply", str(file), "--yes", code=1
    )
    assert "Done: 1 changes" in run("config", "apply", str(file), "--yes", "--ignore-policy-tests")


def test_the_tenant_is_shown_at_a_glance_and_as_a_picture(run, api):
    given.some_of_everything(api)
    text = run("overview", "show")
    assert "users: 2 total, 1 active, 1 invited" in text
    assert "acme" in run("topology", "show")
    assert "acme laptop" in run("topology", "show", "--group", "Default Group")
    assert json.loads(run("overview", "show", "--json"))["gateways"]["pending"] == 1
    assert json.loads(run("topology", "show", "--json"))["resources"]
