"""Staff accounts: two factors for everybody, sessions the server can end."""

import asyncio
import hmac
from datetime import timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ekyc.domain.access import Role
from ekyc.domain.errors import SignInNeeded, SignInRefused, TooManyRequests
from ekyc.domain.events import Actor, Event
from ekyc.journey.ports import Clock
from ekyc.settings import Staff as Rules
from ekyc.storage import staff, tokens
from ekyc.storage.staff import Member
from ekyc.storage.store import Store, new_id

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id with OWASP's minimum: 19 MiB, two passes; the second factor carries the rest."""

_NOBODY = _HASHER.hash("nobody has this password")
_AT_ONCE = asyncio.Semaphore(2)  # hashing is dear: a flood of sign-ins must not take every core
_SIGN_IN_S = 300
TOTP_STEP_S = 30


async def add(
    store: Store, *, login: str, name: str, role: Role, password: str, language: str = "vi"
) -> Member:
    """A new account with a fresh TOTP secret."""
    member = Member(
        id=new_id(),
        login=login,
        name=name,
        role=role,
        language=language,
        password=await asyncio.to_thread(_HASHER.hash, password),
        totp_secret=pyotp.random_base32(),
    )
    async with store.begin() as tx:
        await staff.add(tx, member)
    return member


async def begin_sign_in(
    store: Store, clock: Clock, rules: Rules, *, login: str, password: str
) -> tuple[str, Member]:
    """The first factor; returns the token the second one needs.

    Raises `SignInRefused` alike for a wrong name and a wrong password, `TooManyRequests` after too
    many failures on one account.
    """
    now = clock.now()
    async with store.read() as tx:
        failures = await staff.failures(tx, login, now - timedelta(minutes=15))
        member = await staff.by_login(tx, login)
    _not_too_often(failures, rules)
    right = await _verify(member.password if member else _NOBODY, password)
    if member is None or not right:
        await _failed(store, clock, login)
        raise SignInRefused
    token = tokens.new()
    async with store.begin() as tx:
        expires_at = now + timedelta(seconds=_SIGN_IN_S)
        await staff.add_sign_in(tx, member.id, digest=tokens.digest(token), expires_at=expires_at)
    return token, member


def _not_too_often(failures: int, rules: Rules) -> None:
    if failures >= rules.failures_per_quarter_hour:
        raise TooManyRequests


async def _verify(hashed: str, password: str) -> bool:
    async with _AT_ONCE:
        try:
            return await asyncio.to_thread(_HASHER.verify, hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


async def _failed(store: Store, clock: Clock, login: str) -> None:
    async with store.begin() as tx:
        await staff.fail(tx, login, clock.now())


async def end_sign_in(
    store: Store, clock: Clock, rules: Rules, *, token: str, code: str
) -> tuple[str, Member]:
    """The second factor; returns the session's token. `SignInRefused`, `TooManyRequests`."""
    now = clock.now()
    async with store.read() as tx:
        staff_id = await staff.sign_in(tx, tokens.digest(token), now)
        member = await staff.by_id(tx, staff_id) if staff_id else None
        if member is None:
            raise SignInRefused
        failures = await staff.failures(tx, member.login, now - timedelta(minutes=15))
    _not_too_often(failures, rules)
    step = _step(member, code, clock)
    session_token = tokens.new()
    async with store.begin() as tx:
        accepted = step is not None and await staff.use_totp(tx, member.id, step)
        if accepted:
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
    if not accepted:
        await _failed(store, clock, member.login)
        raise SignInRefused
    return session_token, member


def _step(member: Member, code: str, clock: Clock) -> int | None:
    """The time step a code belongs to, one step of drift either way (RFC 6238 §5.2)."""
    totp, now = pyotp.TOTP(member.totp_secret), int(clock.now().timestamp())
    for step in range(now // TOTP_STEP_S - 1, now // TOTP_STEP_S + 2):
        if hmac.compare_digest(totp.generate_otp(step), code.strip()):
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
    if member is None:
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
