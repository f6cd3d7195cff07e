"""Signing in: two factors, tries that are counted, sessions that end."""

import asyncio
import functools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from ekyc.domain.access import Role
from ekyc.domain.errors import (
    Busy,
    NotAllowedNow,
    NotFound,
    SignInNeeded,
    SignInRefused,
    SignInRests,
)
from ekyc.journey import door, staff
from ekyc.journey.door import Browser
from ekyc.settings import Staff
from ekyc.storage import applications, schema, tokens
from ekyc.storage import staff as accounts
from ekyc.storage.staff import Member
from ekyc.storage.store import Store
from tests.builders import a_member, given
from tests.fakes import START, FakeClock

PASSWORD = "Sen nở tháng sáu"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RULES = Staff()
FEW = Staff(failures_per_quarter_hour=2, device_failures_per_quarter_hour=2)
KEY = b"the server's key, 32 bytes long."
STRANGER = Browser(secret=KEY)
"""A browser nobody signed in with."""


@functools.cache
def _hash() -> str:
    """Hashing is dear on purpose: once for all tests."""
    return staff._HASHER.hash(PASSWORD)


@pytest.fixture
async def lan(store: Store) -> Member:
    member = a_member("lan", password=_hash(), totp_secret=TOTP)
    await given(store, member)
    return member


def code(clock: FakeClock, drift: int = 0) -> str:
    """What the authenticator shows, `drift` steps of 30 s away."""
    step = int(clock.now().timestamp()) // staff.TOTP_STEP_S + drift
    return pyotp.TOTP(TOTP).generate_otp(step)


async def password(
    store: Store,
    clock: FakeClock,
    rules: Staff = RULES,
    *,
    login: str = "lan",
    text: str = PASSWORD,
    by: Browser = STRANGER,
) -> str:
    challenge, _ = await staff.begin_sign_in(store, clock, rules, by, login=login, password=text)
    return challenge


async def challenged(store: Store, clock: FakeClock) -> str:
    """The password was right a moment ago; no hashing, which other tests are about."""
    token, expires_at = tokens.new(), clock.now() + timedelta(seconds=300)
    async with store.begin() as tx:
        await accounts.add_sign_in(tx, "lan", digest=tokens.digest(token), expires_at=expires_at)
    return token


async def enter(
    store: Store,
    clock: FakeClock,
    challenge: str,
    text: str,
    rules: Staff = RULES,
    by: Browser = STRANGER,
) -> str:
    token, member = await staff.end_sign_in(store, clock, rules, by, token=challenge, code=text)
    assert member.id == "lan"
    return token


async def signed_in(store: Store, clock: FakeClock) -> str:
    return await enter(store, clock, await challenged(store, clock), code(clock))


async def me(store: Store, clock: FakeClock, token: str) -> Member:
    return await staff.session(store, clock, RULES, token=token)


async def test_an_account_is_made_with_a_hash_and_a_fresh_second_factor(store: Store) -> None:
    made = await staff.add(store, login="mai", name="Mai", role=Role.AGENT, password=PASSWORD)
    async with store.read() as tx:
        kept = await accounts.by_login(tx, "mai")
    assert kept == made
    assert made.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in made.password
    assert len(made.totp_secret) == 32


async def test_with_password_and_code_somebody_is_signed_in(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    challenge = await password(store, clock)
    token = await enter(store, clock, challenge, f" {code(clock)} ")
    assert (await me(store, clock, token)).id == "lan"
    async with store.read() as tx:
        (fact,) = await applications.events(tx, "")
    assert (fact["name"], fact["actor"], fact["data"]) == ("staff.signed_in", "staff:lan", {})


@pytest.mark.parametrize(("login", "text"), [("lan", "wrong"), ("nobody", PASSWORD)])
async def test_a_wrong_name_and_a_wrong_password_look_alike(
    store: Store, clock: FakeClock, lan: Member, login: str, text: str
) -> None:
    with pytest.raises(SignInRefused):
        await password(store, clock, login=login, text=text)


async def test_an_account_without_a_password_lets_nobody_in(store: Store, clock: FakeClock) -> None:
    await given(store, a_member("lan", password="no hash at all"))
    with pytest.raises(SignInRefused):
        await password(store, clock, text="no hash at all")


async def test_after_too_many_wrong_passwords_the_account_rests_a_quarter_of_an_hour(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    for _ in range(2):
        with pytest.raises(SignInRefused):
            await password(store, clock, FEW, text="wrong")
    with pytest.raises(SignInRests):
        await password(store, clock, FEW)
    clock.pass_s(15 * 60)
    assert await password(store, clock, FEW)


async def test_a_burst_of_wrong_passwords_counts_in_full(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    burst = (password(store, clock, FEW, text=f"wrong{n}") for n in range(6))
    outcomes = await asyncio.gather(*burst, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == (
        ["SignInRefused"] * 2 + ["SignInRests"] * 4
    )


async def test_a_crowd_at_the_door_is_asked_to_come_again(
    store: Store, clock: FakeClock, lan: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_CROWD", 2)
    crowd = (password(store, clock, FEW, text="wrong") for _ in range(5))
    outcomes = await asyncio.gather(*crowd, return_exceptions=True)
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [SignInRefused, SignInRefused, Busy, Busy, Busy]
    assert len(await tries(store)) == 2  # who was sent away is not blamed


def at_home(clock: FakeClock, login: str = "lan", cookie: str = "", network: str = "") -> Browser:
    """The browser somebody signed in with a moment ago."""
    before = Browser(secret=KEY, cookie=cookie)
    known = door.remembered(before, RULES, login=login, now=clock.now())
    return Browser(secret=KEY, cookie=known, network=network)


async def tries(store: Store) -> list[dict[str, Any]]:
    """Every wrong sign-in that is kept."""
    async with store.read() as tx:
        found = await tx.connection.execute(sa.select(schema.sign_in_failures))
        return [dict(row) for row in found.mappings()]


async def fail(
    store: Store, clock: FakeClock, by: Browser, times: int, *, login: str = "lan"
) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            await password(store, clock, FEW, login=login, text="wrong", by=by)


async def test_strangers_who_keep_an_account_resting_do_not_keep_out_its_owner(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    home = at_home(clock)
    await fail(store, clock, STRANGER, 2)
    with pytest.raises(SignInRests):
        await password(store, clock, FEW)
    challenge = await password(store, clock, FEW, by=home)
    with pytest.raises(SignInRests):
        await enter(store, clock, challenge, code(clock), FEW)
    assert await enter(store, clock, challenge, code(clock), FEW, by=home)


async def test_a_known_browser_that_guesses_waits_alone(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    cafe, home = at_home(clock), at_home(clock)
    await fail(store, clock, cafe, 2)
    with pytest.raises(SignInRests):
        await password(store, clock, FEW, by=cafe)
    assert await password(store, clock, FEW, by=home)
    assert await password(store, clock, FEW)
    clock.pass_s(15 * 60)
    assert await password(store, clock, FEW, by=cafe)


async def test_a_browser_known_for_one_account_is_a_stranger_to_another(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    mai = at_home(clock, "mai")
    await fail(store, clock, STRANGER, 2)
    with pytest.raises(SignInRests):
        await password(store, clock, FEW, by=mai)
    both = at_home(clock, "lan", cookie=mai.cookie)
    assert await password(store, clock, FEW, by=both)
    async with store.read() as tx:
        mark = door.trying(both, RULES, login="mai", now=clock.now())
        assert await accounts.failures(tx, mark, "account", START - timedelta(1)) == 0
    assert mark.device


@pytest.mark.parametrize("spoil", ["key", "text", "age"])
async def test_a_device_cookie_we_did_not_sign_or_long_ago_is_a_strangers(
    store: Store, clock: FakeClock, lan: Member, spoil: str
) -> None:
    home = at_home(clock)
    match spoil:
        case "key":
            home = replace(home, secret=b"the key of another server, alike")
        case "text":
            home = replace(home, cookie=home.cookie[:-1] + ("0" if home.cookie[-1] != "0" else "1"))
        case _:
            clock.pass_s(RULES.device_days * 86_400)
    await fail(store, clock, replace(STRANGER, secret=home.secret), 2)
    with pytest.raises(SignInRests):
        await password(store, clock, FEW, by=home)


async def test_one_network_that_tries_name_after_name_has_to_wait(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    rules = Staff(network_failures_per_quarter_hour=3)
    office = replace(STRANGER, network="203.0.113.0/24")
    for n in range(3):
        with pytest.raises(SignInRefused):
            await password(store, clock, rules, login=f"guess{n}", by=office)
    with pytest.raises(SignInRests):
        await password(store, clock, rules, by=office)
    assert await password(store, clock, rules, by=replace(STRANGER, network="198.51.100.0/24"))
    assert await password(store, clock, rules, by=at_home(clock, network=office.network))


async def test_what_was_typed_is_not_kept_of_a_wrong_sign_in(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    typed = "my password, in the wrong field"
    with pytest.raises(SignInRefused):
        await password(store, clock, login=typed, by=replace(STRANGER, network="203.0.113.0/24"))
    (kept,) = await tries(store)
    assert typed[:11] not in str(kept)
    assert "203.0.113" not in str(kept)
    assert len(kept["account"]) == len(kept["network"]) == 64
    assert kept["device"] == ""
    elsewhere = Browser(secret=b"the key of another server, alike")
    mark = door.trying(elsewhere, RULES, login=typed, now=clock.now())
    assert mark.account != kept["account"]  # without the server's key nobody can look names up


async def test_a_crowd_of_strangers_stands_in_a_line_of_its_own(
    store: Store, clock: FakeClock, lan: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_CROWD", 1)
    crowd = password(store, clock, text="wrong"), password(store, clock, text="wrong")
    outcomes = await asyncio.gather(
        *crowd, password(store, clock, by=at_home(clock)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [SignInRefused, Busy, str]


async def test_right_sign_ins_do_not_count_against_the_account(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    for _ in range(3):
        challenge = await password(store, clock, FEW)
        await enter(store, clock, challenge, code(clock), FEW)
        clock.pass_s(60)


@pytest.mark.parametrize("drift", [-1, 0, 1])
async def test_a_clock_half_a_minute_off_is_forgiven(
    store: Store, clock: FakeClock, lan: Member, drift: int
) -> None:
    assert await enter(store, clock, await challenged(store, clock), code(clock, drift))


@pytest.mark.parametrize("drift", [-2, 2])
async def test_a_clock_a_minute_off_is_not(
    store: Store, clock: FakeClock, lan: Member, drift: int
) -> None:
    with pytest.raises(SignInRefused):
        await enter(store, clock, await challenged(store, clock), code(clock, drift))


@pytest.mark.parametrize("text", ["", "12345", "１２３４５６", "abcdef"])
async def test_whatever_is_no_code_is_refused(
    store: Store, clock: FakeClock, lan: Member, text: str
) -> None:
    with pytest.raises(SignInRefused):
        await enter(store, clock, await challenged(store, clock), text)


async def test_a_code_seen_over_the_shoulder_cannot_be_used_again(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    seen = code(clock)
    await enter(store, clock, await challenged(store, clock), seen)
    with pytest.raises(SignInRefused):
        await enter(store, clock, await challenged(store, clock), seen)
    earlier = code(clock, -1)
    with pytest.raises(SignInRefused):
        await enter(store, clock, await challenged(store, clock), earlier)


async def test_one_password_opens_one_session(store: Store, clock: FakeClock, lan: Member) -> None:
    challenge = await challenged(store, clock)
    await enter(store, clock, challenge, code(clock))
    with pytest.raises(SignInRefused):
        await enter(store, clock, challenge, code(clock, 1))


async def test_the_code_is_entered_within_five_minutes(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    challenge = await challenged(store, clock)
    clock.pass_s(300)
    with pytest.raises(SignInRefused):
        await enter(store, clock, challenge, code(clock))


async def test_a_burst_of_guessed_codes_counts_in_full(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    challenge, right = await challenged(store, clock), int(code(clock))
    guesses = (
        enter(store, clock, challenge, f"{(right + 1000 + n) % 1_000_000:06d}", FEW)
        for n in range(6)
    )
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == (
        ["SignInRefused"] * 2 + ["SignInRests"] * 4
    )
    with pytest.raises(SignInRests):
        await enter(store, clock, challenge, code(clock), FEW)


async def test_a_session_nobody_uses_ends_after_half_an_hour(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    token = await signed_in(store, clock)
    for _ in range(3):
        clock.pass_s(29 * 60)
        await me(store, clock, token)
    clock.pass_s(30 * 60 + 1)
    with pytest.raises(SignInNeeded):
        await me(store, clock, token)


async def test_a_session_ends_after_a_shift_however_busy(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    token = await signed_in(store, clock)
    for _ in range(12 * 3):
        clock.pass_s(20 * 60 - 1)
        await me(store, clock, token)
    clock.pass_s(36)
    with pytest.raises(SignInNeeded):
        await me(store, clock, token)


async def test_signing_out_ends_this_session_and_no_other(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    here = await signed_in(store, clock)
    clock.pass_s(30)
    there = await signed_in(store, clock)
    await staff.sign_out(store, token=here)
    with pytest.raises(SignInNeeded):
        await me(store, clock, here)
    assert (await me(store, clock, there)).id == "lan"


async def test_a_made_up_session_is_nobody(store: Store, clock: FakeClock) -> None:
    with pytest.raises(SignInNeeded):
        await me(store, clock, "x" * 43)


async def test_somebody_is_spoken_to_as_chosen(store: Store, clock: FakeClock, lan: Member) -> None:
    await staff.speak(store, staff_id="lan", language="en")
    assert (await me(store, clock, await signed_in(store, clock))).language == "en"


async def test_a_disabled_account_lets_nobody_in_and_signs_out_whoever_is(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    inside, pending = await signed_in(store, clock), await challenged(store, clock)
    await staff.disable(store, clock, login="lan")
    with pytest.raises(SignInNeeded):
        await me(store, clock, inside)
    with pytest.raises(SignInRefused):
        await enter(store, clock, pending, code(clock, 1))
    with pytest.raises(SignInRefused):
        await password(store, clock)
    async with store.read() as tx:
        told = (await applications.events(tx, ""))[-1]
    assert (told["name"], told["actor"], told["data"]) == (
        "staff.disabled",
        "system",
        {"staff": "lan"},
    )
    with pytest.raises(NotAllowedNow):
        await staff.disable(store, clock, login="lan")
    assert [member.disabled_at for member in await staff.every(store)] == [clock.now()]


async def test_a_reset_account_has_another_password_and_another_authenticator(
    store: Store, clock: FakeClock, lan: Member
) -> None:
    inside = await signed_in(store, clock)
    await staff.disable(store, clock, login="lan")
    again = await staff.reset(store, clock, login="lan", password="Sen tàn tháng chín")
    assert (again.disabled_at, again.totp_secret != TOTP) == (None, True)
    with pytest.raises(SignInNeeded):
        await me(store, clock, inside)
    with pytest.raises(SignInRefused):
        await password(store, clock)
    challenge = await password(store, clock, text="Sen tàn tháng chín")
    step = int(clock.now().timestamp()) // staff.TOTP_STEP_S
    fresh = pyotp.TOTP(again.totp_secret).generate_otp(step)
    assert (await me(store, clock, await enter(store, clock, challenge, fresh))).login == "lan"
    async with store.read() as tx:
        names = [row["name"] for row in await applications.events(tx, "")]
    assert names == ["staff.signed_in", "staff.disabled", "staff.reset", "staff.signed_in"]


async def test_nobody_can_be_disabled_or_reset_who_has_no_account(
    store: Store, clock: FakeClock
) -> None:
    with pytest.raises(NotFound):
        await staff.disable(store, clock, login="mai")
    with pytest.raises(NotFound):
        await staff.reset(store, clock, login="mai", password="x")
