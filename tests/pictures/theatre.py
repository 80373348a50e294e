"""Where the pictures are taken: the real daemon, the emulated Telegram, a model with a script."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from kotodom.clock import SECOND, SystemClock
from kotodom.demo.botapi import BotApi, ChatView, EmulatedBot, Shown
from kotodom.demo.model import ModelServer
from tests.pictures.bubbles import Bubble
from tests.pictures.panels import Panel
from tests.support.daemon import TOKEN, Daemon, config
from tests.support.stage import asked

BOTS = {7001: "Ada", 7002: "Whiskers", 7003: "Мурзик"}
BOSS = 900
"""Who is ADMIN."""
_DAY = datetime(2026, 11, 21, tzinfo=UTC)
_EACH = 'models = ["gpt-6-luna", "gpt-6-sol"]\ngroups = "on"\n'
_THUMBNAIL = 400
"""Pixels: a photo's longer side in a picture."""


class WallClock(SystemClock):
    """Shows the time that the scene wants, so that a picture is the same on every day."""

    def __init__(self) -> None:
        self._now = _DAY

    def set(self, time: str) -> None:
        """*time* is HH:MM."""
        hour, minute = map(int, time.split(":"))
        self._now = _DAY.replace(hour=hour, minute=minute)

    def now(self) -> int:
        return round(self._now.timestamp() * SECOND)


class Theatre:
    """What the scenes play with."""

    def __init__(self, telegram: BotApi, clock: WallClock, model: ModelServer) -> None:
        self.telegram = telegram
        self.clock = clock
        self.model = model
        self.script: dict[str, str] = {}
        """What the model answers to a question that contains these words."""
        self.bots: dict[int, EmulatedBot] = {
            number: telegram.add_bot(
                TOKEN.format(number), username=f"{_LATIN[name]}_bot", name=name
            )
            for number, name in BOTS.items()
        }

    def private(self, bot: int, user: int, name: str, language: str = "en") -> ChatView:
        """The private chat of a person with a bot."""
        person = self.telegram.user(user, name, language_code=language)
        return self.telegram.private(self.bots[bot], person)

    def answer(self, items: list[dict[str, Any]], _body: dict[str, Any]) -> str:
        """The last entry of the script that fits the question."""
        question = asked(items)
        return next(said for words, said in reversed(self.script.items()) if words in question)


_LATIN = {"Ada": "ada", "Whiskers": "whiskers", "Мурзик": "murzik"}


@asynccontextmanager
async def theatre() -> AsyncIterator[Theatre]:
    """Start everything; all of it is gone afterwards."""
    clock = WallClock()
    telegram = BotApi(clock=clock)
    await telegram.start()
    model = ModelServer(answer=lambda items, body: stage.answer(items, body))
    stage = Theatre(telegram, clock, model)
    with TemporaryDirectory() as folder:
        daemon = Daemon(
            Path(folder),
            config(
                database=f"sqlite://{folder}/kotodom.db",
                api_base=telegram.url,
                base_url=await model.start(),
                bots=BOTS,
                extra=f"[admin]\nids = [{BOSS}]\n",
                each=_EACH,
            ),
        )
        try:
            await daemon.start()
            await daemon.wait_for("is ready")
            yield stage
        finally:
            await daemon.stop()
            await telegram.stop()
            await model.stop()


def panel(view: ChatView, caption: str, title: str, subtitle: str, *, names: bool = False) -> Panel:
    """What a chat shows now; *names*: everybody else's stand on their messages."""
    bubbles = [_bubble(view, shown, names=names) for shown in view.messages()]
    if view.draft is not None:
        bubbles.append(Bubble(view.draft, "", draft=True))
    return Panel(caption, title, subtitle, tuple(bubbles))


def _bubble(view: ChatView, shown: Shown, *, names: bool) -> Bubble:
    message = view.chat.get(shown.id)
    answered = view.chat.get(shown.reply_to) if shown.reply_to else None
    fields = message.media.fields if message is not None and message.media is not None else {}
    voice = fields.get("voice")
    return Bubble(
        shown,
        datetime.fromtimestamp(shown.date, UTC).strftime("%H:%M"),
        name=shown.sender.full_name if names and shown.sender is not view.user else "",
        answered=answered.shown() if answered is not None else None,
        photo=_thumbnail(view.file(shown.id)) if "photo" in fields else b"",
        seconds=voice.about["duration"] if voice is not None else 0,
    )


def _thumbnail(data: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.thumbnail((_THUMBNAIL, _THUMBNAIL))
        picture.save(out, "JPEG", quality=85)
    return out.getvalue()
