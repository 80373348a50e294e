"""Who may talk to a bot: the gate before the model, what strangers hear, what admins decide."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from loguru import logger

from kotodom import text
from kotodom.accounts import Accounts, manages
from kotodom.admin.people_cards import request_card
from kotodom.admin.screen import draw
from kotodom.clock import SECOND, Clock
from kotodom.generation import Generations
from kotodom.i18n import Text, say
from kotodom.model import (
    Access,
    AccessMode,
    Bot,
    Chat,
    ChatType,
    Content,
    Job,
    Lane,
    Person,
    Status,
)
from kotodom.ports import Store
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.access import Decided
from kotodom.standings import Standings, Verdict, judge
from kotodom.wording import moment

AGAIN = 24 * 3600 * SECOND
"""Milliseconds after which strangers are told once more that a bot is private."""
PARKED = 20
"""Questions of one person that wait for a decision; what they ask beyond is kept, not answered."""
ALWAYS = frozenset({"forgetme", "mydata", "privacy", "language", "help"})
"""Commands that work for everybody: they are about the person, not about talking."""
NOT_LET_IN = "not let in"
BLOCKED = "blocked"
"""Why a row has no answer."""


class Gatekeeper:
    """Lets people in, or does with what they say what the bot's admins want."""

    def __init__(
        self,
        *,
        store: Store,
        accounts: Accounts,
        generations: Generations,
        offer: Callable[[Lane], None],
        answer: Callable[[Job, Sequence[Content]], Awaitable[None]],
        forget: Callable[[int, int], None],
        usable: Callable[[int], bool],
        clock: Clock,
    ) -> None:
        """*answer* says words to a job; *forget* drops what lies in memory for (bot, person).

        *usable* says whether anything can be said through a bot now.
        """
        self._store = store
        self._accounts = accounts
        self._generations = generations
        self._offer = offer
        self._answer = answer
        self._forget = forget
        self._usable = usable
        self._clock = clock
        self._standings = Standings(store)

    async def load(self, bots: Iterable[Bot]) -> None:
        """Know which bots block anybody; the configuration may have made some of them public."""
        await self._standings.load()
        waited_for = await self._store.bots_with(Access.PENDING)
        for bot in bots:
            if bot.id in waited_for:
                await self.mode_changed(bot)

    # -- who may -----------------------------------------------------------------------------

    async def lets(self, bot: Bot, person: Person) -> bool:
        """Whether somebody may talk to a bot now; nothing comes of it."""
        return await self._judge(bot, person) is Verdict.ENTER

    async def block(self, job: Job, bot: Bot) -> bool:
        """The gate for those who are blocked alone: before an admin who has taken a chat over."""
        if job.sender is None or not self._standings.blocks(bot.id):
            return False
        standing = await self._standings.of(bot.id, job.sender.id)
        return standing.access is Access.BLOCKED and await self.gate(job, bot)

    async def gate(self, job: Job, bot: Bot) -> bool:
        """Whether *job* is not to be answered by a model; then it has been dealt with."""
        if job.sender is None:
            # In a group's name: nobody knows who it is.
            if bot.access is AccessMode.PUBLIC:
                return False
            await self._ignore(job, NOT_LET_IN)
            return True
        verdict = await self._judge(bot, job.sender)
        if verdict is Verdict.ENTER:
            return False
        await self._turn_away(job, bot, verdict)
        return True

    async def bars(self, job: Job, bot: Bot, name: str, args: str) -> bool:
        """The same for the command ``/name args``."""
        if name in ALWAYS or job.sender is None:
            return False
        if name in ("admin", "") and self._accounts.of(job.sender.id) is not None:
            return False
        verdict = await self._judge(bot, job.sender)
        if verdict is Verdict.ENTER:
            return False
        if name == "start" and args and verdict is not Verdict.IGNORE:
            if await self._store.knows_invite(bot.id, args):
                return False
            if bot.access is AccessMode.INVITE:
                await self._answer(
                    job, text.plain(say(Text.INVITE_UNKNOWN, job.language, bot.texts))
                )
                return True
        await self._turn_away(job, bot, verdict)
        return True

    async def _judge(self, bot: Bot, person: Person) -> Verdict:
        if bot.access is AccessMode.PUBLIC and not self._standings.blocks(bot.id):
            return Verdict.ENTER
        account = self._accounts.of(person.id)
        if account is not None and manages(account, bot):
            return Verdict.ENTER
        standing = await self._standings.of(bot.id, person.id)
        return judge(bot.access, standing, self._clock.now())

    # -- what becomes of the others -----------------------------------------------------------

    async def _turn_away(self, job: Job, bot: Bot, verdict: Verdict) -> None:
        private = job.chat.type is ChatType.PRIVATE
        if verdict is Verdict.IGNORE or job.chat.type is ChatType.GUEST or job.sender is None:
            standing = await self._standings.of(bot.id, job.sender.id if job.sender else 0)
            await self._ignore(job, BLOCKED if standing.access is Access.BLOCKED else NOT_LET_IN)
        elif verdict is Verdict.WAIT and private:
            await self._ask_admins(job, bot, job.sender)
        else:
            await self._tell(job, bot, private)

    async def _ignore(self, job: Job, why: str) -> None:
        await self._store.finish(job, Status.COMPLETED, reason=why, now=self._clock.now())

    async def _tell(self, job: Job, bot: Bot, private: bool) -> None:
        """In private once a day, in groups, where others read it, once."""
        now = self._clock.now()
        if not await self._store.tell_once(job, now - AGAIN if private else 0, now):
            await self._ignore(job, NOT_LET_IN)
            return
        words = {
            AccessMode.APPROVAL: Text.ACCESS_ASK_IN_PRIVATE,
            AccessMode.INVITE: Text.ACCESS_BY_INVITE,
        }.get(bot.access, Text.ACCESS_PRIVATE)
        await self._answer(job, text.plain(say(words, job.language, bot.texts)))

    async def _ask_admins(self, job: Job, bot: Bot, person: Person) -> None:
        words = text.plain(say(Text.ACCESS_WAITS, job.language, bot.texts))
        asked = (await self._standings.of(bot.id, person.id)).access is Access.PENDING
        cards = [] if asked else await self._cards(job, bot, person)
        lanes = await self._store.park(job, words, cards, limit=PARKED, now=self._clock.now())
        self._standings.changed(bot.id, person.id)
        self._offer_all(lanes)

    async def _cards(
        self, job: Job, bot: Bot, person: Person
    ) -> list[tuple[Chat, Sequence[Content]]]:
        """A card for everybody who may decide, each in their language."""
        chats = await self._admins_chats(bot)
        if not chats:
            logger.warning(
                "bot {}: nobody can be asked to let somebody in: its admins must start a bot",
                bot.name,
            )
        languages = await self._store.languages([chat.telegram_chat_id for chat in chats])
        cards: list[tuple[Chat, Sequence[Content]]] = []
        for chat in chats:
            language = languages.get(chat.telegram_chat_id, "") or bot.language
            cards.append((chat, draw(request_card(language, bot, person, job), language)))
        return cards

    async def _admins_chats(self, bot: Bot) -> list[Chat]:
        """One private chat of each: with this bot if there is one, else with one that runs."""
        ids = [
            account.user_id
            for account in self._accounts.all()
            if account.active and manages(account, bot)
        ]
        chosen: dict[int, Chat] = {}
        for chat in sorted(
            await self._store.admin_chats(ids),
            key=lambda chat: (chat.bot_id != bot.id, not self._usable(chat.bot_id)),
        ):
            chosen.setdefault(chat.telegram_chat_id, chat)
        return list(chosen.values())

    # -- what admins decide -------------------------------------------------------------------

    async def decide(
        self,
        bot: Bot,
        user_id: int,
        access: Access,
        *,
        until: int | None = None,
        pending_only: bool = False,
        entry: AuditEntry,
    ) -> Decided:
        """Set somebody's standing at a bot; they hear of it, if it concerns them."""
        decided = await self._store.decide(
            bot.id,
            user_id,
            access,
            until=until,
            pending_only=pending_only,
            words=await self._words(bot, user_id, access, until),
            entry=entry,
            now=self._clock.now(),
        )
        self._standings.changed(bot.id, user_id, blocked=access is Access.BLOCKED)
        if decided.changed and access is Access.BLOCKED:
            self._forget(bot.id, user_id)
            for generation in self._generations.of_person(bot.id, user_id):
                # Asked anew, it does not come past the gate.
                generation.change()
        self._offer_all(decided.lanes)
        return decided

    async def mode_changed(self, bot: Bot) -> None:
        """When the bot is public now, whoever waited for a decision is answered."""
        if bot.access is AccessMode.PUBLIC:
            lanes = await self._store.open_bot(bot.id)
            self._standings.clear()
            self._offer_all(lanes)

    def changed(self, bot_id: int, user_id: int) -> None:
        """Somebody's standing was changed elsewhere: by a link, by /forgetme."""
        self._standings.changed(bot_id, user_id)

    def _offer_all(self, lanes: Sequence[Lane]) -> None:
        for lane in lanes:
            self._offer(lane)

    async def _words(
        self, bot: Bot, user_id: int, access: Access, until: int | None
    ) -> Mapping[Access, Sequence[Content]]:
        """What somebody hears of a decision, by what their standing was."""
        language = (await self._store.languages([user_id])).get(user_id, "") or bot.language
        if access is Access.DENIED:
            words = text.plain(say(Text.ACCESS_DENIED, language, bot.texts))
            return {Access.PENDING: words}
        if access is not Access.ALLOWED or bot.access is AccessMode.PUBLIC:
            return {}
        if until is None:
            said = say(Text.ACCESS_ALLOWED, language, bot.texts)
        else:
            said = say(Text.ACCESS_ALLOWED_UNTIL, language, bot.texts, until=moment(until))
        words = text.plain(said)
        return {Access.NONE: words, Access.PENDING: words, Access.DENIED: words}
