"""How a broadcast looks: in lists, on its card, as the bar that moves, as its report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kotodom.admin.messages_view import cause
from kotodom.admin.screen import Screen, draw, go
from kotodom.admin.words.broadcasts import BroadcastsWords as Words
from kotodom.i18n import Wording, say
from kotodom.model import Bot, Button, Buttons, Content
from kotodom.model.broadcasts import Broadcast, BroadcastState

RATE = 25
"""Messages a second that one bot sends unasked (issue: Telegram's limit is about 30)."""
WIDTH = 12
"""Signs of the bar: it fits beside its number on the narrowest phone."""
SNIPPET = 40

STATES: Mapping[BroadcastState, tuple[str, Wording]] = {
    BroadcastState.DRAFT: ("✏️", Words.DRAFT),
    BroadcastState.RUNNING: ("▶️", Words.RUNNING),
    BroadcastState.PAUSED: ("⏸", Words.PAUSED),
    BroadcastState.DONE: ("✅", Words.DONE),
    BroadcastState.CANCELLED: ("⏹", Words.CANCELLED),
}


@dataclass(frozen=True, slots=True)
class Moving:
    """A broadcast with what holds it up."""

    broadcast: Broadcast
    bot: Bot | None
    """None when it is gone."""
    held: bool = False
    """Kotodom has too much work, or too little disk."""


def label(broadcast: Broadcast, bot: Bot | None) -> str:
    """One line of a list."""
    icon, _ = STATES[broadcast.state]
    share = f" {percent(broadcast)} %" if broadcast.state in _BEGUN else ""
    name = bot.name if bot is not None else "…"
    return f"{icon}{share} {name}: {snippet(broadcast.text)}"


def snippet(text: str) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= SNIPPET else f"{line[: SNIPPET - 1]}…"


def percent(broadcast: Broadcast) -> int:
    """How much of it is settled: 100 only when all is."""
    if broadcast.state is BroadcastState.DONE:
        return 100
    return min(99, broadcast.settled * 100 // max(1, broadcast.total))


def bar(broadcast: Broadcast) -> str:
    """``▓▓▓░░░ 50 %``."""
    share = percent(broadcast)
    full = WIDTH * share // 100
    return f"{'▓' * full}{'░' * (WIDTH - full)} {share} %"


def title(moving: Moving, language: str) -> str:
    """``Broadcast 5 · cat``."""
    name = moving.bot.name if moving.bot is not None else "…"
    return f"📣 {say(Words.CARD_TITLE, language, number=str(moving.broadcast.id))} · {name}"


def audience_words(broadcast: Broadcast, language: str) -> str:
    """The filter in words."""
    who = say(Words.EVERYBODY, language)
    if broadcast.active_days:
        who = say(Words.ACTIVE, language, days=broadcast.active_days)
    if not broadcast.language:
        return who
    return f"{who}, {say(Words.SPEAKS, language, tongue=broadcast.language)}"


def figures(moving: Moving, language: str) -> Iterator[str]:
    """How far it is, line by line."""
    broadcast = moving.broadcast
    icon, state = STATES[broadcast.state]
    yield f"{icon} {say(state, language)}"
    if broadcast.state is BroadcastState.DRAFT or broadcast.started_at is None:
        return
    yield bar(broadcast)
    yield say(Words.SETTLED, language, settled=broadcast.settled, total=broadcast.total)
    yield say(
        Words.COUNTS,
        language,
        delivered=broadcast.delivered,
        blocked=broadcast.blocked,
        failed=broadcast.failed,
    )
    yield from _outlook(moving, language)


def _outlook(moving: Moving, language: str) -> Iterator[str]:
    broadcast = moving.broadcast
    if broadcast.state is BroadcastState.DONE and broadcast.pending:
        yield say(Words.SKIPPED, language, count=broadcast.pending)
    if broadcast.state is BroadcastState.PAUSED and broadcast.reason:
        yield say(Words.BY_ITSELF, language, reason=broadcast.reason)
    if broadcast.state is not BroadcastState.RUNNING:
        return
    if moving.bot is None or not moving.bot.enabled or moving.bot.error:
        yield say(Words.STOPPED_BOT, language)
    elif moving.held:
        yield say(Words.HELD, language)
    else:
        yield say(Words.LEFT, language, minutes=-(-broadcast.pending // (RATE * 60)))


def controls(broadcast: Broadcast, language: str) -> list[Button]:
    """The buttons that stop and go."""
    number, found = broadcast.id, []
    if broadcast.state is BroadcastState.RUNNING:
        found.append(go(say(Words.PAUSE, language), f"broadcast {number} pause"))
    if broadcast.state is BroadcastState.PAUSED:
        found.append(go(say(Words.RESUME, language), f"broadcast {number} resume"))
    if found:
        found.append(go(say(Words.CANCEL, language), f"broadcast {number} cancel"))
    return found


def progress_screen(moving: Moving, language: str) -> Screen:
    """The message that shows how far it is: nothing leads from it to other screens."""
    buttons: Buttons = (tuple(controls(moving.broadcast, language)),)
    return Screen(title(moving, language), tuple(figures(moving, language)), buttons=buttons)


def progress(moving: Moving, language: str) -> Content:
    """The same as a message."""
    return draw(progress_screen(moving, language), language)[0]


def report(moving: Moving, failures: Sequence[tuple[str, int]], language: str) -> list[Content]:
    """What became of it, for whoever started it."""
    broadcast = moving.broadcast
    lines = [
        say(Words.SETTLED, language, settled=broadcast.settled, total=broadcast.total),
        say(
            Words.COUNTS,
            language,
            delivered=broadcast.delivered,
            blocked=broadcast.blocked,
            failed=broadcast.failed,
        ),
    ]
    if broadcast.pending:
        lines.append(say(Words.SKIPPED, language, count=broadcast.pending))
    lines += failure_lines(failures, language)
    name = moving.bot.name if moving.bot is not None else "…"
    heading = say(Words.REPORT, language, number=str(broadcast.id))
    return draw(Screen(f"✅ {heading} · {name}", tuple(lines)), language)


def failure_lines(failures: Sequence[tuple[str, int]], language: str) -> list[str]:
    """Why it failed, by cause."""
    if not failures:
        return []
    causes = [f"{cause(code, language)} × {count}" for code, count in failures]
    return ["", say(Words.FAILURES, language), *causes]


_BEGUN = (BroadcastState.RUNNING, BroadcastState.PAUSED)
