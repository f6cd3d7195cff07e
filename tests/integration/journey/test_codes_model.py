"""Codes against a model of them, on both engines, whatever people do and however time passes.

The model knows digits, instants and counts, and none of the code it judges. Planted faults show
that it sees what it is there for.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ekyc.domain import code as rules
from ekyc.domain.application import Stage
from ekyc.domain.code import Code, Sent
from ekyc.domain.errors import EkycError
from ekyc.domain.message import Channel, MessageState, Receipt
from ekyc.journey import codes
from ekyc.journey.messages import Post, report
from ekyc.settings import Codes
from ekyc.storage import messages, schema
from ekyc.storage.bus import Bus
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import START, FakeClock, Messages

SECRET = b"s" * 32
BUDGET = 9 * 850
LIMITS = replace(codes.limits(Codes()), budget_per_day_vnd=BUDGET)
PHONES = {"a": "+84900000318", "b": "+84900000318", "c": "+84907770001"}
"""Two applications of one number, and one of another."""

ROUNDS = count()
"""Each example lives days after the one before: what that one sent counts for nothing."""


@dataclass
class Kept:
    """The code of one application that counts, as the model knows it."""

    digits: str
    session: str
    sent_at: datetime
    again_at: datetime
    message: str
    tries: int = 0
    used: bool = False


class WallClock:
    """The machine's, whatever the store's says."""

    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC)


class People(RuleBasedStateMachine):
    """Customers, their sessions, and a provider that may fail them."""

    store: Store
    runner: asyncio.Runner
    wall_clock = False

    def __init__(self) -> None:
        super().__init__()
        self.round = next(ROUNDS)
        self.clock = FakeClock(START + timedelta(days=10 * self.round))
        self.box = Messages()
        self.codes: dict[str, Kept] = {}
        self.old: dict[str, list[str]] = {"a": [], "b": [], "c": []}
        self.sends: list[tuple[datetime, str, int]] = []
        self.done: set[str] = set()

    @initialize()
    def people_agree(self) -> None:
        self.runner.run(
            given(
                self.store,
                *(
                    an_application(self.id(who), stage=Stage.CONSENTED, phone=phone)
                    for who, phone in PHONES.items()
                ),
            )
        )

    def id(self, who: str) -> str:
        return f"{who}{self.round}"

    @rule(seconds=st.sampled_from([1, 10, 29, 30, 31, 299, 599, 601, 3599, 3601, 86_401]))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_s(seconds)

    @rule(
        who=st.sampled_from("abc"),
        session=st.sampled_from(["page", "telephone"]),
        wish=st.sampled_from([None, None, Channel.SMS]),
    )
    def asks_for_a_code(self, who: str, session: str, wish: Channel | None) -> None:
        post = Post(sender=self.box, secret=SECRET, limits=LIMITS, block_digits=4)
        wanted, channel = self._may_ask(who, wish), self._channel(who, wish)
        known = len(self.box.sent)
        refused = self._refusal(
            codes.send(
                *(self.store, self.clock, post, lambda code, language, by: code),
                application_id=self.id(who),
                session=session,
                wish=wish,
            )
        )
        assert refused == wanted, f"{who}: {refused}, and the model says {wanted}"
        if wanted is not None:
            assert len(self.box.sent) == known, "a refused code went out"
            return
        assert self.box.channels[-1] is channel
        now = self.clock.now()
        if (before := self.codes.get(who)) is not None:
            self.old[who].append(before.digits)
        digits = self.box.sent[-1][1]
        again = now + timedelta(seconds=30)
        self.codes[who] = Kept(digits, session, now, again, self._message(who))
        self.sends.append((now, PHONES[who], LIMITS.costs_vnd[channel]))

    def _message(self, who: str) -> str:
        async def newest() -> str:
            async with self.store.read() as tx:
                return (await messages.of_application(tx, self.id(who)))[-1].id

        return self.runner.run(newest())

    def _may_ask(self, who: str, wish: Channel | None) -> str | None:
        now, code, phone = self.clock.now(), self.codes.get(who), PHONES[who]
        if who in self.done:
            return "not-allowed-now"
        if code is not None and now < code.again_at:
            return "code-too-soon"
        mine = [at for at, to, _ in self.sends if to == phone]
        if sum(at > now - timedelta(hours=1) for at in mine) >= 5:
            return "code-budget"
        if sum(at > now - timedelta(days=1) for at in mine) >= 10:
            return "code-day-budget"
        spent = sum(cost for at, _, cost in self.sends if at > now - timedelta(days=1))
        cost = LIMITS.costs_vnd[self._channel(who, wish)]
        return "codes-paused" if spent + cost > BUDGET else None

    def _channel(self, who: str, wish: Channel | None) -> Channel:
        code = self.codes.get(who)
        lives = code is not None and self.clock.now() < code.sent_at + timedelta(minutes=10)
        return Channel.VOICE if lives and wish is None else Channel.SMS

    @precondition(lambda self: self.codes)
    @rule(
        who=st.sampled_from("abc"),
        session=st.sampled_from(["page", "telephone"]),
        which=st.sampled_from(["right", "right", "wrong", "wrong", "old"]),
    )
    def types_a_code(self, who: str, session: str, which: str) -> None:
        code = self.codes.get(who)
        typed = self._typed(who, which)
        right = code is not None and typed == code.digits
        wanted = self._may_type(who, session, right=right)
        clock = WallClock() if self.wall_clock else self.clock
        refused = self._refusal(
            codes.confirm(
                *(self.store, clock),
                application_id=self.id(who),
                session=session,
                secret=SECRET,
                digits=typed,
            )
        )
        assert refused == wanted, f"{who} types {which}: {refused}, the model says {wanted}"
        if code is not None and wanted is None:
            code.used = True
            self.done.add(who)
        if code is not None and (wanted == "code-wrong" or self._voids(code, wanted)):
            code.tries += 1

    def _voids(self, code: Kept, refused: str | None) -> bool:
        return refused == "code-void" and code.tries == 4

    def _typed(self, who: str, which: str) -> str:
        code = self.codes.get(who)
        if which == "old" and self.old[who]:
            return self.old[who][-1]
        if code is None:
            return "123456"
        return code.digits if which == "right" else f"{(int(code.digits) + 1) % 10**6:06d}"

    def _may_type(self, who: str, session: str, *, right: bool) -> str | None:
        now, code = self.clock.now(), self.codes.get(who)
        if who in self.done:
            return "not-allowed-now"
        if code is None or code.used or now >= code.sent_at + timedelta(minutes=10):
            return "code-expired"
        if code.session != session:
            return "code-expired"
        if code.tries >= 5:
            return "code-void"
        if right:
            return None
        return "code-void" if code.tries == 4 else "code-wrong"

    @precondition(lambda self: self.codes)
    @rule(who=st.sampled_from("abc"))
    def guesses(self, who: str) -> None:
        code = self.codes.get(who)
        for _ in range(6):
            self.types_a_code(who, code.session if code else "page", "wrong")

    @rule(who=st.sampled_from("abc"))
    def asks_again_and_again(self, who: str) -> None:
        for _ in range(6):
            self.asks_for_a_code(who, "page", Channel.SMS)
            self.clock.pass_s(30)

    @precondition(lambda self: self.codes)
    @rule(who=st.sampled_from("abc"), state=st.sampled_from(["delivered", "failed", "handed"]))
    def the_provider_reports(self, who: str, state: str) -> None:
        code = self.codes.get(who)
        if code is None:
            return
        receipt = Receipt(provider="messages", state=MessageState(state))
        before = self._state_of(code.message)
        self.runner.run(report(self.store, self.clock, message_id=code.message, receipt=receipt))
        if state == "failed" and before == "handed":
            code.again_at = min(code.again_at, self.clock.now())
        if before == "delivered":
            assert self._state_of(code.message) == "delivered"

    def _state_of(self, message: str) -> str:
        async def look() -> str:
            async with self.store.read() as tx:
                found = await messages.find(tx, message)
            assert found is not None
            return found.state.value

        return self.runner.run(look())

    def _refusal(self, step: object) -> str | None:
        """The code of a step's refusal; None when it was done."""
        try:
            self.runner.run(step)  # type: ignore[arg-type]
        except EkycError as error:
            return error.code
        return None

    @invariant()
    def of_each_application_one_code_counts_at_most(self) -> None:
        async def most() -> int:
            own = schema.codes.c
            query = sa.select(sa.func.count()).where(own.state == "live")
            async with self.store.read() as tx:
                counts = await tx.connection.execute(query.group_by(own.application_id))
                return max(counts.scalars(), default=0)

        assert self.runner.run(most()) <= 1


def run(url: str, *, examples: int, wall_clock: bool = False) -> None:
    """So many lives of these people."""
    with asyncio.Runner() as runner:
        store = Store(url, bus=Bus())
        own = {"store": store, "runner": runner, "wall_clock": wall_clock}
        try:
            run_state_machine_as_test(
                type("Own", (People,), own),
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=20,
                    deadline=None,
                    database=None,
                    derandomize=True,
                    phases=[Phase.generate],
                    report_multiple_bugs=False,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(store.close())


def test_codes_do_what_their_model_says(database_url: str) -> None:
    run(database_url, examples=6)


def _tries_are_not_counted(patch: pytest.MonkeyPatch) -> None:
    honest = rules.answer
    patch.setattr(
        rules, "answer", lambda code, *, right: honest(code, right=True) if right else code
    )


def _a_code_is_good_for_ever(patch: pytest.MonkeyPatch) -> None:
    honest = rules.issue

    def issue(**values: object) -> Code:
        code: Code = honest(**values)  # type: ignore[arg-type]
        return replace(code, expires_at=code.expires_at + timedelta(days=1))

    patch.setattr(rules, "issue", issue)


def _what_was_sent_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    async def sent(*marks: object, now: datetime) -> Sent:
        return Sent()

    patch.setattr(messages, "sent", sent)


def _any_session_will_do(patch: pytest.MonkeyPatch) -> None:
    honest = rules.check
    patch.setattr(
        rules,
        "check",
        lambda code, *, bound_to, now: honest(
            code, bound_to=code.bound_to if code else "", now=now
        ),
    )


FAULTS: list[Callable[[pytest.MonkeyPatch], None]] = [
    _tries_are_not_counted,
    _a_code_is_good_for_ever,
    _what_was_sent_is_forgotten,
    _any_session_will_do,
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("plant", FAULTS)
def test_a_planted_fault_is_seen(
    database_url: str, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run(database_url, examples=25)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_wall_clock_instead_of_the_stores_is_seen(database_url: str) -> None:
    with pytest.raises(AssertionError):
        run(database_url, examples=25, wall_clock=True)
