"""Invite links: what somebody hears who comes by ``t.me/<bot>?start=<code>``."""

from collections.abc import Callable
from dataclasses import replace

from kotodom.budget import Budget
from kotodom.clock import Clock
from kotodom.commands.call import Call
from kotodom.commands.talk import greeting
from kotodom.i18n import Text
from kotodom.model import ChatType, Job, Lane, Limit, Measure, Period, Scope
from kotodom.ports import Store
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.access import Entrance, Redeemed
from kotodom.wording import moment

_REFUSALS = {
    Entrance.REVOKED: Text.INVITE_UNKNOWN,
    Entrance.EXPIRED: Text.INVITE_EXPIRED,
    Entrance.USED_UP: Text.INVITE_USED_UP,
    Entrance.SPENT: Text.INVITE_SPENT,
    Entrance.DENIED: Text.ACCESS_DENIED,
}


class Invitations:
    """Lets people in by links."""

    def __init__(
        self,
        *,
        store: Store,
        budget: Budget,
        offer: Callable[[Lane], None],
        changed: Callable[[int, int], None],
        clock: Clock,
    ) -> None:
        """*changed* hears whose standing (bot, person) is another now."""
        self._store = store
        self._budget = budget
        self._offer = offer
        self._changed = changed
        self._clock = clock

    async def redeem(self, call: Call) -> str | None:
        """What to say to somebody whose /start brings a code; None when it is no invite's.

        Safe to repeat: the same link counts once for each person.
        """
        job = call.job
        if not call.args or job.sender is None or job.chat.type is not ChatType.PRIVATE:
            return None
        redeemed = await self._store.redeem(job, call.args, self._clock.now())
        if redeemed.entrance is Entrance.UNKNOWN:
            return None
        if redeemed.entrance in _REFUSALS:
            return call.say(_REFUSALS[redeemed.entrance])
        self._changed(job.bot_id, job.sender.id)
        for lane in redeemed.lanes:
            self._offer(lane)
        if redeemed.entrance is Entrance.INSIDE:
            return greeting(call)
        await self._give_quota(job, job.sender.id, redeemed)
        return _welcome(call, redeemed)

    async def _give_quota(self, job: Job, user_id: int, redeemed: Redeemed) -> None:
        if redeemed.quota is None or not redeemed.fresh:
            return
        limit = quota_of(job.bot_id, user_id, Period.DAY)
        entry = AuditEntry(
            user_id=user_id,
            user_name=job.sender.full_name if job.sender else "",
            action="start",
            object=f"bot:{job.bot_id}",
            field=f"quota {user_id}",
            before=None,
            after=str(redeemed.quota),
            origin=f"job:{job.id}",
        )
        await set_limit(self._store, self._budget, limit, redeemed.quota, entry, self._clock.now())


def quota_of(bot_id: int, user_id: int, period: Period) -> Limit:
    """The limit that says how many questions somebody may ask a bot."""
    return Limit(Scope.USER, f"{bot_id}:{user_id}", bot_id, period, Measure.QUESTIONS, 0)


async def set_limit(
    store: Store, budget: Budget, limit: Limit, amount: int | None, entry: AuditEntry, now: int
) -> None:
    """Set a limit, in the database and where it is looked at; None takes it away."""
    stored = await store.set_limit(replace(limit, amount=amount or 0), amount, entry, now)
    if stored is None:
        budget.remove(limit)
    else:
        budget.put(stored)


def _welcome(call: Call, redeemed: Redeemed) -> str:
    lines = [call.say(Text.INVITE_WELCOME)]
    if redeemed.until is not None:
        lines.append(call.say(Text.INVITE_UNTIL, until=moment(redeemed.until)))
    if redeemed.quota is not None:
        lines.append(call.say(Text.INVITE_QUOTA, questions=redeemed.quota))
    return " ".join(lines) + "\n\n" + greeting(call)
