"""What a bot's router may ask of the core: one small method for each kind of update."""

from collections.abc import Sequence
from contextlib import suppress

from kotodom.access import Gatekeeper
from kotodom.admin.desk import Desk
from kotodom.clock import Clock
from kotodom.commands import Commands
from kotodom.errors import StaleJob
from kotodom.inbox import Inbox
from kotodom.inline import InlineAnswers
from kotodom.model import Content, Job, Membership, Person, Status
from kotodom.places import Places
from kotodom.ports import Messenger, Store
from kotodom.processor import Processor
from kotodom.reading import managed_bot, pressed
from kotodom.registry import Registry


class CoreHandlers:
    """Joins the routers to the rooms that do the work."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        processor: Processor,
        gatekeeper: Gatekeeper,
        commands: Commands,
        desk: Desk,
        inline: InlineAnswers,
        inbox: Inbox,
        places: Places,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._processor = processor
        self._gatekeeper = gatekeeper
        self._commands = commands
        self._desk = desk
        self._inline = inline
        self._inbox = inbox
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
        if self._inbox.takes(job, bot):
            await self._say(job, await self._inbox.hear(job, bot, name, args))
            return
        if await self._gatekeeper.bars(job, bot, name, args):
            return
        # A menu whose button was pressed becomes the answer.
        replaces = press.message_id if press is not None else 0
        contents: Sequence[Content] = ()
        reply = None
        if name == "admin":
            reply = await self._desk.answer(job, bot, args)
        if reply is not None:
            contents, replaces = reply
        elif not managed_bot(job.raw):  # whoever creates a bot by a link has asked for nothing
            contents = await self._commands.answer(job, bot, name, args)
        await self._say(job, contents, replaces)

    async def _say(self, job: Job, contents: Sequence[Content], replaces: int = 0) -> None:
        if not contents:
            with suppress(StaleJob):  # it has ended together with what it did
                await self._store.finish(job, Status.COMPLETED, now=self._clock.now())
            return
        await self._processor.say(job, contents, replaces=replaces)

    async def inline(self, bot_id: int, query_id: str, person: Person, text: str) -> None:
        self._inline.ask(bot_id, query_id, person, text)

    async def membership(self, bot_id: int, change: Membership) -> None:
        await self._places.changed(bot_id, change)

    async def stop_generation(
        self, bot_id: int, telegram_chat_id: int, thread_id: int, draft_id: int
    ) -> None:
        await self._processor.stop_draft(bot_id, telegram_chat_id, draft_id)
