"""Whether a firewall drops what comes in unasked: the kernel's rules, or who set them.

Rules can only be seen with CAP_NET_ADMIN. Without, an active ufw or firewalld is a value that was
seen, and anything else is unknown.
"""

from typing import Final

from gatescale.client.posture.linux.rules import Ruleset, is_closed
from gatescale.client.posture.programs import MissingError, UnknownError
from gatescale.client.posture.system import System, settings

WATCHED: Final = (
    "/etc/ufw/ufw.conf",
    "/etc/default/ufw",
    "/etc/nftables.conf",
    "/etc/firewalld/",
)


def active(system: System) -> bool:
    """Return whether what comes in unasked is dropped, over IPv6 too where the machine has it."""
    if not system.may_configure_networks():
        return _by_its_service(system, "only root may see the rules")
    try:
        listed = system.output("nft", "--json", "--terse", "list", "ruleset")
    except MissingError:
        return _by_its_service(system, "nft is not installed, which shows the rules")
    rules = Ruleset.of(listed)
    return _closed(system, rules, "ip") and (not _has_ipv6(system) or _closed(system, rules, "ip6"))


def _closed(system: System, rules: Ruleset, family: str) -> bool:
    return is_closed(rules, family) or _closed_by_legacy_tables(system, family)


def _closed_by_legacy_tables(system: System, family: str) -> bool:
    """Return whether the kernel's older tables close; asked only if there are some.

    Asking makes them where there are none.
    """
    prefix = "ip6" if family == "ip6" else "ip"
    tables = system.text_or_none(f"/proc/net/{prefix}_tables_names") or ""
    if "filter" not in tables.split():
        return False
    shown = system.output(f"{prefix}tables-legacy", "-S", "INPUT").splitlines()
    ends = (
        shown[0] if shown else "",
        shown[-1] if shown else "",
    )
    return "-P INPUT DROP" in ends[0] or ends[1].startswith(
        ("-A INPUT -j DROP", "-A INPUT -j REJECT")
    )


def _has_ipv6(system: System) -> bool:
    """Return whether the world can reach the machine over IPv6: it has an address of 2000::/3."""
    lines = (system.text_or_none("/proc/net/if_inet6") or "").splitlines()
    return any(line[:1] in {"2", "3"} for line in lines)


def _by_its_service(system: System, otherwise: str) -> bool:
    if _ufw_closes(system) and "ufw.service" in system.active_units(["ufw.service"]):
        return True
    if "firewalld.service" in system.active_units(["firewalld.service"]):
        return True
    raise UnknownError(f"{otherwise}, and neither ufw nor firewalld is active")


def _ufw_closes(system: System) -> bool:
    enabled = settings(system.text_or_none("/etc/ufw/ufw.conf") or "").get("ENABLED", "no")
    policy = settings(system.text_or_none("/etc/default/ufw") or "").get("DEFAULT_INPUT_POLICY")
    return enabled.lower() == "yes" and policy in {"DROP", "REJECT"}
