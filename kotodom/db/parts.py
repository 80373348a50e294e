"""The parts of an answer as rows."""

import json
from collections.abc import Sequence
from dataclasses import replace

from kotodom.db.connection import Connection, Row
from kotodom.db.sql import id_space, storable, values
from kotodom.model import Button, Buttons, Chat, Content, ContentKind, Entity, Job, Part, PartState

PART = (
    '"index", text, entities, state, known_before, bubble_id, telegram_message_id, kind, payload,'
    " name, buttons"
)


def space_of(chat: Chat) -> int:
    """Who numbers this chat's messages."""
    return id_space(chat.type, chat.bot_id, chat.telegram_chat_id)


async def load_parts(connection: Connection, job: Job) -> tuple[Part, ...]:
    """A job's parts in order."""
    rows = await connection.fetch(
        f'SELECT {PART} FROM delivery_part WHERE processing_id = $1 ORDER BY "index"', job.id
    )
    return tuple(part_of(row) for row in rows)


async def insert_parts(
    connection: Connection, row_id: int, chat: Chat, parts: Sequence[Part], *, first: int
) -> tuple[Part, ...]:
    """Write parts, numbered from *first*, in the states they have; return them as written."""
    written = tuple(
        replace(part, index=index, content=_storable(part.content))
        for index, part in enumerate(parts, first)
    )
    row_values: list[object] = []
    for part in written:
        content = part.content
        row_values += (
            row_id,
            part.index,
            content.text,
            json.dumps([entity.to_dict() for entity in content.entities]),
            content.kind,
            content.payload,
            content.name,
            _buttons_text(content.buttons),
            part.state,
            part.known_before,
            part.bubble_id,
            part.telegram_message_id or None,
            space_of(chat),
        )
    if written:
        await connection.execute(
            'INSERT INTO delivery_part (processing_id, "index", text, entities, kind, payload,'
            " name, buttons, state, known_before, bubble_id, telegram_message_id, id_space)"
            f" VALUES {values(len(written), 13)}",
            *row_values,
        )
    return written


def _storable(content: Content) -> Content:
    return replace(
        content,
        text=storable(content.text),
        payload=storable(content.payload),
        name=storable(content.name),
    )


def part_of(row: Row) -> Part:
    """A part from the columns :data:`PART`."""
    content = Content(
        row[1],
        tuple(Entity(**entity) for entity in json.loads(row[2])),
        ContentKind(row[7]),
        row[8],
        row[9],
        _buttons(row[10]),
    )
    return Part(
        index=row[0],
        content=content,
        state=PartState(row[3]),
        known_before=row[4],
        bubble_id=row[5],
        telegram_message_id=row[6] or 0,
    )


def _buttons_text(buttons: Buttons) -> str:
    rows = [[_button(button) for button in row] for row in buttons]
    return storable(json.dumps(rows, ensure_ascii=False))


def _button(button: Button) -> list[str]:
    fields = [button.label, button.command, button.url, button.creates]
    while not fields[-1] and len(fields) > 2:
        fields.pop()
    return fields


def _buttons(text: str) -> Buttons:
    if text == "[]":
        return ()
    return tuple(tuple(Button(*button) for button in row) for row in json.loads(text))
