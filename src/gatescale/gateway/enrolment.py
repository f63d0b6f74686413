"""Who this gateway is: made once with a token, kept in the state folder."""

import asyncio
import hashlib
import secrets
from pathlib import Path
from typing import Final

import msgspec
import structlog

from gatescale import __version__
from gatescale.channel.controller import Controller
from gatescale.channel.identity import Identity, write_private
from gatescale.errors import GatescaleError, UnavailableError
from gatescale.wire.messages import Enrolled, GatewayEnrolment, enrolment_proof
from gatescale.wireguard import keys

log = structlog.get_logger()
_dice = secrets.SystemRandom()

SHORTEST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
"""Seconds between two attempts to reach the controller."""


class EnrolmentError(GatescaleError):
    """This machine is no gateway, and cannot become one."""

    title = "Not enrolled"


class Enrolment(msgspec.Struct, frozen=True):
    """What the controller answered to our enrolment.

    Attributes:
        enrolled: its answer.
        token_digest: SHA-256 of the token, hex: a new token means that we are to enrol anew.
    """

    enrolled: Enrolled
    token_digest: str


class Self(msgspec.Struct, frozen=True):
    """This gateway.

    Attributes:
        enrolled: as what the controller knows us.
        identity: the key that we prove it with.
        private_key: WireGuard's, base64.
    """

    enrolled: Enrolled
    identity: Identity
    private_key: str


def load(folder: Path, token: str) -> Self | None:
    """Return who we are; None if ``token`` asks to enrol first.

    Raises:
        EnrolmentError: there is neither an enrolment nor a token, or it cannot be read.
    """
    path = folder / "enrolment.json"
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Enrolment)
    except FileNotFoundError:
        if not token:
            raise EnrolmentError(
                "this machine is not enrolled as a gateway: give --token or --token-file once"
            ) from None
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise EnrolmentError(f"{path} cannot be read: {error}") from None
    if token and kept.token_digest != _digest(token):
        return None
    return _myself(folder, kept.enrolled)


async def enrol(controller: Controller, folder: Path, token: str) -> Self:
    """Become the gateway that ``token`` names; while the controller is away, keep trying.

    The keys are made before the first attempt and stay, so an attempt whose answer was lost can
    be repeated.

    Raises:
        GatescaleError: the controller refused.
    """
    identity = Identity.load_or_create(folder / "identity.key")
    private_key = keys.load_or_create(folder / "wireguard.key")
    public_key = keys.public_key(private_key)
    request = GatewayEnrolment(
        token=token,
        identity_key=identity.public_key,
        public_key=public_key,
        proof=identity.sign(enrolment_proof(token, public_key)),
        app_version=__version__,
    )
    enrolled = await _ask(controller, request)
    kept = Enrolment(enrolled, _digest(token))
    write_private(folder / "enrolment.json", msgspec.json.encode(kept))
    log.info("enrolled", gateway=enrolled.name, tenant=enrolled.tenant_name)
    return _myself(folder, enrolled)


def forget(folder: Path) -> None:
    """Forget the enrolment; the keys stay."""
    (folder / "enrolment.json").unlink(missing_ok=True)


async def _ask(controller: Controller, request: GatewayEnrolment) -> Enrolled:
    said, pause = "", SHORTEST_PAUSE
    while True:
        try:
            return await controller.enrol_gateway(request)
        except UnavailableError as error:
            if error.detail != said:
                log.warning("not enrolled yet, trying on", why=error.detail)
            said = error.detail
        await asyncio.sleep(_dice.uniform(pause / 2, pause))
        pause = min(LONGEST_PAUSE, pause * 2)


def _myself(folder: Path, enrolled: Enrolled) -> Self:
    return Self(
        enrolled,
        Identity.load_or_create(folder / "identity.key"),
        keys.load_or_create(folder / "wireguard.key"),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
