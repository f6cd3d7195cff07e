"""Queries on staff accounts, their sign-ins and sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.access import Role
from ekyc.storage import schema
from ekyc.storage.store import Tx, new_id

_s = schema.staff

LANGUAGES = ("vi", "en")
"""What customers may speak, and every agent does until somebody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One account; `password` is an argon2id hash, `totp_used` the last time step accepted."""

    id: str
    login: str
    name: str
    role: Role
    language: str
    password: str
    totp_secret: str
    totp_used: int = 0
    mail: str = ""
    """Where news of appointments go; empty: nowhere."""
    disabled_at: datetime | None = None
    """Since when the account lets nobody in; it stays for what was done by it."""
    speaks: tuple[str, ...] = LANGUAGES
    """With customers; `language` is the pages'."""
    skills: tuple[str, ...] = ()
    """What groups of customers ask for (`queue.groups`)."""


def _member(row: sa.RowMapping | None) -> Member | None:
    if row is None:
        return None
    talents = {name: tuple(row[name]) for name in ("speaks", "skills")}
    return Member(**{**row, **talents, "role": Role(row["role"])})


async def add(tx: Tx, member: Member) -> None:
    """A new account."""
    values = {name: getattr(member, name) for name in Member.__slots__}
    await tx.connection.execute(sa.insert(_s).values({**values, "role": member.role.value}))


async def by_login(tx: Tx, login: str) -> Member | None:
    """The account of this name."""
    query = sa.select(_s).where(_s.c.login == login)
    return _member((await tx.connection.execute(query)).mappings().one_or_none())


async def by_id(tx: Tx, staff_id: str) -> Member | None:
    """The account of this id."""
    query = sa.select(_s).where(_s.c.id == staff_id)
    return _member((await tx.connection.execute(query)).mappings().one_or_none())


async def ids_of(tx: Tx, role: Role) -> Sequence[str]:
    """Everybody of this role, disabled accounts too."""
    query = sa.select(_s.c.id).where(_s.c.role == role.value)
    return (await tx.connection.execute(query)).scalars().all()


async def names(tx: Tx) -> dict[str, str]:
    """Every account's name by id, for time lines."""
    return {row.id: row.name for row in await tx.connection.execute(sa.select(_s.c.id, _s.c.name))}


async def by_roles(tx: Tx, *roles: Role) -> Sequence[Member]:
    """Everybody with one of these roles, by login."""
    query = sa.select(_s).where(_s.c.role.in_([role.value for role in roles])).order_by(_s.c.login)
    found = [_member(row) for row in (await tx.connection.execute(query)).mappings()]
    return [member for member in found if member is not None]


async def set_language(tx: Tx, staff_id: str, language: str) -> None:
    """The language the pages speak to this person."""
    await tx.connection.execute(sa.update(_s).where(_s.c.id == staff_id).values(language=language))


async def set_talents(
    tx: Tx, staff_id: str, *, speaks: Sequence[str], skills: Sequence[str]
) -> None:
    """What this person can do with customers."""
    values = {"speaks": list(speaks), "skills": list(skills)}
    await tx.connection.execute(sa.update(_s).where(_s.c.id == staff_id).values(**values))
    tx.wake("queue")


async def every(tx: Tx) -> Sequence[Member]:
    """Every account there ever was, by login."""
    found = (await tx.connection.execute(sa.select(_s).order_by(_s.c.login))).mappings()
    return [member for member in map(_member, found) if member is not None]


async def set_entry(tx: Tx, staff_id: str, **values: object) -> None:
    """Change what lets somebody in; whoever is signed in, or about to be, no longer is."""
    await tx.connection.execute(sa.update(_s).where(_s.c.id == staff_id).values(**values))
    for table in (schema.sign_ins, schema.staff_sessions):
        await tx.connection.execute(sa.delete(table).where(table.c.staff_id == staff_id))


async def use_totp(tx: Tx, staff_id: str, step: int) -> bool:
    """Mark a time step used; False when it, or a later one, was used before."""
    update = sa.update(_s).where(_s.c.id == staff_id, _s.c.totp_used < step)
    return (await tx.connection.execute(update.values(totp_used=step))).rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Somebody tried to sign in: marks of the account, of the network and of a known device."""

    account: str
    network: str = ""
    device: str = ""


async def fail(tx: Tx, wanted: Try, now: datetime) -> str:
    """Count a wrong sign-in; returns its id."""
    id, table = new_id(), schema.sign_in_failures
    values = {name: getattr(wanted, name) for name in Try.__slots__}
    await tx.connection.execute(sa.insert(table).values(id=id, at=now, **values))
    return id


async def forgive(tx: Tx, failure: str) -> None:
    """It was right after all."""
    table = schema.sign_in_failures
    await tx.connection.execute(sa.delete(table).where(table.c.id == failure))


async def failures(tx: Tx, wanted: Try, by: str, since: datetime) -> int:
    """Wrong sign-ins since an instant that share one mark; a stranger's only with strangers'."""
    table = schema.sign_in_failures
    query = sa.select(sa.func.count()).where(table.c[by] == getattr(wanted, by), table.c.at > since)
    if by != "device":
        query = query.where(table.c.device == "")
    return int((await tx.connection.execute(query)).scalar_one())


async def add_sign_in(tx: Tx, staff_id: str, *, digest: str, expires_at: datetime) -> None:
    """A right password waits for its code."""
    await tx.connection.execute(
        sa.insert(schema.sign_ins).values(digest=digest, staff_id=staff_id, expires_at=expires_at)
    )


async def sign_in(tx: Tx, digest: str, now: datetime) -> str | None:
    """Whose password it was."""
    table = schema.sign_ins
    query = sa.select(table.c.staff_id).where(table.c.digest == digest, table.c.expires_at > now)
    found: str | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return found


async def end_sign_in(tx: Tx, digest: str) -> None:
    """A sign-in is used once."""
    table = schema.sign_ins
    await tx.connection.execute(sa.delete(table).where(table.c.digest == digest))


async def add_session(
    tx: Tx, staff_id: str, *, digest: str, now: datetime, expires_at: datetime
) -> None:
    """A session."""
    await tx.connection.execute(
        sa.insert(schema.staff_sessions).values(
            digest=digest, staff_id=staff_id, seen_at=now, expires_at=expires_at
        )
    )


async def session(tx: Tx, digest: str, *, now: datetime) -> tuple[str, datetime] | None:
    """Whose session this is, and when it was last seen."""
    table = schema.staff_sessions
    query = sa.select(table.c.staff_id, table.c.seen_at)
    query = query.where(table.c.digest == digest, table.c.expires_at > now)
    row = (await tx.connection.execute(query)).one_or_none()
    return None if row is None else (row.staff_id, row.seen_at)


async def see_session(tx: Tx, digest: str, now: datetime) -> None:
    """The session is in use."""
    table = schema.staff_sessions
    await tx.connection.execute(
        sa.update(table).where(table.c.digest == digest).values(seen_at=now)
    )


async def end_session(tx: Tx, digest: str) -> None:
    """Signed out."""
    table = schema.staff_sessions
    await tx.connection.execute(sa.delete(table).where(table.c.digest == digest))
