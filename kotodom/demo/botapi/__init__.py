"""Our own Telegram Bot API on loopback: strict, fast, with the people's side to act through.

    api = BotApi()
    url = await api.start()                     # http://127.0.0.1:PORT
    bot = api.add_bot(token, username="cat_bot")
    chat = api.private(bot, api.user(42))
    await chat.say("hello")
    await chat.photo(picture, caption="What is this?")
    await chat.wait(lambda c: c.answers())

It talks HTTP only and knows nothing of the rest of Kotodom, so it serves any bot, in any process.
"""

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.faults import (
    CutBody,
    DropAfter,
    DropBefore,
    Effect,
    Fault,
    Faults,
    Garbage,
    Latency,
    SlowBody,
    Status,
    StatusAfter,
)
from kotodom.demo.botapi.flood import FloodRules
from kotodom.demo.botapi.guests import Guest
from kotodom.demo.botapi.queries import InlineAnswer, InlineQuery, InlineResult
from kotodom.demo.botapi.server import BotApi
from kotodom.demo.botapi.values import Call, Event, Shown, ShownMedia, User
from kotodom.demo.botapi.view import ChatView

__all__ = [
    "BotApi",
    "Call",
    "ChatView",
    "CutBody",
    "DropAfter",
    "DropBefore",
    "Effect",
    "EmulatedBot",
    "Event",
    "Fault",
    "Faults",
    "FloodRules",
    "Garbage",
    "Guest",
    "InlineAnswer",
    "InlineQuery",
    "InlineResult",
    "Latency",
    "Shown",
    "ShownMedia",
    "SlowBody",
    "Status",
    "StatusAfter",
    "User",
]
