"""How long the screens of /admin take when there is much to look at."""

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from loguru import logger

from kotodom.admin.grammar import best
from kotodom.admin.nouns import all_commands
from kotodom.model import BotSource, BotSpec, Chat, ChatType, Job, Kind, Person
from tests.bench.crowd import BOTS, CHATS, DEAD, FIRST_USER, fill
from tests.bench.figures import Figure
from tests.bench.stage import Databases
from tests.support.talking import BOSS, Room, room

TARGET = 200.0
"""Milliseconds."""
TIMES = 5
_DEAD = 50_000 + DEAD + 1
"""The number of a message that was not answered."""
_PERSON = FIRST_USER + 11
SCREENS = (
    *("", "help", "help bot", "bots", "bot cat", "bot cat settings", "bot cat history prompt"),
    *("bot cat version prompt 16", "bot cat file prompt", "bot cat delete", "bots add"),
    *("bots create", "bot cat token", "bot cat key", "bot cat clone", "bot cat set prompt"),
    "bot cat inbox",
    *("chats", f"chats {CHATS // 8}", "bot cat chats", "bot cat chats 200", "chats find user42"),
    *("chats find ferry", "chats find never-said", f"chats find {FIRST_USER + 5}", "chat 1"),
    *("chat 1 history", "chat 1 history 40", "chat 5000 history"),
    *("chat 1 forget", "chat 1 model", "chat 1 say"),
    *("messages", "messages 100", "messages list all", "messages list all all all all 500"),
    *("messages list wait", "messages list done", "messages list done cat", "messages causes"),
    *("messages list dead cat provider_down 7d", "messages list all all too_long", "retries"),
    *("messages bots dead", f"message {_DEAD}", f"message {_DEAD} models", "message 1", "retry 1"),
    f"message {_DEAD} answer",
    *("people", "people 1000", "bot cat people", "bot cat people 200", "people with blocked"),
    *("bot cat people with waiting", "people find Person 4242", "people find nobody-is-called-so"),
    *("people back 5000 Person", f"person {_PERSON}", f"bot cat person {_PERSON}"),
    *(f"bot cat person {_PERSON} chats", f"bot cat person {_PERSON} note"),
    *(f"bot cat person {_PERSON} quota", f"bot cat person {_PERSON} limit", "bot cat invites"),
    *("bot cat invite", "invite 1", "invite 1 note"),
    *("money", "money week", "money month", "money bots month", "money people today"),
    *("money people month", "money people month 100", "money models month", "money chart"),
    *("money limits", "bot cat limits", "chat 1 limits", "money prices", "money price gpt-6-luna"),
    *("money limit day cost", "bot cat limit day cost", "chat 1 limit day cost"),
    f"bot cat person {_PERSON} limit day cost",
    *("broadcasts", "broadcasts 10", "broadcasts new", "bot cat broadcast", "broadcast 1"),
    *("broadcast 6 text", "broadcast 6 preview", "broadcast 6 start", "broadcast 1 cancel"),
    *("accounts", "accounts 5", f"account {FIRST_USER}", "account add", "account invite"),
    *("account invites", f"account {FIRST_USER} remove", "audit", "audit 1000", "audit of bot:CAT"),
    *("audit of bot:CAT 200", "audit entry 100", "audit find cat 19999", "audit find never-done"),
    *("audit before 15000 find never-done", "settings", "settings 2", "setting log.level"),
    *("setting log.level set", "health", "health bots", "health errors", "health errors 50"),
    "backup",
    *("alerts", "alerts 10", "alert cause7", "jobs", "job digest", "digest"),
)
"""Commands as somebody may type them; CAT stands for the id of the bot called cat."""
CHANGES = frozenset(
    {
        *("home", "bot BOT enable", "bot BOT disable", "bot BOT restart", "bots created NUMBER"),
        *(
            "bot BOT clear FIELD",
            "bot BOT save FIELD",
            "bot BOT drop FIELD",
            "bot BOT export [NUMBER]",
        ),
        "bot BOT restore FIELD ENTRY [WHICH]",
        *("bot BOT delete keep [NAME…]", "bot BOT delete all [NAME…]", "chat CHAT take [MINUTES]"),
        *("chats further ENTRY NUMBER PAGE", "chat CHAT give [HOW]"),
        "chat CHAT export [FORMAT] [NUMBER]",
        *("message MESSAGE retry [MODEL]", "message MESSAGE drop", "retry RETRY start"),
        *("messages retry CODE [SINCE…]", "messages of BOT retry CODE [SINCE…]"),
        *("retry RETRY cancel", "bot BOT person PERSON allow [DAYS]", "bot BOT person PERSON deny"),
        *("bot BOT person PERSON block", "bot BOT person PERSON unblock"),
        *("bot BOT request PERSON allow [DAYS]", "bot BOT request PERSON deny"),
        *("bot BOT request PERSON block", "bot BOT invite create [USES] [VALID] [STAY] [QUOTA]"),
        *("invite INVITE revoke", "money stop", "money resume", "broadcast BROADCAST active DAYS"),
        *("broadcast BROADCAST language LANGUAGE", "broadcast BROADCAST test"),
        *("broadcast BROADCAST start yes", "broadcast BROADCAST pause"),
        *("broadcast BROADCAST resume", "broadcast BROADCAST cancel yes"),
        *("account USER role ROLE", "account USER disable", "account USER enable"),
        *("account USER remove yes", "account invites revoke NUMBER"),
        *("setting KEY confirm VALUE", "setting KEY reset", "health probe"),
        *(
            "alert KEY silence [DAYS]",
            "alert KEY speak",
            "job NAME run",
            "backup now",
            "digest on",
            "digest off",
        ),
    }
)
"""Commands that do something or gather files; and the one that goes on with a search, of which
every step is like the first."""


def unmeasured() -> set[str]:
    """Commands of which nobody has said whether they show a screen."""
    everything = {declared.pattern.text for declared in all_commands()}
    patterns = [declared.pattern for declared in all_commands()]
    fits = (best(patterns, line) for line in SCREENS)
    return everything - CHANGES - {fit[0].text for fit in fits if fit is not None}


async def screens(database: Databases) -> list[Figure]:
    """Every command of /admin that shows a screen, over 10,000 chats and 200,000 messages."""
    logger.disable("kotodom")
    with tempfile.TemporaryDirectory(prefix="kotodom-bench-") as folder:
        async with room(database() or f"sqlite://{Path(folder) / 'bench.db'}") as talk:
            first = str(await _furnish(talk))
            await _measure(talk, "help")  # the first of a process reads all the texts
            figures = [await _measure(talk, line.replace("CAT", first)) for line in SCREENS]
    figures.sort(key=lambda figure: -figure.value)
    missing = ", ".join(sorted(unmeasured()))
    if missing:
        figures.append(Figure("/admin: nobody measures", 0, "ms", note=missing))
    return figures


async def _furnish(talk: Room) -> int:
    """Write the crowd down; returns the id of the first of its bots, which is called cat."""
    names = ["cat", *(f"bot{number}" for number in range(1, BOTS))]
    specs = [BotSpec(talk.bot.telegram_id, f"{talk.bot.telegram_id}:x", "admins")]
    specs += [BotSpec(100 + number, f"{100 + number}:x", name) for number, name in enumerate(names)]
    bots = await talk.store.sync_bots(specs)
    for bot in bots:
        known = replace(bot, username=f"{bot.name}_bot", source=BotSource.ADMIN)
        talk.registry.put(known)
    first = min(bot.id for bot in bots if bot.id != talk.bot.id)
    await fill(talk.store._database, first, talk.clock.now())
    talk.accounts.load(await talk.store.accounts())
    return first


async def _measure(talk: Room, line: str) -> Figure:
    """The worst of some times that one command takes: the first one finds nothing cached."""
    took, words = [], ""
    desk = talk.handlers._desk
    for number in range(TIMES):
        job = _typed(talk, line, number)
        begun = time.perf_counter()
        reply = await desk.answer(job, talk.registry.get(job.bot_id), line)
        took.append((time.perf_counter() - begun) * 1000)
        assert reply is not None, line
        words = reply.contents[0].text.partition("\n")[0]
    note = f"median {median(took):.0f} ms: {words[:60]}"
    return Figure(f"/admin {line}".rstrip(), max(took), "ms", TARGET, note=note)


def _typed(talk: Room, line: str, number: int) -> Job:
    chat = Chat(1, talk.bot.id, BOSS, 0, ChatType.PRIVATE, "Boss", 0, 0)
    return Job(
        id=10_000_000 + number,
        bot_id=talk.bot.id,
        chat=chat,
        kind=Kind.COMMAND,
        raw="{}",
        text=f"/admin {line}",
        sender=Person(BOSS, "boss", "Boss", "en"),
        telegram_message_id=1,
        received_at=talk.clock.now(),
        attempts=1,
        deferrals=0,
        crashes=0,
        outcome=None,
        language="en",
    )
