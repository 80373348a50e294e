"""Which of a bot's menus of commands somebody sees in a chat: the narrowest that is set."""

from collections.abc import Iterator

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.values import User


def menu_of(bot: EmulatedBot, chat: Chat, user: User) -> dict[str, str]:
    """The commands a person sees here, and what is said of each."""
    for scope in _scopes(chat, user):
        for language in (user.language_code, ""):
            commands = bot.commands.get((scope, language))
            if commands:
                return {str(item["command"]): str(item["description"]) for item in commands}
    return {}


def _scopes(chat: Chat, user: User) -> Iterator[str]:
    """The scopes in the order in which the Bot API's documentation looks for a menu."""
    if chat.kind == "private":
        yield f"chat,{chat.id}"
        yield "all_private_chats"
    else:
        yield f"chat_member,{chat.id},{user.id}"
        if chat.people and user is chat.people[0]:
            yield f"chat_administrators,{chat.id}"
        yield f"chat,{chat.id}"
        if chat.people and user is chat.people[0]:
            yield "all_chat_administrators"
        yield "all_group_chats"
    yield "default"
