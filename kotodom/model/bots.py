"""A bot as the configuration writes it and as the database knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot as the database knows it."""

    id: int
    telegram_id: int
    name: str
    username: str
    token: str = field(repr=False)
    """From the configuration, never stored in clear; empty when no file names the bot."""
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
    menu: str = ""
    """A fingerprint of the command menu that Telegram was given last."""

    def stays_in(self, telegram_chat_id: int) -> bool:
        """Whether the bot may talk in that group."""
        if self.groups is Groups.ALLOWLIST:
            return telegram_chat_id in self.group_ids
        return self.groups is Groups.ON
