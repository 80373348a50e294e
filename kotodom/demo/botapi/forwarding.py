"""copyMessage and forwardMessage: what stands in one chat once more in another."""

from typing import Any

from kotodom.demo.botapi.calls import Invocation, Method
from kotodom.demo.botapi.messages import Message
from kotodom.demo.botapi.values import Json, bad_request


def copy_message(call: Invocation) -> Json:
    """copyMessage: the same content as the bot's own message, media with another caption if wanted.

    The keyboard is not copied.
    """
    source = _source(call, "copy")
    text, entities = source.text, source.entities
    if source.media is not None and source.media.captioned and call.params.given("caption"):
        text, entities = call.caption()
    chat = call.chat_to_send("can_send_messages", "text messages")
    posted = call.post(chat, text, list(entities), **_content(source))
    return {"message_id": posted["message_id"]}


def forward_message(call: Invocation) -> Json:
    """forwardMessage: it names who said it at first."""
    source = _source(call, "forward")
    origin = source.extra.get("forward_origin") or {
        "type": "user",
        "date": source.date,
        "sender_user": source.sender.to_dict(),
    }
    chat = call.chat_to_send("can_send_messages", "text messages")
    content = _content(source)
    content["extra"] |= {"forward_origin": origin}
    return call.post(chat, source.text, list(source.entities), **content)


def _source(call: Invocation, verb: str) -> Message:
    """The message that is taken over."""
    if not call.params.given("from_chat_id"):
        raise bad_request("from_chat_id is empty")
    chat = call.world.chat(call.bot, call.params.number("from_chat_id") or 0)
    message = call.named_message(chat, f"message to {verb} not found")
    if message.is_service:
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def _content(source: Message) -> dict[str, Any]:
    extra = {name: value for name, value in source.extra.items() if name != "forward_origin"}
    return {
        "media": source.media,
        "rich": source.rich,
        "link_preview": source.link_preview,
        "extra": extra,
    }


FORWARDING_METHODS: dict[str, Method] = {
    "copymessage": copy_message,
    "forwardmessage": forward_message,
}
