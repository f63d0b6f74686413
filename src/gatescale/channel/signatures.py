"""Messages that the controller vouches for: believed only with its signature."""

import base64
import binascii
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gatescale.errors import GatescaleError
from gatescale.wire.messages import DeviceUpdate, GatewayUpdate, Lease, Probe, Signed

Message = GatewayUpdate | DeviceUpdate | Lease | Probe
"""What a controller signs."""

_DECODER: Final[msgspec.json.Decoder[Message]] = msgspec.json.Decoder(Message)


class ForgedError(GatescaleError):
    """A message does not bear the signature of the controller that the agent enrolled with."""

    title = "Forged message"


def verified(signed: Signed, controller_key: str) -> Message:
    """Return the message inside ``signed``.

    Args:
        signed: payload and signature as received.
        controller_key: the pinned key, base64.

    Raises:
        ForgedError: the signature is not the controller's, or what it signed is no message
            that this version knows.
    """
    payload = bytes(signed.payload)
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(controller_key, validate=True))
        key.verify(base64.b64decode(signed.signature, validate=True), payload)
    except (InvalidSignature, binascii.Error, ValueError):
        raise ForgedError("the signature is not the controller's") from None
    try:
        return _DECODER.decode(payload)
    except msgspec.MsgspecError as error:
        raise ForgedError(f"signed by the controller, but not understood: {error}") from None
