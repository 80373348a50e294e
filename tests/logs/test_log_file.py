"""The log in a file: turned when it is full, followed when it is moved, never in anybody's way."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kotodom.log_file import AGAIN, LOOK, LogFile


class Hands:
    """A file with a clock and an ear for its troubles."""

    def __init__(self, path: Path, limit: int = 100, keep: int = 2) -> None:
        self.path, self.now = path, 0.0
        self.troubles: list[str] = []
        self.file = LogFile(
            path,
            limit=limit,
            keep=keep,
            trouble=self.troubles.append,
            monotonic=lambda: self.now,
        )

    def write(self, *lines: str) -> None:
        for line in lines:
            self.file.write(f"{line}\n")

    def lines(self, number: int = 0) -> list[str]:
        name = f"{self.path.name}.{number}" if number else self.path.name
        return self.path.with_name(name).read_text().splitlines()


def test_a_full_file_is_put_aside_and_the_oldest_goes(tmp_path: Path) -> None:
    hands = Hands(tmp_path / "k.log", limit=22, keep=2)
    hands.write(*(f"line {number:04}" for number in range(8)))
    assert hands.lines() == ["line 0006", "line 0007"]
    assert hands.lines(1) == ["line 0004", "line 0005"]
    assert hands.lines(2) == ["line 0002", "line 0003"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["k.log", "k.log.1", "k.log.2"]
    assert hands.troubles == []


def test_a_line_longer_than_the_file_may_be_is_written_all_the_same(tmp_path: Path) -> None:
    hands = Hands(tmp_path / "k.log", limit=10)
    hands.write("x" * 50, "y")
    assert (hands.lines(1), hands.lines()) == (["x" * 50], ["y"])


def test_what_was_there_counts(tmp_path: Path) -> None:
    (tmp_path / "k.log").write_text("before\n")
    hands = Hands(tmp_path / "k.log", limit=12)
    hands.write("after", "more")
    assert hands.lines(1) == ["before"] or hands.lines() == ["before", "after"]
    assert (tmp_path / "k.log").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_file_and_folders_are_for_us_alone_whatever_the_umask(tmp_path: Path) -> None:
    hands = Hands(tmp_path / "new" / "logs" / "k.log", limit=5)
    hands.write("one", "two", "three")
    for path in (tmp_path / "new").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("how", [Path.unlink, lambda path: path.rename(f"{path}.moved")])
def test_a_file_that_logrotate_took_is_made_anew(
    tmp_path: Path, how: Callable[[Path], object]
) -> None:
    hands = Hands(tmp_path / "k.log")
    hands.write("one")
    how(hands.path)
    hands.now += LOOK
    hands.write("two")
    assert hands.lines() == ["two"]


def test_what_cannot_be_written_is_told_once_and_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where a folder should be")
    hands = Hands(tmp_path / "logs" / "k.log")
    hands.write("one", "two", "three")
    (told,) = hands.troubles
    assert str(hands.path) in told and "it goes on here" in told
    (tmp_path / "logs").unlink()
    hands.write("four")
    assert not hands.path.exists()
    hands.now += AGAIN
    hands.write("five", "six")
    assert hands.lines() == ["five", "six"]
    assert hands.troubles[1:] == [
        f"the log is written to {hands.path} again; 4 lines are not there"
    ]


def test_a_full_disk_stops_nothing_and_a_device_is_left_what_it_is() -> None:
    mode = Path("/dev/full").stat().st_mode
    hands = Hands(Path("/dev/full"), limit=1)
    hands.write("one", "two")
    (told,) = hands.troubles
    assert "No space left on device" in told
    assert Path("/dev/full").stat().st_mode == mode


def test_a_line_that_was_torn_does_not_run_into_the_next(tmp_path: Path) -> None:
    """A pipe that takes half a line and then nothing stands for a disk that is full in between."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []

    def reader() -> None:
        with open(pipe, "rb") as stream:
            read.append(stream.read())

    ears = threading.Thread(target=reader)
    ears.start()
    hands = Hands(pipe)
    hands.write("one")
    hands.file._torn = True
    hands.write("two")
    hands.file._close()
    ears.join(10)
    assert read == [b"one\n\ntwo\n"]


def test_a_link_stays_one_and_full_files_lie_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "volume").mkdir()
    link = tmp_path / "k.log"
    link.symlink_to(tmp_path / "volume" / "real.log")
    Hands(link, limit=10).write("one line", "another", "third")
    assert link.is_symlink() and link.read_text() == "third\n"
    names = sorted(path.name for path in (tmp_path / "volume").iterdir())
    assert names == ["real.log", "real.log.1", "real.log.2"]
