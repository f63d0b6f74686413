"""A change's meaning, spelled out without any index."""

from msgspec.structs import replace

from gatescale.policy.vocabulary import (
    Device,
    Gateway,
    Group,
    Kind,
    Policy,
    Put,
    Resource,
    Rule,
    Settings,
    User,
)

_TYPES = {
    Kind.USER: User,
    Kind.DEVICE: Device,
    Kind.GATEWAY: Gateway,
    Kind.RESOURCE: Resource,
    Kind.POLICY: Policy,
    Kind.RULE: Rule,
    Kind.GROUP: Group,
}


def folded(entities, changes):
    """Return the entities as they are after the changes."""
    for change in changes:
        if isinstance(change, Put):
            new = change.entity
            entities = [*without(entities, type(new), new.id), new]
        elif change.kind is Kind.SETTINGS:
            entities = [*without(entities, Settings, change.id), Settings()]
        elif change.kind is Kind.GROUP:
            left = without(entities, Group, change.id)
            entities = [without_group(entity, change.id) for entity in left]
        else:
            entities = without(entities, _TYPES[change.kind], change.id)
    return entities


def without(entities, kind, name):
    return [entity for entity in entities if not (type(entity) is kind and entity.id == name)]


def without_group(entity, group):
    if not isinstance(entity, User | Policy):
        return entity
    return replace(entity, groups=tuple(each for each in entity.groups if each != group))
