"""The topics of forums: a bot opens, renames, closes and deletes them.

The words of refusals are those of Telegram's servers as programs report them; where a topic does
not exist, "TOPIC_ID_INVALID".
"""

from kotodom.demo.botapi.calls import Invocation, Method
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.values import Json, bad_request

COLORS = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})
"""Of a topic's icon."""
MAX_NAME = 128


def create_forum_topic(call: Invocation) -> Json:
    """createForumTopic, in a forum or in a private chat in threaded mode."""
    chat = _forum(call)
    name = call.params.text("name").strip()[:MAX_NAME]
    if not name:
        raise bad_request("title must be non-empty")
    color = call.params.number("icon_color", 7322096)
    if color not in COLORS:
        raise bad_request("invalid icon color specified")
    if chat.kind != "private" and not _may(call, chat, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    opened = chat.open_topic(call.bot, name, icon_color=color)
    return {"message_thread_id": opened.thread_id, "name": name, "icon_color": color}


def edit_forum_topic(call: Invocation) -> bool:
    """editForumTopic: its name."""
    chat, thread_id = _topic(call)
    name = call.params.text("name").strip()[:MAX_NAME] or chat.topic_names[thread_id]
    if name == chat.topic_names[thread_id]:
        raise bad_request("TOPIC_NOT_MODIFIED")
    chat.topic_names[thread_id] = name
    _tell(call, chat, thread_id, {"forum_topic_edited": {"name": name}})
    return True


def close_forum_topic(call: Invocation) -> bool:
    """closeForumTopic: from now on only who manages topics writes there."""
    chat, thread_id = _topic(call)
    if thread_id in chat.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    _tell(call, chat, thread_id, {"forum_topic_closed": {}})
    chat.closed.add(thread_id)
    return True


def reopen_forum_topic(call: Invocation) -> bool:
    """reopenForumTopic."""
    chat, thread_id = _topic(call)
    if thread_id not in chat.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    chat.closed.discard(thread_id)
    _tell(call, chat, thread_id, {"forum_topic_reopened": {}})
    return True


def delete_forum_topic(call: Invocation) -> bool:
    """deleteForumTopic, with everything in it."""
    chat = _forum(call)
    if chat.kind != "private" and not _may(call, chat, "can_delete_messages"):
        raise bad_request("not enough rights to delete the topic")
    chat.drop_topic(_thread(call, chat), by_bot=True)
    return True


def _forum(call: Invocation) -> Chat:
    chat = call.chat()
    if not (chat.forum or (chat.kind == "private" and call.bot.topics_enabled)):
        raise bad_request("the chat is not a forum")
    return chat


def _topic(call: Invocation) -> tuple[Chat, int]:
    """The topic a call changes: the bot's own, or any if it manages topics."""
    chat = _forum(call)
    thread_id = _thread(call, chat)
    own = chat.topics[thread_id].sender is call.bot
    if chat.kind != "private" and not (own or _may(call, chat, "can_manage_topics")):
        raise bad_request("not enough rights to edit the topic")
    return chat, thread_id


def _thread(call: Invocation, chat: Chat) -> int:
    thread_id = call.params.number("message_thread_id") or 0
    if thread_id not in chat.topics:
        raise bad_request("TOPIC_ID_INVALID")
    return thread_id


def _may(call: Invocation, chat: Chat, right: str) -> bool:
    return bool(chat.standing.get(call.bot.id, {}).get(right))


def _tell(call: Invocation, chat: Chat, thread_id: int, service: Json) -> None:
    chat.post(call.bot, "", [], thread_id=thread_id, is_topic=True, extra=service)


TOPIC_METHODS: dict[str, Method] = {
    "createforumtopic": create_forum_topic,
    "editforumtopic": edit_forum_topic,
    "closeforumtopic": close_forum_topic,
    "reopenforumtopic": reopen_forum_topic,
    "deleteforumtopic": delete_forum_topic,
}
