"""A bot as the configuration writes it and as the database knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kotodom.model.accounts import AccessMode


class Rich(StrEnum):
    """When a bot answers with Telegram's rich messages."""

    OFF = "off"
    AUTO = "auto"
    """Where plain formatting cannot show the answer: tables, mathematics, details."""


class Groups(StrEnum):
    """In which groups a bot stays."""

    OFF = "off"
    ALLOWLIST = "allowlist"
    ON = "on"


class BotSource(StrEnum):
    """Whose a bot is, and whether it still is."""

    CONFIG = "config"
    """The configuration file names it."""
    ADMIN = "admin"
    """Somebody added it with /admin; its token is sealed in the database."""
    REMOVED = "removed"
    """It has left the file, and its token with it."""
    DELETED = "deleted"
    """Nobody sees it any more; what was said is kept."""
    ERASED = "erased"
    """The same, and what was said is being deleted; then it is DELETED."""


@dataclass(frozen=True, slots=True)
class BotSpec:
    """One ``[[bots]]`` entry: the file's fields win, ``None`` leaves the database's value."""

    telegram_id: int
    token: str = field(repr=False)
    name: str
    model: str | None = None
    models: tuple[str, ...] | None = None
    prompt: str | None = None
    start_message: str | None = None
    help_message: str | None = None
    error_message: str | None = None
    texts: Mapping[str, str] | None = None
    rich: Rich | None = None
    link_previews: bool | None = None
    groups: Groups | None = None
    group_ids: tuple[int, ...] | None = None
    name_pattern: str | None = None
    guest: bool | None = None
    inline: bool | None = None
    access: AccessMode | None = None
    fallback_model: str | None = None
    language: str | None = None
    inbox_id: int | None = None
    keep_days: int | None = None
    enabled: bool | None = None
    api_key: str | None = field(default=None, repr=False)
    """The provider's, for this bot alone; empty: it is to have none."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot as the database knows it."""

    id: int
    telegram_id: int
    name: str
    username: str
    token: str = field(repr=False)
    """From the configuration, or sealed in the database; empty when neither knows one."""
    model: str
    """Empty: the configuration's default model."""
    prompt: str
    start_message: str
    help_message: str
    error_message: str
    enabled: bool
    error: str
    """Why a human must act, in words; empty when all is well."""
    models: tuple[str, ...] = ()
    """What /model lets people choose from; empty: nothing."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Texts of its own: ``id`` for every language, ``id.ru`` for one (``kotodom.i18n``)."""
    rich: Rich = Rich.OFF
    link_previews: bool = False
    groups: Groups = Groups.ON
    group_ids: tuple[int, ...] = ()
    """The groups it stays in when ``groups`` is ALLOWLIST."""
    name_pattern: str = ""
    """A regular expression; in a group, a message in which it is found is meant for the bot."""
    guest: bool = False
    inline: bool = False
    access: AccessMode = AccessMode.PUBLIC
    fallback_model: str = ""
    """Answers when the money for the other one is spent; empty: nobody does."""
    language: str = ""
    """What it speaks with people who chose no language; empty: what their Telegram speaks."""
    inbox_id: int = 0
    """The forum group in which admins see its conversations, a topic each; 0: none."""
    keep_days: int | None = None
    """After so many days conversations are deleted; 0: never, None: as the settings say."""
    owner_id: int | None = None
    """The account whose bot it is; None: the admins' own."""
    configured: frozenset[str] = frozenset()
    """The fields that the configuration file says, and nobody else can change."""
    menu: str = ""
    """A fingerprint of the command menu that Telegram was given last."""
    source: BotSource = BotSource.CONFIG
    api_key: str = field(default="", repr=False)
    """The provider's key for this bot alone; empty: the instance's. Still sealed: it cannot be
    opened."""

    @property
    def deleted(self) -> bool:
        """Whether nobody is to see it any more."""
        return self.source in (BotSource.DELETED, BotSource.ERASED)

    def stays_in(self, telegram_chat_id: int) -> bool:
        """Whether the bot may talk in that group."""
        if telegram_chat_id == self.inbox_id:
            return True
        if self.groups is Groups.ALLOWLIST:
            return telegram_chat_id in self.group_ids
        return self.groups is Groups.ON
