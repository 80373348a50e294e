"""One command of /admin as somebody gave it, and how a command is declared."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kotodom.accounts import manages
from kotodom.admin.grammar import Pattern
from kotodom.admin.screen import Refused, Screen
from kotodom.i18n import Wording, say
from kotodom.model import Account, AccountRole, Bot, Job
from kotodom.ports.admin import AuditEntry


@dataclass(frozen=True, slots=True)
class Ask:
    """A command whose giver, rights and objects are checked."""

    actor: Account
    job: Job
    through: Bot
    """The bot to which it was said."""
    pattern: Pattern
    words: Mapping[str, str]
    """Its arguments by their names."""
    language: str
    pressed: int = 0
    """The message whose button was pressed; 0 when it was typed."""
    bot: Bot | None = None
    """What BOT, CHAT, MESSAGE, BROADCAST… belongs to, which *actor* may administer."""

    def say(self, words: Wording, **args: str | int) -> str:
        """A text in the person's language."""
        return say(words, self.language, **args)

    def word(self, name: str, default: str = "") -> str:
        """An argument as it was written."""
        return self.words.get(name, default)

    def number(self, name: str, default: int = 0) -> int:
        """An argument that is a whole number."""
        return int(self.words[name].lstrip("#")) if self.words.get(name) else default

    @property
    def page(self) -> int:
        """The page of a list, counted from 1."""
        return max(1, self.number("PAGE", 1))

    @property
    def target(self) -> Bot:
        """The bot that the command is about; only for patterns that name one or its object."""
        assert self.bot is not None, self.pattern.text
        return self.bot

    def sees(self, bot: Bot) -> bool:
        """Whether the bot is the giver's to administer."""
        return manages(self.actor, bot)

    @property
    def origin(self) -> str:
        """What this command is known by when it is carried out again after a crash."""
        return f"job:{self.job.id}"

    def audit(
        self, object: str, field: str = "", before: str | None = None, after: str | None = None
    ) -> AuditEntry:
        """The line for the audit log; secrets are to be masked before they come here."""
        return AuditEntry(
            user_id=self.actor.user_id,
            user_name=self.job.sender.full_name if self.job.sender else "",
            action=self.pattern.text,
            object=object,
            field=field,
            before=before,
            after=after,
            origin=self.origin,
        )

    def refuse(self, words: Wording, **args: str | int) -> Refused:
        """The error that tells the giver why not."""
        return Refused(self.say(words, **args))


Run = Callable[[Any, Ask], Awaitable[Screen]]


class AdminCommand(NamedTuple):
    """What a command is: how it is written, who may give it, what it does in one line."""

    pattern: Pattern
    role: AccountRole
    about: Wording
    run: Run
    reads: bool = True
    """A text file that comes with it is its last argument."""


def command(
    pattern: str, about: Wording, *, role: AccountRole = AccountRole.USER, reads: bool = True
) -> Callable[[Run], Run]:
    """Declare a noun's method as a command.

    What comes as a text file is its last argument, unless it *reads* none.

    *role* is the lowest that may give it. What it names (BOT, CHAT, MESSAGE, …) must besides be
    the giver's to administer; the desk sees to that before the method is called.
    """

    def declare(run: Run) -> Run:
        run.declared = AdminCommand(Pattern(pattern), role, about, run, reads)  # type: ignore[attr-defined]
        return run

    return declare


@dataclass(frozen=True)
class Noun:
    """One module of /admin: its commands are its declared methods, in the order they stand."""

    tools: Any = field(repr=False)

    @classmethod
    def commands(cls) -> Iterator[AdminCommand]:
        """What it declares."""
        for member in vars(cls).values():
            if (declared := getattr(member, "declared", None)) is not None:
                yield declared
