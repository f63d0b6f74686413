"""Roles and who holds them, over HTTP."""

import pytest

from controller import given
from controller.expect import refused


def patched(api, user_id, added=(), removed=()):
    body = {"addedRoles": list(added), "removedRoles": list(removed)}
    answer = api.patch(f"/tenants/users/{user_id}/roles", json=body)
    assert answer.status == 200, answer.text
    return [role["type"] for role in answer.json()]


def held(api, user_id, query=""):
    found = given.read(api, f"/tenants/users/{user_id}/roles{query}")
    return [role["type"] for role in found]


def holders(api, role_id, query=""):
    found = given.read(api, f"/tenants/roles/{role_id}/users{query}")
    return [user["email"] for user in found]


def test_every_tenant_has_the_built_in_roles_most_privileged_first(api):
    found = given.read(api, "/tenants/roles")
    kinds = [role["type"] for role in found]
    assert kinds == ["OWNER", "ADMIN", "AUDITOR", "SUPPORT", "BILLING", "DEFAULT", "BASIC"]
    assert not any(role["deleteable"] for role in found)
    assert given.read(api, f"/tenants/roles/{found[0]['id']}") == found[0]


def test_directly_given_roles_hold_instead_of_the_groups(api):
    admins = given.group(api, "Admins", roles=[(given.role(api, "ADMIN"))["id"]])
    ann = given.user(api, groups=[admins["id"]])
    auditor = given.role(api, "AUDITOR")
    assert patched(api, ann["id"], added=[auditor["id"], auditor["id"]]) == [
        "ADMIN",
        "AUDITOR",
    ]
    shown = given.read(api, f"/tenants/users/{ann['id']}")
    assert [role["type"] for role in shown["roles"]] == ["AUDITOR"]
    assert held(api, ann["id"], "?rolesOnly=true") == ["AUDITOR"]
    assert held(api, ann["id"], "?groupsOnly=true") == ["ADMIN"]
    assert held(api, ann["id"], "?groupsOnly=false") == ["ADMIN", "AUDITOR"]


def test_a_role_names_its_holders_direct_and_through_groups(api):
    admin, auditor = given.role(api, "ADMIN"), given.role(api, "AUDITOR")
    admins = given.group(api, "Admins", roles=[admin["id"]])
    for name in ("ann", "bob", "cid"):
        given.user(api, f"{name}@example.com", [admins["id"]])
    users = {user["email"]: user["id"] for user in given.rows(api, "users")}
    patched(api, users["bob@example.com"], added=[admin["id"]])
    patched(api, users["cid@example.com"], added=[auditor["id"]])
    assert holders(api, admin["id"]) == ["bob@example.com"]
    through_groups = ["ann@example.com", "bob@example.com"]
    assert holders(api, admin["id"], "?groups=true") == through_groups


def test_a_role_taken_away_lets_those_of_the_groups_hold_again(api):
    auditor = given.role(api, "AUDITOR")
    ann = given.user(api)
    patched(api, ann["id"], added=[auditor["id"]])
    path = f"/tenants/roles/{auditor['id']}/users/{ann['id']}"
    assert (api.delete(path)).status == 204
    assert held(api, ann["id"]) == ["DEFAULT"]
    refused(api, "DELETE", path, 404)


def test_roles_are_given_and_taken_in_one_step(api):
    auditor, support = given.role(api, "AUDITOR"), given.role(api, "SUPPORT")
    ann = given.user(api)
    patched(api, ann["id"], added=[auditor["id"]])
    patched(api, ann["id"], added=[support["id"]], removed=[auditor["id"]])
    assert held(api, ann["id"], "?rolesOnly=true") == ["SUPPORT"]


def test_an_inherited_role_cannot_be_taken_from_one_member(api):
    end_user = given.role(api, "DEFAULT")
    ann = given.user(api)
    refused(api, "DELETE", f"/tenants/roles/{end_user['id']}/users/{ann['id']}", 404)
    body = {"addedRoles": [], "removedRoles": [end_user["id"]]}
    path = f"/tenants/users/{ann['id']}/roles"
    refused(api, "PATCH", path, 422, "/removedRoles/0", json=body)


def test_the_owner_stays_the_owner(api):
    role, owner = given.role(api, "OWNER"), given.owner(api)
    refused(api, "DELETE", f"/tenants/roles/{role['id']}/users/{owner['id']}", 409)
    body = {"addedRoles": [], "removedRoles": [role["id"]]}
    refused(api, "PATCH", f"/tenants/users/{owner['id']}/roles", 409, json=body)
    assert holders(api, role["id"], "?groups=true") == ["owner@acme.test"]


def test_nobody_else_becomes_the_owner(api):
    role, ann = given.role(api, "OWNER"), given.user(api)
    body = {"addedRoles": [role["id"]], "removedRoles": []}
    path = f"/tenants/users/{ann['id']}/roles"
    refused(api, "PATCH", path, 422, "/addedRoles/0", json=body)


def test_a_refused_step_gives_and_takes_nothing(api):
    auditor, support = given.role(api, "AUDITOR"), given.role(api, "SUPPORT")
    ann = given.user(api)
    patched(api, ann["id"], added=[auditor["id"]])
    body = {"addedRoles": [support["id"], given.ABSENT], "removedRoles": [auditor["id"]]}
    path = f"/tenants/users/{ann['id']}/roles"
    refused(api, "PATCH", path, 404, "/addedRoles/1", json=body)
    worse = {"addedRoles": [given.ABSENT], "removedRoles": [support["id"], given.ABSENT]}
    pointers = ("/addedRoles/0", "/removedRoles/0", "/removedRoles/1")
    refused(api, "PATCH", path, 422, *pointers, json=worse)
    assert held(api, ann["id"], "?rolesOnly=true") == ["AUDITOR"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("groupsOnly=yes", "query/groupsOnly"),
        ("groupsOnly=true&rolesOnly=true", "query/rolesOnly"),
        ("groups=true", "query/groups"),
    ],
)
def test_an_unreadable_question_about_roles_is_refused(api, query, pointer):
    owner = given.owner(api)
    refused(api, "GET", f"/tenants/users/{owner['id']}/roles?{query}", 422, pointer)


def test_no_role_or_user_of_another_tenant_can_be_seen_or_touched(api, other_api):
    alien_role, alien = given.role(other_api, "AUDITOR"), given.user(other_api)
    patched(other_api, alien["id"], added=[alien_role["id"]])
    role, ann = given.role(api, "AUDITOR"), given.user(api)
    patched(api, ann["id"], added=[role["id"]])
    refused(api, "GET", f"/tenants/roles/{alien_role['id']}", 404)
    refused(api, "GET", f"/tenants/roles/{alien_role['id']}/users", 404)
    refused(api, "GET", f"/tenants/users/{alien['id']}/roles", 404)
    for role_id, user_id in (
        (alien_role["id"], alien["id"]),
        (alien_role["id"], ann["id"]),
        (role["id"], alien["id"]),
        (given.ABSENT, ann["id"]),
    ):
        refused(api, "DELETE", f"/tenants/roles/{role_id}/users/{user_id}", 404)
    nothing = {"addedRoles": [], "removedRoles": []}
    refused(api, "PATCH", f"/tenants/users/{alien['id']}/roles", 404, json=nothing)
    path = f"/tenants/users/{ann['id']}/roles"
    added = {**nothing, "addedRoles": [alien_role["id"]]}
    refused(api, "PATCH", path, 404, "/addedRoles/0", json=added)
    removed = {**nothing, "removedRoles": [alien_role["id"]]}
    refused(api, "PATCH", path, 404, "/removedRoles/0", json=removed)
    assert held(other_api, alien["id"], "?rolesOnly=true") == ["AUDITOR"]
