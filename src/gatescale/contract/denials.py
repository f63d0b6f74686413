"""What gateways denied (ours)."""

from typing import Literal

from gatescale.contract.fields import Id, Output, Timestamp

DenialCause = Literal[
    "DEFAULT", "POLICY", "RULE", "DESTINATION", "DEVICE", "USER", "GATEWAY", "CHANGED", "MANY"
]


class Denial(Output, frozen=True, kw_only=True):
    """Packets of a device that a gateway dropped.

    Attributes:
        device_name: as it was called then; so are all other names.
        destination: IP address; null: several, of a device that tried more than is told apart.
        protocol: ``TCP``, ``UDP``, ``ICMP``, or the number of another one; null as above.
        port: null where the protocol has none.
        resource_id: what is there; null: nothing that is known.
        policy_id: the one that denied it, or that would allow it if its admission rule held.
        cause: DEFAULT: no policy allows it; POLICY: one denies it; RULE: the admission rule of one
            that allows it does not hold; DESTINATION: no resource is there; DEVICE, USER: not
            active; GATEWAY: no gateway leads there, or another one does; CHANGED: it is allowed by
            now; MANY: too many destinations to tell.
        reason: the same in a sentence.
        packets: how many; those within an hour of the one before are one denial.
    """

    id: Id
    first_at: Timestamp
    last_at: Timestamp
    device_id: Id
    device_name: str
    user_id: Id
    user_email: str
    gateway_id: Id
    gateway_name: str
    destination: str | None
    protocol: str | None
    port: int | None
    resource_id: Id | None
    resource_name: str | None
    policy_id: Id | None
    policy_name: str | None
    cause: DenialCause
    reason: str
    packets: int
