"""The price table as it is now: what an admin set over the configuration over what we know.

Everything that needs prices holds this one table and so sees every change at once.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from kotodom.money import Price, merge


class Source(StrEnum):
    """Where a price comes from."""

    ADMIN = "admin"
    CONFIG = "config"
    KNOWN = "known"
    """It is shipped with the program."""


class PriceTable(Mapping[str, Price]):
    """Prices by model."""

    def __init__(self, known: Mapping[str, Price], configured: Mapping[str, Price]) -> None:
        self._known = known
        self._configured = configured
        self._set: dict[str, Price] = {}
        self._all = merge(known, configured)

    def load(self, prices: Mapping[str, Price]) -> None:
        """Take these as what admins set, and no others."""
        self._set = dict(prices)
        self._all = {**merge(self._known, self._configured), **self._set}

    def set(self, model: str, price: Price | None) -> None:
        """An admin set a price, or (None) took it back: then the one below it counts again."""
        prices = {**self._set, model: price}
        self.load({name: price for name, price in prices.items() if price is not None})

    def source(self, model: str) -> Source | None:
        """Where the price under exactly that name comes from; None when there is none."""
        if model in self._set:
            return Source.ADMIN
        if model in self._configured:
            return Source.CONFIG
        return Source.KNOWN if model in self._known else None

    def __getitem__(self, model: str) -> Price:
        return self._all[model]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)
