"""The demo's commands about the demo itself: who is there, what breaks, what comes of it."""

import asyncio

from kotodom.demo import model_faults as faults
from kotodom.demo.terminal.arguments import Mistake
from kotodom.demo.terminal.conversation import Conversation
from kotodom.demo.terminal.text import clean

_PATIENCE = 60.0
"""Seconds that /wait waits."""
_EVER = 10**9
"""Requests that meet a fault, until it is mended."""

FAULTS: dict[str, tuple[str, faults.Fault]] = {
    "key": (
        "the key is not valid any more (401)",
        faults.Status(401, {"code": "invalid_api_key", "message": "Incorrect API key provided."}),
    ),
    "quota": (
        "the account has no money left (429)",
        faults.Status(
            429,
            {
                "code": "insufficient_quota",
                "type": "insufficient_quota",
                "message": "You exceeded your current quota.",
            },
        ),
    ),
    "busy": (
        "too many requests (429, try again in 2 s)",
        faults.Status(
            429,
            {"code": "rate_limit_exceeded", "message": "Rate limit reached."},
            {"retry-after": "2"},
        ),
    ),
    "error": (
        "every request fails (500)",
        faults.Status(500, {"message": "The server had an error."}),
    ),
    "down": ("nobody answers the connection", faults.Refuse()),
    "slow": ("every answer begins five seconds later", faults.Latency(5.0)),
}


async def bot(talk: Conversation, name: str) -> None:
    """/bot NAME"""
    actor = talk.stage.cast.find(name)
    if actor is not None:
        talk.current = talk.stage.cast.chat(actor.bot, talk.current.person)
        talk.output.notice(f"Now {_who(talk)} to {talk.current.name}.")
    else:
        said = f'There is no bot called "{clean(name)}".' if name else "Which bot?"
        talk.output.notice(f"{said} There are {_names(talk)}.")


async def bots(talk: Conversation, _rest: str) -> None:
    """/bots"""
    talk.output.notice(f"There are {_names(talk)}; {_who(talk)} to {talk.current.name}.")


def _who(talk: Conversation) -> str:
    return f"{clean(talk.current.person)} talks" if talk.current.person else "you talk"


def _names(talk: Conversation) -> str:
    return ", ".join(clean(actor.name) for actor in talk.stage.cast.actors)


async def kill(talk: Conversation, _rest: str) -> None:
    """/kill"""
    daemon = talk.stage.daemon
    pid = daemon.pid
    await talk.stage.kill()
    talk.output.notice(f"Killed the daemon (SIGKILL, pid {pid}). Starting it again…")
    talk.stage.begin(
        lambda: talk.output.notice(
            f"The daemon runs again (pid {daemon.pid}). What was unanswered is answered now, once."
        )
    )


async def fault(talk: Conversation, rest: str) -> None:
    """/fault [KIND]"""
    model, kind = talk.stage.model, rest.lower()
    if model is None:
        raise Mistake("The model is a provider of yours: only the demo's own can be broken.")
    if kind == "off":
        model.clear()
        talk.stage.broken = ""
        talk.output.notice("The model works again.")
    elif kind in FAULTS:
        model.clear()
        what, order = FAULTS[kind]
        model.add(order, times=_EVER)
        # A slow model answers in the end: what waits for it is waited for.
        talk.stage.broken = "" if kind == "slow" else what
        talk.output.notice(f"The model is broken: {what}. /fault off mends it.")
    else:
        lines = [f"  {name:<6} {what}" for name, (what, _) in FAULTS.items()]
        now = talk.stage.broken or "nothing is broken"
        usage = f"Write /fault and one of these; /fault off mends it. Now: {now}."
        talk.output.notice("\n".join([usage, *lines]))


async def new_bot(talk: Conversation, name: str) -> None:
    """/newbot NAME"""
    if not name:
        raise Mistake("Write /newbot and a name.")
    cast = talk.stage.cast
    if any(actor.name.casefold() == name.casefold() for actor in cast.actors):
        raise Mistake(f"There is a bot called {clean(name)} already.")
    made = cast.new_bot(name)
    talk.output.notice(
        f"BotFather: done, {clean(name)} is @{made.username}. Its token, to be sent to a bot that "
        f"you administer:\n{made.token}"
    )


async def revoke(talk: Conversation, name: str) -> None:
    """/revoke NAME"""
    actor = talk.stage.cast.find(name)
    if actor is None:
        raise Mistake(f"Which bot? There are {_names(talk)}.")
    token = talk.stage.cast.new_token(actor.bot)
    talk.output.notice(f"BotFather: the token of {clean(actor.name)} is another one now:\n{token}")


async def wait(talk: Conversation, words: str) -> None:
    """/wait WORDS"""
    if not words:
        raise Mistake("Write /wait and words that a bot is going to say.")
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _PATIENCE
    while not _said(talk, words):
        if loop.time() >= deadline:
            raise Mistake(f"Nobody said “{clean(words)}” within {_PATIENCE:.0f} s.")
        await talk.stage.activity(1.0)


def _said(talk: Conversation, words: str) -> bool:
    """Whether a bot shows it now, to anybody."""
    return any(
        words in shown.text
        for actor in talk.stage.cast.everyone
        for shown in actor.chat.messages()
        if shown.from_bot
    )


async def go(talk: Conversation, url: str) -> None:
    """/go LINK"""
    try:
        talk.current = await talk.stage.cast.follow(talk.current, url)
    except LookupError:
        raise Mistake("Write /go and a bot's link: https://t.me/NAME?start=…") from None
    talk.output.notice(f"Pressed Start. Now {_who(talk)} to {talk.current.name}.")
