"""/admin digest: what the daily digest says now, and whether somebody gets it."""

from dataclasses import replace

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import Screen, go
from kotodom.admin.words.jobs import DigestWords as Words
from kotodom.digest import DAY, TOP, bots_of, digest, muted_key
from kotodom.model import AccountRole
from kotodom.settings import DIGEST, DIGEST_TIME, TIMEZONE

FOR_EVER = 2**53
"""Milliseconds since the epoch that never come."""


class Digests(Noun):
    """The commands about the digest."""

    @command("digest", Words.ABOUT)
    async def show(self, ask: Ask) -> Screen:
        """The last day of the giver's bots."""
        return await self._show(ask)

    @command("digest on", Words.ON_ABOUT)
    async def on(self, ask: Ask) -> Screen:
        """Get it every day again."""
        return await self._mute(ask, 0)

    @command("digest off", Words.OFF_ABOUT)
    async def off(self, ask: Ask) -> Screen:
        """Get it no more; everybody else still does."""
        return await self._mute(ask, FOR_EVER)

    async def _mute(self, ask: Ask, until: int) -> Screen:
        key = muted_key(ask.actor.user_id)
        before = "off" if await self.tools.store.silent_until(key) else "on"
        entry = ask.audit(
            f"account:{ask.actor.user_id}", "digest", before, ("on", "off")[until > 0]
        )
        await self.tools.store.silence_alert(key, until, entry, self.tools.clock.now())
        return await self._show(ask)

    async def _show(self, ask: Ask) -> Screen:
        now = self.tools.clock.now()
        bots = bots_of(ask.actor, self.tools.registry)
        figures = await self.tools.store.figures(bots, since=now - DAY, until=now, top=TOP)
        screen = digest(figures, self.tools.registry, ask.language)
        muted = await self.tools.store.silent_until(muted_key(ask.actor.user_id)) > now
        switch = go(ask.say(Words.ON if muted else Words.OFF), f"digest {'on' if muted else 'off'}")
        rows = [*screen.buttons, (switch,)]
        if ask.actor.role is AccountRole.ADMIN:
            rows.append((go(ask.say(Words.SETTING), f"setting {DIGEST.key}"),))
        return replace(
            screen,
            lines=(*screen.lines, "", self._comes(ask, muted)),
            buttons=tuple(rows),
            back="health",
            refresh="digest",
        )

    def _comes(self, ask: Ask, muted: bool) -> str:
        settings = self.tools.settings
        if not settings.get(DIGEST):
            return ask.say(Words.COMES_NOT)
        if muted:
            return ask.say(Words.MUTED)
        return ask.say(Words.COMES, time=settings.get(DIGEST_TIME), zone=settings.get(TIMEZONE))
