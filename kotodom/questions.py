"""What the provider is asked for a job: its words and pictures, and the history that fits."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kotodom import asking, context
from kotodom.media import CUT, Media
from kotodom.model import Attachment, Bot, ChatType, Done, Job, Piece, Question, Turn, Usage
from kotodom.ports import Store
from kotodom.reading.words import speaker
from kotodom.registry import Registry

HISTORY_MAX = 200
"""Turns read from the database at most; the token budget usually ends the history earlier."""
EARLIER_MAX = 10
"""Pictures of earlier questions that are sent again at most: an album has as many."""
PICTURE = "[A picture]"
"""Stands for a picture that is not sent again."""
UNSEEN = "[A picture that you cannot look at]"
"""Stands for a picture that the model does not take."""


LEFT_OUT = "\n[The rest of this file is left out: the question would be too long.]"
"""Ends the text of a document that was cut to fit."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A question but for its pictures, which are not in memory yet."""

    job: Job
    """With as much of its documents as fits."""
    question: Question
    again: tuple[int, ...]
    """How many pictures each earlier turn sends again, oldest first."""

    @property
    def pictures(self) -> list[Attachment]:
        """Those of the question itself."""
        return _pictures(self.job)

    @property
    def pictured(self) -> bool:
        """Whether any picture is to be sent with it."""
        return bool(self.pictures or any(self.again))


class Questions:
    """Builds questions; pure but for the store and the media it reads from."""

    def __init__(
        self, *, store: Store, media: Media, registry: Registry, budget: int, image_turns: int
    ) -> None:
        """*budget* is in tokens; so many of the last turns send their pictures again."""
        self._store = store
        self._media = media
        self._registry = registry
        self.budget = budget
        self.image_turns = image_turns

    @staticmethod
    def asks(job: Job) -> bool:
        """Whether there is anything to ask."""
        return bool(asking.words(job.pieces).strip() or _pictures(job))

    @staticmethod
    def user_key(job: Job, bot: Bot) -> str:
        """An opaque name for the person."""
        person = job.sender.id if job.sender else job.chat.telegram_chat_id
        return opaque("user", bot.telegram_id, person)

    def key_of(self, bot: Bot) -> str:
        """Who pays for it; see :meth:`kotodom.registry.Registry.key_of`."""
        return self._registry.key_of(bot)

    async def plan(self, job: Job, bot: Bot) -> Plan:
        """The whole request but for its pictures."""
        who = _speaker(job)
        budget = self.budget - len(_pictures(job)) * context.IMAGE_TOKENS
        job = replace(job, pieces=_fitting(job.pieces, who, bot.prompt, budget))
        words = asking.words(job.pieces, who)
        turns = [] if job.chat.type is ChatType.GUEST else await self._history(job)
        room = budget - context.fixed_tokens(words, bot.prompt)
        again = self._again(turns, room // 2)
        fitting = context.build(
            turns,
            text=words,
            instructions=bot.prompt,
            budget=budget - sum(again) * context.IMAGE_TOKENS,
        )
        question = Question(
            model=job.wanted_model or self._registry.model_of(bot, job.chat.model),
            instructions=bot.prompt,
            turns=fitting,
            text=words,
            user_key=self.user_key(job, bot),
            cache_key=opaque("chat", bot.telegram_id, job.chat.id),
            api_key=self.key_of(bot),
        )
        # The words may have left more room than half of it.
        again = self._again(fitting[::-1], room - context.history_tokens(fitting[::-1]))
        return Plan(job, question, again[::-1])

    async def complete(self, plan: Plan) -> Question:
        """The whole request; raises what fetching the pictures raises."""
        images = await self._media.pictures(plan.job.bot_id, plan.pictures)
        turns = [
            replace(
                turn, images=await self._media.earlier(plan.job.bot_id, turn.attachments[:count])
            )
            if count
            else turn
            for turn, count in zip(plan.question.turns, plan.again, strict=True)
        ]
        return replace(plan.question, images=images, turns=tuple(turns))

    @staticmethod
    def pictured(question: Question) -> bool:
        """Whether any picture is sent with it."""
        return bool(question.images or any(turn.images for turn in question.turns))

    @staticmethod
    def unseen(plan: Plan) -> Question:
        """The request for a model of which it is known that it takes no pictures."""
        return _without_pictures(plan.question, len(plan.pictures))

    @staticmethod
    def blind(question: Question) -> Question:
        """The same question without pictures, for a model that cannot look at any."""
        return _without_pictures(question, len(question.images))

    @staticmethod
    def input_tokens(plan: Plan) -> int:
        """Roughly what the whole request will cost, pictures included."""
        pictures = len(plan.pictures) + sum(plan.again)
        return _words_tokens(plan.question) + pictures * context.IMAGE_TOKENS

    @staticmethod
    def broken_off(written: str, question: Question) -> Done:
        """What a stopped generation leaves; the provider bills it but does not say how much."""
        pictures = len(question.images) + sum(len(turn.images) for turn in question.turns)
        usage = Usage(
            input=_words_tokens(question) + pictures * context.IMAGE_TOKENS,
            output=context.estimate_tokens(written),
            estimated=True,
        )
        return Done(text=written, usage=usage, model=question.model)

    async def _history(self, job: Job) -> list[Turn]:
        """Newest first, each question with words for its pictures."""
        turns = await self._store.history(job, HISTORY_MAX)
        return [
            replace(turn, question="\n".join([*_stand_ins(turn), turn.question]).strip())
            if turn.attachments
            else turn
            for turn in turns
        ]

    def _again(self, turns_newest_first: Sequence[Turn], room: int) -> tuple[int, ...]:
        """How many pictures each turn sends again: the newest, as far as *room* (tokens) goes."""
        left = min(EARLIER_MAX, max(room, 0) // context.IMAGE_TOKENS)
        counts = []
        for age, turn in enumerate(turns_newest_first):
            count = min(left, len(turn.attachments)) if age < self.image_turns else 0
            left -= count
            counts.append(count)
        return tuple(counts)


def _words_tokens(question: Question) -> int:
    """Roughly what a question costs without its pictures."""
    asked = context.estimate_tokens(question.instructions)
    asked += context.estimate_tokens(question.text)
    return asked + context.history_tokens(question.turns[::-1])


def opaque(*parts: object) -> str:
    """A hash that tells the provider nothing but sameness."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def _pictures(job: Job) -> list[Attachment]:
    return [item for piece in job.pieces for item in piece.attachments if item.picture]


def _stand_ins(turn: Turn) -> list[str]:
    return [PICTURE] * len(turn.attachments)


def _speaker(job: Job) -> str:
    """In a group the model sees who speaks."""
    if job.chat.type is ChatType.PRIVATE or job.sender is None:
        return ""
    return speaker(job.sender)


def _without_pictures(question: Question, count: int) -> Question:
    """The same with words for the *count* pictures of the question itself."""
    return replace(
        question,
        text="\n".join([*[UNSEEN] * count, question.text]).strip() if count else question.text,
        images=(),
        turns=tuple(replace(turn, images=()) for turn in question.turns),
    )


def _fitting(
    pieces: tuple[Piece, ...], who: str, instructions: str, budget: int
) -> tuple[Piece, ...]:
    """The pieces with so little of their documents that the question fits, if it can.

    The longest are cut first; what the person said is never cut.
    """
    costs = [context.estimate_tokens(item.text or "") for item in _documents(pieces)]
    room, fitted, level = sum(costs), pieces, max(costs, default=0)
    while (
        level
        and (over := context.fixed_tokens(asking.words(fitted, who), instructions) - budget) > 0
    ):
        room -= over
        level = _level(costs, room)
        fitted = tuple(
            replace(piece, attachments=tuple(_cut(item, level) for item in piece.attachments))
            for piece in pieces
        )
    return fitted


def _documents(pieces: Sequence[Piece]) -> list[Attachment]:
    return [item for piece in pieces for item in piece.attachments if item.document and item.text]


def _level(costs: Sequence[int], room: int) -> int:
    """To how many tokens each of them is cut so that they cost *room* together."""
    level = 0
    for index, cost in enumerate(sorted(costs)):
        level = max(room, 0) // (len(costs) - index)
        if cost > level:
            break
        room -= cost
    return level


def _cut(item: Attachment, tokens: int) -> Attachment:
    if not (item.document and item.text) or context.estimate_tokens(item.text) <= tokens:
        return item
    # One that was cut when it was read stays known as such: its sender is told.
    note = CUT if item.text.endswith(CUT) else LEFT_OUT
    room = tokens - context.estimate_tokens(note)
    return replace(item, text=context.beginning(item.text.removesuffix(CUT), room) + note)
