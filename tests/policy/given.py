"""Plain functions that make a tenant's entities, each with what a test does not care about."""

from gatescale.policy.decide import Packet, decide
from gatescale.policy.model import Model
from gatescale.policy.program import permits
from gatescale.policy.vocabulary import (
    Destination,
    Device,
    Gateway,
    Policy,
    Resource,
    Service,
    User,
)

SSH = Service("TCP", 22, 22)
WEB = Service("TCP", 443, 443)
PING = Service("ICMP")


def user(name, *groups, active=True):
    return User(name, active=active, groups=groups)


def device(name, owner, *, host=1, active=True):
    return Device(
        id=name,
        user=owner,
        active=active,
        public_key=f"key of {name}",
        addresses=(f"100.64.0.{host}", f"fd64::{host:x}"),
    )


def gateway(
    name="office", *, key="key", endpoint="198.51.100.1:51820", available=True, maintenance=False
):
    return Gateway(
        name,
        name.title(),
        public_key=key,
        endpoint=endpoint,
        available=available,
        maintenance=maintenance,
    )


def resource(name, *networks, at=("office",), services=(), kind="PRIVATE"):
    destinations = tuple(Destination(network, tuple(services)) for network in networks)
    return Resource(name, kind, destinations, gateways=tuple(at))


def policy(name, order, *, allow, kind="PRIVATE", **names):
    return Policy(name, kind, order, allow=allow, **names)


def allow(order, *, to=(), **names):
    return policy(f"allow {order}", order, allow=True, resources=tuple(to), **names)


def deny(order, *, to=(), **names):
    return policy(f"deny {order}", order, allow=False, resources=tuple(to), **names)


def passes(entities, sender, destination, protocol=6, port=443, *, at="office"):
    """Say whether a packet passes; the reference and the compiled program must agree."""
    decided = decide(entities, Packet(sender, at, destination, protocol, port)).allow
    model = Model(entities)
    for source in model.devices[sender].addresses:
        program = model.program(at)
        assert permits(program, source, destination, protocol, port) == decided
    return decided


def routes(entities, device_id):
    """Return the networks that a device sends to each gateway."""
    return {route.gateway: route.allowed_ips for route in Model(entities).routes(device_id)}
