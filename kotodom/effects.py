"""Effects: what a decision wants done, as values, and the one runner that carries them out.

Whoever decides (what a poller's trouble means, what ends a message) submits effects and goes on;
the runner does them one after another in a task of its own, after the transaction that decided
them. So a poller can ask for its own stop, and a slow alert delays no answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from loguru import logger

from kotodom.errors import DatabaseTrouble
from kotodom.i18n import Wording
from kotodom.model import Bot, ChatRef, Person
from kotodom.ports import Fleet

LIMIT = 10_000
"""Effects that may wait; alerts beyond it are dropped, since their causes have been told."""


@dataclass(frozen=True, slots=True)
class StartPolling:
    """Begin receiving a bot's updates."""

    bot: Bot


@dataclass(frozen=True, slots=True)
class StopPolling:
    """Stop receiving a bot's updates."""

    bot_id: int


@dataclass(frozen=True, slots=True)
class AdminAlert:
    """Tell whoever administers it, once per *key* and hour, each in their language."""

    key: str
    words: Wording
    args: Mapping[str, str | int] = field(default_factory=dict)
    bot_id: int | None = None
    """Whose trouble it is; None: the instance's."""
    show: str = ""
    """The command (without /admin) of the screen that explains it; empty: there is none."""
    retry: str = ""
    """The command that tries again what has failed; empty: there is nothing to try."""


@dataclass(frozen=True, slots=True)
class LeaveGroup:
    """Leave a group in which the bot is not to be."""

    bot_id: int
    chat: ChatRef
    by: Person | None
    """Who drew attention to it."""


@dataclass(frozen=True, slots=True)
class RefreshMenu:
    """Give Telegram the bot's menus of commands, if they have changed."""

    bot_id: int
    user_id: int = 0
    """Only the menu of somebody who administers, or does no longer; 0: all of them."""


Effect = StartPolling | StopPolling | AdminAlert | LeaveGroup | RefreshMenu
Submit = Callable[[Effect], None]
"""How the rest of the core hands an effect over."""


class EffectRunner:
    """Carries effects out in the order they were submitted."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Effect] = asyncio.Queue()
        self._unsaid: dict[str, AdminAlert] = {}
        """Alerts that the database could not take, by their keys."""

    def submit(self, effect: Effect) -> None:
        """Hand an effect over; returns at once."""
        if isinstance(effect, AdminAlert) and self._waiting.qsize() >= LIMIT:
            logger.warning("too many alerts wait, dropped: {}", effect.key)
            return
        self._waiting.put_nowait(effect)

    def try_again(self) -> None:
        """Tell what could not be told because the database was in trouble."""
        for alert in self._unsaid.values():
            self.submit(alert)

    async def run(
        self,
        *,
        fleet: Fleet,
        alert: Callable[[AdminAlert], Awaitable[None]],
        leave: Callable[[int, ChatRef, Person | None], None],
        menu: Callable[[int, int], None],
    ) -> None:
        """Carry effects out for ever; the failure of one is logged and stops no other.

        *leave* and *menu* only begin what they do.
        """
        while True:
            effect = await self._waiting.get()
            try:
                match effect:
                    case StartPolling(bot):
                        await fleet.start(bot)
                    case StopPolling(bot_id):
                        await fleet.stop(bot_id)
                    case AdminAlert():
                        await alert(effect)
                        self._unsaid.pop(effect.key, None)
                    case LeaveGroup(bot_id, chat, by):
                        leave(bot_id, chat, by)
                    case RefreshMenu(bot_id, user_id):
                        menu(bot_id, user_id)
                    case _:
                        assert_never(effect)
            except Exception as error:  # noqa: BLE001 - a database in trouble stops no other effect
                self._failed(effect, error)
            finally:
                self._waiting.task_done()

    def _failed(self, effect: Effect, error: Exception) -> None:
        if isinstance(effect, AdminAlert) and isinstance(error, DatabaseTrouble):
            if effect.key in self._unsaid:
                return
            if len(self._unsaid) < LIMIT:
                self._unsaid[effect.key] = effect
        logger.error("effect {} failed: {}", type(effect).__name__, error)

    async def settled(self) -> None:
        """Wait until everything submitted so far has been carried out."""
        await self._waiting.join()
