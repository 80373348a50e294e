"""/admin people: strangers who ask to be let in, and the admin who is first to answer."""

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.people_cards import called, standing_lines
from kotodom.admin.people_one import decide, found_person, until_of
from kotodom.admin.screen import Screen, go
from kotodom.admin.words.people import PeopleWords
from kotodom.model import Access


class Requests(Noun):
    """What the buttons of a stranger's request do: the first admin decides."""

    @command("bot BOT request PERSON allow [DAYS]", PeopleWords.ABOUT_REQUEST_ALLOW)
    async def allow(self, ask: Ask) -> Screen:
        """Let in somebody who waits."""
        return await self._answer(ask, Access.ALLOWED, until_of(ask))

    @command("bot BOT request PERSON deny", PeopleWords.ABOUT_REQUEST_DENY)
    async def deny(self, ask: Ask) -> Screen:
        """Turn away somebody who waits."""
        return await self._answer(ask, Access.DENIED)

    @command("bot BOT request PERSON block", PeopleWords.ABOUT_REQUEST_BLOCK)
    async def block(self, ask: Ask) -> Screen:
        """Block somebody who waits."""
        return await self._answer(ask, Access.BLOCKED)

    async def _answer(self, ask: Ask, access: Access, until: int | None = None) -> Screen:
        bot, user_id = ask.target, await found_person(self.tools, ask, [ask.target.id])
        await decide(self.tools, ask, user_id, access, until, pending_only=True)
        card = await self.tools.store.person_card(bot.id, user_id, chats=1)
        standing, now = card.standing, self.tools.clock.now()
        lines = standing_lines(ask.language, standing, now)
        if standing.decided_by == ask.actor.user_id and standing.now(now) is access:
            lines.append(ask.say(PeopleWords.REQUEST_DONE))
        elif standing.decided_by is None or standing.now(now) is Access.NONE:
            lines = [ask.say(PeopleWords.REQUEST_GONE), *lines]
        else:
            name = card.decider or f"id {standing.decided_by}"
            lines.insert(0, ask.say(PeopleWords.REQUEST_DECIDED, name=name))
        return Screen(
            f"{called(card.person)} · {bot.name}",
            tuple(lines),
            buttons=((go(ask.say(PeopleWords.CARD), f"bot {bot.id} person {user_id}"),),),
        )
