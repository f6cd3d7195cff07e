"""Planners draft and publish; what that leaves without an agent is refused, or rebooked."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from ekyc.domain.errors import HoldExpired, NotFound, RosterConflicts, ShiftInvalid
from ekyc.domain.roster import DayOff, Duty, Span, Stint, parse_span
from ekyc.journey import appointed, booking, roster
from ekyc.journey.roster import House, Rebooked
from ekyc.storage import applications, appointments
from tests.builders import a_member, a_number, an_application, given
from tests.integration.journey.test_booking import HALF_PAST_TEN, RULES, TEN, ZONE, Calendar
from tests.integration.journey.test_booking import calendar as calendar

HOUSE = House(settings=RULES, zone=ZONE)
MONDAY, SATURDAY = date(2026, 11, 16), date(2026, 11, 21)


def stints(*day: tuple[Duty, str]) -> list[Stint]:
    return [Stint(duty=duty, span=span(text)) for duty, text in day]


def span(text: str) -> Span:
    read = parse_span(text)
    assert read is not None  # the tests write whole spans
    return read


LUNCH = stints(
    (Duty.AVAILABLE, "08:00-10:00"), (Duty.BREAK, "10:00-10:30"), (Duty.AVAILABLE, "10:30-17:00")
)


class Planner:
    """Thu, who plans for Lan and, on her own, Minh."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar, self.store, self.clock = calendar, calendar.scene.store, calendar.scene.clock

    async def told(self) -> Sequence[str]:
        """The facts about the house itself."""
        async with self.store.read() as tx:
            return [row["name"] for row in await applications.events(tx, "")]

    async def draft(
        self, day: Sequence[Stint], *, agent: str = "lan", weekly: bool = False
    ) -> None:
        await roster.draft(
            self.store, HOUSE, staff_id=agent, days=[SATURDAY], stints=day, weekly=weekly
        )

    async def publish(self, *, rebook: bool = False) -> Rebooked:
        return await roster.publish(
            self.store, self.clock, HOUSE, by="thu", monday=MONDAY, rebook=rebook
        )

    async def take_off(self, off: DayOff, *, rebook: bool = False) -> Rebooked:
        return await roster.take_off(
            self.store, self.clock, HOUSE, by="thu", off=off, rebook=rebook
        )


@pytest.fixture
def planner(calendar: Calendar) -> Planner:
    return Planner(calendar)


async def test_a_draft_is_not_seen_by_booking_until_it_is_published(planner: Planner) -> None:
    await planner.draft(LUNCH)
    assert await planner.calendar.free(TEN) == 1
    assert await planner.publish() == Rebooked()
    assert [await planner.calendar.free(at) for at in (TEN, HALF_PAST_TEN)] == [0, 1]
    assert (await planner.told())[-1] == "roster.published"
    next_week = TEN + timedelta(days=7)
    assert await planner.calendar.free(next_week) == 1  # a day is planned, not the week


async def test_what_is_drafted_for_every_week_holds_every_week(planner: Planner) -> None:
    await planner.draft(LUNCH, weekly=True)
    await planner.publish()
    assert (
        await planner.calendar.free(TEN)
        == await planner.calendar.free(TEN + timedelta(days=7))
        == 0
    )


async def test_a_draft_thrown_away_changes_nothing_and_nothing_to_publish_is_no_fact(
    planner: Planner,
) -> None:
    await planner.draft(LUNCH)
    await roster.discard(planner.store, monday=MONDAY)
    await planner.draft(stints((Duty.AVAILABLE, "00:00-24:00")))  # what stands is no draft
    before = await planner.told()
    await planner.publish()
    assert await planner.told() == before
    assert await planner.calendar.free(TEN) == 1


async def test_a_week_is_copied_from_the_one_before(planner: Planner) -> None:
    await planner.draft(LUNCH)
    await planner.publish()
    following = MONDAY + roster.WEEK
    await roster.copy_week(planner.store, HOUSE, monday=following)
    await roster.publish(planner.store, planner.clock, HOUSE, by="thu", monday=following)
    assert await planner.calendar.free(TEN + timedelta(days=7)) == 0


@pytest.mark.parametrize(
    "day",
    [
        stints((Duty.AVAILABLE, "08:00-12:00"), (Duty.MEETING, "11:30-13:00")),
        stints((Duty.AVAILABLE, "08:15-12:00")),
        [Stint(duty=Duty.BREAK, span=Span(start_min=600, end_min=600))],
    ],
)
async def test_hours_that_cannot_be_are_refused(planner: Planner, day: list[Stint]) -> None:
    with pytest.raises(ShiftInvalid):
        await planner.draft(day)
    with pytest.raises(NotFound):
        await planner.draft(LUNCH, agent="nobody")


async def test_a_plan_that_leaves_a_customer_without_agent_is_refused_whole(
    planner: Planner,
) -> None:
    await planner.calendar.book()
    await planner.draft(LUNCH)
    with pytest.raises(RosterConflicts) as refused:
        await planner.publish()
    assert refused.value.values == {"n": 1}
    assert await planner.calendar.states() == ["booked"]
    await planner.calendar.cancel()
    assert await planner.calendar.free(TEN) == 1  # the draft is still one


async def test_by_choice_another_agent_has_the_appointment_at_the_same_time(
    planner: Planner,
) -> None:
    calendar = planner.calendar
    await calendar.book()
    await given(planner.store, a_member("minh"))
    await calendar.on_shift("minh")
    await planner.draft(LUNCH)
    assert await planner.publish(rebook=True) == Rebooked(reassigned=1)
    assert await calendar.states() == ["booked"]
    now = await calendar.of()
    assert (now.agent_id, now.at, now.moves) == ("minh", TEN, 0)
    mails = [word for word, _ in await calendar.due(appointed.MAIL)]
    assert sorted(mails) == ["booked", "booked", "cancelled"]
    words = [word for word, _ in await calendar.due(appointed.MESSAGE)]
    assert words.count("booked") == 1  # the customer keeps the time and is told nothing new
    assert words.count("reminder") == 1


async def test_with_nobody_left_the_customer_is_told_and_chooses_anew(planner: Planner) -> None:
    await planner.calendar.book()
    closed = DayOff(day=SATURDAY, staff_id=None, note="Tết", span=span("09:30-11:00"))
    with pytest.raises(RosterConflicts):
        await planner.take_off(closed)
    assert await planner.take_off(closed, rebook=True) == Rebooked(withdrawn=1)
    assert await planner.calendar.states() == ["cancelled"]
    assert "withdrawn" in [word for word, _ in await planner.calendar.due(appointed.MESSAGE)]
    async with planner.store.read() as tx:
        application = await applications.load(tx, "first")
        assert await appointments.active(tx, "first") is None
    assert application.stage == "confirmed"


async def test_a_part_of_a_day_is_taken_off_and_given_back(planner: Planner) -> None:
    calendar, morning = planner.calendar, span("09:30-10:30")
    for agent in ("lan", None):
        await planner.take_off(DayOff(day=SATURDAY, staff_id=agent, span=morning))
        assert [await calendar.free(at) for at in (TEN, HALF_PAST_TEN)] == [0, 1]
        await roster.work(
            planner.store,
            planner.clock,
            by="thu",
            day=SATURDAY,
            staff_id=agent,
            start_min=morning.start_min,
        )
        assert await calendar.free(TEN) == 1


async def test_a_time_looked_at_while_its_agent_is_taken_off_is_no_longer_held(
    planner: Planner,
) -> None:
    await planner.calendar.hold()
    await planner.take_off(DayOff(day=SATURDAY, staff_id="lan"))
    with pytest.raises(HoldExpired):
        await booking.book(planner.store, planner.clock, RULES, application_id="first", zone="")


async def test_two_customers_of_one_agent_are_spread_over_those_who_are_free(
    planner: Planner,
) -> None:
    calendar = planner.calendar
    await given(planner.store, an_application("second", phone=a_number("second")))
    await calendar.book()
    await calendar.book(HALF_PAST_TEN, "second")
    await given(planner.store, a_member("minh"))
    await calendar.on_shift("minh")
    await planner.draft(stints((Duty.AVAILABLE, "10:30-17:00")), agent="minh")
    await planner.publish()
    off = DayOff(day=SATURDAY, staff_id="lan")
    assert await planner.take_off(off, rebook=True) == Rebooked(reassigned=1, withdrawn=1)
    assert (await calendar.of("second")).agent_id == "minh"
