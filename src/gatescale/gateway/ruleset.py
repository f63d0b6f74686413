"""A gateway's program as nftables text. Pure: no I/O here.

    packet from a device                             packet to a device
    ────────────────────                             ──────────────────
    arrive  (prerouting, before any DNAT)            leave  (postrouting: forwarded or our own)
      │ from our interface                             │ into our interface
      ▼                                                ▼
    judge    source address ─► its profile           only flows that a device opened (they bear
      │ unknown source: drop                         a mark), only to addresses of peers; else drop
      ▼
    profile-KEY  an established flow with this profile's mark: accept
      │          then the rules in order, each one look-up in a destination set: accept or denied
      ▼
    denied   counts who was denied what, for a while; drop

The mark is a hash of a profile's rules and of all that their destinations hold. A flow that was
accepted bears it in conntrack and passes unevaluated only as long as the same decision would be
made; after any change of the decision its next packet is judged anew. The hash is stable over
restarts, so replacing the whole table disturbs no flow.

What moves all the time (peers) are elements of maps and sets without the interval flag: measured
with nftables 1.0.6, a change there takes under 1 ms among 10,000; with the flag, over 1 s.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

import msgspec

from gatescale.errors import GatescaleError
from gatescale.policy.program import Box, Delta, Program, Rule

FAMILIES: Final = {4: ("ip", "ipv4_addr"), 6: ("ip6", "ipv6_addr")}
"""IP version → how nftables calls its header and its addresses."""
INTERFACE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,14}")
"""Linux allows more; these need no quoting anywhere (IFNAMSIZ leaves 15 characters)."""
KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
DENIED_SECONDS: Final = 60
"""How long it is counted who was denied what, after the last packet."""
DENIED_AT_MOST: Final = 1024
"""Sources, destinations, protocols and ports that are counted at the same time, by IP version;
more are dropped all the same. Whoever tries every port shall fill neither memory nor logs."""


class RulesetError(GatescaleError):
    """The program cannot be written as a ruleset."""

    title = "Program unusable"


class Table(msgspec.Struct, frozen=True):
    """Our one table in nftables.

    Attributes:
        interface: the WireGuard interface that the table guards.
        masquerade: hide devices behind the gateway's own address.
    """

    interface: str
    masquerade: bool = True

    def __post_init__(self) -> None:
        if not INTERFACE.fullmatch(self.interface):
            raise RulesetError(
                f"{self.interface!r} is no interface name: up to 15 letters, digits, _ and -"
            )

    @property
    def name(self) -> str:
        """Family and name; the prefix keeps us out of tables such as ``inet filter``."""
        return f"inet gatescale-{self.interface}"


def whole(table: Table, program: Program) -> str:
    """Return the transaction that makes the table exactly this, whatever it was before.

    The empty program's table drops everything from and to the interface.
    """
    start = ["add table %T", "delete table %T", "add table %T", *_skeleton(table)]
    return _text(table, start) + difference(table, Program(), program, program.whole())


def gone(table: Table) -> str:
    """Return the transaction after which there is no table; it need not be there."""
    return _text(table, ["add table %T", "delete table %T"])


def difference(table: Table, before: Program, after: Program, delta: Delta) -> str:
    """Return the transaction that leads from one program to another.

    Args:
        table: whose.
        before: what is in force.
        after: what shall be.
        delta: names all that differs between the two.

    Raises:
        RulesetError: a name or address that cannot be written, or a rule without its destination.
    """
    touched = sorted(_safe(key) for key in touched_profiles(after, delta))
    commands = [
        *_declare(before, after, delta, touched),
        *(f"flush chain %T profile-{key}" for key in touched if key in before.profiles),
        *_fill(before, after, delta),
        *_rules(after, touched),
        *_move(before, after, delta),
        *_forget(before, after, delta),
    ]
    return _text(table, commands)


def _text(table: Table, commands: Iterable[str]) -> str:
    return "".join(command.replace("%T", table.name, 1) + "\n" for command in commands)


def touched_profiles(program: Program, delta: Delta) -> set[str]:
    """Return the profiles of ``program`` and of ``delta`` whose decisions the delta may change."""
    moved = delta.destinations.keys()
    users = {
        key
        for key, rules in program.profiles.items()
        if moved and any(rule.destination in moved for rule in rules)
    }
    return users | delta.profiles.keys()


def mark(program: Program, profile: str) -> int:
    """Return the mark of flows that ``profile`` accepts: 32 bits, never 0.

    Two programs in which the profile decides alike give it the same mark.

    Raises:
        RulesetError: a rule names a destination that is not there.
    """
    content = [(rule.allow, _boxes(program, rule)) for rule in program.profiles[profile]]
    digest = hashlib.blake2b(msgspec.json.encode(content), digest_size=4).digest()
    return int.from_bytes(digest, "big") or 1


def _skeleton(table: Table) -> Iterator[str]:
    interface = f'"{table.interface}"'
    for version, (_, kind) in FAMILIES.items():
        yield f"add set %T peers-{version} {{ type {kind}; }}"
        yield f"add map %T devices-{version} {{ type {kind} : verdict; }}"
    yield from _denied()
    yield "add chain %T judge"
    for version, (header, _) in FAMILIES.items():
        yield f"add rule %T judge {header} saddr vmap @devices-{version}"
    yield "add rule %T judge drop"
    yield "add chain %T arrive { type filter hook prerouting priority mangle; policy accept; }"
    yield f"add rule %T arrive iifname {interface} goto judge"
    yield "add chain %T leave { type filter hook postrouting priority filter; policy accept; }"
    yield f"add rule %T leave oifname != {interface} accept"
    opened = "ct state established,related ct mark != 0"
    for version, (header, _) in FAMILIES.items():
        yield f"add rule %T leave {opened} {header} daddr @peers-{version} accept"
    yield "add rule %T leave drop"
    if table.masquerade:
        yield "add chain %T hide { type nat hook postrouting priority srcnat; policy accept; }"
        yield f"add rule %T hide iifname {interface} oifname != {interface} masquerade"


def _denied() -> Iterator[str]:
    yield "add chain %T denied"
    for version, (header, kind) in FAMILIES.items():
        key, name = f"{kind} . {kind} . inet_proto . inet_service", f"denied-{version}"
        limits = f"timeout {DENIED_SECONDS}s; size {DENIED_AT_MOST};"
        yield f"add set %T {name} {{ type {key}; flags dynamic,timeout; {limits} }}"
        for protocols, port in (("{ tcp, udp }", "th dport"), ("!= { tcp, udp }", "0")):
            packet = f"{header} saddr . {header} daddr . meta l4proto . {port}"
            count = f"update @{name} {{ {packet} counter }}"
            yield f"add rule %T denied meta l4proto {protocols} {count}"
    yield "add rule %T denied drop"


def _declare(
    before: Program, after: Program, delta: Delta, touched: Iterable[str]
) -> Iterator[str]:
    for name, kind in sorted(_sets(after, delta) - _sets(before, delta)):
        yield f"add set %T {name} {{ type {kind} . inet_proto . inet_service; flags interval; }}"
    for key in touched:
        if key in after.profiles and key not in before.profiles:
            yield f"add chain %T profile-{key}"


def _sets(program: Program, delta: Delta) -> set[tuple[str, str]]:
    """Return name and address type of each set that the delta's destinations have in a program."""
    return {
        (f"to-{_safe(key)}-{version}", FAMILIES[version][1])
        for key in delta.destinations
        for version in {_version(box) for box in program.destinations.get(key, ())}
    }


def _fill(before: Program, after: Program, delta: Delta) -> Iterator[str]:
    for name, _ in sorted(_sets(before, delta)):
        yield f"flush set %T {name}"
    for key in sorted(delta.destinations):
        elements: dict[int, list[str]] = {}
        for box in after.destinations.get(key, ()):
            elements.setdefault(_version(box), []).append(_element(box))
        for version, some in sorted(elements.items()):
            yield f"add element %T to-{key}-{version} {{ {', '.join(some)} }}"


def _rules(after: Program, touched: Iterable[str]) -> Iterator[str]:
    for key in touched:
        if key not in after.profiles:
            continue
        chain, flow = f"add rule %T profile-{key}", f"0x{mark(after, key):08x}"
        yield f"{chain} ct state established ct mark {flow} accept"
        yield f"{chain} ct state related ct mark {flow} meta l4proto {{ icmp, ipv6-icmp }} accept"
        yield f"{chain} ct state invalid drop"
        for rule in after.profiles[key]:
            verdict = f"ct mark set {flow} accept" if rule.allow else "goto denied"
            for version in sorted({_version(box) for box in _boxes(after, rule)}):
                packet = f"{FAMILIES[version][0]} daddr . meta l4proto . th dport"
                yield f"{chain} {packet} @to-{rule.destination}-{version} {verdict}"
        yield f"{chain} goto denied"


def _move(before: Program, after: Program, delta: Delta) -> Iterator[str]:
    """Take addresses from and give them to peers; one may pass from one device to another."""
    old, new = _addresses(before, delta), _addresses(after, delta)
    for version in FAMILIES:
        was, will = old.get(version, {}), new.get(version, {})
        yield from _elements("delete", f"peers-{version}", sorted(was.keys() - will.keys()))
        left = sorted(f"{address} : {verdict}" for address, verdict in was.items() - will.items())
        yield from _elements("delete", f"devices-{version}", left)
        yield from _elements("add", f"peers-{version}", sorted(will.keys() - was.keys()))
        come = sorted(f"{address} : {verdict}" for address, verdict in will.items() - was.items())
        yield from _elements("add", f"devices-{version}", come)


def _elements(verb: str, name: str, elements: list[str]) -> Iterator[str]:
    if elements:
        yield f"{verb} element %T {name} {{ {', '.join(elements)} }}"


def _addresses(program: Program, delta: Delta) -> dict[int, dict[str, str]]:
    """Return what to do with packets from each address of the delta's peers, by IP version."""
    verdicts: dict[int, dict[str, str]] = {}
    for device in delta.peers:
        if (peer := program.peers.get(device)) is not None:
            for text in peer.addresses:
                address = _address(text)
                verdict = f"goto profile-{_safe(peer.profile)}"
                verdicts.setdefault(address.version, {})[str(address)] = verdict
    return verdicts


def _forget(before: Program, after: Program, delta: Delta) -> Iterator[str]:
    for key in sorted(delta.profiles):
        if key in before.profiles and key not in after.profiles:
            yield f"delete chain %T profile-{key}"
    for name, _ in sorted(_sets(before, delta) - _sets(after, delta)):
        yield f"delete set %T {name}"


def _boxes(program: Program, rule: Rule) -> tuple[Box, ...]:
    try:
        return program.destinations[rule.destination]
    except KeyError:
        raise RulesetError(f"a rule's destination {rule.destination!r} is not there") from None


def _version(box: Box) -> int:
    return 6 if ":" in box.first else 4


def _element(box: Box) -> str:
    return " . ".join(
        low if low == high else f"{low}-{high}"
        for low, high in (
            (str(_address(box.first)), str(_address(box.last))),
            (str(box.protocol_low), str(box.protocol_high)),
            (str(box.port_low), str(box.port_high)),
        )
    )


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except ValueError:
        raise RulesetError(f"{text!r} is no IP address") from None


def _safe(key: str) -> str:
    """Return ``key`` if it can be part of a name in nftables."""
    if not KEY.fullmatch(key):
        raise RulesetError(f"{key!r} is no key: up to 64 letters, digits, _ and -")
    return key
