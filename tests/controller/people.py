"""Brings a tenant into a state, through the edges that people use."""

import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import sqlalchemy as sa

from agents import BareAgent
from gatescale.controller.clock import later
from gatescale.controller.store import tables
from gatescale.controller.stream import presence
from live import Api, Live


def mails_to(mail_dir: Path, email: str, count: int = 1) -> list[EmailMessage]:
    """Return the mails that arrived for someone, once there are ``count``."""
    deadline = time.monotonic() + 15
    while True:
        parser = BytesParser(policy=policy.default)
        found = [parser.parsebytes(p.read_bytes()) for p in mail_dir.glob("*.eml")]
        mine = [mail for mail in found if mail["To"] == email]
        if len(mine) >= count:
            return sorted(mine, key=lambda mail: mail["Date"].datetime)
        assert time.monotonic() < deadline, f"no mail to {email}"
        time.sleep(0.05)


def link_in(mail: EmailMessage) -> str:
    """Return the invitation link of a mail."""
    body = mail.get_body(("plain",))
    assert body
    return next(word for word in body.get_content().split() if "/invitations/" in word)


_numbers = iter(range(10**9))


def invite(live: Live, api: Api, group: str) -> tuple[str, str]:
    """Invite somebody new; return their id and the secret of the link in their mail."""
    email = f"person{next(_numbers)}@acme.test"
    user = api.made("/tenants/users", {"email": email, "groups": [group]})
    (mail,) = mails_to(live.settings.mail_dir, email)
    return user["id"], link_in(mail).rpartition("/")[2]


def device(live: Live, api: Api, group: str) -> tuple[BareAgent, str]:
    """Return an enrolled device of a new user, and the user's id."""
    user_id, secret = invite(live, api, group)
    agent = BareAgent(live.url)
    assert agent.enrol(secret).status == 201
    return agent, user_id


def gateway(live: Live, api: Api, name: str = "Office") -> BareAgent:
    """Return an enrolled gateway."""
    made = api.made("/tenants/gateways", {"name": name, "wireguardPort": "51820"})
    agent = BareAgent(live.url)
    assert agent.enrol(made["token"], "gateway").status == 201
    return agent


def wiki(api: Api, gateway_id: str, address: str = "10.0.0.5") -> str:
    """Return a private resource behind a gateway."""
    body = {"name": f"r{next(_numbers)}", "type": "PRIVATE", "addresses": [{"address": address}]}
    resource = api.made("/tenants/resources", body)["id"]
    api.made(f"/tenants/resources/{resource}/gateways", {"gatewayId": gateway_id})
    return str(resource)


_UNTIL = sa.select(tables.gateways.c.online_until).where(
    tables.gateways.c.id == sa.bindparam("gateway")
)


def left(live: Live, site: BareAgent) -> None:
    """Wait until the controller has noted that a gateway's stream ended; then clocks may move."""
    store = live.controller.store
    soon = later(live.clock(), seconds=presence.ONLINE_SECONDS - 30)
    deadline = time.monotonic() + 15
    while live.call(store.first_anywhere(_UNTIL, gateway=site.id))["online_until"] > soon:
        assert time.monotonic() < deadline, "the stream's end was not noticed"
        time.sleep(0.05)
