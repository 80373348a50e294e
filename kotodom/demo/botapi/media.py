"""What people send besides words, as Telegram describes it.

Every maker stores the bytes and returns a :class:`Media`: the fields of the Bot API's Message.
"""

import io
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from PIL import Image, UnidentifiedImageError

from kotodom.demo.botapi.files import Files, Part, StoredFile
from kotodom.demo.botapi.values import Json, ShownMedia

PHOTO_SIDES = (90, 320, 800, 1280)
"""Longest sides of the smaller copies Telegram makes of a photo: its sizes s, m, x and y."""
MOST_PIXELS = 40_000_000
"""A larger picture gets no smaller copies: it was made to hurt whoever decodes it."""
_UNREADABLE = (1280, 960)
"""What is said of a photo that cannot be measured."""


@dataclass(frozen=True, slots=True)
class Media:
    """The part of a message that is not text."""

    fields: Json
    shown: ShownMedia
    file: StoredFile | None = None
    """What a person would save."""
    captioned: bool = True
    """Whether it can have a caption."""

    def in_group(self, group: str) -> "Media":
        """The same as part of an album."""
        return replace(
            self,
            fields=self.fields | {"media_group_id": group},
            shown=replace(self.shown, group=group),
        )


@lru_cache(maxsize=8)
def _copies(data: bytes) -> tuple[tuple[bytes, int, int], ...]:
    """A picture's sizes, smallest first, the picture itself last: (bytes, width, height)."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            copies = []
            if width * height <= MOST_PIXELS:
                for side in PHOTO_SIDES:
                    if side < max(width, height):
                        copies.append(_shrunk(data, side))
    except (OSError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return ((data, *_UNREADABLE),)
    return (*copies, (data, width, height))


def _shrunk(data: bytes, side: int) -> tuple[bytes, int, int]:
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (side, side))
        small = picture.convert("RGB")
        small.thumbnail((side, side))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=80)
        return out.getvalue(), *small.size


@lru_cache(maxsize=8)
def _blank(width: int, height: int, kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "gray").save(out, kind)
    return out.getvalue()


def _sizes(files: Files, data: bytes, folder: str, size: tuple[int, int] | None) -> list[Part]:
    copies = ((data, *size),) if size else _copies(data)
    return [
        Part(files.put(copy, folder, ".jpg"), {"width": width, "height": height})
        for copy, width, height in copies
    ]


def _thumbnail(files: Files, width: int, height: int) -> Part:
    data = _blank(width, height, "JPEG")
    return Part(files.put(data, "thumbnails", ".jpg"), {"width": width, "height": height})


def photo(
    files: Files, data: bytes, *, spoiler: bool = False, size: tuple[int, int] | None = None
) -> Media:
    """A photo in several sizes, the largest last.

    *size* is what Telegram says of the picture; without it the bytes are measured.
    """
    sizes = _sizes(files, data, "photos", size)
    fields: Json = {"photo": sizes}
    if spoiler:
        fields["has_media_spoiler"] = True
    largest = sizes[-1].file
    return Media(fields, ShownMedia("photo", mime_type="image/jpeg", size=largest.size), largest)


def _file(
    kind: str, file: StoredFile, about: Json, *, captioned: bool = True, **more: Any
) -> Media:
    """A message with one file under its own field."""
    shown = ShownMedia(
        kind,
        str(about.get("file_name") or about.get("emoji") or ""),
        str(about.get("mime_type", "")),
        file.size,
    )
    return Media({kind: Part(file, about), **more}, shown, file, captioned)


def document(
    files: Files, data: bytes, name: str, mime: str = "", *, claimed_size: int = 0
) -> Media:
    """A file as it is; an unknown *mime* follows from its name, as in a client."""
    about: Json = {
        "file_name": name,
        "mime_type": mime or mime_of(name),
    }
    suffix = PurePath(name).suffix
    file = files.put(data, "documents", suffix, claimed_size=claimed_size)
    if about["mime_type"] in ("image/jpeg", "image/png", "application/pdf"):
        about["thumbnail"] = _thumbnail(files, 240, 320)
    return _file("document", file, about)


def mime_of(name: str) -> str:
    """What a client takes a file for by its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def resent(file: StoredFile, about: Json) -> Media:
    """A document that Telegram has already, sent by its id."""
    return _file("document", file, about)


def resent_photo(file: StoredFile, size: tuple[int, int], spoiler: bool) -> Media:
    """The same for a photo."""
    fields: Json = {"photo": [Part(file, {"width": size[0], "height": size[1]})]}
    if spoiler:
        fields["has_media_spoiler"] = True
    return Media(fields, ShownMedia("photo", mime_type="image/jpeg", size=file.size), file)


def voice(
    files: Files, data: bytes, duration: int, mime: str = "audio/ogg", *, claimed_size: int = 0
) -> Media:
    """A voice message."""
    file = files.put(data, "voice", ".oga", claimed_size=claimed_size)
    return _file("voice", file, {"duration": duration, "mime_type": mime})


def audio(
    files: Files,
    data: bytes,
    duration: int,
    *,
    name: str = "audio.mp3",
    title: str = "",
    performer: str = "",
    claimed_size: int = 0,
) -> Media:
    """A piece of music."""
    about: Json = {
        "duration": duration,
        "file_name": name,
        "mime_type": mimetypes.guess_type(name)[0] or "audio/mpeg",
        **{key: value for key, value in (("title", title), ("performer", performer)) if value},
    }
    file = files.put(data, "music", PurePath(name).suffix, claimed_size=claimed_size)
    return _file("audio", file, about)


def video_note(files: Files, data: bytes, duration: int, *, claimed_size: int = 0) -> Media:
    """A round video."""
    about = {"duration": duration, "length": 384, "thumbnail": _thumbnail(files, 320, 320)}
    file = files.put(data, "video_notes", ".mp4", claimed_size=claimed_size)
    return _file("video_note", file, about, captioned=False)


def _moving(name: str, duration: int, thumbnail: Part) -> Json:
    return {
        "duration": duration,
        "width": 1280,
        "height": 720,
        "file_name": name,
        "mime_type": "video/mp4",
        "thumbnail": thumbnail,
    }


def video(
    files: Files,
    data: bytes,
    duration: int,
    *,
    name: str = "video.mp4",
    spoiler: bool = False,
    claimed_size: int = 0,
) -> Media:
    """A video with its thumbnail."""
    about = _moving(name, duration, _thumbnail(files, 320, 180))
    file = files.put(data, "videos", ".mp4", claimed_size=claimed_size)
    more = {"has_media_spoiler": True} if spoiler else {}
    return _file("video", file, about, **more)


def animation(
    files: Files, data: bytes, duration: int, *, name: str = "animation.mp4", claimed_size: int = 0
) -> Media:
    """A GIF; Telegram gives it a ``document`` as well, for programs that know no animations."""
    about = _moving(name, duration, _thumbnail(files, 320, 180))
    file = files.put(data, "animations", ".mp4", claimed_size=claimed_size)
    plain = {key: about[key] for key in ("file_name", "mime_type", "thumbnail")}
    return _file("animation", file, about, document=Part(file, plain))


def sticker(
    files: Files, emoji: str, *, is_animated: bool = False, is_video: bool = False
) -> Media:
    """A sticker of a set."""
    moving = is_animated or is_video
    data = b"\x1f\x8b" if moving else _blank(512, 512, "WEBP")
    suffix = ".tgs" if is_animated else ".webm" if is_video else ".webp"
    about: Json = {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": is_animated,
        "is_video": is_video,
        "emoji": emoji,
        "set_name": "Kotodom",
        "thumbnail": _thumbnail(files, 128, 128),
    }
    return _file("sticker", files.put(data, "stickers", suffix), about, captioned=False)


def _thing(kind: str, value: Json, name: str, **more: Json) -> Media:
    return Media({**more, kind: value}, ShownMedia(kind, name), captioned=False)


def location(latitude: float, longitude: float) -> Media:
    """A place on the map."""
    value = {"latitude": latitude, "longitude": longitude}
    return _thing("location", value, f"{latitude}, {longitude}")


def venue(latitude: float, longitude: float, title: str, address: str) -> Media:
    """A named place; Telegram gives it a ``location`` as well."""
    place = {"latitude": latitude, "longitude": longitude}
    value = {"location": place, "title": title, "address": address}
    return _thing("venue", value, title, location=place)


def contact(phone: str, first_name: str, last_name: str = "", user_id: int = 0) -> Media:
    """Somebody's card."""
    value: Json = {"phone_number": phone, "first_name": first_name}
    if last_name:
        value["last_name"] = last_name
    if user_id:
        value["user_id"] = user_id
    return _thing("contact", value, f"{first_name} {phone}")


def poll(question: str, options: Sequence[str], poll_id: str) -> Media:
    """A poll nobody has voted in yet."""
    value: Json = {
        "id": poll_id,
        "question": question,
        "options": [
            {"persistent_id": str(index), "text": text, "voter_count": 0}
            for index, text in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    return _thing("poll", value, question)


def dice(value: int, emoji: str) -> Media:
    """A thrown die."""
    return _thing("dice", {"emoji": emoji, "value": value}, f"{emoji} {value}")
