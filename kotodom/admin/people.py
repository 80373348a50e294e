"""/admin people: who writes to the bots, listed and found."""

from collections.abc import Sequence

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.people_cards import MARKS, called
from kotodom.admin.people_one import found_person, person_screen
from kotodom.admin.screen import HOME, PAGE, PREFIX, PRESS, Screen, columns, go, pages
from kotodom.admin.words.common import CommonWords
from kotodom.admin.words.people import PeopleWords
from kotodom.model import Access, Bot, Button
from kotodom.ports.admin.people import Known

LOOK = 5_000
"""People looked through at a time by a search."""
MANY = 1_000
"""So many who wait are counted."""
STANDINGS = {
    "waiting": (Access.PENDING, PeopleWords.WITH_WAITING),
    "allowed": (Access.ALLOWED, PeopleWords.WITH_ALLOWED),
    "denied": (Access.DENIED, PeopleWords.WITH_DENIED),
    "blocked": (Access.BLOCKED, PeopleWords.WITH_BLOCKED),
}


class People(Noun):
    """Lists of people, and the search among them."""

    @command("people [PAGE]", PeopleWords.ABOUT)
    async def people(self, ask: Ask) -> Screen:
        """Everybody who writes to the giver's bots."""
        bots = self._bots(ask)
        return await self._list(ask, bots, ask.say(PeopleWords.TITLE), "people", HOME)

    @command("bot BOT people [PAGE]", PeopleWords.ABOUT_BOT)
    async def people_of_bot(self, ask: Ask) -> Screen:
        """The same for one bot."""
        bot = ask.target
        title = ask.say(PeopleWords.TITLE_OF, bot=bot.name)
        return await self._list(ask, [bot], title, f"bot {bot.id} people", f"bot {bot.id}")

    @command("people with STANDING [PAGE]", PeopleWords.ABOUT_WITH)
    async def people_with(self, ask: Ask) -> Screen:
        """Those of one standing at the giver's bots."""
        return await self._with(ask, self._bots(ask), "people")

    @command("bot BOT people with STANDING [PAGE]", PeopleWords.ABOUT_BOT_WITH)
    async def people_of_bot_with(self, ask: Ask) -> Screen:
        """Those of one standing at one bot."""
        return await self._with(ask, [ask.target], f"bot {ask.target.id} people")

    @command("people find [TEXT…]", PeopleWords.ABOUT_FIND)
    async def find(self, ask: Ask) -> Screen:
        """People by name, @username or id."""
        if not ask.word("TEXT"):
            return Screen(
                ask.say(PeopleWords.FIND),
                (ask.say(PeopleWords.FIND_ASK),),
                back="people",
                refresh="people find",
                awaits="people find",
            )
        return await self._find(ask, 0)

    @command("people back NUMBER TEXT…", PeopleWords.ABOUT_BACK)
    async def find_back(self, ask: Ask) -> Screen:
        """The same among people with an id below NUMBER."""
        return await self._find(ask, ask.number("NUMBER"))

    @command("person PERSON", PeopleWords.ABOUT_PERSON)
    async def person(self, ask: Ask) -> Screen:
        """One person: at the bot that knows them, or at one of several."""
        mine = {bot.id: bot for bot in self._bots(ask)}
        user_id = await found_person(self.tools, ask, list(mine))
        known = await self.tools.store.bots_of(user_id, list(mine))
        if not known:
            raise ask.refuse(CommonWords.NOT_FOUND, what=ask.word("PERSON"))
        if len(known) == 1:
            return await person_screen(self.tools, ask, mine[known[0]], user_id)
        card = await self.tools.store.person_card(known[0], user_id, chats=1)
        doors = [go(mine[bot_id].name, f"bot {bot_id} person {user_id}") for bot_id in known]
        return Screen(
            called(card.person),
            (ask.say(PeopleWords.SEVERAL_BOTS),),
            buttons=columns(doors, 2),
            back="people",
        )

    def _bots(self, ask: Ask) -> list[Bot]:
        return [bot for bot in self.tools.registry.all() if ask.sees(bot)]

    async def _list(
        self, ask: Ask, bots: Sequence[Bot], title: str, here: str, back: str
    ) -> Screen:
        store, ids = self.tools.store, [bot.id for bot in bots]
        found = await store.people_of(ids, offset=(ask.page - 1) * PAGE, limit=PAGE + 1)
        waiting = await store.count_people_with(ids, Access.PENDING, MANY)
        lines = [ask.say(PeopleWords.HINT if found else PeopleWords.EMPTY)]
        if waiting:
            lines.append(ask.say(PeopleWords.WAITING, count=waiting))
        doors = [
            go(ask.say(words), f"{here} with {name}") for name, (_, words) in STANDINGS.items()
        ]
        tools = [(go(ask.say(PeopleWords.FIND), "people find"),)]
        if len(bots) == 1:
            tools.append((go(ask.say(PeopleWords.INVITES), f"bot {bots[0].id} invites"),))
        return Screen(
            title,
            tuple(lines),
            buttons=(
                *self._entries(found[:PAGE], bots),
                *pages(here, ask.page, len(found) > PAGE),
                *columns(doors, 2),
                *tools,
            ),
            back=back,
            refresh=f"{here} {ask.page}",
        )

    async def _with(self, ask: Ask, bots: Sequence[Bot], above: str) -> Screen:
        said = ask.word("STANDING").lower()
        if said not in STANDINGS:
            raise ask.refuse(PeopleWords.NO_STANDING, said=said)
        access, words = STANDINGS[said]
        found = await self.tools.store.people_with(
            [bot.id for bot in bots], access, offset=(ask.page - 1) * PAGE, limit=PAGE + 1
        )
        here = f"{above} with {said}"
        return Screen(
            ask.say(words),
            () if found else (ask.say(PeopleWords.EMPTY),),
            buttons=(
                *self._entries(found[:PAGE], bots),
                *pages(here, ask.page, len(found) > PAGE),
            ),
            back=above,
            refresh=f"{here} {ask.page}",
        )

    async def _find(self, ask: Ask, before: int) -> Screen:
        words = " ".join(ask.word("TEXT").split())[:60]
        bots = {bot.id: bot for bot in self._bots(ask)}
        sought = await self.tools.store.find_people(
            words, list(bots), before=before, look=LOOK, limit=PAGE
        )
        rows: list[tuple[Button, ...]] = []
        for found in sought.found:
            where = ", ".join(bots[bot_id].name for bot_id in found.bot_ids[:2])
            label = f"{called(found.person)} · {where}" if len(bots) > 1 else called(found.person)
            one = f"bot {found.bot_ids[0]} " if len(found.bot_ids) == 1 else ""
            rows.append((go(label, f"{one}person {found.person.id}"),))
        title = PeopleWords.FOUND if sought.found else PeopleWords.FOUND_NOBODY
        lines = []
        if sought.further:
            on = f"people back {sought.further} {words}"
            if len(f"{PREFIX} {on}".encode()) > PRESS:
                lines.append(ask.say(PeopleWords.FURTHER_TYPED, command=f"{PREFIX} {on}"))
            rows.append((go(ask.say(PeopleWords.FURTHER), on),))
        rows.append((go(ask.say(PeopleWords.FIND), "people find"),))
        return Screen(ask.say(title, said=words), tuple(lines), buttons=tuple(rows), back="people")

    def _entries(self, found: Sequence[Known], bots: Sequence[Bot]) -> list[tuple[Button, ...]]:
        now = self.tools.clock.now()
        names = {bot.id: f" · {bot.name}" for bot in bots} if len(bots) > 1 else {}
        rows: list[tuple[Button, ...]] = []
        for one in found:
            mark = MARKS[one.standing.now(now)]
            label = f"{mark}{called(one.person)}{names.get(one.bot_id, '')}"
            rows.append((go(label, f"bot {one.bot_id} person {one.person.id}"),))
        return rows
