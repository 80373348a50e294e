"""Every error Kotodom itself raises, and what each kind means for a message.

    KotodomError
    ├── ConfigError               the configuration has mistakes           exit 78
    ├── DatabaseUnusable          the database cannot be used              exit 69
    │   └── DatabaseDamaged       its file is damaged: restore a backup    exit 69
    ├── DatabaseTrouble           locked, out of reach, restarting         RETRYABLE, free
    │   └── DiskFull              no room where the database writes        RETRYABLE, free
    ├── SealBroken                a secret in the database cannot be sealed or opened
    ├── PortTaken                 [http] listen cannot be had now          exit 69
    ├── BackupFailed              a backup cannot be made, used or moved   exit 1
    ├── StaleJob                  the row is no longer ours: drop it
    ├── PoisonUpdate              the update cannot be decoded             TERMINAL
    ├── CrashedTooOften           in work at three crashes                 TERMINAL
    ├── QuestionChanged           edited while it was being answered: ask anew
    ├── FileUnusable              a file nobody can make sense of: the sender is told why
    ├── LimitReached              a limit for spending allows it not        TERMINAL
    ├── PriceUnknown              there is a limit but no price to go by    TERMINAL
    ├── ProviderError
    │   ├── ProviderUnavailable   network, 408, 409, 5xx                   RETRYABLE
    │   ├── ProviderTimeout       first token, silence or total deadline   RETRYABLE
    │   ├── RateLimited           429 of the transient kind                RETRYABLE
    │   ├── StreamBroken          no terminal event, bad JSON, error event RETRYABLE
    │   ├── CircuitOpen           not called at all                        RETRYABLE, free
    │   │   └── ProviderStopped   an admin has stopped all calls           RETRYABLE, free
    │   ├── KeySealed             the bot's own key cannot be opened       RETRYABLE, free
    │   ├── AccountError          401, 403, quota, unknown model           FATAL
    │   └── RequestRefused        400, 422, context too long, policy       TERMINAL
    │       └── PicturesRefused   the model cannot look at pictures at all TERMINAL
    └── TelegramError
        ├── FloodWait             429 or our own pacing: not sent          RETRYABLE, free
        ├── NotSent               could not connect: not sent for sure     RETRYABLE, free
        ├── InDoubt               may have been sent                       RETRYABLE, free
        ├── FileNotFetched        a file did not come, Telegram is there   RETRYABLE
        ├── PollConflict          409: another poller or a webhook         RETRYABLE
        ├── TokenRevoked          401, 404                                 FATAL
        ├── ChatGone              blocked, kicked, deactivated, not found  TERMINAL
        ├── ChatMoved             the group became a supergroup            TERMINAL
        ├── EntitiesRefused       this part goes out plain                 TERMINAL
        └── MessageRefused        any other 4xx                            TERMINAL
            └── TopicGone         somebody has deleted the topic           TERMINAL

Vendor exceptions are translated into these at the edges; the core sees nothing else. "Free" means
that no attempt is spent: nobody can be blamed, so the message just waits.
"""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class ErrorKind(StrEnum):
    """What an error means for the message it happened to."""

    RETRYABLE = "RETRYABLE"
    """It may pass: try again later."""
    FATAL = "FATAL"
    """A bot or an account is broken: a human must act."""
    TERMINAL = "TERMINAL"
    """This message will never succeed."""


class KotodomError(Exception):
    """Something went wrong in Kotodom."""

    kind: ClassVar[ErrorKind] = ErrorKind.TERMINAL
    code: ClassVar[str] = "error"
    """A stable short name: the cause in alerts, metrics and the database."""
    free: ClassVar[bool] = False
    """No attempt is spent on this error."""

    def __init__(self, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])
        self.retry_after = retry_after
        """Seconds to wait before trying again, when the other side named them."""


class ConfigError(KotodomError):
    """The configuration has mistakes."""

    code = "config"

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)
        """One line each: file, key, what is wrong, what would be right."""


class DatabaseUnusable(KotodomError):
    """The database cannot be used."""

    code = "database"


class DatabaseDamaged(DatabaseUnusable):
    """The database's file is damaged."""

    # No message is to blame, and none ends by it.
    kind = ErrorKind.RETRYABLE
    code = "database_damaged"
    free = True


class DatabaseTrouble(KotodomError):
    """The database cannot do it now: it is locked, out of reach or restarting."""

    kind = ErrorKind.RETRYABLE
    code = "database_trouble"
    free = True


class DiskFull(DatabaseTrouble):
    """There is no room left where the database writes."""

    code = "disk_full"


class SealBroken(KotodomError):
    """A secret in the database cannot be sealed or opened: the key is missing or another."""

    code = "sealed"


class PortTaken(KotodomError):
    """The address to listen on cannot be had now."""

    code = "port"


class BackupFailed(KotodomError):
    """A backup or an export cannot be made or used."""

    code = "backup"


class StaleJob(KotodomError):
    """The row is no longer this worker's."""

    code = "stale"


class PoisonUpdate(KotodomError):
    """The update cannot be decoded."""

    code = "undecodable"


class CrashedTooOften(KotodomError):
    """The process crashed three times while this message was in work."""

    code = "crashed"


class QuestionChanged(KotodomError):
    """The question was edited while it was being answered."""

    code = "question_changed"


class FileProblem(StrEnum):
    """Why nobody can make sense of a file."""

    TOO_BIG = "too_big"
    """Telegram gives bots no file of that size."""
    TOO_LONG = "too_long"
    """More minutes of sound than may be listened to."""
    UNREADABLE = "unreadable"
    """Damaged, protected by a password, or not what its name says."""
    UNSUPPORTED = "unsupported"
    """Of a kind that is not read here."""
    GONE = "gone"
    """Telegram does not have it any more."""
    UNHEARD = "unheard"
    """This provider listens to no recordings."""


class FileUnusable(KotodomError):
    """A file cannot be read."""

    code = "file_unusable"

    def __init__(
        self, problem: FileProblem, message: str = "", *, name: str = "", kind_of_file: str = ""
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.name = name
        """What the sender calls the file; empty: nothing."""
        self.kind_of_file = kind_of_file
        """An AttachmentKind."""

    def about(self, name: str, kind_of_file: str) -> "FileUnusable":
        """The same, about that file."""
        return FileUnusable(self.problem, str(self), name=name, kind_of_file=kind_of_file)


class LimitReached(KotodomError):
    """A limit for spending does not allow it."""

    code = "limit"

    def __init__(self, message: str = "", *, resets_at: int = 0) -> None:
        super().__init__(message)
        self.resets_at = resets_at
        """When there may be money again, in milliseconds; 0: not by itself."""


class PriceUnknown(KotodomError):
    """There is a limit for spending, but the model has no price to go by."""

    code = "unpriced"


class ProviderError(KotodomError):
    """The model provider did not answer."""

    code = "provider"

    def __init__(
        self, message: str = "", *, retry_after: float | None = None, vendor_code: str = ""
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.vendor_code = vendor_code
        """The provider's own error code, e.g. ``insufficient_quota``; empty when it gave none."""


class ProviderUnavailable(ProviderError):
    """The provider cannot be reached or is in trouble."""

    kind = ErrorKind.RETRYABLE
    code = "provider_unavailable"


class ProviderTimeout(ProviderError):
    """The provider took too long."""

    kind = ErrorKind.RETRYABLE
    code = "provider_timeout"


class RateLimited(ProviderError):
    """The provider asks to slow down."""

    kind = ErrorKind.RETRYABLE
    code = "provider_rate_limited"


class StreamBroken(ProviderError):
    """The provider's stream broke off before the answer was complete."""

    kind = ErrorKind.RETRYABLE
    code = "stream_broken"


class CircuitOpen(ProviderError):
    """The provider failed too often and is left alone for a while."""

    kind = ErrorKind.RETRYABLE
    code = "circuit_open"
    free = True


class ProviderStopped(CircuitOpen):
    """An admin has stopped all calls to the provider."""

    code = "provider_stopped"

    def __init__(
        self, message: str = "", *, retry_after: float | None = None, called: bool = False
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.called = called
        """It was under way, so it is billed."""


class KeySealed(ProviderError):
    """The bot's own provider key cannot be opened."""

    kind = ErrorKind.RETRYABLE
    code = "key_sealed"
    free = True


class AccountError(ProviderError):
    """The provider account or the model is not usable."""

    kind = ErrorKind.FATAL
    code = "provider_account"


class RequestRefused(ProviderError):
    """The provider refused this question."""

    code = "provider_refused"


class PicturesRefused(RequestRefused):
    """The model takes no pictures."""


class TelegramError(KotodomError):
    """Telegram did not do as asked."""

    code = "telegram"


class FloodWait(TelegramError):
    """This chat must wait before it gets anything more; nothing was sent."""

    kind = ErrorKind.RETRYABLE
    code = "flood_wait"
    free = True


class NotSent(TelegramError):
    """Telegram cannot be reached; nothing was sent."""

    kind = ErrorKind.RETRYABLE
    code = "telegram_unreachable"
    free = True


class InDoubt(TelegramError):
    """The request may or may not have taken effect."""

    kind = ErrorKind.RETRYABLE
    code = "telegram_in_doubt"
    free = True


class FileNotFetched(TelegramError):
    """A file could not be downloaded."""

    kind = ErrorKind.RETRYABLE
    code = "file_not_fetched"


class PollConflict(TelegramError):
    """Somebody else receives this bot's updates."""

    kind = ErrorKind.RETRYABLE
    code = "poll_conflict"


class TokenRevoked(TelegramError):
    """Telegram does not accept this bot's token."""

    kind = ErrorKind.FATAL
    code = "token_revoked"


class ChatGone(TelegramError):
    """This chat cannot be written to any more."""

    code = "chat_gone"


class ChatMoved(TelegramError):
    """This group became a supergroup with another id."""

    code = "chat_moved"

    def __init__(self, message: str = "", *, new_chat_id: int) -> None:
        super().__init__(message)
        self.new_chat_id = new_chat_id


class EntitiesRefused(TelegramError):
    """Telegram does not accept this formatting."""

    code = "entities_refused"


class MessageRefused(TelegramError):
    """Telegram does not accept this message."""

    code = "message_refused"


class TopicGone(MessageRefused):
    """The topic was deleted."""

    code = "topic_gone"


EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT)
"""What a machine says that has too little of something: it passes, or its owner makes room."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What an exception means: the only thing the rest of the code decides by."""

    kind: ErrorKind
    code: str
    message: str
    free: bool = False
    retry_after: float | None = None


def classify(error: BaseException) -> Failure:
    """Say what *error* means for the message it happened to.

    Anything that is not ours is a bug or a fault of the machine (a full disk, a lost database):
    retryable, so that nothing is lost, but it costs an attempt, so that it ends. A machine that has
    run out of files or of room is to blame alone: that costs none.
    """
    if isinstance(error, KotodomError):
        return Failure(error.kind, error.code, str(error), error.free, error.retry_after)
    if isinstance(error, OSError) and error.errno in EXHAUSTED:
        return Failure(ErrorKind.RETRYABLE, "machine", error.strerror or "", free=True)
    return Failure(ErrorKind.RETRYABLE, "internal", f"{type(error).__name__}: {error}")
