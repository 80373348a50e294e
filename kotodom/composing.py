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
        self.document_chars = document_chars

    def answer(self, job: Job, bot: Bot, done: Done, *, stopped: bool) -> Sequence[Content]:
        """The messages of an answer: never none."""
        marks = self._marks(job, bot, done, stopped=stopped)
        empty = Text.STOPPED_EMPTY if stopped else Text.EMPTY_ANSWER
        if not visible(done.text):
            return text.plain(say(empty, job.language, bot.texts))
        if job.chat.type is ChatType.GUEST:
            cut = say(Text.CUT_BY_LENGTH, job.language, bot.texts)
            opening = text.opening(done.text, cut=cut, marks=marks)
            return [opening] if opening else text.plain(say(empty, job.language, bot.texts))
        mark = "\n".join(marks)
        rich = text.rich(done.text, mark=mark) if bot.rich is Rich.AUTO else None
        if rich is not None:
            return [rich]
        contents = self._plain(job, bot, done.text, mark)
        return contents or text.plain(say(empty, job.language, bot.texts))

    def words(self, bot: Bot, markdown: str, language: str) -> Sequence[Content]:
        """The same of what an admin says as the bot; none when there is nothing to see."""
        if not visible(markdown):
            return []
        rich = text.rich(markdown, mark="") if bot.rich is Rich.AUTO else None
        return [rich] if rich is not None else self._composed(bot, markdown, "", language)

    def plainer(self, job: Job, rich: Content) -> Sequence[Content]:
        """A rich message that Telegram does not take, with plain formatting."""
        return self._plain(job, self._registry.get(job.bot_id), rich.payload, "")

    def _plain(self, job: Job, bot: Bot, markdown: str, mark: str) -> list[Content]:
        return self._composed(bot, markdown, mark, job.language)

    def _composed(self, bot: Bot, markdown: str, mark: str, language: str) -> list[Content]:
        return text.compose(
            markdown,
            mark=mark,
            note=say(Text.LONG_ANSWER_NOTE, language, bot.texts),
            caption=say(Text.LONG_ANSWER_CAPTION, language, bot.texts),
        )

    def _marks(self, job: Job, bot: Bot, done: Done, *, stopped: bool) -> list[str]:
        """Visible notes behind an answer that is not all it could be."""
        marks = [
            say(
                Text.DOCUMENT_CUT,
                job.language,
                bot.texts,
                name=name or "…",
                characters=self.document_chars,
            )
            for name in cut_documents(job)
        ]
        if stopped:
            marks.append(say(Text.STOPPED, job.language, bot.texts))
        else:
            marks += broken_off(done, job.language, bot)
        return marks


def short(done: Done, language: str, bot: Bot) -> Content | None:
    """An answer in the one message that it has; None when there is nothing to see."""
    cut = say(Text.CUT_BY_LENGTH, language, bot.texts)
    return text.opening(done.text, cut=cut, marks=broken_off(done, language, bot))


def broken_off(done: Done, language: str, bot: Bot) -> list[str]:
    """The note behind an answer that the provider did not finish; none behind a whole one."""
    if not done.incomplete:
        return []
    by_filter = done.incomplete == "content_filter"
    return [say(Text.CUT_BY_FILTER if by_filter else Text.CUT_BY_LENGTH, language, bot.texts)]
