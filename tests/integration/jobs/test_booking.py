"""What customers and agents are told of an appointment, and what they are not told any more."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from ekyc.domain.application import Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.appointment import move as turn
from ekyc.domain.errors import LinkInvalid
from ekyc.domain.events import Actor
from ekyc.jobs.booking import Desk, mailer, messenger, zone_of
from ekyc.jobs.invitation import inviter
from ekyc.journey import apply, appointed, mailboxes
from ekyc.journey.mailboxes import Registration
from ekyc.notify.smtp import SmtpMailer
from ekyc.notify.texts import Texts
from ekyc.settings import Bank
from ekyc.storage import appointments, queue, schema
from ekyc.storage.store import Store
from tests.builders import a_member, an_application, given
from tests.fakes import START, FakeClock, Messages
from tests.post_office import post_office

SECRET = b"s" * 32
TEN = START + timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(
        store=store,
        clock=clock,
        texts=Texts(),
        bank=Bank(),
        address="https://kyc.bank.example",
        link_hours=72,
    )


async def booked(store: Store, **changes: object) -> Appointment:
    """One customer's appointment at ten with Lan."""
    appointment = Appointment(
        id="one",
        application_id="first",
        agent_id="lan",
        at=TEN,
        minutes=30,
        state=AppointmentState.BOOKED,
        version=1,
        zone="",
        moves=0,
        held_until=START,
        changed_at=START,
    )
    appointment = replace(appointment, **changes)  # type: ignore[arg-type]
    await given(store, an_application(stage=Stage.BOOKED), a_member(mail="lan@bank.example"))
    async with store.begin() as tx:
        await appointments.add(tx, appointment)
    return appointment


def about(word: str) -> dict[str, str]:
    return {"appointment": "one", "word": word}


async def test_a_customer_reads_the_time_with_its_zone_and_a_link_that_opens(desk: Desk) -> None:
    await booked(desk.store)
    post = Messages()
    await messenger(desk, post)(about("booked"))
    to, text = post.sent[0]
    assert to == "+84900000318"
    assert "10:00 GMT+7, Thứ Bảy 21/11/2026." in text
    token = re.search(r"https://kyc\.bank\.example/c/#(\S+)$", text)
    assert token is not None
    application_id, _ = await apply.open_session(
        desk.store, desk.clock, link_token=token[1], hours=1
    )
    assert application_id == "first"


async def test_a_customer_overseas_reads_both_clocks_also_after_the_change(desk: Desk) -> None:
    """Ten in Hanoi is 22:00 in New York while summer time lasts there, and 21:00 in December."""
    await booked(desk.store, at=TEN + timedelta(days=7), zone="America/New_York")
    post = Messages()
    await messenger(desk, post)(about("booked"))
    assert (
        "10:00 GMT+7, Thứ Bảy 28/11/2026 (giờ của Quý khách: 22:00 GMT-5, Thứ Sáu 27/11/2026)"
        in post.sent[0][1]
    )


async def test_the_link_lives_as_long_as_the_appointment_is_ahead(
    desk: Desk, clock: FakeClock
) -> None:
    await booked(desk.store, at=TEN + timedelta(days=7))
    post = Messages()
    await messenger(desk, post)(about("booked"))
    token = post.sent[0][1].rpartition("#")[2]
    clock.pass_s(8 * 24 * 3600)
    assert (await apply.open_session(desk.store, clock, link_token=token, hours=1))[0] == "first"


async def test_a_message_bears_one_id_at_every_try_and_each_message_its_own(desk: Desk) -> None:
    """A provider that is handed an id again sends nothing: two reminders must not share one."""
    await booked(desk.store)
    post = Messages()
    for nth in (1440, 60, 60):
        await messenger(desk, post)({**about("reminder"), "nth": nth})
    first, second, again = post.ids
    assert first
    assert second == again != first
    assert set(post.languages) == {"vi"}


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("reminder", AppointmentState.CANCELLED),
        ("booked", AppointmentState.MOVED),
        ("due", AppointmentState.KEPT),
    ],
)
async def test_what_is_not_so_any_more_is_not_said(
    desk: Desk, word: str, state: AppointmentState
) -> None:
    await booked(desk.store, state=state)
    post = Messages()
    await messenger(desk, post)(about(word))
    assert post.sent == []


async def test_a_reminder_that_comes_too_late_is_not_sent(desk: Desk, clock: FakeClock) -> None:
    await booked(desk.store)
    post = Messages()
    send = messenger(desk, post)
    await send(about("reminder"))
    assert len(post.sent) == 1
    clock.pass_s(3600)
    await send(about("reminder"))
    assert len(post.sent) == 1


async def test_the_link_goes_out_at_the_time_only_while_no_page_is_open(
    desk: Desk, clock: FakeClock
) -> None:
    from ekyc.domain.queue import TicketState, move, see

    await booked(desk.store, state=AppointmentState.DUE)
    async with desk.store.begin() as tx:
        ticket = await queue.add_ticket(tx, "first", now=clock.now())
        parked = move(ticket, TicketState.PARKED)
        await queue.save_ticket(tx, ticket, parked)
    post = Messages()
    await messenger(desk, post)(about("due"))
    assert len(post.sent) == 1
    async with desk.store.begin() as tx:
        await queue.save_ticket(tx, parked, see(parked, now=clock.now()))
    await messenger(desk, post)(about("due"))
    assert len(post.sent) == 1


async def test_an_agent_gets_a_real_mail_without_the_customers_name(
    desk: Desk, clock: FakeClock
) -> None:
    await booked(desk.store)
    async with post_office() as (office, rules):
        send = mailer(desk, SmtpMailer(rules, clock.now))
        await send(about("booked"))
        await send(about("booked"))  # after a crash
    letter, again = office.letters
    assert office.to[0] == "RCPT TO:<lan@bank.example>"
    assert letter["Message-ID"] == again["Message-ID"] == "<one.booked.0@bank.example>"
    assert letter["Subject"] == "Lịch gọi mới: 10:00 GMT+7, Thứ Bảy 21/11/2026"
    said, invitation = letter.iter_parts()
    assert "HS-2611-first" in said.get_content()
    assert "SEN" not in letter.as_string()
    assert invitation.get_content_type() == "text/calendar"
    assert invitation.get_param("method") == "REQUEST"


async def test_an_agents_calendar_moves_its_entry_and_takes_it_away(
    desk: Desk, clock: FakeClock
) -> None:
    await booked(desk.store)
    words: tuple[str, ...] = ("booked", "moved", "cancelled")
    entries: list[tuple[str, Any]] = []
    async with post_office() as (office, rules):
        for word in words:
            clock.pass_s(60)
            since = {"since": clock.now().isoformat()}
            await mailer(desk, SmtpMailer(rules, clock.now))(about(word) | since)
    for letter in office.letters:
        calendar = Calendar.from_ical(list(letter.iter_parts())[1].get_content())
        entries.append((str(calendar["METHOD"]), calendar.walk("VEVENT")[0]))
    assert [method for method, _ in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({str(entry["UID"]) for _, entry in entries}) == 1
    sequences = [int(entry["SEQUENCE"]) for _, entry in entries]
    assert sequences == sorted(set(sequences))
    assert str(entries[2][1]["STATUS"]) == "CANCELLED"
    assert entries[0][1].start == TEN
    assert str(entries[0][1]["ATTENDEE"]) == "mailto:lan@bank.example"


async def test_a_customers_calendar_takes_the_call_moves_it_and_lets_it_go(
    desk: Desk, clock: FakeClock
) -> None:
    one = await booked(desk.store)
    two = replace(one, id="two", at=TEN + timedelta(hours=1))
    async with post_office() as (office, rules):
        invite = inviter(desk, SmtpMailer(rules, clock.now), SECRET)

        async def tell(id: str, word: str) -> None:
            clock.pass_s(60)
            await invite({"appointment": id, "word": word, "since": clock.now().isoformat()})

        await tell("one", "booked")
        assert office.letters == []  # no mailbox is known
        await _mailbox(desk)  # which has the appointment sent there too
        await invite(await _asked_for(desk))
        await _turn(desk, one, AppointmentState.MOVED, two)
        await tell("one", "booked")  # not true any more
        await tell("two", "moved")
        await _turn(desk, two, AppointmentState.CANCELLED)
        await tell("two", "cancelled")
    assert set(office.to) == {"RCPT TO:<sen@mail.example>"}
    parts = [list(letter.iter_parts()) for letter in office.letters]
    calendars = [Calendar.from_ical(carried.get_content()) for _, carried in parts]
    entries: list[Any] = [calendar.walk("VEVENT")[0] for calendar in calendars]
    assert [str(calendar["METHOD"]) for calendar in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    assert ["/c/#" in said.get_content() for said, _ in parts] == [True, True, False]
    assert len({str(entry["UID"]) for entry in entries}) == 1
    assert [entry.start for entry in entries] == [TEN, two.at, two.at]
    sequences = [int(entry["SEQUENCE"]) for entry in entries]
    assert sequences == sorted(set(sequences))
    assert str(entries[0]["ATTENDEE"]) == "mailto:sen@mail.example"


async def test_a_mistyped_mailbox_loses_its_link_and_its_entry_when_it_is_corrected(
    desk: Desk, clock: FakeClock
) -> None:
    await booked(desk.store)
    wrong, right = "sem@mail.example", "sen@mail.example"
    async with post_office() as (office, rules):
        invite = inviter(desk, SmtpMailer(rules, clock.now), SECRET)
        await _mailbox(desk, wrong)
        await invite(await _asked_for(desk))
        await _mailbox(desk, wrong, days_old=1)  # vouched for anew
        stranger = _token(office.letters[0])
        assert (await _opened_by(desk, stranger)) == "first"
        clock.pass_s(60)
        await _mailbox(desk, right)
        *_, taken_back, invited = await _invitations(desk)
        with pytest.raises(LinkInvalid):
            await _opened_by(desk, stranger)
        await invite(taken_back)
        await invite(invited)
        _, gone, fresh = office.letters
        assert [letter["To"] for letter in office.letters] == [wrong, wrong, right]
        said, carried = gone.iter_parts()
        assert Calendar.from_ical(carried.get_content())["METHOD"] == "CANCEL"
        assert "/c/" not in said.get_content()
        assert (await _opened_by(desk, _token(fresh))) == "first"
        await _mailbox(desk, wrong, days_old=2)  # it was right after all
        await invite(taken_back)  # tried again by then
    assert len(office.letters) == 3
    with pytest.raises(LinkInvalid):
        await _opened_by(desk, stranger)


def _token(letter: Any) -> str:
    """The token of the link a letter carries."""
    found = re.search(r"/c/#(\S+)", next(letter.iter_parts()).get_content())
    assert found is not None
    return found[1]


async def _opened_by(desk: Desk, token: str) -> str:
    """Whose application a link opens."""
    return (await apply.open_session(desk.store, desk.clock, link_token=token, hours=1))[0]


async def _asked_for(desk: Desk) -> dict[str, Any]:
    """The one invitation that is due."""
    (payload,) = await _invitations(desk)
    return payload


async def _invitations(desk: Desk) -> list[dict[str, Any]]:
    """Those that are due or done, in order."""
    async with desk.store.read() as tx:
        t = schema.jobs
        query = sa.select(t.c.payload).where(t.c.kind == appointed.INVITE)
        return list((await tx.connection.execute(query.order_by(t.c.seq))).scalars())


async def _turn(desk: Desk, of: Appointment, to: AppointmentState, *then: Appointment) -> None:
    """The appointment comes to this, and another stands in its place."""
    async with desk.store.begin() as tx:
        await appointments.save(tx, turn(of, to, now=desk.clock.now()))
        for one in then:
            await appointments.add(tx, one)


async def _mailbox(desk: Desk, address: str = "sen@mail.example", *, days_old: int = 0) -> None:
    as_of = START.date() - timedelta(days=days_old)
    given = Registration(address=address, source="crm", as_of=as_of)
    async with desk.store.begin() as tx:
        await mailboxes.register(
            *(tx, desk.clock, SECRET, given),
            application_id="first",
            actor=Actor(kind="crm"),
            zone="Asia/Ho_Chi_Minh",
        )


async def test_a_server_that_is_away_is_tried_again(desk: Desk, clock: FakeClock) -> None:
    await booked(desk.store)
    async with post_office() as (_, rules):
        pass
    with pytest.raises(OSError, match=r".*"):
        await mailer(desk, SmtpMailer(rules, clock.now))(about("booked"))


async def test_an_agent_hears_nothing_of_a_time_that_was_cancelled_before_the_mail_went(
    desk: Desk, clock: FakeClock
) -> None:
    await booked(desk.store, state=AppointmentState.CANCELLED)
    async with post_office() as (office, rules):
        send = mailer(desk, SmtpMailer(rules, clock.now))
        await send(about("booked"))
        assert office.letters == []
        await send(about("cancelled"))
        assert len(office.letters) == 1


async def test_the_link_comes_to_whoever_just_closed_the_page(desk: Desk) -> None:
    await booked(desk.store, state=AppointmentState.DUE, at=START)
    post = Messages()
    for gone_at, sent in ((None, 0), (START, 1)):
        async with desk.store.begin() as tx:
            ticket = await queue.open_ticket(tx, "first")
            ticket = ticket or await queue.add_ticket(tx, "first", now=START)
            await queue.save_ticket(tx, ticket, replace(ticket, gone_at=gone_at))
        await messenger(desk, post)(about("due"))
        assert len(post.sent) == sent


async def test_nobody_is_mailed_where_no_server_is_set_or_no_address_known(desk: Desk) -> None:
    await booked(desk.store)
    await mailer(desk, None)(about("booked"))


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "America", "a\0b"])
async def test_a_zone_that_is_none_is_no_zone(name: str) -> None:
    assert await zone_of(name) is None
