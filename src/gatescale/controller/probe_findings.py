"""What the test of a gateway found, judged and put into words that an administrator can act on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gatescale import __version__
from gatescale.contract.gateways import (
    Attempt,
    Check,
    ResourcesCheck,
    TestConfiguration,
    TestDetails,
)
from gatescale.controller.probes import Place, Subject
from gatescale.wire.messages import Outcome, ProbeReport

CLOCK_TOLERANCE = 3.0
"""Seconds that a gateway's clock may be off; the way of the message is not counted."""


@dataclass(slots=True)
class Knock:
    """Datagrams to one address of a gateway's endpoint.

    Attributes:
        address: IP address.
        secret: what they hold.
        failure: why they could not be sent; empty: they were.
    """

    address: str
    secret: str
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of a test.

    Attributes:
        asked, told: when the gateway was asked and when its report came, or was given up.
        knocks: one for each address of the endpoint; none: its name cannot be resolved.
        report: None: there came none in time.
    """

    asked: datetime
    told: datetime
    knocks: tuple[Knock, ...]
    report: ProbeReport | None


def unrecognized(public_url: str) -> TestConfiguration:
    """Return the result for a gateway that no software enrolled as."""
    return _without_report(
        "UNRECOGNIZED",
        "No software has enrolled as this gateway yet. On its machine, run: gatescale gateway run"
        f" --controller {public_url} --token-file FILE, with the gateway's token in FILE.",
    )


def unreachable(subject: Subject, findings: Findings | None, public_url: str) -> TestConfiguration:
    """Return the result for a gateway that said nothing.

    Args:
        subject: which.
        findings: None: it was not asked, as it is not connected.
        public_url: where it should find the controller.
    """
    what = "The gateway is not connected."
    if subject.last_online is not None:
        what = f"The gateway is not connected; it was last seen at {subject.last_online}."
    if findings is not None:
        seconds = (findings.told - findings.asked).total_seconds()
        what = f"The gateway did not answer within {seconds:.0f} s."
    help_ = (
        " See on its machine that `gatescale gateway run` runs (`gatescale gateway status`), and"
        f" that the machine reaches {public_url}."
    )
    if findings is not None and subject.app_version not in {"", __version__}:
        help_ += (
            f" Its software is {subject.app_version} and the controller's {__version__}: older"
            " gateways do not know this test."
        )
    return _without_report("NOT_REACHABLE", what + help_)


def judged(subject: Subject, findings: Findings, public_url: str) -> TestConfiguration:
    """Return the result for a gateway that was asked, whether it answered or not."""
    report = findings.report
    if report is None:
        return unreachable(subject, findings, public_url)
    details = TestDetails(
        control_channel=_passed("The gateway is connected and answers."),
        clock=_clock(findings, report),
        enforcement=_enforcement(subject, report),
        forwarding=_forwarding(report),
        wireguard_port=_wireguard_port(subject, findings, report),
        resources=_resources(subject, report),
    )
    failed = {name: check for name, check in _checks(details) if check.outcome == "FAILED"}
    good: Literal["MAINTENANCE", "ONLINE"] = "MAINTENANCE" if subject.maintenance else "ONLINE"
    return TestConfiguration(
        status="ERROR" if failed else good,
        details=details,
        error=" ".join(check.detail for check in failed.values()) or None,
        error_=", ".join(failed) or None,
    )


def _checks(details: TestDetails) -> list[tuple[str, Check]]:
    return [
        ("controlChannel", details.control_channel),
        ("clock", details.clock),
        ("enforcement", details.enforcement),
        ("forwarding", details.forwarding),
        ("wireguardPort", details.wireguard_port),
        ("resources", details.resources),
    ]


def _without_report(
    status: Literal["NOT_REACHABLE", "UNRECOGNIZED"], why: str
) -> TestConfiguration:
    skipped = _skipped("Only the gateway itself can tell.")
    details = TestDetails(
        control_channel=_failed(why),
        clock=skipped,
        enforcement=skipped,
        forwarding=skipped,
        wireguard_port=skipped,
        resources=ResourcesCheck(outcome="SKIPPED", detail=skipped.detail, attempts=[]),
    )
    return TestConfiguration(status=status, details=details, error=why, error_="controlChannel")


def _passed(detail: str) -> Check:
    return Check(outcome="PASSED", detail=detail)


def _failed(detail: str) -> Check:
    return Check(outcome="FAILED", detail=detail)


def _skipped(detail: str) -> Check:
    return Check(outcome="SKIPPED", detail=detail)


def _clock(findings: Findings, report: ProbeReport) -> Check:
    """Judge the gateway's time, which it read somewhere between question and answer."""
    early = findings.asked.timestamp() - report.clock
    late = report.clock - findings.told.timestamp()
    off, way = (early, "behind") if early > late else (late, "ahead of")
    if off <= CLOCK_TOLERANCE:
        return _passed("The gateway's clock agrees with the controller's.")
    return _failed(
        f"The gateway's clock is {off:.0f} s {way} the controller's. Have both machines set by NTP:"
        " what a gateway may enforce without its controller ends by the clock."
    )


def _enforcement(subject: Subject, report: ProbeReport) -> Check:
    wrong = []
    if report.error:
        wrong.append(f"not all is in force: {report.error}")
    elif not report.interface:
        wrong.append("its WireGuard interface is missing")
    elif report.listen_port != subject.port:
        wrong.append(f"its WireGuard listens on port {report.listen_port}, not on {subject.port}")
    if not report.table and not report.error:
        wrong.append("its nftables table is missing")
    if report.lapsed:
        wrong.append("its lease has ended, so every grant has lapsed")
    if not wrong:
        return _passed("WireGuard and packet filter are in force.")
    return _failed(
        f"On the gateway, {', '.join(wrong)}. Its log says more; it tries again by itself."
    )


def _forwarding(report: ProbeReport) -> Check:
    off = [family for family, on in ({"IPv4": False} | report.forwarding).items() if not on]
    if not off:
        return _passed(f"The gateway's machine forwards {' and '.join(report.forwarding)}.")
    settings = {"IPv4": "net.ipv4.ip_forward=1", "IPv6": "net.ipv6.conf.all.forwarding=1"}
    return _failed(
        f"The gateway's machine does not forward {' and '.join(off)}, so devices reach nothing"
        f" behind it. Run there: sysctl -w {' '.join(settings[family] for family in off)}, and look"
        " in /etc/sysctl.d for what switched it off."
    )


def _wireguard_port(subject: Subject, findings: Findings, report: ProbeReport) -> Check:
    endpoint = subject.endpoint
    heard = report.heard
    sent = [knock for knock in findings.knocks if not knock.failure or knock.secret in heard]
    if not report.listened:
        return _failed(
            "The gateway's software cannot listen for the test's datagrams. Let it have"
            " CAP_NET_RAW, as deploy/gatescale-gateway.service does."
        )
    if not sent:
        return _failed(_not_sent(endpoint, findings.knocks))
    here = report.listen_port or subject.port
    if lost := [knock.address for knock in sent if knock.secret not in heard]:
        return _failed(
            f"Datagrams from the controller to {endpoint} ({', '.join(lost)}) do not arrive at the"
            f" gateway. Let UDP port {endpoint.rpartition(':')[2]} through every firewall in"
            f" between, and have routers with NAT pass it on to the gateway's port {here}."
        )
    if astray := {heard[knock.secret] for knock in sent} - {here}:
        return _failed(
            f"Datagrams to {endpoint} arrive at the gateway's port"
            f" {', '.join(map(str, sorted(astray)))}, but WireGuard listens on {here}. Correct the"
            " router's forwarding or the gateway's endpoint."
        )
    return _passed(f"Datagrams from the controller to {endpoint} arrive at the gateway.")


def _not_sent(endpoint: str, knocks: tuple[Knock, ...]) -> str:
    if not endpoint:
        return "Nobody knows where devices reach the gateway. Give it an endpoint."
    if not knocks:
        return (
            f"The controller cannot resolve the endpoint {endpoint}. Correct the gateway's endpoint"
            " or the name's DNS record."
        )
    reasons = "; ".join(f"{knock.address}: {knock.failure}" for knock in knocks)
    return f"The controller cannot send to the endpoint {endpoint} ({reasons})."


def _resources(subject: Subject, report: ProbeReport) -> ResourcesCheck:
    outcomes = iter(report.outcomes)
    attempts = [
        _attempt(place, next(outcomes, None) if place.target else None) for place in subject.places
    ]
    failed = [attempt.detail for attempt in attempts if attempt.outcome == "FAILED"]
    passed = sum(attempt.outcome == "PASSED" for attempt in attempts)
    if failed:
        return ResourcesCheck(outcome="FAILED", detail=" ".join(failed), attempts=attempts)
    if not passed:
        detail = "The gateway has no resource with an IP address, so there is nothing to try."
        return ResourcesCheck(outcome="SKIPPED", detail=detail, attempts=attempts)
    detail = "The gateway reaches its resources."
    if subject.is_partial:
        detail = f"The gateway reaches its resources; the first {passed} addresses were tried."
    return ResourcesCheck(outcome="PASSED", detail=detail, attempts=attempts)


_REACHED: dict[Outcome, str] = {
    "connected": "accepts connections",
    "refused": "refuses connections: the host is there, but nothing listens, or a firewall rejects",
    "answered": "answers a ping",
    "routed": "has a route; single hosts of a network are not tried",
}
_NOT_REACHED: dict[Outcome, str] = {
    "silent": "does not answer: it is down, knows no way back to the gateway, or a firewall drops",
    "unreachable": "cannot be reached: the gateway has no route there, or the host is not there",
    "barred": "could not be tried: the gateway's own firewall forbids it, or it lacks CAP_NET_RAW",
}


def _attempt(place: Place, outcome: Outcome | None) -> Attempt:
    port = str(place.target.port) if place.target and place.target.port else None
    where = place.address if port is None else f"{place.address} port {port}"
    about = f"{place.resource.name}: {where}"
    if outcome is None:
        check = _skipped(f"{about} was not tried: only IP addresses are.")
    else:
        judge = _passed if outcome in _REACHED else _failed
        check = judge(f"{about} {(_REACHED | _NOT_REACHED)[outcome]}.")
    return Attempt(
        resource=place.resource,
        address=place.address,
        port=port,
        outcome=check.outcome,
        detail=check.detail,
    )
