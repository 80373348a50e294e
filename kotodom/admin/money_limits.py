"""/admin … limit: how much may be spent, at four levels."""

from collections.abc import Iterable, Mapping

from kotodom.admin import money_places as places
from kotodom.admin import money_views as views
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.money_places import Place
from kotodom.admin.people_one import found_person
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.words.common import CommonWords
from kotodom.admin.words.money import MoneyWords
from kotodom.budget import amount_said
from kotodom.model import EACH, AccountRole, Button, Limit, Measure, Period, Scope
from kotodom.money import has_price


class Limits(Noun):
    """The commands about limits."""

    @command("money limits [PAGE]", MoneyWords.LIMITS_ABOUT)
    async def all(self, ask: Ask) -> Screen:
        """Every limit that the giver may see."""
        mine = [limit for limit in self.tools.budget.all() if self._sees(ask, limit)]
        place = places.INSTANCE if ask.actor.role.includes(AccountRole.MANAGER) else None
        title = ask.say(MoneyWords.LIMITS_TITLE)
        return await self._list(ask, title, mine, place, "money limits", back="money")

    @command("bot BOT limits [PAGE]", MoneyWords.LIMITS_OF_BOT_ABOUT)
    async def of_bot(self, ask: Ask) -> Screen:
        """A bot's, with those of its chats and people."""
        bot = ask.target
        mine = [limit for limit in self.tools.budget.all() if limit.bot_id == bot.id]
        place = places.of_bot(bot) if ask.actor.role.includes(AccountRole.MANAGER) else None
        title = ask.say(MoneyWords.LIMITS_OF, whose=bot.name)
        each = go(ask.say(MoneyWords.PERSONAL_LABEL), f"bot {bot.id} person each limit")
        above = f"bot {bot.id} limits"
        return await self._list(ask, title, mine, place, above, back=f"bot {bot.id}", more=(each,))

    @command("chat CHAT limits", MoneyWords.LIMITS_OF_CHAT_ABOUT)
    async def of_chat(self, ask: Ask) -> Screen:
        """A chat's."""
        return await self._here(ask, places.of_chat(ask.target, ask.number("CHAT")))

    @command("bot BOT person PERSON limit", MoneyWords.LIMIT_PERSON_ABOUT)
    async def of_person(self, ask: Ask) -> Screen:
        """A person's at a bot."""
        return await self._here(ask, await self._person(ask))

    @command(
        "money limit PERIOD MEASURE [AMOUNT…]", MoneyWords.LIMIT_ABOUT, role=AccountRole.MANAGER
    )
    async def set_all(self, ask: Ask) -> Screen:
        """Limit all bots together."""
        return await self._set(ask, places.INSTANCE)

    @command(
        "bot BOT limit PERIOD MEASURE [AMOUNT…]",
        MoneyWords.LIMIT_BOT_ABOUT,
        role=AccountRole.MANAGER,
    )
    async def set_bot(self, ask: Ask) -> Screen:
        """Limit a bot: whoever pays for the provider decides, not whoever owns the bot."""
        return await self._set(ask, places.of_bot(ask.target))

    @command("chat CHAT limit PERIOD MEASURE [AMOUNT…]", MoneyWords.LIMIT_CHAT_ABOUT)
    async def set_chat(self, ask: Ask) -> Screen:
        """Limit a chat."""
        return await self._set(ask, places.of_chat(ask.target, ask.number("CHAT")))

    @command("bot BOT person PERSON limit PERIOD MEASURE [AMOUNT…]", MoneyWords.LIMIT_PERSON_ABOUT)
    async def set_person(self, ask: Ask) -> Screen:
        """Limit a person at a bot, or everybody, each by themselves."""
        return await self._set(ask, await self._person(ask))

    # -- setting ----------------------------------------------------------------------------

    async def _set(self, ask: Ask, place: Place) -> Screen:
        period, measure = places.period_said(ask), places.measure_said(ask)
        found = self.tools.budget.find(place.scope, place.key, period, measure)
        said = ask.word("AMOUNT").strip()
        if not said:
            return await self._ask(ask, place, period, measure, found)
        amount = places.amount_written(ask, measure, said)
        limit = Limit(place.scope, place.key, place.bot_id, period, measure, amount or 0)
        entry = ask.audit(
            f"limit:{place.scope}:{place.key}",
            f"{period} {measure}",
            None if found is None else amount_said(measure, found.amount),
            None if amount is None else amount_said(measure, amount),
        )
        stored = await self.tools.store.set_limit(limit, amount, entry, self.tools.clock.now())
        if stored is None:
            self.tools.budget.remove(limit)
        else:
            self.tools.budget.put(stored)
        done = MoneyWords.LIMIT_REMOVED if stored is None else MoneyWords.LIMIT_SAVED
        return await self._here(ask, place, ask.say(done))

    async def _ask(
        self, ask: Ask, place: Place, period: Period, measure: Measure, found: Limit | None
    ) -> Screen:
        this = f"{place.command} {period} {measure}"
        now = ask.say(CommonWords.NONE) if found is None else amount_said(measure, found.amount)
        steps = ("1", "5", "20", "100") if measure is Measure.COST else ("10", "50", "200", "1000")
        buttons = [
            go(f"${step}" if measure is Measure.COST else step, f"{this} {step}") for step in steps
        ]
        none = go(ask.say(MoneyWords.LIMIT_REMOVE_LABEL), f"{this} none")
        return Screen(
            ask.say(MoneyWords.LIMITS_OF, whose=await self._name(ask, place)),
            (
                ask.say(MoneyWords.LIMIT_NOW, amount=now),
                ask.say(MoneyWords.LIMIT_ASK, measure=measure.value, period=period.value),
            ),
            buttons=(*columns(buttons, 4), (none,)),
            back=place.list,
            refresh=this,
            awaits=this,
        )

    # -- showing ----------------------------------------------------------------------------

    async def _here(self, ask: Ask, place: Place, done: str = "") -> Screen:
        """The limits of one place, and what can be limited there."""
        mine = [
            limit
            for limit in self.tools.budget.all()
            if (limit.scope, limit.key) == (place.scope, place.key)
        ]
        lines = [done, ""] if done else []
        lines += await self._lines(ask, mine)
        lines += self._warning(ask, place) if any(_costs(limit) for limit in mine) else []
        return Screen(
            ask.say(MoneyWords.LIMITS_OF, whose=await self._name(ask, place)),
            tuple(lines),
            buttons=(*_offers(ask, place), *self._price_buttons(ask, place, mine)),
            back=place.above,
            refresh=place.list,
        )

    async def _list(
        self,
        ask: Ask,
        title: str,
        limits: list[Limit],
        place: Place | None,
        base: str,
        *,
        back: str,
        more: tuple[Button, ...] = (),
    ) -> Screen:
        begin = (ask.page - 1) * PAGE
        shown = limits[begin : begin + PAGE]
        lines = await self._lines(ask, shown)
        offers = _offers(ask, place) if place is not None else ()
        return Screen(
            title,
            tuple(lines),
            buttons=(
                *offers,
                *((more,) if more else ()),
                *columns(await self._changing(ask, shown), 1),
                *pages(base, ask.page, len(limits) > begin + PAGE),
            ),
            back=back,
            refresh=f"{base} {ask.page}",
        )

    async def _lines(self, ask: Ask, limits: list[Limit]) -> list[str]:
        if not limits:
            return [ask.say(MoneyWords.LIMIT_NONE)]
        checks = [check for limit in limits if (check := self.tools.budget.check(limit))]
        standings = {one.check.limit.id: one for one in await self.tools.store.standings(checks)}
        names = await self._called(ask, limits)
        return [
            views.limit_line(
                ask,
                limit,
                views.whose(
                    ask, limit.scope, limit.key, self.tools.registry.find(limit.bot_id), names
                ),
                standings.get(limit.id),
            )
            for limit in limits
        ]

    async def _changing(self, ask: Ask, limits: list[Limit]) -> list[Button]:
        """A button for each limit of a list that the giver may change."""
        manages = ask.actor.role.includes(AccountRole.MANAGER)
        names = await self._called(ask, limits)
        buttons = []
        for limit in limits:
            if not (manages or limit.scope in (Scope.CHAT, Scope.USER)):
                continue
            bot = self.tools.registry.find(limit.bot_id)
            whose = views.whose(ask, limit.scope, limit.key, bot, names)
            what = ask.say(
                MoneyWords.LIMIT_ADD, period=limit.period.value, measure=limit.measure.value
            )
            command = f"{places.place_of(limit).command} {limit.period} {limit.measure}"
            buttons.append(go(f"✏️ {whose} · {what}", command))
        return buttons

    def _warning(self, ask: Ask, place: Place) -> list[str]:
        missing = self._priceless(place)
        if not missing:
            return []
        return ["", ask.say(MoneyWords.LIMIT_NO_PRICE, models=", ".join(missing))]

    def _price_buttons(
        self, ask: Ask, place: Place, limits: list[Limit]
    ) -> tuple[tuple[Button, ...], ...]:
        if not any(_costs(limit) for limit in limits):
            return ()
        if not ask.actor.role.includes(AccountRole.MANAGER):
            return ()
        return tuple(
            (go(f"🏷 {model}", f"money price {model}"),) for model in self._priceless(place)
        )

    def _priceless(self, place: Place) -> list[str]:
        """The models in use here that have no price."""
        bots = [
            bot for bot in self.tools.registry.all() if place.bot_id in (0, bot.id) and bot.enabled
        ]
        used = dict.fromkeys(
            model
            for bot in bots
            for model in (self.tools.registry.model_of(bot), *bot.models, bot.fallback_model)
            if model
        )
        return [model for model in used if not has_price(model, self.tools.prices)][:3]

    async def _name(self, ask: Ask, place: Place) -> str:
        limit = Limit(place.scope, place.key, place.bot_id, Period.DAY, Measure.COST, 0)
        names = await self._called(ask, [limit])
        bot = self.tools.registry.find(place.bot_id)
        return views.whose(ask, place.scope, place.key, bot, names)

    async def _person(self, ask: Ask) -> Place:
        said, bot = ask.word("PERSON"), ask.target
        if places.everybody(said):
            return places.of_person(bot.id, EACH)
        return places.of_person(bot.id, str(await found_person(self.tools, ask, [bot.id])))

    async def _called(self, ask: Ask, limits: Iterable[Limit]) -> Mapping[int, str]:
        """The names of the people in limits, as far as the giver's bots know them."""
        mine = [bot.id for bot in self.tools.registry.all() if ask.sees(bot)]
        whole = ask.actor.role.includes(AccountRole.MANAGER)
        found: Mapping[int, str] = await self.tools.store.people_called(
            _people(limits), None if whole else mine
        )
        return found

    def _sees(self, ask: Ask, limit: Limit) -> bool:
        if not limit.bot_id:
            return ask.actor.role.includes(AccountRole.MANAGER)
        bot = self.tools.registry.find(limit.bot_id)  # none: it was deleted
        return bot is not None and ask.sees(bot)


def _offers(ask: Ask, place: Place) -> tuple[tuple[Button, ...], ...]:
    return columns(
        [
            go(
                ask.say(MoneyWords.LIMIT_ADD, period=period.value, measure=measure.value),
                f"{place.command} {period} {measure}",
            )
            for measure in Measure
            for period in Period
        ]
    )


def _people(limits: Iterable[Limit]) -> list[int]:
    return [limit.person for limit in limits if limit.person]


def _costs(limit: Limit) -> bool:
    return limit.measure is Measure.COST
