"""Make this machine a device of the person who was invited."""

from dataclasses import dataclass
from pathlib import Path

from yarl import URL

from gatescale import __version__
from gatescale.channel.controller import Controller
from gatescale.client.folder import Device, Folder
from gatescale.client.lock import holder
from gatescale.client.machine import operating_system
from gatescale.errors import ConflictError, InvalidError
from gatescale.wire.messages import DeviceEnrolment, enrolment_proof
from gatescale.wireguard import keys

KINDS = frozenset({"invitations", "enrolments"})
"""What stands before the secret in a link."""
OS_LENGTH = 200
"""Characters that the controller takes; see ``wire.messages.ShortText``."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person was sent.

    Attributes:
        controller: URL.
        secret: known to nobody else.
    """

    controller: str
    secret: str

    @classmethod
    def read(cls, text: str, controller: str | None) -> "Invitation":
        """Return the invitation in ``text``.

        Args:
            text: a link, ``URL/invitations/SECRET`` or ``URL/enrolments/CODE``, or a bare code.
            controller: URL, where ``text`` does not say it or says one that is not reachable
                from here.

        Raises:
            InvalidError: it is neither, or a bare code that nothing says the controller of.
        """
        text = text.strip()
        if "://" not in text:
            if not text or "/" in text:
                raise InvalidError(f"«{text}» is neither an invitation link nor a code")
            if not controller:
                raise InvalidError(
                    "a code alone does not say whose it is: add --controller URL, "
                    "or use the whole link"
                )
            return cls(controller, text)
        try:
            link = URL(text)
        except ValueError:
            link = URL()
        place, kind, secret = ["", "", *link.path.rstrip("/").rsplit("/", 2)][-3:]
        if kind not in KINDS or not secret:
            raise InvalidError(
                "the link is incomplete: it ends in /invitations/… or /enrolments/…, "
                "just as the mail has it"
            )
        return cls(controller or str(link.with_path(place)).rstrip("/"), secret)


async def enrol(
    folder: Folder, invitation: Invitation, controller: Controller, *, name: str, hardware_id: str
) -> Device:
    """Enrol this machine and return what it is then.

    Its two private keys are made here and stay here. May be tried again when the answer is lost.

    Raises:
        GatescaleError: the controller refused or could not be reached; an enrolment that was
            there before still is.
    """
    identity, private_key = folder.begin_enrolment(controller.url, invitation.secret)
    public_key = keys.public_key(private_key)
    enrolled = await controller.enrol_device(
        DeviceEnrolment(
            secret=invitation.secret,
            identity_key=identity.public_key,
            public_key=public_key,
            proof=identity.sign(enrolment_proof(invitation.secret, public_key)),
            name=name,
            hardware_id=hardware_id,
            app_version=__version__,
            os=operating_system()[:OS_LENGTH],
        )
    )
    device = Device(controller.url, enrolled)
    folder.finish_enrolment(device)
    return device


def refuse_second(folder: Folder, *, force: bool) -> None:
    """Refuse where a device is enrolled already, unless it was removed or is to be replaced.

    Raises:
        ConflictError: says what to do.
    """
    device = folder.device()
    if device is None:
        return
    if holder(folder.lock) is not None or folder.running():
        raise ConflictError(
            "this device is connected, or was and left traces: `gatescale disconnect` first"
        )
    if not device.removed and not force:
        raise ConflictError(
            f"this is {device.enrolled.name} of {device.enrolled.tenant_name} already: "
            "`gatescale connect` connects it, `gatescale enroll --force` puts another in its "
            f"place, --state-dir keeps both (now {folder.path})"
        )


def default_folder(home: Path, *, root: bool) -> Path:
    """Return where a device's state is kept unless told otherwise.

    >>> str(default_folder(Path("/home/ann"), root=False))
    '/home/ann/.local/state/gatescale'
    """
    return Path("/var/lib/gatescale/client") if root else home / ".local/state/gatescale"
