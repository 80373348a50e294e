"""The dead-letter inbox from end to end, and an outage asked again through kill -9."""

import re

import pytest

from kotodom.demo.model_faults import Status
from tests.e2e.admin_kit import ADMINS, Admin, Screen, administered
from tests.e2e.talk_kit import Fuse, killed, questions, settled
from tests.support.stage import Stage

PEOPLE = range(501, 505)
SORRY = "Something went wrong. Please try again later."


async def outage(stage: Stage) -> Admin:
    """Everybody asks something that the model refuses; the admin is told."""
    admin = Admin(stage)
    await admin.types()
    stage.model.add(Status(400, {"message": "out of order", "code": "invalid"}), times=99)
    for user in PEOPLE:
        await stage.chat(user).say(f"question of {user}")
    for user in PEOPLE:
        await stage.chat(user).wait(lambda chat: SORRY in chat.answers()[-1:], timeout=30)
    stage.model.clear()
    await admin.sees("could not answer")
    return admin


def answered(user: int) -> str:
    return f"Answer to: question of {user}"


async def test_dead_letters_are_retried_answered_by_hand_and_dropped(stage: Stage) -> None:
    await administered(stage).start()
    admin = await outage(stage)
    inbox = await admin.types("messages", until="Last 24 h")
    assert inbox.text.count("refused by the model") == 1 + len(PEOPLE)
    card, user = await first(admin)
    await admin.press("🔁 Retry", on=card)
    await shows(stage, user, answered(user))
    card, user = await first(admin)
    assert f"question of {user}" in (await admin.press("Answer myself", on=card)).text
    await admin.says("Because I say so.")
    await shows(stage, user, "Because I say so.")
    card, user = await first(admin)
    await admin.press("Another model", on=card)
    await admin.says("gpt-other")
    await shows(stage, user, answered(user))
    assert stage.model.requests[-1].body["model"] == "gpt-other"
    card, user = await first(admin)
    await admin.press("Drop", on=card)
    await admin.types("messages", until="Everything was answered")
    assert stage.chat(user).answers() == [SORRY]


async def first(admin: Admin) -> tuple[Screen, int]:
    """The card of the newest dead letter, in the message that showed the list; and whose it is."""
    inbox = await admin.types("messages", until="Last 24 h")
    card = await admin.press("1", on=inbox)
    found = re.search(r"question of (\d+)", card.text)
    assert found is not None
    assert card.id == inbox.id
    return card, int(found[1])


async def shows(stage: Stage, user: int, text: str) -> None:
    """Wait until that is the last the person was told, behind the apology."""
    await stage.chat(user).wait(lambda chat: chat.answers() == [SORRY, text], timeout=20)


@pytest.mark.parametrize(
    "point",
    [
        "start_bulk:after:1",  # confirmed, its press not answered
        "advance_bulk:before:1",  # nothing asked again yet
        "advance_bulk:after:1",  # asked again, and nobody was told to work
        "save_answer:after:3",  # some are answered, and not told
        "finish_bulk:after:1",  # all done, and the result not shown
    ],
)
async def test_an_outage_is_asked_again_once_through_a_kill(stage: Stage, point: str) -> None:
    fuse = Fuse(stage)
    daemon = await fuse.life(extra=ADMINS)
    admin = await outage(stage)
    draft = await admin.types("messages retry all 1h", until="would be asked again")
    asked = len(questions(stage))
    fuse.light(daemon, point)
    await admin.chat.press(draft.id, draft.buttons[draft.label("Yes")])
    await killed(daemon, point)
    second = administered(stage)
    await second.start()
    await admin.sees("4 asked again: 4 answered, 0 failed again, 0 wait.")
    for user in PEOPLE:
        chat = stage.chat(user)
        await chat.say("and last?")
        await chat.wait(lambda chat: chat.answers()[-1] == "Answer to: and last?", timeout=30)
        assert chat.answers() == [SORRY, answered(user), "Answer to: and last?"], second.said()
    await settled(stage)
    # What was being written when it died is asked for a second time, and only that.
    assert len(questions(stage)) - asked <= 3 * len(PEOPLE)
    assert await second.stop() == 0, second.said()
