"""Conversations that an admin answers instead of the model.

While one is taken over, every question in it ends without an answer, in the transaction that
writes it down for the admin: they see it exactly once, whatever crashes. The time runs anew with
each message of the admin's; what people write does not stop it, or else whoever nobody listens to
any more would wait for ever. When it is up, or the admin gives the conversation back, the model
answers again, beginning with the newest question if nobody has answered that.
"""

from collections.abc import Callable, Sequence
from functools import partial

from loguru import logger

from kotodom import mirroring
from kotodom.accounts import Accounts, manages
from kotodom.admin.words.chats import ChatsWords
from kotodom.clock import Clock
from kotodom.generation import Generations
from kotodom.i18n import say
from kotodom.model import Bot, Button, Buttons, Chat, Content, Entity, Job, Kind, Lane
from kotodom.ports import Store
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.chats import GivenBack, Taken
from kotodom.registry import Registry
from kotodom.text.units import utf16_len

MINUTES = 30
"""How long a conversation is taken over when nobody says otherwise."""
MINUTES_MAX = 24 * 60
DUE = 5.0
"""Seconds between two looks for conversations whose time is up."""
COPIES = 10
"""Files of one question that are shown: an album has as many."""


class Takeovers:
    """Takes conversations from the model, and gives them back."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        accounts: Accounts,
        generations: Generations,
        offer: Callable[[Lane], None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._registry = registry
        self._accounts = accounts
        self._generations = generations
        self._offer = offer
        self._clock = clock
        self._taken: dict[int, int] = {}
        """Until when conversations are taken, by chat: what was taken since a job was claimed."""

    async def gate(self, job: Job, bot: Bot) -> bool:
        """Leave a question to the admin who has its conversation; False when nobody has."""
        now = self._clock.now()
        if max(job.chat.taken_until, self._taken.get(job.chat.id, 0)) <= now or job.stopped:
            return False
        taken = await self._store.taken_chat(job.chat.id)
        if taken is None or taken.until <= now:
            return False
        account = self._accounts.of(taken.by)
        if account is None or not manages(account, bot) or not self._reached(taken):
            # Whoever it was administers nothing here any more, or could not be shown anything.
            await self._end(taken, answer=False, told=False)
            return False
        contents = await self._mirrored(job, bot, taken)
        left, lane = await self._store.leave_to_admin(
            job, contents, shown_in=taken.shown_in, now=now
        )
        if lane is not None:
            self._offer(lane)
        return left

    async def take(
        self, chat: Chat, *, by: int, shown_in: int, minutes: int, audit: AuditEntry
    ) -> None:
        """Let an admin answer from now on; what is being generated for it ends."""
        now = self._clock.now()
        before = await self._store.take_chat(
            chat, by=by, shown_in=shown_in, minutes=minutes, audit=audit, now=now
        )
        self._taken[chat.id] = now + minutes * 60_000
        for generation in self._generations.of_chat(chat.bot_id, chat.id):
            generation.change()
        self._offer(Lane(chat.bot_id, chat.id, Kind.QUESTION))
        if before is not None and before.by != by and before.until > now:
            await self._tell(
                before, _words(before, ChatsWords.TAKEN_BY_OTHER), f"lost:{audit.origin}"
            )

    async def give(
        self, chat_id: int, *, answer: bool, audit: AuditEntry | None
    ) -> GivenBack | None:
        """Let the model answer again, and with *answer* the newest question if it has none."""
        taken = await self._store.taken_chat(chat_id)
        if taken is None:
            return None
        return await self._end(taken, answer=answer, told=False, audit=audit)

    async def end_due(self) -> None:
        """Give back every conversation whose time is up, and tell its admin."""
        for taken in await self._store.taken_chats_due(self._clock.now()):
            await self._end(taken, answer=True, told=True)

    def _reached(self, taken: Taken) -> bool:
        """Whether what is said comes to where its admin wanted to see it."""
        there = taken.shown_in
        bot = self._registry.find(there.bot_id) if there is not None else None
        return there is not None and not there.blocked and bot is not None and bot.enabled

    async def _end(
        self, taken: Taken, *, answer: bool, told: bool, audit: AuditEntry | None = None
    ) -> GivenBack | None:
        given = await self._store.give_chat_back(
            taken,
            # Nobody is to hear from a deleted bot, should it come back.
            answer=answer and self._registry.find(taken.chat.bot_id) is not None,
            contents=_words(taken, ChatsWords.TIME_UP) if told else (),
            waiting=_words(taken, ChatsWords.TIME_UP_ANSWERED) if told else (),
            audit=audit,
            now=self._clock.now(),
        )
        if given is None:
            return None
        self._taken.pop(taken.chat.id, None)
        logger.info("conversation {} is the model's again", taken.chat.id)
        for lane in filter(None, given):
            self._offer(lane)
        return given

    async def _tell(self, taken: Taken, contents: Sequence[Content], key: str) -> None:
        if taken.shown_in is None:
            return
        lane = await self._store.write_notice(
            taken.shown_in, contents, key=key, now=self._clock.now()
        )
        if lane is not None:
            self._offer(lane)

    async def _mirrored(self, job: Job, bot: Bot, taken: Taken) -> list[Content]:
        """The question as the admin sees it, with its files when they talk to the same bot."""
        if taken.shown_in is None or _in_inbox(taken.shown_in, bot):
            return []  # what is said is shown in the inbox anyway
        in_words = partial(say_in, taken.language)
        person = mirroring.who(in_words, job.sender, job.chat.type, job.chat.name)
        heading = ChatsWords.WROTE_ANEW if job.in_place else ChatsWords.WROTE
        pieces = await self._store.piece_ids(job)
        attached = [item for _, items in pieces for item in items]
        prefaces = dict.fromkeys(piece.preface for piece in job.pieces if piece.preface)
        buttons = answer_buttons(job.chat.id, taken.language)
        contents = mirroring.shown(
            in_words(heading, who=person, bot=bot.name),
            "\n".join([*prefaces, job.text]),
            mirroring.files(in_words, attached),
            buttons,
        )
        if taken.shown_in.bot_id == job.bot_id:
            contents += [
                mirroring.copy(job.chat.telegram_chat_id, message_id, lines[0], buttons)
                for message_id, items in pieces
                if (lines := mirroring.files(in_words, items))
            ][:COPIES]
        return contents


def say_in(language: str, words: ChatsWords, **args: str | int) -> str:
    """A text for an admin who reads *language*."""
    return say(words, language, **args)


def answer_buttons(chat_id: int, language: str) -> Buttons:
    """Under what somebody wrote. The first one is what a reply to the message does, too."""
    return (
        (
            Button(say(ChatsWords.REPLY_LABEL, language), f"/admin chat {chat_id} say"),
            Button(say(ChatsWords.GIVE_LABEL, language), f"/admin chat {chat_id} give"),
        ),
    )


def _in_inbox(chat: Chat, bot: Bot) -> bool:
    return bool(bot.inbox_id) and chat.telegram_chat_id == bot.inbox_id


def _words(taken: Taken, words: ChatsWords) -> list[Content]:
    name = taken.chat.name or f"#{taken.chat.id}"
    said = say(words, taken.language, who=name, minutes=taken.minutes)
    take = Button(
        say(ChatsWords.TAKE_AGAIN_LABEL, taken.language), f"/admin chat {taken.chat.id} take"
    )
    show = Button(say(ChatsWords.SHOW_LABEL, taken.language), f"/admin chat {taken.chat.id}")
    title = said.partition("\n")[0]
    return [Content(said, (Entity("bold", 0, utf16_len(title)),), buttons=((show, take),))]
