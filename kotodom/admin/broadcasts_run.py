"""/admin broadcasts: start, pause, resume, cancel."""

from dataclasses import replace

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.broadcast_views import Moving, audience_words, progress, progress_screen
from kotodom.admin.broadcasts import card, find
from kotodom.admin.screen import Screen, go
from kotodom.admin.words.broadcasts import BroadcastsWords as Words
from kotodom.model.broadcasts import Broadcast, BroadcastState


class BroadcastRuns(Noun):
    """The commands about broadcasts on their way."""

    @command("broadcast BROADCAST start", Words.START_ABOUT)
    async def start(self, ask: Ask) -> Screen:
        """Ask before so many people get it."""
        draft = await find(self.tools, ask)
        if draft.state is not BroadcastState.DRAFT:
            return await card(self.tools, ask, draft)
        count = await self.tools.store.audience(draft.id, self.tools.clock.now())
        if not count:
            raise ask.refuse(Words.START_NOBODY)
        yes = go(ask.say(Words.START_YES, count=count), f"broadcast {draft.id} start yes")
        return Screen(
            ask.say(Words.START_ASK, count=count, bot=ask.target.name),
            (
                ask.say(Words.START_FILTER, filter=audience_words(draft, ask.language)),
                "",
                draft.text[:1000],
            ),
            buttons=((yes,),),
            back=f"broadcast {draft.id}",
        )

    @command("broadcast BROADCAST start yes", Words.START_YES_ABOUT)
    async def start_surely(self, ask: Ask) -> Screen:
        """Begin; a message of its own shows how far it is."""
        draft = await find(self.tools, ask)
        now = self.tools.clock.now()
        if draft.state is not BroadcastState.DRAFT:
            return await card(self.tools, ask, draft)
        count = await self.tools.store.audience(draft.id, now)
        if not count:
            raise ask.refuse(Words.START_NOBODY)
        begun = replace(draft, state=BroadcastState.RUNNING, started_at=now, total=count)
        bar = progress(Moving(begun, ask.target), ask.language)
        entry = ask.audit(f"broadcast:{draft.id}", "state", draft.state, BroadcastState.RUNNING)
        lane = await self.tools.store.start_broadcast(
            draft.id, entry, progress=(ask.job.chat, [bar]), now=now
        )
        if lane is not None:
            self.tools.offer(lane)
        return Screen(
            ask.say(Words.STARTED, count=count), (ask.say(Words.STARTED_BELOW),), back="broadcasts"
        )

    @command("broadcast BROADCAST pause", Words.PAUSE_ABOUT)
    async def pause(self, ask: Ask) -> Screen:
        """Put nobody else in line; those who are in it still get it."""
        return await self._turn(ask, BroadcastState.PAUSED)

    @command("broadcast BROADCAST resume", Words.RESUME_ABOUT)
    async def resume(self, ask: Ask) -> Screen:
        """Go on where it stopped."""
        return await self._turn(ask, BroadcastState.RUNNING)

    @command("broadcast BROADCAST cancel", Words.CANCEL_ABOUT)
    async def cancel(self, ask: Ask) -> Screen:
        """Ask before it ends for good; a draft just goes."""
        broadcast = await find(self.tools, ask)
        if broadcast.state not in (BroadcastState.RUNNING, BroadcastState.PAUSED):
            return await self._turn(ask, BroadcastState.CANCELLED)
        yes = go(ask.say(Words.CANCEL_YES), f"broadcast {broadcast.id} cancel yes")
        return Screen(
            ask.say(Words.CANCEL_ASK, number=str(broadcast.id)),
            (ask.say(Words.CANCEL_LEFT, count=broadcast.pending),),
            buttons=((yes,),),
            back=f"broadcast {broadcast.id}",
            # The bar goes on moving meanwhile: it must not move over this question.
            fresh=await self._on_bar(ask, broadcast),
        )

    @command("broadcast BROADCAST cancel yes", Words.CANCEL_YES_ABOUT)
    async def cancel_surely(self, ask: Ask) -> Screen:
        """End it for good."""
        return await self._turn(ask, BroadcastState.CANCELLED)

    async def _turn(self, ask: Ask, wanted: BroadcastState) -> Screen:
        before = await find(self.tools, ask)
        entry = ask.audit(f"broadcast:{before.id}", "state", before.state, wanted)
        await self.tools.store.turn_broadcast(before.id, wanted, entry, now=self.tools.clock.now())
        after = await find(self.tools, ask)
        if await self._on_bar(ask, after):
            moving = Moving(after, ask.target, self.tools.vitals.paused)
            return progress_screen(moving, ask.language)
        return await card(self.tools, ask, after)

    async def _on_bar(self, ask: Ask, broadcast: Broadcast) -> bool:
        """Whether the button was pressed under the message with the bar."""
        if not ask.pressed:
            return False
        place = await self.tools.store.progress_place(broadcast.progress_row)
        return (
            place is not None
            and place.message_id == ask.pressed
            and place.chat.id == ask.job.chat.id
        )
