"""Everything between a claimed message and its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kotodom.access import Gatekeeper
from kotodom.asker import Asker
from kotodom.budget import Budget
from kotodom.composing import Composer
from kotodom.config import Config
from kotodom.delivery import Delivery
from kotodom.files.reader import FileReader
from kotodom.following import follow_answers, media_limits
from kotodom.generation import Generations
from kotodom.inbox import Inbox
from kotodom.inline import InlineAnswers
from kotodom.media import Media
from kotodom.model import Content, Job
from kotodom.money import DEFAULT_PRICES, Price
from kotodom.paying import Payments
from kotodom.places import Places
from kotodom.ports import BotState
from kotodom.prices import PriceTable
from kotodom.processor import Processor
from kotodom.questions import Questions
from kotodom.settings import CONTEXT_BUDGET, IMAGE_TURNS, TIMEZONE
from kotodom.takeover import Takeovers
from kotodom.wiring.ground import Ground
from kotodom.wiring.outside import Outside


@dataclass
class Talk:
    """The rooms that talk with people; built when it is created."""

    ground: Ground
    outside: Outside
    states: Callable[[], list[BotState]]
    """How every bot is doing."""
    generations: Generations = field(default_factory=Generations)
    reader: FileReader = field(default_factory=FileReader)

    def __post_init__(self) -> None:
        self._wire_money()
        self._wire_saying()
        self._wire_gates()
        self._wire_answers()

    def _wire_money(self) -> None:
        ground = self.ground
        self.prices = prices(ground.config)
        self.budget = Budget(
            store=ground.store, submit=ground.submit, tasks=ground.side, clock=ground.clock
        )
        self.payments = Payments(
            store=ground.store, budget=self.budget, prices=self.prices, clock=ground.clock
        )
        settings = ground.settings
        settings.watch([TIMEZONE], lambda: ground.store.days.use(settings.get(TIMEZONE)))

    def _wire_saying(self) -> None:
        ground = self.ground
        self.composer = Composer(
            registry=ground.registry,
            document_chars=ground.config.conversation.max_document_chars,
        )
        self.delivery = Delivery(
            store=ground.store,
            messenger=self.outside.messenger,
            metrics=ground.metrics,
            clock=ground.clock,
            preview=lambda bot_id: ground.registry.get(bot_id).link_previews,
            plainer=self.composer.plainer,
        )
        self.places = Places(
            settings=ground.settings,
            store=ground.store,
            messenger=self.outside.messenger,
            registry=ground.registry,
            submit=ground.submit,
            tasks=ground.side,
            clock=ground.clock,
        )

    def _wire_gates(self) -> None:
        """Who stands between a question and the model."""
        ground = self.ground
        self.takeovers = Takeovers(
            store=ground.store,
            registry=ground.registry,
            accounts=ground.accounts,
            generations=self.generations,
            offer=ground.offer,
            clock=ground.clock,
        )
        self.gatekeeper = Gatekeeper(
            store=ground.store,
            accounts=ground.accounts,
            generations=self.generations,
            offer=ground.offer,
            answer=self._answer,
            forget=lambda bot_id, user_id: self.inline.forget(bot_id, user_id),
            usable=self.usable,
            clock=ground.clock,
        )
        self.inbox = Inbox(
            store=ground.store,
            messenger=self.outside.messenger,
            registry=ground.registry,
            accounts=ground.accounts,
            takeovers=self.takeovers,
            composer=self.composer,
            offer=ground.offer,
            submit=ground.submit,
            clock=ground.clock,
        )

    def _wire_answers(self) -> None:
        ground = self.ground
        self.media = Media(
            store=ground.store,
            provider=self.outside.provider,
            files=self.outside.files,
            reader=self.reader,
            payments=self.payments,
            clock=ground.clock,
            limits=media_limits(ground.settings),
            listener=ground.config.openai.transcribe_model,
        )
        self.questions = Questions(
            store=ground.store,
            media=self.media,
            registry=ground.registry,
            budget=ground.settings.get(CONTEXT_BUDGET),
            image_turns=ground.settings.get(IMAGE_TURNS),
        )
        follow_answers(
            ground.settings,
            registry=ground.registry,
            questions=self.questions,
            media=self.media,
            composer=self.composer,
        )
        self.processor = self._processor()
        self.inline = InlineAnswers(
            provider=self.outside.provider,
            messenger=self.outside.messenger,
            registry=ground.registry,
            payments=self.payments,
            lets=self.gatekeeper.lets,
            tasks=ground.side,
            clock=ground.clock,
        )

    def _processor(self) -> Processor:
        ground = self.ground
        asker = Asker(
            provider=self.outside.provider,
            media=self.media,
            questions=self.questions,
            generations=self.generations,
            payments=self.payments,
            tasks=ground.side,
            clock=ground.clock,
        )
        return Processor(
            store=ground.store,
            messenger=self.outside.messenger,
            delivery=self.delivery,
            registry=ground.registry,
            media=self.media,
            asker=asker,
            composer=self.composer,
            generations=self.generations,
            payments=self.payments,
            tasks=ground.side,
            clock=ground.clock,
            gates=(self.gatekeeper.block, self.takeovers.gate, self.gatekeeper.gate),
            answered=ground.watcher.answered,
        )

    def usable(self, bot_id: int) -> bool:
        """Whether that bot is running."""
        return any(state.running for state in self.states() if state.bot.id == bot_id)

    async def moved(self, bot_id: int, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup: what it may spend went along."""
        await self.places.moved(bot_id, old_chat_id, new_chat_id)
        await self.budget.reload()

    async def _answer(self, job: Job, contents: Sequence[Content]) -> None:
        await self.processor.say(job, contents)


def prices(config: Config) -> PriceTable:
    """The price table, before anybody has set a price in /admin."""
    configured = {
        model: Price(price.input, price.cached, price.output, price.minute)
        for model, price in config.prices.items()
    }
    return PriceTable(DEFAULT_PRICES, configured)
