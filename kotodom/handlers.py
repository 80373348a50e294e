"""What a bot's router may ask of the core: one small method for each kind of update."""

from loguru import logger

from kotodom import commands
from kotodom.clock import Clock
from kotodom.model import Job
from kotodom.ports import Store
from kotodom.processor import Processor
from kotodom.registry import Registry


class CoreHandlers:
    """Joins the routers to the rooms that do the work."""

    def __init__(
        self, *, store: Store, processor: Processor, registry: Registry, clock: Clock
    ) -> None:
        self._store = store
        self._processor = processor
        self._registry = registry
        self._clock = clock

    async def question(self, job: Job) -> None:
        await self._processor.question(job)

    async def command(self, job: Job, name: str, args: str) -> None:
        bot = self._registry.get(job.bot_id)
        await self._processor.notice(job, await commands.answer(self._store, bot, job, name))

    async def membership(self, bot_id: int, telegram_chat_id: int, present: bool) -> None:
        at = None if present else self._clock.now()
        await self._store.set_blocked(bot_id, telegram_chat_id, at)
        logger.info("bot {}: chat {}", bot_id, "is back" if present else "is gone")

    async def stop_generation(
        self, bot_id: int, telegram_chat_id: int, thread_id: int, draft_id: int
    ) -> None:
        self._processor.stop(bot_id, telegram_chat_id, draft_id)
