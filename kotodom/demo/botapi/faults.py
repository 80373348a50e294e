"""Faults on demand: what may go wrong between a bot and Telegram."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """The call takes that much longer; faults that follow in the list apply as well."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Status:
    """The call is refused, without effect."""

    code: int
    description: str
    retry_after: int | None = None
    """With 429: a penalty for the chat begins, as if flood control had spoken."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """200 with an HTML page, without effect."""


@dataclass(frozen=True, slots=True)
class DropBefore:
    """The connection closes without effect."""


@dataclass(frozen=True, slots=True)
class DropAfter:
    """The call takes effect, then the connection closes without an answer."""


@dataclass(frozen=True, slots=True)
class StatusAfter:
    """The call takes effect, then a proxy answers with an HTML error page."""

    code: int = 502


@dataclass(frozen=True, slots=True)
class CutBody:
    """The call takes effect, then the connection closes in the middle of the answer's body."""

    after: int | None = None
    """Bytes that still arrive; half of the body when left out."""


@dataclass(frozen=True, slots=True)
class SlowBody:
    """The call takes effect, then the answer's body takes that many seconds to arrive."""

    seconds: float


Effect = Latency | Status | Garbage | DropBefore | DropAfter | StatusAfter | CutBody | SlowBody
EFFECTS: dict[str, type[Effect]] = {
    kind.__name__: kind
    for kind in (
        *(Latency, Status, Garbage, DropBefore, DropAfter, StatusAfter, CutBody, SlowBody),
    )
}


@dataclass(eq=False)
class Fault:
    """One scripted fault."""

    method: str | None
    effect: Effect
    left: int | None
    """How often it still happens; None for ever."""
    bot_id: int | None
    chat_id: int | None
    skip: int
    hits: int = 0
    """How often it has happened."""

    def matches(self, method: str, bot_id: int, chat_id: int) -> bool:
        """Whether it applies to this call and is due."""
        return (
            self.left != 0
            and self.method in (None, method)
            and self.bot_id in (None, bot_id)
            and self.chat_id in (None, chat_id)
        )


class Faults:
    """The scripted faults, tried in the order they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        method: str | None,
        effect: Effect,
        *,
        times: int | None = 1,
        bot: object = None,
        chat: object = None,
        skip: int = 0,
    ) -> Fault:
        """Let *effect* happen to the next *times* matching calls (None: to all) after *skip*.

        *method* None means every method, getUpdates included; ``file`` is a download. *bot* and
        *chat* are ids or anything with an ``id``.
        """
        fault = Fault(
            method=method.lower() if method else None,
            effect=effect,
            left=times,
            bot_id=_id(bot),
            chat_id=_id(chat),
            skip=skip,
        )
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all of them."""
        self._faults.clear()

    def pick(self, method: str, bot_id: int, chat_id: int) -> list[Effect]:
        """What happens to this call: any latencies, then at most one other effect."""
        effects: list[Effect] = []
        for fault in self._faults:
            if not fault.matches(method, bot_id, chat_id):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.left is not None:
                fault.left -= 1
            fault.hits += 1
            effects.append(fault.effect)
            if not isinstance(fault.effect, Latency):
                break
        if effects:
            self._faults = [fault for fault in self._faults if fault.left != 0]
        return effects


def _id(thing: object) -> int | None:
    if thing is None or isinstance(thing, int):
        return thing
    return int(thing.id)  # type: ignore[attr-defined]
