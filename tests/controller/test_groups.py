"""Groups, over HTTP."""

import pytest

from controller import given
from controller.expect import refused


def test_a_group_is_made_as_it_was_asked_for(api):
    auditor = given.role(api, "AUDITOR")
    made = given.group(
        api,
        "Finance",
        roles=[auditor["id"]],
        description="Money",
        maxDevices=2,
        idpMapping=["fin", "fin-eu"],
    )
    assert made["roles"] == [auditor]
    assert made["description"] == "Money"
    assert made["maxDevices"] == 2
    assert made["idpMapping"] == ["fin", "fin-eu"]
    assert made["deleteable"] is True
    assert made["isSamlDefaultGroup"] is False
    assert made["users"] == []
    assert given.read(api, f"/tenants/groups/{made['id']}") == made
    assert made in given.rows(api, "groups")


def test_five_devices_are_allowed_if_nothing_is_said(api):
    assert (given.group(api))["maxDevices"] == 5


def test_a_group_shows_its_members_with_the_time_that_they_joined(api):
    group = given.group(api)
    ann = given.user(api, "ann@example.com")
    answer = api.post(f"/tenants/users/{ann['id']}/groups", json={"groupId": group["id"]})
    assert answer.status == 201
    member = (given.read(api, f"/tenants/groups/{group['id']}"))["users"][0]
    assert member["id"] == ann["id"]
    assert member["email"] == "ann@example.com"
    assert member["createdAt"] > ann["createdAt"]


def test_an_updated_group_keeps_its_members(api):
    group = given.group(api, roles=[(given.role(api, "ADMIN"))["id"]])
    given.user(api, groups=[group["id"]])
    support = given.role(api, "SUPPORT")
    wish = {"name": "Support", "roles": [support["id"], support["id"]], "maxDevices": 0}
    answer = api.put(f"/tenants/groups/{group['id']}", json=wish)
    assert answer.status == 200
    changed = answer.json()
    assert (changed["name"], changed["maxDevices"]) == ("Support", 0)
    assert changed["roles"] == [support]
    assert len(changed["users"]) == 1
    assert changed["updatedAt"] > group["updatedAt"]
    assert changed["createdAt"] == group["createdAt"]


def test_a_group_may_change_the_case_of_its_own_name(api):
    group = given.group(api, "sales")
    answer = api.put(f"/tenants/groups/{group['id']}", json={"name": "SALES", "roles": []})
    assert answer.status == 200


def test_a_deleted_groups_members_stay_in_another_or_move_to_the_default_group(api):
    sales, support = given.group(api, "Sales"), given.group(api, "Support")
    ann = given.user(api, "ann@example.com", [sales["id"]])
    bob = given.user(api, "bob@example.com", [sales["id"], support["id"]])
    assert (api.delete(f"/tenants/groups/{sales['id']}")).status == 204
    default = given.default_group(api)
    assert ann["id"] in {user["id"] for user in default["users"]}
    assert bob["id"] not in {user["id"] for user in default["users"]}
    for person, groups in ((ann, [default["id"]]), (bob, [support["id"]])):
        shown = given.read(api, f"/tenants/users/{person['id']}")
        assert [group["id"] for group in shown["groups"]] == groups


def test_a_deleted_group_takes_what_it_granted(api):
    auditor = given.role(api, "AUDITOR")
    group = given.group(api, roles=[auditor["id"]])
    ann = given.user(api, groups=[group["id"]])
    policy = given.policy(api, groups=[group["id"]])
    assert (api.delete(f"/tenants/groups/{group['id']}")).status == 204
    shown = given.read(api, f"/tenants/users/{ann['id']}")
    assert [role["type"] for role in shown["roles"]] == ["DEFAULT"]
    assert (given.read(api, f"/tenants/policies/{policy['id']}"))["groups"] == []
    refused(api, "GET", f"/tenants/groups/{group['id']}", 404)


def test_the_default_group_cannot_be_deleted(api):
    default = given.default_group(api)
    problem = refused(api, "DELETE", f"/tenants/groups/{default['id']}", 409)
    assert "Default Group" in problem["detail"]


def test_the_default_group_always_grants_the_end_users_role(api):
    default = given.default_group(api)
    path = f"/tenants/groups/{default['id']}"
    refused(api, "PUT", path, 409, "/roles", json={"name": "Everybody", "roles": []})
    end_user = given.role(api, "DEFAULT")
    answer = api.put(path, json={"name": "Everybody", "roles": [end_user["id"]]})
    assert answer.json()["name"] == "Everybody"


@pytest.mark.parametrize("name", ["Sales", "sALES"])
def test_two_groups_cannot_have_one_name(api, name):
    given.group(api, "Sales")
    other = given.group(api, "Support")
    wish = {"name": name, "roles": []}
    refused(api, "POST", "/tenants/groups", 409, "/name", json=wish)
    refused(api, "PUT", f"/tenants/groups/{other['id']}", 409, "/name", json=wish)


@pytest.mark.parametrize("kind", ["OWNER", None])
def test_a_group_grants_only_roles_that_can_be_granted(api, other_api, kind):
    group = given.group(api)
    alien = given.role(other_api, "ADMIN")
    mine = given.role(api, "ADMIN")
    wrong = given.role(api, kind) if kind else alien
    wish = {"name": "Bosses", "roles": [mine["id"], wrong["id"]]}
    status = 422 if kind else 404
    refused(api, "POST", "/tenants/groups", status, "/roles/1", json=wish)
    refused(api, "PUT", f"/tenants/groups/{group['id']}", status, "/roles/1", json=wish)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "a" * 101}, "/name"),
        ({"name": "tab\t"}, "/name"),
        ({"roles": ["admin"]}, "/roles/0"),
        ({"maxDevices": -1}, "/maxDevices"),
        ({"maxDevices": 1001}, "/maxDevices"),
        ({"description": "a" * 501}, "/description"),
        ({"idpMapping": ["", "x"]}, "/idpMapping/0"),
        ({"users": []}, "/users"),
    ],
)
def test_what_is_no_group_is_refused(api, wrong, pointer):
    wish = {"name": "Sales", "roles": [], **wrong}
    refused(api, "POST", "/tenants/groups", 422, pointer, json=wish)


def test_no_group_of_another_tenant_can_be_seen_or_touched(api, other_api):
    alien = given.group(other_api)
    for group_id in (alien["id"], given.ABSENT):
        path = f"/tenants/groups/{group_id}"
        refused(api, "GET", path, 404)
        refused(api, "PUT", path, 404, json={"name": "Mine", "roles": []})
        refused(api, "DELETE", path, 404)
    assert given.read(other_api, f"/tenants/groups/{alien['id']}") == alien
    assert alien not in given.rows(api, "groups")


def test_groups_are_listed_by_role_member_and_word(api):
    admin = given.role(api, "ADMIN")
    bosses = given.group(api, "Bosses", roles=[admin["id"]])
    sales = given.group(api, "Sales", description="They sell")
    ann = given.user(api, groups=[sales["id"]])
    for query, expected in (
        (f"&filter[roles.id]={admin['id']}", bosses),
        (f"&filter[users.id][in]={ann['id']}", sales),
        ("&search=SELL", sales),
        ("&search=boss", bosses),
    ):
        assert given.rows(api, "groups", query) == [
            given.read(api, f"/tenants/groups/{expected['id']}")
        ]
    names = [group["name"] for group in given.rows(api, "groups", "&sort=-name")]
    assert names == sorted(names, reverse=True)


def test_an_update_keeps_what_documented_clients_do_not_know(api):
    made = given.group(api, "G", maxDevices=9, idpMapping=["x"])
    changed = api.put(f"/tenants/groups/{made['id']}", json={"name": "H", "roles": []}).json()
    assert (changed["name"], changed["maxDevices"], changed["idpMapping"]) == ("H", 9, ["x"])


def without_users(group):
    return {name: value for name, value in group.items() if name != "users"}


def test_a_group_comes_with_or_without_its_members(api):
    sales, empty = given.group(api, "Sales"), given.group(api, "Support")
    for name in ("ann", "bob"):
        given.user(api, f"{name}@example.com", [sales["id"]])
    for group, count in ((sales, 2), (empty, 0), (given.default_group(api), 1)):
        path = f"/tenants/groups/{group['id']}"
        whole = given.read(api, path)
        assert len(whole["users"]) == whole["userCount"] == count
        assert given.read(api, f"{path}?withoutUsers=false") == whole
        assert given.read(api, f"{path}?withoutUsers=true") == without_users(whole)


def test_groups_are_listed_with_or_without_their_members(api):
    groups = [given.group(api, name) for name in ("Sales", "Support", "Supply")]
    ann = given.user(api, "ann@example.com", [group["id"] for group in groups[:2]])
    for query in (
        "",
        "&sort=-name&offset=1&page[limit]=2",
        "&search=SUP&sort=name",
        f"&filter[users.id]={ann['id']}&filter[name][ilike]=Sup%",
    ):
        whole = given.read(api, f"/tenants/groups?withoutUsers=false{query}")
        assert whole["data"]
        for group in whole["data"]:
            assert group["userCount"] == len(group["users"])
        assert given.read(api, f"/tenants/groups?limit=10{query}") == whole
        whole["data"] = [without_users(group) for group in whole["data"]]
        assert given.read(api, f"/tenants/groups?withoutUsers=true{query}") == whole


def test_a_group_counts_who_joins_and_leaves_at_once(api):
    sales, support = given.group(api, "Sales"), given.group(api, "Support")
    default = given.default_group(api)

    def counts():
        rows = given.read(api, "/tenants/groups?withoutUsers=true")["data"]
        found = {row["id"]: row["userCount"] for row in rows}
        for group in given.rows(api, "groups"):
            assert group["userCount"] == len(group["users"]) == found[group["id"]]
        return [found.get(group["id"]) for group in (sales, support, default)]

    assert counts() == [0, 0, 1]
    ann, bob = (given.user(api, f"{name}@example.com", [sales["id"]]) for name in ("ann", "bob"))
    assert counts() == [2, 0, 1]
    api.made(f"/tenants/users/{ann['id']}/groups", {"groupId": support["id"]})
    assert counts() == [2, 1, 1]
    assert api.delete(f"/tenants/users/{ann['id']}/groups/{sales['id']}").status == 204
    assert counts() == [1, 1, 1]
    assert api.delete(f"/tenants/users/{ann['id']}").status == 204
    assert counts() == [1, 0, 1]
    changed = api.put(f"/tenants/groups/{sales['id']}", json={"name": "Sales", "roles": []}).json()
    assert [user["id"] for user in changed["users"]] == [bob["id"]]
    assert changed["userCount"] == 1
    wish = {"name": "Sales", "roles": []}
    brief = api.put(f"/tenants/groups/{sales['id']}?withoutUsers=true", json=wish).json()
    assert brief == without_users(changed) | {"updatedAt": brief["updatedAt"]}
    assert api.delete(f"/tenants/groups/{sales['id']}").status == 204
    assert counts() == [None, 0, 2]


def test_a_groups_etag_has_nothing_to_do_with_its_members(api):
    group = given.group(api)
    path = f"/tenants/groups/{group['id']}"

    def tags():
        answers = [api.get(path), api.get(f"{path}?withoutUsers=true")]
        return {answer.headers["etag"] for answer in answers}

    (tag,) = tags()
    given.user(api, groups=[group["id"]])
    assert tags() == {tag}
    wish = {"name": "Renamed", "roles": []}
    assert api.put(path, json=wish, headers={"if-match": tag}).status == 200
    assert api.put(path, json=wish, headers={"if-match": tag}).status == 412
    (renamed,) = tags()
    assert api.delete(path, headers={"if-match": tag}).status == 412
    assert api.delete(path, headers={"if-match": renamed}).status == 204


def test_who_is_in_a_group_is_no_part_of_its_audit_events(api):
    group = given.group(api)
    given.user(api, groups=[group["id"]])
    api.put(f"/tenants/groups/{group['id']}", json={"name": "Renamed", "roles": []})
    api.delete(f"/tenants/groups/{group['id']}")
    events = given.rows(api, "audit-events", f"&filter[target.id]={group['id']}&sort=sequence")
    made, changed, removed = (
        event for event in events if event["operation"].startswith("GroupsController")
    )
    for told in (made["after"], removed["before"]):
        assert told.keys().isdisjoint({"users", "userCount"})
    assert changed["after"] == {"name": "Renamed"}
