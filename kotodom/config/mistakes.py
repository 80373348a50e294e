"""What is wrong with a configuration, said so that the person can put it right."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from kotodom.config.sources import Location, Mistake, dotted
from kotodom.redaction import redact

EXAMPLE_TOKEN = "123456789:replace-with-the-token-of-BotFather"  # noqa: S105 - a placeholder
EXAMPLE_KEY = "sk-replace-with-your-own-key"
"""What config.example.toml ships: refused, so that nobody starts with them by accident."""

_SHOWN = 60
"""Characters of a wrong value that are quoted."""

Schema = Mapping[str, Any]
"""A JSON schema: of each key its description (what it must be) and an example."""


class Said(ValueError):
    """A mistake that says itself what is wrong."""


def check_key(said: str) -> None:
    """Raise Said about what a request's header cannot carry as a key; empty is fine."""
    if not re.fullmatch(r"([!-~]([ -~]*[!-~])?)?", said):
        raise Said("must be one line of plain ASCII without spaces around it: copy the key again")


def translate(
    errors: Iterable[Mapping[str, Any]], schema: Schema, secrets: Sequence[tuple[str, ...]]
) -> Iterator[Mistake]:
    """Turn the validator's *errors* into mistakes; a secret's value is never quoted."""
    for error in errors:
        location: Location = tuple(error["loc"])
        yield Mistake(location, _text(error, location, schema, is_secret(location, secrets)))


def _text(error: Mapping[str, Any], location: Location, schema: Schema, secret: bool) -> str:
    said = error.get("ctx", {}).get("error")
    if isinstance(said, Said):
        return str(said)
    if error["type"] == "extra_forbidden":
        return _unknown(str(location[-1]), _node(schema, location[:-1]), section=not location[1:])
    if location == ("openai",) and error["type"] == "missing":
        return 'is missing: add an [openai] section with api_key = "…"'
    node = _node(schema, location)
    hint = f"; for example {_quoted(node['examples'][0])}" if "examples" in node else ""
    must = node.get("description") or _SHAPES.get(node.get("type", ""), "valid")
    if error["type"] == "missing":
        return f"is missing: must be {must}{hint}"
    # An address may have a password in it, whatever key it is written for.
    value = error["input"]
    hidden = secret or (isinstance(value, str) and "@" in value)
    return f"must be {must}{'' if hidden else ', not ' + _quoted(value)}{hint}"


_SHAPES = {"object": "a table of keys", "array": "a list"}


def _unknown(name: str, parent: Schema, *, section: bool) -> str:
    known = list(parent.get("properties", ()))
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.65)
    what = "section" if section else "key"
    if near:
        return f"unknown {what}; did you mean {near[0]}?"
    return f"unknown {what}; known here: {', '.join(known)}"


def _node(schema: Schema, location: Location) -> Schema:
    node = schema
    for step in location:
        node = _follow(node, schema)
        if isinstance(step, int):
            # An item that says nothing of itself must be what its list says.
            about = {key: node[key] for key in ("description", "examples") if key in node}
            node = {**about, **node.get("items", {})}
        else:
            node = node.get("properties", {}).get(step) or node.get("additionalProperties") or {}
        if not isinstance(node, Mapping):  # additionalProperties may be plain false
            return {}
    # What stands beside a reference (a description) wins over what it refers to.
    return {**_follow(node, schema), **node}


def _follow(node: Schema, schema: Schema) -> Schema:
    if variants := [kind for kind in node.get("anyOf", ()) if kind.get("type") != "null"]:
        # What may be left out is said as "this, or null".
        node = {**variants[0], **{name: node[name] for name in node if name != "anyOf"}}
    if "$ref" not in node:
        return node
    found: Schema = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return found


def is_secret(location: Location, secrets: Sequence[tuple[str, ...]]) -> bool:
    """Whether *location* is one of *secrets*, or may hold one by mistake."""
    shape = tuple("*" if isinstance(step, int) else step for step in location)
    # A value that stands where a secret's whole section should be may hold the secret too.
    return any(secret[: len(shape)] == shape for secret in secrets)


def _quoted(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except ValueError:  # Python shows no integer of more than 4300 digits
        return "a number that long"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def reserved(values: dict[str, Any]) -> Iterator[Mistake]:
    """Take out top-level names that the settings library would read as its own options."""
    for name in [name for name in values if name.startswith("_")]:
        del values[name]
        yield Mistake((name,), "unknown section")


def bots(entries: object, *, required: bool) -> Iterator[Mistake]:
    """Mistakes that only show when the [[bots]] entries are seen together."""
    if required and entries in (None, [], ()):
        yield Mistake(
            ("bots",), 'there are none: add a [[bots]] section with name = "…" and token = "…"'
        )
    if not isinstance(entries, list):
        return
    tables = [(i, entry) for i, entry in enumerate(entries) if isinstance(entry, dict)]
    yield from _repeated(
        ((i, "name", str(entry["name"]).casefold()) for i, entry in tables if "name" in entry),
        "is the same name as that of bots[{}]; give each bot its own",
    )
    numbers = ((i, _BOT_ID.match(str(entry.get("token", "")))) for i, entry in tables)
    yield from _repeated(
        # Written with zeros in front it is still the same number.
        ((i, "token", str(int(match[1]))) for i, match in numbers if match),
        "is the same bot as bots[{}] (the number before the colon); keep one of them",
    )


_BOT_ID = re.compile(r"(\d{1,19}):", re.ASCII)


def _repeated(values: Iterable[tuple[int, str, str]], text: str) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for index, key, value in values:
        if value in first:
            yield Mistake(("bots", index, key), text.format(first[value]))
        else:
            first[value] = index


def lines(mistakes: Iterable[Mistake], source: Mapping[Location, str], default: str) -> list[str]:
    """One line each: where the value came from, its key, what is wrong, what would be right."""
    said: dict[Location, str] = {}
    for mistake in mistakes:
        # The first thing said about a key is the cause of the rest.
        said.setdefault(mistake.location, mistake.text)
    return [
        redact(" ".join(f"{_origin(place, source) or default}: {dotted(place)}: {text}".split()))
        for place, text in said.items()
    ]


def _origin(place: Location, source: Mapping[Location, str]) -> str:
    """The variable that set *place*, or what holds it; also one that only began to set it."""
    best, found = 0, ""
    for at, name in source.items():
        same = takewhile(lambda pair: pair[0] == pair[1], zip(at, place, strict=False))
        shared = sum(1 for _ in same)
        # Sharing no more than the section says nothing, unless the variable set that.
        if shared > best and (shared == len(at) or shared > 1):
            best, found = shared, name
    return found
