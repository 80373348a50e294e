"""A Containerfile as values, so that its steps can be taken without an engine for containers."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Stage:
    """What lies between one FROM and the next."""

    image: str
    run: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    """The other instructions: ``{"USER": ["10001:10001"], …}``."""

    def one(self, instruction: str) -> str:
        """The only one of its kind."""
        (text,) = self.said[instruction]
        return text

    def words(self, instruction: str) -> list[str]:
        """The words of a JSON form, such as ENTRYPOINT's."""
        found: list[str] = json.loads(re.sub(r"^.*?\[", "[", self.one(instruction)))
        return found

    def environment(self) -> dict[str, str]:
        """What ENV sets."""
        pairs = [word.partition("=") for text in self.said["ENV"] for word in shlex.split(text)]
        return {name: value for name, _, value in pairs}


def stages() -> list[Stage]:
    """The stages of container/Containerfile."""
    text = (ROOT / "container/Containerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found: list[Stage] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        instruction, _, rest = line.strip().partition(" ")
        if instruction == "FROM":
            found.append(Stage(rest))
        elif instruction == "RUN":
            found[-1].run.append(rest.strip())
        elif instruction:
            found[-1].said.setdefault(instruction, []).append(rest.strip())
    return found


def context(target: Path) -> None:
    """Copy what a build may see to *target*: what .dockerignore lets through."""
    import shutil

    patterns = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for pattern in patterns:
        if pattern.startswith("!"):
            source, copy = ROOT / pattern[1:], target / pattern[1:]
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, copy)
