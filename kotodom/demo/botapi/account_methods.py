"""The Bot API methods about the bot itself: who it is, its updates, its commands, its chats."""

from collections.abc import Awaitable, Callable
from typing import Any

from kotodom.demo.botapi.calls import Invocation
from kotodom.demo.botapi.files import MAX_DOWNLOAD
from kotodom.demo.botapi.managed import MANAGED_METHODS
from kotodom.demo.botapi.methods import CHAT_METHODS
from kotodom.demo.botapi.params import Params
from kotodom.demo.botapi.query_methods import QUERY_METHODS
from kotodom.demo.botapi.standing import KICKED, LEFT, MEMBER
from kotodom.demo.botapi.values import ApiError, Json, bad_request

_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
"""What a scope of commands needs, by its type."""


async def get_updates(call: Invocation) -> list[Json]:
    """getUpdates, the only method that waits."""
    if call.bot.webhook:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    call.bot.inbox.allow(_allowed_updates(call))
    limit = call.params.number("limit", 100) or 100
    return await call.bot.inbox.get(
        offset=call.params.number("offset", 0) or 0,
        limit=limit if 1 <= limit <= 100 else 100,
        timeout=max(0, call.params.number("timeout", 0) or 0),
    )


def _allowed_updates(call: Invocation) -> list[str] | None:
    return call.params.array("allowed_updates", of=str)


def get_me(call: Invocation) -> Json:
    """getMe."""
    return call.bot.me()


def set_webhook(call: Invocation) -> bool:
    """setWebhook: remembered, never called."""
    url = call.params.text("url")
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    call.bot.inbox.allow(_allowed_updates(call))
    if call.params.flag("drop_pending_updates"):
        call.bot.inbox.drop_all()
    call.bot.set_webhook(url)
    return True


def delete_webhook(call: Invocation) -> bool:
    """deleteWebhook."""
    if call.params.flag("drop_pending_updates"):
        call.bot.inbox.drop_all()
    call.bot.set_webhook("")
    return True


def get_webhook_info(call: Invocation) -> Json:
    """getWebhookInfo."""
    info: Json = {
        "url": call.bot.webhook,
        "has_custom_certificate": False,
        "pending_update_count": call.bot.updates,
    }
    if call.bot.inbox.allowed:
        info["allowed_updates"] = call.bot.inbox.allowed
    return info


def log_out(call: Invocation) -> bool:
    """logOut: the bot is barred for ten minutes."""
    call.bot.log_out()
    return True


def close(call: Invocation) -> bool:
    """close."""
    return True


def _scope(call: Invocation) -> tuple[str, str]:
    scope = call.params.object("scope") or {"type": "default"}
    needs = _SCOPES.get(str(scope.get("type")))
    if needs is None:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in needs:
        call.world.chat(call.bot, Params(scope).chat_id)
    language = call.params.text("language_code")
    if language and not (len(language) == 2 and language.isascii() and language.islower()):
        raise bad_request("invalid language code specified")
    return ",".join(str(scope.get(name)) for name in ("type", *needs)), language


def set_my_commands(call: Invocation) -> bool:
    """setMyCommands."""
    key = _scope(call)
    commands = call.params.array("commands", of=dict)
    if commands is None:
        raise bad_request("can't parse commands: expected an Array")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/")
        command["command"] = name
        if not (name.isascii() and name.replace("_", "").isalnum() and name == name.lower()):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(name) <= 32:
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[key] = commands
    return True


def get_my_commands(call: Invocation) -> list[Json]:
    """getMyCommands."""
    return call.bot.commands.get(_scope(call), [])


def delete_my_commands(call: Invocation) -> bool:
    """deleteMyCommands."""
    call.bot.commands.pop(_scope(call), None)
    return True


def get_chat(call: Invocation) -> Json:
    """getChat."""
    chat = call.world.chat(call.bot, call.params.chat_id)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return chat.to_dict() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {name: False for name in (*gifts, "gifts_from_channels")},
    }


def get_file(call: Invocation) -> Json:
    """getFile: a link to the bytes for an hour."""
    files = call.world.files
    file = files.find(call.bot, call.params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    if files.data(file) is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return file.seen_by(call.bot) | {"file_path": files.link(call.bot, file)}


def get_chat_member(call: Invocation) -> Json:
    """getChatMember."""
    chat = call.world.chat(call.bot, call.params.chat_id)
    user_id = call.params.number("user_id")
    for bot in chat.bots:
        if bot.id == user_id:
            standing = chat.standing.get(bot.id, MEMBER)
            blocked = chat.kind == "private" and bot.id in chat.gone
            return {"user": bot.to_dict()} | (KICKED if blocked else standing)
    user = call.world.known_user(user_id or 0)
    if user is None:
        raise bad_request("user not found")
    if user not in chat.people:
        return {"user": user.to_dict()} | LEFT
    owner = chat.kind != "private" and user is chat.people[0]
    creator = {"status": "creator", "is_anonymous": False}
    return {"user": user.to_dict()} | (creator if owner else MEMBER)


def leave_chat(call: Invocation) -> bool:
    """leaveChat."""
    chat = call.chat()
    if chat.kind == "private":
        raise bad_request("chat not found")
    call.world.leave(chat, call.bot, kicked=False)
    return True


METHODS: dict[str, Callable[[Invocation], Any | Awaitable[Any]]] = {
    **CHAT_METHODS,
    **QUERY_METHODS,
    **MANAGED_METHODS,
    "getupdates": get_updates,
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "logout": log_out,
    "close": close,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getfile": get_file,
    "leavechat": leave_chat,
}
"""Every method the emulator knows, by its name in lower case: Telegram ignores the case."""
