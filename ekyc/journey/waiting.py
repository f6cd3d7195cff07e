"""Where somebody stands in line, and how long it will take: told, kept, held against what came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ekyc.domain import routing, wait
from ekyc.domain.errors import QueueClosed, QueueFull
from ekyc.domain.queue import FIRST_COME, VULNERABLE, Ticket, TicketState
from ekyc.domain.roster import is_open, opens
from ekyc.domain.routing import Group, Routes
from ekyc.domain.wait import Line, Span
from ekyc.journey.ports import Clock
from ekyc.settings import Queue
from ekyc.storage import queue, rosters, waits
from ekyc.storage.store import Store, Tx

_LOOKED_AHEAD_DAYS = 30
_AFTER_ALL = 2**62
"""A number nobody has been given yet."""
_RECENT = 50
"""Calls the time per customer is taken from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One customer's place."""

    line: Line
    span: Span | None
    """None while nobody is at work who may serve this customer."""

    @property
    def ahead(self) -> int:
        """Who waits before, for the same agents."""
        return self.line.ahead


def routes(settings: Queue) -> Routes:
    """The groups in force."""
    return Routes(
        groups=tuple(
            Group(
                name=group.name,
                languages=tuple(group.languages),
                products=tuple(group.products),
                regions=tuple(group.regions),
                skill=group.skill,
                overflow_s=group.overflow_s,
                overflow=group.overflow,
            )
            for group in settings.groups
        ),
        any_language_s=settings.any_language_s,
    )


def place(ticket: Ticket, since: datetime) -> routing.Place:
    """What decides who may serve a customer who waits since then."""
    return routing.Place(group=ticket.group, language=ticket.language, since=since)


async def require_open(store: Store, clock: Clock, settings: Queue, *, zone: str) -> None:
    """`QueueClosed` outside the hours in which customers may call now."""
    async with store.read() as tx:
        may_call, begins = await _hours(tx, settings, zone=zone, now=clock.now())
    if may_call:
        return
    day, time = ("–", "–") if begins is None else (f"{begins:%d/%m/%Y}", f"{begins:%H:%M}")
    raise QueueClosed(day=day, time=time)


async def _hours(
    tx: Tx, settings: Queue, *, zone: str, now: datetime
) -> tuple[bool, datetime | None]:
    """Whether customers may call now, and when they may again if they may not."""
    today = now.astimezone(ZoneInfo(zone)).date()
    until = today + timedelta(days=_LOOKED_AHEAD_DAYS + 1)
    roster = await rosters.roster(tx, zone=zone, opening=settings.opening, since=today, until=until)
    if is_open(roster, now):
        return True, None
    return False, opens(roster, now, within_days=_LOOKED_AHEAD_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What awaits a customer who would call now."""

    is_open: bool
    opens_at: datetime | None
    is_full: bool
    span: Span | None
    """None while nobody is at work who may serve this customer."""


async def prospect(
    tx: Tx, settings: Queue, application_id: str, *, zone: str, now: datetime
) -> Prospect:
    """As if the customer took the next number at this moment."""
    may_call, begins = await _hours(tx, settings, zone=zone, now=now)
    wants = await queue.wants(tx, application_id)
    last = Ticket(
        id="",
        seq=_AFTER_ALL,
        application_id=application_id,
        state=TicketState.WAITING,
        priority=VULNERABLE if wants.vulnerable else FIRST_COME,
        queued_at=now,
        seen_at=now,
        gone_at=None,
        attempt=0,
        group=routing.group_of(routes(settings), wants),
        language=wants.language,
    )
    return Prospect(
        is_open=may_call,
        opens_at=begins,
        is_full=await is_full(tx, settings),
        span=(await stand(tx, settings, last, now=now)).span,
    )


async def require_room(tx: Tx, settings: Queue) -> None:
    """`QueueFull` when as many wait as may."""
    if await is_full(tx, settings):
        raise QueueFull


async def is_full(tx: Tx, settings: Queue) -> bool:
    """Whether as many wait as may.

    The parked are not counted: they are kept until their link ends, and who went away for good
    would keep everybody else out for days.
    """
    by_state = await queue.standing(tx)
    return sum(by_state.values()) - by_state[TicketState.PARKED] >= settings.waiting_max


async def stand(tx: Tx, settings: Queue, ticket: Ticket, *, now: datetime) -> Standing:
    """The place as of now, and the range the wait is expected in from now on."""
    line = await _line(tx, settings, ticket, now=now)
    calibration = wait.calibrated(await waits.scores(tx))
    return Standing(line=line, span=wait.forecast(line, calibration))


async def _line(tx: Tx, settings: Queue, ticket: Ticket, *, now: datetime) -> Line:
    """Before me is who comes first and wants one of the agents who may serve me.

    While nobody is at work who may, everybody before is counted.
    """
    among = routes(settings)
    me = place(ticket, await queue.since(tx, ticket))
    mine = [
        agent
        for agent in await waits.at_work(tx)
        if routing.serves(among, agent.talents, me, now=now)
    ]

    def wants_mine(group: str, language: str) -> bool:
        other = routing.Place(group=group, language=language, since=now)
        return any(routing.serves(among, agent.talents, other, now=now) for agent in mine)

    before = await waits.before(tx, ticket, now=now)
    lasts_s = await waits.each_s(tx, last=_RECENT)
    return Line(
        ahead=sum(n for line, n in before.items() if not mine or wants_mine(*line)),
        agents=len(mine),
        idle=sum(agent.is_idle for agent in mine),
        each_s=(settings.call_min * 60 if lasts_s is None else lasts_s) + settings.wrap_up_s,
    )


async def promise(tx: Tx, settings: Queue, ticket: Ticket, *, now: datetime) -> None:
    """Keep what a customer who takes a place is told first."""
    standing = await stand(tx, settings, ticket, now=now)
    if standing.span is not None:
        await waits.promise(tx, ticket, standing.line, standing.span)


async def hold_against(tx: Tx, ticket: Ticket, *, now: datetime) -> None:
    """An agent answered: what came of what was promised."""
    line = await waits.promised(tx, ticket.id)
    if line is not None:
        came_s = (now - ticket.queued_at).total_seconds()
        await waits.came(tx, ticket.id, came_s=came_s, score=wait.score(line, came_s))
