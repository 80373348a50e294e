"""/forgetme: what others replied to, quoted, forwarded or named goes out of their messages."""

import json
from typing import Any

import pytest

from kotodom.commands import personal
from kotodom.db.repeated import strip
from tests.support.lives import dump
from tests.support.talking import Room, room
from tests.support.updates import ANN, BOB, GROUP, document, message

BOBS = {"chat": GROUP, "from": BOB}
ANN_SAID = {"message_id": 8, "date": 1, "chat": GROUP, "from": ANN, "text": "SECRET of hers"}
ORIGIN = {"type": "user", "date": 1, "sender_user": ANN}
REPEATS: list[dict[str, Any]] = [
    {"reply_to_message": ANN_SAID},
    {"reply_to_message": ANN_SAID, "quote": {"text": "SECRET", "position": 0}},
    {"reply_to_message": {**ANN_SAID, "from": BOB, "forward_origin": ORIGIN}},
    {"reply_to_message": {**ANN_SAID, "text": None, **document(name="SECRET.txt")}},
    {"external_reply": {"origin": ORIGIN, "chat": GROUP}, "quote": {"text": "SECRET"}},
    {"forward_origin": ORIGIN},
    {"entities": [{"type": "text_mention", "offset": 0, "length": 3, "user": ANN}]},
]


async def kept(r: Room) -> str:
    """Everything in the database, as text."""
    return json.dumps(await dump(r.store), default=str)


@pytest.mark.parametrize("repeat", REPEATS)
async def test_no_trace_is_left_in_what_others_said(
    sqlite_url: str, repeat: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal, "SEARCHED_AT_ONCE", 2)
    async with room(sqlite_url, name_pattern="cat") as r:
        r.files.files["doc"] = b"SECRET"
        r.provider.respond = lambda asked: ["an answer of its own words"]
        await r.say("hello")
        for number in range(5):
            await r.say(f"cat, what of {number}?", **BOBS, **repeat)
        await r.settle()
        await r.say("cat, and this?", **BOBS, **repeat)  # still open
        await r.say("/forgetme yes")
        (command, *_) = await r.lanes()
        await r.work(command)
        assert "SECRET" not in await kept(r)
        assert "Done. Everything stored about you is deleted." in r.shown()
        await r.settle()
        while await r.store.purge(10):
            pass
        assert str(ANN["id"]) not in await kept(r)
        assert "cat, what of 0?" in await kept(r)
        assert len(r.shown(GROUP["id"])) == 6


async def test_what_the_person_says_afterwards_is_theirs_to_keep(sqlite_url: str) -> None:
    own = {"message": message(9, "hi", reply_to_message=ANN_SAID)}
    assert strip(own, ANN["id"]) == (False, False)


@pytest.mark.parametrize("odd", [None, 5, [], {}, {"message": 1}, {"message": {"from": [1]}}])
def test_an_odd_update_is_left_alone(odd: Any) -> None:
    assert strip(odd, 5) == (False, False)


def test_others_stay() -> None:
    said = {"message": message(9, "hi", reply_to_message=ANN_SAID, **{"from": BOB})}
    assert strip(said, 7) == (False, False)
    assert said["message"]["reply_to_message"] == ANN_SAID
