"""What a bot's trouble means: its error mark, who is told, and whether its messages wait."""

import asyncio
from dataclasses import replace

from loguru import logger

from kotodom.admin.words.alerts import AlertsWords
from kotodom.effects import AdminAlert, RefreshMenu, StopPolling, Submit
from kotodom.errors import (
    DatabaseTrouble,
    Failure,
    InDoubt,
    NotSent,
    PollConflict,
    TokenRevoked,
)
from kotodom.model import Bot
from kotodom.ports import Store
from kotodom.queue import Queue
from kotodom.registry import Registry
from kotodom.tasks import Tasks

ALERT_AFTER = 5
"""Failed polls in a row before admins hear of it: a short hiccup is nobody's business."""

SHARED = (NotSent, InDoubt, DatabaseTrouble)
"""What keeps every bot from polling: told once, not once a bot."""

_POLLING = "polling: "


class Watcher:
    """Keeps every bot's error mark true, and holds back the messages nobody could answer."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        queues: tuple[Queue, ...],
        submit: Submit,
        tasks: Tasks,
    ) -> None:
        self._store = store
        self._registry = registry
        self._queues = queues
        self._submit = submit
        self._tasks = tasks
        self._writing = asyncio.Lock()

    async def poller_failed(self, bot: Bot, error: Exception, failures: int) -> None:
        if isinstance(error, TokenRevoked):
            known = self._registry.find(bot.id)
            # One that has been replaced meanwhile says nothing of the bot as it is now.
            if known is not None and known.token == bot.token:
                self.token_revoked(bot.id)
            return
        logger.warning("bot {}: polling failed {} times: {}", bot.name, failures, error)
        if isinstance(error, PollConflict):
            self._mark(bot.id, f"{_POLLING}{error}")
            self._submit(
                AdminAlert(
                    f"conflict:{bot.id}",
                    AlertsWords.CONFLICT,
                    {"bot": bot.name, "reason": str(error)},
                    bot_id=bot.id,
                    show=f"bot {bot.id}",
                )
            )
        elif failures >= ALERT_AFTER:
            self._mark(bot.id, f"{_POLLING}{error}")
            if isinstance(error, SHARED):
                code, reason = error.code, str(error)
                self._submit(
                    AdminAlert(
                        f"polling:{code}", AlertsWords.OUTAGE, {"reason": reason}, show="health"
                    )
                )
                return
            self._submit(
                AdminAlert(
                    f"polling:{bot.id}",
                    AlertsWords.POLLING,
                    {"bot": bot.name, "reason": str(error)},
                    bot_id=bot.id,
                    show=f"bot {bot.id}",
                )
            )

    async def poller_recovered(self, bot: Bot) -> None:
        known = self._registry.get(bot.id)
        self._registry.put(replace(known, username=bot.username))
        if bot.username != known.username:
            await self._store.set_username(bot.id, bot.username)
        if known.error.startswith((_POLLING, TokenRevoked.code)):
            self._mark(bot.id, "")
        for queue in self._queues:
            queue.release(bot.id)
        self._submit(RefreshMenu(bot.id))

    def token_revoked(self, bot_id: int) -> None:
        """Stop the bot, keep its messages, and tell the admins what to do."""
        bot = self._registry.get(bot_id)
        self.hold(bot_id)
        self._mark(bot_id, f"{TokenRevoked.code}: Telegram does not accept the token")
        self._submit(StopPolling(bot_id))
        self._submit(
            AdminAlert(
                f"{TokenRevoked.code}:{bot_id}",
                AlertsWords.TOKEN_REVOKED,
                {"bot": bot.name},
                bot_id=bot_id,
                show=f"bot {bot_id}",
            )
        )

    def hold(self, bot_id: int) -> None:
        """Give out none of a bot's messages until it polls again."""
        for queue in self._queues:
            queue.hold(bot_id)

    def fatal(self, bot_id: int, failure: Failure) -> None:
        """A human must act before this bot can answer again."""
        self._mark(bot_id, f"{failure.code}: {failure.message}")

    def answered(self, bot: Bot) -> None:
        """The model answered for this bot, so what was wrong with the account is over."""
        if bot.error.startswith("provider"):
            self._mark(bot.id, "")

    def _mark(self, bot_id: int, error: str) -> None:
        if self._registry.get(bot_id).error == error:
            return
        self._registry.mark(bot_id, error)
        self._tasks.start(self._write(bot_id), name=f"mark-bot-{bot_id}")

    async def _write(self, bot_id: int) -> None:
        try:
            async with self._writing:  # so that the newest mark is written last
                await self._store.set_bot_error(bot_id, self._registry.get(bot_id).error)
        except Exception as trouble:  # noqa: BLE001 - a mark that is not written stops no bot
            logger.error("bot {}: its error mark cannot be written: {}", bot_id, trouble)
