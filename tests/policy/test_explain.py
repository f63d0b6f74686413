"""Why a packet passes or not: what the property tests may seldom meet."""

from gatescale.policy.explain import Question
from gatescale.policy.model import Model
from policy.given import WEB, allow, deny, device, gateway, resource, user

TENANT = [
    user("ann", "staff"),
    device("laptop", "ann"),
    gateway(),
    gateway("plant"),
    resource("lan", "10.0.0.0/24", services=[WEB]),
    resource("press", "10.0.0.7/32", at=["plant"]),
    allow(5, groups=("staff",), to=["lan"]),
]


def asked(*policies, address="10.0.0.7", port=443):
    return Model([*TENANT, *policies]).explain(Question("laptop", address, 6, port))


def reasons(verdict):
    return {each.policy: each.reason for each in verdict.passed_over}


def test_a_deny_is_named_at_every_gateway_wherever_its_resource_is_attached():
    verdict = asked(deny(1, groups=("staff",), to=["press"]))
    assert (verdict.allow, verdict.policy) == (False, "deny 1")


def test_a_deny_decides_about_what_nobody_allows_as_well():
    verdict = asked(deny(9, groups=("staff",), to=["press"]), port=22)
    assert (verdict.allow, verdict.policy) == (False, "deny 9")
    assert reasons(verdict) == {"allow 5": "DESTINATION"}


def test_an_allow_for_a_resource_at_another_gateway_is_passed_over():
    verdict = asked(allow(1, groups=("guests",), to=["press"]), address="10.0.0.8")
    assert verdict.allow
    assert reasons(verdict) == {"allow 1": "SOURCE"}
    both = [allow(1, groups=("staff",), to=["press"])]
    verdict = asked(*both, port=443)
    assert verdict.gateway == "plant", "the longer prefix"
    assert verdict.policy == "allow 1"
