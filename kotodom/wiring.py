"""How the rooms that talk with people are wired together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kotodom.clock import Clock
from kotodom.commands import Commands
from kotodom.commands.menus import Menus
from kotodom.commands.personal import PersonalCommands
from kotodom.commands.privacy import Practice, privacy
from kotodom.commands.talk import TalkCommands
from kotodom.composing import Composer
from kotodom.config import Config
from kotodom.delivery import Delivery
from kotodom.effects import Submit
from kotodom.files.reader import FileReader
from kotodom.generation import Generations
from kotodom.handlers import CoreHandlers
from kotodom.inline import InlineAnswers
from kotodom.llm.openai import OpenAIProvider
from kotodom.media import Limits, Media
from kotodom.metrics import Metrics
from kotodom.model import Bot, Lane
from kotodom.money import DEFAULT_PRICES, Price, merge
from kotodom.places import Places
from kotodom.ports import Store
from kotodom.processor import Processor
from kotodom.questions import Questions
from kotodom.registry import Registry
from kotodom.tasks import Tasks
from kotodom.telegram.files import TelegramFiles
from kotodom.telegram.messenger import TelegramMessenger
from kotodom.telegram.pool import BotPool


@dataclass
class Talk:
    """Everything between a claimed message and its answer; built when it is created."""

    config: Config
    store: Store
    clock: Clock
    metrics: Metrics
    registry: Registry
    provider: OpenAIProvider
    messenger: TelegramMessenger
    pool: BotPool
    tasks: Tasks
    submit: Submit
    offer: Callable[[Lane], None]
    answered: Callable[[Bot], None]
    generations: Generations = field(default_factory=Generations)
    delivery: Delivery = field(init=False)
    places: Places = field(init=False)
    menus: Menus = field(init=False)
    handlers: CoreHandlers = field(init=False)

    def __post_init__(self) -> None:
        config = self.config
        self.prices = prices(config)
        self.composer = Composer(
            registry=self.registry, document_chars=config.conversation.max_document_chars
        )
        self.delivery = Delivery(
            store=self.store,
            messenger=self.messenger,
            metrics=self.metrics,
            clock=self.clock,
            preview=lambda bot_id: self.registry.get(bot_id).link_previews,
            plainer=self.composer.plainer,
        )
        self.places = Places(
            store=self.store,
            messenger=self.messenger,
            registry=self.registry,
            submit=self.submit,
            tasks=self.tasks,
            clock=self.clock,
        )
        self.menus = Menus(store=self.store, messenger=self.messenger, registry=self.registry)
        self.processor = self._processor()
        self.inline = self._inline()
        self.handlers = CoreHandlers(
            store=self.store,
            messenger=self.messenger,
            processor=self.processor,
            commands=self._commands(),
            inline=self.inline,
            places=self.places,
            registry=self.registry,
            clock=self.clock,
        )

    def _processor(self) -> Processor:
        conversation = self.config.conversation
        media = Media(
            store=self.store,
            provider=self.provider,
            files=TelegramFiles(pool=self.pool),
            reader=FileReader(),
            prices=self.prices,
            clock=self.clock,
            limits=Limits(
                file_bytes=self.config.telegram.max_download_mb * 2**20,
                document_chars=conversation.max_document_chars,
                sound_seconds=conversation.max_sound_minutes * 60,
            ),
            listener=self.config.openai.transcribe_model,
        )
        return Processor(
            store=self.store,
            provider=self.provider,
            messenger=self.messenger,
            delivery=self.delivery,
            registry=self.registry,
            media=media,
            questions=Questions(
                store=self.store,
                media=media,
                registry=self.registry,
                budget=self.config.openai.context_budget,
                image_turns=conversation.image_turns,
            ),
            composer=self.composer,
            generations=self.generations,
            prices=self.prices,
            tasks=self.tasks,
            metrics=self.metrics,
            clock=self.clock,
            answered=self.answered,
        )

    def _commands(self) -> Commands:
        openai = self.config.openai
        talk = TalkCommands(
            store=self.store,
            registry=self.registry,
            offer=self.offer,
            stop=self.processor.stop_chat,
            hears=bool(openai.transcribe_model),
        )
        personal = PersonalCommands(
            store=self.store,
            stop=self.processor.stop_person,
            forget=self.inline.forget,
            clock=self.clock,
        )
        practice = Practice(
            provider_host=urlsplit(openai.base_url).hostname or openai.base_url,
            keep_days=self.config.conversation.keep_days,
            image_turns=self.config.conversation.image_turns,
            transcribe_model=openai.transcribe_model,
            logs_texts=self.config.log.level == "DEBUG",
        )
        return Commands({**talk.all(), **personal.all(), "privacy": privacy(practice)})

    def _inline(self) -> InlineAnswers:
        return InlineAnswers(
            store=self.store,
            provider=self.provider,
            messenger=self.messenger,
            registry=self.registry,
            prices=self.prices,
            tasks=self.tasks,
            clock=self.clock,
        )


def prices(config: Config) -> dict[str, Price]:
    """The price table: what the configuration names wins over what is known."""
    configured = {
        model: Price(price.input, price.cached, price.output, price.minute)
        for model, price in config.prices.items()
    }
    return merge(DEFAULT_PRICES, configured)
