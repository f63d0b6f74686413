"""What policies decide on, as people write it."""

from gatescale.policy.program import Box
from gatescale.policy.region import Region

PARTS_SHOWN = 20
_PROTOCOLS = {1: "ICMP", 6: "TCP", 17: "UDP", 58: "ICMP"}
_LAST_PROTOCOL, _LAST_PORT = 255, 65535


def parts(region: Region) -> list[str]:
    """Return what a region holds as people write it, some of it if much."""
    return [_part(box) for box in region.boxes()[:PARTS_SHOWN]]


def _part(box: Box) -> str:
    """Return a box as people write it.

    >>> _part(Box("10.0.0.1", "10.0.0.9", 6, 6, 22, 22))
    '10.0.0.1-10.0.0.9 TCP 22'
    """
    place = box.first if box.first == box.last else f"{box.first}-{box.last}"
    if (box.protocol_low, box.protocol_high) == (0, _LAST_PROTOCOL):
        return f"{place} everything"
    protocol = _PROTOCOLS.get(box.protocol_low, str(box.protocol_low))
    if box.protocol_low != box.protocol_high:
        protocol = f"protocols {box.protocol_low}-{box.protocol_high}"
    if (box.port_low, box.port_high) == (0, _LAST_PORT) or protocol == "ICMP":
        return f"{place} {protocol}"
    ports = (
        str(box.port_low) if box.port_low == box.port_high else f"{box.port_low}-{box.port_high}"
    )
    return f"{place} {protocol} {ports}"
