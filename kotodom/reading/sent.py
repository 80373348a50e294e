"""What an admin sent to be passed on: words, and whether there is more than words."""

import json
from dataclasses import dataclass

from kotodom.model import AttachmentKind
from kotodom.reading.content import CONTENT, carried
from kotodom.reading.words import string, table

_TEXTS = frozenset({"text", "caption", "rich_message"})
_CANNOT_BE_COPIED = frozenset({"game", "story", "paid_media", "checklist"})
_NOTES = {
    AttachmentKind.PHOTO: "a picture",
    AttachmentKind.DOCUMENT: "a file",
    AttachmentKind.VOICE: "a voice message",
    AttachmentKind.AUDIO: "a recording",
    AttachmentKind.VIDEO_NOTE: "a video message",
    AttachmentKind.PREVIEW: "a video",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is to be said once more."""

    words: str = ""
    """As they stand in the message."""
    file: bool = False
    """There is something to be copied: a picture, a file, a place, a sticker…"""
    note: str = ""
    """What the model is told of that."""


def sent(raw_json: str) -> Sent:
    """Read the message of a stored update; a pressed button has none."""
    try:
        message = table(table(json.loads(raw_json)).get("message"))
    except (ValueError, RecursionError):
        return Sent()
    words = string(message.get("text")) or string(message.get("caption"))
    things = CONTENT.intersection(message) - _TEXTS - _CANNOT_BE_COPIED
    if not things:
        return Sent(words)
    content = carried(message)
    files = [" ".join(filter(None, (_NOTES[item.kind], item.name))) for item in content.attachments]
    notes = [f"[Sent {file}]" for file in files] or [f"[{note}]" for note in content.notes]
    return Sent(words, True, "\n".join(notes) or "[Sent a sticker]")
