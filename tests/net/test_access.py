"""What passes and what does not, through the whole product; topology in ``stage.py``."""

import pytest

from net.stage import DATABASE, LOBBY, OFFICE, TUNNELS, WIKI
from net.traffic import now

pytestmark = pytest.mark.net


def test_what_is_allowed_passes_and_what_is_not_does_not(stage, traffic, witness):
    stage.policy("Wiki", [stage.resource("Wiki", WIKI)], users=[stage.ann.user])
    stage.resource("Database", DATABASE)
    allowed = [
        traffic.tcp(stage.ann.namespace, WIKI),
        traffic.udp(stage.ann.namespace, WIKI),
    ]
    traffic.flow(*allowed)
    denied = [
        traffic.udp(stage.ann.namespace, DATABASE),
        traffic.udp(stage.bob.namespace, WIKI),
        traffic.udp(stage.bob.namespace, DATABASE),
    ]
    traffic.refused(*denied, witness=witness)
    traffic.flow(*allowed)


def test_a_tampered_client_reaches_no_more_than_an_honest_one(stage, traffic, witness):
    stage.policy("Wiki", [stage.resource("Wiki", WIKI)], users=[stage.ann.user])
    stage.resource("Database", DATABASE)
    with stage.ann.client.frozen():
        stage.ann.tamper(OFFICE, TUNNELS)
        allowed = traffic.udp(stage.ann.namespace, WIKI)
        traffic.flow(allowed)
        traffic.refused(traffic.udp(stage.ann.namespace, DATABASE), witness=allowed)


def test_overlapping_policies_decide_in_their_order_and_anew_when_reordered(
    stage, traffic, witness
):
    ann = stage.ann.namespace
    host, network = stage.resource("Host", WIKI), stage.resource("Network", OFFICE)
    deny = stage.policy("Not the host", [host], action=False, users=[stage.ann.user])
    allow = stage.policy("The network", [network], users=[stage.ann.user])
    beside = traffic.tcp(ann, DATABASE)
    with stage.ann.client.frozen():
        stage.ann.tamper(OFFICE)
        traffic.refused(denied := traffic.udp(ann, WIKI), witness=beside)
        stage.order(stage.lobby_policy, allow, deny)
        traffic.flow(denied, opened := traffic.tcp(ann, WIKI))
        stage.order(deny, stage.lobby_policy, allow)
        moment = now()
        traffic.refused(denied, opened, since=moment, witness=beside)
    assert witness.is_whole


def test_a_source_address_that_is_another_devices_is_refused(stage, traffic, witness):
    ann = stage.ann
    with ann.client.frozen():
        ann.namespace.run("ip", "address", "add", stage.bob.address, "dev", ann.interface)
        try:
            honest = traffic.udp(ann.namespace, LOBBY, source=ann.address)
            traffic.flow(honest)
            spoofed = traffic.udp(ann.namespace, LOBBY, source=stage.bob.address)
            traffic.refused(spoofed, witness=honest)
        finally:
            spoofed_address = f"{stage.bob.address}/32"
            ann.namespace.run("ip", "address", "del", spoofed_address, "dev", ann.interface)


def test_devices_do_not_reach_each_other(stage, traffic, witness):
    ann, bob = stage.ann, stage.bob
    with ann.client.frozen(), bob.client.frozen():
        for device in (ann, bob):
            device.tamper(OFFICE, TUNNELS)
        crossing = traffic.unsolicited(ann.namespace, bob.namespace, bob.address, ann.address)
        traffic.refused(crossing, witness=witness)


def test_the_office_opens_no_flow_to_a_device(stage, traffic, witness):
    with stage.ann.client.frozen():
        stage.ann.tamper(OFFICE)
        asked = traffic.udp(stage.ann.namespace, LOBBY)
        traffic.flow(asked)
        unasked = traffic.unsolicited(stage.office, stage.ann.namespace, stage.ann.address, LOBBY)
        traffic.refused(unasked, witness=asked)
