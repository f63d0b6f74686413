"""Admission rules: made, changed, and kept while a policy carries them."""

import pytest

from controller import given
from controller.expect import refused


OFFICE = "now.between('09:00', '17:00', zone)"


def body(name="Engineers", **more):
    rule = "user.department == 'Engineering'"
    return {"name": name, "rule": rule, "hasTimeConstraint": False, **more}


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
        ({"rule": ""}, "/rule"),
        ({"rule": "  "}, "/rule"),
        ({"rule": "x" * 10_001}, "/rule"),
        ({"rule": "a\x00b"}, "/rule"),
        ({"hasTimeConstraint": "no"}, "/hasTimeConstraint"),
        ({"type": "ALLOW"}, "/type"),
    ],
)
def test_bad_rules_are_refused(api, wrong, pointer):
    refused(api, "POST", "/tenants/admission-rules", 422, pointer, json={**body(), **wrong})
