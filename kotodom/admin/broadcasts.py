"""/admin broadcasts: what is written to many people, before it is started.

Starting, pausing and ending are :mod:`kotodom.admin.broadcasts_run`.
"""

import re
from collections.abc import Sequence

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.broadcast_views import (
    Moving,
    audience_words,
    controls,
    failure_lines,
    figures,
    label,
    title,
)
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.tools import Tools
from kotodom.admin.words.broadcasts import BroadcastsWords as Words
from kotodom.admin.words.common import CommonWords
from kotodom.broadcast import FAILURES, LONGEST, messages
from kotodom.clock import SECOND
from kotodom.model import Bot, Button, Content
from kotodom.model.broadcasts import Broadcast, BroadcastState
from kotodom.ports.admin import AuditEntry

DAYS = (0, 7, 30, 90)
"""Filters that have a button, 0 for everybody."""
TONGUES = 4
"""Languages that have a button: those that most people speak."""
MOST_DAYS = 3650
MOST = 2 * LONGEST * 4096
"""Characters, markup included: drawing a text that is longer would only keep others waiting."""
SPLIT = 60 * SECOND
"""Milliseconds in which the rest of a text that a client split comes."""
SHOWN = 1200
"""Characters of the text on its card; the preview has all of it."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", re.IGNORECASE | re.ASCII)


class Broadcasts(Noun):
    """The commands about drafts, and the list of all."""

    @command("broadcasts [PAGE]", Words.ABOUT)
    async def list(self, ask: Ask) -> Screen:
        """All there are, newest first."""
        mine = [bot for bot in self.tools.registry.all() if ask.sees(bot)]
        found = await self.tools.store.broadcasts(
            [bot.id for bot in mine], limit=PAGE + 1, offset=(ask.page - 1) * PAGE
        )
        rows = tuple(
            (go(label(one, self.tools.registry.find(one.bot_id)), f"broadcast {one.id}"),)
            for one in found[:PAGE]
        )
        return Screen(
            ask.say(Words.TITLE),
            () if rows else (ask.say(Words.EMPTY),),
            buttons=(
                *rows,
                *pages("broadcasts", ask.page, len(found) > PAGE),
                (go(ask.say(Words.NEW), "broadcasts new"),),
            ),
            refresh=f"broadcasts {ask.page}",
        )

    @command("broadcasts new [PAGE]", Words.NEW_ABOUT)
    async def new(self, ask: Ask) -> Screen:
        """Choose whose people get it."""
        mine = [bot for bot in self.tools.registry.all() if ask.sees(bot) and bot.enabled]
        if not mine:
            raise ask.refuse(Words.NO_BOTS)
        if len(mine) == 1:
            return _asking(ask, mine[0])
        shown = mine[(ask.page - 1) * PAGE : ask.page * PAGE]
        rows = tuple((go(bot.name, f"bot {bot.id} broadcast"),) for bot in shown)
        more = len(mine) > ask.page * PAGE
        return Screen(
            ask.say(Words.CHOOSE),
            buttons=(*rows, *pages("broadcasts new", ask.page, more)),
            back="broadcasts",
        )

    @command("bot BOT broadcast [TEXT…]", Words.CREATE_ABOUT)
    async def create(self, ask: Ask) -> Screen:
        """Write a draft."""
        said = ask.word("TEXT")
        if not said.strip():
            return _asking(ask, ask.target)
        store, now = self.tools.store, self.tools.clock.now()
        if said.startswith("+ "):
            entry = ask.audit(f"bot:{ask.target.id}", "broadcast", None, said[2:])
            number = await store.extend_broadcast(
                ask.target.id,
                said[2:],
                ask.actor.user_id,
                entry,
                since=ask.job.received_at - SPLIT,
                now=now,
            )
            if number:
                return await self._card(ask, await find(self.tools, ask, number))
        contents = _checked(ask, said)
        entry = ask.audit(f"bot:{ask.target.id}", "broadcast", None, said)
        number = await store.create_broadcast(ask.target.id, said, ask.actor.user_id, entry, now)
        return await self._card(ask, await find(self.tools, ask, number), contents)

    @command("broadcast BROADCAST", Words.CARD_ABOUT)
    async def card(self, ask: Ask) -> Screen:
        """One broadcast: its text, its people, how far it is."""
        return await self._card(ask, await find(self.tools, ask))

    @command("broadcast BROADCAST text [TEXT…]", Words.TEXT_ABOUT)
    async def text(self, ask: Ask) -> Screen:
        """Write the draft anew."""
        draft = await _draft(self.tools, ask)
        said = ask.word("TEXT")
        if not said.strip():
            return Screen(
                ask.say(Words.ASK, bot=ask.target.name),
                (ask.say(Words.ASK_HOW),),
                back=f"broadcast {draft.id}",
                awaits=f"broadcast {draft.id} text",
            )
        if said.startswith("+ "):
            said = draft.text + said[2:]
        contents = _checked(ask, said)
        entry = ask.audit(f"broadcast:{draft.id}", "text", draft.text, said)
        return await self._changed(ask, {"text": said}, entry, contents)

    @command("broadcast BROADCAST active DAYS", Words.ACTIVE_ABOUT)
    async def active(self, ask: Ask) -> Screen:
        """Only for people who wrote within so many days; 0 for all."""
        draft = await _draft(self.tools, ask)
        said = ask.word("DAYS")
        if not (said.isascii() and said.isdigit() and int(said) <= MOST_DAYS):
            raise ask.refuse(Words.BAD_DAYS, limit=MOST_DAYS)
        entry = ask.audit(f"broadcast:{draft.id}", "active", str(draft.active_days), said)
        return await self._changed(ask, {"active_days": int(said)}, entry)

    @command("broadcast BROADCAST language LANGUAGE", Words.LANGUAGE_ABOUT)
    async def language(self, ask: Ask) -> Screen:
        """Only for people who speak it; ``any`` for all."""
        draft = await _draft(self.tools, ask)
        said = ask.word("LANGUAGE").lower()
        if said == "any":
            said = ""
        elif not _LANGUAGE.fullmatch(said):
            raise ask.refuse(Words.BAD_LANGUAGE)
        entry = ask.audit(f"broadcast:{draft.id}", "language", draft.language, said)
        return await self._changed(ask, {"language": said}, entry)

    @command("broadcast BROADCAST preview", Words.PREVIEW_ABOUT)
    async def preview(self, ask: Ask) -> Screen:
        """Show here how it looks."""
        broadcast = await find(self.tools, ask)
        return Screen(
            ask.say(Words.PREVIEW_TITLE),
            back=f"broadcast {broadcast.id}",
            files=tuple(messages(broadcast.text, ask.target)),
            fresh=True,
        )

    @command("broadcast BROADCAST test", Words.TEST_ABOUT)
    async def test(self, ask: Ask) -> Screen:
        """Send it to whoever asks, through its own bot."""
        broadcast = await find(self.tools, ask)
        store = self.tools.store
        chat = await store.private_chat(broadcast.bot_id, ask.actor.user_id)
        if chat is None:
            raise ask.refuse(Words.TEST_NOWHERE, link=f"t.me/{ask.target.username}")
        contents = messages(broadcast.text, ask.target)
        key = f"broadcast:{broadcast.id}:test:{ask.origin}"
        lane = await store.write_notice(chat, contents, key=key, now=self.tools.clock.now())
        if lane is not None:
            self.tools.offer(lane)
        return await self._card(ask, broadcast, note=ask.say(Words.TESTED, bot=ask.target.name))

    async def _changed(
        self,
        ask: Ask,
        changes: dict[str, str | int],
        entry: AuditEntry,
        contents: Sequence[Content] = (),
    ) -> Screen:
        number = ask.number("BROADCAST")
        now = self.tools.clock.now()
        if not await self.tools.store.change_draft(number, changes, entry, now):
            raise ask.refuse(Words.NO_DRAFT)
        return await self._card(ask, await find(self.tools, ask), contents)

    async def _card(
        self,
        ask: Ask,
        broadcast: Broadcast,
        contents: Sequence[Content] = (),
        *,
        note: str = "",
    ) -> Screen:
        return await card(self.tools, ask, broadcast, contents, note=note)


async def card(
    tools: Tools, ask: Ask, broadcast: Broadcast, contents: Sequence[Content] = (), note: str = ""
) -> Screen:
    """One broadcast's screen; *contents* are shown below it, *note* above all else."""
    moving = Moving(broadcast, ask.target, tools.vitals.paused)
    lines = [note, ""] if note else []
    lines += figures(moving, ask.language)
    buttons: list[tuple[Button, ...]] = []
    if broadcast.state is BroadcastState.DRAFT:
        count = await tools.store.audience(broadcast.id, tools.clock.now())
        lines.append(ask.say(Words.AUDIENCE, count=count))
        buttons += await _draft_buttons(tools, ask, broadcast)
    else:
        buttons += columns(controls(broadcast, ask.language))
        buttons.append((go(ask.say(Words.PREVIEW), f"broadcast {broadcast.id} preview"),))
    if broadcast.failed:
        causes = await tools.store.broadcast_failures(broadcast.id, FAILURES)
        lines += failure_lines(causes, ask.language)
    lines.append(f"👥 {audience_words(broadcast, ask.language)}")
    if len(broadcast.text) > SHOWN:
        lines += ["", f"{broadcast.text[:SHOWN]}…"]
    else:
        lines += ["", broadcast.text]
    return Screen(
        title(moving, ask.language),
        tuple(lines),
        buttons=tuple(buttons),
        back="broadcasts",
        refresh=f"broadcast {broadcast.id}",
        files=tuple(contents),
    )


async def _draft_buttons(tools: Tools, ask: Ask, draft: Broadcast) -> list[tuple[Button, ...]]:
    number = draft.id
    tongues = await tools.store.audience_languages(draft.bot_id, TONGUES)
    days = [
        go(
            _ticked(_days_label(ask, count), draft.active_days == count),
            f"broadcast {number} active {count}",
        )
        for count in DAYS
    ]
    languages = [
        go(
            _ticked(ask.say(Words.ANY_LANGUAGE), not draft.language),
            f"broadcast {number} language any",
        ),
        *(
            go(
                _ticked(f"{tongue} ({count})", draft.language == tongue),
                f"broadcast {number} language {tongue}",
            )
            for tongue, count in tongues
        ),
    ]
    doors = [
        go(ask.say(Words.PREVIEW), f"broadcast {number} preview"),
        go(ask.say(Words.TEST), f"broadcast {number} test"),
        go(ask.say(Words.START), f"broadcast {number} start"),
        go(ask.say(Words.DELETE), f"broadcast {number} cancel"),
    ]
    text = (go(ask.say(Words.TEXT), f"broadcast {number} text"),)
    return [text, *columns(days), *columns(languages, 3), *columns(doors)]


def _days_label(ask: Ask, days: int) -> str:
    return ask.say(Words.ACTIVE, days=days) if days else ask.say(Words.EVERYBODY)


def _ticked(label: str, chosen: bool) -> str:
    return f"● {label}" if chosen else label


def _asking(ask: Ask, bot: Bot) -> Screen:
    return Screen(
        ask.say(Words.ASK, bot=bot.name),
        (ask.say(Words.ASK_HOW),),
        back="broadcasts",
        awaits=f"bot {bot.id} broadcast",
    )


def _checked(ask: Ask, said: str) -> list[Content]:
    """The messages of a text; raises Refused when there are none, or too many."""
    if len(said) > MOST:
        raise ask.refuse(Words.TOO_LONG, limit=LONGEST)
    contents = messages(said, ask.target)
    if not contents:
        raise ask.refuse(Words.BLANK)
    if len(contents) > LONGEST:
        raise ask.refuse(Words.TOO_LONG, limit=LONGEST)
    return contents


async def find(tools: Tools, ask: Ask, number: int = 0) -> Broadcast:
    """The broadcast that is meant, which is the giver's to administer."""
    broadcast = await tools.store.broadcast(number or ask.number("BROADCAST"))
    if broadcast is None:
        raise ask.refuse(CommonWords.NOT_FOUND, what=ask.word("BROADCAST"))
    return broadcast


async def _draft(tools: Tools, ask: Ask) -> Broadcast:
    broadcast = await find(tools, ask)
    if broadcast.state is not BroadcastState.DRAFT:
        raise ask.refuse(Words.NO_DRAFT)
    return broadcast
