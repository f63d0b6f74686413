"""The past is told from what was written down: entities at one time, and the changes since."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from gatescale.policy.model import Model
from gatescale.policy.vocabulary import Change, Entity
from policy import strategies as some


def read_again(things, kind):
    return msgspec.json.decode(msgspec.json.encode(tuple(things)), type=tuple[kind, ...])


@settings(max_examples=200)
@given(some.tenants(), some.histories, st.data())
def test_a_model_from_a_snapshot_and_the_changes_since_is_the_one_that_followed(
    entities, history, data
):
    followed = Model(entities, some.SPRING_FORWARD)
    written, since = list(followed.entities()), []
    for changes, now in history:
        followed.apply(changes, now)
        since += changes
        if data.draw(st.booleans(), label="a snapshot is taken"):
            written, since = list(followed.entities()), []
    past = Model(read_again(written, Entity), followed.now)
    past.apply(read_again(since, Change), followed.now)
    assert sorted(past.entities(), key=repr) == sorted(followed.entities(), key=repr)
    for gateway in some.GATEWAYS:
        assert past.program(gateway) == followed.program(gateway)
    for device in some.DEVICES:
        assert past.routes(device) == followed.routes(device)
        assert dict(past.reach(device)) == dict(followed.reach(device))


@settings(max_examples=100)
@given(some.tenants(), st.lists(some.times, min_size=1, max_size=5))
def test_a_model_that_is_moved_in_time_to_and_fro_is_as_one_that_was_made_then(entities, times):
    moved = Model(entities, some.SPRING_FORWARD)
    for now in times:
        moved.apply((), now)
        fresh = Model(entities, now)
        for gateway in some.GATEWAYS:
            assert moved.program(gateway) == fresh.program(gateway), now
        for device in some.DEVICES:
            assert dict(moved.reach(device)) == dict(fresh.reach(device)), now
