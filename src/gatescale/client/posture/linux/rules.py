"""nftables' rules as ``nft --json`` lists them (libnftables-json(5)), and where they end."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from gatescale.client.posture.programs import UnknownError

OURS: Final = "gatescale"
"""Begins the names of our own tables, which guard tunnels, not the machine."""
PASSING: Final = {"counter", "log", "comment", "notrack", "meter"}
"""Statements that every packet passes."""
DEPTH: Final = 16
"""Chains that jump into each other; nftables allows that many."""

Verdict = Literal["open", "closed"]
Key = tuple[str, str, str]
"""Family, table, name of a chain."""


class Chain(msgspec.Struct, frozen=True):
    """A chain; hook and policy if it is a base chain."""

    family: str
    table: str
    name: str
    type: str = ""
    hook: str = ""
    policy: str = "accept"


class Rule(msgspec.Struct, frozen=True):
    """A rule, its statements in order."""

    family: str
    table: str
    chain: str
    expr: tuple[dict[str, Any], ...] = ()


class Entry(msgspec.Struct, frozen=True):
    """One thing in the list; None: something else."""

    chain: Chain | None = None
    rule: Rule | None = None


class Listing(msgspec.Struct, frozen=True):
    """The whole answer."""

    nftables: tuple[Entry, ...]


class Ruleset(msgspec.Struct, frozen=True):
    """All chains and rules but those of our own tables."""

    chains: tuple[Chain, ...]
    rules: dict[Key, list[Rule]]

    @classmethod
    def of(cls, listed: str) -> "Ruleset":
        """Return what ``nft --json list ruleset`` says.

        Raises:
            UnknownError: it cannot be read.
        """
        try:
            entries = msgspec.json.decode(listed, type=Listing).nftables
        except msgspec.MsgspecError as error:
            raise UnknownError(f"nft says something that cannot be read: {error}") from None
        rules: dict[Key, list[Rule]] = defaultdict(list)
        for entry in entries:
            if rule := entry.rule:
                rules[rule.family, rule.table, rule.chain].append(rule)
        chains = (entry.chain for entry in entries if entry.chain)
        return cls(tuple(chain for chain in chains if not chain.table.startswith(OURS)), rules)


def is_closed(rules: Ruleset, family: str) -> bool:
    """Return whether what no rule lets in is dropped: by one base chain at least.

    Args:
        rules: of the machine.
        family: ``ip`` or ``ip6``.
    """
    return any(
        _end(rules, chain) == "closed"
        for chain in rules.chains
        if chain.hook == "input" and chain.type == "filter" and chain.family in {family, "inet"}
    )


def _end(rules: Ruleset, chain: Chain) -> Verdict:
    key = (chain.family, chain.table, chain.name)
    return _of_rules(rules, key, 0) or ("closed" if chain.policy == "drop" else "open")


def _of_rules(rules: Ruleset, key: Key, depth: int) -> Verdict | None:
    """Return where a packet ends that no condition in a chain holds for; None: past the chain."""
    for rule in rules.rules.get(key, ()) if depth <= DEPTH else ():
        kind, target = _unconditional(rule.expr)
        match kind:
            case "drop" | "reject":
                return "closed"
            case "accept":
                return "open"
            case "return":
                return None
            case "jump" | "goto":
                inside = _of_rules(rules, (rule.family, rule.table, target), depth + 1)
                if inside or kind == "goto":
                    return inside
            case _:
                # It holds for some packets only.
                continue
    return None


def _unconditional(statements: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Return the verdict, and the chain it names, of a rule that holds for every packet."""
    for statement in statements:
        kind, content = next(iter(statement.items()), ("", None))
        if kind == "xt":
            # What iptables made of it, for targets that nftables has no word for.
            extension = content if isinstance(content, dict) else {}
            kind = str(extension.get("name", "")).lower()
            if extension.get("type") != "target" and kind != "comment":
                return "", ""
        if kind not in PASSING:
            target = content.get("target", "") if isinstance(content, dict) else ""
            return kind, str(target)
    return "", ""
