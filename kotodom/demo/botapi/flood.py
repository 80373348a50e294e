"""Flood control, after what is published and what people measured.

Drafts and chat actions share one bucket per peer, 20 calls in 5 s and 40 in 30 s, with a cool-down
of at most 3 s (core.telegram.org/api/bots/ai). Messages and edits share another: about one a
second in a private chat with some burst, 20 a minute in a group, and about 30 a second of one bot
over all its chats (core.telegram.org/bots/faq); inline messages, which belong to no chat of the
bot's, count only there. A call during a penalty is counted as a violation
and doubles the penalty.
"""

import math
from collections import deque
from dataclasses import dataclass, field

from kotodom.clock import Clock
from kotodom.demo.botapi.values import ApiError

MESSAGES = frozenset(
    {
        *("sendmessage", "sendrichmessage", "senddocument", "sendphoto"),
        *("copymessage", "forwardmessage"),
        *("editmessagetext", "editmessagecaption", "editmessagereplymarkup"),
        "answerguestquery",
    }
)
DRAFTS = frozenset({"sendmessagedraft", "sendrichmessagedraft", "sendchataction"})
LIMITED = MESSAGES | DRAFTS
TOLERANCE = 0.1
"""Seconds: a sender that paces itself at exactly the limit is not punished for a jitter."""


@dataclass(frozen=True, slots=True)
class FloodRules:
    """How much is too much; windows are (calls, seconds)."""

    drafts: tuple[tuple[int, float], ...] = ((20, 5.0), (40, 30.0))
    draft_cooldown: float = 3.0
    private_per_second: float = 1.0
    private_burst: int = 10
    group: tuple[int, float] = (20, 60.0)
    penalty: float = 5.0
    """Seconds of the first penalty on messages, when the bucket does not ask for more."""
    escalation: float = 2.0
    penalty_max: float = 3600.0
    bot_per_second: float | None = 30.0
    """Messages of one bot over all its chats, the limit for bulk; None for no such limit."""
    bot_burst: int = 30


@dataclass(slots=True)
class _Burst:
    """So many calls at once, and as many a second as are given back."""

    spent: float = 0.0
    """As of ``at``."""
    at: float = 0.0

    def wait(self, now: float, size: int, per_second: float) -> float:
        """Seconds until there is room for one call."""
        wait = (self._left(now, per_second) + 1 - size) / per_second
        return wait if wait > TOLERANCE else 0.0

    def spend(self, now: float, per_second: float) -> None:
        self.spent, self.at = self._left(now, per_second) + 1, now

    def _left(self, now: float, per_second: float) -> float:
        return max(0.0, self.spent - (now - self.at) * per_second)


@dataclass(slots=True)
class _Bucket:
    """The calls of one kind from one bot to one chat."""

    calls: deque[float] = field(default_factory=deque)
    burst: _Burst = field(default_factory=_Burst)
    """Of a private chat's messages."""
    penalty: float = 0.0
    until: float = 0.0


class FloodControl:
    """Decides over every sending call."""

    def __init__(self, rules: FloodRules | None, clock: Clock) -> None:
        self.violations = 0
        """Calls made while their chat was under a penalty."""
        self._rules = rules
        self._clock = clock
        self._buckets: dict[tuple[int, int, bool], _Bucket] = {}
        self._bots: dict[int, _Burst] = {}

    def admit(self, bot_id: int, chat_id: int, method: str) -> None:
        """Raise a 429 when this call is too much; *method* is in lower case."""
        now = self._clock.monotonic()
        messages = self._bucket(bot_id, chat_id, drafts=False)
        drafts = self._bucket(bot_id, chat_id, drafts=True) if method in DRAFTS else None
        self._hold(messages, now, self._rules.penalty_max if self._rules else 0.0)
        if drafts is not None:
            self._hold(drafts, now, self._rules.draft_cooldown if self._rules else 0.0)
        if self._rules is None:
            return
        if drafts is not None:
            wait = _until_room(drafts, self._rules.drafts, now)
            if wait:
                self._begin(drafts, now, min(wait, self._rules.draft_cooldown))
            return
        self._admit_message(self._rules, messages, bot_id, chat_id, now)
        messages.penalty = 0.0

    def penalize(self, bot_id: int, chat_id: int, method: str, seconds: float) -> None:
        """Begin a penalty that something else announced, e.g. a scripted 429."""
        bucket = self._bucket(bot_id, chat_id, drafts=method.lower() in DRAFTS)
        bucket.penalty = seconds
        bucket.until = self._clock.monotonic() + seconds

    def _bucket(self, bot_id: int, chat_id: int, *, drafts: bool) -> _Bucket:
        return self._buckets.setdefault((bot_id, chat_id, drafts), _Bucket())

    def _hold(self, bucket: _Bucket, now: float, longest: float) -> None:
        """During a penalty: count the violation, lengthen the penalty, refuse.

        Without rules the violation of a scripted penalty is only counted.
        """
        if now >= bucket.until:
            return
        self.violations += 1
        if self._rules is not None:
            bucket.penalty = min(bucket.penalty * self._rules.escalation, longest)
            bucket.until = max(bucket.until, now + math.ceil(bucket.penalty))
            raise too_many(bucket.until - now)

    def _begin(self, bucket: _Bucket, now: float, seconds: float) -> None:
        bucket.penalty = seconds
        bucket.until = now + math.ceil(seconds)
        raise too_many(bucket.until - now)

    def _admit_message(
        self, rules: FloodRules, bucket: _Bucket, bot_id: int, chat_id: int, now: float
    ) -> None:
        """The bot's limit comes first: a call over it takes no place in its chat."""
        bulk = self._bots.setdefault(bot_id, _Burst())
        if rules.bot_per_second:
            wait = bulk.wait(now, rules.bot_burst, rules.bot_per_second)
            if wait:
                self._begin(bucket, now, max(wait, 1.0))
        if chat_id < 0:
            wait = _until_room(bucket, (rules.group,), now)
        elif chat_id == 0:
            wait = 0.0
        else:
            wait = bucket.burst.wait(now, rules.private_burst, rules.private_per_second)
        if wait:
            self._begin(bucket, now, max(wait, rules.penalty))
        if chat_id > 0:
            bucket.burst.spend(now, rules.private_per_second)
        if rules.bot_per_second:
            bulk.spend(now, rules.bot_per_second)


def _until_room(bucket: _Bucket, windows: tuple[tuple[int, float], ...], now: float) -> float:
    """Take a place in every window and return 0.0, or the seconds until there is one."""
    calls = bucket.calls
    longest = max(seconds for _, seconds in windows)
    while calls and calls[0] <= now - longest:
        calls.popleft()
    wait = max(
        calls[-limit] + seconds - now if len(calls) >= limit else 0.0 for limit, seconds in windows
    )
    if wait <= 0.0:
        calls.append(now)
        return 0.0
    return wait


def too_many(seconds: float) -> ApiError:
    """A 429 that asks to wait."""
    retry_after = max(1, math.ceil(seconds))
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
