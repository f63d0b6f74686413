"""From an outbox row's content to a message, text and HTML."""

import secrets
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

SUBJECTS = {
    "invitation": "You are invited to {tenant}",
    "gateway_gone": "The gateway {gateway} of {tenant} is offline",
    "gateway_back": "The gateway {gateway} of {tenant} is back online",
    "seats": "{used} of {limit} seats of {tenant} are in use",
}

_templates = ImmutableSandboxedEnvironment(
    loader=PackageLoader("gatescale.controller.mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
)


def compose(
    template: str, values: dict[str, Any], *, sender: str, recipient: str, public_url: str
) -> EmailMessage:
    """Return the message; without date and id."""
    link = f"{public_url}/invitations/{values.get('secret', '')}"
    shown = {**values, "link": link, "public_url": public_url}
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    subject = SUBJECTS[template].format(**values)
    message["Subject"] = " ".join(subject.split())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_templates.get_template(f"{template}.txt").render(shown))
    html = _templates.get_template(f"{template}.html").render(shown)
    message.add_alternative(html, subtype="html")
    # Left to itself it takes one of the process' common numbers, which others may have seeded.
    message.set_boundary(secrets.token_hex(16))
    return message


def stamped(message: EmailMessage, message_id: str, date: datetime) -> EmailMessage:
    """Set the headers that are the same at every try."""
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(date)
    return message
