"""Which role may do what: one table, by role and operation.

Source of the roles' meaning: API contract, section 4. An operation that is not here cannot be
declared.
"""

PRIVILEGE = ("OWNER", "ADMIN", "AUDITOR", "SUPPORT", "BILLING", "DEFAULT", "BASIC")
"""Role types, the most privileged first."""

_OWNER = frozenset({"OWNER"})
_ADMINS = frozenset({"OWNER", "ADMIN"})
_READERS = _ADMINS | {"AUDITOR"}
_HELPERS = _READERS | {"SUPPORT"}

PERMISSIONS: dict[str, frozenset[str]] = {
    "UsersController_findAll": _HELPERS,
    "UsersController_create": _ADMINS,
    "UsersController_findById": _HELPERS,
    "UsersController_update": _ADMINS,
    "UsersController_delete": _ADMINS,
    "UsersController_deactivate": _ADMINS,
    "UsersController_reactivate": _ADMINS,
    "UsersController_invite": _ADMINS,
    "UsersController_findUserRoles": _READERS,
    "UsersController_patchUserRoles": _ADMINS,
    "UsersController_addGroup": _ADMINS,
    "UsersController_removeGroup": _ADMINS,
    "UsersController_createEnrolmentCode": _ADMINS,
    "UsersController_transferOwnership": _OWNER,
    "DevicesController_findByCriteria": _HELPERS,
    "DevicesController_findById": _HELPERS,
    "DevicesController_delete": _ADMINS,
    "DevicesController_deactivate": _ADMINS,
    "DevicesController_reactivate": _ADMINS,
    "GatewaysController_create": _ADMINS,
    "GatewaysController_findAll": _READERS,
    "GatewaysController_find": _READERS,
    "GatewaysController_update": _ADMINS,
    "GatewaysController_delete": _ADMINS,
    "GatewaysController_enableRelay": _ADMINS,
    "GatewaysController_disableRelay": _ADMINS,
    "GatewaysController_testConfiguration": _ADMINS,
    "GatewaysController_rotateToken": _ADMINS,
    "ResourceController_create": _ADMINS,
    "ResourceController_findAll": _READERS,
    "ResourceController_find": _READERS,
    "ResourceController_update": _ADMINS,
    "ResourceController_delete": _ADMINS,
    "ResourceController_saveLoadBalancing": _ADMINS,
    "ResourceController_addGateway": _ADMINS,
    "ResourceController_removeGateway": _ADMINS,
    "AddressController_findAll": _READERS,
    "AddressController_update": _ADMINS,
    "AddressController_delete": _ADMINS,
    "AddressController_findLinkedGateways": _READERS,
    "ProtocolController_create": _ADMINS,
    "ProtocolController_findAll": _READERS,
    "ProtocolController_find": _READERS,
    "ProtocolController_delete": _ADMINS,
    "RolesController_findAll": _READERS,
    "RolesController_find": _READERS,
    "RolesController_findRoleUsers": _READERS,
    "RolesController_removeRole": _ADMINS,
    "GroupsController_create": _ADMINS,
    "GroupsController_findAll": _HELPERS,
    "GroupsController_find": _HELPERS,
    "GroupsController_update": _ADMINS,
    "GroupsController_delete": _ADMINS,
    "AdmissionRulesController_create": _ADMINS,
    "AdmissionRulesController_findAll": _READERS,
    "AdmissionRulesController_find": _READERS,
    "AdmissionRulesController_update": _ADMINS,
    "AdmissionRulesController_delete": _ADMINS,
    "PoliciesController_create": _ADMINS,
    "PoliciesController_findAll": _READERS,
    "PoliciesController_reorder": _ADMINS,
    "PoliciesController_find": _READERS,
    "PoliciesController_update": _ADMINS,
    "PoliciesController_delete": _ADMINS,
    "ApiKeysController_findAll": _READERS,
    "ApiKeysController_create": _ADMINS,
    "ApiKeysController_delete": _ADMINS,
    "AuditController_findAll": _READERS,
    "ConfigurationController_export": _READERS,
    "ConfigurationController_plan": _ADMINS,
    "ConfigurationController_apply": _ADMINS,
}
"""By operationId, the role types that may."""
