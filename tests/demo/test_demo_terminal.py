"""``kotodom demo`` at a terminal: answers stream in place, a killed daemon answers once."""

import re
from pathlib import Path

from tests.demo.kit import left_in, terminal


async def test_an_answer_streams_in_place_survives_a_kill_and_appears_once(tmp_path: Path) -> None:
    async with terminal(tmp_path) as person:
        await person.see(lambda seen: "Ready after" in seen)

        person.type("count to 150\r")
        await person.see(lambda seen: "Whiskers is thinking…" in seen)
        drafted = await person.see(lambda seen: "▌" in seen and "1, 2, 3" in seen)
        assert drafted.rstrip().endswith("You → Whiskers:"), "the prompt stays below the draft"
        longer = await person.see(lambda seen: "▌" in seen and len(seen) > len(drafted))
        assert longer.count("Whiskers: 1, 2, 3") == 1, "the draft is drawn in place"

        person.type("/kill\r/bot ada\rtype-ahead")
        await person.see(lambda seen: "SIGKILL" in seen and "You → Ada: type-ahead" in seen)
        await person.see(lambda seen: "runs again" in seen)
        answered = await person.see(lambda seen: "150" in seen.split("runs again")[1])
        said = re.sub(r"\s+", " ", answered)
        assert said.count("1, 2, 3, 4, 5,") == 1
        assert said.count("148, 149, 150") == 1
        assert "▌" not in answered
        assert answered.rstrip().endswith("You → Ada: type-ahead"), "what was typed is still there"

        person.type("\x15/transcript\r/bot Whiskers\r/transcript\r")
        seen = await person.see(lambda seen: "The chat with Whiskers" in seen and "[2]" in seen)
        assert "(nothing was said yet)" in seen
        assert seen.count("] Whiskers: 1, 2, 3") == 1

        person.type("\x03")
        assert await person.end() == 0
        assert "Traceback" not in person.screen.text()
        assert left_in(tmp_path) == []


async def test_stop_ends_an_answer_and_ctrl_d_leaves_a_narrow_terminal(tmp_path: Path) -> None:
    async with terminal(tmp_path, columns=24, rows=10) as person:
        person.type("write 3000 characters\r")
        await person.see(lambda seen: "▌" in seen)
        person.type("/stop\r")
        await person.see(lambda seen: "(Stopped.)" in seen)
        assert "▌" not in person.screen.text()
        person.type("\x04")
        assert await person.end() == 0
        assert left_in(tmp_path) == []
