"""What is known about OpenAI's models without asking: what they are for, and when they end."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from kotodom.check.report import Row, State

_OPENAI = "api.openai.com"
SOON = timedelta(days=120)
"""How long before its end a model is worth a note; until then there may be better ones."""

_ENDS: tuple[tuple[str, str, str], ...] = (
    ("2026-12-11", "gpt-5 o3", "gpt-6.1-sol"),
    ("2026-12-11", "gpt-5-mini", "gpt-6.1-terra"),
    ("2026-12-11", "gpt-5-nano", "gpt-6-luna"),
    ("2027-01-14", "gpt-4.1 gpt-4.1-mini gpt-4o gpt-4o-mini", "gpt-6-luna"),
    ("2027-04-01", "gpt-5.1 gpt-5.4-nano", ""),
    ("2027-02-26", "whisper-1 gpt-4o-transcribe gpt-4o-mini-transcribe", "gpt-transcribe"),
    ("2027-02-26", "gpt-4o-transcribe-diarize", "gpt-transcribe"),
    ("2026-10-23", "gpt-4.1-nano o4-mini o3-mini o1 gpt-4-turbo gpt-4 gpt-3.5-turbo", ""),
    ("2026-08-10", "gpt-5.3-chat-latest gpt-5.2-chat-latest", ""),
    ("2026-07-23", "gpt-5.1-codex gpt-5.1-chat-latest gpt-5-chat-latest", ""),
    ("2026-07-23", "gpt-4o-search-preview gpt-4o-mini-search-preview", ""),
)
"""Announced end, models, replacement where one is named. The dates are those that openai 3.54
carries in types/shared/chat_model.py and types/audio_model.py; the replacements those of OpenAI's
page of deprecations, both as of 2026-11-22. What the server itself says (``shutdown_date``) wins.
"""
_BY_NAME = {name: (end, after) for end, names, after in _ENDS for name in names.split()}
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_HEARING = re.compile(r"transcribe|whisper")
_SEEING = re.compile(r"gpt-(5\.6|6)(\.\d+)?-")
"""Families that OpenAI's pages of models say take text and pictures."""
_SILENT = re.compile(r"tts|embedding|moderation|image|dall-e|realtime|sora|audio")


@dataclass(frozen=True, slots=True)
class End:
    """When a model is shut down."""

    day: date
    instead: str
    """The model that replaces it; empty: not known."""


def end_of(model: str, base_url: str, announced: str = "") -> End | None:
    """When *model* ends; *announced* is what its server says. None: not announced."""
    day, instead = _BY_NAME.get(_SNAPSHOT.sub("", model), ("", ""))
    if not is_openai(base_url):
        day = instead = ""
    try:
        return End(date.fromisoformat((announced or day)[:10]), instead)
    except ValueError:
        return None


def is_openai(base_url: str) -> bool:
    """Whether its models are those we know something about."""
    return (urlsplit(base_url).hostname or "") == _OPENAI


def judged(row: Row, model: str, base_url: str, key: str, today: date, announced: str = "") -> Row:
    """*row*, which says that *model* works, with what else should be known about it.

    *key* is where it is named.
    """
    listens = key == "openai.transcribe_model"
    wrong = ""
    if is_openai(base_url):
        if listens and not _HEARING.search(model):
            wrong = "it is no model that listens"
        elif not listens and (_HEARING.search(model) or _SILENT.search(model)):
            wrong = "it is no model that answers in text"
    if wrong:
        name = "gpt-transcribe" if listens else "gpt-6-luna"
        return Row(row.what, State.NOTE, f"{row.detail}, but {wrong}", f'set {key} to "{name}"')
    if is_openai(base_url) and _SEEING.match(model):
        row = replace(row, detail=f"{row.detail}, understands pictures")
    end = end_of(model, base_url, announced)
    if end is None or end.day - today > SOON:
        until = f", until {end.day.isoformat()}" if end else ""
        return Row(row.what, row.state, f"{row.detail}{until}", row.fix)
    gone = end.day <= today
    said = "was to be shut down" if gone else "will be shut down"
    text = f"{row.detail}, but it {said} on {end.day.isoformat()}"
    if not gone:
        text += f", in {(end.day - today).days} days"
    step = f'set {key} to "{end.instead}"' if end.instead else f"choose another model in {key}"
    return Row(row.what, State.NOTE, text, step)
