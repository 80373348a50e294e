"""The keyboards under messages, and those in place of a person's own, checked as Telegram does."""

import re
from typing import Any

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.params import Params
from kotodom.demo.botapi.values import Json, bad_request

MAX_BUTTONS = 100
MAX_ROW = 8
"""Inline buttons of one message and in one row."""
MAX_REPLY_BUTTONS = 300
"""Buttons of a reply keyboard."""
_URL = re.compile(r"(?:https?|tg|ton)://\S+", re.I)
_ACTIONS = frozenset(
    {
        *("url", "callback_data", "web_app", "login_url", "switch_inline_query", "copy_text"),
        *("switch_inline_query_current_chat", "switch_inline_query_chosen_chat"),
        *("callback_game", "pay", "disabled"),
    }
)
_REQUESTS = {
    "request_users": "users",
    "request_chat": "chat",
    "request_managed_bot": "managed bot",
    "request_contact": "phone number",
    "request_location": "location",
    "request_poll": "poll",
}
"""What a button of a reply keyboard can ask a person for, in private chats only."""


def check_markup(markup: Json, *, inline: bool = False) -> Json | None:
    """A keyboard as it is kept: without empty rows, None when there is nothing in it."""
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if inline:
            raise bad_request("inline keyboard expected")
        return markup
    rows = Params(markup).array("inline_keyboard", of=list) or []
    if sum(len(row) for row in rows) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    kept = [row for row in rows if row]
    return {**markup, "inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> None:
    where = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"{where}: expected an Object")
    if not button.get("text"):
        raise bad_request(f'{where}: Field "text" must be non-empty')
    actions = [name for name in _ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad_request(f"{where}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{where}: exactly one of the optional fields must be used")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not _URL.fullmatch(str(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def check_keyboard(markup: Json, bot: EmulatedBot, *, private: bool) -> Json | None:
    """A reply keyboard as it is kept, in a private chat or elsewhere."""
    rows = Params(markup).array("keyboard", of=list) or []
    if sum(len(row) for row in rows) > MAX_REPLY_BUTTONS:
        raise bad_request("reply markup is too long")
    kept = [[_reply_button(button, bot, private) for button in row] for row in rows if row]
    requests = [
        str(button["request_managed_bot"]["request_id"])
        for row in kept
        for button in row
        if "request_managed_bot" in button
    ]
    if len(set(requests)) < len(requests):
        raise bad_request("identifiers of requests must be unique within the message")
    return {**markup, "keyboard": kept} if kept else None


def _reply_button(button: Any, bot: EmulatedBot, private: bool) -> Json:
    where = "can't parse keyboard button"
    button = {"text": button} if isinstance(button, str) else button
    if not isinstance(button, dict):
        raise bad_request(f"{where}: expected an Object")
    if not button.get("text"):
        raise bad_request(f'{where}: Field "text" must be non-empty')
    wanted = [name for name in _REQUESTS if button.get(name)]
    if len(wanted) > 1:
        raise bad_request(f"{where}: at most one of the optional fields can be used")
    for name in wanted:
        if not private:
            raise bad_request(f"{_REQUESTS[name]} can be requested in private chats only")
    if button.get("request_managed_bot"):
        _check_offer(Params(button).object("request_managed_bot"), bot)
    return button


def _check_offer(offer: Json, bot: EmulatedBot) -> None:
    request_id = Params(offer).number("request_id")
    if request_id is None or not -(2**31) <= request_id < 2**31:
        raise bad_request("can't parse managed bot request: invalid request_id specified")
    if not bot.can_manage:
        # Telegram's own words are not known.
        raise bad_request("the bot can't manage other bots")
