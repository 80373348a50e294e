"""The only switchboard: which handler of the core an update belongs to, for one bot."""

from collections.abc import Callable
from typing import Any

from aiogram.dispatcher.dispatcher import Dispatcher
from aiogram.dispatcher.middlewares.error import ErrorsMiddleware
from aiogram.types import (
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    MessageGenerationStopped,
)

from kotodom.model import Job, Kind
from kotodom.ports import Handlers
from kotodom.reading import parse_command

ABSENT = ("left", "kicked")
"""Member statuses of a bot that cannot write; in a private chat "kicked" means blocked."""


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
    dispatcher.my_chat_member.register(routes.membership)
    dispatcher.stopped_message_generation.register(routes.stopped)
    return dispatcher


class _Routes:
    """One bot's filters and handlers, as aiogram wants them: *job* comes from ``feed_update``."""

    def __init__(self, bot_id: int, username: Callable[[], str], handlers: Handlers) -> None:
        self._bot_id = bot_id
        self._username = username
        self._handlers = handlers

    async def is_command(self, _: Message, job: Job) -> bool | dict[str, Any]:
        if job.kind is not Kind.COMMAND:
            return False
        command = parse_command(job.text, self._username())
        return {"command": command} if command else False

    async def is_question(self, _: Message, job: Job) -> bool:
        return job.kind is Kind.QUESTION

    async def command(self, _: Message, job: Job, command: tuple[str, str]) -> None:
        await self._handlers.command(job, *command)

    async def question(self, _: Message, job: Job) -> None:
        await self._handlers.question(job)

    async def membership(self, event: ChatMemberUpdated) -> None:
        member = event.new_chat_member
        present = member.status not in ABSENT
        if isinstance(member, ChatMemberRestricted):
            present = member.is_member
        await self._handlers.membership(self._bot_id, event.chat.id, present)

    async def stopped(self, event: MessageGenerationStopped) -> None:
        thread_id = event.message_thread_id or 0
        await self._handlers.stop_generation(self._bot_id, event.chat.id, thread_id, event.draft_id)
