"""Walks through the original's tables, batch by batch, and has everything written that is new.

Each batch is one transaction with its notes of what has come, so an import that was interrupted
goes on where it stopped, and a second one adds what is new. A dry run is the same walk and only
counts.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from kotodom.original import understanding
from kotodom.original.ports import Came, Here, Reader, Writer
from kotodom.original.report import Report, Tally
from kotodom.original.understanding import NewChat, Skip

T = TypeVar("T")
U = TypeVar("U")

NAMED = 10
"""At most so many are named where each needs a word of its own."""


class Import:
    """One walk; *progress* hears of which table how much is done, of how much.

    What is *here* already is left alone. Without a *writer* nothing is written.
    """

    def __init__(
        self,
        reader: Reader,
        here: Here,
        writer: Writer | None,
        *,
        progress: Callable[[str, int, int], None] = lambda table, done, total: None,
    ) -> None:
        self._reader = reader
        self._here = here
        self._writer = writer
        self._progress = progress
        self._report = Report(writer is not None)
        self._bots: dict[int, int] = {}
        """The original's ids of those that come along, and their Telegram ids."""
        self._every_bot: list[int] = []
        self._chats: dict[str, NewChat] = {}
        self._left: set[int] = set()
        """The ids of messages that do not come along."""

    async def run(self) -> Report:
        """Do it all; the database of each side is left consistent wherever it ends."""
        await self._import_bots()
        await self._import_people()
        await self._import_chats()
        await self._import_messages()
        await self._import_processings()
        await self._import_settings()
        await self._import_admins()
        return self._report

    async def _import_bots(self) -> None:
        tally = self._report.tally(Came.BOT)
        here = dict(await self._here.bots())
        # Of two with one token the one that works there is the one that comes.
        bots = sorted(await self._reader.bots(), key=lambda old: not old.enabled)
        came = await self._here.known(Came.BOT, (str(old.id) for old in bots))
        for old in bots:
            tally.read += 1
            self._every_bot.append(old.id)
            try:
                new = understanding.bot(old)
                if not here.get(new.telegram_id, True):
                    raise Skip("it was deleted here, or left config.toml: add it again first")
            except Skip as skip:
                tally.skipped[skip.reason] += 1
                self._note(f'bot "{old.name}" stays there: {skip.reason}')
                continue
            self._bots[old.id] = new.telegram_id
            if old.assistant_id and not old.prompt:
                self._note(
                    f'bot "{old.name}": its prompt is kept by the provider as {old.assistant_id};'
                    " copy it from there: /admin bot … set prompt"
                )
            if new.telegram_id in here:
                tally.known += 1
                if str(old.id) not in came:
                    self._note(
                        f'bot "{old.name}" is here already (or there twice): it stays as it is '
                        "here, and its conversations come to it"
                    )
                continue
            here[new.telegram_id] = True
            tally.imported += 1
            if self._writer is not None:
                await self._writer.put_bot(new)

    async def _import_people(self) -> None:
        tally = self._report.tally(Came.PERSON)
        total = await self._reader.count(Came.PERSON)
        async for batch in self._reader.people():
            tally.read += len(batch)
            here = await self._here.people([person.id for person in batch])
            new = [person for person in batch if person.id not in here]
            tally.known += len(batch) - len(new)
            tally.imported += len(new)
            if self._writer is not None:
                await self._writer.put_people(new)
            self._progress(tally.table, tally.read, total)

    async def _import_chats(self) -> None:
        tally = self._report.tally(Came.CHAT)
        total = await self._reader.count(Came.CHAT)
        here = set(await self._here.chats())
        async for batch in self._reader.chats():
            new = []
            for old, understood in self._understood(
                tally, batch, lambda old: understanding.chat(old, self._bots, self._every_bot)
            ):
                self._chats[old.id] = understood
                place = understood.bot_telegram_id, understood.telegram_chat_id
                if place in here:
                    tally.known += 1
                    continue
                here.add(place)
                new.append(understood)
            tally.imported += len(new)
            if self._writer is not None:
                await self._writer.put_chats(new)
            self._progress(tally.table, tally.read, total)

    async def _import_messages(self) -> None:
        tally = self._report.tally(Came.MESSAGE)
        total = await self._reader.count(Came.MESSAGE)
        going_on = await self._here.going_on()
        async for batch in self._reader.messages():
            known = await self._here.known(Came.MESSAGE, (str(old.id) for old in batch))
            self._left.update(old.id for old in batch if str(old.id) not in known)
            new = []
            for old, understood in self._understood(
                tally, batch, lambda old: understanding.message(old, self._chats)
            ):
                place = understood.chat.bot_telegram_id, understood.chat.telegram_chat_id
                if str(old.id) in known:
                    tally.known += 1
                elif place in going_on:
                    # It would stand behind what was said since: rows are read in their order.
                    tally.skipped["its conversation goes on here already"] += 1
                else:
                    new.append(understood)
            tally.imported += len(new)
            self._left.difference_update(message.old.id for message in new)
            if self._writer is not None:
                await self._writer.put_messages(new)
            self._progress(tally.table, tally.read, total)

    async def _import_processings(self) -> None:
        tally = self._report.tally(Came.PROCESSING)
        total = await self._reader.count(Came.PROCESSING)
        async for batch in self._reader.processings():
            known = await self._here.known(Came.PROCESSING, (str(old.id) for old in batch))
            new = []
            for old in batch:
                tally.read += 1
                if str(old.id) in known:
                    tally.known += 1
                elif old.answer_id is None:
                    tally.skipped[f"not answered there ({old.status}): left as it is"] += 1
                elif old.answer_id in self._left:
                    tally.skipped["its answer does not come along"] += 1
                else:
                    new.append(old)
            tally.imported += len(new)
            if self._writer is not None:
                await self._writer.put_processings(new)
            self._progress(tally.table, tally.read, total)

    async def _import_settings(self) -> None:
        tally = self._report.tally(Came.SETTING)
        here = await self._here.settings()
        others = []
        for old in await self._reader.settings():
            tally.read += 1
            try:
                key, value = understanding.setting(old)
            except Skip as skip:
                tally.skipped[skip.reason] += 1
                others.append(old.id)
                continue
            if key in here:
                tally.known += 1
                continue
            tally.imported += 1
            if self._writer is not None:
                await self._writer.put_setting(old.id, key, value)
        if others:
            more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
            self._note(f"settings that stay there: {', '.join(others[:NAMED])}{more}")

    async def _import_admins(self) -> None:
        tally = self._report.tally(Came.ADMIN)
        admins = await self._reader.admins()
        known = await self._here.known(Came.ADMIN, (admin.id for admin in admins))
        for admin in admins:
            tally.read += 1
            if admin.id in known:
                tally.known += 1
            elif admin.telegram_id is None:
                tally.skipped["signs in with a password, and has no Telegram id"] += 1
            else:
                tally.imported += 1
                if self._writer is not None:
                    await self._writer.put_admin(admin)
        if tally.skipped:
            self._note(
                "who administered there with a password is let in here by: /admin account invite"
            )

    def _understood(
        self, tally: Tally, batch: Sequence[T], understand: Callable[[T], U]
    ) -> Iterable[tuple[T, U]]:
        for old in batch:
            tally.read += 1
            try:
                yield old, understand(old)
            except Skip as skip:
                tally.skipped[skip.reason] += 1

    def _note(self, text: str) -> None:
        if len(self._report.notes) < 10 * NAMED:
            self._report.notes.append(text)
