"""What a message says and carries: words, notes in brackets, files by reference.

Nothing here raises: what cannot be read is left out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from kotodom.model import Attachment, AttachmentKind
from kotodom.reading.rich import blocks, flatten
from kotodom.reading.words import entries, inside, name_of, string, table, titled

CONTENT = frozenset(
    {
        *("text", "caption", "rich_message", "photo", "voice", "audio", "video", "video_note"),
        *("animation", "sticker", "document", "story", "paid_media", "location", "venue"),
        *("contact", "poll", "dice", "checklist", "game"),
    }
)
"""Message fields a person can put there; a message without any of them is a service message."""

LONGER_SIDE = 1568
"""Pixels: of a larger picture models see no more."""
IMAGES = frozenset(f"image/{kind}" for kind in ("jpeg", "png", "webp", "gif", "bmp", "tiff"))
"""Kinds of files that are shown to the model as pictures."""
NOTE = 4000
"""Characters of one note; the longest are checklists."""
FIELD = 300
"""Characters of one field in a note; the longest are poll questions."""
FILES = 10
"""Files of one rich message or paid post; the rest is not looked at."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A message, read."""

    words: str = ""
    """What the person wrote; a sticker's emoji."""
    notes: tuple[str, ...] = ()
    """What is best said in words, without the brackets."""
    attachments: tuple[Attachment, ...] = ()
    noun: str = "message"
    """What to call it when neither words nor notes do."""

    @property
    def text(self) -> str:
        """Words and notes as they are stored."""
        return "\n".join(filter(None, (self.words, *(f"[{note}]" for note in self.notes))))


class _Media(NamedTuple):
    """What one field of a message holds."""

    noun: str = "message"
    note: str = ""
    attachments: tuple[Attachment, ...] = ()
    words: str = ""


def carried(message: dict[str, Any]) -> Carried:
    """Read a message, or what an external reply tells of one."""
    words = string(message.get("text")) or string(message.get("caption"))
    media = _media(message)
    if rich := message.get("rich_message"):
        found = (media, *(_media(block) for block in blocks(rich)))
        return Carried(
            words or flatten(rich),
            tuple(part.note for part in found if part.note),
            tuple(file for part in found for file in part.attachments)[:FILES],
        )
    notes = (media.note,) if media.note else ()
    return Carried(words or media.words, notes, media.attachments, media.noun)


def quoted(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """The same files as those of a message that is replied to."""
    return tuple(replace(attachment, quoted=True) for attachment in attachments)


def count(value: Any) -> int:
    """A number that a database column holds; 0 for everything else."""
    return value if type(value) is int and 0 <= value < 2**63 else 0


def _media(message: dict[str, Any]) -> _Media:
    for name, read in _READERS.items():
        if value := message.get(name):
            return read(value)
    return _Media()


def _file(kind: AttachmentKind, data: Any, *, mime: str = "", name: str = "") -> Attachment | None:
    data = table(data)
    file_id = string(data.get("file_id"))
    if not file_id:
        return None
    return Attachment(
        kind=kind,
        file_id=file_id,
        unique_id=string(data.get("file_unique_id")),
        mime=(string(data.get("mime_type")) or mime)[:255].lower(),
        # The end of a long name says what kind of file it is.
        name=inside(string(data.get("file_name")) or name, 4096)[-255:],
        size=count(data.get("file_size")),
        duration=count(data.get("duration")),
    )


def _files(*attachments: Attachment | None) -> tuple[Attachment, ...]:
    return tuple(attachment for attachment in attachments if attachment is not None)


def _photo(sizes: Any) -> _Media:
    """The smallest size that is large enough, else the largest."""
    usable = [size for size in entries(sizes) if string(table(size).get("file_id"))]
    large = [size for size in usable if _longer_side(size) >= LONGER_SIDE]
    best = min(large, key=_longer_side) if large else max(usable, key=_longer_side, default=None)
    return _Media("picture", "", _files(_file(AttachmentKind.PHOTO, best, mime="image/jpeg")))


def _longer_side(size: dict[str, Any]) -> int:
    return max(count(size.get("width")), count(size.get("height")))


def _document(data: Any) -> _Media:
    file = _file(AttachmentKind.DOCUMENT, data)
    if file is not None and file.mime in IMAGES:
        return _Media("picture", "", (replace(file, kind=AttachmentKind.PHOTO),))
    name = inside(file.name, FIELD) if file else ""
    return _Media(f'file "{name}"' if name else "file", "", _files(file))


def _voice(data: Any) -> _Media:
    return _Media("voice message", "", _files(_file(AttachmentKind.VOICE, data, mime="audio/ogg")))


def _audio(data: Any) -> _Media:
    names = (string(table(data).get("performer")), string(table(data).get("title")))
    file = _file(AttachmentKind.AUDIO, data, name=" - ".join(filter(None, names)))
    return _Media("recording", "", _files(file))


def _video_note(data: Any) -> _Media:
    return _Media(
        "video message", "", _files(_file(AttachmentKind.VIDEO_NOTE, data, mime="video/mp4"))
    )


def _moving(noun: str) -> Callable[[Any], _Media]:
    def read(data: Any) -> _Media:
        seconds = count(table(data).get("duration"))
        still = _file(AttachmentKind.PREVIEW, table(data).get("thumbnail"), mime="image/jpeg")
        seen = "only this still of it can be seen" if still else "it cannot be seen"
        title = f"{noun}, {seconds} s" if seconds else noun
        return _Media("message", f"{title.capitalize()}: {seen}", _files(still))

    return read


def _sticker(data: Any) -> _Media:
    emoji = string(table(data).get("emoji"))
    return _Media(words=emoji) if emoji else _Media(note="Sticker")


def _paid_media(data: Any) -> _Media:
    items = entries(table(data).get("paid_media"))[:FILES]
    files = tuple(file for item in items for file in _media(table(item)).attachments)
    return _Media("message", "Paid post", files)


def _place(data: Any) -> str:
    numbers = [table(data).get(name) for name in ("latitude", "longitude")]
    if not all(isinstance(number, int | float) and abs(number) <= 180 for number in numbers):
        return ""
    return ", ".join(f"{number:.6f}".rstrip("0").rstrip(".") for number in numbers)


def _location(data: Any) -> _Media:
    kind = "Live location" if table(data).get("live_period") else "Location"
    return _Media(note=_note(kind, _place(data)))


def _venue(data: Any) -> _Media:
    venue = table(data)
    place = _place(venue.get("location"))
    names = [_field(venue.get("title")), _field(venue.get("address")), place]
    return _Media(note=_note("Venue", ", ".join(filter(None, names))))


def _contact(data: Any) -> _Media:
    contact = table(data)
    name = f"{string(contact.get('first_name'))} {string(contact.get('last_name'))}"
    parts = (name_of(name, FIELD), _field(contact.get("phone_number")))
    return _Media(note=_note("Contact", ", ".join(filter(None, parts))))


def _poll(data: Any) -> _Media:
    options = _fields(table(data).get("options"))
    question = _field(table(data).get("question"))
    return _Media(note=_note("Poll", question, f"Options: {options}" if options else ""))


def _checklist(data: Any) -> _Media:
    # Not what is ticked: that changes by itself, and would make an edit of it.
    tasks = _fields(table(data).get("tasks"))
    title = _field(table(data).get("title"))
    return _Media(note=_note("Checklist", title, f"Tasks: {tasks}" if tasks else ""))


def _dice(data: Any) -> _Media:
    emoji = _field(table(data).get("emoji"))
    value = count(table(data).get("value"))
    return _Media(note=_note(f"Dice {emoji}".strip(), str(value) if value else ""))


def _game(data: Any) -> _Media:
    game = table(data)
    return _Media(note=_note("Game", _field(game.get("title")), _field(game.get("description"))))


def _story(data: Any) -> _Media:
    return _Media(note=_note("Story", titled(table(data).get("chat"))))


def _field(value: Any) -> str:
    return inside(string(value), FIELD)


def _fields(items: Any) -> str:
    return "; ".join(filter(None, (_field(table(item).get("text")) for item in entries(items))))


def _note(kind: str, *said: str) -> str:
    words = " — ".join(filter(None, said))
    return inside(f"{kind}: {words}" if words else kind, NOTE)


_READERS: dict[str, Callable[[Any], _Media]] = {
    # The first that is there counts: an animation comes with a document, a venue with a location.
    "animation": _moving("animation"),
    "video": _moving("video"),
    "photo": _photo,
    "document": _document,
    "audio": _audio,
    "voice": _voice,
    "voice_note": _voice,  # as blocks of a rich message call it
    "video_note": _video_note,
    "sticker": _sticker,
    "paid_media": _paid_media,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
    "checklist": _checklist,
    "game": _game,
    "story": _story,
}
