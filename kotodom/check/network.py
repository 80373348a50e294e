"""The ways to Telegram and to the provider: by IPv4, by IPv6, through the proxy."""

import asyncio
import socket
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace

from kotodom.check.reach import (
    CLOCK_FIX,
    Fault,
    NotReached,
    Reached,
    Resolve,
    by_proxy,
    directly,
)
from kotodom.check.report import Row, State
from kotodom.clock import Clock

NOTED_SKEW = 5.0
"""Seconds that a clock may be wrong before it is told: log lines and limits of a day shift."""
FAILED_SKEW = 120.0
"""Seconds at which certificates and other people's time limits begin to fail."""
_FAMILIES = (("IPv4", socket.AF_INET), ("IPv6", socket.AF_INET6))
_PREFER_4 = (
    "repair IPv6, or prefer IPv4: echo 'precedence ::ffff:0:0/96 100' | sudo tee -a /etc/gai.conf"
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One of the two servers that we cannot do without."""

    name: str
    url: str
    proxy: str
    address_key: str
    proxy_key: str


@dataclass(frozen=True, slots=True)
class Way:
    """What was found out about a leg."""

    leg: Leg
    row: Row
    usable: bool
    """Whether it is reached as it is configured."""
    ahead: float | None = None
    """Seconds that its clock is ahead of ours; None when it did not say."""
    fault: Fault | None = None
    """Why it is not reached."""

    @property
    def closed(self) -> bool:
        """Whether asking more over it can only tell the same again."""
        return not self.usable and self.fault is not Fault.ADDRESS


Tried = Reached | NotReached


async def look(leg: Leg, *, find: Resolve, clock: Clock, timeout: float) -> Way:
    """Try every way to a leg at once, each within *timeout* seconds."""
    tries = [
        _tried(directly(leg.url, family, find=find, clock=clock, timeout=timeout))
        for _, family in _FAMILIES
    ]
    if leg.proxy:
        tries.append(_tried(by_proxy(leg.url, leg.proxy, clock=clock, timeout=timeout)))
    found = await asyncio.gather(*tries)
    four, six = found[:2]
    return _judged_by_proxy(leg, four, six, found[2]) if leg.proxy else _judged(leg, four, six)


async def _tried(work: Awaitable[Reached]) -> Tried:
    try:
        return await work
    except NotReached as error:
        return error


def _judged(leg: Leg, four: Tried, six: Tried) -> Way:
    what = f"way to {leg.name}"
    if isinstance(four, Reached) and isinstance(six, Reached):
        detail = f"IPv4 in {_took(four)}, IPv6 in {_took(six)}"
        return Way(leg, Row(what, State.OK, detail), True, four.ahead)
    if isinstance(four, Reached):
        return _one_family(leg, "IPv4", four, "IPv6", six)
    if isinstance(six, Reached):
        return _one_family(leg, "IPv6", six, "IPv4", four)
    worst = _worst(four, six)
    step = worst.fix or (
        f"check the network and {leg.address_key}; where {leg.name} is blocked, set "
        f"{leg.proxy_key} to a proxy that reaches it"
    )
    return Way(leg, Row(what, State.FAILED, f"{leg.url}: {worst}", step), False, None, worst.fault)


def _one_family(leg: Leg, good: str, reached: Reached, bad: str, other: Tried) -> Way:
    what, detail = f"way to {leg.name}", f"{good} in {_took(reached)}"
    assert isinstance(other, NotReached)  # its only caller has looked
    if other.fault in (Fault.ABSENT, Fault.DNS):
        row = Row(what, State.OK, f"{detail}, no {bad}")
    else:
        text = f"{detail}; {bad} is broken ({other}), so new connections may be slow"
        step = other.fix or (_PREFER_4 if bad == "IPv6" else f"repair {bad} on this machine")
        row = Row(what, State.NOTE, text, step)
    return Way(leg, row, True, reached.ahead)


def _judged_by_proxy(leg: Leg, four: Tried, six: Tried, proxied: Tried) -> Way:
    what = f"way to {leg.name}"
    direct = next((tried for tried in (four, six) if isinstance(tried, Reached)), None)
    if isinstance(proxied, Reached):
        detail = f"through the proxy in {_took(proxied)}"
        if direct is None:
            text = f"{detail}; without it: {_worst(four, six)}"
            return Way(leg, Row(what, State.OK, text), True, proxied.ahead)
        text = f"{detail}, but also without it, in {_took(direct)}"
        step = f'if it serves nothing else, it is needless: {leg.proxy_key} = ""'
        return Way(leg, Row(what, State.NOTE, text, step), True, proxied.ahead)
    text = f"through the proxy: {proxied}"
    if direct is not None:
        text += f"; without it, it is reached in {_took(direct)}"
        step = proxied.fix or f'repair the proxy, or do without: {leg.proxy_key} = ""'
        return Way(leg, Row(what, State.FAILED, text, step), False, direct.ahead, proxied.fault)
    text += f"; without it: {_worst(four, six)}"
    step = proxied.fix or f"check that the proxy runs, and its address in {leg.proxy_key}"
    return Way(leg, Row(what, State.FAILED, text, step), False, None, proxied.fault)


def _worst(four: Tried, six: Tried) -> NotReached:
    """The one that says most about why neither family works."""
    tried = [tried for tried in (four, six) if isinstance(tried, NotReached)]
    order = (Fault.TLS, Fault.NETWORK, Fault.DNS, Fault.ADDRESS, Fault.PROXY, Fault.ABSENT)
    return min(tried, key=lambda error: order.index(error.fault))


def _took(reached: Reached) -> str:
    return f"{reached.seconds * 1000:.0f} ms"


def compared(ways: Sequence[Way]) -> list[Way]:
    """The ways, and a word where one proxy serves one leg and not the other."""
    result = []
    for way in ways:
        others = (other for other in ways if other is not way and other.usable)
        same = next((other for other in others if other.leg.proxy == way.leg.proxy), None)
        if not way.usable and way.leg.proxy and same is not None:
            old = way.row
            text = f"{old.detail}; the same proxy does reach {same.leg.name}, so it may be a rule"
            way = replace(way, row=replace(old, detail=text))
        result.append(way)
    return result


def clock_row(ways: Sequence[Way]) -> Row | None:
    """What the servers say about this machine's clock; None when none said anything."""
    said = [(way.leg.name, way.ahead) for way in ways if way.ahead is not None]
    if not said:
        return None
    wrong = [(name, ahead) for name, ahead in said if abs(ahead) > NOTED_SKEW]
    if not wrong:
        return Row("clock", State.OK, f"as {' and '.join(name for name, _ in said)} have it")
    worst = max(wrong, key=lambda one: abs(one[1]))
    if len(wrong) < len(said):
        right = next(name for name, ahead in said if abs(ahead) <= NOTED_SKEW)
        text = f"the clock of {worst[0]} is {_off(worst[1])}; this machine's agrees with {right}"
        return Row("clock", State.NOTE, text, f"nothing, unless {worst[0]} is a server of yours")
    names = " and ".join(name for name, _ in wrong)
    text = f"this machine's clock is {_off(-worst[1])}, says the answer of {names}"
    failed = abs(worst[1]) >= FAILED_SKEW
    if failed:
        text += "; certificates and limits of time fail by it"
    return Row("clock", State.FAILED if failed else State.NOTE, text, CLOCK_FIX)


def _off(ahead: float) -> str:
    size = abs(ahead)
    if size < 120:
        much = f"{size:.0f} s"
    elif size < 7200:
        much = f"{size / 60:.0f} min"
    elif size < 172_800:
        much = f"{size / 3600:.0f} hours"
    else:
        much = f"{size / 86_400:.0f} days"
    return f"{much} {'ahead' if ahead > 0 else 'behind'}"
