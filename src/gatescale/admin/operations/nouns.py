"""All nouns. Written by ``make client``."""

from gatescale.admin.connection import Connection
from gatescale.admin.operations.access import AccessApi, AsyncAccessApi
from gatescale.admin.operations.addresses import AddressesApi, AsyncAddressesApi
from gatescale.admin.operations.admission_rules import AdmissionRulesApi, AsyncAdmissionRulesApi
from gatescale.admin.operations.api_keys import ApiKeysApi, AsyncApiKeysApi
from gatescale.admin.operations.audit_log import AsyncAuditLogApi, AuditLogApi
from gatescale.admin.operations.configuration import AsyncConfigurationApi, ConfigurationApi
from gatescale.admin.operations.denials import AsyncDenialsApi, DenialsApi
from gatescale.admin.operations.devices import AsyncDevicesApi, DevicesApi
from gatescale.admin.operations.gateways import AsyncGatewaysApi, GatewaysApi
from gatescale.admin.operations.groups import AsyncGroupsApi, GroupsApi
from gatescale.admin.operations.live import AsyncLiveApi, LiveApi
from gatescale.admin.operations.me import AsyncMeApi, MeApi
from gatescale.admin.operations.notifications import AsyncNotificationsApi, NotificationsApi
from gatescale.admin.operations.overview import AsyncOverviewApi, OverviewApi
from gatescale.admin.operations.owned_devices import AsyncOwnedDevicesApi, OwnedDevicesApi
from gatescale.admin.operations.policies import AsyncPoliciesApi, PoliciesApi
from gatescale.admin.operations.policy_tests import AsyncPolicyTestsApi, PolicyTestsApi
from gatescale.admin.operations.protocols import AsyncProtocolsApi, ProtocolsApi
from gatescale.admin.operations.resources import AsyncResourcesApi, ResourcesApi
from gatescale.admin.operations.roles import AsyncRolesApi, RolesApi
from gatescale.admin.operations.sending import Run
from gatescale.admin.operations.sessions import AsyncSessionsApi, SessionsApi
from gatescale.admin.operations.settings import AsyncSettingsApi, SettingsApi
from gatescale.admin.operations.topology import AsyncTopologyApi, TopologyApi
from gatescale.admin.operations.users import AsyncUsersApi, UsersApi


class AsyncNouns:
    """The operations of all nouns; each is awaited."""

    def __init__(self, connection: Connection) -> None:
        self.users = AsyncUsersApi(connection)
        self.devices = AsyncDevicesApi(connection)
        self.gateways = AsyncGatewaysApi(connection)
        self.resources = AsyncResourcesApi(connection)
        self.addresses = AsyncAddressesApi(connection)
        self.protocols = AsyncProtocolsApi(connection)
        self.roles = AsyncRolesApi(connection)
        self.groups = AsyncGroupsApi(connection)
        self.admission_rules = AsyncAdmissionRulesApi(connection)
        self.policies = AsyncPoliciesApi(connection)
        self.policy_tests = AsyncPolicyTestsApi(connection)
        self.access = AsyncAccessApi(connection)
        self.sessions = AsyncSessionsApi(connection)
        self.denials = AsyncDenialsApi(connection)
        self.owned_devices = AsyncOwnedDevicesApi(connection)
        self.me = AsyncMeApi(connection)
        self.settings = AsyncSettingsApi(connection)
        self.notifications = AsyncNotificationsApi(connection)
        self.api_keys = AsyncApiKeysApi(connection)
        self.audit_log = AsyncAuditLogApi(connection)
        self.configuration = AsyncConfigurationApi(connection)
        self.overview = AsyncOverviewApi(connection)
        self.topology = AsyncTopologyApi(connection)
        self.live = AsyncLiveApi(connection)


class Nouns:
    """The operations of all nouns."""

    def __init__(self, connection: Connection, run: Run) -> None:
        self.users = UsersApi(connection, run)
        self.devices = DevicesApi(connection, run)
        self.gateways = GatewaysApi(connection, run)
        self.resources = ResourcesApi(connection, run)
        self.addresses = AddressesApi(connection, run)
        self.protocols = ProtocolsApi(connection, run)
        self.roles = RolesApi(connection, run)
        self.groups = GroupsApi(connection, run)
        self.admission_rules = AdmissionRulesApi(connection, run)
        self.policies = PoliciesApi(connection, run)
        self.policy_tests = PolicyTestsApi(connection, run)
        self.access = AccessApi(connection, run)
        self.sessions = SessionsApi(connection, run)
        self.denials = DenialsApi(connection, run)
        self.owned_devices = OwnedDevicesApi(connection, run)
        self.me = MeApi(connection, run)
        self.settings = SettingsApi(connection, run)
        self.notifications = NotificationsApi(connection, run)
        self.api_keys = ApiKeysApi(connection, run)
        self.audit_log = AuditLogApi(connection, run)
        self.configuration = ConfigurationApi(connection, run)
        self.overview = OverviewApi(connection, run)
        self.topology = TopologyApi(connection, run)
        self.live = LiveApi(connection, run)
