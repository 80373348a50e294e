"""One bot's long poll: receive raw, have it persisted, only then confirm."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from math import inf
from typing import Any

from aiogram.client.bot import Bot as ApiBot
from aiogram.methods import TelegramMethod
from loguru import logger

from kotodom.clock import Clock
from kotodom.errors import FloodWait, KotodomError, PollConflict, TelegramError, TokenRevoked
from kotodom.model import Bot
from kotodom.ports import FleetWatcher, Intake
from kotodom.telegram.failures import WebhookActive, translate
from kotodom.telegram.methods import JSON, DeleteWebhook, GetMe, GetUpdates
from kotodom.telegram.session import REQUEST_TIMEOUT

ALLOWED_UPDATES = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "guest_message",
    "managed_bot",
    "stopped_message_generation",
    "inline_query",
    "chosen_inline_result",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
]
"""Always sent: when it is left out, Telegram keeps what another program asked for last."""

BACKOFF_MAX = 60.0
MARGIN = 15
"""Seconds a long poll may take longer than it was asked to."""
CONFLICT_MARGIN = 5.0
"""Seconds added to the long poll's time after a 409, so that the other poller's has ended."""
TAKING_IN = 120.0
"""Seconds that a batch may take: a database gives up a statement after 60, and so does a call."""


class Poller:
    """Receives one bot's updates until it is cancelled or the token is revoked.

    *interactive* takes the updates that intake does not keep; it may wait, which holds this bot
    back and no other.
    """

    def __init__(
        self,
        *,
        bot: Bot,
        api: ApiBot,
        intake: Intake,
        watcher: FleetWatcher,
        interactive: Callable[[JSON], Awaitable[None]],
        clock: Clock,
        poll_timeout: int,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.bot = bot
        self.last_poll: float | None = None
        self.error = self.code = ""
        self.failing_since: float | None = None
        self.due = inf
        """Monotonic time by which the present step ends, if it does not hang."""
        self._api = api
        self._intake = intake
        self._watcher = watcher
        self._interactive = interactive
        self._clock = clock
        self._poll_timeout = poll_timeout
        self._jitter = jitter
        self._offset: int | None = None
        self._failures = 0

    async def run(self) -> None:
        """Poll for ever; returns only when Telegram does not accept the token."""
        greeted = webhook = False
        while True:
            try:
                if not greeted:
                    await self._greet()
                    greeted = True
                    await self._recovered()
                elif webhook:
                    await self._call(DeleteWebhook())
                webhook = False
                await self._round()
            except TokenRevoked as error:
                await self._failed(error)
                return
            except Exception as error:  # noqa: BLE001 - a store in trouble included: wait for it
                await self._failed(error)
                webhook = webhook or isinstance(error, WebhookActive)
                delay = self._delay(error)
                self._expect(delay)
                await self._clock.sleep(delay)

    async def _greet(self) -> None:
        """Learn the bot's name and remove a webhook, which would forbid polling."""
        me = await self._call(GetMe())
        self.bot = replace(self.bot, username=str(me.get("username") or self.bot.username))
        await self._call(DeleteWebhook())

    async def _round(self) -> None:
        self.due = inf
        await self._intake.ready()
        updates = await self._receive()
        self._expect(TAKING_IN)
        interactive = await self._intake.accept(self.bot, updates) if updates else []
        if updates:
            # The batch's own highest: after an idle week Telegram's numbers start anew, lower.
            self._offset = max(update["update_id"] for update in updates) + 1
        self.last_poll = self._clock.monotonic()
        self.failing_since = None
        if self._failures:
            self._failures = 0
            await self._recovered()
        for update in interactive:
            await self._interactive(update)

    async def _receive(self) -> list[JSON]:
        # The first one comes back at once: until then nobody knows whether the bot can poll.
        timeout = self._poll_timeout if self.last_poll is not None else 0
        batch = await self._call(
            GetUpdates(offset=self._offset, timeout=timeout, allowed_updates=ALLOWED_UPDATES),
            timeout=timeout + MARGIN,
        )
        updates = [update for update in batch if _has_id(update)]
        if len(updates) < len(batch):
            logger.error("bot {}: {} updates have no id", self.bot.name, len(batch) - len(updates))
            if not updates:
                raise TelegramError("Telegram's updates have no ids")
        return updates

    async def _call(self, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        self._expect(timeout or REQUEST_TIMEOUT)
        try:
            result = await self._api(method, request_timeout=timeout)
        except Exception as error:  # noqa: BLE001 - translated whole
            failure = translate(error)
        else:
            if result is not None:
                return result
            failure = TelegramError("Telegram's answer is empty")
        # Not chained: the vendor's exception may hold the address with the token.
        raise failure

    def _expect(self, seconds: float) -> None:
        self.due = self._clock.monotonic() + seconds

    def _delay(self, error: Exception) -> float:
        """Seconds to wait after *error*, spread so that bots with one trouble do not march in step.

        Never less than Telegram asked for: calling earlier makes a penalty longer.
        """
        jitter = self._jitter()
        if isinstance(error, FloodWait) and error.retry_after:
            return error.retry_after * (1 + jitter / 4)
        spread = 0.75 + jitter / 2
        # The first time it comes back at once: whoever tests a token (`kotodom init`, on a new
        # machine) hears that it is in use, and a bot is not deaf for long because of a test.
        first = self._failures == 1 and not isinstance(error, WebhookActive)
        if isinstance(error, PollConflict) and not first:
            return self._poll_timeout + CONFLICT_MARGIN + spread
        return min(2.0 ** min(self._failures - 1, 10), BACKOFF_MAX) * spread

    async def _failed(self, error: Exception) -> None:
        self._failures += 1
        if self.failing_since is None:
            self.failing_since = self._clock.monotonic()
        self.error = str(error) or type(error).__name__
        self.code = error.code if isinstance(error, KotodomError) else ""
        self._expect(TAKING_IN)
        await tell(self.bot, self._watcher.poller_failed(self.bot, error, self._failures))

    async def _recovered(self) -> None:
        self.error = self.code = ""
        self._expect(TAKING_IN)
        await tell(self.bot, self._watcher.poller_recovered(self.bot))


async def tell(bot: Bot, message: Awaitable[None]) -> None:
    """Let the watcher know; polling does not depend on how that goes."""
    try:
        await message
    except Exception as error:  # noqa: BLE001 - a database in trouble, most likely
        logger.opt(exception=error).error("bot {}: its watcher failed", bot.name)


def _has_id(update: object) -> bool:
    return isinstance(update, dict) and isinstance(update.get("update_id"), int)
