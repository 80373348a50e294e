"""What a bot's router may ask of the core: one small method for each kind of update."""

from contextlib import suppress

from kotodom.clock import Clock
from kotodom.commands import Commands
from kotodom.errors import StaleJob
from kotodom.inline import InlineAnswers
from kotodom.model import Job, Membership, Person, Status
from kotodom.places import Places
from kotodom.ports import Messenger, Store
from kotodom.processor import Processor
from kotodom.reading import pressed
from kotodom.registry import Registry


class CoreHandlers:
    """Joins the routers to the rooms that do the work."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        processor: Processor,
        commands: Commands,
        inline: InlineAnswers,
        places: Places,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._processor = processor
        self._commands = commands
        self._inline = inline
        self._places = places
        self._registry = registry
        self._clock = clock

    async def question(self, job: Job) -> None:
        await self._processor.question(job)

    async def command(self, job: Job, name: str, args: str) -> None:
        bot = self._registry.get(job.bot_id)
        press = pressed(job.raw)
        if press is not None:
            await self._messenger.answer_callback(job.bot_id, press.query_id)
        contents = await self._commands.answer(job, bot, name, args)
        if not contents:
            with suppress(StaleJob):  # it has ended together with what it did
                await self._store.finish(job, Status.COMPLETED, now=self._clock.now())
            return
        # A menu whose button was pressed becomes the answer.
        replaces = press.message_id if press is not None else 0
        await self._processor.say(job, contents, replaces=replaces)

    async def inline(self, bot_id: int, query_id: str, person: Person, text: str) -> None:
        self._inline.ask(bot_id, query_id, person, text)

    async def membership(self, bot_id: int, change: Membership) -> None:
        await self._places.changed(bot_id, change)

    async def stop_generation(
        self, bot_id: int, telegram_chat_id: int, thread_id: int, draft_id: int
    ) -> None:
        await self._processor.stop_draft(bot_id, telegram_chat_id, draft_id)
