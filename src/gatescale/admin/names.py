"""Names of things where the API wants ids."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gatescale.admin.call import is_id
from gatescale.admin.noun import Noun
from gatescale.admin.nouns import NOUNS
from gatescale.errors import GatescaleError, InvalidError, NotFoundError

if TYPE_CHECKING:
    from gatescale.admin.client import Client

_SUGGESTIONS = 25


def resolve(client: "Client", command: str, text: str) -> str:
    """Return the id of the one thing that is called ``text``; an id stays as it is.

    Raises:
        NotFoundError: nothing is called so.
        InvalidError: several things are; it lists their ids.
    """
    if is_id(text):
        return text.lower()
    return found(client, command, text).id  # type: ignore[no-any-return]  # every noun has one


def found(client: "Client", command: str, text: str) -> Any:
    """Return the one thing of this name or id; errors as in ``resolve``."""
    noun = NOUNS[command]
    if is_id(text) and noun.show:
        return getattr(noun.of(client), noun.show)(text.lower(), **noun.brief)
    candidates = list(_candidates(client, noun, text))
    # A name in its exact case is what was meant, even if another differs in case alone.
    bearers = [thing for thing in candidates if text in noun.names_of(thing)] or [
        thing
        for thing in candidates
        if text.casefold() in {name.casefold() for name in noun.names_of(thing)}
    ]
    if not bearers:
        raise NotFoundError(f"there is no {noun.one} {text!r}")
    if len(bearers) > 1:
        ids = ", ".join(f"{thing.id} ({noun.told_apart(thing)})" for thing in bearers[:20])
        raise InvalidError(
            f"{len(bearers)} {noun.many} are called {text!r}; say which by its id: {ids}"
        )
    return bearers[0]


def _candidates(client: "Client", noun: Noun, text: str) -> Iterable[Any]:
    operations = noun.of(client)
    if noun.paged:
        return operations.every(filter={noun.names[0]: {"ilike": text}}, **noun.brief)  # type: ignore[no-any-return]
    return getattr(operations, noun.list)(**noun.brief)  # type: ignore[no-any-return]


def suggestions(command: str, incomplete: str) -> list[str]:
    """Return names that begin so, for a shell; none if the controller does not tell at once."""
    from gatescale.admin.client import Client
    from gatescale.admin.retries import Retries

    noun = NOUNS[command]
    try:
        with Client(retries=Retries(most=0), timeout=2) as client:
            if noun.paged:
                wanted = {noun.names[0]: {"ilike": f"{incomplete}%"}}
                operation = getattr(noun.of(client), noun.list)
                things = operation(filter=wanted, limit=_SUGGESTIONS, **noun.brief).data
            else:
                things = getattr(noun.of(client), noun.list)(**noun.brief)
    except (GatescaleError, OSError):
        return []
    names = (getattr(thing, noun.names[0]) for thing in things)
    return sorted(name for name in names if name.casefold().startswith(incomplete.casefold()))
