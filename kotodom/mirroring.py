"""What people and the bot say, as admins are shown it: who said what, with which files."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from kotodom import text
from kotodom.admin.words.chats import ChatsWords
from kotodom.clock import SECOND
from kotodom.i18n import Wording
from kotodom.model import (
    Attachment,
    AttachmentKind,
    Buttons,
    ChatType,
    Content,
    ContentKind,
    Entity,
    Person,
)
from kotodom.reading.words import name_of, speaker
from kotodom.text.units import utf16_len

Say = Callable[..., str]
"""A text in the language of whoever is shown it: ``say(Wording, **args)``."""
BODY = 3_800
"""UTF-16 units of what was said in one message: who said it stands above."""

_KINDS: dict[AttachmentKind, Wording] = {
    AttachmentKind.PHOTO: ChatsWords.FILE_PHOTO,
    AttachmentKind.DOCUMENT: ChatsWords.FILE_DOCUMENT,
    AttachmentKind.VOICE: ChatsWords.FILE_VOICE,
    AttachmentKind.AUDIO: ChatsWords.FILE_AUDIO,
    AttachmentKind.VIDEO_NOTE: ChatsWords.FILE_VIDEO_NOTE,
    AttachmentKind.PREVIEW: ChatsWords.FILE_VIDEO,
}


def who(say: Say, sender: Person | None, chat_type: ChatType, chat_name: str) -> str:
    """Whose words they are; in a group also where they were said."""
    person = speaker(sender) if sender is not None else say(ChatsWords.SOMEBODY)
    if chat_type is ChatType.PRIVATE:
        return person
    return say(ChatsWords.IN_GROUP, who=person, chat=name_of(chat_name) or "…")


def files(say: Say, attachments: Iterable[Attachment]) -> list[str]:
    """A line for each file: what it is, what it is called, how long it is."""
    return [_file(say, item) for item in attachments if not item.quoted]


def shown(heading: str, body: str, attached: Sequence[str], buttons: Buttons = ()) -> list[Content]:
    """The messages that show what was said; each has the buttons, so that each can be answered."""
    lines = "\n".join(filter(None, (body, *attached)))
    parts = text.plain(lines, limit=BODY) or [Content("")]
    heading = " ".join(heading.split())[:200]
    first = f"{heading}\n{parts[0].text}".rstrip("\n")
    bold = Entity("bold", 0, utf16_len(heading))
    contents = [Content(first, (bold,)), *parts[1:]]
    return [replace(content, buttons=buttons) for content in contents]


def copy(
    telegram_chat_id: int,
    message_id: int,
    instead: str,
    buttons: Buttons = (),
    *,
    caption: str | None = None,
) -> Content:
    """What somebody sent, whatever it is; *instead* is said when it cannot be copied.

    It keeps its caption unless there is another *caption*.
    """
    return Content(
        instead or "📎",
        kind=ContentKind.COPY,
        payload=json.dumps([telegram_chat_id, message_id, *([] if caption is None else [caption])]),
        buttons=buttons,
    )


def left(say: Say, milliseconds: int) -> str:
    """A time from now on, in words."""
    minutes = max(1, -(-milliseconds // (60 * SECOND)))
    if minutes < 120:
        return say(ChatsWords.MINUTES, minutes=minutes)
    return say(ChatsWords.HOURS, hours=round(minutes / 60))


def _file(say: Say, item: Attachment) -> str:
    kind = say(_KINDS[item.kind])
    name = f" {item.name}" if item.name else ""
    length = f" {item.duration // 60}:{item.duration % 60:02}" if item.duration else ""
    return f"📎 {kind}{name}{length}"
