"""Mails about gateways and seats, by real SMTP."""

import queue
from datetime import timedelta
from pathlib import Path

import pytest

from controller import given
from controller.expect import refused
from controller.people import gateway, left
from controller.test_mail import invite, until_empty
from gatescale.controller import alerts
from gatescale.controller.stream import presence
from live import Api, Live
from sink import Sink

PATH = "/tenants/notifications"
USUAL = {"recipients": [], "gatewayAlerts": True, "seatLimit": None, "seatThreshold": 80}


def test_notifications_are_read_and_changed_one_by_one(api: Api, other_api: Api):
    assert given.read(api, PATH) == USUAL
    wanted = {"recipients": ["it@acme.test"], "seatLimit": 10}
    answer = api.put(PATH, json=wanted)
    assert (answer.status, answer.json()) == (200, {**USUAL, **wanted})
    assert api.put(PATH, json={"gatewayAlerts": False, "seatLimit": None}).status == 200
    assert given.read(api, PATH) == {**USUAL, **wanted, "gatewayAlerts": False, "seatLimit": None}
    assert given.read(other_api, PATH) == USUAL
    event, _ = given.rows(api, "audit-events", "&filter[operation]=NotificationsController_update")
    assert event["after"] == {"gatewayAlerts": False, "seatLimit": None}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"recipients": ["nobody"]}, "/recipients/0"),
        ({"recipients": ["a@acme.test", "A@ACME.test"]}, "/recipients/1"),
        ({"recipients": ["a@acme.test"] * 51}, "/recipients"),
        ({"recipients": None}, "/recipients"),
        ({"gatewayAlerts": "yes"}, "/gatewayAlerts"),
        ({"seatLimit": 0}, "/seatLimit"),
        ({"seatThreshold": 49}, "/seatThreshold"),
        ({"seatThreshold": 101}, "/seatThreshold"),
        ({"more": 1}, "/more"),
    ],
)
def test_wrong_notifications_are_refused(api: Api, wrong, pointer):
    refused(api, "PUT", PATH, 422, pointer, json=wrong)
    assert given.read(api, PATH) == USUAL


def test_auditors_read_and_change_none(live: Live, api: Api):
    key = api.made("/tenants/api-keys", {"name": "Audit", "role": "AUDITOR"})["key"]
    auditor = Api(live.url, key)
    assert auditor.get(PATH).status == 200
    assert auditor.put(PATH, json={"seatLimit": 3}).status == 403


def look(live: Live) -> None:
    """Have the controller sweep and alert now, as it does by the clock."""
    live.call(presence.sweep(live.controller.store))
    live.call(alerts.look(live.controller.store))


def silent(live: Live, sink: Sink) -> None:
    look(live)
    until_empty(live)
    with pytest.raises(queue.Empty):
        sink.mails.get_nowait()


def test_a_gateway_that_goes_and_comes_is_told_of_without_a_flood(tmp_path: Path):
    with Sink() as sink, Live(tmp_path, smtp_url=sink.url) as live:
        api = live.tenant("Acme")
        site = gateway(live, api, "Berlin")
        with site.stream() as stream:
            stream.next("program")
            silent(live, sink)
        left(live, site)
        live.clock.ahead = timedelta(minutes=3)
        look(live)
        mail = sink.get()
        assert mail["To"] == "owner@acme.test"
        assert mail["Subject"] == "The gateway Berlin of Acme is offline"
        for kind in ("plain", "html"):
            body = mail.get_body((kind,))
            assert body
            assert f"{live.url}/gateways/{site.id}" in body.get_content()
        silent(live, sink)
        with site.stream() as stream:
            stream.next("program")
            look(live)
            assert sink.get()["Subject"] == "The gateway Berlin of Acme is back online"
            silent(live, sink)
        left(live, site)
        live.clock.ahead = timedelta(minutes=6)
        silent(live, sink)
        live.clock.ahead = timedelta(minutes=19)
        look(live)
        assert "is offline" in sink.get()["Subject"]


def test_who_works_on_a_gateway_is_not_told_that_it_is_gone(tmp_path: Path):
    with Sink() as sink, Live(tmp_path, smtp_url=sink.url) as live:
        api = live.tenant("Acme")
        site = gateway(live, api, "Berlin")
        with site.stream() as stream:
            stream.next("program")
            api.made(f"/tenants/gateways/{site.id}/start-maintenance", None)
        left(live, site)
        live.clock.ahead = timedelta(minutes=3)
        silent(live, sink)
        assert api.get("/tenants/overview").json()["gateways"]["maintenance"] == 1
        assert api.get("/tenants/overview").json()["gateways"]["offline"] == 0
        api.made(f"/tenants/gateways/{site.id}/end-maintenance", None)
        look(live)
        assert sink.get()["Subject"] == "The gateway Berlin of Acme is offline"


def test_alerts_go_to_whom_is_named_or_to_nobody(tmp_path: Path):
    with Sink() as sink, Live(tmp_path, smtp_url=sink.url) as live:
        loud, quiet = live.tenant("Loud"), live.tenant("Quiet")
        loud.put(PATH, json={"recipients": ["a@acme.test", "b@acme.test"]})
        quiet.put(PATH, json={"gatewayAlerts": False})
        for api in (loud, quiet):
            site = gateway(live, api)
            with site.stream() as stream:
                stream.next("program")
            left(live, site)
        live.clock.ahead = timedelta(minutes=3)
        look(live)
        assert {sink.get()["To"] for _ in range(2)} == {"a@acme.test", "b@acme.test"}
        silent(live, sink)


def test_seats_that_run_out_are_told_of_once_a_level(tmp_path: Path):
    with Sink() as sink, Live(tmp_path, smtp_url=sink.url) as live:
        api = live.tenant("Acme")
        api.put(PATH, json={"seatLimit": 5, "recipients": ["it@acme.test"]})
        silent(live, sink)
        invite(api, "a@acme.test", "b@acme.test", "c@acme.test")
        for _ in range(3):
            sink.get()
        look(live)
        mail = sink.get()
        told = (mail["To"], mail["Subject"])
        assert told == ("it@acme.test", "4 of 5 seats of Acme are in use")
        silent(live, sink)
        invite(api, "d@acme.test")
        sink.get()
        look(live)
        assert sink.get()["Subject"] == "5 of 5 seats of Acme are in use"
        silent(live, sink)
