"""The control plane's routes by which a person sends something; :mod:`.control` documents them."""

from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any

from kotodom.demo.botapi.values import Json
from kotodom.demo.botapi.view import ChatView

ORIGINS = frozenset({"user", "hidden_user", "chat", "channel"})

Send = Callable[[ChatView, Json], Awaitable[int | list[int]]]


def _data(given: Json, name: str = "data") -> bytes:
    return b64decode(str(given[name]), validate=True)


def _how(given: Json, *, caption: bool = False) -> Any:
    """What goes with anything that is sent."""
    how: Json = {
        "reply_to": given.get("reply_to"),
        "quote": str(given.get("quote", "")),
        "thread_id": int(given.get("thread_id", 0)),
    }
    if given.get("origin"):
        how["origin"] = _origin(given)
    if caption:
        how["caption"] = str(given.get("caption", ""))
    return how


def _origin(given: Json) -> Json:
    origin = given.get("origin")
    if not isinstance(origin, dict) or origin.get("type") not in ORIGINS:
        raise ValueError(f"origin is a MessageOrigin object; its type is one of {sorted(ORIGINS)}")
    return origin


def _claimed(given: Json) -> int:
    return int(given.get("claimed_size", 0))


def _seconds(given: Json) -> int:
    return int(given.get("duration", 1))


async def _paste(view: ChatView, given: Json) -> list[int]:
    return await view.paste(str(given["text"]), **_how(given))


async def _forward(view: ChatView, given: Json) -> int:
    how = _how(given)
    how.pop("origin", None)
    return await view.forward(str(given["text"]), _origin(given), **how)


async def _photo(view: ChatView, given: Json) -> int:
    spoiler = bool(given.get("spoiler"))
    return await view.photo(_data(given), spoiler=spoiler, **_how(given, caption=True))


async def _document(view: ChatView, given: Json) -> int:
    return await view.document(
        _data(given),
        str(given["name"]),
        str(given.get("mime", "")),
        claimed_size=_claimed(given),
        **_how(given, caption=True),
    )


async def _voice(view: ChatView, given: Json) -> int:
    return await view.voice(
        _data(given),
        _seconds(given),
        str(given.get("mime", "audio/ogg")),
        claimed_size=_claimed(given),
        **_how(given, caption=True),
    )


async def _audio(view: ChatView, given: Json) -> int:
    return await view.audio(
        _data(given),
        _seconds(given),
        name=str(given.get("name", "audio.mp3")),
        title=str(given.get("title", "")),
        performer=str(given.get("performer", "")),
        claimed_size=_claimed(given),
        **_how(given, caption=True),
    )


async def _video(view: ChatView, given: Json) -> int:
    how = _how(given, caption=True)
    return await view.video(_data(given), _seconds(given), claimed_size=_claimed(given), **how)


async def _video_note(view: ChatView, given: Json) -> int:
    how = _how(given)
    return await view.video_note(_data(given), _seconds(given), claimed_size=_claimed(given), **how)


async def _animation(view: ChatView, given: Json) -> int:
    how = _how(given, caption=True)
    return await view.animation(_data(given), _seconds(given), claimed_size=_claimed(given), **how)


async def _album(view: ChatView, given: Json) -> list[int]:
    items: list[bytes | tuple[bytes, str]] = []
    for item in given["items"]:
        data = _data(item)
        items.append((data, str(item["name"])) if item.get("name") else data)
    captions = [str(item.get("caption", "")) for item in given["items"]]
    return await view.album(items, captions, **_how(given))


async def _sticker(view: ChatView, given: Json) -> int:
    animated = bool(given.get("is_animated"))
    return await view.sticker(str(given["emoji"]), is_animated=animated, **_how(given))


async def _location(view: ChatView, given: Json) -> int:
    return await view.location(float(given["latitude"]), float(given["longitude"]), **_how(given))


async def _venue(view: ChatView, given: Json) -> int:
    return await view.venue(
        float(given["latitude"]),
        float(given["longitude"]),
        str(given["title"]),
        str(given["address"]),
        **_how(given),
    )


async def _contact(view: ChatView, given: Json) -> int:
    return await view.contact(
        str(given["phone"]),
        str(given["first_name"]),
        str(given.get("last_name", "")),
        **_how(given),
    )


async def _poll(view: ChatView, given: Json) -> int:
    return await view.poll(str(given["question"]), list(given["options"]), **_how(given))


async def _dice(view: ChatView, given: Json) -> int:
    value, emoji = int(given.get("value", 6)), str(given.get("emoji", "🎲"))
    return await view.dice(value, emoji, **_how(given))


SENDS: dict[str, Send] = {
    "paste": _paste,
    "forward": _forward,
    "photo": _photo,
    "document": _document,
    "voice": _voice,
    "audio": _audio,
    "video": _video,
    "video_note": _video_note,
    "animation": _animation,
    "album": _album,
    "sticker": _sticker,
    "location": _location,
    "venue": _venue,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
}
"""By the last part of their path."""
