"""One message of a chat, and one draft: everything they show and have ever shown."""

from dataclasses import dataclass, field

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.files import render
from kotodom.demo.botapi.media import Media
from kotodom.demo.botapi.rich import Rich
from kotodom.demo.botapi.values import Account, Json, Shown

SERVICE = frozenset(
    {
        *("new_chat_members", "left_chat_member", "managed_bot_created"),
        *("forum_topic_created", "forum_topic_edited"),
        *("forum_topic_closed", "forum_topic_reopened"),
        *("migrate_to_chat_id", "migrate_from_chat_id"),
    }
)
"""Fields of a Message that make it a service message."""


@dataclass(eq=False)
class Message:
    """One message, with all it has ever shown."""

    id: int
    """The chat's own name for it: the id that the chat's first bot sees."""
    sender: Account
    text: str
    """Of media the caption, of a rich message nothing."""
    entities: list[Json]
    date: int
    reply_to: int = 0
    quote: Json | None = None
    """The ``TextQuote`` of a reply."""
    thread_id: int = 0
    is_topic: bool = False
    reply_markup: Json | None = None
    media: Media | None = None
    rich: Rich | None = None
    silent: bool = False
    link_preview: Json | None = None
    extra: Json = field(default_factory=dict)
    """More fields of the Bot API's Message: service data, where it was forwarded from."""
    edit_date: int = 0
    deleted: bool = False
    history: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.history.append(self.words)

    @property
    def words(self) -> str:
        """The text people read, whatever carries it."""
        return self.rich.text if self.rich else self.text or str(self.extra.get("caption", ""))

    @property
    def is_service(self) -> bool:
        """Nobody said it: someone joined, a topic was opened, the group moved."""
        return not SERVICE.isdisjoint(self.extra)

    def change(self, text: str, entities: list[Json], date: int, rich: Rich | None = None) -> None:
        """Show something else from now on."""
        self.text, self.entities, self.rich, self.edit_date = text, entities, rich, date
        self.history.append(self.words)

    def content(self, bot: EmulatedBot) -> Json:
        """What it says, as fields of the Bot API's Message."""
        data: Json = {}
        if self.rich is not None:
            data["rich_message"] = self.rich.seen_by(bot)
        kind = "caption" if self.media else "text"
        if self.text:
            data[kind] = self.text
        if self.entities:
            data["caption_entities" if self.media else "entities"] = self.entities
        if self.media is not None:
            data |= render(self.media.fields, bot)
        if self.link_preview is not None:
            data["link_preview_options"] = self.link_preview
        return data | self.extra

    def shown(self) -> Shown:
        """As the people in the chat see it."""
        return Shown(
            id=self.id,
            sender=self.sender,
            text=self.words,
            entities=tuple(self.entities),
            edited=bool(self.edit_date),
            date=self.date,
            reply_to=self.reply_to,
            thread_id=self.thread_id,
            reply_markup=self.reply_markup,
            quote=str((self.quote or {}).get("text", "")),
            media=self.media.shown if self.media else None,
            rich=self.rich is not None,
            markdown=self.rich.markdown if self.rich else "",
            html=self.rich.html if self.rich else "",
            blocks=tuple(self.rich.blocks) if self.rich else (),
            silent=self.silent,
            link_preview=self.link_preview,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished answer."""

    id: int
    bot: EmulatedBot
    text: str
    entities: tuple[Json, ...]
    thread_id: int
    can_stop: bool
    keep_on_stop: bool
    at: float
    """Monotonic seconds of the last update."""
    rich: Rich | None = None

    @property
    def words(self) -> str:
        """The text people read."""
        return self.rich.text if self.rich else self.text

    def shown(self, date: int) -> Shown:
        """As the person sees it."""
        return Shown(
            id=self.id,
            sender=self.bot,
            text=self.words,
            entities=self.entities,
            date=date,
            thread_id=self.thread_id,
            rich=self.rich is not None,
            markdown=self.rich.markdown if self.rich else "",
            html=self.rich.html if self.rich else "",
            blocks=tuple(self.rich.blocks) if self.rich else (),
        )
