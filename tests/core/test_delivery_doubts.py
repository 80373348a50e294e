"""Doubtful sends end, whatever lies between: one answer, in its own place, without leftovers."""

from collections.abc import Callable
from typing import Any

import pytest

from kotodom.doubts import BUBBLE
from kotodom.errors import EntitiesRefused, MessageRefused
from kotodom.measures import MAYBE_TWICE
from kotodom.model import Chat, ChatRef, ChatType, Content, Entity, Incoming, Kind, Person
from kotodom.ports import EditResult
from kotodom.telegram.pacing import Pacing
from tests.support.answering import SORRY, desk
from tests.support.clock import RushingClock
from tests.support.simulated import Fault, SimulatedTelegram

GROUP = ChatRef(-100, type=ChatType.SUPERGROUP)
LOST, ARRIVED = Fault.LOST_BEFORE, Fault.LOST_AFTER


class BusyTelegram(SimulatedTelegram):
    """Right before the first placeholder so many messages of other people take the next ids."""

    def __init__(self, *script: Fault, others: int) -> None:
        super().__init__(iter(script))
        self.others = others
        self.between: list[int] = []

    async def send(self, chat: Chat, content: Content, **how: Any) -> int:
        if content == BUBBLE and not self.between:
            self.between = [self.say() for _ in range(self.others)]
        return await super().send(chat, content, **how)


class Paced(BusyTelegram):
    """One behind the real gate."""

    def __init__(self, *script: Fault, others: int, clock: RushingClock) -> None:
        super().__init__(*script, others=others)
        self._pacing = Pacing(clock=clock, on_penalty=self._ignore)

    async def send(self, chat: Chat, content: Content, **how: Any) -> int:
        await self._turn(chat)
        return await super().send(chat, content, **how)

    async def edit(self, chat: Chat, message_id: int, content: Content, **how: Any) -> EditResult:
        await self._turn(chat)
        return await super().edit(chat, message_id, content, **how)

    async def delete(self, chat: Chat, message_id: int) -> None:
        await self._turn(chat)
        await super().delete(chat, message_id)

    async def _turn(self, chat: Chat) -> None:
        group = chat.type is not ChatType.PRIVATE
        await self._pacing.message(chat.bot_id, chat.telegram_chat_id, group=group)

    @staticmethod
    async def _ignore(bot_id: int, telegram_chat_id: int, until: int) -> None:
        """Nothing is remembered here."""


@pytest.mark.parametrize("fate", [LOST, ARRIVED])
@pytest.mark.parametrize("others", [10, 18, 45])
async def test_a_doubt_in_a_group_ends_though_the_gate_lets_twenty_calls_a_minute_through(
    sqlite_url: str, fate: Fault, others: int
) -> None:
    clock = RushingClock()
    telegram = Paced(fate, others=others, clock=clock)
    async with desk(sqlite_url, telegram=telegram, clock=clock) as d:
        await d.work_off(await d.ask(GROUP), rounds=20)
        assert d.shown(-100) == ["alpha"]


@pytest.mark.parametrize(
    "between",
    [(Fault.NOT_SENT,), (Fault.NONE, Fault.FLOOD), (Fault.NONE, Fault.NONE, Fault.FLOOD)],
    ids=["at once", "after the placeholder", "after a probe"],
)
async def test_two_topics_in_doubt_keep_their_answers_apart(
    sqlite_url: str, between: tuple[Fault, ...]
) -> None:
    """The first topic's answer is lost, the second one's arrives, and nobody hears of either."""
    async with desk(sqlite_url, LOST, Fault.NOT_SENT, ARRIVED, Fault.NOT_SENT, *between) as d:
        topics = [
            await d.ask(ChatRef(-100, topic, ChatType.SUPERGROUP, "Forum")) for topic in (10, 20)
        ]
        for topic, lane in zip((10, 20), topics, strict=True):
            d.answer = [Content(f"for topic {topic}")]
            await d.work(lane)
        for _ in range(3):  # the first one's next rounds come sooner than the second one's
            await d.clock.advance(600.0)
            await d.work(topics[0])
        await d.work_off(*topics)
        assert d.telegram.texts_by_topic(-100) == {10: ["for topic 10"], 20: ["for topic 20"]}


def late(telegram: BusyTelegram) -> list[Incoming]:
    """What the people in between wrote, as the poller brings it in the end."""
    return [
        Incoming(100 + n, "{}", Kind.QUESTION, ChatRef(1000 + n), Person(9), "hi", message_id)
        for n, message_id in enumerate(telegram.between)
    ]


@pytest.mark.parametrize("hiccups", [0, 8])
async def test_messages_that_are_only_not_received_yet_do_not_widen_a_doubt(
    sqlite_url: str, hiccups: int
) -> None:
    """Sixty people wrote during an outage (of so many failed sends) that ended in a doubt."""
    outage = [Fault.NOT_SENT] * hiccups
    telegram = BusyTelegram(*outage, ARRIVED, others=60)
    async with desk(sqlite_url, telegram=telegram) as d:
        lane = await d.ask()
        while not telegram.between:
            await d.work(lane)
            await d.clock.advance(600.0)
        others = (await d.store.record_batch(d.bot.id, late(telegram), [], d.clock.now())).lanes
        await d.work_off(lane, *others)
        assert d.shown() == ["alpha"]


async def test_a_doubt_that_stays_too_wide_ends_all_the_same_and_is_counted(
    sqlite_url: str,
) -> None:
    telegram = BusyTelegram(LOST, others=60)
    async with desk(sqlite_url, telegram=telegram) as d:
        await d.work_off(await d.ask())
        assert d.shown() == ["alpha"]
        assert d.metrics.counter(MAYBE_TWICE).value() == 1


@pytest.mark.parametrize("fate", [LOST, ARRIVED])
async def test_a_refusal_in_unknown_words_to_edit_somebody_elses_message_ends_nothing(
    sqlite_url: str, fate: Fault
) -> None:
    script = [fate, Fault.CHATTER, *[Fault.REFUSED] * 5]
    async with desk(sqlite_url, *script) as d:
        await d.work_off(await d.ask())
        assert d.shown() == ["alpha"]


class Picky(SimulatedTelegram):
    """Refuses the first edits that *when* points out."""

    def __init__(self, *script: Fault, times: int, when: Callable[[Content | None], bool]) -> None:
        super().__init__(iter(script))
        self.left = times
        self.when = when

    async def edit(self, chat: Chat, message_id: int, content: Content, **how: Any) -> EditResult:
        if self.left and self.when(self.shown.get((chat.telegram_chat_id, message_id))):
            self.left -= 1
            raise MessageRefused("Bad Request: MESSAGE_EDIT_REFUSED")
        return await super().edit(chat, message_id, content, **how)


async def test_a_refusal_to_edit_the_answer_that_had_arrived_is_no_second_answer(
    sqlite_url: str,
) -> None:
    """A refusal in words that nobody knows is no proof that the message is not ours."""
    telegram = Picky(ARRIVED, times=1, when=lambda shown: shown == Content("alpha"))
    async with desk(sqlite_url, telegram=telegram) as d:
        await d.work_off(await d.ask())
        assert d.shown() == ["alpha"]


async def test_a_placeholder_that_cannot_become_the_answer_is_taken_away(sqlite_url: str) -> None:
    telegram = Picky(LOST, times=1, when=lambda shown: shown == BUBBLE)
    async with desk(sqlite_url, telegram=telegram) as d:
        await d.work_off(await d.ask())
        assert d.shown() == [SORRY]


@pytest.mark.parametrize("fate", [LOST, ARRIVED])
async def test_a_placeholder_that_the_user_deleted_is_not_waited_for(
    sqlite_url: str, fate: Fault
) -> None:
    """Its round ends before the first probe; the user sees "…" and deletes it."""
    async with desk(sqlite_url, fate, Fault.NONE, Fault.NOT_SENT) as d:
        lane = await d.ask()
        await d.work(lane)
        (bubble,) = [key for key, content in d.telegram.shown.items() if content == BUBBLE]
        del d.telegram.shown[bubble]
        await d.clock.advance(600.0)
        await d.work_off(lane)
        assert d.shown() == ["alpha"]


@pytest.mark.parametrize("fate", [LOST, ARRIVED])
async def test_the_placeholder_of_a_round_that_broke_off_disappears(
    sqlite_url: str, fate: Fault
) -> None:
    """Nobody heard of the first placeholder, so the second round sends another one."""
    async with desk(sqlite_url, fate, ARRIVED) as d:
        await d.work_off(await d.ask())
        assert d.shown() == ["alpha"]


@pytest.mark.parametrize("fate", [LOST, ARRIVED])
async def test_a_placeholder_that_is_refused_leads_to_an_answer_or_an_error_not_to_both(
    sqlite_url: str, fate: Fault
) -> None:
    async with desk(sqlite_url, fate, Fault.REFUSED) as d:
        await d.work_off(await d.ask())
        assert d.shown() in (["alpha"], [SORRY])


class Plain(SimulatedTelegram):
    """Refuses every entity."""

    async def send(self, chat: Chat, content: Content, **how: Any) -> int:
        _refuse(content)
        return await super().send(chat, content, **how)

    async def edit(self, chat: Chat, message_id: int, content: Content, **how: Any) -> EditResult:
        _refuse(content)
        return await super().edit(chat, message_id, content, **how)


def _refuse(content: Content) -> None:
    if content.entities:
        raise EntitiesRefused("Bad Request: can't parse entities")


@pytest.mark.parametrize("fate", [Fault.NONE, LOST, ARRIVED])
async def test_an_answer_whose_formatting_is_refused_goes_out_plain_and_once(
    sqlite_url: str, fate: Fault
) -> None:
    async with desk(sqlite_url, telegram=Plain(iter([fate]))) as d:
        d.answer = [Content("alpha", (Entity("bold", 0, 5),))]
        await d.work_off(await d.ask())
        assert d.telegram.shown.popitem()[1] == Content("alpha")
        assert d.telegram.shown == {}
