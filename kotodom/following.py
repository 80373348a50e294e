"""Hands changed settings to the parts that act on them, while they are at work."""

from kotodom import settings as known
from kotodom.composing import Composer
from kotodom.intake import RowIntake
from kotodom.media import Limits, Media
from kotodom.questions import Questions
from kotodom.registry import Registry
from kotodom.retry import RetryPolicy
from kotodom.settings import Settings
from kotodom.settle import Settler
from kotodom.upkeep import Upkeep
from kotodom.worker import Worker


def follow_answers(
    settings: Settings,
    *,
    registry: Registry,
    questions: Questions,
    media: Media,
    composer: Composer,
) -> None:
    """Let what is asked, and what is read of files, be as it is set."""

    def model() -> None:
        registry.default_model = settings.get(known.MODEL)

    def context() -> None:
        questions.budget = settings.get(known.CONTEXT_BUDGET)
        questions.image_turns = settings.get(known.IMAGE_TURNS)

    def limits() -> None:
        media.limits = media_limits(settings)
        composer.document_chars = media.limits.document_chars

    settings.watch([known.MODEL], model)
    settings.watch([known.CONTEXT_BUDGET, known.IMAGE_TURNS], context)
    settings.watch([known.DOWNLOAD_MB, known.DOCUMENT_CHARS, known.SOUND_MINUTES], limits)


def follow_work(
    settings: Settings,
    *,
    intake: RowIntake,
    upkeep: Upkeep,
    settler: Settler,
    worker: Worker,
) -> None:
    """Let the queue's work, and what nobody asks for, be as it is set."""

    def windows() -> None:
        intake.set_windows(settings.get(known.JOIN_WINDOW), settings.get(known.EDIT_WINDOW))

    def pressure() -> None:
        upkeep.backlog_limit = settings.get(known.BACKLOG_LIMIT)
        upkeep.min_free_disk_mb = settings.get(known.MIN_FREE_DISK)

    def retention() -> None:
        upkeep.keep_days = settings.get(known.KEEP_DAYS)

    def patience() -> None:
        settler.policy = retry_policy(settings)

    settings.watch([known.JOIN_WINDOW, known.EDIT_WINDOW], windows)
    settings.watch([known.BACKLOG_LIMIT, known.MIN_FREE_DISK], pressure)
    settings.watch([known.KEEP_DAYS], retention)
    settings.watch([known.MAX_ATTEMPTS, known.RETRY_BASE, known.RETRY_MAX], patience)
    settings.watch([known.CONCURRENCY], lambda: worker.resize(settings.get(known.CONCURRENCY)))


def media_limits(settings: Settings) -> Limits:
    """How much of a file is looked at."""
    return Limits(
        file_bytes=settings.get(known.DOWNLOAD_MB) * 2**20,
        document_chars=settings.get(known.DOCUMENT_CHARS),
        sound_seconds=settings.get(known.SOUND_MINUTES) * 60,
    )


def retry_policy(settings: Settings) -> RetryPolicy:
    """How often and how patiently."""
    return RetryPolicy(
        settings.get(known.MAX_ATTEMPTS),
        settings.get(known.RETRY_BASE),
        settings.get(known.RETRY_MAX),
    )
