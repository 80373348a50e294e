"""The demo's own commands; everything else a person types goes to the bot."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from kotodom.demo.botapi import Shown
from kotodom.demo.terminal import commands_demo as demo
from kotodom.demo.terminal import commands_files as files
from kotodom.demo.terminal import sending
from kotodom.demo.terminal.arguments import Mistake, first_word, number_and_rest
from kotodom.demo.terminal.cast import Actor
from kotodom.demo.terminal.conversation import Conversation
from kotodom.demo.terminal.sending import Send
from kotodom.demo.terminal.showing import Key, excerpt, keys
from kotodom.demo.terminal.text import clean

STOP = "/stop"
_NUMBER = re.compile(r"/\d{1,3}", re.ASCII)
_LISTED = 10
_LONGEST = 70


class Quit(Exception):
    """The person wants to leave."""


@dataclass(frozen=True, slots=True)
class _Command:
    usage: str
    help: str
    run: Callable[[Conversation, str], Awaitable[Actor | None]]
    """What stands behind the command → the bot that owes an answer, and to whom."""


async def obey(talk: Conversation, line: str) -> Actor | None:
    """Do what a line asks for; return the bot that owes an answer, and to whom. May raise Quit."""
    line = line.strip()
    name, _, rest = line.partition(" ")
    if _NUMBER.fullmatch(name):
        name, rest = "/press", name[1:]
    command = COMMANDS.get(name.lower())
    try:
        if command is not None:
            return await command.run(talk, rest.strip())
        if line:
            await talk.current.chat.say(line[1:] if line.startswith("//") else line)
    except Mistake as mistake:
        talk.output.notice(str(mistake))
        return None
    return talk.current if line else None


async def _send(send: Send, talk: Conversation, rest: str) -> Actor | None:
    talk.output.notice(await send(talk.current.chat, rest))
    return talk.current


async def _do(
    act: Callable[[Conversation, str], Awaitable[None]], talk: Conversation, rest: str
) -> Actor | None:
    """What no bot owes an answer to."""
    await act(talk, rest)
    return None


# -- about what was said --------------------------------------------------------------------


async def _stop(talk: Conversation, _rest: str) -> Actor | None:
    chat = talk.current.chat
    try:
        await chat.stop_generation()
    except LookupError:
        await chat.say(STOP)
    else:
        talk.output.notice("Pressed Stop.")
    return talk.current


async def _edit(talk: Conversation, rest: str) -> Actor | None:
    mine = [shown for shown in talk.current.chat.messages() if not shown.from_bot]
    shown, text = _chosen(mine, rest, "/edit N text: N counts your messages from the newest.")
    if shown is None:
        talk.output.notice(text)
        return None
    try:
        await talk.current.chat.edit(shown.id, text)
    except (RuntimeError, ValueError) as error:
        raise Mistake(f"That cannot be edited: {error}.") from None
    talk.output.notice(f"Edited your message “{excerpt(shown)}”.")
    return None


async def _reply(talk: Conversation, rest: str) -> Actor | None:
    everything = talk.current.chat.messages()
    usage = "/reply N text: N counts the messages of this chat from the newest."
    shown, text = _chosen(everything, rest, usage)
    if shown is None:
        talk.output.notice(text)
        return None
    await talk.current.chat.say(text, reply_to=shown.id)
    return talk.current


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


async def _press(talk: Conversation, rest: str) -> Actor | None:
    message_id, buttons = _keyboard(talk)
    number, _ = number_and_rest(rest)
    if not 1 <= number <= len(buttons):
        labels = ", ".join(f"{number} “{key.label}”" for number, key in enumerate(buttons, 1))
        raise Mistake(f"Write /press and a number: {clean(labels)}.")
    key = buttons[number - 1]
    if key.tapped:
        await _tap(talk, key.label)
        return None
    if not key.data:
        talk.output.notice(f"“{clean(key.label)}” opens {clean(key.url) or 'nothing here'}.")
        return None
    talk.output.notice(f"Pressed “{clean(key.label)}”.")
    await talk.current.chat.press(message_id, key.data)
    return None


async def _tap(talk: Conversation, label: str) -> None:
    """Press what stands in place of the person's own keyboard."""
    talk.output.notice(f"Pressed “{clean(label)}”.")
    try:
        await talk.current.chat.tap(label)
    except RuntimeError as error:
        raise Mistake(f"That cannot be done: {error}.") from None
    for actor in talk.stage.cast.notice_new_bots():
        talk.output.notice(f"You have created {clean(actor.name)}, @{actor.bot.username}.")


async def _as(talk: Conversation, rest: str) -> Actor | None:
    name, line = first_word(rest)
    if not name:
        raise Mistake("Write /as NAME and what they say, or /as me.")
    person = "" if name.casefold() in ("me", "you") else name
    before = talk.current
    talk.current = talk.stage.cast.chat(before.bot, person)
    if not line:
        who = f"{clean(person)} speaks; /as me: you again" if person else "you speak"
        talk.output.notice(f"From now on {who}.")
        return None
    try:
        return await obey(talk, line)
    finally:
        talk.current = before


def _keyboard(talk: Conversation) -> tuple[int, list[Key]]:
    """The last message with buttons, and these."""
    for shown in reversed(talk.current.chat.messages()):
        if found := keys(shown.reply_markup):
            return shown.id, found
    raise Mistake(f"No message of {talk.current.name} has buttons now.")


async def _transcript(talk: Conversation, _rest: str) -> Actor | None:
    shown = clean(talk.current.chat.transcript()) or "(nothing was said yet)"
    talk.output.notice(f"The chat with {talk.current.name}:\n{shown}")
    return None


# -- about the demo -------------------------------------------------------------------------


async def _demo(talk: Conversation, _rest: str) -> Actor | None:
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
    return None


async def _quit(_talk: Conversation, _rest: str) -> Actor | None:
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
    _Command("/press N or /N", "press the N-th button of the last message with buttons", _press),
    _Command(STOP, "press Stop on the answer being written; if none is, ask the bot", _stop),
    _Command("/open [N]", "show the N-th file a bot sent", partial(_do, files.show)),
    _Command("/save [N] [PATH]", "keep it", partial(_do, files.save)),
    _Command(
        "/kill", "SIGKILL the daemon, also mid-answer, and start it again", partial(_do, demo.kill)
    ),
    _Command(
        "/fault [KIND]", "break the model (alone: how); off mends it", partial(_do, demo.fault)
    ),
    _Command("/bot NAME", "talk to another bot", partial(_do, demo.bot)),
    _Command("/bots", "who is there", partial(_do, demo.bots)),
    _Command("/as NAME [line]", "let somebody else say or do that; /as me: you again", _as),
    _Command("/go LINK", "follow a bot's link and press Start", partial(_do, demo.go)),
    _Command("/newbot NAME", "let BotFather make a bot: its token", partial(_do, demo.new_bot)),
    _Command("/revoke NAME", "let BotFather give it another token", partial(_do, demo.revoke)),
    _Command("/wait WORDS", "wait until a bot says WORDS: for scripts", partial(_do, demo.wait)),
    _Command("/transcript", "this chat as it is now, with its message ids", _transcript),
    _Command("/demo", "this list", _demo),
    _Command("/quit", "leave (also Ctrl-C and Ctrl-D)", _quit),
)
COMMANDS = {command.usage.split()[0]: command for command in _TABLE}
