"""The offline model's mind: a few honest rules, no intelligence, the same answer every time.

It reads nothing but the request, so whatever it remembers it was told through the history.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kotodom.demo import model_samples as samples
from kotodom.demo.model_arithmetic import worked_out
from kotodom.demo.model_pictures import pictures_of
from kotodom.demo.model_received import own_words, text_of
from kotodom.demo.model_sights import about_pictures

_MOST_COUNT = 5_000
_LONGEST_THOUGHT = 600
"""Asked for more (numbers; seconds), it stops here."""

_LONG = 9_000
"""Characters of a "long" answer: three Telegram messages."""
_LONG_TABLE = 100
_LONG_CODE = 300
"""Rows and lines when nobody says how many."""

_SLOW = 0.2
_STEADY = 0.05
"""Seconds between two pieces of a slow answer, and of one without end."""

_NOTHING_ELSE = "There is nothing else to say about it, and I say it as I was asked to. "


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is not only text: how it is to be given."""

    text: str
    thinking: float = 0.0
    """Seconds of reasoning before the first word."""
    interval: float | None = None
    """Seconds between two pieces of text; None: as fast as the server is."""
    endless: bool = False
    """The text is said again and again until somebody stops it."""


def answer(items: list[dict[str, Any]], body: dict[str, Any]) -> str | Reply:
    """The Markdown answer to the last user message of *items*, a Responses API input.

    *body* is the whole request; only its instructions are looked at.
    """
    users = [item for item in items if item.get("role") == "user"]
    heard = [own_words(text_of(item)) for item in users]
    question, earlier = (heard[-1].strip(), heard[:-1]) if heard else ("", [])
    pictures = about_pictures(heard, [pictures_of(item) for item in users])
    if pictures is not None:
        return pictures
    manner, rest = _manner(question)
    text = _by_rule(rest, earlier)
    if text is None and manner is not None and (manner.endless or not rest):
        text = _NOTHING_ELSE
    if text is None:
        # Of a message that is nothing but a file, the file is what there is to say something about.
        whole = text_of(users[-1]) if users and not question else rest
        text = _consider(whole, earlier, str(body.get("instructions") or ""))
    return text if manner is None else replace(manner, text=text)


def _by_rule(question: str, earlier: list[str]) -> str | None:
    for rule in _RULES:
        if (found := rule(question, earlier)) is not None:
            return found
    return None


def _manner(question: str) -> tuple[Reply | None, str]:
    """How the answer is to be given (None: as usual), and the question without that."""
    reply, rest = Reply(""), question
    if asked := _THINK.search(rest):
        reply = replace(reply, thinking=min(int(asked[1][:9]), _LONGEST_THOUGHT))
        rest = _THINK.sub("", rest, count=1)
    if _SLOWLY.search(rest):
        reply, rest = replace(reply, interval=_SLOW), _SLOWLY.sub("", rest)
    if _ENDLESS.search(rest):
        interval = _STEADY if reply.interval is None else reply.interval
        reply, rest = replace(reply, interval=interval, endless=True), _ENDLESS.sub("", rest)
    return (None, question) if reply == Reply("") else (reply, rest.strip(" ,.;:!?"))


_Rule = Callable[[str, list[str]], str | None]

_NAME_GIVEN = re.compile(r"\b(?:my name is|call me|меня зовут)\s+([\w'’-]+)", re.IGNORECASE)
_NAME_ASKED = re.compile(r"what(?:'s|’s| is) my name|who am i|как меня зовут", re.IGNORECASE)
_NOTE_GIVEN = re.compile(
    r"^(?:please\s+)?(?:remember|запомни)\b[\s:,]*(?:that\s+)?(.+)", re.I | re.S
)
_SAID_ASKED = re.compile(
    r"what did i (?:say|ask|tell)|do you remember|what do you remember|что я (?:сказал|говорил)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|day)|привет|здравствуй\w*)\b", re.I
)
_WHO = re.compile(r"who are you|what are you|what can you do|^help\b|кто ты|что ты умеешь", re.I)
_COUNT = re.compile(r"\bcount (?:up )?to (\d+)|\b(?:по|со)?считай до (\d+)", re.IGNORECASE)
_CHARS = re.compile(r"(\d+)\s*(?:characters?|chars|letters|символ\w*)", re.IGNORECASE)
_WORDS = re.compile(r"(\d+)\s*(?:words?|слов\w*)\b", re.IGNORECASE)
_ROWS = re.compile(r"(\d+)\s*(?:rows?|lines?|строк\w*)\b", re.IGNORECASE)
_IS_LONG = re.compile(r"\b(?:long|длинн\w*)\b", re.IGNORECASE)
_IS_CODE = re.compile(
    r"\b(?:code|python|program|script|function|код\w*|программ\w*|скрипт\w*)\b", re.IGNORECASE
)
_THINK = re.compile(
    r"\b(?:think (?:for )?|подумай )(\d+)\s*(?:seconds?|s|секунд\w*|с)?\b", re.IGNORECASE
)
_SLOWLY = re.compile(r"\b(?:slowly|медленно)\b", re.IGNORECASE)
_ENDLESS = re.compile(
    r"\b(?:never stop|without (?:an )?end|endless(?:ly)?|без (?:конца|остановки)|бесконечно)\b",
    re.I,
)


def _name(question: str, earlier: list[str]) -> str | None:
    if _NAME_ASKED.search(question):
        for text in reversed(earlier):
            if given := _NAME_GIVEN.search(text):
                return f"Your name is **{given[1]}**: you told me so earlier."
        return "You have not told me your name yet. Say *my name is …* and ask again."
    if given := _NAME_GIVEN.search(question):
        return f"Nice to meet you, **{given[1]}**! Ask me *what is my name* whenever you like."
    return None


def _memory(question: str, earlier: list[str]) -> str | None:
    if _SAID_ASKED.search(question):
        if not earlier:
            return "Nothing yet: this is the first message that I see of our conversation."
        said = "\n".join(f"{i}. “{_short(text)}”" for i, text in enumerate(earlier[-10:], 1))
        return f"So far you said:\n\n{said}"
    if note := _NOTE_GIVEN.match(question):
        return f"I will remember: “{_short(note[1])}”. Ask me *what did I say*."
    return None


def _greeting(question: str, earlier: list[str]) -> str | None:
    if not _GREETING.match(question):
        return None
    again = " again" if earlier else ""
    return (
        f"Hello{again}! I am the **offline model** of this demo. I follow a few rules instead of "
        "thinking, but I am fast, free and always the same.\n\nAsk me for *help* to see what I do."
    )


def _help(question: str, earlier: list[str]) -> str | None:
    if not _WHO.search(question):
        return None
    return (
        "I am a small **rule-based model** that runs offline, so that you can see the bot work "
        "without an account anywhere.\n\nTry:\n\n"
        "- `my name is Ada`, then `what is my name`\n"
        "- `remember that the cat is grey`, then `what did I say`\n"
        "- `12 * (3 + 4)`\n"
        "- a *list*, a *table*, a *wide table*, *formulas*, *formatting*, *details*\n"
        "- some *python code*, `200 lines of code`\n"
        "- `count to 20`, `write 9000 words`, `write 9000 characters`, something *long*\n"
        "- `think for 5 seconds`, `count to 500 slowly`, `talk without end`\n"
        "- send a *picture* or a *voice message*"
    )


def _counting(question: str, earlier: list[str]) -> str | None:
    if not (asked := _COUNT.search(question)):
        return None
    last = min(int((asked[1] or asked[2])[:9]), _MOST_COUNT)
    return ", ".join(map(str, range(1, last + 1))) or "There is nothing to count."


def _length(question: str, earlier: list[str]) -> str | None:
    if asked := _CHARS.search(question):
        return samples.filled(int(asked[1][:9]))
    if asked := _WORDS.search(question):
        return samples.words(int(asked[1][:9])) or "There is nothing to write."
    return samples.filled(_LONG) if _IS_LONG.search(question) else None


def _table(question: str, earlier: list[str]) -> str | None:
    if not re.search(r"\b(?:table|таблиц\w*)\b", question, re.IGNORECASE):
        return None
    if re.search(r"\b(?:wide|широк\w*)\b", question, re.IGNORECASE):
        return samples.WIDE_TABLE
    rows = _asked_lines(question, _LONG_TABLE)
    return samples.table(5 if rows is None else rows)


def _long_code(question: str, earlier: list[str]) -> str | None:
    lines = _asked_lines(question, _LONG_CODE) if _IS_CODE.search(question) else None
    return None if lines is None else samples.long_code(lines)


def _asked_lines(question: str, long: int) -> int | None:
    """How many lines somebody wants; None when they do not care."""
    if asked := _ROWS.search(question):
        return int(asked[1][:9])
    return long if _IS_LONG.search(question) else None


def _sample(pattern: str, text: str) -> _Rule:
    """The rule that answers *text* to whatever has *pattern* in it."""
    asked = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    return lambda question, earlier: text if asked.search(question) else None


_formatting = _sample(r"formatting|markdown|форматировани\w*|разметк\w*", samples.FORMATTING)
_formulas = _sample(
    r"math|maths|mathematics|formulas?|equations?|latex|математик\w*|формул\w*|уравнени\w*",
    samples.FORMULAS,
)
_details = _sample(r"details|подробност\w*", samples.DETAILS)
_list = _sample(r"list|steps|список|списк\w*", samples.LIST)


def _code(question: str, earlier: list[str]) -> str | None:
    return samples.code(question) if _IS_CODE.search(question) else None


def _arithmetic(question: str, earlier: list[str]) -> str | None:
    return worked_out(question)


_RULES: tuple[_Rule, ...] = (
    _name, _memory, _counting, _table, _long_code, _length, _formatting, _formulas, _details, _list,
    _code, _greeting, _help, _arithmetic,
)  # fmt: skip


def _consider(question: str, earlier: list[str], instructions: str) -> str:
    """The answer to everything that no rule knows."""
    quoted = "\n".join(f"> {line}" for line in _short(question).splitlines()) or "> …"
    remembered = f"{len(earlier)} earlier message{'' if len(earlier) == 1 else 's'}"
    lines = [
        f"You wrote:\n\n{quoted}\n",
        "I am an offline model, so here is what I can honestly say about it:\n",
        f"- It has **{len(question.split())} words** and {len(question)} characters.",
        f"- I remember {remembered} of this conversation.",
    ]
    if instructions:
        lines.append(f"- My instructions begin with “{_short(instructions, 60)}”.")
    lines.append("\nAsk me for *help* to see what I can do.")
    return "\n".join(lines)


def _short(text: str, length: int = 200) -> str:
    text = text.strip()
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
