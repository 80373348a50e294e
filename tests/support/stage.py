"""The stage of the end-to-end tests: emulated Telegram, offline model, the real daemon."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kotodom.demo.botapi import BotApi, Call, ChatView, DropBefore, EmulatedBot
from kotodom.demo.model import ModelServer
from tests.support.daemon import TOKEN, Daemon, config

BOT = 7001
ANN = 501


@dataclass
class Stage:
    """Everything an end-to-end test plays with."""

    telegram: BotApi
    model: ModelServer
    model_url: str
    folder: Path
    database_url: str
    daemons: list[Daemon] = field(default_factory=list)

    def bot(self, number: int = BOT) -> EmulatedBot:
        """Create (or get) an emulated bot."""
        bots = self.telegram.world.bots
        return bots.get(number) or self.telegram.add_bot(
            TOKEN.format(number), username=f"bot{number}_bot", name=f"Bot {number}"
        )

    def chat(self, user: int = ANN, bot: int = BOT) -> ChatView:
        """A private chat of a person with a bot."""
        return self.telegram.private(self.bot(bot), self.telegram.user(user, f"User{user}"))

    def daemon(self, *numbers: int, extra: str = "", each: str = "") -> Daemon:
        """The daemon for these bots; call again for the next life of the same one.

        *extra* are sections of its configuration, *each* are lines for every bot.
        """
        bots = {number: f"bot{number}" for number in numbers or (BOT,)}
        for number in bots:
            self.bot(number)
        daemon = Daemon(
            self.folder,
            config(
                database=self.database_url,
                api_base=self.telegram.url,
                base_url=self.model_url,
                bots=bots,
                extra=extra,
                each=each,
            ),
        )
        self.daemons.append(daemon)
        return daemon

    def kill_on(self, daemon: Daemon, method: str, phase: str, count: int = 1) -> None:
        """SIGKILL the daemon at the count-th call of that method, before or after its effect."""
        left = [count]

        def hook(call: Call, when: str) -> DropBefore | None:
            if call.method == method and when == phase:
                left[0] -= 1
                if left[0] == 0:
                    daemon.kill()
                    return DropBefore() if phase == "before" else None
            return None

        self.telegram.on_call(hook)


def asked(items: list[dict[str, Any]]) -> str:
    """The question in a request's input: its last item."""
    content = items[-1]["content"]
    return (
        content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
    )
