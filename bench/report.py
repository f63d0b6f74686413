"""How long packets still pass once a device reports that it is no longer in order.

    sudo env PYTHONPATH=.:tests .venv/bin/python bench/report.py [REPETITIONS]

The stage of ``revoke.py``: 1,000 devices on the gateway, real processes, a tunnel that sends all
the time. The policy's rule asks for a firewall. Each repetition reports one, waits for packets, reports
that it is off, and looks at the stamp of the last packet.
"""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from revoke import DEVICES, QUIET, Stage, row, wait_for

from gatescale.channel.identity import Identity
from gatescale.wire.messages import session_proof
from net.lab import Lab

RULE = "user.email.startsWith('person') || device.posture.firewall"
"""Holds for all but the sender without more ado."""


class Sender:
    """The device that sends, as its agent speaks to the controller."""

    def __init__(self, stage: Stage, number: int) -> None:
        self._stage = stage
        self.id = stage.enrol(number)
        self._identity = Identity.load_or_create(stage.folder / f"identity{number}")
        challenge = stage.api.ask("POST", "/agent/v1/challenges", {"agentId": self.id})["challenge"]
        signature = self._identity.sign(session_proof(challenge))
        signed = {"agentId": self.id, "challenge": challenge, "signature": signature}
        self._token = stage.api.ask("POST", "/agent/v1/sessions", signed)["token"]

    def report(self, *, firewall: bool) -> None:
        body: dict[str, Any] = {"deviceId": self.id, "collectedAt": time.time()}
        signals = {"firewall": firewall}
        self._stage.api.ask(
            "POST", "/agent/v1/posture", {**body, "signals": signals}, bearer=self._token
        )


def ask_for_firewalls(stage: Stage) -> None:
    """Let the one policy carry the rule."""
    ask = stage.api.ask
    rule = {"name": "Firewall", "rule": RULE, "hasTimeConstraint": False}
    made = ask("POST", "/tenants/admission-rules", rule)["id"]
    (policy,) = ask("GET", "/tenants/policies?filter[type]=PRIVATE")["data"]
    flags = ("allGroups", "allUsers", "allDevices", "allResources", "name", "action")
    body = {name: policy[name] for name in flags}
    body |= {"resources": [each["id"] for each in policy["resources"]], "rule": made}
    ask("PATCH", f"/tenants/policies/{policy['id']}", body)


def measured(stage: Stage, sender: Sender, repetitions: int) -> Iterator[tuple[float, float]]:
    """Yield milliseconds until the last packet, and until the answer."""
    for _ in range(repetitions):
        stage.api.connect()
        sender.report(firewall=True)
        wait_for(lambda: stage.peers() == DEVICES + 1)
        stage.shake_hands()
        wait_for(lambda: bool(stage.sink.read(0)))
        stage.api.connect()
        time.sleep(random.uniform(0.2, 0.4))
        stage.sink.read(0)
        began = time.time_ns()
        sender.report(firewall=False)
        answered = time.time_ns()
        last = max(stage.sink.read(QUIET), default=began)
        yield max(last - began, 0) / 1e6, (answered - began) / 1e6
        time.sleep(1.0)


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with TemporaryDirectory(prefix="gatescale-bench-") as folder, Lab("gsb") as lab:
        stage = Stage(lab, Path(folder))
        sender = Sender(stage, 0)
        ask_for_firewalls(stage)
        cut, answered = zip(*measured(stage, sender, repetitions), strict=True)
        held = stage.peers()
    print(f"{repetitions} repetitions, {held:,} devices on the gateway")
    print("| from sending the report  | p50 ms | p99 ms | max ms |")
    row("to the last packet", cut)
    row("to the answer", answered)


if __name__ == "__main__":
    main()
