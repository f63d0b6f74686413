"""The parser against the WHATWG's rules; expected values are worked out by hand from its text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatescale.channel.sse import LIMIT, Parser, ServerEvent
from gatescale.errors import UnavailableError

CASES = {
    "one event": (b"data: a\n\n", [("message", "a", "")]),
    "named, with id": (b"event: x\nid: 7\ndata: a\n\n", [("x", "a", "7")]),
    "only one space is taken": (b"data:  a\n\n", [("message", " a", "")]),
    "no space": (b"data:a\n\n", [("message", "a", "")]),
    "lines are joined": (b"data: a\ndata\ndata: b\n\n", [("message", "a\n\nb", "")]),
    "carriage returns": (
        b"data: a\r\rdata: b\r\n\r\n",
        [("message", "a", ""), ("message", "b", "")],
    ),
    "comments say nothing": (b": hello\n\n:\n\ndata: a\n\n", [("message", "a", "")]),
    "unknown fields too": (b"retry: 5\nfoo: bar\ndata: a\n\n", [("message", "a", "")]),
    "without data nothing is dispatched": (b"event: x\n\ndata: a\n\n", [("message", "a", "")]),
    "an id outlives its event": (b"id: 7\n\ndata: a\n\n", [("message", "a", "7")]),
    "an empty id takes it back": (
        b"id: 7\ndata: a\n\nid\ndata: b\n\n",
        [("message", "a", "7"), ("message", "b", "")],
    ),
    "an id with NUL is none": (b"id: 7\nid: 8\x009\ndata: a\n\n", [("message", "a", "7")]),
    "the unfinished is dropped": (b"data: a\n\ndata: b\n", [("message", "a", "")]),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\n", [("message", "a", "")]),
    "only at the start": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [("message", "a", "")]),
    "wrong UTF-8": (b"data: \xff\n\n", [("message", "\ufffd", "")]),
    "empty data is data": (b"data\n\n", [("message", "", "")]),
    "a colon in the value": (b"data: a:b\n\n", [("message", "a:b", "")]),
}


def parse(*chunks: bytes) -> list[ServerEvent]:
    parser = Parser()
    return [event for chunk in chunks for event in parser.feed(chunk)]


@pytest.mark.parametrize(("stream", "expected"), CASES.values(), ids=CASES.keys())
def test_a_stream_is_read_as_the_specification_says(stream, expected):
    assert parse(stream) == [ServerEvent(*event) for event in expected]


@given(
    st.sampled_from([stream for stream, _ in CASES.values()]),
    st.lists(st.integers(0, 60), max_size=8),
)
def test_where_chunks_are_cut_changes_nothing(stream, cuts):
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[a:b] for a, b in pairwise(edges)]
    assert parse(*chunks) == parse(stream)


@given(st.lists(st.sampled_from([b"data: a", b"\r", b"\n", b"\r\n", b": c", b"id: 1"])))
def test_byte_by_byte_is_the_same_as_at_once(pieces):
    stream = b"".join(pieces)
    assert parse(*(bytes([byte]) for byte in stream)) == parse(stream)


def test_an_endless_event_is_refused():
    parser = Parser()
    for _ in range(LIMIT // 2**20):
        assert parser.feed(b"x" * 2**20) == []
    with pytest.raises(UnavailableError, match="more than"):
        parser.feed(b"x")


def test_the_limit_is_for_one_event_and_not_for_the_stream():
    parser = Parser()
    event = b"data: " + b"x" * 2**20 + b"\n\n"
    for _ in range(LIMIT // 2**20 + 2):
        assert len(parser.feed(event)) == 1
