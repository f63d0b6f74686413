import pytest

from gatescale.policy.decide import Packet, decide
from policy.given import allow, deny, device, gateway, resource, user

TENANT = [
    user("ann", "staff"),
    user("gus", active=False),
    device("laptop", "ann"),
    device("phone", "ann", active=False),
    device("brick", "gus"),
    gateway(),
    resource("wiki", "10.0.0.5/32"),
    resource("lan", "10.0.0.0/24"),
    deny(1, users=("ann",), to=["wiki"]),
    allow(2, groups=("staff",), to=["lan"]),
]


@pytest.mark.parametrize(
    ("sender", "at", "destination", "why"),
    [
        ("unknown", "office", "10.0.0.5", "There is no such device."),
        ("phone", "office", "10.0.0.5", "The device is deactivated."),
        ("brick", "office", "10.0.0.5", "The device's owner is not active."),
        ("laptop", "plant", "10.0.0.5", "There is no such gateway."),
        (
            "laptop",
            "office",
            "10.0.0.5",
            "Policy deny 1 is the first to match, and denies resource wiki.",
        ),
        (
            "laptop",
            "office",
            "10.0.0.6",
            "Policy allow 2 is the first to match, and allows resource lan.",
        ),
        (
            "laptop",
            "office",
            "10.0.9.9",
            "No policy allows it, and what is not allowed is denied.",
        ),
    ],
)
def test_a_decision_says_why(sender, at, destination, why):
    assert decide(TENANT, Packet(sender, at, destination, 6, 443)).why == why


def test_a_decision_names_the_policy():
    decision = decide(TENANT, Packet("laptop", "office", "10.0.0.6", 6, 443))
    assert decision.allow
    assert decision.policy == "allow 2"
