"""/admin, the commands of everybody, and the handlers that lead to both."""

from urllib.parse import urlsplit

from kotodom.admin.desk import Desk
from kotodom.admin.input import Inputs
from kotodom.admin.invitations import AccountInvitations
from kotodom.admin.messages_retry import BulkPictures
from kotodom.admin.nouns import NOUNS, opening, takes_text
from kotodom.admin.tools import Tools
from kotodom.bulk import BulkRetries
from kotodom.commands import Commands
from kotodom.commands.menus import Menus
from kotodom.commands.personal import PersonalCommands
from kotodom.commands.privacy import Practice, privacy
from kotodom.commands.talk import TalkCommands
from kotodom.files.charts import ChartPainter
from kotodom.handlers import CoreHandlers
from kotodom.inviting import Invitations
from kotodom.settings import BACKUP_KEEP, IMAGE_TURNS, KEEP_DAYS, LOG_LEVEL
from kotodom.telegram.registrar import TelegramRegistrar
from kotodom.vitals import Vitals
from kotodom.wiring.ground import Ground
from kotodom.wiring.outside import Outside
from kotodom.wiring.talk import Talk


class Administration:
    """Who answers commands."""

    def __init__(self, ground: Ground, outside: Outside, talk: Talk, vitals: Vitals) -> None:
        self._ground = ground
        self._outside = outside
        self._talk = talk
        self._vitals = vitals
        pictures = BulkPictures(ground.registry, ground.settings, ground.clock)
        self.bulk = BulkRetries(
            store=ground.store,
            messenger=outside.messenger,
            turn=talk.delivery.turn,
            offer=ground.offer,
            draw=pictures.progress,
            told=pictures.news,
            clock=ground.clock,
        )
        self.menus = Menus(
            store=ground.store,
            messenger=outside.messenger,
            registry=ground.registry,
            accounts=ground.accounts,
        )
        tools = self._tools()
        self.inputs = Inputs(
            tools, ground.accounts, ground.sealer.hide, takes_text=takes_text, opening=opening
        )
        self.handlers = CoreHandlers(
            store=ground.store,
            messenger=outside.messenger,
            processor=talk.processor,
            gatekeeper=talk.gatekeeper,
            commands=self._commands(),
            desk=Desk(tools, NOUNS, self.inputs),
            inline=talk.inline,
            inbox=talk.inbox,
            places=talk.places,
            registry=ground.registry,
            clock=ground.clock,
        )

    def _tools(self) -> Tools:
        ground, outside, talk = self._ground, self._outside, self._talk
        return Tools(
            store=ground.store,
            registry=ground.registry,
            accounts=ground.accounts,
            messenger=outside.messenger,
            provider=outside.provider,
            files=outside.files,
            reader=talk.reader,
            registrar=TelegramRegistrar(outside.pool),
            sealer=ground.sealer,
            gatekeeper=talk.gatekeeper,
            takeovers=talk.takeovers,
            composer=talk.composer,
            inbox=talk.inbox,
            submit=ground.submit,
            offer=ground.offer,
            states=talk.states,
            hold=ground.watcher.hold,
            settings=ground.settings,
            schedule=ground.schedule,
            vitals=self._vitals,
            backups=ground.backups,
            budget=talk.budget,
            prices=talk.prices,
            switch=outside.switch,
            painter=ChartPainter(),
            retry_many=self.bulk.wake,
            config=ground.config,
            clock=ground.clock,
        )

    def _commands(self) -> Commands:
        ground, talk = self._ground, self._talk
        accounts = AccountInvitations(
            store=ground.store, accounts=ground.accounts, offer=ground.offer, clock=ground.clock
        )
        people = Invitations(
            store=ground.store,
            budget=talk.budget,
            offer=ground.offer,
            changed=talk.gatekeeper.changed,
            clock=ground.clock,
        )
        talking = TalkCommands(
            store=ground.store,
            registry=ground.registry,
            offer=ground.offer,
            stop=talk.processor.stop_chat,
            hears=bool(ground.config.openai.transcribe_model),
            arrivals=[accounts.open, people.redeem],
        )
        personal = PersonalCommands(
            store=ground.store,
            stop=talk.processor.stop_person,
            forget=self._forget,
            clock=ground.clock,
        )
        return Commands({**talking.all(), **personal.all(), "privacy": privacy(self._practice)})

    def _forget(self, bot_id: int, user_id: int) -> None:
        """What lies in memory of somebody who is forgotten."""
        self._talk.inline.forget(bot_id, user_id)
        self._talk.gatekeeper.changed(bot_id, user_id)

    def _practice(self) -> Practice:
        openai, settings = self._ground.config.openai, self._ground.settings
        return Practice(
            provider_host=urlsplit(openai.base_url).hostname or openai.base_url,
            keep_days=settings.get(KEEP_DAYS),
            image_turns=settings.get(IMAGE_TURNS),
            transcribe_model=openai.transcribe_model,
            logs_texts=settings.get(LOG_LEVEL) == "DEBUG",
            backups=settings.get(BACKUP_KEEP),
        )
