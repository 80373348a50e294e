"""The faults that the offline model server has been ordered to make."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kotodom.demo import model_faults as faults

Match = Callable[[dict[str, Any]], bool]


@dataclass(slots=True)
class _Order:
    """A fault that waits for the requests it is meant for."""

    fault: faults.Fault
    times: int
    match: Match | None
    hearing: bool


class Orders:
    """Faults in the order in which they were ordered."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []

    def add(self, fault: faults.Fault, times: int, match: Match | None, *, hearing: bool) -> None:
        """Let *times* requests whose body *match* accepts meet *fault*."""
        if hearing and isinstance(fault, faults.InStream):
            raise ValueError(f"a transcript has no stream that {fault} could happen in")
        self._orders.append(_Order(fault, times, match, hearing))

    def clear(self) -> None:
        """Forget those that have not happened yet."""
        self._orders.clear()

    def next(self, body: dict[str, Any], *, hearing: bool = False) -> faults.Fault | None:
        """The fault that this request meets."""
        for order in self._orders:
            if order.hearing is hearing and (order.match is None or order.match(body)):
                order.times -= 1
                if order.times <= 0:
                    self._orders.remove(order)
                return order.fault
        return None
