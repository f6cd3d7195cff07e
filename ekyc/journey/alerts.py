"""Looking whether the queue keeps its promise, and telling supervisors while it does not."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ekyc.domain import alert as rules
from ekyc.domain import routing
from ekyc.domain.access import Role
from ekyc.domain.alert import Alert, AlertState, Figures, Limits
from ekyc.domain.errors import NotFound
from ekyc.domain.events import SYSTEM, Actor, Event
from ekyc.journey.desk_push import tell
from ekyc.journey.ports import SUPERVISORS, Clock
from ekyc.journey.waiting import routes
from ekyc.settings import Alerts, Queue
from ekyc.storage import alerts, queue, staff, waits
from ekyc.storage.store import Job, Store, Tx, new_id

MAIL = "alert.mail"


def limits(settings: Alerts) -> Limits:
    """The settings in force."""
    return Limits(
        late=settings.late,
        missed_share=settings.missed_share,
        promises=settings.promises_min,
        calm_s=settings.calm_s,
        repeat_s=settings.repeat_min * 60,
        repeats=settings.repeats_max,
    )


async def look(store: Store, clock: Clock, settings: Alerts, line: Queue) -> int:
    """Raise, tell again or end what has to be; how many alerts changed. Writes only then."""
    now = clock.now()
    async with store.read() as tx:
        if not await _changes(tx, settings, line, now=now):
            return 0
    async with store.begin() as tx:
        changed = await _changes(tx, settings, line, now=now)
        for before, after in changed:
            await alerts.save(tx, after)
            await _tell(tx, before, after, settings, now=now)
    return len(changed)


async def _changes(
    tx: Tx, settings: Alerts, line: Queue, *, now: datetime
) -> Sequence[tuple[Alert | None, Alert]]:
    bounds = limits(settings)
    found = rules.counted(await figures(tx, settings, line, now=now), bounds)
    known = {alert.why: alert for alert in await alerts.open_ones(tx)}
    looked = [
        (alert, rules.look(alert, found.get(why, 0), bounds, now=now))
        for why, alert in known.items()
    ]
    fresh = [
        (None, rules.begin(new_id(), why, count, now=now))
        for why, count in found.items()
        if why not in known
    ]
    return [pair for pair in [*looked, *fresh] if pair[0] != pair[1]]


async def figures(tx: Tx, settings: Alerts, line: Queue, *, now: datetime) -> Figures:
    """The queue at this moment."""
    kept = await waits.kept(tx)
    return Figures(
        late=await queue.late(tx, before=now - timedelta(seconds=line.late_s)),
        unserved=await _unserved(tx, settings, line, now=now),
        promises=kept.within + kept.shorter + kept.longer,
        longer=kept.longer,
    )


async def _unserved(tx: Tx, settings: Alerts, line: Queue, *, now: datetime) -> int:
    before = now - timedelta(seconds=settings.nobody_s)
    waiting = await alerts.lines(tx, before=before)
    agents = await waits.at_work(tx) if waiting else ()
    among = routes(line)
    unserved = 0
    for (group, language), (count, since) in waiting.items():
        first = routing.Place(group=group, language=language, since=since)
        if not any(routing.serves(among, one.talents, first, now=now) for one in agents):
            unserved += count
    return unserved


async def _tell(
    tx: Tx, before: Alert | None, after: Alert, settings: Alerts, *, now: datetime
) -> None:
    """As facts, to the supervisors' pages, and each time it is told by mail and push."""
    if before is None or after.told > before.told:
        name = "alert.raised" if before is None else "alert.repeated"
        await tx.tell(_fact(name, after, now, SYSTEM, count=after.count, nth=after.told))
        for number in range(len(settings.mail_to)):
            payload = {"alert": after.id, "nth": after.told, "to": number}
            key = f"{MAIL}:{after.id}:{after.told}:{number}"
            await tx.later(Job(kind=MAIL, key=key, payload=payload, due_at=now))
        members = await staff.ids_of(tx, Role.SUPERVISOR)
        await tell(tx, members, "alert", about=f"{after.id[:16]}.{after.told}", now=now)
    elif after.state is AlertState.ENDED:
        await tx.tell(_fact("alert.ended", after, now, SYSTEM))
    tx.wake(SUPERVISORS)


async def acknowledge(store: Store, clock: Clock, *, staff_id: str, alert_id: str) -> None:
    """A supervisor has seen it: it is told no more; `NotFound`, `NotAllowedNow`."""
    now = clock.now()
    async with store.begin() as tx:
        alert = await alerts.find(tx, alert_id)
        if alert is None:
            raise NotFound
        seen = rules.acknowledge(alert, by=staff_id, now=now)
        await alerts.save(tx, seen)
        await tx.tell(_fact("alert.acknowledged", seen, now, Actor(kind="staff", id=staff_id)))
        tx.wake(SUPERVISORS)


def _fact(name: str, alert: Alert, at: datetime, actor: Actor, **data: object) -> Event:
    """A fact about the house, of no application."""
    told: Mapping[str, object] = {"alert": alert.id, "why": alert.why.value, **data}
    return Event(name=name, application_id="", at=at, actor=actor, data=told)


def is_true(alert: Alert) -> bool:
    """Whether it is still to be told: nobody has seen it and it is not over."""
    return alert.state is AlertState.RAISED
