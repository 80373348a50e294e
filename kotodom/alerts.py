"""Alerts: one per cause and hour, with the count of those kept back, to whoever administers it.

They are written ahead as notices, together with the fact that they are told: so each arrives
exactly once, in its addressee's language, though the process may be killed at any moment.
"""

import hashlib
import re
from collections.abc import Callable, Iterable

from loguru import logger

from kotodom.accounts import Accounts, manages
from kotodom.admin.screen import Screen, draw, go
from kotodom.admin.words.alerts import AlertsWords
from kotodom.clock import SECOND, Clock
from kotodom.effects import AdminAlert
from kotodom.i18n import Wording, say
from kotodom.measures import ALERTS
from kotodom.metrics import Metrics
from kotodom.model import AccountRole, Bot, Button, ChatType, Content, Lane
from kotodom.ports import Store
from kotodom.ports.admin import Addressee, AlertRecord, Notice
from kotodom.registry import Registry
from kotodom.settings import ALERT_BOT, ALERT_CHAT, Settings

WINDOW = 3600 * SECOND
"""How long one cause stays told (issue: one alert per cause and hour)."""
LONGEST = 40
"""Characters of a key: a button that names it takes at most 64 bytes."""


class Alerts:
    """Tells who administers a bot (or the instance) through bots that they have started."""

    def __init__(
        self,
        *,
        store: Store,
        accounts: Accounts,
        registry: Registry,
        settings: Settings,
        usable: Callable[[int], bool],
        offer: Callable[[Lane], None],
        redact: Callable[[str], str],
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        """*usable* says whether a bot is running, by its id."""
        self._store = store
        self._accounts = accounts
        self._registry = registry
        self._settings = settings
        self._usable = usable
        self._offer = offer
        self._redact = redact
        self._clock = clock
        self._counted = metrics.counter(ALERTS)
        for result in ("told", "kept_back", "unreachable"):
            self._counted.inc(0, result=result)

    async def tell(self, alert: AdminAlert) -> None:
        """Write the alert for everybody it concerns, unless its key was told within the hour."""
        key, now = short(alert.key), self._clock.now()
        suppressed = await self._store.weigh_alert(key, now, WINDOW)
        if suppressed is None:
            self._counted.inc(result="kept_back")
            return
        record = AlertRecord(
            key,
            alert.bot_id,
            alert.words,
            {name: self._shown(value) for name, value in alert.args.items()},
            alert.show,
            alert.retry,
            suppressed=suppressed,
        )
        addressees = await self._addressees(alert.bot_id)
        notices = [
            Notice(
                addressee.chat,
                self._contents(record, addressee),
                f"alert:{key}:{now}:{addressee.chat.id}",
            )
            for addressee in addressees
        ]
        for lane in await self._store.tell_alert(record, notices, now):
            self._offer(lane)
        self._counted.inc(result="told" if addressees else "unreachable")
        if not addressees:
            logger.warning("alert {}: nobody can be told; an admin must start one of the bots", key)

    async def _addressees(self, bot_id: int | None) -> list[Addressee]:
        """Whom an alert goes to: one chat each."""
        about = self._registry.find(bot_id) if bot_id is not None else None
        whole = [one.user_id for one in self._accounts.all() if one.active and _sees_all(one.role)]
        owners = [
            one.user_id
            for one in self._accounts.all()
            if one.active and about is not None and manages(one, about)
        ]
        target = await self._target()
        if target is not None:
            owners = [user_id for user_id in owners if user_id not in whole]
            return [target, *await self.chats(owners)]
        return await self.chats(dict.fromkeys((*whole, *owners)))

    async def chats(self, user_ids: Iterable[int]) -> list[Addressee]:
        """Where these people can be told something: one private chat with a running bot each."""
        preferred = self._preferred()
        found: dict[int, Addressee] = {}
        for addressee in await self._store.addressees(list(user_ids)):
            person, bot_id = addressee.chat.telegram_chat_id, addressee.chat.bot_id
            if self._usable(bot_id) and (person not in found or bot_id == preferred):
                found[person] = addressee
        return list(found.values())

    def _preferred(self) -> int:
        """The bot that is to tell, by the settings; 0 for any."""
        bot = _called(self._settings.get(ALERT_BOT), self._registry.all())
        return bot.id if bot is not None else 0

    async def _target(self) -> Addressee | None:
        """The chat that is told instead of everybody who administers everything."""
        chat_id = self._settings.get(ALERT_CHAT)
        if not chat_id:
            return None
        preferred = self._preferred()
        for bot in self._registry.all():
            if self._usable(bot.id) and preferred in (0, bot.id):
                addressee = await self._store.place(bot.id, int(chat_id))
                if addressee is not None:
                    return addressee
        logger.warning("alerts.chat cannot be written to: alerts go to everybody")
        return None

    def _contents(self, record: AlertRecord, addressee: Addressee) -> list[Content]:
        language = addressee.language
        lines = [told(record, language)]
        if record.suppressed:
            lines.append(say(AlertsWords.MORE, language, count=record.suppressed))
        rows = buttons(record, language)
        if addressee.chat.type is not ChatType.PRIVATE:
            # /admin is for private chats: there somebody who reads this may type the commands.
            commands = "\n".join(button.command for row in rows for button in row)
            lines.append(f"{say(AlertsWords.TYPED, language)}\n{commands}")
            rows = ()
        title = f"⚠️ {self.name(record.bot_id, language)}"
        return draw(Screen(title, ("\n\n".join(lines),), buttons=rows), language)

    def name(self, bot_id: int | None, language: str) -> str:
        """Whose trouble it is, in words."""
        bot = self._registry.find(bot_id) if bot_id is not None else None
        return bot.name if bot is not None else say(AlertsWords.INSTANCE, language)

    def _shown(self, value: str | int) -> str | int:
        return self._redact(value) if isinstance(value, str) else value


def short(key: str) -> str:
    """A key that can stand on a button: what is long or has spaces is told by its digest."""
    if len(key) <= LONGEST and re.fullmatch(r"[\w.:@-]+", key, re.ASCII):
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:8]
    kind = re.sub(r"[^\w.-]", "", key.partition(":")[0], flags=re.ASCII)[: LONGEST - 9]
    return f"{kind}:{digest}"


def told(record: AlertRecord, language: str) -> str:
    """What an alert says; its bare facts when no text has that id any more."""
    for texts in Wording.__subclasses__():
        if record.words in list(texts):
            return say(texts(record.words), language, **record.args)
    return f"{record.words}: {', '.join(map(str, record.args.values()))}"


def buttons(record: AlertRecord, language: str) -> tuple[tuple[Button, ...], ...]:
    """What can be done about it."""
    first = []
    if record.screen:
        first.append(go(say(AlertsWords.SHOW, language), record.screen))
    if record.retry:
        first.append(go(say(AlertsWords.RETRY, language), record.retry))
    silence = go(say(AlertsWords.SILENCE, language), f"alert {record.key} silence")
    return tuple(row for row in (tuple(first), (silence,)) if row)


def _sees_all(role: AccountRole) -> bool:
    return role.includes(AccountRole.MANAGER)


def _called(said: str, bots: Iterable[Bot]) -> Bot | None:
    """The bot of that name, @username or number."""
    wanted = said.removeprefix("@").casefold()
    return next(
        (
            bot
            for bot in bots
            if wanted
            and wanted
            in (bot.name.casefold(), bot.username.casefold(), str(bot.id), str(bot.telegram_id))
        ),
        None,
    )
