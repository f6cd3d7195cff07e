"""Queries on applications, their links, sessions and consents."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ekyc.domain.application import Application, Stage
from ekyc.domain.consent import Consent
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import CUSTOMER, Actor, Event
from ekyc.storage import schema
from ekyc.storage.store import Row, Tx, rows, written

_t = schema.applications

shown_name = sa.func.coalesce(sa.func.nullif(_t.c.form_name, ""), _t.c.name).label("name")
"""`Application.shown_name` in a query."""


def _application(row: sa.RowMapping) -> Application:
    values = {name: row[name] for name in Application.__slots__}
    return Application(**{**values, "stage": Stage(row["stage"])})


async def add(
    tx: Tx,
    application: Application,
    *,
    product: str,
    region: str = "",
    vulnerable: bool = False,
) -> None:
    """A new row."""
    wants = {"product": product, "region": region, "vulnerable": vulnerable}
    await tx.connection.execute(sa.insert(_t).values(**asdict(application), **wants))


async def load(tx: Tx, application_id: str) -> Application:
    """The application; `NotFound`."""
    found = await tx.connection.execute(sa.select(_t).where(_t.c.id == application_id))
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound
    return _application(row)


async def save(tx: Tx, moved: Application, *, actor: Actor, **data: object) -> None:
    """Write a move: compare the version, swap the row, tell `application.moved`.

    `NotAllowedNow` when somebody moved it first: another node, or a second click.
    """
    update = sa.update(_t).where(_t.c.id == moved.id, _t.c.version == moved.version - 1)
    values = {name: getattr(moved, name) for name in ("stage", "version", "updated_at")}
    if (await tx.connection.execute(update.values(**values))).rowcount != 1:
        raise NotAllowedNow
    await tx.tell(
        Event(
            name="application.moved",
            application_id=moved.id,
            at=moved.updated_at,
            actor=actor,
            data={"stage": moved.stage.value, **data},
        )
    )


async def set_values(tx: Tx, application_id: str, **values: object) -> None:
    """Change columns that are no stage: language, note, document kind."""
    await tx.connection.execute(sa.update(_t).where(_t.c.id == application_id).values(**values))
    tx.wake(f"application:{application_id}")


async def newest(
    tx: Tx, *, stage: Stage | None, limit: int, after: tuple[datetime, str] | None = None
) -> Sequence[Application]:
    """The applications last touched, newest first; none of whom nothing is left.

    `after` names the last entry seen: its instant and its id.
    """
    query = sa.select(_t).where(_t.c.deleted_at.is_(None))
    query = query.order_by(_t.c.updated_at.desc(), _t.c.id).limit(limit)
    if stage is not None:
        query = query.where(_t.c.stage == stage.value)
    if after is not None:
        at, id = after
        same = sa.and_(_t.c.updated_at == at, _t.c.id > id)
        query = query.where(sa.or_(_t.c.updated_at < at, same))
    return [_application(row) for row in (await tx.connection.execute(query)).mappings()]


async def changed(
    tx: Tx,
    *,
    stage: Stage | None,
    since: datetime | None,
    external_id: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[Application]:
    """Applications by their last change of stage, the longest ago first; `after` is excluded."""
    query = sa.select(_t).order_by(_t.c.updated_at, _t.c.id).limit(limit)
    if stage is not None:
        query = query.where(_t.c.stage == stage.value)
    if since is not None:
        query = query.where(_t.c.updated_at >= since)
    if external_id is not None:
        query = query.where(_t.c.external_id == external_id)
    if after is not None:
        at, id = after
        later = sa.and_(_t.c.updated_at == at, _t.c.id > id)
        query = query.where(sa.or_(_t.c.updated_at > at, later))
    return [_application(row) for row in (await tx.connection.execute(query)).mappings()]


async def add_link(
    tx: Tx, application_id: str, *, digest: str, expires_at: datetime, mailbox: str = ""
) -> None:
    """A link's digest, and the mailbox it goes to; the token itself is never kept."""
    values = {"digest": digest, "application_id": application_id, "expires_at": expires_at}
    await tx.connection.execute(sa.insert(schema.links).values(**values, mailbox=mailbox))


async def link(tx: Tx, digest: str) -> tuple[str, datetime, str] | None:
    """Whose link this is, until when, and the mailbox it went to, where it was mailed."""
    t = schema.links
    query = sa.select(t.c.application_id, t.c.expires_at, t.c.mailbox).where(t.c.digest == digest)
    row = (await tx.connection.execute(query)).one_or_none()
    return None if row is None else (row.application_id, row.expires_at, row.mailbox)


async def pass_links(tx: Tx, application_id: str, *, mailbox: str, to: str) -> None:
    """What went to one mailbox counts as gone to another row of the same address."""
    t = schema.links
    theirs = (t.c.application_id == application_id, t.c.mailbox == mailbox)
    await tx.connection.execute(sa.update(t).where(*theirs).values(mailbox=to))


async def add_session(tx: Tx, application_id: str, *, digest: str, expires_at: datetime) -> None:
    """A new session of the customer; earlier ones end, a telephone's too."""
    table = schema.customer_sessions
    await tx.connection.execute(sa.delete(table).where(table.c.application_id == application_id))
    await share_session(tx, application_id, digest=digest, expires_at=expires_at)


async def share_session(tx: Tx, application_id: str, *, digest: str, expires_at: datetime) -> None:
    """A session beside the one there is."""
    table = schema.customer_sessions
    await tx.connection.execute(
        sa.insert(table).values(digest=digest, application_id=application_id, expires_at=expires_at)
    )


async def end_session(tx: Tx, digest: str) -> None:
    """Nobody is signed in by it any more."""
    table = schema.customer_sessions
    await tx.connection.execute(sa.delete(table).where(table.c.digest == digest))


async def session_until(tx: Tx, digest: str, *, now: datetime) -> datetime | None:
    """When a live session ends; None when it has."""
    table = schema.customer_sessions
    query = sa.select(table.c.expires_at).where(table.c.digest == digest, table.c.expires_at > now)
    until: datetime | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return until


async def session(tx: Tx, digest: str, *, now: datetime) -> str | None:
    """The application a live session belongs to."""
    table = schema.customer_sessions
    query = sa.select(table.c.application_id).where(
        table.c.digest == digest, table.c.expires_at > now
    )
    return (await tx.connection.execute(query)).scalar_one_or_none()


async def add_consents(
    tx: Tx,
    application_id: str,
    kinds: Sequence[Consent],
    *,
    version: str,
    language: str,
    now: datetime,
) -> None:
    """What was agreed to, each with its wording's version; each is a fact of its own."""
    for kind in kinds:
        await tx.connection.execute(
            sa.insert(schema.consents).values(
                application_id=application_id,
                kind=kind.value,
                version=version,
                language=language,
                given_at=now,
            )
        )
        data = {"kind": kind.value, "version": version, "language": language}
        await tx.tell(
            Event(
                name="consent.given",
                application_id=application_id,
                at=now,
                actor=CUSTOMER,
                data=data,
            )
        )


async def consents(tx: Tx, application_id: str) -> Sequence[Row]:
    """Every consent given, oldest first."""
    table = schema.consents
    query = sa.select(table).where(table.c.application_id == application_id)
    return rows(await tx.connection.execute(query.order_by(table.c.given_at)))


async def events(tx: Tx, application_id: str) -> Sequence[Row]:
    """Every fact about an application, in order."""
    table = schema.events
    query = sa.select(table).where(table.c.application_id == application_id)
    return rows(await tx.connection.execute(query.order_by(table.c.sequence)))


async def was_told(tx: Tx, fact: Event, *, since: datetime) -> bool:
    """Whether the same actor told the same about the same after an instant."""
    t = schema.events
    query = sa.select(t.c.data).where(
        t.c.application_id == fact.application_id,
        t.c.name == fact.name,
        t.c.actor == written(fact.actor),
        t.c.at > since,
    )
    return dict(fact.data) in (await tx.connection.execute(query)).scalars()


async def times_told(tx: Tx, fact: Event, *, since: datetime) -> int:
    """How often the same actor told such a fact of the application after an instant."""
    t = schema.events
    query = sa.select(sa.func.count()).where(
        t.c.application_id == fact.application_id,
        t.c.name == fact.name,
        t.c.actor == written(fact.actor),
        t.c.at > since,
    )
    return int((await tx.connection.execute(query)).scalar_one())


async def signs(tx: Tx, *, since: datetime, application_id: str | None = None) -> Sequence[Row]:
    """Every silent sign after an instant, of one application or of all, oldest first."""
    t = schema.events
    query = sa.select(t).where(t.c.name == "sign.given", t.c.at > since)
    if application_id is not None:
        query = query.where(t.c.application_id == application_id)
    return rows(await tx.connection.execute(query.order_by(t.c.at, t.c.sequence)))


async def was_viewed(tx: Tx, application_id: str, *, by: Sequence[str], since: datetime) -> bool:
    """Whether one of these members of staff looked into the file after an instant."""
    t = schema.events
    query = sa.select(t.c.sequence).where(
        t.c.application_id == application_id,
        t.c.name == "file.viewed",
        t.c.actor.in_([written(Actor(kind="staff", id=id)) for id in by]),
        t.c.at >= since,
    )
    return (await tx.connection.execute(query.limit(1))).scalar_one_or_none() is not None


async def event(tx: Tx, sequence: int) -> Row | None:
    """One fact by its number."""
    query = sa.select(schema.events).where(schema.events.c.sequence == sequence)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else dict(row)


async def add_precheck(
    tx: Tx, application_id: str, *, id: str, result: dict[str, Any], now: datetime
) -> None:
    """What the customer's device test showed."""
    await tx.connection.execute(
        sa.insert(schema.prechecks).values(
            id=id, application_id=application_id, result=result, at=now
        )
    )


async def precheck(tx: Tx, application_id: str) -> datetime | None:
    """When the device test was last made."""
    table = schema.prechecks
    query = sa.select(sa.func.max(table.c.at)).where(table.c.application_id == application_id)
    made: datetime | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return made
