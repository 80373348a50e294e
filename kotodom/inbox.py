"""A bot's inbox: a forum group in which admins see every conversation in a topic of its own.

What is said in a conversation is noted in the transaction that stores it, and written down for
its topic a moment later; what an admin writes in the topic goes to the person. When the group
cannot be used the conversations go on without it.
"""

from collections.abc import Callable, Sequence
from functools import partial

from loguru import logger

from kotodom import mirroring
from kotodom.accounts import Accounts, manages
from kotodom.admin.words.chats import ChatsWords
from kotodom.clock import Clock
from kotodom.composing import Composer
from kotodom.effects import AdminAlert, Submit
from kotodom.errors import ErrorKind, InDoubt, TelegramError, TopicGone
from kotodom.i18n import say
from kotodom.model import (
    AccessMode,
    Account,
    Bot,
    Button,
    Chat,
    ChatType,
    Content,
    Job,
    Lane,
    Role,
)
from kotodom.ports import Messenger, Store
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.chats_inbox import InboxEntry
from kotodom.reading import speaks_for_chat
from kotodom.reading.sent import sent
from kotodom.reading.words import name_of
from kotodom.registry import Registry
from kotodom.takeover import MINUTES, MINUTES_MAX, Takeovers, say_in

LOOK = 1.0
"""Seconds between two looks for what is to be shown."""
AT_ONCE = 50
"""Conversations, and messages of each, that one look shows."""
REST = 300.0
"""Seconds for which a group that cannot be used is left alone."""
KEPT = 1_000
"""Messages that wait for such a group, or for their sender to be let in; older ones are seen in
/admin alone."""
TRIM = 60.0
"""Seconds between two looks for more of them."""
NAME = 128
"""Characters of a topic's name (Bot API)."""


class Inbox:
    """Shows conversations to admins, and takes what they write there."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        registry: Registry,
        accounts: Accounts,
        takeovers: Takeovers,
        composer: Composer,
        offer: Callable[[Lane], None],
        submit: Submit,
        clock: Clock,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._registry = registry
        self._accounts = accounts
        self._takeovers = takeovers
        self._composer = composer
        self._offer = offer
        self._submit = submit
        self._clock = clock
        self._resting: dict[int, float] = {}
        """Until when a bot's inbox is left alone, by bot; monotonic."""
        self._trimmed: dict[int, float] = {}
        """When what waits was trimmed last, by bot; monotonic."""

    # -- what is said is shown ----------------------------------------------------------------

    async def show(self) -> None:
        """Write down what has been said since, each message in its conversation's topic."""
        for bot in self._registry.all():
            if bot.inbox_id and bot.enabled and not self._rests(bot):
                try:
                    await self._show(bot)
                    await self._trim(bot)
                except TelegramError as error:
                    await self._failed(bot, error)

    async def _show(self, bot: Bot) -> None:
        public = bot.access is AccessMode.PUBLIC
        for chat in await self._store.inbox_waiting(bot.id, public=public, limit=AT_ONCE):
            entries = await self._store.inbox_entries(chat.id, AT_ONCE)
            topic = await self._store.inbox_topic(chat.id, bot.inbox_id)
            if topic is None:
                topic = await self._open(bot, chat, entries)
            shown = [(entry, self._contents(bot, chat, entry)) for entry in entries]
            self._offer(await self._store.write_inbox(topic, shown, self._clock.now()))

    async def _trim(self, bot: Bot) -> None:
        """Let what is never shown not grow for ever: what blocked people and strangers write."""
        now = self._clock.monotonic()
        if self._trimmed.get(bot.id, -TRIM) <= now - TRIM:
            self._trimmed[bot.id] = now
            await self._store.trim_inbox(bot.id, KEPT)

    def _contents(self, bot: Bot, chat: Chat, entry: InboxEntry) -> list[Content]:
        in_words = partial(say_in, bot.language)
        if entry.role is Role.USER:
            words = ChatsWords.INBOX_WROTE_ANEW if entry.edited else ChatsWords.INBOX_WROTE
            person = mirroring.who(in_words, entry.sender, chat.type, chat.name)
            files = mirroring.files(in_words, entry.attachments)
            said = "\n".join(filter(None, (entry.preface, entry.text)))
            contents = mirroring.shown(in_words(words, who=person), said, files)
            if files and entry.telegram_message_id:
                contents.append(
                    mirroring.copy(chat.telegram_chat_id, entry.telegram_message_id, files[0])
                )
            return contents
        if not entry.text:
            return []
        heading = ChatsWords.INBOX_BOT_SAID
        if entry.role is Role.ADMIN:
            heading = ChatsWords.INBOX_ADMIN_SAID
        title = in_words(heading, bot=name_of(bot.name).translate(_NO_MARKDOWN))
        return list(self._composer.words(bot, f"**{title}**\n\n{entry.text}", bot.language))

    async def _open(self, bot: Bot, chat: Chat, entries: Sequence[InboxEntry]) -> Chat:
        """Make a topic for a conversation; it begins with who it is and what can be done."""
        name = name_of(chat.name, NAME) or f"#{chat.id}"
        group = _group(bot)
        thread_id = await self._messenger.create_topic(group, name)
        in_words = partial(say_in, bot.language)
        sender = next((entry.sender for entry in entries if entry.sender), None)
        person = mirroring.who(in_words, sender, chat.type, chat.name)
        words = in_words(ChatsWords.INBOX_TOPIC, who=person, id=str(chat.telegram_chat_id))
        buttons = (
            Button(in_words(ChatsWords.TAKE_LABEL), "/take"),
            Button(in_words(ChatsWords.GIVE_LABEL), "/give"),
        )
        begin = Content(words, buttons=(buttons,))
        return await self._store.open_inbox_topic(
            chat, group, thread_id, [begin], self._clock.now()
        )

    # -- when it cannot be shown --------------------------------------------------------------

    async def undelivered(self, job: Job, error: BaseException) -> bool:
        """Hear of a notice that failed; True when it can be sent after all.

        A topic that somebody deleted is made anew, and the same notice goes there.
        """
        bot = self._registry.find(job.bot_id)
        if bot is None or not bot.inbox_id or job.chat.telegram_chat_id != bot.inbox_id:
            return False
        if not isinstance(error, TelegramError) or error.kind is ErrorKind.RETRYABLE:
            return False
        if not isinstance(error, TopicGone):
            await self._failed(bot, error)
            return False
        chat = await self._store.chat_of_topic(job.chat.id)
        if chat is None:
            return False
        try:
            thread_id = await self._messenger.create_topic(
                _group(bot), name_of(chat.name, NAME) or f"#{chat.id}"
            )
        except TelegramError as trouble:
            await self._failed(bot, trouble)
            return trouble.kind is ErrorKind.RETRYABLE
        await self._store.renew_inbox_topic(job.chat, thread_id)
        return True

    async def _failed(self, bot: Bot, error: TelegramError) -> None:
        logger.warning("bot {}: the inbox cannot be used: {}", bot.name, error)
        if error.kind is ErrorKind.RETRYABLE and not isinstance(error, InDoubt):
            return  # the next look tries it again
        self._resting[bot.id] = self._clock.monotonic() + REST
        await self._store.trim_inbox(bot.id, KEPT)
        self._submit(
            AdminAlert(
                f"inbox:{bot.id}",
                ChatsWords.INBOX_BROKEN,
                {"bot": bot.name, "error": str(error).rstrip(".")},
                bot_id=bot.id,
                show=f"bot {bot.id} inbox",
            )
        )

    def retry(self, bot_id: int) -> None:
        """Somebody has mended the group, or chosen another."""
        self._resting.pop(bot_id, None)

    def _rests(self, bot: Bot) -> bool:
        return self._resting.get(bot.id, 0.0) > self._clock.monotonic()

    # -- what admins write --------------------------------------------------------------------

    def takes(self, job: Job, bot: Bot) -> bool:
        """Whether a message was written in the bot's inbox; commands beside its topics are not."""
        if not bot.inbox_id or job.chat.telegram_chat_id != bot.inbox_id:
            return False
        return bool(job.chat.thread_id) or not job.text.startswith("/")

    async def hear(self, job: Job, bot: Bot, name: str, args: str) -> Sequence[Content]:
        """What somebody wrote in the inbox goes to the person; returns what is said to it."""
        account = self._writer(job, bot)
        if account is None:
            return ()
        chat = await self._store.chat_of_topic(job.chat.id)
        if chat is None:
            return ()
        if name == "take":
            return await self._take(job, chat, account, args)
        if name == "give":
            given = await self._takeovers.give(
                chat.id, answer=True, audit=_audit(job, account, chat, "give")
            )
            told = ChatsWords.NOT_TAKEN
            if given is not None:
                told = ChatsWords.GIVEN if given.lane is None else ChatsWords.GIVEN_ANSWERED
            return [Content(_say(job, told, who=_name(chat)))]
        if job.text.startswith("/"):
            return [Content(_say(job, ChatsWords.INBOX_COMMANDS))]
        return await self._pass_on(job, bot, chat, account)

    async def _take(self, job: Job, chat: Chat, account: Account, args: str) -> Sequence[Content]:
        said = args or str(MINUTES)
        if not said.isascii() or not said.isdigit() or not 0 < int(said) <= MINUTES_MAX:
            return [Content(_say(job, ChatsWords.TAKE_MINUTES, limit=MINUTES_MAX))]
        await self._takeovers.take(
            chat,
            by=account.user_id,
            shown_in=job.chat.id,
            minutes=int(said),
            audit=_audit(job, account, chat, "take"),
        )
        left = mirroring.left(partial(say_in, job.language), int(said) * 60_000)
        return [Content(_say(job, ChatsWords.INBOX_TAKEN, left=left))]

    async def _pass_on(self, job: Job, bot: Bot, chat: Chat, account: Account) -> Sequence[Content]:
        card = await self._store.chat_card(chat.id)
        if card is None or card.chat.blocked:
            return [Content(_say(job, ChatsWords.INBOX_UNDELIVERED))]
        message = sent(job.raw)
        language = card.person.language_code if card.person else ""
        contents: Sequence[Content] = self._composer.words(bot, job.text, language)
        if message.file:
            contents = [
                mirroring.copy(job.chat.telegram_chat_id, job.telegram_message_id, job.text)
            ]
        if not contents:
            return ()
        lane = await self._store.say_as_admin(
            card.chat,
            contents,
            said="\n".join(filter(None, (message.words, message.note))) or job.text,
            key=f"say:job:{job.id}",
            mirror=False,
            audit=_audit(job, account, chat, "say"),
            now=self._clock.now(),
        )
        if lane is not None:
            self._offer(lane)
        return ()

    def _writer(self, job: Job, bot: Bot) -> Account | None:
        """Whose words go to people from here: only those who may administer the bot."""
        if job.sender is None or speaks_for_chat(job.raw):
            return None
        account = self._accounts.of(job.sender.id)
        return account if account is not None and manages(account, bot) else None


def _group(bot: Bot) -> Chat:
    """The inbox itself, as a place to make topics in."""
    return Chat(
        id=0,
        bot_id=bot.id,
        telegram_chat_id=bot.inbox_id,
        thread_id=0,
        type=ChatType.SUPERGROUP,
        name="",
        history_from=0,
        not_before=0,
    )


def _say(job: Job, words: ChatsWords, **args: str | int) -> str:
    return say(words, job.language, **args)


def _name(chat: Chat) -> str:
    return name_of(chat.name) or f"#{chat.id}"


def _audit(job: Job, account: Account, chat: Chat, what: str) -> AuditEntry:
    return AuditEntry(
        user_id=account.user_id,
        user_name=job.sender.full_name if job.sender else "",
        action=f"inbox {what}",
        object=f"chat:{chat.id}",
        field=what,
        before=None,
        after=None,
        origin=f"job:{job.id}",
    )


_NO_MARKDOWN = str.maketrans(dict.fromkeys("*_`~|[]<>\\#", " "))
