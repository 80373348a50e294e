"""Settings from the environment: ``KOTODOM_<SECTION>__<KEY>``, and the slips people make there."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_settings import BaseSettings, EnvSettingsSource

from kotodom.config.sources import Location, Mistake

_PREFIX = "kotodom_"

_LISTS = {
    "bots": """KOTODOM_BOTS='[{"name": "cat", "token": "env:CAT_TOKEN"}]'""",
    "prices": """KOTODOM_PRICES='{"gpt-6-luna": {"input": 0.1, "cached": 0.01, "output": 0.5}}'""",
}
"""What holds no keys of its own, with an example."""


class Environment(EnvSettingsSource):
    """The settings in an environment that is given, not in the process's own."""

    def __init__(self, settings: type[BaseSettings], environ: Mapping[str, str]) -> None:
        super().__init__(settings, env_prefix=_PREFIX, env_nested_delimiter="__")
        self.env_vars = {name.lower(): value for name, value in environ.items()}
        self._keys = {
            section: set(_keys_of(settings, section)) for section in settings.model_fields
        }
        self.used: dict[Location, str] = {}
        """Which variable set a section or key."""
        self.mistakes: list[Mistake] = []
        """What is wrong with the variables themselves."""
        for name in environ:
            if name.lower().startswith(_PREFIX):
                self._note(name, name.lower()[len(_PREFIX) :])

    def values(self) -> dict[str, Any]:
        """The settings, by section; what is wrong with one is among the mistakes instead."""
        found = self()
        for section, name in [(at[0], name) for at, name in self.used.items()]:
            value = found.get(str(section))
            if section == "bots" and isinstance(value, dict):
                self._say(name, f"a list is set whole: {_LISTS['bots']}")
            elif isinstance(value, str) and section in _LISTS:
                self._say(name, f"is not valid JSON; for example {_LISTS[str(section)]}")
            elif isinstance(value, str):
                known = sorted(self._keys[str(section)])
                keys = ", ".join(f"{name.upper()}__{key.upper()}" for key in known)
                self._say(name, f"sets a whole section, as JSON; its keys are set by {keys}")
            else:
                continue
            del found[str(section)]
        return found

    def sources(self) -> dict[Location, str]:
        """What to name as the source of a mistake, by section or key."""
        return self.used | {mistake.location: "environment" for mistake in self.mistakes}

    def decode_complex_value(self, field_name: str, field: Any, value: Any) -> Any:
        """Read a list or table as JSON; text that is none is left for :meth:`values` to name."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except (ValueError, RecursionError):
            return value

    def _note(self, name: str, rest: str) -> None:
        section, *keys = rest.split("__")
        if section in self._keys:
            self.used[(section, *keys)] = name
        elif meant := self._meant(rest):
            self._say(name, f"is no setting; did you mean {meant} (two underscores)?")
        elif keys:
            near = difflib.get_close_matches(section, self._keys, n=1)
            hint = f"did you mean {near[0].upper()}?" if near else f"known: {', '.join(self._keys)}"
            self._say(name, f"sets an unknown section; {hint}")

    def _meant(self, rest: str) -> str:
        """The variable that differs only in the number of underscores."""
        for section, keys in self._keys.items():
            for key in keys:
                if re.sub("_+", "_", rest) == f"{section}_{key}":
                    return f"{_PREFIX}{section}__{key}".upper()
        return ""

    def _say(self, name: str, text: str) -> None:
        self.mistakes.append(Mistake((name,), text))


def _keys_of(settings: type[BaseSettings], section: str) -> Iterator[str]:
    kind = settings.model_fields[section].annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from kind.model_fields
