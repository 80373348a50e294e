"""The original's rows, as far as any of its versions has them; times in milliseconds."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OldBot:
    """A row of "Bot"."""

    id: int
    name: str = ""
    token: str = field(default="", repr=False)
    model: str = ""
    prompt: str = ""
    start_message: str = ""
    error_message: str = ""
    enabled: bool = False
    assistant_id: str = ""
    """Of the versions that kept the prompt with the provider."""
    created_at: int = 0


@dataclass(frozen=True, slots=True)
class OldPerson:
    """Somebody who wrote: a row of "TgUser", or of "User" where that is still the same."""

    id: int
    username: str = ""
    full_name: str = ""


@dataclass(frozen=True, slots=True)
class OldChat:
    """A row of "Chat"."""

    id: str
    bot_id: int | None = None
    telegram_chat_id: int | None = None
    """None in versions that only have it as the beginning of the id."""
    user_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class OldMessage:
    """A row of "Message", with what "MessageProcessing" says of the question it answers."""

    id: int
    chat_id: str | None = None
    user_id: int | None = None
    bot_id: int | None = None
    text: str = ""
    answers: int | None = None
    """The id of the question, in versions that know it."""
    price: int = 0
    """Nano-dollars, in versions without "MessageProcessing"."""
    created_at: int = 0
    update_id: int | None = None
    incoming_id: int = 0
    outgoing_id: int | None = None
    sent_at: int | None = None
    delivered: bool = True
    """False for an answer that nobody was sent."""


@dataclass(frozen=True, slots=True)
class OldProcessing:
    """A row of "MessageProcessing"."""

    id: int
    status: str = ""
    answer_id: int | None = None
    price: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class OldSetting:
    """A row of "Setting"."""

    id: str
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OldAdmin:
    """Somebody who administers there: a row of "User" in versions with accounts."""

    id: str
    email: str = ""
    role: str = ""
    telegram_id: int | None = None
