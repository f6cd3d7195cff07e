"""Queries on what has had its time: short-lived rows, links, applications that were broken off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.call import RecordingState
from ekyc.domain.phone import Provenance
from ekyc.storage import presence, schema
from ekyc.storage.deliveries import KIND as DELIVERY
from ekyc.storage.store import Tx

_a = schema.applications
UNFINISHED = (
    Stage.CONSENTED,
    Stage.PHONE_CONFIRMED,
    Stage.DOCUMENTED,
    Stage.CONFIRMED,
)
"""Where a customer breaks off; who waits, is promised a time or talks does not."""

LAPSING = (Stage.OPENED, *UNFINISHED, Stage.WAITING)
"""Stages that end with the link: nobody but the customer could go on."""

ENDED = (Stage.EXPIRED, Stage.WITHDRAWN)


async def sweep(
    tx: Tx,
    *,
    now: datetime,
    unused_since: datetime,
    answered_before: datetime,
    kept_since: datetime,
    messages_since: datetime,
    rung_since: datetime,
    done_since: datetime,
) -> int:
    """Delete rows nobody can use any more; how many.

    Hand-overs and wrong sign-ins still count for an hour: limits look back at them. Codes are
    kept as long, so that a late try is told why. Deliveries to the CRM stay as long as their facts.
    """
    s, hour_ago = schema, now - timedelta(hours=1)
    lapsed = [
        sa.delete(s.customer_sessions).where(s.customer_sessions.c.expires_at <= now),
        sa.delete(s.staff_sessions).where(
            sa.or_(s.staff_sessions.c.expires_at <= now, s.staff_sessions.c.seen_at <= unused_since)
        ),
        sa.delete(s.sign_ins).where(s.sign_ins.c.expires_at <= now),
        sa.delete(s.passes).where(s.passes.c.expires_at <= now),
        sa.delete(s.handovers).where(_is_forgotten(s.handovers, hour_ago)),
        sa.delete(s.codes).where(s.codes.c.expires_at <= hour_ago),
        sa.delete(s.messages).where(s.messages.c.at <= messages_since),
        sa.delete(s.sign_in_failures).where(s.sign_in_failures.c.at <= hour_ago),
        sa.delete(s.idempotency).where(s.idempotency.c.at <= answered_before),
        sa.delete(s.links).where(s.links.c.expires_at <= kept_since),
        sa.delete(s.inbox).where(s.inbox.c.at <= kept_since),
        sa.delete(s.devices).where(s.devices.c.made_at <= rung_since),
        sa.delete(s.staff_devices).where(s.staff_devices.c.made_at <= rung_since),
        sa.delete(s.jobs).where(_is_past(s.jobs, done_since)),
        sa.delete(s.forecasts).where(s.forecasts.c.at <= done_since),
    ]
    return sum([(await tx.connection.execute(each)).rowcount for each in lapsed])


def _is_forgotten(handover: sa.Table, before: datetime) -> sa.ColumnElement[bool]:
    """Never taken, or over: no telephone asks any more."""
    never = sa.and_(handover.c.taken_at.is_(None), handover.c.expires_at <= before)
    return sa.or_(never, handover.c.ended_at <= before)


def _is_past(job: sa.Table, before: datetime) -> sa.ColumnElement[bool]:
    """Done long ago, and in no log."""
    told = job.c.kind == DELIVERY
    return sa.and_(job.c.state == "done", job.c.due_at <= before, ~told)


def _link_until(now: datetime) -> sa.ColumnElement[bool]:
    """Whether the application has a link that still opens."""
    link = schema.links
    return sa.exists().where(link.c.application_id == _a.c.id, link.c.expires_at > now)


async def lapsing(tx: Tx, *, now: datetime, limit: int, id: str | None = None) -> Sequence[str]:
    """Unfinished applications nobody can come back to; of these only `id` when it is named."""
    session, call = schema.customer_sessions, schema.calls
    here = sa.exists().where(session.c.application_id == _a.c.id, session.c.expires_at > now)
    talking = sa.exists().where(call.c.application_id == _a.c.id, call.c.ended_at.is_(None))
    query = sa.select(_a.c.id).where(
        _a.c.stage.in_(_values(LAPSING)), ~_link_until(now), ~here, ~talking
    )
    return await _ids(tx, query, limit, id)


async def broken_off(
    tx: Tx, *, before: datetime, now: datetime, limit: int, id: str | None = None
) -> Sequence[str]:
    """Who stopped half-way before an instant, could still go on, and was not reminded yet."""
    event = schema.events
    reminded = sa.exists().where(
        event.c.application_id == _a.c.id, event.c.name == "application.reminded"
    )
    query = sa.select(_a.c.id).where(
        _a.c.stage.in_(_values(UNFINISHED)),
        _a.c.updated_at <= before,
        _link_until(now),
        _a.c.phone_source != Provenance.CUSTOMER.value,  # nobody vouches for it: not texted
        ~reminded,
    )
    return await _ids(tx, query, limit, id)


async def deletable(
    tx: Tx, *, before: datetime, limit: int, id: str | None = None
) -> Sequence[str]:
    """Applications that ended undecided before an instant; none whose recording is unfinished."""
    call, recording, decision = schema.calls, schema.recordings, schema.decisions
    decided = sa.exists().where(decision.c.application_id == _a.c.id)
    unfinished = sa.exists().where(
        call.c.application_id == _a.c.id,
        recording.c.call_id == call.c.id,
        recording.c.state.in_(_values((RecordingState.WRITING, RecordingState.FINISHING))),
    )
    query = sa.select(_a.c.id).where(
        _a.c.stage.in_(_values(ENDED)),
        _a.c.deleted_at.is_(None),
        _a.c.updated_at <= before,
        ~decided,
        ~unfinished,
    )
    return await _ids(tx, query, limit, id)


def _values(states: Sequence[Stage | RecordingState]) -> list[str]:
    return [state.value for state in states]


async def _ids(tx: Tx, query: sa.Select[str], limit: int, id: str | None) -> Sequence[str]:
    if id is not None:
        query = query.where(_a.c.id == id)
    query = query.order_by(_a.c.updated_at).limit(limit)
    return (await tx.connection.execute(query)).scalars().all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptied:
    """What an application left behind: the keys of its files, and how many rows are gone."""

    photographs: int
    recordings: int
    keys: Sequence[str]


async def empty(tx: Tx, application_id: str, *, now: datetime) -> Emptied:
    """Delete every row of an application but its facts; its own row keeps no person.

    What remains says that there was an application, when, and how it ended: its id, its reference,
    the CRM's own number for it, its stage and instants.
    """
    photograph, recording, still = schema.photographs, schema.recordings, schema.stills
    own = photograph.c.application_id == application_id
    taken = (await tx.connection.execute(sa.select(photograph).where(own))).all()
    calls = sa.select(schema.calls.c.id).where(schema.calls.c.application_id == application_id)
    recorded = await tx.connection.execute(
        sa.select(recording).where(recording.c.call_id.in_(calls))
    )
    recordings = recorded.all()
    export = schema.exports
    exported = await tx.connection.execute(sa.select(export).where(export.c.call_id.in_(calls)))
    films = [*recordings, *exported.all()]
    asked = await tx.connection.execute(
        sa.select(still.c.original).where(still.c.call_id.in_(calls), still.c.original.is_not(None))
    )
    in_calls = asked.scalars().all()
    shown = schema.portraits
    holders = await tx.connection.execute(
        sa.select(shown.c.picture).where(shown.c.application_id == application_id)
    )
    given = await tx.connection.execute(
        sa.select(schema.chips.c.data).where(schema.chips.c.application_id == application_id)
    )
    compared = await presence.comparisons(tx, application_id)
    faces = [key for one in compared for key in (one.live, one.portrait, one.template)]
    moved = await tx.connection.execute(
        sa.select(schema.movements.c.picture).where(schema.movements.c.call_id.in_(calls))
    )
    beside = [*holders.scalars(), *given.scalars(), *faces, *moved.scalars()]
    for table in reversed(schema.metadata.sorted_tables):
        for condition in _belonging(table, application_id):
            await tx.connection.execute(sa.delete(table).where(condition))
    blank = {"phone": "", "phone_source": "", "phone_as_of": "", "name": "", "note": ""}
    blank["form_name"] = ""
    update = sa.update(_a).where(_a.c.id == application_id)
    await tx.connection.execute(
        update.values(
            **blank,
            product="",
            region="",
            vulnerable=False,
            callback=False,
            slow_speech=False,
            deleted_at=now,
        )
    )
    pictures = [key for row in taken for key in (row.original, row.straightened)]
    recorded_keys = [key for film in films for key in (film.object_key, film.index_key)]
    return Emptied(
        photographs=len(taken) + len(in_calls),
        recordings=len(recordings),
        keys=[key for key in [*pictures, *in_calls, *beside, *recorded_keys] if key],
    )


def _belonging(table: sa.Table, application_id: str) -> Iterator[sa.ColumnElement[bool]]:
    """By their foreign keys, so that a new table cannot be forgotten."""
    for key in table.foreign_keys:
        if key.column is _a.c.id:
            yield key.parent == application_id
        elif "application_id" in key.column.table.c:
            owner = key.column.table
            owned = sa.select(key.column).where(owner.c.application_id == application_id)
            yield key.parent.in_(owned)


async def link_expires_at(tx: Tx, application_id: str) -> datetime:
    """When the last of an application's links runs out."""
    link = schema.links
    query = sa.select(sa.func.max(link.c.expires_at)).where(link.c.application_id == application_id)
    until: datetime = (await tx.connection.execute(query)).scalar_one()
    return until
