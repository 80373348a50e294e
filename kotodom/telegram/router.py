"""The only switchboard: which handler of the core an update belongs to, for one bot."""

from collections.abc import Callable
from typing import Any

from aiogram.dispatcher.dispatcher import Dispatcher
from aiogram.dispatcher.middlewares.error import ErrorsMiddleware
from aiogram.enums import ChatMemberStatus
from aiogram.types import (
    CallbackQuery,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineQuery,
    ManagedBotUpdated,
    Message,
    MessageGenerationStopped,
    User,
)

from kotodom.model import ChatRef, ChatType, Job, Kind, Membership, Person
from kotodom.ports import Handlers
from kotodom.reading import parse_command

ABSENT = ("left", "kicked")
"""Member statuses of a bot that cannot write; in a private chat "kicked" means blocked."""
CONVERSATIONS = ("private", "group", "supergroup")
"""Types of chats a bot talks in; what happens to it in channels concerns nobody."""


def build_dispatcher(*, bot_id: int, username: Callable[[], str], handlers: Handlers) -> Dispatcher:
    """Make one bot's dispatcher; *username* is asked at each command, as it may change."""
    dispatcher = Dispatcher(disable_fsm=True, name=f"bot-{bot_id}")
    for middleware in list(dispatcher.update.outer_middleware):
        # A handler's exception goes straight to whoever fed the update: nobody listens for error
        # events, and the first of them would build aiogram's largest model.
        if isinstance(middleware, ErrorsMiddleware):
            dispatcher.update.outer_middleware.unregister(middleware)
    routes = _Routes(bot_id, username, handlers)
    dispatcher.message.register(routes.command, routes.is_command)
    dispatcher.message.register(routes.question, routes.is_question)
    dispatcher.guest_message.register(routes.question, routes.is_question)
    dispatcher.callback_query.register(routes.command, routes.is_command)
    dispatcher.managed_bot.register(routes.command, routes.is_command)
    dispatcher.inline_query.register(routes.inline)
    dispatcher.my_chat_member.register(routes.membership)
    dispatcher.stopped_message_generation.register(routes.stopped)
    return dispatcher


class _Routes:
    """One bot's filters and handlers, as aiogram wants them: *job* comes from ``feed_update``."""

    def __init__(self, bot_id: int, username: Callable[[], str], handlers: Handlers) -> None:
        self._bot_id = bot_id
        self._username = username
        self._handlers = handlers

    async def is_command(
        self, _: Message | CallbackQuery | ManagedBotUpdated, job: Job | None = None
    ) -> bool | dict[str, Any]:
        """Whether it was persisted as a command: typed, or a button pressed."""
        if job is None or job.kind is not Kind.COMMAND:
            return False
        # One for another bot, sent to this one alone: we have no command without a name.
        return {"command": parse_command(job.text, self._username()) or ("", job.text)}

    async def is_question(self, _: Message, job: Job) -> bool:
        return job.kind is Kind.QUESTION

    async def command(
        self, _: Message | CallbackQuery | ManagedBotUpdated, job: Job, command: tuple[str, str]
    ) -> None:
        await self._handlers.command(job, *command)

    async def question(self, _: Message, job: Job) -> None:
        await self._handlers.question(job)

    async def inline(self, event: InlineQuery) -> None:
        person = _person(event.from_user)
        await self._handlers.inline(self._bot_id, event.id, person, event.query)

    async def membership(self, event: ChatMemberUpdated) -> None:
        if event.chat.type not in CONVERSATIONS:
            return
        member = event.new_chat_member
        present = member.status not in ABSENT
        if isinstance(member, ChatMemberRestricted):
            present = member.is_member
        chat = event.chat
        name = chat.title or " ".join(word for word in (chat.first_name, chat.last_name) if word)
        change = Membership(
            chat=ChatRef(chat.id, 0, ChatType(chat.type), name),
            status=ChatMemberStatus(member.status).value,
            present=present,
            by=_person(event.from_user),
        )
        await self._handlers.membership(self._bot_id, change)

    async def stopped(self, event: MessageGenerationStopped) -> None:
        thread_id = event.message_thread_id or 0
        await self._handlers.stop_generation(self._bot_id, event.chat.id, thread_id, event.draft_id)


def _person(user: User) -> Person:
    return Person(user.id, user.username or "", user.full_name, user.language_code or "")
