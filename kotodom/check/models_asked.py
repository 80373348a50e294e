"""Each model at the provider: does the key know it, is it right for its work, when does it end?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kotodom.check.models import judged
from kotodom.check.provider import ProviderFault, ProviderRefused, ask_provider, try_model
from kotodom.check.report import Row, State, told
from kotodom.config import Config, OpenAIConfig
from kotodom.db.inspection import Inspection, StoredBot


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model that some bot may ask, with the key it asks with."""

    model: str
    named: str
    """Where: "openai.model", or "model of bot cat"."""
    owner: str = ""
    """The bot that pays with a key of its own; empty: the instance pays."""
    api_key: str = field(default="", repr=False)
    listens: bool = False

    @property
    def what(self) -> str:
        """The name of its row."""
        name = f"recordings, {self.model}" if self.listens else f"model {self.model}"
        return f"{name}, key of {self.owner}" if self.owner else name


def wanted(config: Config, found: Inspection | None, keys: Mapping[int, str]) -> list[Wanted]:
    """The models of the bots that will run, each once a key; *keys* are the bots' own, opened."""
    stored = {bot.telegram_id: bot for bot in (found.bots if found else ())}
    used: dict[tuple[str, str], Wanted] = {}

    def use(model: str, bot: str, api_key: str) -> None:
        named = f"model of bot {bot}" if model else "openai.model"
        name = model or config.openai.model
        owner = bot if api_key else ""
        used.setdefault((name, api_key), Wanted(name, named, owner, api_key))

    for bot, spec in zip(config.bots, config.bot_specs(), strict=True):
        known = stored.pop(spec.telegram_id, None)
        key = spec.api_key if spec.api_key is not None else keys.get(spec.telegram_id, "")
        use((known.model if known else "") if bot.model is None else bot.model, bot.name, key)
        for model in _offered(known) if bot.models is None else bot.models:
            use(model, bot.name, key)
    for other in stored.values():
        if other.source == "admin":
            for model in (other.model, *_offered(other)):
                use(model, other.name, keys.get(other.telegram_id, ""))
    heard = config.openai.transcribe_model
    listening = [Wanted(heard, "openai.transcribe_model", listens=True)] if heard else []
    return [*used.values(), *listening]


def _offered(bot: StoredBot | None) -> tuple[str, ...]:
    return tuple(json.loads(bot.models or "[]")) if bot else ()


async def look(settings: OpenAIConfig, want: Wanted, today: date, *, probe: bool) -> Row:
    """Ask the provider about a model; a *probe* is a tiny question, which is billed."""
    if want.api_key:
        settings = settings.model_copy(
            update={"api_key": type(settings.api_key)(want.api_key), "proxy": settings.proxy}
        )
    try:
        answer = await ask_provider(settings, want.model)
        if probe and not want.listens:
            await try_model(settings, want.model)
    except ProviderRefused as error:
        return _refused(want, error)
    said = f"known at {settings.base_url}"
    if probe and not want.listens:
        said += ", and it answers (a tiny question, which is billed)"
    row = Row(want.what, State.OK, said)
    announced = str(answer.get("shutdown_date") or "")
    return judged(row, want.model, settings.base_url, want.named, today, announced)


def _refused(want: Wanted, error: ProviderRefused) -> Row:
    row = told(want.what, State.FAILED, str(error))
    if want.owner and error.fault in (ProviderFault.KEY, ProviderFault.QUOTA):
        step = f"check api_key of bot {want.owner} and the account behind it"
        return replace(row, fix=step)
    if not want.listens or error.fault is not ProviderFault.MODEL:
        return row
    # Only a note: a provider without it answers text all the same.
    text = f"voice messages cannot be understood: {row.detail}"
    step = 'name a model that transcribes in openai.transcribe_model, or set it to ""'
    return replace(row, state=State.NOTE, detail=text, fix=step)
