"""The OpenAPI document: what the code does, nothing else; and the page that renders it."""

import json
from pathlib import Path

import msgspec
import pytest
from openapi_spec_validator import validate

from gatescale.controller.api.declared import OPERATIONS
from gatescale.controller.api.examples import example
from gatescale.controller.api.openapi import document, text
from gatescale.controller.permissions import PERMISSIONS, PRIVILEGE
from live import Api, Live

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"
CONTRACT = [
    "UsersController_findAll",
    "UsersController_create",
    "UsersController_findById",
    "UsersController_update",
    "UsersController_delete",
    "UsersController_deactivate",
    "UsersController_reactivate",
    "UsersController_invite",
    "UsersController_findUserRoles",
    "UsersController_patchUserRoles",
    "UsersController_addGroup",
    "UsersController_removeGroup",
    "DevicesController_findByCriteria",
    "DevicesController_findById",
    "DevicesController_delete",
    "DevicesController_deactivate",
    "DevicesController_reactivate",
    "GatewaysController_create",
    "GatewaysController_findAll",
    "GatewaysController_find",
    "GatewaysController_update",
    "GatewaysController_delete",
    "GatewaysController_enableRelay",
    "GatewaysController_disableRelay",
    "GatewaysController_testConfiguration",
    "ResourceController_create",
    "ResourceController_findAll",
    "ResourceController_find",
    "ResourceController_update",
    "ResourceController_delete",
    "ResourceController_saveLoadBalancing",
    "ResourceController_addGateway",
    "ResourceController_removeGateway",
    "AddressController_findAll",
    "AddressController_update",
    "AddressController_delete",
    "AddressController_findLinkedGateways",
    "ProtocolController_create",
    "ProtocolController_findAll",
    "ProtocolController_find",
    "ProtocolController_delete",
    "RolesController_findAll",
    "RolesController_find",
    "RolesController_findRoleUsers",
    "RolesController_removeRole",
    "GroupsController_create",
    "GroupsController_findAll",
    "GroupsController_find",
    "GroupsController_update",
    "GroupsController_delete",
    "AdmissionRulesController_create",
    "AdmissionRulesController_findAll",
    "AdmissionRulesController_find",
    "AdmissionRulesController_update",
    "AdmissionRulesController_delete",
    "PoliciesController_create",
    "PoliciesController_findAll",
    "PoliciesController_reorder",
    "PoliciesController_find",
    "PoliciesController_update",
    "PoliciesController_delete",
]
TAGS = [
    "Users",
    "Devices",
    "Gateways",
    "Resources",
    "Addresses",
    "Protocols",
    "Roles",
    "Groups",
    "Admission Rules",
    "Policies",
]


def operations():
    found = [op for methods in document()["paths"].values() for op in methods.values()]
    assert len(found) > 60
    return found


def test_the_kept_document_is_what_the_code_says():
    assert KEPT.read_text() == text(), "make openapi writes it anew"


def test_the_document_is_openapi_3_1():
    validate(document())


def test_every_operation_of_the_contract_is_there_under_its_name():
    ids = [op["operationId"] for op in operations()]
    assert len(ids) == len(set(ids))
    assert set(CONTRACT) <= set(ids)
    assert [tag["name"] for tag in document()["tags"]][: len(TAGS)] == TAGS


def test_every_operation_says_who_may_and_nobody_else_is_in_the_table():
    for op in operations():
        assert op["x-roles"] == [r for r in PRIVILEGE if r in PERMISSIONS[op["operationId"]]]
        assert op["x-roles"]
    assert {op["operationId"] for op in operations()} == set(PERMISSIONS)


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.id)
def test_examples_are_what_they_are_examples_of(op):
    for shape in filter(None, (op.body, op.answer)):
        shown = example(shape)
        assert msgspec.json.decode(json.dumps(shown), type=shape) is not None


@pytest.mark.parametrize("op", operations(), ids=lambda op: op["operationId"])
def test_every_operation_tells_its_success_and_its_errors_with_examples(op):
    statuses = set(op["responses"])
    assert {"401", "403", "422", "429"} <= statuses
    assert len([status for status in statuses if status < "300"]) == 1
    assert op["summary"]
    for status, answer in op["responses"].items():
        told = answer
        if status > "300":
            name = answer["$ref"].rpartition("/")[2]
            told = document()["components"]["responses"][name]
        content = next(iter(told.get("content", {}).values()), None)
        assert content is None or content["example"] is not None


def test_the_document_and_its_page_are_served_to_everybody_without_scripts(live: Live):
    anybody = Api(live.url, None)
    served = anybody.get("/openapi.json")
    assert served.json()["servers"] == [{"url": live.url}]
    assert served.json()["paths"] == document()["paths"]
    page = anybody.get("/docs")
    text = page.body.decode()
    assert "<script" not in text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for op in operations():
        assert f'id="{op["operationId"]}"' in text
    assert anybody.get("/docs/style.css").status == 200


def test_the_api_can_be_mounted_below_a_prefix(tmp_path):
    with Live(tmp_path, base_path="/qa") as live:
        api = live.tenant()
        assert api.get("/qa/tenants/users").status == 200
        assert api.get("/tenants/users").status == 404
        assert api.get("/openapi.json").json()["servers"] == [{"url": f"{live.url}/qa"}]
