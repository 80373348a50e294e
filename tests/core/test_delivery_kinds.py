"""Rich messages, files and edited answers: delivered once, whichever way a doubt falls."""

from typing import Any

import pytest

from kotodom.doubts import BUBBLE
from kotodom.errors import EntitiesRefused, MessageRefused
from kotodom.model import Chat, ChatRef, ChatType, Content, ContentKind, Entity
from kotodom.ports import EditResult
from tests.support.answering import CHAT, SORRY, Desk, desk
from tests.support.simulated import Fault, SimulatedTelegram
from tests.support.talking import room
from tests.support.updates import GROUP

LOST, ARRIVED = Fault.LOST_BEFORE, Fault.LOST_AFTER
RICH = Content("", kind=ContentKind.RICH, payload="|a|b|")
PLAIN = Content("|a|b|")
FILE = Content("caption", kind=ContentKind.DOCUMENT, payload="the whole", name="answer.md")

COPY = Content("📎 picture", kind=ContentKind.COPY, payload="[501, 7]")

DOUBTS = {
    "at once": [],
    "its placeholder is lost": [LOST],
    "its placeholder is doubtful": [ARRIVED],
    "it crashes behind the placeholder": [Fault.CRASH_AFTER],
    "somebody else wrote": [Fault.CHATTER],
    "somebody else's message is refused": [Fault.CHATTER, Fault.UNSEEN],
    "a file or so in between": [ARRIVED, ARRIVED, Fault.UNSEEN],
}


async def deliver(d: Desk, *answer: Content) -> list[Content]:
    """What Ann sees of this answer."""
    d.answer = answer
    await d.work_off(await d.ask())
    return d.telegram.contents(CHAT)


@pytest.mark.parametrize("fate", [LOST, ARRIVED, Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
@pytest.mark.parametrize("then", DOUBTS.values(), ids=DOUBTS)
@pytest.mark.parametrize("content", [RICH, FILE, COPY], ids=["rich", "file", "copy"])
async def test_a_doubtful_rich_message_or_file_is_there_once_and_nothing_else(
    sqlite_url: str, fate: Fault, then: list[Fault], content: Content
) -> None:
    async with desk(sqlite_url, fate, *then) as d:
        assert await deliver(d, content) == [content]


@pytest.mark.parametrize("fate", [Fault.NONE, LOST, Fault.CRASH_BEFORE])
@pytest.mark.parametrize("then", DOUBTS.values(), ids=DOUBTS)
async def test_a_refused_rich_message_goes_out_plain_and_leaves_no_placeholder(
    sqlite_url: str, fate: Fault, then: list[Fault]
) -> None:
    telegram = SimulatedTelegram(iter([fate, *then]), rich=False)
    async with desk(sqlite_url, telegram=telegram) as d:
        assert await deliver(d, RICH) == [PLAIN]


async def test_a_file_that_is_refused_ends_in_an_error(sqlite_url: str) -> None:
    async with desk(sqlite_url, Fault.NONE, Fault.REFUSED) as d:
        shown = await deliver(d, Content("alpha"), FILE)
        assert shown == [Content("alpha"), Content(SORRY)]


@pytest.mark.parametrize("rich", [True, False])
async def test_an_answer_edited_into_a_rich_one(sqlite_url: str, rich: bool) -> None:
    telegram = SimulatedTelegram(iter(()), rich=rich)
    async with room(sqlite_url, telegram=telegram) as r:
        r.compose = lambda job, done: [Content("alpha"), Content("beta")]
        number = await r.say("why?")
        await r.settle()
        r.compose = lambda job, done: [RICH]
        await r.edit(number, "how?")
        await r.settle()
        shown = r.telegram.contents(501)
        assert [content.kind for content in shown] == ["rich" if rich else "text"]
        assert BUBBLE not in shown


class Stubborn(SimulatedTelegram):
    """Refuses to edit what is there, in words that nobody knows."""

    async def edit(self, chat: Chat, message_id: int, content: Content, **how: Any) -> EditResult:
        raise MessageRefused("Bad Request: MESSAGE_EDIT_FORBIDDEN")


async def test_an_answer_that_cannot_be_edited_makes_room_for_the_new_one(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url, telegram=Stubborn(iter(()))) as r:
        number = await r.say("why?")
        await r.settle()
        await r.edit(number, "how?")
        await r.settle()
        assert r.shown() == ["answer to how?"]


async def test_an_answer_that_the_person_deleted_is_sent_again(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        number = await r.say("why?")
        await r.settle()
        r.telegram.shown.clear()
        await r.edit(number, "how?")
        await r.settle()
        assert r.shown() == ["answer to how?"]


@pytest.mark.parametrize("fault", [LOST, ARRIVED, Fault.NOT_SENT, Fault.CRASH_AFTER, Fault.FLOOD])
@pytest.mark.parametrize("at", range(4))
async def test_what_a_shorter_answer_has_no_use_for_is_deleted(
    sqlite_url: str, fault: Fault, at: int
) -> None:
    script = [Fault.NONE] * (3 + at) + [fault]
    async with room(sqlite_url, telegram=SimulatedTelegram(iter(script))) as r:
        r.compose = lambda job, done: [Content("alpha"), Content("beta"), Content("gamma")]
        number = await r.say("why?")
        await r.settle()
        r.compose = lambda job, done: [Content("delta")]
        await r.edit(number, "how?")
        await r.settle()
        assert r.shown() == ["delta"]


async def test_only_the_first_part_rings_and_only_in_groups_it_quotes_the_question(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        r.compose = lambda job, done: [Content("alpha"), Content("beta")]
        await r.say("why?")
        mention = [{"type": "mention", "offset": 0, "length": 8}]
        number = await r.say("@cat_bot why?", chat=GROUP, entities=mention)
        await r.settle()
        assert [(s.silent, s.reply_to) for s in r.telegram.sent] == [
            (False, 0),
            (True, 0),
            (False, number),
            (True, 0),
        ]


async def test_formatting_that_is_refused_while_an_answer_is_edited_is_dropped(
    sqlite_url: str,
) -> None:
    bold = Content("beta", (Entity("bold", 0, 4),))

    class Plain(SimulatedTelegram):
        async def edit(self, chat: Chat, message_id: int, content: Content, **how: Any) -> Any:
            if content.entities:
                raise EntitiesRefused("Bad Request: can't parse entities")
            return await super().edit(chat, message_id, content, **how)

    async with room(sqlite_url, telegram=Plain(iter(()))) as r:
        number = await r.say("why?")
        await r.settle()
        r.compose = lambda job, done: [bold]
        await r.edit(number, "how?")
        await r.settle()
        assert r.telegram.contents(501) == [Content("beta")]
        assert len(r.telegram.sent) == 1


async def test_two_topics_with_files_in_doubt_keep_them_apart(sqlite_url: str) -> None:
    """Both of them are lost: neither may take the other's placeholder for its own."""
    async with desk(sqlite_url, LOST, Fault.NOT_SENT, LOST, Fault.NOT_SENT) as d:
        lanes = []
        for topic in (10, 20):
            lanes.append(await d.ask(ChatRef(-100, topic, ChatType.SUPERGROUP, "Forum")))
            d.answer = [Content(f"for {topic}", kind=ContentKind.DOCUMENT, payload="x", name="a")]
            await d.work(lanes[-1])
        await d.work_off(*lanes)
        assert d.telegram.texts_by_topic(-100) == {10: ["for 10"], 20: ["for 20"]}
