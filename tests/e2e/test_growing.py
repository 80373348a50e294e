"""Questions that come in pieces: long pastes and albums, also when the pieces come one by one."""

from kotodom.demo.botapi import Call, ChatView
from tests.demo_botapi.botapi_pictures import picture
from tests.e2e.talk_kit import questions, ready, request
from tests.support.stage import Stage

WHOLE = " ".join([*(f"word{number}" for number in range(1100)), "endless" * 640])
"""The client cuts it before the limit, at a blank exactly there, and inside a word."""


def one_by_one(stage: Stage) -> None:
    """Telegram hands over one update at a time from now on."""

    def hook(call: Call, phase: str) -> None:
        if call.method == "getUpdates" and phase == "before":
            call.params["limit"] = 1

    stage.telegram.on_call(hook)


async def answered_once(stage: Stage, chat: ChatView, before: int) -> None:
    """Nothing but one answer has come since *before*, nor comes before that to another question."""
    await chat.say("and last?")
    await chat.wait(lambda chat: "Answer to: and last?" in chat.answers(), timeout=20)
    assert len(chat.answers()) == before + 2
    assert len(stage.model.requests) == 2


async def test_a_paste_that_the_client_split_is_one_question_and_typing_is_shown(
    stage: Stage,
) -> None:
    stage.model._answer = lambda items, body: "Answer to: " + str(items[-1]["content"])[-9:]
    chat = stage.chat()
    await ready(stage, stage.daemon(), chat)
    one_by_one(stage)
    ids = await chat.paste(WHOLE)
    cut = [len(shown.text) for shown in chat.messages() if shown.id in ids]
    assert cut[:3] == [4089, 4096, 4096]
    asked = await request(stage)
    assert questions(stage)[0].split() == WHOLE.split(), "all the words, in order, and once"
    assert asked.at > min(event.at for event in chat.events if event.kind == "typing")
    await chat.wait(lambda chat: len(chat.answers()) == 2)
    await answered_once(stage, chat, 1)


async def test_an_album_that_comes_piece_by_piece_is_one_question_with_all_its_pictures(
    stage: Stage,
) -> None:
    chat = stage.chat()
    await ready(stage, stage.daemon(), chat)
    one_by_one(stage)
    await chat.album([picture(60 + number, 40) for number in range(3)], "Which is best?")
    asked = await request(stage)
    assert [(image.width, image.height) for image in asked.question_images] == [
        (60, 40),
        (61, 40),
        (62, 40),
    ]
    assert questions(stage) == ["Which is best?"]
    assert any(event.kind == "typing" and event.at < asked.at for event in chat.events)
    await chat.wait(lambda chat: len(chat.answers()) == 2)
    await answered_once(stage, chat, 1)


async def test_a_paste_in_a_group_is_one_question_though_only_its_begin_names_the_bot(
    stage: Stage,
) -> None:
    bot = stage.bot()
    bot.can_read_all = True
    stage.model._answer = lambda items, body: "Read."
    group = stage.telegram.group("Friends", [bot], [stage.telegram.user(501, "Ann")])
    await ready(stage, stage.daemon(), group)
    one_by_one(stage)
    await group.paste(f"@{bot.username} {WHOLE}")
    await request(stage)
    assert questions(stage)[0].split() == ["Ann:", f"@{bot.username}", *WHOLE.split()]
    await group.wait(lambda group: len(group.answers()) == 2)
    await group.say("not for you")
    await group.say(f"/help@{bot.username}")
    await group.wait(lambda group: len(group.answers()) == 3)
    assert len(stage.model.requests) == 1
