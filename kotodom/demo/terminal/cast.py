"""Who is there: the bots of the configuration and those made since, and the people who talk."""

import asyncio
from dataclasses import dataclass

from kotodom.demo.botapi import BotApi, ChatView, EmulatedBot
from kotodom.demo.terminal.setup import YOU, Setup, persona


@dataclass(frozen=True, slots=True)
class Actor:
    """A bot and somebody's chat with it."""

    name: str
    bot: EmulatedBot
    chat: ChatView
    person: str = ""
    """Who talks to it; empty for the person at the terminal."""

    @property
    def label(self) -> str:
        """Who says what the bot says in this chat."""
        return f"{self.name} → {self.person}" if self.person else self.name


class Cast:
    """Bots and people; some are there from the beginning, others come while the demo runs."""

    def __init__(self, api: BotApi, setup: Setup) -> None:
        self._api = api
        self._you = api.user(YOU, "You")
        self._people = {"": self._you}
        self._editions: dict[int, int] = {}
        """How many tokens a bot has had, by its number."""
        self.joined = asyncio.Event()
        """Set when there is somebody new."""
        self.actors: list[Actor] = []
        """The chats of the person at the terminal, one with each bot."""
        self.guests: list[Actor] = []
        """Those of other people."""
        for number, one in enumerate(setup.personas, start=1):
            bot = api.add_bot(one.token, username=one.username, name=one.name)
            bot.can_manage = setup.as_admin and number == 1
            self._meet(bot)
        self._configured = {actor.bot.id for actor in self.actors}

    @property
    def everyone(self) -> list[Actor]:
        """Every chat there is."""
        return [*self.actors, *self.guests]

    def configured(self) -> set[int]:
        """The ids of the bots that the daemon's configuration names."""
        return set(self._configured)

    def bots(self) -> list[EmulatedBot]:
        """Every bot."""
        return [actor.bot for actor in self.actors]

    def chat(self, bot: EmulatedBot, person: str) -> Actor:
        """Somebody's chat with a bot; who was not there comes."""
        name = next((name for name in self._people if name.casefold() == person.casefold()), person)
        for actor in self.everyone:
            if actor.bot is bot and actor.person == name:
                return actor
        if name not in self._people:
            self._people[name] = self._api.user(YOU + len(self._people), name)
        view = self._api.private(bot, self._people[name])
        called = next(actor.name for actor in self.actors if actor.bot is bot)
        guest = Actor(called, bot, view, name)
        self.guests.append(guest)
        self.joined.set()
        return guest

    def find(self, name: str) -> Actor | None:
        """The chat with the bot that somebody means by the beginning of its name."""
        wanted = name.casefold()
        found = [actor for actor in self.actors if actor.name.casefold() == wanted]
        found += [a for a in self.actors if wanted and a.name.casefold().startswith(wanted)]
        return found[0] if found else None

    def new_bot(self, name: str) -> EmulatedBot:
        """Make a bot as BotFather does; nobody polls it until its token is given to the daemon."""
        one = persona(name, len(self.actors) + 1)
        bot = self._api.add_bot(one.token, username=one.username, name=name)
        self._meet(bot)
        return bot

    def new_token(self, bot: EmulatedBot) -> str:
        """Give a bot another token as BotFather's /revoke does: the old one works no more."""
        edition = self._editions.get(bot.id, 1) + 1
        self._editions[bot.id] = edition
        bot.retoken(f"{bot.id}:{f'new{edition}' * 9}"[: len(str(bot.id)) + 36])
        return bot.token

    def notice_new_bots(self) -> list[Actor]:
        """Get to know the bots that were created through another one."""
        known = {actor.bot.id for actor in self.actors}
        new = [bot for bot in self._api.world.bots.values() if bot.id not in known]
        return [self._meet(bot) for bot in new]

    async def follow(self, actor: Actor, url: str) -> Actor:
        """Open a bot's link as that person; raises LookupError when it leads to no bot."""
        person = self._people[actor.person]
        view = await self._api.open(url, person)
        return self.chat(view.bot, actor.person)

    def _meet(self, bot: EmulatedBot) -> Actor:
        taken = any(actor.name == bot.name for actor in self.actors)
        name = f"@{bot.username}" if taken else bot.name
        actor = Actor(name, bot, self._api.private(bot, self._you))
        self.actors.append(actor)
        self.joined.set()
        return actor
