"""What there is to say of a noun of the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gatescale.admin.verbs import Verb

if TYPE_CHECKING:
    from gatescale.admin.client import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """One noun.

    Attributes:
        command: the group of commands, in the plural.
        one: what one is called.
        words: help, as a sentence.
        operations: name of its operations at the client.
        names: fields that one is called by; the first is the usual one.
        columns: of its table: dotted paths, or titles with what makes the cell.
        verbs: its commands.
        list: operation that lists it.
        show: operation that finds one by its id; empty where the API has none.
        paged: whether the list has pages, filters and so on.
        apart: dotted path of a field that tells those of the same name apart.
        brief: arguments of ``list`` and ``show`` that leave out what no column needs.
    """

    command: str
    one: str
    words: str
    operations: str
    names: tuple[str, ...]
    columns: tuple[str | tuple[str, Callable[[Any], Any]], ...]
    verbs: tuple[Verb, ...]
    list: str = "find_all"
    show: str = "find"
    paged: bool = True
    apart: str = "created_at"
    brief: Mapping[str, bool] = field(default_factory=dict)

    @property
    def many(self) -> str:
        """What several are called."""
        return self.command if self.command.startswith(self.one[:-1]) else f"{self.one}s"

    def of(self, client: "Client") -> Any:
        """Return the client's operations of this noun."""
        return getattr(client, self.operations)

    def names_of(self, thing: Any) -> set[str]:
        """Return what one is called."""
        return {str(getattr(thing, name)) for name in self.names}

    def told_apart(self, thing: Any) -> str:
        """Return what tells one from others of its name."""
        for name in self.apart.split("."):
            thing = getattr(thing, name, None)
        return str(thing)
