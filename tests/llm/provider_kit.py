"""What the provider's tests share: a clock that never waits, questions, a way to listen."""

import asyncio

from kotodom.model import Delta, Done, Event, Question, Turn


class ManualClock:
    """Time passes only when it is told to, or slept away."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self.slept: list[float] = []

    def now(self) -> int:
        return 1_760_000_000_000 + int(self.time * 1000)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


KEY = "sk-proj-0123456789abcdefghij"


def ask(text: str = "hello", turns: tuple[Turn, ...] = ()) -> Question:
    return Question(
        model="gpt-6-luna",
        instructions="You are a cat.",
        turns=turns,
        text=text,
        user_key="user-hash",
        cache_key="chat-hash",
    )


async def listen(provider, question: Question | None = None) -> list[Event]:
    return [event async for event in provider.stream(question or ask())]


def text_of(events: list[Event]) -> str:
    """The text of Done; checks that Done is last, alone, and that the deltas agree with it."""
    done = events[-1]
    assert isinstance(done, Done)
    assert not any(isinstance(event, Done) for event in events[:-1])
    shown = "".join(event.text for event in events if isinstance(event, Delta))
    assert shown == done.text
    return done.text
