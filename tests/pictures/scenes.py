"""The conversations of the README's pictures, each played for real."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import replace

from kotodom.demo.botapi import ChatView
from kotodom.demo.model_faults import Stall, Status
from kotodom.demo.terminal import samples
from tests.pictures import scripts
from tests.pictures.panels import Note, Panel
from tests.pictures.theatre import BOSS, Theatre, panel

ADA, WHISKERS, MURZIK = 7001, 7002, 7003
PIECE = 4
"""Characters in a piece of the model server's stream."""

Scene = Callable[[Theatre], Awaitable[list[Panel]]]


async def answers(stage: Theatre) -> list[Panel]:
    """Formatting: code, a table, mathematics, a list, a quote, a link."""
    stage.script |= {"count words": scripts.CODE, "savings": scripts.TABLE}
    code = stage.private(ADA, 1, "Ann")
    await _ask(stage, code, "09:41", "How do I count words in a big file in Python?")
    table = stage.private(ADA, 2, "Boris")
    await _ask(stage, table, "18:05", "What becomes of 1,000 € of savings at 3 %?")
    return [
        panel(code, "Code, as a model writes it", "Ada", "bot"),
        panel(table, "Tables and mathematics", "Ada", "bot"),
    ]


async def questions(stage: Theatre) -> list[Panel]:
    """A photo and a question about it; a voice message and a document."""
    stage.script |= {"What time of day": scripts.PHOTO, "rig": scripts.RIG}
    photo = stage.private(WHISKERS, 3, "Ann")
    stage.clock.set("07:12")
    await photo.photo(samples.picture(), caption="What time of day is it here?")
    await _answered(photo, 1)
    await _ask(stage, photo, "07:13", "And what rig has she got?")
    stage.script |= {"herring": scripts.VOICE, "[File": scripts.DOCUMENT}
    voice = stage.private(WHISKERS, 4, "Boris")
    stage.clock.set("16:20")
    await voice.voice(samples.recording("How long does smoked herring keep?"), 3)
    await _answered(voice, 1)
    heard = Note(f"it heard: “{stage.model.requests[-1].said[-1]}”")
    stage.clock.set("16:24")
    await voice.document(
        samples.DOCUMENT.encode(), samples.DOCUMENT_NAME, caption="What went wrong that day?"
    )
    await _answered(voice, 2)
    listening = panel(voice, "It listens, and it reads", "Whiskers", "bot")
    spoken, *others = listening.items
    return [
        panel(photo, "It looks at pictures", "Whiskers", "bot"),
        replace(listening, items=(spoken, heard, *others)),
    ]


async def stop_and_edit(stage: Theatre) -> list[Panel]:
    """An answer while it is written, stopped; a question that is edited."""
    stage.script |= {
        "story": scripts.STORY,
        "17 % of 240": scripts.PERCENT,
        "17 % of 2400": scripts.PERCENT_EDITED,
    }
    chat = stage.private(WHISKERS, 5, "Ann")
    stage.clock.set("21:30")
    pieces = math.ceil((scripts.STORY.index(scripts.STOPPED_AT) + len(scripts.STOPPED_AT)) / PIECE)
    stage.model.add(Stall(pieces))
    await chat.say("Tell me a long story about a harbour cat")
    end = scripts.STORY[: pieces * PIECE].rstrip()[-10:]
    await chat.wait(lambda c: c.draft is not None and c.draft.text.endswith(end))
    writing = panel(chat, "While it writes: Stop", "Whiskers", "bot")
    await chat.stop_generation()
    await _answered(chat, 1)
    await _ask(stage, chat, "21:31", "What is 17 % of 240?")
    before = chat.answers()[-1]
    stage.clock.set("21:32")
    question = next(m for m in reversed(chat.messages()) if not m.from_bot)
    await chat.edit(question.id, "What is 17 % of 2400?")
    await chat.wait(lambda c: c.answers()[-1] != before)
    after = panel(chat, "Stopped; then a question edited", "Whiskers", "bot")
    note = Note(f"before the edit, it answered: {before}")
    return [writing, replace(after, items=(*after.items, note))]


async def places(stage: Theatre) -> list[Panel]:
    """A topic of a group, where the bot speaks when spoken to; a choice of models, in Russian."""
    stage.script |= {"look at first": scripts.ENGINE, "how many": scripts.FUEL}
    ann, boris = (stage.telegram.user(number, name) for number, name in ((6, "Ann"), (7, "Boris")))
    group = stage.telegram.group(
        "Harbour crew", [stage.bots[WHISKERS]], [ann, boris], supergroup=True, forum=True
    )
    topic = 10
    stage.clock.set("08:02")
    await group.say("The engine of the Marta coughs when it is cold.", user=boris, thread_id=topic)
    stage.clock.set("08:03")
    await group.say("@whiskers_bot what should we look at first?", thread_id=topic)
    await _answered(group, 1)
    stage.clock.set("08:05")
    await group.say(
        "And how many filters do I order?", user=boris, reply_to=group.messages()[-1].id
    )
    await _answered(group, 2)
    chat = stage.private(MURZIK, 8, "Мария", "ru")
    stage.script |= {"Почему кошки": scripts.RUSSIAN}
    await _ask(stage, chat, "19:40", "Почему кошки мурлычут?")
    await _ask(stage, chat, "19:41", "/model")
    return [
        panel(
            group, "In groups, when spoken to", "Harbour crew", "topic: Marta’s engine", names=True
        ),
        panel(chat, "In English and in Russian", "Мурзик", "бот"),
    ]


async def admin(stage: Theatre) -> list[Panel]:
    """A prompt changed from a phone; a message that was not answered, and what can be done."""
    stage.clock.set("10:05")
    office = stage.private(ADA, BOSS, "Ann")
    await _ask(stage, office, "10:05", "/admin")
    await _press(office, "Bots")
    await _press(office, "Ada")
    elsewhere = stage.private(MURZIK, BOSS, "Ann")
    await _ask(stage, elsewhere, "10:05", f"/admin bot Ada set prompt {scripts.PROMPT}")
    await _press(elsewhere, "Save")
    await _ask(stage, office, "10:07", f"/admin bot Ada set prompt {scripts.NEW_PROMPT}")
    editing = panel(office, "Everything from a phone: /admin", "Ada", "bot")
    stage.model.add(Status(400, {"message": "out of order", "code": "invalid"}))
    boris = stage.private(WHISKERS, 9, "Boris")
    await _ask(stage, boris, "11:30", "What is the tide tonight?")
    stage.model.clear()
    desk = stage.private(WHISKERS, BOSS, "Ann")
    await _ask(stage, desk, "11:31", "/admin messages")
    await _press(desk, "1")
    card = panel(desk, "What was not answered waits here", "Whiskers", "bot")
    return [editing, card]


SCENES: dict[str, tuple[str, Scene]] = {
    "answers": ("Two chats: an answer with code, and one with a table and mathematics", answers),
    "questions": ("Two chats: a photo, a voice message and a document are understood", questions),
    "stop-and-edit": ("Two chats: Stop while it writes, and an edited question", stop_and_edit),
    "places": ("A topic of a group, and a Russian chat with buttons", places),
    "admin": ("Two chats with /admin: a prompt is changed; a message that failed", admin),
}
"""File name → what it shows, and the scene."""


async def _ask(stage: Theatre, chat: ChatView, time: str, question: str) -> None:
    stage.clock.set(time)
    known = len(chat.answers())
    await chat.say(question)
    await _answered(chat, known + 1)


async def _press(chat: ChatView, words: str) -> None:
    """Press the button that says so under the newest message, and wait for what becomes of it."""
    shown = chat.messages()[-1]
    rows = (shown.reply_markup or {})["inline_keyboard"]
    button = next(one for row in rows for one in row if words in one["text"])
    before = shown.text
    await chat.press(shown.id, button["callback_data"])
    await chat.wait(lambda c: c.messages()[-1].text != before, timeout=30)


async def _answered(chat: ChatView, count: int) -> None:
    """Wait for that many messages of the bot."""
    await chat.wait(lambda c: len(c.answers()) >= count, timeout=30)
