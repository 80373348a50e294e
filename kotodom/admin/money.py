"""/admin money: what was spent, by whom and on what; and the kill switch."""

import base64
from collections.abc import Sequence

from kotodom.admin import money_views as views
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import PAGE, Screen, go, pages
from kotodom.admin.words.money import MoneyWords
from kotodom.chart import Chart, Series, bars, gathered
from kotodom.model import AccountRole, Content, ContentKind, Scope
from kotodom.money import NANO, dollars
from kotodom.ports.admin.money import Total

SHOWN = 5
"""Bots on the first screen."""
DAYS = 30
"""Days in the chart."""
MANY = 10_000
"""More bots, and models of theirs, than there are."""


class Money(Noun):
    """The commands about what was spent."""

    @command("money [PERIOD]", MoneyWords.ABOUT)
    async def overview(self, ask: Ask) -> Screen:
        """Today, the week and the month, the dearest bots, and what is limited."""
        current = views.period_of(ask, "today")
        lines, shown = [], Total("")
        if self.tools.switch.stopped:
            lines += [ask.say(MoneyWords.STOPPED), ""]
        for period in views.PERIODS:
            total = await self._sum(ask, period)
            shown = total if period == current else shown
            lines.append(
                ask.say(
                    MoneyWords.SUM,
                    period=ask.say(MoneyWords.PERIOD, period=period),
                    cost=dollars(total.cost),
                    questions=total.questions,
                    tokens=total.tokens,
                )
            )
        lines += views.unpriced(ask, shown)
        dearest = await self._totals(ask, Scope.BOT, current, limit=SHOWN)
        if dearest:
            lines += ["", ask.say(MoneyWords.PERIOD, period=current) + ":"]
            lines += [views.entry(ask, self._bot_name(total.key), total) for total in dearest]
        lines += await self._limits(ask)
        buttons = [
            views.period_buttons(ask, "money", current),
            (
                go(ask.say(MoneyWords.BOTS_TITLE), f"money bots {current}"),
                go(ask.say(MoneyWords.PEOPLE_TITLE), f"money people {current}"),
            ),
            (
                go(ask.say(MoneyWords.MODELS_TITLE), f"money models {current}"),
                go(ask.say(MoneyWords.CHART_LABEL), "money chart"),
            ),
            (go(ask.say(MoneyWords.LIMITS_LABEL), "money limits"),),
        ]
        if ask.actor.role.includes(AccountRole.MANAGER):
            buttons[-1] += (go(ask.say(MoneyWords.PRICES_LABEL), "money prices"),)
            stopped = self.tools.switch.stopped
            label = MoneyWords.RESUME_LABEL if stopped else MoneyWords.STOP_LABEL
            buttons.append((go(ask.say(label), "money resume" if stopped else "money stop"),))
        return Screen(
            ask.say(MoneyWords.TITLE),
            tuple(lines),
            buttons=tuple(buttons),
            back="home",
            refresh=f"money {current}",
        )

    @command("money bots [PERIOD] [PAGE]", MoneyWords.BOTS_ABOUT)
    async def bots(self, ask: Ask) -> Screen:
        """What each bot spent."""
        period = views.period_of(ask, "today")
        totals = await self._totals(ask, Scope.BOT, period, page=ask.page)
        named = [(self._bot_name(total.key), total) for total in totals]
        return self._list(ask, MoneyWords.BOTS_TITLE, "money bots", period, named)

    @command("money people [PERIOD] [PAGE]", MoneyWords.PEOPLE_ABOUT)
    async def people(self, ask: Ask) -> Screen:
        """What each person spent."""
        period = views.period_of(ask, "today")
        totals = await self._totals(ask, Scope.USER, period, page=ask.page)
        ids = [int(total.key.partition(":")[2]) for total in totals]
        names = await self.tools.store.people_called(ids)
        named = [
            (f"{names.get(person, person)} → {self._bot_name(total.key)}", total)
            for person, total in zip(ids, totals, strict=True)
        ]
        return self._list(ask, MoneyWords.PEOPLE_TITLE, "money people", period, named)

    @command("money models [PERIOD] [PAGE]", MoneyWords.MODELS_ABOUT)
    async def models(self, ask: Ask) -> Screen:
        """What each model cost, at all bots together."""
        period = views.period_of(ask, "today")
        found: dict[str, list[Total]] = {}
        for total in await self._totals(ask, Scope.MODEL, period, limit=MANY):
            found.setdefault(total.key.partition(":")[2], []).append(total)
        sums = sorted(
            ((model, views.summed(totals)) for model, totals in found.items()),
            key=lambda pair: (-pair[1].cost, -pair[1].tokens, pair[0]),
        )
        here = sums[(ask.page - 1) * PAGE : ask.page * PAGE + 1]
        return self._list(ask, MoneyWords.MODELS_TITLE, "money models", period, here)

    @command("money chart", MoneyWords.CHART_ABOUT)
    async def chart(self, ask: Ask) -> Screen:
        """The last days as a picture, or as letters where none can be drawn."""
        title = ask.say(MoneyWords.CHART_TITLE)
        drawn, flagged = await self._drawn(ask, title)
        buttons = ((go(ask.say(MoneyWords.BOTS_TITLE), "money bots month"),),)
        if not drawn.series:
            nothing = flagged or (ask.say(MoneyWords.NOTHING),)
            return Screen(title, nothing, buttons=buttons, back="money", refresh="money chart")
        picture = await self.tools.painter.bars(drawn)
        if picture is None:
            return Screen(
                title,
                flagged,
                code=bars(drawn),
                buttons=buttons,
                back="money",
                refresh="money chart",
            )
        photo = Content(
            title,
            kind=ContentKind.PHOTO,
            payload=base64.b64encode(picture).decode(),
            name="spend.png",
        )
        lines = tuple(f"• {one.name}: ${one.total:.2f}" for one in drawn.series)
        return Screen(title, (*lines, *flagged), buttons=buttons, back="money", files=(photo,))

    @command("money stop", MoneyWords.STOP_ABOUT, role=AccountRole.MANAGER)
    async def stop(self, ask: Ask) -> Screen:
        """No call to the provider, from this moment on."""
        return await self._throw(ask, True)

    @command("money resume", MoneyWords.RESUME_ABOUT, role=AccountRole.MANAGER)
    async def resume(self, ask: Ask) -> Screen:
        """Calls are allowed again, and what waits is answered."""
        return await self._throw(ask, False)

    async def _throw(self, ask: Ask, stopped: bool) -> Screen:
        if stopped:
            # At once: a database in trouble must not keep calls going.
            self.tools.switch.throw(True)
        before = await self.tools.store.provider_stopped()
        said = {True: "stopped", False: "allowed"}
        entry = ask.audit("provider", "calls", said[before], said[stopped])
        await self.tools.store.stop_provider(stopped, entry, self.tools.clock.now())
        self.tools.switch.throw(stopped)
        return await self.overview(ask)

    # -- reading ----------------------------------------------------------------------------

    def _bot_ids(self, ask: Ask) -> Sequence[int] | None:
        """The bots whose money somebody may see; None: all."""
        if ask.actor.role.includes(AccountRole.MANAGER):
            return None
        return [bot.id for bot in self.tools.registry.all() if ask.sees(bot)]

    async def _totals(
        self, ask: Ask, scope: Scope, period: str, *, page: int = 1, limit: int = PAGE + 1
    ) -> list[Total]:
        store = self.tools.store
        found: list[Total] = await store.totals(
            scope,
            views.range_of(period, store.days, self.tools.clock.now()),
            bot_ids=self._bot_ids(ask),
            after=(page - 1) * PAGE,
            limit=limit,
        )
        return found

    async def _sum(self, ask: Ask, period: str) -> Total:
        scope = Scope.INSTANCE if self._bot_ids(ask) is None else Scope.BOT
        return views.summed(await self._totals(ask, scope, period, limit=MANY))

    async def _limits(self, ask: Ask) -> list[str]:
        """The limits of everything together, as lines."""
        checks = [
            check
            for limit in self.tools.budget.all()
            if limit.scope is Scope.INSTANCE and (check := self.tools.budget.check(limit))
        ]
        if not checks or self._bot_ids(ask) is not None:
            return []
        standings = await self.tools.store.standings(checks)
        name = views.whose(ask, Scope.INSTANCE, "", None, {})
        return ["", *(views.limit_line(ask, one.check.limit, name, one) for one in standings)]

    async def _drawn(self, ask: Ask, title: str) -> tuple[Chart, tuple[str, ...]]:
        """The chart, and the warning that it is not all, where it is not."""
        store = self.tools.store
        days = store.days.last(self.tools.clock.now(), DAYS)
        sums = await store.daily_totals((days[0], days[-1]), self._bot_ids(ask))
        none = Total("")
        series = [
            Series(
                self._bot_name(str(bot_id)),
                tuple(sums.get((bot_id, day), none).cost / NANO for day in days),
            )
            for bot_id in dict.fromkeys(bot_id for bot_id, _ in sums)
        ]
        names = tuple(f"{day // 100 % 100:02}-{day % 100:02}" for day in days)
        others = ask.say(MoneyWords.CHART_OTHERS)
        # Without its sign, which not every font has.
        chart = Chart(title.lstrip("💰 "), names, gathered(series, others))
        return chart, tuple(views.unpriced(ask, views.summed(sums.values())))

    def _bot_name(self, key: str) -> str:
        bot = self.tools.registry.find(int(key.partition(":")[0]))
        return bot.name if bot is not None else f"#{key.partition(':')[0]}"

    def _list(
        self,
        ask: Ask,
        title: MoneyWords,
        base: str,
        period: str,
        named: Sequence[tuple[str, Total]],
    ) -> Screen:
        shown = named[:PAGE]
        lines = [ask.say(MoneyWords.PERIOD, period=period) + ":", ""]
        lines += [views.entry(ask, name, total) for name, total in shown]
        lines += views.unpriced(ask, views.summed(total for _, total in shown))
        if not shown:
            lines.append(ask.say(MoneyWords.NOTHING))
        return Screen(
            ask.say(title),
            tuple(lines),
            buttons=(
                views.period_buttons(ask, base, period),
                *pages(f"{base} {period}", ask.page, len(named) > PAGE),
            ),
            back=f"money {period}",
            refresh=f"{base} {period} {ask.page}",
        )
