"""A bot account: its token, its updates, its sequence of message ids."""

from itertools import count
from typing import Any

from kotodom.clock import Clock
from kotodom.demo.botapi.inbox import Inbox
from kotodom.demo.botapi.values import ApiError, Json, User

LOGGED_OUT = 10 * 60.0
"""Seconds a bot stays barred after logOut."""


class EmulatedBot:
    """One bot as BotFather would have made it."""

    def __init__(
        self, token: str, *, username: str, name: str, can_read_all: bool, clock: Clock
    ) -> None:
        self.id = int(token.partition(":")[0])
        self.token = token
        self.username = username
        self.name = name or username
        self.can_read_all = can_read_all
        """Privacy mode is off: it sees every message of its groups."""
        self.topics_enabled = False
        """Its private chats may have topics (BotFather's Threaded Mode)."""
        self.inline = False
        """It answers inline queries (BotFather's /setinline)."""
        self.inline_feedback = False
        """It hears which result was chosen (BotFather's /setinlinefeedback)."""
        self.guest = False
        """It can be called in chats it is not in (BotFather's guest mode)."""
        self.can_manage = False
        """It may create bots for people (BotFather's Bot Management Mode)."""
        self.manager: EmulatedBot | None = None
        """The bot by which somebody had this one created."""
        self.creator: User | None = None
        """Who had it created so."""
        self.webhook = ""
        self.revoked = False
        self.commands: dict[tuple[str, str], list[Json]] = {}
        """What setMyCommands set, by (scope as JSON, language)."""
        self.message_ids = count(1)
        """One rising sequence over its private chats and basic groups."""
        self._clock = clock
        self._logged_out_until = 0.0
        # An id as large as real ones, different for every bot, the same in every run.
        self.inbox = Inbox(clock, first_id=100_000_000 + self.id % 9_973 * 1_000)

    def __repr__(self) -> str:
        return f"<EmulatedBot {self.id} @{self.username}>"

    @property
    def is_bot(self) -> bool:
        return True

    @property
    def full_name(self) -> str:
        return self.name

    @property
    def updates(self) -> int:
        """How many updates wait to be confirmed."""
        return len(self.inbox)

    def revoke(self) -> None:
        """Make the token invalid: every call answers 401, a waiting poll at once."""
        self.revoked = True
        self.inbox.end_poll(unauthorized())

    def retoken(self, token: str) -> None:
        """Give it another token; the one it had works no more."""
        self.token, self.revoked = token, False
        self.inbox.end_poll(unauthorized())

    def set_webhook(self, url: str) -> None:
        """Set a webhook as setWebhook does; nothing is ever delivered to it."""
        self.webhook = url
        if url:
            self.inbox.end_poll(ApiError(409, "Conflict: terminated by setWebhook request"))

    def inject(self, raw_update: Json) -> int:
        """Queue an arbitrary raw update, checked by nobody; return its update id."""
        return self.inbox.put_raw(raw_update)

    def reset_update_ids(self, to: int) -> None:
        """Let the next update have id *to*, as after an idle week; nothing may be pending."""
        self.inbox.renumber(to)

    def log_out(self) -> None:
        """Bar the bot for ten minutes."""
        self._logged_out_until = self._clock.monotonic() + LOGGED_OUT

    def check(self) -> None:
        """Raise what every call of an unusable bot gets."""
        if self.revoked:
            raise unauthorized()
        if self._clock.monotonic() < self._logged_out_until:
            raise ApiError(400, "Logged out")

    def to_dict(self) -> Json:
        """As a ``User`` object of the Bot API."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }

    def me(self) -> dict[str, Any]:
        """What getMe says."""
        return self.to_dict() | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.can_read_all,
            "supports_guest_queries": self.guest,
            "supports_inline_queries": self.inline,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": self.topics_enabled,
            "allows_users_to_create_topics": self.topics_enabled,
            "can_manage_bots": self.can_manage,
        }


def unauthorized() -> ApiError:
    """What a wrong token gets."""
    return ApiError(401, "Unauthorized")
