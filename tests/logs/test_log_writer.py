"""A log that nobody reads stops nobody, and its end is told."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

import pytest

from kotodom import log_writer
from kotodom.log_writer import LogWriter, StreamOutput


@pytest.fixture
def pipe() -> Iterator[tuple[int, TextIO]]:
    reader, writer = os.pipe()
    with open(writer, "w", encoding="utf-8") as stream:
        yield reader, stream
    os.close(reader)


def fill(number: int) -> int:
    """Write to a pipe until it takes nothing more; return how much it took."""
    os.set_blocking(number, False)
    took = 0
    with suppress(BlockingIOError):
        while True:
            took += os.write(number, b"x" * 512)
    os.set_blocking(number, True)
    return took


def test_lines_that_nobody_reads_are_dropped_counted_and_the_rest_comes_in_order(
    pipe: tuple[int, TextIO],
) -> None:
    reader, stream = pipe
    already = fill(stream.fileno())
    lost: list[int] = []
    writer = LogWriter(StreamOutput(stream), lost.append, limit=20)
    for number in range(1000):
        writer.put(f"{number}\n")
    assert not writer.flush(0.05)
    read = b""
    while not lost:
        read += os.read(reader, 65536)
    writer.stop()
    os.set_blocking(reader, False)
    with suppress(BlockingIOError):
        read += os.read(reader, 65536)
    lines = [int(line) for line in read[already:].split()]
    assert lines == list(range(len(lines)))
    assert len(lines) in (20, 21)  # one may be in the thread's hands
    assert lost == [1000 - len(lines)]


def test_what_waits_at_the_end_is_written(pipe: tuple[int, TextIO]) -> None:
    reader, stream = pipe
    writer = LogWriter(StreamOutput(stream), lambda _: None)
    for number in range(100):
        writer.put(f"{number}\n")
    writer.stop()
    assert os.read(reader, 65536).count(b"\n") == 100


def test_a_reader_who_has_gone_stops_nothing() -> None:
    reader, number = os.pipe()
    os.close(reader)
    with open(number, "w", encoding="utf-8") as stream:
        writer = LogWriter(StreamOutput(stream), lambda _: None)
        writer.put("nobody reads this\n")
        assert writer.flush(20)
        writer.stop()


def test_a_process_whose_log_nobody_reads_ends_in_time() -> None:
    """Its exit code is its own: no abort because a thread still waits for the pipe."""
    program = """
import sys
from loguru import logger
from kotodom import logs
logs.configure("INFO", "text")
for number in range(5000):
    logger.info("{:>1000}", number)
sys.exit(3)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    try:
        assert process.wait(20) == 3
    finally:
        process.kill()
        process.communicate()
    assert log_writer.FLUSH_TIMEOUT <= 1
