"""How often somebody may ask: a bucket of tokens each, refilled at a steady rate.

Buckets live in this process; several replicas allow as many times as much.
"""

import math
from dataclasses import dataclass

from gatescale.errors import TooManyRequestsError

_MAX_BUCKETS = 100_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to an asker.

    Attributes:
        limit: requests that a full bucket allows at once.
        remaining: requests that it allows now.
        reset: seconds until it is full again.
    """

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers (draft-ietf-httpapi-ratelimit-headers-07, section 5)."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class Limiter:
    """Buckets that take in ``rate`` tokens a second each, up to ``burst``; rate 0: no limit."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        # By asker: tokens, and when they were counted.
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, asker: str, now: float) -> Allowance | None:
        """Take a token for one request; None where there is no limit.

        Args:
            asker: whose bucket.
            now: seconds on a clock that never goes back.

        Raises:
            TooManyRequestsError: the bucket is empty; its headers say when to come again.
        """
        if not self._rate:
            return None
        tokens, counted = self._buckets.get(asker, (float(self._burst), now))
        tokens = min(tokens + (now - counted) * self._rate, self._burst)
        if tokens < 1:
            self._buckets[asker] = tokens, now
            raise self._refusal(tokens)
        if len(self._buckets) >= _MAX_BUCKETS:
            self._forget_full(now)
        self._buckets[asker] = tokens - 1, now
        return self._allowance(tokens - 1)

    def _allowance(self, tokens: float) -> Allowance:
        reset = math.ceil((self._burst - tokens) / self._rate)
        return Allowance(self._burst, int(tokens), reset)

    def _refusal(self, tokens: float) -> TooManyRequestsError:
        seconds = math.ceil((1 - tokens) / self._rate)
        refusal = TooManyRequestsError(
            f"More than {self._burst} requests at once, or {self._rate:g} a second over a while;"
            f" come again in {seconds} s."
        )
        refusal.headers |= {"Retry-After": str(seconds), **self._allowance(tokens).headers}
        return refusal

    def _forget_full(self, now: float) -> None:
        full = self._burst / self._rate
        self._buckets = {k: v for k, v in self._buckets.items() if now - v[1] < full}
