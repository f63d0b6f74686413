"""Look-ups from one thing to the many that go with it."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Generic, Never, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_NOTHING: frozenset[Never] = frozenset()


class Index(Generic[K, V]):
    """Sets of values by key. A key without values takes no room."""

    def __init__(self) -> None:
        self._values: dict[K, set[V]] = {}

    def __getitem__(self, key: K) -> AbstractSet[V]:
        """Return the values of ``key``, none where it is unknown; not to be kept over changes."""
        return self._values.get(key, _NOTHING)

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[K]:
        return iter(self._values)

    def add(self, key: K, value: V) -> None:
        """Let ``value`` go with ``key``."""
        self._values.setdefault(key, set()).add(value)

    def discard(self, key: K, value: V) -> None:
        """Let ``value`` no longer go with ``key``; it is no error if it did not."""
        values = self._values.get(key)
        if values is not None:
            values.discard(value)
            if not values:
                del self._values[key]
