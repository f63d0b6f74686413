"""Every device that may come, sorted into audiences, and what these hold on each gateway."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from gatescale.policy.audience import Audience, Profile, grants, in_order
from gatescale.policy.destinations import Line
from gatescale.policy.program import Delta, Peer
from gatescale.policy.site import Site
from gatescale.policy.tenant import Tenant, Touched
from gatescale.policy.vocabulary import Device


class Standing(NamedTuple):
    """A device and what its audience may reach, at one time."""

    device: Device
    grants: Mapping[str, Profile]

    def peer(self, gateway_id: str) -> Peer | None:
        """Return the device as the gateway knows it; None if it may not come there."""
        profile = self.grants.get(gateway_id)
        return peer(self.device, profile.key) if profile else None


class Population:
    """Sorts a tenant's devices into audiences, and lets these hold their grants.

    Attributes:
        placed: the audience of each device that any policy applies to, by device id.
        sites: what is held, by gateway id; also of gateways that are named, but do not exist.
    """

    def __init__(self, tenant: Tenant) -> None:
        self.placed: dict[str, Audience] = {}
        self.sites: dict[str, Site] = {}
        self._tenant = tenant
        self._audiences: dict[frozenset[str], Audience] = {}

    def standing(self, device_ids: Iterable[str]) -> dict[str, Standing]:
        """Return those of the devices that any policy applies to."""
        return {
            device_id: Standing(audience.devices[device_id], audience.grants)
            for device_id in device_ids
            if (audience := self.placed.get(device_id))
        }

    def policies_of(self, device_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return which policies apply to those of the devices that any applies to."""
        return {each: self.placed[each].policies for each in device_ids if each in self.placed}

    def applied(self) -> frozenset[str]:
        """Return which policies apply to any device."""
        return frozenset[str]().union(*self._audiences)

    def lines_of(self, audience: Audience) -> list[Line]:
        """Return the policies that apply to the audience, in order."""
        lines = self._tenant.destinations.lines
        return in_order(lines[policy] for policy in audience.policies)

    def applying(self, touched: Touched) -> dict[str, frozenset[str]]:
        """Return which policies apply to the touched devices."""
        found = {each: self._tenant.policies_of(each) for each in touched.devices}
        for device_id in touched.others:
            audience = self.placed.get(device_id)
            before = audience.policies if audience else frozenset[str]()
            found[device_id] = self._tenant.policies_again(device_id, before, touched.policies)
        return found

    def place(self, applying: Mapping[str, frozenset[str]]) -> set[Audience]:
        """Sort devices into the audience of what applies to them; return the new audiences."""
        left: set[Audience] = set()
        fresh: set[Audience] = set()
        for device_id, policies in applying.items():
            if audience := self.placed.pop(device_id, None):
                del audience.devices[device_id]
                left.add(audience)
            if policies:
                audience = self._audiences.get(policies)
                if audience is None:
                    audience = self._open(policies)
                    fresh.add(audience)
                audience.devices[device_id] = self._tenant.sources.devices[device_id]
                self.placed[device_id] = audience
        for audience in left:
            if not audience.devices:
                self._hold(audience, {})
                del self._audiences[audience.policies]
        return fresh

    def audiences_of(self, device_ids: Iterable[str]) -> set[Audience]:
        """Return the audiences that the devices are in."""
        return {self.placed[each] for each in device_ids if each in self.placed}

    def grant_again(
        self, audiences: Iterable[Audience], recompiled: Mapping[str, set[str]]
    ) -> None:
        """Bring those of the audiences up to date that follow a recompiled policy.

        Args:
            audiences: the candidates.
            recompiled: the gateways on which anything changed, by policy id.
        """
        for audience in audiences:
            followed = recompiled.keys() & audience.policies
            if not followed:
                continue
            audience.forget()
            gateways = set[str]().union(*(recompiled[policy] for policy in followed))
            if gateways:
                kept = {g: p for g, p in audience.grants.items() if g not in gateways}
                self._hold(audience, kept | grants(self.lines_of(audience), gateways))

    def reroute(self, gateway_ids: Iterable[str]) -> set[str]:
        """Forget the routes through the gateways; return the ids of the devices with any."""
        devices: set[str] = set()
        for gateway_id in gateway_ids:
            site = self.sites.get(gateway_id)
            for audience in site.audiences() if site else ():
                audience.forget()
                devices.update(audience.devices)
        return devices

    def tell(self, recompiled: AbstractSet[str]) -> dict[str, Delta]:
        """Return how each site changed since this was last asked, apart from its peers.

        Args:
            recompiled: ids of the policies whose lines may have changed since.
        """
        lines = self._tenant.destinations.lines
        told = {each: site.tell(lines, recompiled) for each, site in self.sites.items()}
        for gateway_id in [each for each, site in self.sites.items() if not site.profiles]:
            del self.sites[gateway_id]
        return told

    def _open(self, policies: frozenset[str]) -> Audience:
        audience = self._audiences[policies] = Audience(policies)
        self._hold(audience, grants(self.lines_of(audience)))
        return audience

    def _hold(self, audience: Audience, new: dict[str, Profile]) -> None:
        old = audience.grants
        if new == old:
            return  # and the same object tells that nothing changed
        for gateway_id, profile in old.items():
            if new.get(gateway_id) != profile:
                self.sites[gateway_id].release(profile, audience)
        for gateway_id, profile in new.items():
            if old.get(gateway_id) != profile:
                site = self.sites.get(gateway_id)
                if site is None:
                    site = self.sites[gateway_id] = Site(gateway_id)
                site.hold(profile, audience)
        audience.grants = new


def peer(device: Device, profile: str) -> Peer:
    """Return the device as a gateway knows it."""
    return Peer(device.public_key, device.addresses, profile)


def peers_changed(
    before: Mapping[str, Standing], after: Mapping[str, Standing]
) -> dict[str, dict[str, Peer | None]]:
    """Return, by gateway and device id, the peers that are not what they were; None: gone."""
    changed: dict[str, dict[str, Peer | None]] = {}
    for device_id in before.keys() | after.keys():
        old, new = before.get(device_id), after.get(device_id)
        if old and new and old.device is new.device and old.grants is new.grants:
            continue
        for gateway_id in {*(old.grants if old else ()), *(new.grants if new else ())}:
            now = new.peer(gateway_id) if new else None
            if now != (old.peer(gateway_id) if old else None):
                changed.setdefault(gateway_id, {})[device_id] = now
    return changed
