"""/admin chat … export: everything that was said, as files."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kotodom import mirroring
from kotodom.admin import chats_show as show
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.chats import card_of
from kotodom.admin.screen import Screen, go
from kotodom.admin.tools import Tools
from kotodom.admin.words.chats import ChatsWords
from kotodom.clock import SECOND
from kotodom.model import Button, Content, ContentKind
from kotodom.ports.admin.chats import Said
from kotodom.reading.words import speaker
from kotodom.settings import TIMEZONE

AT_ONCE = 200
"""Messages read at a time."""
FILE_BYTES = 4_000_000
FILES = 4
"""Files of one export, all of which lie in memory and in the database: the rest is for the next."""
FORMATS = ("text", "json")


@dataclass(frozen=True)
class ChatExport(Noun):
    """The command that exports a conversation."""

    tools: Tools

    @command("chat CHAT export [FORMAT] [NUMBER]", ChatsWords.EXPORT_ABOUT)
    async def export(self, ask: Ask) -> Screen:
        """From the beginning, or from the message after NUMBER."""
        card = await card_of(self.tools, ask)
        chat_id, wanted = card.chat.id, ask.word("FORMAT").lower()
        heading = ask.say(ChatsWords.EXPORT_TITLE, who=show.title(ask, chat_id, card.chat.name))
        back = f"chat {chat_id}"
        choices = tuple(
            go(ask.say(label), f"chat {chat_id} export {name}")
            for label, name in ((ChatsWords.TEXT_LABEL, "text"), (ChatsWords.JSON_LABEL, "json"))
        )
        if not wanted:
            return Screen(heading, (ask.say(ChatsWords.EXPORT_ASK),), buttons=(choices,), back=back)
        if wanted not in FORMATS:
            raise ask.refuse(ChatsWords.EXPORT_FORMATS)
        files, last, count, more = await self._files(ask, wanted, ask.number("NUMBER"))
        lines = [ask.say(ChatsWords.EXPORT_DONE, messages=count)]
        row: tuple[Button, ...] = choices
        if more:
            lines.append(ask.say(ChatsWords.EXPORT_MORE))
            label = ask.say(ChatsWords.EXPORT_MORE_LABEL)
            row = (go(label, f"chat {chat_id} export {wanted} {last}"),)
        audit = ask.audit(f"chat:{chat_id}", "export", None, f"{wanted}, {count} messages")
        await self.tools.store.write_audit(audit, self.tools.clock.now())
        return Screen(
            heading, tuple(lines), buttons=(row,), back=back, files=tuple(files), fresh=True
        )

    async def _files(self, ask: Ask, form: str, after: int) -> tuple[list[Content], int, int, bool]:
        """The files, the last message in them, how many there are, whether there are more."""
        chat_id, zone = ask.number("CHAT"), self.tools.settings.get(TIMEZONE)
        written: list[list[str]] = [[]]
        size = count = 0
        while page := await self.tools.store.chat_said_after(chat_id, after, AT_ONCE):
            for said in page:
                entry = _json(said) if form == "json" else _text(ask, said, zone)
                size += len(entry.encode())
                if size > FILE_BYTES and written[-1]:
                    if len(written) == FILES:
                        return _contents(written, form, chat_id), after, count, True
                    written.append([])
                    size = len(entry.encode())
                written[-1].append(entry)
                after, count = said.id, count + 1
        return _contents(written, form, chat_id), after, count, False


def _contents(written: list[list[str]], form: str, chat_id: int) -> list[Content]:
    ending = "json" if form == "json" else "txt"
    return [
        Content(
            "",
            kind=ContentKind.DOCUMENT,
            payload="[\n" + ",\n".join(entries) + "\n]\n" if form == "json" else "\n".join(entries),
            name=f"chat-{chat_id}{f'-{number}' if number > 1 else ''}.{ending}",
        )
        for number, entries in enumerate(written, 1)
        if entries
    ]


def _text(ask: Ask, said: Said, zone: str) -> str:
    head = show.heading(ask, said, ask.target.name, zone)
    files = mirroring.files(ask.say, said.attachments)
    return "\n".join(filter(None, [head, said.text, *files, show.state(ask, said)])) + "\n"


def _json(said: Said) -> str:
    entry: dict[str, Any] = {
        "id": said.id,
        "at": datetime.fromtimestamp(said.at / SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "role": said.role,
        "text": said.text,
    }
    if said.sender is not None:
        entry |= {"from": speaker(said.sender), "from_id": said.sender.id}
    if said.attachments:
        entry["attachments"] = [
            {"kind": item.kind, "name": item.name, "mime": item.mime, "bytes": item.size}
            for item in said.attachments
        ]
    if said.status is not None:
        entry |= {"status": said.status, "left_to_admin": said.left}
        if said.reason:
            entry["reason"] = said.reason
    if said.model:
        entry |= {"model": said.model, "tokens": said.tokens, "cost_nano_dollars": said.cost}
    return json.dumps(entry, ensure_ascii=False)
