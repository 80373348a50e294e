"""/admin people: one person at one bot, and what admins decide about them."""

import re
from collections.abc import Sequence

from kotodom.accounts import manages
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.people_cards import called, card_lines
from kotodom.admin.screen import Screen, columns, go
from kotodom.admin.tools import Tools
from kotodom.admin.words.people import PeopleWords
from kotodom.clock import SECOND
from kotodom.inviting import quota_of, set_limit
from kotodom.model import Access, AccessMode, Bot, Button, Buttons, Chat, ChatType, Period
from kotodom.money import dollars
from kotodom.ports import Spent
from kotodom.ports.admin.people import Card

DAY = 24 * 3600 * SECOND
LONGEST = 3650
"""Days somebody may be let in for."""
CHATS = 3
"""Conversations on a card; the others are on a screen of their own."""
CHATS_MAX = 30
NOTE = 1_000
"""Characters of a note."""
STEPS = (5, 10, 20, 50, 100)
"""Questions a day that are offered as quotas."""
_QUOTA = re.compile(r"(\d{1,9})(?:\s+(day|month))?", re.ASCII | re.IGNORECASE)


class OnePerson(Noun):
    """A person's card, and its buttons."""

    @command("bot BOT person PERSON", PeopleWords.ABOUT_CARD)
    async def card(self, ask: Ask) -> Screen:
        """What is known of somebody at a bot."""
        user_id = await found_person(self.tools, ask, [ask.target.id])
        return await person_screen(self.tools, ask, ask.target, user_id)

    @command("bot BOT person PERSON allow [DAYS]", PeopleWords.ABOUT_ALLOW)
    async def allow(self, ask: Ask) -> Screen:
        """Let somebody in."""
        return await self._decide(ask, Access.ALLOWED, until_of(ask))

    @command("bot BOT person PERSON deny", PeopleWords.ABOUT_DENY)
    async def deny(self, ask: Ask) -> Screen:
        """Do not let somebody in."""
        return await self._decide(ask, Access.DENIED)

    @command("bot BOT person PERSON block", PeopleWords.ABOUT_BLOCK)
    async def block(self, ask: Ask) -> Screen:
        """Answer somebody no more."""
        return await self._decide(ask, Access.BLOCKED)

    @command("bot BOT person PERSON unblock", PeopleWords.ABOUT_UNBLOCK)
    async def unblock(self, ask: Ask) -> Screen:
        """Undo a block: nothing is decided about them any more."""
        return await self._decide(ask, Access.NONE)

    @command("bot BOT person PERSON note [TEXT…]", PeopleWords.ABOUT_NOTE)
    async def note(self, ask: Ask) -> Screen:
        """Write down something about somebody."""
        bot, user_id = ask.target, await found_person(self.tools, ask, [ask.target.id])
        here = f"bot {bot.id} person {user_id}"
        said = ask.word("TEXT")
        if not said:
            return Screen(
                ask.say(PeopleWords.NOTE),
                (ask.say(PeopleWords.NOTE_ASK),),
                buttons=((go(ask.say(PeopleWords.NOTE_CLEAR), f"{here} note -"),),),
                back=here,
                refresh=f"{here} note",
                awaits=f"{here} note",
            )
        entry = ask.audit(
            f"bot:{bot.id}", f"note {user_id}", after="" if said == "-" else said[:NOTE]
        )
        await self.tools.store.set_person_note(bot.id, user_id, entry, self.tools.clock.now())
        self.tools.gatekeeper.changed(bot.id, user_id)
        return await person_screen(self.tools, ask, bot, user_id)

    @command("bot BOT person PERSON quota [AMOUNT…]", PeopleWords.ABOUT_QUOTA)
    async def quota(self, ask: Ask) -> Screen:
        """Say how many questions somebody may ask."""
        bot, user_id = ask.target, await found_person(self.tools, ask, [ask.target.id])
        said = " ".join(ask.word("AMOUNT").split())
        if not said:
            return await self._quotas(ask, bot, user_id)
        fit = _QUOTA.fullmatch(said)
        if fit is None and said.lower() != "none":
            raise ask.refuse(PeopleWords.BAD_AMOUNT, said=said)
        budget, amount = self.tools.budget, int(fit[1]) if fit else None
        period = Period((fit[2] or Period.DAY).lower()) if fit else None
        for limit in (quota_of(bot.id, user_id, each) for each in Period):
            # One at a time: the one of the other period goes.
            wanted = amount if limit.period is period else None
            before = budget.find(limit.scope, limit.key, limit.period, limit.measure)
            if (before.amount if before else None) == wanted:
                continue
            entry = ask.audit(
                f"bot:{bot.id}",
                f"quota {user_id} {limit.period}",
                None if before is None else str(before.amount),
                None if wanted is None else str(wanted),
            )
            await set_limit(self.tools.store, budget, limit, wanted, entry, self.tools.clock.now())
        return await person_screen(self.tools, ask, bot, user_id)

    @command("bot BOT person PERSON chats", PeopleWords.ABOUT_CHATS)
    async def chats(self, ask: Ask) -> Screen:
        """Somebody's conversations with a bot."""
        bot, user_id = ask.target, await found_person(self.tools, ask, [ask.target.id])
        card = await self.tools.store.person_card(bot.id, user_id, chats=CHATS_MAX)
        return Screen(
            ask.say(PeopleWords.CHATS_TITLE, name=called(card.person)),
            () if card.chats else (ask.say(PeopleWords.NEVER_WROTE),),
            buttons=tuple((door,) for door in chat_doors(ask, card.chats)),
            back=f"bot {bot.id} person {user_id}",
            refresh=f"bot {bot.id} person {user_id} chats",
        )

    async def _decide(self, ask: Ask, access: Access, until: int | None = None) -> Screen:
        bot, user_id = ask.target, await found_person(self.tools, ask, [ask.target.id])
        await decide(self.tools, ask, user_id, access, until, pending_only=False)
        return await person_screen(self.tools, ask, bot, user_id)

    async def _quotas(self, ask: Ask, bot: Bot, user_id: int) -> Screen:
        card = await self.tools.store.person_card(bot.id, user_id, chats=1)
        here = f"bot {bot.id} person {user_id}"
        steps = [
            go(ask.say(PeopleWords.QUOTA_STEP, count=step), f"{here} quota {step} day")
            for step in STEPS
        ]
        steps.append(go(ask.say(PeopleWords.QUOTA_OFF), f"{here} quota none"))
        return Screen(
            ask.say(PeopleWords.QUOTA_TITLE, name=called(card.person)),
            (ask.say(PeopleWords.QUOTA_HINT), "", *quota_lines(self.tools, ask, bot, user_id)),
            buttons=columns(steps, 3),
            back=here,
            refresh=f"{here} quota",
            awaits=f"{here} quota",
        )


async def found_person(tools: Tools, ask: Ask, bot_ids: Sequence[int]) -> int:
    """Telegram's id of PERSON; a name counts only if one of these bots knows them."""
    said = ask.word("PERSON")
    user_id = await tools.store.find_person(said)
    by_number = said.lstrip("#").isascii() and said.lstrip("#").isdigit()
    if user_id is None or not (by_number or await tools.store.bots_of(user_id, bot_ids)):
        raise ask.refuse(PeopleWords.NOBODY_CALLED, said=said)
    return user_id


def until_of(ask: Ask) -> int | None:
    """Until when DAYS let somebody in, counted from the command; None: for ever."""
    said = ask.word("DAYS")
    if not said:
        return None
    days = int(said) if re.fullmatch(r"\d{1,4}", said, re.ASCII) else 0
    if not 1 <= days <= LONGEST:
        raise ask.refuse(PeopleWords.BAD_DAYS, said=said)
    return ask.job.received_at + days * DAY


async def decide(
    tools: Tools, ask: Ask, user_id: int, access: Access, until: int | None, *, pending_only: bool
) -> None:
    """Set somebody's standing; of those who administer the bot nothing is to be decided."""
    account = tools.accounts.of(user_id)
    if account is not None and manages(account, ask.target):
        raise ask.refuse(PeopleWords.IS_ADMIN)
    before = await tools.store.standing(ask.target.id, user_id)
    entry = ask.audit(
        f"bot:{ask.target.id}",
        f"access {user_id}",
        "" if before is None else before.access,
        access if until is None else f"{access} until {until}",
    )
    await tools.gatekeeper.decide(
        ask.target, user_id, access, until=until, pending_only=pending_only, entry=entry
    )


async def person_screen(tools: Tools, ask: Ask, bot: Bot, user_id: int) -> Screen:
    """What is known of somebody at a bot, with what can be done."""
    now, days = tools.clock.now(), tools.store.days
    card = await tools.store.person_card(bot.id, user_id, chats=CHATS + 1)
    today = await tools.store.spent(bot.id, user_id, days.this_day(now))
    month = await tools.store.spent(bot.id, user_id, days.this_month(now))
    account = tools.accounts.of(user_id)
    admin = account is not None and manages(account, bot)
    lines = card_lines(ask.language, bot, card, now)
    if admin:
        lines.append(ask.say(PeopleWords.IS_ADMIN))
    lines += ["", *_used(ask, today, month), *quota_lines(tools, ask, bot, user_id)]
    here = f"bot {bot.id} person {user_id}"
    return Screen(
        called(card.person),
        tuple(lines),
        buttons=(
            *(() if admin else _decisions(ask, bot, card, here, now)),
            (
                go(ask.say(PeopleWords.NOTE), f"{here} note"),
                go(ask.say(PeopleWords.QUOTA), f"{here} quota"),
                go(ask.say(PeopleWords.LIMITS), f"{here} limit"),
            ),
            *_chats(ask, card, here),
        ),
        back=f"bot {bot.id} people",
        refresh=here,
    )


def _decisions(ask: Ask, bot: Bot, card: Card, here: str, now: int) -> Buttons:
    access = card.standing.now(now)
    rows: list[list[Button]] = [[], []]
    if bot.access is not AccessMode.PUBLIC or access is Access.PENDING:
        if access is not Access.ALLOWED or card.standing.until is not None:
            rows[0].append(go(ask.say(PeopleWords.ALLOW), f"{here} allow"))
        if access is not Access.ALLOWED:
            rows[0].append(go(ask.say(PeopleWords.ALLOW_DAY), f"{here} allow 1"))
            rows[0].append(go(ask.say(PeopleWords.ALLOW_WEEK), f"{here} allow 7"))
        if access in (Access.PENDING, Access.ALLOWED):
            rows[1].append(go(ask.say(PeopleWords.DENY), f"{here} deny"))
    if access is Access.BLOCKED:
        rows[1].append(go(ask.say(PeopleWords.UNBLOCK), f"{here} unblock"))
    else:
        rows[1].append(go(ask.say(PeopleWords.BLOCK), f"{here} block"))
    return tuple(tuple(row) for row in rows if row)


def _used(ask: Ask, today: Spent, month: Spent) -> list[str]:
    lines = [
        ask.say(words, questions=spent.questions, tokens=spent.tokens, cost=dollars(spent.cost))
        for words, spent in ((PeopleWords.USED_TODAY, today), (PeopleWords.USED_MONTH, month))
    ]
    if month.unpriced:
        lines.append(ask.say(PeopleWords.USED_UNPRICED, count=month.unpriced))
    return lines


def quota_lines(tools: Tools, ask: Ask, bot: Bot, user_id: int) -> list[str]:
    """How many questions somebody may ask."""
    lines = []
    for period, words in (
        (Period.DAY, PeopleWords.QUOTA_DAY),
        (Period.MONTH, PeopleWords.QUOTA_MONTH),
    ):
        limit = quota_of(bot.id, user_id, period)
        found = tools.budget.find(limit.scope, limit.key, limit.period, limit.measure)
        if found is not None:
            lines.append(ask.say(words, count=found.amount))
    return lines or [ask.say(PeopleWords.QUOTA_NONE)]


def _chats(ask: Ask, card: Card, here: str) -> Buttons:
    doors = chat_doors(ask, card.chats[:CHATS])
    if len(card.chats) > CHATS:
        doors.append(go(ask.say(PeopleWords.CHATS), f"{here} chats"))
    return columns(doors, 2)


def chat_doors(ask: Ask, chats: Sequence[Chat]) -> list[Button]:
    """A button for each conversation."""
    return [
        go(
            "💬 " + (ask.say(PeopleWords.PRIVATE_CHAT) if _private(chat) else chat.name or "…"),
            f"chat {chat.id}",
        )
        for chat in chats
    ]


def _private(chat: Chat) -> bool:
    return chat.type is ChatType.PRIVATE
