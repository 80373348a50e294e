"""What a message shows → the Bot API call that makes a chat show it."""

import base64
import json
from itertools import count
from typing import Any

from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile

from kotodom.model import Button, Buttons, Chat, Content, ContentKind
from kotodom.telegram.methods import (
    JSON,
    CopyMessage,
    EditInlineText,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendRichMessage,
)

NO_PREVIEW: JSON = {"is_disabled": True}
DESCRIPTION_MAX = 120
"""Characters under the title of an inline result; clients show two lines."""


def sending(
    chat: Chat, content: Content, *, reply_to: int, silent: bool, preview: bool
) -> TelegramMethod[JSON]:
    """The call that sends *content* as a new message."""
    where: dict[str, Any] = {
        "chat_id": chat.telegram_chat_id,
        "message_thread_id": chat.thread_id or None,
        "disable_notification": silent or None,
        "reply_markup": _keyboard(content.buttons),
    }
    if reply_to:
        where["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    match content.kind:
        case ContentKind.RICH:
            return SendRichMessage(rich_message=_rich(content), **where)
        case ContentKind.DOCUMENT:
            file = BufferedInputFile(content.payload.encode(errors="replace"), _name(content.name))
            return SendDocument(document=file, **_caption(content), **where)
        case ContentKind.PHOTO:
            picture = BufferedInputFile(base64.b64decode(content.payload), _name(content.name))
            return SendPhoto(photo=picture, **_caption(content), **where)
        case ContentKind.COPY:
            source, message_id, *caption = json.loads(content.payload)
            where["caption"] = caption[0] if caption else None
            return CopyMessage(from_chat_id=source, message_id=message_id, **where)
        case ContentKind.TEXT:
            return SendMessage(**_text(content, preview), **where)


def editing(
    chat: Chat, message_id: int, content: Content, *, preview: bool
) -> TelegramMethod[JSON]:
    """The call that makes a message show *content*; without buttons those it had are gone."""
    where: dict[str, Any] = {
        "chat_id": chat.telegram_chat_id,
        "message_id": message_id,
        "reply_markup": _inline(content.buttons),
    }
    if content.kind is ContentKind.COPY:
        return EditMessageReplyMarkup(**where)
    if content.kind in (ContentKind.DOCUMENT, ContentKind.PHOTO):
        return EditMessageCaption(**_caption(content), **where)
    return EditMessageText(**_shown(content, preview), **where)


def editing_inline(inline_id: str, content: Content, *, preview: bool) -> EditInlineText:
    """The call that makes an inline message show *content*."""
    return EditInlineText(
        inline_message_id=inline_id,
        reply_markup=_inline(content.buttons),
        **_shown(content, preview),
    )


def article(title: str, content: Content) -> JSON:
    """*content* as the one result of an inline query or of a summons."""
    shown = _shown(content, preview=False)
    if "text" in shown:
        shown["message_text"] = shown.pop("text")
    result: JSON = {
        "type": "article",
        "id": "answer",
        "title": title,
        "description": content.text[:DESCRIPTION_MAX] or None,
        "input_message_content": shown,
        "reply_markup": _inline(content.buttons),
    }
    return {name: value for name, value in result.items() if value is not None}


def entities(content: Content) -> list[JSON] | None:
    """Its formatting as the Bot API wants it."""
    return [entity.to_dict() for entity in content.entities] or None


def _shown(content: Content, preview: bool) -> JSON:
    """Text or a rich message."""
    if content.kind is ContentKind.RICH:
        return {"rich_message": _rich(content)}
    return _text(content, preview)


def _text(content: Content, preview: bool) -> JSON:
    return {
        "text": content.text,
        "entities": entities(content),
        "link_preview_options": None if preview else NO_PREVIEW,
    }


def _caption(content: Content) -> JSON:
    return {"caption": content.text or None, "caption_entities": entities(content)}


def _rich(content: Content) -> JSON:
    # Detected mail addresses and the like can be refused, and the whole message with them.
    return {"markdown": content.payload, "skip_entity_detection": True}


def _keyboard(buttons: Buttons) -> JSON | None:
    """The buttons of a new message."""
    if any(button.creates for row in buttons for button in row):
        return _offer(buttons)
    return _inline(buttons)


def _inline(buttons: Buttons) -> JSON | None:
    """The buttons under a message; what offers to create bots cannot stand there."""
    rows = [[_button(button) for button in row if not button.creates] for row in buttons]
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Button) -> JSON:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.command}


def _offer(buttons: Buttons) -> JSON:
    """A keyboard that offers to create bots: only such a one can."""
    numbers = count(1)
    rows = [
        [_creating(button, next(numbers)) for button in row if button.creates] for row in buttons
    ]
    return {"keyboard": rows, "one_time_keyboard": True, "resize_keyboard": True}


def _creating(button: Button, number: int) -> JSON:
    wanted = {"request_id": number, "suggested_name": button.creates}
    return {"text": button.label, "request_managed_bot": wanted}


def _name(name: str) -> str:
    """A file name that can stand in a header."""
    return "".join(sign if sign.isprintable() and sign not in '"\\/' else "_" for sign in name)
