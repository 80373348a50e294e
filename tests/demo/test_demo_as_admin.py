"""``kotodom demo --as-admin``: what an admin tries first works, through pipes and at a terminal."""

import re
from pathlib import Path

from tests.demo.kit import converse, left_in, terminal


async def test_a_new_admin_adds_a_bot_breaks_the_model_retries_all_caps_and_broadcasts(
    tmp_path: Path,
) -> None:
    code, output, errors = await converse(
        tmp_path,
        "/newbot Rex",
        "7000000003:demodemodemodemodemodemodemodemodem",
        "/admin bot Rex set prompt You are Rex, a dog.",
        "/1",
        "/bot Rex",
        "/as Bob hello",
        "/fault key",
        "/as Bob what is 2 + 2",
        "/as Carol what is 3 + 3",
        "/fault off",
        "/wait could not answer",
        "/bot Whiskers",
        "/admin messages causes",
        "/1",
        "/1",
        "/wait 3 + 3 = 6",
        "/admin bot Rex limit day cost 0",
        "/bot Rex",
        "/as Bob and now?",
        "/bot Whiskers",
        "/admin bot Rex limit day cost none",
        "/admin bot Rex broadcast Fish today.",
        "/admin broadcast 1 start yes",
        "/wait 2 delivered",
        "/admin money chart",
        "/open",
        arguments=("--as-admin",),
    )
    assert (code, errors) == (0, "")
    made, added, changed, saved, *_ = said = _by_line(output)
    assert made.startswith("· BotFather: done, Rex is @rex3_bot.")
    assert "· 🗑 Whiskers deleted a message it was sent" in added
    assert "Rex is here" in added
    assert "https://t.me/rex3_bot" in added
    assert "+You are Rex, a dog." in changed
    assert "Saved" in saved
    everything = "".join(said)
    assert "Rex → Bob: Hello!" in everything
    assert "· The model is broken: the key is not valid any more (401)." in everything
    assert "Whiskers: ⚠️ Kotodom\n\nRex could not answer" in everything
    asked, answered = everything.split("asked again")[0], everything.split("asked again", 1)[1]
    assert "Rex → Bob: 2 + 2 = 4" not in asked
    assert answered.count("Rex → Bob: 2 + 2 = 4") == 1
    assert answered.count("Rex → Carol: 3 + 3 = 6") == 1
    assert "not allowed" in everything.split("/as Bob and now?")[-1]
    assert everything.count("Rex → Bob: Fish today.") == 1
    assert everything.count("Rex → Carol: Fish today.") == 1
    assert "is a picture of" in said[-1]
    assert not [name for name in left_in(tmp_path) if name.startswith("kotodom-demo-")]


async def test_an_admin_creates_a_bot_in_one_tap_and_others_come_by_a_link(tmp_path: Path) -> None:
    code, output, errors = await converse(
        tmp_path,
        "/admin bots create Pup",
        "/1",
        "/fault",
        "/fault nonsense",
        "/go https://t.me/pup_bot?start=hi",
        "/bots",
        "/as Bob",
        "hello",
        "/as me",
        "/as",
        "/go nowhere",
        "/newbot Rex",
        "/revoke Rex",
        "/revoke nobody",
        "/bot rex",
        "hello",
        "/wait",
        "/99",
        arguments=("--as-admin",),
    )
    assert (code, errors) == (0, "")
    offered, created, faults, again, gone, _bots, bob, hello, me, *rest = _by_line(output)
    assert "[1] " in offered
    assert "· You have created Pup, @pup_bot." in created
    assert "Pup is here" in created
    assert "  key    the key is not valid any more (401)" in faults
    assert again == faults
    assert "· Pressed Start. Now you talk to Pup." in gone
    assert "Pup: " in gone
    assert bob == "· From now on Bob speaks; /as me: you again.\n"
    assert hello.startswith("Pup → Bob: Hello!")
    assert "\nBob: hello\n" in output
    assert me == "· From now on you speak.\n"
    unclear, nowhere, _made, revoked, unknown, _rex, silent, _wait, no_buttons = rest
    assert unclear == "· Write /as NAME and what they say, or /as me.\n"
    assert nowhere.startswith("· Write /go and a bot's link")
    assert "the token of Rex is another one now:\n7000000004:new2" in revoked
    assert unknown.startswith("· Which bot? There are Whiskers, Ada, Pup, Rex.")
    assert silent == "· Rex says nothing: the daemon does not poll it.\n"
    assert no_buttons == "· No message of Rex has buttons now.\n"


async def test_without_the_flag_nobody_is_an_admin(tmp_path: Path) -> None:
    code, output, _ = await converse(tmp_path, "/nonsense", "/admin", "/admin bots")
    assert code == 0
    unknown, *others = _by_line(output)
    assert others == [unknown, unknown]


async def test_at_a_terminal_alerts_and_other_people_show_while_one_types(tmp_path: Path) -> None:
    async with terminal(tmp_path, "--as-admin", columns=80, rows=40) as person:
        seen = await person.see(lambda seen: "Ready after" in seen)
        assert "/admin runs everything" in seen
        person.type("/admin\r")
        await person.see(lambda seen: "[1] " in seen)
        person.type("/1\r")
        await person.see(lambda seen: "✎ edited" in seen)
        person.type("/fault key\r/as Bob hello\rtype-ahead")
        seen = await person.see(lambda seen: "Whiskers → Bob: " in seen and "⚠" in seen)
        assert seen.rstrip().endswith("You → Whiskers: type-ahead")
        person.type("\x15/as Bob\r")
        await person.see(lambda seen: seen.rstrip().endswith("Bob → Whiskers:"))
        person.type("\x03")
        assert await person.end() == 0
        assert "Traceback" not in person.screen.text()


def _by_line(output: str) -> list[str]:
    """What was said to each of the lines, whoever said them."""
    parts = re.split(r"^(?:You|Bob): ", output, flags=re.M)[1:]
    return [part.partition("\n")[2] for part in parts]
