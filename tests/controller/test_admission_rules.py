"""Admission rules: made, changed, and kept while a policy carries them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from controller import given
from controller.expect import refused
from gatescale.admission.functions import FUNCTIONS
from gatescale.admission.variables import VARIABLES
from gatescale.controller.store import tables
from live import Api

PATH = "/tenants/admission-rules"
CONFIGURATION = "/tenants/configuration"
OFFICE = "now.between('09:00', '17:00', zone)"


def body(name="Engineers", **more):
    rule = "user.department == 'Engineering'"
    return {"name": name, "rule": rule, "hasTimeConstraint": False, **more}


def checked(api, **sent):
    answer = api.post(f"{PATH}/check", json=sent)
    assert answer.status == 200, answer.body
    return answer.json()


def test_a_rule_is_made_changed_and_deleted(api):
    made = api.made("/tenants/admission-rules", body())
    path = f"/tenants/admission-rules/{made['id']}"
    assert (made["type"], made["rule"]) == ("CUSTOM", "user.department == 'Engineering'")
    assert given.read(api, path) == made
    office = {"rule": OFFICE, "hasTimeConstraint": True}
    changed = api.put(path, json=body("Sales", **office)).json()
    assert (changed["name"], changed["rule"], changed["hasTimeConstraint"]) == (
        "Sales",
        OFFICE,
        True,
    )
    assert api.delete(path).status == 204
    assert api.get(path).status == 404


def test_built_in_rules_stay_as_they_are(api):
    for kind in ("ALLOW", "DENY"):
        path = f"/tenants/admission-rules/{given.rule(api, kind)['id']}"
        refused(api, "PUT", path, 409, json=body())
        refused(api, "DELETE", path, 409)


def test_a_rule_in_use_is_kept_and_its_policies_are_named(api):
    made = given.admission_rule(api)
    given.policy(api, "Staff", rule=made["id"])
    answer = api.delete(f"/tenants/admission-rules/{made['id']}")
    assert (answer.status, "Staff" in answer.json()["detail"]) == (409, True)


def test_a_name_is_taken_once(api):
    given.admission_rule(api, "Engineers")
    refused(api, "POST", "/tenants/admission-rules", 409, "/name", json=body("ENGINEERS"))


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"rule": 5}, "/rule"),
        ({"rule": None}, "/rule"),
        ({"form": {}}, "/form"),
        ({"rule": None, "form": {"where": {}}}, "/form/where"),
        ({"hasTimeConstraint": "no"}, "/hasTimeConstraint"),
        ({"hasTimeConstraint": None}, "/hasTimeConstraint"),
        ({"type": "ALLOW"}, "/type"),
        ({"warnings": []}, "/warnings"),
    ],
)
def test_bad_rules_are_refused(api, wrong, pointer):
    refused(api, "POST", PATH, 422, pointer, json={**body(), **wrong})


def test_whether_time_decides_must_be_said(api):
    said_nothing = {"name": "Engineers", "rule": "true"}
    refused(api, "POST", PATH, 422, "/hasTimeConstraint", json=said_nothing)


NO_RULES = [
    ("", 1, 1, "says nothing; a rule that always holds is: true"),
    ("  ", 1, 1, "says nothing"),
    ("true" + " " * 10_000, 1, 1, "is too long: 10004 characters, at most 10000"),
    ("true && a\x00b", 1, 10, "has a character that no text may have: U+0000"),
    ("user.departmnt == 'Sales'", 1, 1, "did you mean user.department?"),
    ("device.owned\n  && user.titel == 'CTO'", 2, 6, "did you mean user.title or user.attributes?"),
    ("user.title = 'CTO'", 1, 12, "'=' is no operator; '==' compares"),
    ("user.department", 1, 1, "is no condition: compare it with something"),
    ("user.department == 7", 1, 17, "'==' cannot be applied to string and int"),
    ("now.on(['monday'], zone)", 1, 9, "'monday' is no weekday: MONDAY"),
    ("origin.ip.within('10.0.0.0/33')", 1, 18, "is no address or network such as"),
    ("user.groups.exists(g, user.roles.exists(r, r == g))", 1, 1, "could take too long"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), NO_RULES)
def test_what_is_no_rule_is_refused_with_its_place_and_what_would_be_right(
    api, text, line, column, words
):
    sent = body(rule=text)
    told = refused(api, "POST", PATH, 422, "/rule", json=sent)["detail"]
    assert told.startswith(f"Line {line}, column {column}: ")
    assert words in told
    made = given.admission_rule(api, "Others")
    refused(api, "PUT", f"{PATH}/{made['id']}", 422, "/rule", json=sent)
    document = {
        "version": 1,
        "admissionRules": [{"name": "Others", "rule": made["rule"]}, {"name": "New", "rule": text}],
    }
    pointer = "/admissionRules/1/rule"
    assert refused(api, "PUT", CONFIGURATION, 422, pointer, json=document)["detail"] == told
    error = checked(api, rule=text)["error"]
    assert (error["line"], error["column"], words in error["detail"]) == (line, column, True)


HOSTILE = [
    "(" * 4_999 + "1" + ")" * 4_999,
    "[" * 3_000 + "]" * 3_000 + " == []",
    "{" * 3_000 + "}" * 3_000,
    "has(" * 2_400,
    "user.attributes" + ".a" * 4_500 + " == 1",
    "size(" + "+".join(["'a'"] * 2_400) + ") > 0",
    "user.title.matches('(((a{1000}){1000}){1000})')",
    "user.title.matches('" + "(a|b)*a(a|b){500}" * 500 + "')",
    f"user.title.matches('a{{{'9' * 5_000}}}')",
    "user.title.matches('" + "a{999}" * 1_600 + "')",
    "['a']" + ".map(a, a + a)" * 25 + ".size() > 0",
    "[1, 2, 3, 4, 5, 6, 7, 8].all(a, " * 8 + "true" + ")" * 8,
    f"{'9' * 5_000} == 1",
    f"now < timestamp('{'9' * 5_000}-01-01T00:00:00Z')",
    "now.on(['MONDAY'], '../../../etc/passwd')",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30])
def test_a_hostile_rule_is_refused_and_the_controller_lives(api, text):
    refused(api, "POST", PATH, 422, "/rule", json=body(rule=text))
    assert checked(api, rule=text)["error"]["detail"]
    assert api.get("/healthz").status == 200


def test_numbers_that_are_too_long_for_a_form_are_no_form(api):
    assert checked(api, rule=f"0 <= size('{'9' * 5_000}')")["form"] is None


@pytest.mark.parametrize(
    ("text", "time", "words"),
    [
        (OFFICE, False, f"The rule reads the time, so this is true: {OFFICE}."),
        ("true", True, "The rule does not read the time, so this is false."),
        (
            "device.owned && now - device.lastCheck < duration('1h')",
            False,
            "so this is true: now - device.lastCheck < duration('1h').",
        ),
        ("device.lastCheck > timestamp('2026-01-01T00:00:00Z')", True, "does not read the time"),
    ],
)
def test_what_is_said_of_time_is_checked_against_the_rule(api, text, time, words):
    sent = body(rule=text, hasTimeConstraint=time)
    assert words in refused(api, "POST", PATH, 422, "/hasTimeConstraint", json=sent)["detail"]
    document = {"version": 1, "admissionRules": [sent]}
    pointer = "/admissionRules/0/hasTimeConstraint"
    refused(api, "PUT", CONFIGURATION, 422, pointer, json=document)
    assert api.made(PATH, {**sent, "hasTimeConstraint": not time})["hasTimeConstraint"] is not time


def test_a_document_need_not_say_whether_time_decides(api):
    document = {"version": 1, "admissionRules": [{"name": "Office", "rule": OFFICE}]}
    assert len(api.put(CONFIGURATION, json=document).json()["steps"]) == 1
    assert given.read(api, CONFIGURATION)["admissionRules"] == [
        {"name": "Office", "rule": OFFICE, "hasTimeConstraint": True}
    ]
    assert api.put(CONFIGURATION, json=document).json()["steps"] == []


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("device.owned", []),
        ("1 == 1", ["The rule always holds."]),
        ("device.owned && false", ["The rule never holds."]),
        ("device.owned || 1 == 2", ["1 == 2 never holds."]),
        ("origin.country in []", ["The rule never holds."]),
    ],
)
def test_what_always_or_never_holds_is_saved_with_a_warning(api, text, warnings):
    made = api.made(PATH, body(rule=text))
    assert (made["warnings"], made["error"]) == (warnings, None)
    assert checked(api, rule=text)["warnings"] == warnings
    assert given.read(api, f"{PATH}/{made['id']}") == made


def test_the_built_in_rules_are_meant_as_they_are(api):
    assert [each["warnings"] for each in given.read(api, PATH)] == [[], []]


OLD = "department = 'Sales'"


def test_a_rule_of_an_earlier_release_that_is_none_stays_and_says_why(live, api):
    made = given.admission_rule(api)
    given.policy(api, "Staff", rule=made["id"])
    table = tables.admission_rules
    old = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("rule_id"))
        .values(rule=sa.bindparam("text"))
    )
    live.call(live.controller.store.run_anywhere(old, rule_id=made["id"], text=OLD))
    found = given.read(api, f"{PATH}/{made['id']}")
    assert found["error"]["column"] == 12
    assert found["error"]["detail"].startswith("'=' is no operator")
    assert (found["rule"], found["form"], found["warnings"]) == (OLD, None, [])
    assert given.rows(api, "policies", "&search=Staff")[0]["rule"] == found
    # Written back as it is, it is refused; a document that leaves it as it is does not touch it.
    refused(api, "PUT", f"{PATH}/{made['id']}", 422, "/rule", json=body(rule=OLD))
    document = given.read(api, CONFIGURATION)
    assert api.put(CONFIGURATION, json=document).json()["steps"] == []
    assert given.read(api, f"{PATH}/{made['id']}") == found


FORM = {
    "location": {"networks": ["192.0.2.0/24"], "countries": ["DE"]},
    "time": {"weekdays": ["MONDAY"], "start": "09:00", "end": "17:00"},
    "posture": {"signals": ["diskEncryption"], "systems": [{"family": "linux", "minimum": "12"}]},
}
AS_RULE = (
    "(origin.ip.within(['192.0.2.0/24']) || origin.country in ['DE']) && "
    "now.between('09:00', '17:00', ['MONDAY'], zone) && device.posture.diskEncryption && "
    "device.os.family == 'linux' && device.os.version.atLeast('12')"
)


def test_a_form_is_saved_as_a_rule_and_comes_back(api):
    made = api.made(PATH, {"name": "Office", "form": FORM, "hasTimeConstraint": True})
    assert made["rule"] == AS_RULE
    told = made["form"]
    assert told["location"]["networks"] == ["192.0.2.0/24"]
    assert (told["time"]["start"], told["time"]["zone"]) == ("09:00", None)
    path = f"{PATH}/{made['id']}"
    told["posture"]["owned"] = True
    changed = api.put(path, json={"name": "Office", "form": told, "hasTimeConstraint": True}).json()
    assert changed["rule"] == f"{AS_RULE} && device.owned"
    assert changed["form"] == told
    assert api.made(PATH, body(rule="user.title == 'CTO'"))["form"] is None


@pytest.mark.parametrize(
    ("form", "pointer", "words"),
    [
        ({"location": {"networks": ["10.0.0.0/8", "x"]}}, "/form/location/networks/1", "'x' is no"),
        ({"location": {"countries": ["DE", "Germany"]}}, "/form/location/countries/1", ""),
        ({"time": {"weekdays": ["MONDAY", "monday"]}}, "/form/time/weekdays/1", "monday"),
        ({"time": {"start": "9", "end": "17:00"}}, "/form/time/start", "'9' is no time of day"),
        ({"time": {"end": "17:00"}}, "/form/time/end", "start and end need each other"),
        ({"time": {"zone": "Mars"}}, "/form/time/zone", "'Mars' is no time zone"),
        ({"posture": {"lastCheck": 0}}, "/form/posture/lastCheck", ">= 1"),
        ({"posture": {"systems": [{}]}}, "/form/posture/systems/0/family", "required"),
        ({"posture": {"clientMinimum": "new"}}, "/form/posture/clientMinimum", "is no version"),
        ({"location": {"networks": ["10.0.0.0/8"] * 900}}, "/form", "is too long"),
    ],
)
def test_a_form_with_values_that_are_none_is_refused_where_they_are(api, form, pointer, words):
    sent = {"name": "Office", "form": form, "hasTimeConstraint": False}
    assert words in refused(api, "POST", PATH, 422, pointer, json=sent)["detail"]


def test_an_editor_is_told_all_that_a_rule_says(api):
    found = checked(api, rule=AS_RULE)
    assert found["hasTimeConstraint"] is True
    assert found["variables"] == [
        "device.os.family",
        "device.os.version",
        "device.posture.diskEncryption",
        "now",
        "origin.country",
        "origin.ip",
        "zone",
    ]
    assert (found["warnings"], found["error"], found["explanation"]) == ([], None, None)
    assert found["form"]["time"]["weekdays"] == ["MONDAY"]
    assert checked(api, form=found["form"]) == found


def test_an_error_is_an_answer_to_an_editor_and_saves_nothing(api):
    before = given.read(api, PATH)
    assert checked(api, rule="device.owned &&\n  user.titel == 'x'") == {
        "rule": "device.owned &&\n  user.titel == 'x'",
        "form": None,
        "hasTimeConstraint": None,
        "variables": [],
        "warnings": [],
        "error": {
            "line": 2,
            "column": 3,
            "detail": "user.titel is not known; did you mean user.title or user.attributes?",
        },
        "explanation": None,
    }
    assert given.read(api, PATH) == before


def test_a_check_of_nothing_or_of_two_things_is_refused(api):
    refused(api, "POST", f"{PATH}/check", 422, "/rule", json={})
    both = {"rule": "true", "form": {}}
    refused(api, "POST", f"{PATH}/check", 422, "/form", json=both)
    wrong = {"form": {"time": {"zone": "Mars"}}}
    refused(api, "POST", f"{PATH}/check", 422, "/form/time/zone", json=wrong)
    assert api.post(f"{PATH}/check", data=b"{").status == 400
    plain = api.post(f"{PATH}/check", data=b"{}", headers={"content-type": "text/plain"})
    assert plain.status == 415


def test_a_rule_is_tried_on_a_device_as_it_is_now(live, api):
    device = given.device(api, given.owner(api)["id"])["id"]
    later = (live.clock() + timedelta(hours=1)).isoformat()
    text = f"now < timestamp('{later}')"

    def tried(rule):
        return checked(api, rule=rule, deviceId=device)["explanation"]

    assert tried(text)["holds"]
    both = tried(f"{text} && 'Nobody' in user.groups")
    assert (both["holds"], both["sentence"].split(":")[0]) == (
        False,
        "'Nobody' in user.groups does not hold",
    )
    assert [each["result"] for each in both["finding"]["parts"]] == ["holds", "does not hold"]
    assert tried("user.department == 'Sales'")["finding"]["result"] == "absent"
    live.clock.ahead += timedelta(hours=2)
    assert not tried(text)["holds"]
    assert tried("user.titel == ''") is None
    unknown = {"rule": "true", "deviceId": given.ABSENT}
    refused(api, "POST", f"{PATH}/check", 404, "/deviceId", json=unknown)


def test_auditors_check_rules_and_others_do_not(api):
    auditor, support = (
        Api(api.url, api.made("/tenants/api-keys", {"name": role, "role": role})["key"])
        for role in ("AUDITOR", "SUPPORT")
    )
    assert checked(auditor, rule="true")["error"] is None
    assert auditor.get(f"{PATH}/language").status == 200
    assert support.post(f"{PATH}/check", json={"rule": "true"}).status == 403
    assert support.get(f"{PATH}/language").status == 403


def test_the_language_lists_what_rules_can_say(api):
    found = given.read(api, f"{PATH}/language")
    assert {
        "name": "device.owned",
        "kind": "boolean",
        "meaning": "its serial number is on the list of devices that are yours",
    } in found["variables"]
    assert len(found["variables"]) == len(VARIABLES)
    assert {
        "name": "atLeast",
        "signature": "string.atLeast(string) -> boolean",
        "meaning": "the version is this one or a later one",
        "example": "version.atLeast('12.5')",
    } in found["functions"]
    assert [each["example"] for each in found["functions"]] == [f.usage for f in FUNCTIONS]


def test_the_log_tells_the_rule_and_not_what_follows_from_it(api):
    given.admission_rule(api, "Engineers")
    (event,) = given.rows(api, "audit-events", "&filter[operation]=AdmissionRulesController_create")
    assert event["after"]["rule"] == "user.department == 'Engineering'"
    assert not {"warnings", "error", "form"} & event["after"].keys()
