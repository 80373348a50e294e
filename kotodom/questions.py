"""What the provider is asked for a job: its words and pictures, and the history that fits."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from kotodom import asking, context
from kotodom.media import Media
from kotodom.model import Attachment, Bot, ChatType, Done, Job, Question, Turn, Usage
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


class Questions:
    """Builds questions; pure but for the store and the media it reads from."""

    def __init__(
        self, *, store: Store, media: Media, registry: Registry, budget: int, image_turns: int
    ) -> None:
        """*budget* is in tokens; so many of the last turns send their pictures again."""
        self._store = store
        self._media = media
        self._registry = registry
        self._budget = budget
        self._image_turns = image_turns

    @staticmethod
    def asks(job: Job) -> bool:
        """Whether there is anything to ask."""
        return bool(asking.words(job.pieces).strip() or _pictures(job))

    @staticmethod
    def user_key(job: Job, bot: Bot) -> str:
        """An opaque name for the person."""
        person = job.sender.id if job.sender else job.chat.telegram_chat_id
        return opaque("user", bot.telegram_id, person)

    async def build(self, job: Job, bot: Bot) -> Question:
        """The whole request; raises what fetching the pictures raises."""
        images = await self._media.pictures(job.bot_id, _pictures(job))
        words = asking.words(job.pieces, _speaker(job))
        turns = [] if job.chat.type is ChatType.GUEST else await self._history(job)
        fitting = context.build(
            turns,
            text=words,
            instructions=bot.prompt,
            budget=self._budget - len(images) * context.IMAGE_TOKENS,
        )
        return Question(
            model=self._registry.model_of(bot, job.chat.model),
            instructions=bot.prompt,
            turns=await self._with_pictures(job, fitting),
            text=words,
            user_key=self.user_key(job, bot),
            cache_key=opaque("chat", bot.telegram_id, job.chat.id),
            images=images,
        )

    @staticmethod
    def pictured(question: Question) -> bool:
        """Whether any picture is sent with it."""
        return bool(question.images or any(turn.images for turn in question.turns))

    @staticmethod
    def blind(question: Question) -> Question:
        """The same question without pictures, for a model that cannot look at any."""
        unseen = "\n".join([UNSEEN] * len(question.images))
        return replace(
            question,
            text=f"{unseen}\n{question.text}".strip(),
            images=(),
            turns=tuple(replace(turn, images=()) for turn in question.turns),
        )

    @staticmethod
    def broken_off(written: str, question: Question) -> Done:
        """What a stopped generation leaves; the provider bills it but does not say how much."""
        asked = context.estimate_tokens(question.instructions)
        asked += context.estimate_tokens(question.text)
        asked += context.history_tokens(question.turns[::-1])
        pictures = len(question.images) + sum(len(turn.images) for turn in question.turns)
        usage = Usage(
            input=asked + pictures * context.IMAGE_TOKENS,
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

    async def _with_pictures(self, job: Job, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """Send the pictures of the last turns again, the newest ones if there are too many."""
        room = EARLIER_MAX
        done: list[Turn] = []
        for age, turn in enumerate(reversed(turns)):
            if age < self._image_turns and turn.attachments and room:
                images = await self._media.earlier(job.bot_id, turn.attachments[:room])
                room -= len(images)
                turn = replace(turn, images=images)
            done.append(turn)
        return tuple(reversed(done))


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
