"""Staff accounts: two factors for everybody, sessions the server can end."""

import asyncio
import functools
import hmac
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ekyc.domain.access import Role
from ekyc.domain.errors import NotAllowedNow, NotFound, SignInNeeded, SignInRefused
from ekyc.domain.events import SYSTEM, Actor, Event
from ekyc.journey import door
from ekyc.journey.door import Browser
from ekyc.journey.ports import Clock
from ekyc.settings import Staff as Rules
from ekyc.storage import staff, tokens
from ekyc.storage.staff import Member
from ekyc.storage.store import Store, Tx, new_id

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id with OWASP's minimum: 19 MiB, two passes; the second factor carries the rest."""

_HASHING = ThreadPoolExecutor(2, "password")
"""Hashing is dear: a flood of sign-ins must not take every core."""

_SIGN_IN_S = 300
TOTP_STEP_S = 30


async def add(
    store: Store,
    *,
    login: str,
    name: str,
    role: Role,
    password: str,
    language: str = "vi",
    mail: str = "",
) -> Member:
    """A new account with a fresh TOTP secret."""
    known = {"login": login, "name": name, "password": password, "language": language}
    member = await made(**known, role=role, mail=mail)
    async with store.begin() as tx:
        await staff.add(tx, member)
    return member


async def made(
    *, login: str, name: str, role: Role, password: str, language: str = "vi", mail: str = ""
) -> Member:
    """A member nobody wrote down yet, the password hashed, with a fresh TOTP secret."""
    loop = asyncio.get_running_loop()
    return Member(
        id=new_id(),
        login=login,
        name=name,
        role=role,
        language=language,
        password=await loop.run_in_executor(_HASHING, _HASHER.hash, password),
        totp_secret=pyotp.random_base32(),
        mail=mail,
    )


async def change_password(store: Store, *, login: str, password: str) -> None:
    """Another password; ends the account's sessions. An unknown login is left alone."""
    loop = asyncio.get_running_loop()
    digest = await loop.run_in_executor(_HASHING, _HASHER.hash, password)
    async with store.begin() as tx:
        if member := await staff.by_login(tx, login):
            await staff.set_entry(tx, member.id, password=digest)


async def disable(store: Store, clock: Clock, *, login: str) -> Member:
    """Let nobody in by this account any more; its sessions end. `NotFound`, `NotAllowedNow`."""
    now = clock.now()
    async with store.begin() as tx:
        member = await _known(tx, login)
        if member.disabled_at is not None:
            raise NotAllowedNow
        await staff.set_entry(tx, member.id, disabled_at=now)
        await tx.tell(_fact("staff.disabled", member, now))
    return member


async def reset(store: Store, clock: Clock, *, login: str, password: str) -> Member:
    """Another password and another authenticator; a disabled account is open again.

    Its sessions end. `NotFound`.
    """
    loop = asyncio.get_running_loop()
    digest = await loop.run_in_executor(_HASHING, _HASHER.hash, password)
    secret, now = pyotp.random_base32(), clock.now()
    async with store.begin() as tx:
        member = await _known(tx, login)
        entry = {"password": digest, "totp_secret": secret, "totp_used": 0, "disabled_at": None}
        await staff.set_entry(tx, member.id, **entry)
        await tx.tell(_fact("staff.reset", member, now))
        return await _known(tx, login)


async def teach(
    store: Store,
    clock: Clock,
    *,
    by: Actor,
    staff_id: str,
    speaks: Sequence[str],
    skills: Sequence[str],
) -> None:
    """Say what an account's holder can do with customers; `NotFound`."""
    async with store.begin() as tx:
        if await staff.by_id(tx, staff_id) is None:
            raise NotFound
        known = {"speaks": sorted(set(speaks)), "skills": sorted(set(skills))}
        await staff.set_talents(tx, staff_id, **known)
        data = {"staff": staff_id, **known}
        at = clock.now()
        await tx.tell(Event(name="staff.taught", application_id="", at=at, actor=by, data=data))


async def every(store: Store) -> Sequence[Member]:
    """Every account there ever was, by login."""
    async with store.read() as tx:
        return await staff.every(tx)


async def _known(tx: Tx, login: str) -> Member:
    member = await staff.by_login(tx, login)
    if member is None:
        raise NotFound
    return member


def _fact(name: str, member: Member, at: datetime) -> Event:
    """Whoever has the command line of the server did it."""
    return Event(name=name, application_id="", at=at, actor=SYSTEM, data={"staff": member.id})


async def begin_sign_in(
    store: Store, clock: Clock, rules: Rules, browser: Browser, *, login: str, password: str
) -> tuple[str, Member]:
    """The first factor; returns the token the second one needs.

    Raises `SignInRefused` alike for a wrong name and a wrong password, `SignInRests` after too
    many failures, `Busy` while too many are being looked at.
    """
    now = clock.now()
    wanted = door.trying(browser, rules, login=login, now=now)
    with door.place(wanted):
        async with store.begin() as tx:
            failure = await door.count(tx, wanted, rules, now)
            member = _open(await staff.by_login(tx, login))
        right = await _is_right(member.password if member else None, password)
    if member is None or not right:
        raise SignInRefused
    token = tokens.new()
    async with store.begin() as tx:
        await staff.forgive(tx, failure)
        expires_at = now + timedelta(seconds=_SIGN_IN_S)
        await staff.add_sign_in(tx, member.id, digest=tokens.digest(token), expires_at=expires_at)
    return token, member


def _open(member: Member | None) -> Member | None:
    """A disabled account is nobody's."""
    return None if member is None or member.disabled_at is not None else member


async def _is_right(hashed: str | None, password: str) -> bool:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _verify, hashed, password)


def _verify(hashed: str | None, password: str) -> bool:
    """Takes its time for nobody too, so that the time tells no names."""
    try:
        return _HASHER.verify(_nobody() if hashed is None else hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@functools.cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


async def end_sign_in(
    store: Store, clock: Clock, rules: Rules, browser: Browser, *, token: str, code: str
) -> tuple[str, Member]:
    """The second factor; returns the session's token. `SignInRefused`, `SignInRests`."""
    now, session_token = clock.now(), tokens.new()
    async with store.begin() as tx:
        staff_id = await staff.sign_in(tx, tokens.digest(token), now)
        member = _open(await staff.by_id(tx, staff_id)) if staff_id else None
        if member is None:
            raise SignInRefused
        wanted = door.trying(browser, rules, login=member.login, now=now)
        failure = await door.count(tx, wanted, rules, now)
        step = _step(member, code, now)
        accepted = step is not None and await staff.use_totp(tx, member.id, step)
        if accepted:
            await staff.forgive(tx, failure)
            await staff.end_sign_in(tx, tokens.digest(token))
            expires_at = now + timedelta(hours=rules.session_hours)
            await staff.add_session(
                tx, member.id, digest=tokens.digest(session_token), now=now, expires_at=expires_at
            )
            await tx.tell(
                Event(
                    name="staff.signed_in",
                    application_id="",
                    at=now,
                    actor=Actor(kind="staff", id=member.id),
                )
            )
    if not accepted:  # outside the transaction: the counted try must stand
        raise SignInRefused
    return session_token, member


def _step(member: Member, code: str, now: datetime) -> int | None:
    """The time step a code belongs to, one step of drift either way (RFC 6238 §5.2)."""
    totp, today = pyotp.TOTP(member.totp_secret), int(now.timestamp()) // TOTP_STEP_S
    given = code.strip().encode()
    for step in (today - 1, today, today + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given):
            return step
    return None


async def session(store: Store, clock: Clock, rules: Rules, *, token: str) -> Member:
    """Whose session this is; `SignInNeeded` when it ended, was idle too long or never was."""
    now, digest = clock.now(), tokens.digest(token)
    async with store.read() as tx:
        found = await staff.session(tx, digest, now=now)
        if found is None or now - found[1] > timedelta(minutes=rules.session_idle_min):
            raise SignInNeeded
        member = await staff.by_id(tx, found[0])
    assert member is not None  # its session's row refers to it
    if _open(member) is None:
        raise SignInNeeded
    if now - found[1] > timedelta(minutes=1):
        async with store.begin() as tx:
            await staff.see_session(tx, digest, now)
    return member


async def sign_out(store: Store, *, token: str) -> None:
    """End one session."""
    async with store.begin() as tx:
        await staff.end_session(tx, tokens.digest(token))


async def speak(store: Store, *, staff_id: str, language: str) -> None:
    """Change the language the pages speak to this person."""
    async with store.begin() as tx:
        await staff.set_language(tx, staff_id, language)
