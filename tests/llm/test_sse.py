"""Server-sent events: whatever the pieces, the same payloads."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.llm import sse
from kotodom.llm.sse import EventTooLarge, SSEParser

LINE = st.text(
    st.characters(blacklist_characters="\r\n", blacklist_categories=("Cs",)), max_size=12
)
PAYLOADS = st.lists(st.lists(LINE, min_size=1, max_size=3), max_size=6)
NOISE = st.lists(st.sampled_from([": keep-alive", "event: x", "id: 7", "retry: 3", ":", "foo"]))


def parse(data: bytes, cuts: list[int]) -> list[bytes]:
    parser = SSEParser()
    payloads: list[bytes] = []
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        payloads += parser.feed(data[start:end])
    return payloads + parser.finish()


@given(
    PAYLOADS,
    NOISE,
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.lists(st.integers(0, 10_000), max_size=30),
)
def test_payloads_are_the_same_wherever_the_stream_is_cut(payloads, noise, end, bom, cuts):
    text = "\ufeff" if bom else ""
    for lines in payloads:
        text += "".join(line + end for line in noise)
        text += "".join(f"data: {line}{end}" for line in lines) + end
    assert parse(text.encode(), cuts) == ["\n".join(lines).encode() for lines in payloads]


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=20))
def test_any_bytes_parse_the_same_in_one_piece_and_in_many(data, cuts):
    assert parse(data, cuts) == parse(data, [])


@pytest.mark.parametrize(
    ("stream", "payloads"),
    [
        (b"data: a\n\n", [b"a"]),
        (b"data:a\n\n", [b"a"]),
        (b"data:  a\n\n", [b" a"]),
        (b"data\n\n", [b""]),
        (b"data: a\ndata: b\n\n", [b"a\nb"]),
        (b"\n\n\ndata: a\n\n\n\n", [b"a"]),
        (b": only a comment\n\n", []),
        (b"event: x\n\n", []),
        (b"database: a\n\n", []),
        (b"data: a\r\n\r\ndata: b\r\r", [b"a", b"b"]),
        (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
        (b"data: no blank line at the end", [b"no blank line at the end"]),
        (b"", []),
    ],
)
def test_the_specification_by_example(stream, payloads):
    assert parse(stream, []) == payloads
    assert parse(stream, list(range(len(stream)))) == payloads


def test_an_event_without_end_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(sse, "MAX_EVENT", 1_000)
    parser = SSEParser()
    with pytest.raises(EventTooLarge):
        for _ in range(100):
            parser.feed(b"x" * 100)
