"""The demo's commands about the files that bots have sent: looked at, and kept."""

import asyncio
import io
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from kotodom.demo.terminal.arguments import Mistake, first_word, number_and_rest
from kotodom.demo.terminal.conversation import Conversation
from kotodom.demo.terminal.showing import size
from kotodom.demo.terminal.text import clean


async def show(talk: Conversation, rest: str) -> None:
    """/open [N]"""
    name, data = _file(talk, rest)
    try:
        talk.output.notice(f"{name} ({size(len(data))}):\n{clean(data.decode()).rstrip()}")
    except UnicodeDecodeError:
        raise Mistake(f"{name} is {_described(data)}; /save N PATH keeps it.") from None


async def save(talk: Conversation, rest: str) -> None:
    """/save [N] [PATH]"""
    number, more = number_and_rest(rest)
    name, data = _file(talk, str(number) if number else "")
    # A bot chooses the name, but not the folder.
    name = Path(name).name
    path, _ = first_word(more)
    where = await asyncio.to_thread(_write, path or name, name, data)
    talk.output.notice(f"Saved {where} ({size(len(data))}).")


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
    return clean(shown.media.name if shown.media else "") or _default_name(data), data


def _default_name(data: bytes) -> str:
    return "picture.png" if data.startswith(b"\x89PNG") else "picture.jpg"


def _described(data: bytes) -> str:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            return f"a picture of {width}×{height}"
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        # Whatever Pillow raises for a file that is no picture.
        return "no text"
