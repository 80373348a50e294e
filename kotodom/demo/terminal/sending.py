"""What a person can send besides a line of text: files of their own, or the demo's samples."""

import asyncio
import io
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from PIL import Image, ImageOps, UnidentifiedImageError

from kotodom.demo.botapi import ChatView
from kotodom.demo.model_hearing import seconds_of
from kotodom.demo.terminal import samples
from kotodom.demo.terminal.arguments import (
    SAMPLE,
    LocalFile,
    Mistake,
    first_word,
    number_and_rest,
    read,
    read_whole,
)
from kotodom.demo.terminal.showing import size
from kotodom.demo.terminal.text import clean

T = TypeVar("T")

Send = Callable[[ChatView, str], Awaitable[str]]
"""Sends what the words behind the command ask for and says what that was; raises Mistake."""

_PASTE = 9_000
_MOST_PASTED = 100_000
"""Characters."""
_LONGEST_SIDE = 2_560
"""Pixels a client leaves to a photo."""
_SOUNDS = ("mp3", "m4a", "wav", "flac")
_EIFFEL_TOWER = "48.8584 2.2945"


async def photo(chat: ChatView, rest: str) -> str:
    """/photo [PATH] [caption]"""
    path, caption = first_word(rest)
    data = await asyncio.to_thread(_picture, path)
    await _sent(chat.photo(data, caption=caption))
    return f"Sent a photo, {size(len(data))}."


async def album(chat: ChatView, rest: str) -> str:
    """/album [PATH PATH…] [| caption]"""
    paths, caption = _paths(rest)
    if paths in ([], [SAMPLE]):
        items: list[bytes | tuple[bytes, str]] = [samples.picture(number) for number in range(3)]
    else:
        items = await asyncio.to_thread(_album, paths)
    await _sent(chat.album(items, caption))
    kind = "photos" if isinstance(items[0], bytes) else "files"
    return f"Sent an album of {len(items)} {kind}."


async def document(chat: ChatView, rest: str) -> str:
    """/doc [PATH] [caption]"""
    path, caption = first_word(rest)
    if path in ("", SAMPLE):
        data = samples.DOCUMENT.encode()
        file = LocalFile(samples.DOCUMENT_NAME, data, len(data))
    else:
        file = await asyncio.to_thread(read, path)
    await _sent(chat.document(file.data, file.name, claimed_size=file.size, caption=caption))
    return f"Sent {clean(file.name)}, {size(file.size)}."


async def voice(chat: ChatView, rest: str) -> str:
    """/voice [PATH], or /voice - WORDS"""
    path, words = first_word(rest)
    if path in ("", SAMPLE):
        words = words or samples.SPOKEN
        data = samples.recording(words)
        await _sent(chat.voice(data, _duration(data)))
        return f"Sent a voice message of {_duration(data)} s: “{clean(words)}”"
    file = await asyncio.to_thread(read, path)
    length = _duration(file.data)
    ending = file.name.rpartition(".")[2].lower()
    if file.data[:4] == b"OggS" or ending in ("ogg", "oga", "opus"):
        await _sent(chat.voice(file.data, length, claimed_size=file.size, caption=words))
        return f"Sent a voice message of {length} s."
    if ending not in _SOUNDS:
        raise Mistake(f"{path} is no recording that I know: ogg, opus, {', '.join(_SOUNDS)}.")
    # No client records in these: there they are sent as music.
    await _sent(
        chat.audio(file.data, length, name=file.name, claimed_size=file.size, caption=words)
    )
    return f"Sent {clean(file.name)} as audio, {size(file.size)}."


async def paste(chat: ChatView, rest: str) -> str:
    """/paste [N] or /paste PATH"""
    length, more = number_and_rest(rest or str(_PASTE))
    if length > _MOST_PASTED:
        raise Mistake(f"At most {_MOST_PASTED:,} characters can be pasted.")
    generated = length > 0 and not more
    text = samples.pasted(length) if generated else _text(first_word(rest)[0])
    messages = await _sent(chat.paste(text))
    return f"Pasted {len(text):,} characters: the client sent {len(messages)} messages."


async def sticker(chat: ChatView, rest: str) -> str:
    """/sticker [EMOJI]"""
    emoji = rest or "😺"
    await _sent(chat.sticker(emoji))
    return f"Sent a sticker {clean(emoji)}"


async def location(chat: ChatView, rest: str) -> str:
    """/location [LATITUDE LONGITUDE]"""
    try:
        latitude, longitude = map(float, (rest or _EIFFEL_TOWER).replace(",", " ").split())
    except ValueError:
        raise Mistake(f"Write two numbers: /location {_EIFFEL_TOWER}") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Mistake("There is no such place: −90 to 90 north, −180 to 180 east.")
    await _sent(chat.location(latitude, longitude))
    return f"Sent the place {latitude}, {longitude}."


async def _sent(sending: Awaitable[T]) -> T:
    """Send it; raises Mistake with what the client would say against it."""
    try:
        return await sending
    except (RuntimeError, ValueError) as error:
        raise Mistake(f"That cannot be sent: {error}.") from None


def _picture(path: str) -> bytes:
    """A photo as a client sends it: a JPEG, upright, not too large; raises Mistake."""
    if path in ("", SAMPLE):
        return samples.picture()
    file = read_whole(path)
    photo = _as_photo(file)
    if photo is None:
        raise Mistake(f"{path} is not a picture (JPEG, PNG, GIF, WebP); /doc sends any file.")
    return photo


def _as_photo(file: LocalFile) -> bytes | None:
    try:
        with Image.open(io.BytesIO(file.data)) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        # Whatever Pillow raises for a file that only looks like a picture.
        return None
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    data = io.BytesIO()
    upright.save(data, "JPEG", quality=87)
    return data.getvalue()


def _album(paths: list[str]) -> list[bytes | tuple[bytes, str]]:
    """Photos if all files are pictures, else documents: clients do not mix them."""
    files = [read_whole(path) for path in paths]
    photos = [_as_photo(file) for file in files]
    if None in photos:
        return [(file.data, file.name) for file in files]
    return [photo for photo in photos if photo is not None]


def _paths(rest: str) -> tuple[list[str], str]:
    """The paths before a lone ``|``, and the caption behind it."""
    paths: list[str] = []
    while rest:
        word, rest = first_word(rest)
        if word == "|":
            break
        paths.append(word)
    return paths, rest


def _text(path: str) -> str:
    file = read_whole(path)
    try:
        text = file.data.decode()
    except UnicodeDecodeError:
        raise Mistake(f"{path} is not a text; /doc sends any file.") from None
    if len(text) > _MOST_PASTED:
        raise Mistake(f"At most {_MOST_PASTED:,} characters can be pasted; /doc sends any file.")
    return text


def _duration(data: bytes) -> int:
    """Whole seconds of a recording, at least one."""
    return max(math.ceil(seconds_of(data)), 1)
