"""Long values: what stands in a file or in the message that was replied to."""

import json
from typing import Any

from kotodom.admin.screen import PREFIX, Refused
from kotodom.admin.tools import Tools
from kotodom.admin.words.common import CommonWords
from kotodom.errors import FileUnusable
from kotodom.i18n import say
from kotodom.model import Attachment, AttachmentKind, Job
from kotodom.reading import string, table

LIMIT = 100_000
"""Characters of a text that is given as a file."""
FILE_BYTES = 1_000_000


async def given_text(tools: Tools, job: Job) -> str:
    """The value that came with a command: its file, else what it replies to; or nothing.

    Raises Refused about a file that is no text.
    """
    message = _message(job)
    replied = table(message.get("reply_to_message"))
    document = table(message.get("document")) or table(replied.get("document"))
    if document.get("file_id"):
        return await _read(tools, job, document)
    if not replied or is_screen(replied):
        return ""
    return string(replied.get("text")) or string(replied.get("caption"))


def is_screen(message: dict[str, Any]) -> bool:
    """Whether a message (as an update repeats it) is one of /admin's screens."""
    return bool(screen_commands(message))


def screen_commands(message: dict[str, Any]) -> list[str]:
    """The commands of /admin on a message's buttons, without /admin."""
    rows = table(message.get("reply_markup")).get("inline_keyboard")
    found = []
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            data = string(table(button).get("callback_data"))
            if data == PREFIX or data.startswith(f"{PREFIX} "):
                found.append(data.removeprefix(PREFIX).strip())
    return found


def was_typed(job: Job) -> bool:
    """Whether a command was typed as such, rather than completed by what somebody sent."""
    message = _message(job)
    return string(message.get("text") or message.get("caption")).startswith("/")


def _message(job: Job) -> dict[str, Any]:
    try:
        return table(table(json.loads(job.raw)).get("message"))
    except ValueError:
        return {}


async def _read(tools: Tools, job: Job, document: dict[str, Any]) -> str:
    attachment = Attachment(
        AttachmentKind.DOCUMENT,
        string(document.get("file_id")),
        string(document.get("file_unique_id")),
        string(document.get("mime_type")),
        string(document.get("file_name")) or "text.txt",
        document["file_size"] if isinstance(document.get("file_size"), int) else 0,
    )
    try:
        data = await tools.files.fetch(job.bot_id, attachment, limit=FILE_BYTES)
        extract = await tools.reader.document(data, mime="text/plain", name="text.txt", limit=LIMIT)
    except FileUnusable:
        raise Refused(say(CommonWords.FILE_UNREADABLE, job.language)) from None
    if extract.cut:
        raise Refused(say(CommonWords.FILE_TOO_LONG, job.language, limit=LIMIT))
    return extract.text
