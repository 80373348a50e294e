"""Whatever happens while people change their minds: one answer, to what they asked last.

A real worker, processor, store and delivery around a simulated Telegram. The question is edited
and asked again at any moment (between any two calls of the database: before the answer, while it
is generated, written and delivered, after it), its answers are made of texts, rich messages and
files, and calls, database and process fail by a script, as in ``test_exactly_once``.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kotodom.db import Database, SqlStore
from kotodom.db.connection import settled
from kotodom.doubts import BUBBLE
from kotodom.errors import ProviderUnavailable, RequestRefused
from kotodom.model import (
    Answer,
    ChatRef,
    ChatType,
    Content,
    ContentKind,
    Done,
    Edit,
    Incoming,
    Job,
    Kind,
    Lane,
    Person,
    Question,
    Status,
)
from kotodom.ports import Store
from tests.support.answering import one_bot
from tests.support.flaky import FlakyStore, Trouble
from tests.support.scripted import Play
from tests.support.simulated import Fault, SimulatedTelegram
from tests.support.talking import Room

NUMBERS = count(1)
"""Every example has a bot and a chat of its own in the common database."""
FILE = Content("caption", kind=ContentKind.DOCUMENT, payload="the whole", name="answer.md")
RICH = Content("", kind=ContentKind.RICH, payload="|a|b|")
PLAINER = [Content("a b"), Content("(as text)")]
"""What the rich message becomes when Telegram refuses it."""

FAULTS = st.lists(st.sampled_from([f for f in Fault if f is not Fault.REFUSED]), max_size=14)
TROUBLES = st.lists(st.sampled_from([Trouble.NONE, Trouble.NONE, *Trouble]), max_size=20)
TEXT = st.sampled_from([Content("alpha"), Content("beta")])
ANSWER = st.lists(TEXT, min_size=1, max_size=3) | st.just([RICH]) | TEXT.map(lambda t: [t, FILE])
ANSWERS = st.lists(ANSWER, min_size=1, max_size=4)
"""The parts of the answer to each version of the question."""


class Happening(StrEnum):
    """What the person does."""

    EDIT = "edit"
    RETRY = "retry"
    WIPE = "wipe"
    """They delete what the bot said, and then edit."""


HAPPENINGS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from([*Happening, Happening.EDIT])), max_size=5
)
"""Before so many calls of the database after the last one, this happens."""


@dataclass
class Asker:
    """Somebody who asks something and then changes it, whatever the bot does meanwhile."""

    store: SqlStore
    answers: Sequence[Sequence[Content]]
    script: list[tuple[int, Happening]]
    chat: ChatRef
    version: int = 0
    question: int = 0
    """The message in which it is asked."""
    calls: int = 0
    stale: list[int] = field(default_factory=list)
    """Rows of which an answer was written to a question that was another one by then."""
    kept: list[Content] = field(default_factory=list)
    """What was to be seen when an answer was asked for once more, beside the old one."""
    updates: int = 1_000
    room: Room = field(init=False)

    async def ask(self) -> None:
        self.question = self.room.telegram.say()
        await self._send(Kind.QUESTION, "v0", self.question)

    async def meanwhile(self) -> None:
        """A call of the database is about to be made."""
        self.calls += 1
        while self.script and self.script[0][0] <= self.calls:
            self.calls = 0
            # Whoever makes the call may be cancelled for it, but not what the person does.
            await settled(asyncio.ensure_future(self.happen()))

    async def happen(self) -> None:
        """Do the next thing."""
        _, what = self.script.pop(0)
        if what is Happening.RETRY:
            await self._retry()
        elif self.version + 1 < len(self.answers):
            if what is Happening.WIPE and "COMPLETED" in await self.room.column("status"):
                self.room.telegram.shown.clear()
                self.kept = []
            await self._edit()

    async def _edit(self) -> None:
        self.version += 1
        text = f"v{self.version}"
        edit = Edit(self.chat, self.question, text, {"message_id": self.question, "text": text})
        now = self.room.clock.now()
        recorded = await self.store.record_batch(
            self.room.bot.id, [], [edit], now, answered_since=0
        )
        for row_id in recorded.changed:
            self.room.generations.changed(row_id)

    async def _retry(self) -> None:
        lane = await self._send(Kind.COMMAND, "/retry", self.room.telegram.say())
        job = await self.store.claim(lane, self.room.clock.now())
        assert job is not None
        if isinstance(await self.store.ask_again(job), Lane):
            self.kept = self.room.telegram.contents(self.chat.telegram_chat_id)
        else:
            await self.store.finish(job, Status.COMPLETED, now=self.room.clock.now())

    async def _send(self, kind: Kind, text: str, number: int) -> Lane:
        self.updates += 1
        raw = f'{{"message": {{"message_id": {number}, "text": "{text}"}}}}'
        row = Incoming(self.updates, raw, kind, self.chat, Person(5), text, number)
        (lane,) = (
            await self.store.record_batch(self.room.bot.id, [row], [], self.room.clock.now())
        ).lanes
        return lane

    def respond(self, question: Question) -> Play:
        """The model's answer says which version it is given to."""
        version = re.findall(r"v\d+", question.text)[-1]
        return [f"to {version}"]

    def compose(self, job: Job, done: Done) -> list[Content]:
        return list(self.answers[int(done.text.removeprefix("to v"))])

    def expected(self, *, rich: bool, in_place: bool) -> list[Content]:
        """What the chat has to show in the end."""
        shown = [] if in_place else list(self.kept)
        for content in self.answers[self.version]:
            shown += PLAINER if content is RICH and not rich else [content]
        return shown


class Watched(FlakyStore):
    """Looks at every answer that is written."""

    def __init__(self, store: SqlStore, script: Iterator[Trouble], asker: Asker) -> None:
        super().__init__(store, script, before=asker.meanwhile)
        self._asker = asker

    def __getattr__(self, name: str) -> Any:
        call = super().__getattr__(name)
        return self._saving(call) if name == "save_answer" else call

    def _saving(self, call: Any) -> Any:
        async def save(job: Job, answer: Answer | None, *args: Any, **how: Any) -> Any:
            parts = await call(job, answer, *args, **how)
            if answer is not None and (await self._store.reload(job)).revision != job.revision:
                self._asker.stale.append(job.id)
            return parts

        return save


@dataclass(frozen=True)
class Story:
    """Everything that happens."""

    answers: Sequence[Sequence[Content]]
    happenings: Sequence[tuple[int, Happening]] = ()
    script: Sequence[Fault] = ()
    troubles: Sequence[Trouble] = ()
    failures: int = 0
    """So many failures of the provider come first."""
    refused: bool = False
    """It takes only the last version of the question."""
    rich: bool = True
    supergroup: bool = False


async def tell(store: SqlStore, story: Story) -> None:
    """Let it happen, with a bot and a chat of its own, and look at what is left in the end."""
    number, last = next(NUMBERS), len(story.answers) - 1
    telegram = SimulatedTelegram(iter(story.script), rich=story.rich)
    kind = ChatType.SUPERGROUP if story.supergroup else ChatType.PRIVATE
    asker = Asker(store, story.answers, list(story.happenings), ChatRef(number, type=kind))
    # So few that no attempt is the last one: then there would be an error instead.
    sick = Watched(store, iter(few(story.troubles, 4 - story.failures)), asker)
    asker.room = room = Room(
        store, await one_bot(store, number), telegram, wrap=lambda _: cast(Store, sick)
    )
    room.plainer = lambda job, rich: PLAINER
    room.compose = asker.compose

    def respond(question: Question) -> Play:
        play = asker.respond(question)
        return [RequestRefused()] if story.refused and play != [f"to v{last}"] else play

    room.provider.respond = respond
    room.provider.plays.extend([ProviderUnavailable()] for _ in range(story.failures))
    await asker.ask()
    await room.settle()
    while asker.script or (story.refused and asker.version < last):
        asker.script = asker.script or [(0, Happening.EDIT)]
        await asker.happen()
        await room.settle()
    await room.close()
    in_place = bool((await room.column("in_place"))[0])
    shown = telegram.contents(number)
    assert asker.stale == []
    assert BUBBLE not in shown
    wanted = [asker.expected(rich=story.rich, in_place=in_place)]
    if Fault.UNSEEN in story.script:
        # A refusal in unknown words to edit a rich message into a lost one: it goes out plainer.
        wanted.append(asker.expected(rich=False, in_place=in_place))
    assert shown in wanted
    assert set(await room.column("status")) == {"COMPLETED"}


def few(troubles: Sequence[Trouble], number: int) -> list[Trouble]:
    """The script with at most so many troubles."""
    left, kept = number, list[Trouble]()
    for trouble in troubles:
        kept.append(trouble if left > 0 else Trouble.NONE)
        left -= trouble is not Trouble.NONE
    return kept


STORIES = st.builds(
    Story,
    answers=ANSWERS,
    happenings=HAPPENINGS,
    script=FAULTS,
    troubles=TROUBLES,
    failures=st.integers(0, 2),
    refused=st.booleans(),
    rich=st.booleans(),
    supergroup=st.booleans(),
)


@settings(
    deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=STORIES)
async def test_the_chat_shows_exactly_the_answer_to_what_was_asked_last(
    sqlite: Database, story: Story
) -> None:
    await tell(SqlStore(sqlite), story)


ALPHA, BETA = Content("alpha"), Content("beta")


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6, 99], ids="before call {}".format)
async def test_so_it_does_on_both_databases(store: SqlStore, at: int) -> None:
    """A few of these stories, each with its edit at another moment of its first answer."""
    edit, retry = (at, Happening.EDIT), (9, Happening.RETRY)
    for story in (
        Story([[ALPHA, BETA], [BETA]], [edit]),
        Story([[ALPHA], [ALPHA, FILE]], [edit], [Fault.LOST_AFTER, Fault.NONE, Fault.LOST_BEFORE]),
        Story([[ALPHA, FILE], [RICH]], [edit, retry], [Fault.CRASH_AFTER] * 3, rich=False),
        Story([[RICH], [ALPHA], [BETA]], [edit, retry, edit], refused=True, supergroup=True),
    ):
        await tell(store, story)
