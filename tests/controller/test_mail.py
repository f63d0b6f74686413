"""Invitations by real SMTP; the sink is aiosmtpd."""

import random
from pathlib import Path

import pytest

from controller.people import link_in, mails_to
from databases import free_port
from live import Api, Live
from processes import ControllerProcess
from sink import Sink


def invite(api: Api, *emails: str) -> None:
    group = api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
    api.made("/tenants/users", [{"email": email, "groups": [group]} for email in emails])


def test_everybody_in_a_bulk_gets_one_mail_by_smtp(tmp_path: Path):
    with Sink() as sink, Live(tmp_path, smtp_url=sink.url) as live:
        api = live.tenant("Acme & Söhne")
        emails = [f"u{n}@acme.test" for n in range(20)]
        invite(api, *emails)
        got = [sink.get() for _ in emails]
        assert sorted(str(mail["To"]) for mail in got) == sorted(emails)
        assert len({link_in(mail) for mail in got}) == 20
        assert len({mail["Message-ID"] for mail in got}) == 20
        mail = got[0]
        assert mail["Subject"] == "You are invited to Acme & Söhne"
        html = mail.get_body(("html",))
        assert html
        assert "Acme &amp; Söhne" in html.get_content()
        assert link_in(mail) in html.get_content()
        until_empty(live)
        assert sink.mails.empty()


def until_empty(live: Live) -> None:
    """Return once the outbox is empty; fail after fifteen seconds."""
    import time

    deadline = time.monotonic() + 15
    while "gatescale_outbox_depth 0.0" not in Api(live.url, None).get("/metrics").body.decode():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_refused_mail_is_tried_again_under_the_same_id(tmp_path: Path):
    with Sink() as sink, Live(tmp_path, smtp_url=sink.url) as live:
        sink.refusals = 1
        invite(live.tenant(), "ann@acme.test")
        assert sink.asked.wait(15)
        mail = sink.get()
        assert mail["To"] == "ann@acme.test"
        until_empty(live)


def test_mail_waits_for_a_server_that_is_away(tmp_path: Path):
    port = free_port()
    with Live(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}") as live:
        invite(live.tenant(), "ann@acme.test")
        with Sink(port) as sink:
            assert sink.get()["To"] == "ann@acme.test"


def test_a_mail_that_a_slow_server_takes_stays_claimed(tmp_path: Path):
    """Else another replica would send it, too."""
    import time

    import sqlalchemy as sa

    from gatescale.controller.store import tables

    statement = sa.select(tables.outbox.c.next_attempt)
    with Sink() as sink, Live(tmp_path, smtp_url=sink.url) as live:

        def claimed_until() -> str:
            return live.call(live.controller.store.anywhere(statement))[0]["next_attempt"]

        sink.stalls = True
        invite(live.tenant(), "ann@acme.test")
        assert sink.asked.wait(15)
        first, deadline = claimed_until(), time.monotonic() + 10
        while claimed_until() == first:
            assert time.monotonic() < deadline, "the claim is not renewed"
            time.sleep(0.1)


def test_a_mail_survives_the_controllers_death_and_comes_once(tmp_path: Path):
    """The controller dies between the commit and the server's answer."""
    with Sink() as sink:
        sink.stalls = True
        with ControllerProcess(tmp_path / "data", "--smtp-url", sink.url) as controller:
            invite(controller.tenant(), "ann@acme.test")
            assert sink.asked.wait(15)
            controller.kill()
            assert sink.mails.empty()
            sink.stalls = False
            controller.start()
            assert sink.get()["To"] == "ann@acme.test"
            assert controller.terminate() == 0
        assert sink.mails.empty()


def test_without_a_server_mails_are_files_for_the_owner_alone(live: Live, api: Api):
    invite(api, "solo@acme.test")
    (mail,) = mails_to(live.settings.mail_dir, "solo@acme.test")
    assert link_in(mail).startswith(live.url)
    files = list(live.settings.mail_dir.iterdir())
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert live.settings.mail_dir.stat().st_mode & 0o777 == 0o700


def test_a_mail_takes_no_random_numbers_that_others_seed(live: Live, api: Api):
    random.seed(4)
    before = random.getstate()
    invite(api, "twice@acme.test", "again@acme.test")
    one, other = (
        mails_to(live.settings.mail_dir, f"{name}@acme.test")[0] for name in ("twice", "again")
    )
    assert one.get_boundary() != other.get_boundary()
    assert random.getstate() == before


@pytest.mark.parametrize("name", ["A\r\nBcc: x@y.test", "A\x00B", " ", ""])
def test_a_tenants_name_cannot_smuggle_headers(live: Live, name: str):
    with pytest.raises(Exception, match="must be 1 to 100 characters"):
        live.tenant(name)
