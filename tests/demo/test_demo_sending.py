"""``kotodom demo`` through pipes: everything a person can send, change, press and open."""

import re
from pathlib import Path

from PIL import Image

from kotodom.demo.terminal import samples
from tests.demo.kit import converse, left_in


async def test_a_person_sends_files_of_their_own_or_the_demos_samples(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    Image.new("RGB", (320, 200), "teal").save(home / "my cat.png")
    (home / "spoken.ogg").write_bytes(samples.recording("make a table"))
    (home / "notes.txt").write_text("fish")
    (home / "huge.bin").touch()
    with (home / "huge.bin").open("r+b") as file:
        file.truncate(21 * 2**20)
    code, output, errors = await converse(
        temporary,
        f'/photo "{home}/my cat.png" Who is "this"?',
        f"/album {home}/my\\ cat.png - | two",
        "/album | three",
        "/voice",
        f"/voice {home}/spoken.ogg",
        "/doc",
        "/paste 9000",
        f"/doc {home}/huge.bin",
        "/sticker 🐟",
        "/location 48.8584, 2.2945",
        f"/photo {home}/none.jpg",
        f"/photo {home}/notes.txt",
        f"/voice {home}/notes.txt",
        f"/doc {home}",
        "/location here",
        "/paste 1000000",
    )
    assert (code, errors) == (0, "")
    said = _by_line(output)
    first, album, three, spoken, table, document, pasted, huge, sticker, place = said[:10]
    assert "Pictures in your message: 1." in first
    assert "JPEG, 320×200" in first
    assert 'You wrote with it: “Who is "this"?”.' in first
    assert f"· There is no file {home}/none.jpg." in said[10]
    assert "· There is no file -." in album, "an album's files are all the person's own"
    assert "Pictures in your message: 3." in three
    assert "Whiskers: 12 * (3 + 4) = 84\n" in spoken
    assert "Squares and cubes" in table
    assert "Harbour log" in document
    assert re.search(r"• It has [\d,]+ words and 899\d characters", pasted)
    assert pasted.count("Whiskers: ") == 1, "a text that was cut is one question"
    assert "This file is too big" in huge
    assert "> 🐟" in sticker
    assert "48.8584, 2.2945" in place
    assert "is not a picture (JPEG, PNG, GIF, WebP)" in said[11]
    assert "is no recording that I know" in said[12]
    assert "is a folder, not a file." in said[13]
    assert "· Write two numbers: /location" in said[14]
    assert "· At most 100,000 characters can be pasted." in said[15]
    assert left_in(temporary) == []


async def test_a_person_stops_edits_replies_presses_and_opens(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    code, output, errors = await converse(
        temporary,
        "count to 500 slowly",
        "/stop",
        "/stop",
        "what is 2 + 2",
        "/edit 1 what is 2 + 3",
        "/edit",
        "/edit 99 hello",
        "/edit hello",
        "/reply 1 why is that",
        "/reply",
        "/press 1",
        "/model",
        "/press",
        "/press 2",
        "/open",
        "write 9000 characters",
        "/edit 1 my name is Ann",
        "write 40000 characters",
        "/open 1",
        f"/save 1 {home}/answer.md",
        f"/save {home}/answer.md",
        "/open 7",
        "/bot ada",
        "make a table",
        "/demo",
    )
    assert (code, errors) == (0, "")
    (
        counting, pressed, nothing, _sum, edited, mine, too_many, unclear, _why, everything,
        no_buttons, model, which, chosen, no_file, long, shortened, file, opened, saved, kept,
        unknown, _ada, table, help_,
    ) = _by_line(output)  # fmt: skip
    assert counting == "", "the answer had begun when it was stopped"
    assert pressed.startswith("· Pressed Stop.\nWhiskers: 1, 2")
    assert pressed.endswith("(Stopped.)\n")
    assert nothing == "Whiskers: There is nothing to stop: I am not writing an answer.\n"
    assert edited == (
        "· Edited your message “what is 2 + 2”.\nWhiskers (✎ edited “2 + 2 = 4”): 2 + 3 = 5\n"
    )
    assert "   1  You: what is 2 + 3\n" in mine
    assert "   2  You: /stop\n" in mine
    assert too_many == "· There are only 3 such messages.\n"
    assert unclear.startswith("· Write /edit N text")
    assert "   3  Whiskers: 2 + 3 = 5\n   2  You: why is that\n   1  Whiskers: " in everything
    assert no_buttons == "· No message of Whiskers has buttons now.\n"
    assert "[1] gpt-6-luna  [2] gpt-6-sol  [3] default – /press N" in model
    assert which.startswith("· Write /press and a number: 1 “gpt-6-luna”")
    assert "· Pressed “gpt-6-sol”.\nWhiskers (✎ edited “gpt-6-luna answers" in chosen
    assert no_file == "· No bot has sent a file yet.\n"
    assert long.count("Whiskers: ") == 3
    assert shortened.count("· 🗑 Whiskers deleted “") == 2
    assert shortened.count("Nice to meet you, Ann!") == 1
    assert "Whiskers: 📎 answer.md (40 kB) – /open 1 shows it\nThe whole answer\n" in file
    assert opened.startswith("· answer.md (40 kB):\n## Paragraph 1\n")
    assert saved == f"· Saved {home}/answer.md (40 kB).\n"
    assert len((home / "answer.md").read_text()) == 40_000
    assert "is there already" in kept
    assert unknown == "· Write a number from 1 to 1: which file?\n"
    assert table.startswith("Ada (rich): Squares and cubes:\n\n| n | n² | n³ |")
    for command in ("/photo", "/album", "/voice", "/paste", "/edit", "/press", "/stop", "/kill"):
        assert f"\n  {command} " in help_
    assert max(map(len, help_.splitlines())) < 100


def _by_line(output: str) -> list[str]:
    """What was said to each of the person's lines."""
    return [part.partition("\n")[2] for part in re.split(r"^You: ", output, flags=re.M)[1:]]
