"""The circuits of the keys that single bots have: what befalls one of them is nobody else's."""

from collections import OrderedDict
from collections.abc import Callable, Collection

from kotodom.llm.breaker import CircuitBreaker, State

KEPT = 1_000
"""Keys whose circuits are remembered; one that is made anew begins closed."""


class OwnCircuits:
    """A circuit for each key, made when it is first used."""

    def __init__(self, make: Callable[[str], CircuitBreaker]) -> None:
        """*make* is given the key."""
        self._make = make
        self._circuits: OrderedDict[str, CircuitBreaker] = OrderedDict()

    def states(self, api_keys: Collection[str]) -> list[State]:
        """The state of each circuit of these keys: nobody closes that of a key that is no more."""
        return [circuit.state for key, circuit in self._circuits.items() if key in api_keys]

    def of(self, api_key: str) -> CircuitBreaker:
        """The circuit of that key."""
        circuit = self._circuits.get(api_key)
        if circuit is None:
            circuit = self._circuits[api_key] = self._make(api_key)
            if len(self._circuits) > KEPT:
                self._circuits.popitem(last=False)
        self._circuits.move_to_end(api_key)
        return circuit
