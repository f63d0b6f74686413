"""Policy tests: what must be so whatever the policies say (ours)."""

from typing import Annotated, Literal

from msgspec import Meta

from gatescale.contract.fields import Id, Ids, Input, Name, Named, Noun, Output, Text, Timestamp

Expectation = Literal["NEVER", "ALWAYS"]
TestedPort = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,5}(-[0-9]{1,5})?$(?!\n)",
        description='a port or a range of ports, like "443" or "8000-8100"',
    ),
]
FactName = Annotated[
    str,
    Meta(
        max_length=100,
        pattern=r"^(device|origin)(\.[a-zA-Z][a-zA-Z0-9_]{0,49}){1,3}$(?!\n)",
        description="a variable of admission rules, like device.posture.diskEncryption",
    ),
]
FactValue = (
    bool
    | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
    | float
    | Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$(?!\n)")]
)
GivenFacts = Annotated[dict[FactName, FactValue], Meta(max_length=50)]
WeekTime = Annotated[
    str,
    Meta(
        pattern=r"^(MONDAY|TUESDAY|WEDNESDAY|THURSDAY|FRIDAY|SATURDAY|SUNDAY)"
        r" ([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)",
        description="a time of the week, like MONDAY 10:00",
    ),
]
WeekTimes = Annotated[list[WeekTime], Meta(max_length=50)]
TestedProtocol = Literal["TCP", "UDP", "ICMP"]


class WritePolicyTest(Input, frozen=True, kw_only=True):
    """A policy test to make, or what one becomes.

    Attributes:
        expect: NEVER: nobody of these people is granted anything of these resources, with any
            device, from anywhere, at any time, and be they invited or deactivated now. ALWAYS:
            each of them who is active reaches all of it.
        groups: whose members it is about.
        users: who else it is about.
        resources: of the type PRIVATE.
        protocol: of all that the resources offer, only this.
        port: of TCP or UDP; null: all of them.
        given: for ALWAYS: all that is known of the device, by the variables of admission rules.
        times: for ALWAYS: when, on the clocks of the tenant's zone; empty: whenever it is tried.
    """

    name: Name
    expect: Expectation
    description: Text | None = None
    all_users: bool = False
    groups: Ids = []
    users: Ids = []
    resources: Annotated[Ids, Meta(min_length=1)]
    protocol: TestedProtocol | None = None
    port: TestedPort | None = None
    given: GivenFacts = {}
    times: WeekTimes = []


class TestedUser(Output, frozen=True, kw_only=True):
    """Somebody whom a policy test is about."""

    id: Id
    email: str


class PolicyTest(Noun, frozen=True, kw_only=True):
    """What must be so whatever the policies say: a change that breaks it is refused."""

    name: str
    description: str | None
    expect: Expectation
    all_users: bool
    groups: list[Named]
    users: list[TestedUser]
    resources: list[Named]
    protocol: TestedProtocol | None
    port: str | None
    given: dict[str, FactValue]
    times: list[str]


class Counterexample(Output, frozen=True, kw_only=True):
    """Why a policy test does not hold.

    Attributes:
        reason: NOBODY: it names nobody any more; NOTHING: no resource any more; GRANTED: a policy
            grants it; DENIED: a policy denies it; RULE: a policy's admission rule does not hold;
            ORIGIN: a policy is for devices from elsewhere; MISSING: no policy grants it; GATEWAY:
            the resource has no gateway; DESTINATION: nothing is there that could be reached.
        user: one of those with whom it is so.
        device: the one that a policy names; null: any of the user's.
        policy: the one that decides.
        gateway: the one where it is so.
        at: the time that was tried; null: at any.
        sentence: all of that in words.
    """

    reason: Literal[
        "NOBODY",
        "NOTHING",
        "GRANTED",
        "DENIED",
        "RULE",
        "ORIGIN",
        "MISSING",
        "GATEWAY",
        "DESTINATION",
    ]
    user: TestedUser | None
    device: Named | None
    resource: Named | None
    policy: Named | None
    gateway: Named | None
    at: Timestamp | None
    sentence: str


class PolicyTestOutcome(Output, frozen=True, kw_only=True):
    """Whether a policy test holds.

    Attributes:
        counterexamples: one of each kind of people, ten at most; none: it holds.
    """

    test: Named
    holds: bool
    counterexamples: list[Counterexample]


class PolicyTestRun(Output, frozen=True, kw_only=True):
    """Whether each policy test holds.

    Attributes:
        revision: of the tenant, that this is as of.
    """

    at: Timestamp
    revision: int
    holds: bool
    outcomes: list[PolicyTestOutcome]
