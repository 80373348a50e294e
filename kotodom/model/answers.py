"""What the model is asked, what it says, and what that cost."""

from dataclasses import dataclass, field

from kotodom.model.messages import Attachment
from kotodom.model.state import Role


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as the model gets it."""

    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer, as the model sees it again; one of the two may be empty."""

    question: str
    answer: str
    input_tokens: int = 0
    """What the provider counted for the whole request; 0 when unknown."""
    output_tokens: int = 0
    attachments: tuple[Attachment, ...] = ()
    """What came with the question; ``images`` is what became of it."""
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them."""

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    """Reasoning included."""
    estimated: bool = False
    """The provider did not say: the numbers are ours."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the provider is asked."""

    model: str
    instructions: str
    turns: tuple[Turn, ...]
    text: str
    user_key: str
    """An opaque hash of the person, at most 64 characters."""
    cache_key: str
    """An opaque key that stays the same within one conversation, at most 64 characters."""
    images: tuple[Image, ...] = ()
    max_output_tokens: int = 0
    """How long the answer may get, reasoning included; 0: as the model likes."""
    api_key: str = field(default="", repr=False)
    """Who pays for it; empty: the instance's own key."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Some more text of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The model is alive but has not said anything visible yet."""


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is complete: always the last event of a stream."""

    text: str
    """The whole text, which is what counts; the deltas were only for display."""
    usage: Usage
    model: str
    """The model that really answered, as the provider names it."""
    incomplete: str = ""
    """Why the answer was cut (``max_output_tokens``, ``content_filter``, …); empty when whole."""


Event = Delta | Thinking | Done


@dataclass(frozen=True, slots=True)
class Transcript:
    """What somebody said in a recording."""

    text: str
    model: str
    seconds: int
    """How much sound was heard."""
    usage: Usage
    """Zero tokens where the provider counts only minutes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer with all that is remembered of it."""

    text: str
    model: str
    usage: Usage
    cost: int | None
    """Nano-dollars; None when the model's price is unknown."""
    role: Role = Role.ASSISTANT
    first_token_at: int | None = None
    """When the first of it was seen; None: not known."""
