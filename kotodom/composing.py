"""An answer of the model as the messages that people see."""

from collections.abc import Sequence

from kotodom import text
from kotodom.i18n import Text, say
from kotodom.media import cut_documents
from kotodom.model import Bot, ChatType, Content, Done, Job, Rich
from kotodom.registry import Registry
from kotodom.text.units import visible


class Composer:
    """Chooses between plain formatting, a rich message and a file; adds what must be said."""

    def __init__(self, *, registry: Registry, document_chars: int) -> None:
        self._registry = registry
        self._document_chars = document_chars

    def answer(self, job: Job, bot: Bot, done: Done, *, stopped: bool) -> Sequence[Content]:
        """The messages of an answer: never none."""
        marks = self._marks(job, bot, done, stopped=stopped)
        empty = Text.STOPPED_EMPTY if stopped else Text.EMPTY_ANSWER
        if not visible(done.text):
            return text.plain(say(empty, job.language, bot.texts))
        if job.chat.type is ChatType.GUEST:
            cut = say(Text.CUT_BY_LENGTH, job.language, bot.texts)
            return [_opening(done.text, "\n".join(marks), cut)]
        if bot.rich is Rich.AUTO:
            rich = text.rich("\n\n".join([done.text, *marks]))
            if rich is not None:
                return [rich]
        contents = self._plain(job, bot, done.text, "\n".join(marks))
        return contents or text.plain(say(empty, job.language, bot.texts))

    def plainer(self, job: Job, rich: Content) -> Sequence[Content]:
        """A rich message that Telegram does not take, with plain formatting."""
        return self._plain(job, self._registry.get(job.bot_id), rich.payload, "")

    def _plain(self, job: Job, bot: Bot, markdown: str, mark: str) -> list[Content]:
        return text.compose(
            markdown,
            mark=mark,
            note=say(Text.LONG_ANSWER_NOTE, job.language, bot.texts),
            caption=say(Text.LONG_ANSWER_CAPTION, job.language, bot.texts),
        )

    def _marks(self, job: Job, bot: Bot, done: Done, *, stopped: bool) -> list[str]:
        """Visible notes behind an answer that is not all it could be."""
        marks = [
            say(
                Text.DOCUMENT_CUT,
                job.language,
                bot.texts,
                name=name or "…",
                characters=self._document_chars,
            )
            for name in cut_documents(job)
        ]
        if stopped:
            marks.append(say(Text.STOPPED, job.language, bot.texts))
        elif done.incomplete == "content_filter":
            marks.append(say(Text.CUT_BY_FILTER, job.language, bot.texts))
        elif done.incomplete:
            marks.append(say(Text.CUT_BY_LENGTH, job.language, bot.texts))
        return marks


def _opening(markdown: str, mark: str, cut: str) -> Content:
    """As much of an answer as one message can show; *cut* ends it where that is not all of it."""
    whole = text.render(markdown)
    mark = mark if len(whole) == 1 else cut
    if not mark:
        return whole[0]
    first = text.render(markdown, limit=text.LIMIT - text.utf16_len(mark) - 2)[0]
    return Content(f"{first.text}\n\n{mark}", first.entities)
