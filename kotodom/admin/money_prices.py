"""/admin money price: what models cost."""

import re
from dataclasses import replace
from decimal import Decimal

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.money_views import range_of
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.words.money import MoneyWords
from kotodom.model import AccountRole, Scope
from kotodom.money import Price, has_price, price_of

LONGEST = 200
"""Characters of a model's name."""
_NUMBER = r"\$?(\d{1,7}(?:[.,]\d{1,9})?)"
_TOKENS = re.compile(rf"{_NUMBER}[\s;/]+{_NUMBER}[\s;/]+{_NUMBER}", re.ASCII)
_MINUTE = re.compile(rf"(?:minute|минута)\s+{_NUMBER}", re.ASCII | re.IGNORECASE)
_FREE = re.compile(r"\$?0+(?:[.,]0*)?", re.ASCII)
_NONE = frozenset({"none", "no", "нет", "-", "–"})


class Prices(Noun):
    """The commands about prices."""

    @command("money prices [PAGE]", MoneyWords.PRICES_ABOUT, role=AccountRole.MANAGER)
    async def all(self, ask: Ask) -> Screen:
        """The price table: what is in use comes first, and before it what has no price."""
        models = await self._models()
        begin = (ask.page - 1) * PAGE
        shown = models[begin : begin + PAGE]
        lines = [ask.say(MoneyWords.PRICES_HINT), ""]
        for model in shown:
            lines += self._price_lines(ask, model, "• ")
        buttons = [go(model, _command(model)) for model in shown]
        return Screen(
            ask.say(MoneyWords.PRICES_TITLE),
            tuple(lines),
            buttons=(
                *columns(buttons),
                *pages("money prices", ask.page, len(models) > begin + PAGE),
            ),
            back="money",
            refresh=f"money prices {ask.page}",
        )

    @command("money price MODEL [PRICES…]", MoneyWords.PRICE_ABOUT, role=AccountRole.MANAGER)
    async def one(self, ask: Ask) -> Screen:
        """Show or set what a model costs."""
        model, said = ask.word("MODEL")[:LONGEST], ask.word("PRICES").strip()
        if not said:
            return self._card(ask, model)
        before = self.tools.prices.get(model)
        after = None if said.lower() in _NONE else self._read(ask, model, said, before)
        entry = ask.audit(f"price:{model}", "", _written(before), _written(after))
        await self.tools.store.set_price(model, after, entry, self.tools.clock.now())
        self.tools.prices.set(model, after)
        return self._card(ask, model, ask.say(MoneyWords.PRICE_SAVED))

    def _card(self, ask: Ask, model: str, done: str = "") -> Screen:
        source = self.tools.prices.source(model)
        lines = [done, ""] if done else []
        lines += self._price_lines(ask, model)
        if source is not None:
            lines.append(ask.say(MoneyWords.PRICE_SOURCE, source=source.value))
        lines += ["", ask.say(MoneyWords.PRICE_ASK)]
        this = _command(model)
        rows = [(go(ask.say(MoneyWords.PRICE_FREE_LABEL), f"{this} 0"),)]
        if source == "admin":
            rows.append((go(ask.say(MoneyWords.PRICE_BACK_LABEL), f"{this} none"),))
        return Screen(
            f"🏷 {model}",
            tuple(lines),
            buttons=tuple(rows),
            back="money prices",
            refresh=this,
            # Once it is set, the next message is a question again.
            awaits="" if done else this,
        )

    def _price_lines(self, ask: Ask, model: str, sign: str = "") -> list[str]:
        price = price_of(model, self.tools.prices)
        lines = []
        if price is not None and price.input is not None:
            said = {
                name: f"${amount.normalize():f}"
                for name in ("input", "cached", "output")
                if (amount := getattr(price, name)) is not None
            }
            lines.append(sign + ask.say(MoneyWords.PRICE_TOKENS, model=model, **said))
        if price is not None and price.minute is not None:
            minute = ask.say(MoneyWords.PRICE_MINUTE, minute=f"${price.minute.normalize():f}")
            lines.append(f"   {minute}" if lines else f"{sign}{model}: {minute}")
        return lines or [ask.say(MoneyWords.PRICE_NONE, model=model)]

    def _read(self, ask: Ask, model: str, said: str, before: Price | None) -> Price:
        """The price that somebody wrote; what it does not name stays."""
        known = before or Price()
        if _FREE.fullmatch(said):
            zero = Decimal(0)
            listens = known.minute is not None or model == self.tools.config.openai.transcribe_model
            return Price(zero, zero, zero, zero if listens else None)
        if minute := _MINUTE.fullmatch(said):
            return replace(known, minute=_decimal(minute[1]))
        if tokens := _TOKENS.fullmatch(said):
            sent, cached, answered = (_decimal(number) for number in tokens.groups())
            return replace(known, input=sent, cached=cached, output=answered)
        raise ask.refuse(MoneyWords.PRICE_BAD, said=said)

    async def _models(self) -> list[str]:
        """Every model that is in use or has a price, those without one first."""
        registry, store = self.tools.registry, self.tools.store
        days = range_of("month", store.days, self.tools.clock.now())
        billed = [
            total.key.partition(":")[2]
            for total in await store.totals(Scope.MODEL, days, limit=1000)
        ]
        used = dict.fromkeys(
            model
            for bot in registry.all()
            for model in (registry.model_of(bot), *bot.models, bot.fallback_model)
        )
        used |= dict.fromkeys([self.tools.config.openai.transcribe_model, *billed])
        prices = self.tools.prices
        known = [model for model in used if model]
        listed = [model for model in sorted(prices) if model not in used]
        return [*sorted(known, key=lambda model: self._priced(model)), *listed]

    def _priced(self, model: str) -> bool:
        price = price_of(model, self.tools.prices)
        listens = price is not None and price.minute is not None
        return listens or has_price(model, self.tools.prices)


def _command(model: str) -> str:
    return f'money price "{model}"' if " " in model else f"money price {model}"


def _decimal(said: str) -> Decimal:
    return Decimal(said.replace(",", "."))


def _written(price: Price | None) -> str | None:
    """As the audit log keeps it: dollars for a million tokens, and for a minute."""
    if price is None:
        return None
    said = [
        str(amount) for amount in (price.input, price.cached, price.output) if amount is not None
    ]
    if price.minute is not None:
        said.append(f"minute {price.minute}")
    return " ".join(said)
