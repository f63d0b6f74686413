"""What one gateway holds besides its peers: profiles and destinations that somebody needs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from gatescale.policy.audience import Audience, Profile
from gatescale.policy.destinations import Line
from gatescale.policy.index import Index
from gatescale.policy.program import Box, Delta, Rule
from gatescale.policy.region import Region

Rules = tuple[Rule, ...]
Boxes = tuple[Box, ...]


class Site:
    """The shared part of one gateway's program, and how it differs from what was last told.

    Attributes:
        holders: the audiences that follow each profile, by its key.
        profiles: rules by key, as last told.
        regions: destinations by policy id, as last told.
    """

    def __init__(self, gateway_id: str) -> None:
        self.holders: Index[str, Audience] = Index()
        self.profiles: dict[str, Rules] = {}
        self.regions: dict[str, Region] = {}
        self._gateway = gateway_id
        self._needed: Counter[str] = Counter()
        self._moved: dict[str, Rules] = {}

    def hold(self, profile: Profile, audience: Audience) -> None:
        """Let the audience follow the profile."""
        self.holders.add(profile.key, audience)
        self._moved[profile.key] = profile.rules

    def release(self, profile: Profile, audience: Audience) -> None:
        """Let the audience no longer follow the profile."""
        self.holders.discard(profile.key, audience)
        self._moved[profile.key] = profile.rules

    def audiences(self) -> Iterator[Audience]:
        """Yield everybody who follows a profile."""
        for key in self.holders:
            yield from self.holders[key]

    def tell(self, lines: Mapping[str, Line], recompiled: AbstractSet[str]) -> Delta:
        """Return how profiles and destinations changed since this was last asked.

        Args:
            lines: every policy, by id.
            recompiled: ids of those whose line may have changed since.
        """
        if not self._moved and not recompiled:
            return Delta()
        profiles, concerned = self._tell_profiles()
        return Delta(
            profiles=profiles, destinations=self._tell_destinations(lines, concerned | recompiled)
        )

    def _tell_profiles(self) -> tuple[dict[str, Rules | None], set[str]]:
        """Return what changed, and the ids of the policies that this concerns."""
        told: dict[str, Rules | None] = {}
        concerned: set[str] = set()
        for key, rules in self._moved.items():
            wanted = key in self.holders
            if wanted == (key in self.profiles):
                continue
            if wanted:
                self.profiles[key] = told[key] = rules
            else:
                del self.profiles[key]
                told[key] = None
            for rule in rules:
                self._needed[rule.destination] += 1 if wanted else -1
                concerned.add(rule.destination)
        self._moved = {}
        return told, concerned

    def _tell_destinations(
        self, lines: Mapping[str, Line], policies: Iterable[str]
    ) -> dict[str, Boxes | None]:
        told: dict[str, Boxes | None] = {}
        for policy in policies:
            if self._needed[policy]:
                region = lines[policy].places[self._gateway]
                if region != self.regions.get(policy):
                    self.regions[policy] = region
                    told[policy] = region.boxes()
            else:
                del self._needed[policy]
                if self.regions.pop(policy, None):
                    told[policy] = None
        return told
