"""The demo's own commands; everything else a person types goes to the bot."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kotodom.demo.botapi import Shown
from kotodom.demo.terminal import sending
from kotodom.demo.terminal.arguments import Mistake, first_word, number_and_rest
from kotodom.demo.terminal.conversation import Conversation
from kotodom.demo.terminal.sending import Send
from kotodom.demo.terminal.showing import Key, excerpt, keys, size
from kotodom.demo.terminal.text import clean

STOP = "/stop"
_LISTED = 10
_LONGEST = 70


class Quit(Exception):
    """The person wants to leave."""


@dataclass(frozen=True, slots=True)
class _Command:
    usage: str
    help: str
    run: Callable[[Conversation, str], Awaitable[bool]]
    """What stands behind the command → whether the current bot owes an answer."""


async def obey(talk: Conversation, line: str) -> bool:
    """Do what a line asks for; True when the current bot owes an answer. May raise Quit."""
    line = line.strip()
    name, _, rest = line.partition(" ")
    command = COMMANDS.get(name.lower())
    try:
        if command is not None:
            return await command.run(talk, rest.strip())
        if line:
            await talk.current.chat.say(line[1:] if line.startswith("//") else line)
    except Mistake as mistake:
        talk.output.notice(str(mistake))
        return False
    return bool(line)


async def _send(send: Send, talk: Conversation, rest: str) -> bool:
    talk.output.notice(await send(talk.current.chat, rest))
    return True


# -- about what was said --------------------------------------------------------------------


async def _stop(talk: Conversation, _rest: str) -> bool:
    chat = talk.current.chat
    try:
        await chat.stop_generation()
    except LookupError:
        await chat.say(STOP)
    else:
        talk.output.notice("Pressed Stop.")
    return True


async def _edit(talk: Conversation, rest: str) -> bool:
    mine = [shown for shown in talk.current.chat.messages() if not shown.from_bot]
    shown, text = _chosen(mine, rest, "/edit N text: N counts your messages from the newest.")
    if shown is None:
        talk.output.notice(text)
        return False
    try:
        await talk.current.chat.edit(shown.id, text)
    except (RuntimeError, ValueError) as error:
        raise Mistake(f"That cannot be edited: {error}.") from None
    talk.output.notice(f"Edited your message “{excerpt(shown)}”.")
    return False


async def _reply(talk: Conversation, rest: str) -> bool:
    everything = talk.current.chat.messages()
    usage = "/reply N text: N counts the messages of this chat from the newest."
    shown, text = _chosen(everything, rest, usage)
    if shown is None:
        talk.output.notice(text)
        return False
    await talk.current.chat.say(text, reply_to=shown.id)
    return True


def _chosen(messages: list[Shown], rest: str, usage: str) -> tuple[Shown | None, str]:
    """The N-th last message and the text, or no message and the list of them."""
    number, text = number_and_rest(rest)
    if not rest:
        newest = list(enumerate(reversed(messages), 1))[:_LISTED]
        lines = [
            f"  {number:>2}  {clean(shown.sender.full_name)}: {excerpt(shown, _LONGEST)}"
            for number, shown in reversed(newest)
        ]
        return None, "\n".join([usage, *(lines or ["  (nothing was said yet)"])])
    if not number or not text:
        raise Mistake(f"Write {usage}")
    if number > len(messages):
        raise Mistake(f"There are only {len(messages)} such messages.")
    return messages[-number], text


async def _press(talk: Conversation, rest: str) -> bool:
    message_id, buttons = _keyboard(talk)
    number, _ = number_and_rest(rest)
    if not 1 <= number <= len(buttons):
        labels = ", ".join(f"{number} “{key.label}”" for number, key in enumerate(buttons, 1))
        raise Mistake(f"Write /press and a number: {clean(labels)}.")
    key = buttons[number - 1]
    if not key.data:
        talk.output.notice(f"“{clean(key.label)}” opens {clean(key.url) or 'nothing here'}.")
        return False
    talk.output.notice(f"Pressed “{clean(key.label)}”.")
    await talk.current.chat.press(message_id, key.data)
    return False


def _keyboard(talk: Conversation) -> tuple[int, list[Key]]:
    """The last message with buttons, and these."""
    for shown in reversed(talk.current.chat.messages()):
        if found := keys(shown.reply_markup):
            return shown.id, found
    raise Mistake(f"No message of {talk.current.name} has buttons now.")


async def _open(talk: Conversation, rest: str) -> bool:
    name, data = _file(talk, rest)
    try:
        talk.output.notice(f"{name} ({size(len(data))}):\n{clean(data.decode()).rstrip()}")
    except UnicodeDecodeError:
        raise Mistake(f"{name} is no text; /save N PATH keeps it.") from None
    return False


async def _save(talk: Conversation, rest: str) -> bool:
    number, more = number_and_rest(rest)
    name, data = _file(talk, str(number) if number else "")
    # A bot chooses the name, but not the folder.
    name = Path(name).name
    path, _ = first_word(more)
    where = await asyncio.to_thread(_write, path or name, name, data)
    talk.output.notice(f"Saved {where} ({size(len(data))}).")
    return False


def _write(path: str, name: str, data: bytes) -> Path:
    """Write a new file, in a folder under its own name; raises Mistake."""
    try:
        where = Path(path).expanduser()
        where = where / name if where.is_dir() else where
        with where.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise Mistake(f"{where} is there already: /save N PATH, with another path.") from None
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise Mistake(f"{path} cannot be written: {why}.") from None
    return where


def _file(talk: Conversation, rest: str) -> tuple[str, bytes]:
    """Name and bytes of the N-th file, or of the last one."""
    if not talk.files:
        raise Mistake("No bot has sent a file yet.")
    number = number_and_rest(rest)[0] if rest else len(talk.files)
    if not 1 <= number <= len(talk.files):
        raise Mistake(f"Write a number from 1 to {len(talk.files)}: which file?")
    actor, message_id = talk.files[number - 1]
    try:
        data = actor.chat.file(message_id)
    except LookupError:
        raise Mistake("That file is gone.") from None
    shown = next(shown for shown in actor.chat.messages() if shown.id == message_id)
    return clean(shown.media.name if shown.media else "") or "file", data


async def _transcript(talk: Conversation, _rest: str) -> bool:
    shown = clean(talk.current.chat.transcript()) or "(nothing was said yet)"
    talk.output.notice(f"The chat with {talk.current.name}:\n{shown}")
    return False


# -- about the demo -------------------------------------------------------------------------


async def _bot(talk: Conversation, name: str) -> bool:
    wanted = name.casefold()
    actors = talk.stage.actors
    found = [actor for actor in actors if actor.name.casefold() == wanted]
    found += [actor for actor in actors if wanted and actor.name.casefold().startswith(wanted)]
    if found:
        talk.current = found[0]
        talk.output.notice(f"Now you talk to {talk.current.name}.")
    else:
        who = f'There is no bot called "{clean(name)}".' if name else "Which bot?"
        talk.output.notice(f"{who} There are {_names(talk)}.")
    return False


async def _bots(talk: Conversation, _rest: str) -> bool:
    talk.output.notice(f"There are {_names(talk)}; you talk to {talk.current.name}.")
    return False


def _names(talk: Conversation) -> str:
    return ", ".join(actor.name for actor in talk.stage.actors)


async def _kill(talk: Conversation, _rest: str) -> bool:
    daemon = talk.stage.daemon
    pid = daemon.pid
    await talk.stage.kill()
    talk.output.notice(f"Killed the daemon (SIGKILL, pid {pid}). Starting it again…")
    talk.stage.begin(
        lambda: talk.output.notice(
            f"The daemon runs again (pid {daemon.pid}). What was unanswered is answered now, once."
        )
    )
    return False


async def _demo(talk: Conversation, _rest: str) -> bool:
    wide = max(len(command.usage) for command in COMMANDS.values())
    lines = [f"  {command.usage:<{wide}}  {command.help}" for command in COMMANDS.values()]
    talk.output.notice(
        "\n".join(
            [
                "The demo's own commands (all others go to the bot, /help too):",
                *lines,
                "Without a PATH, or with - for it, the demo sends a sample of its own.",
                f"A second slash makes a line the bot's: /{STOP} is never the button.",
            ]
        )
    )
    return False


async def _quit(_talk: Conversation, _rest: str) -> bool:
    raise Quit


_TABLE = (
    _Command("/photo [PATH] [caption]", "send a picture", partial(_send, sending.photo)),
    _Command("/album [PATH… | caption]", "send several at once", partial(_send, sending.album)),
    _Command("/doc [PATH] [caption]", "send a document", partial(_send, sending.document)),
    _Command(
        "/voice [PATH]",
        "send a recording; /voice - WORDS: one that says WORDS",
        partial(_send, sending.voice),
    ),
    _Command(
        "/paste [N or PATH]",
        "paste N characters, or a file: cut at 4096, as clients do",
        partial(_send, sending.paste),
    ),
    _Command("/sticker [EMOJI]", "send a sticker", partial(_send, sending.sticker)),
    _Command("/location [LAT LON]", "send a place", partial(_send, sending.location)),
    _Command("/reply [N text]", "reply to the N-th last message (alone: lists them)", _reply),
    _Command("/edit [N text]", "edit your N-th last message (alone: lists them)", _edit),
    _Command("/press N", "press the N-th button of the last message with buttons", _press),
    _Command(STOP, "press Stop on the answer being written; if none is, ask the bot", _stop),
    _Command("/open [N]", "show the N-th file a bot sent", _open),
    _Command("/save [N] [PATH]", "keep it", _save),
    _Command("/kill", "SIGKILL the daemon, also mid-answer, and start it again", _kill),
    _Command("/bot NAME", "talk to another bot", _bot),
    _Command("/bots", "who is there", _bots),
    _Command("/transcript", "this chat as it is now, with its message ids", _transcript),
    _Command("/demo", "this list", _demo),
    _Command("/quit", "leave (also Ctrl-C and Ctrl-D)", _quit),
)
COMMANDS = {command.usage.split()[0]: command for command in _TABLE}
