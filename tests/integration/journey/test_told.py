"""Every fact the CRM may be told has the shape that is promised, told by the acts themselves."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from ekyc.domain.application import Stage
from ekyc.domain.authorisation import Identifier, digits
from ekyc.domain.call import Call, Party
from ekyc.domain.catalogue import CATALOGUE, schema
from ekyc.domain.decision import Verdict
from ekyc.domain.desk import DeskState
from ekyc.domain.events import SYSTEM
from ekyc.domain.guest import Mode
from ekyc.domain.room import PartyConnected, PartyDropped, RoomLive
from ekyc.domain.roster import DayOff, Span
from ekyc.jobs.booking import Desk, messenger
from ekyc.journey import (
    apply,
    attend,
    authorisation,
    booking,
    decision,
    desk,
    guests,
    lapse,
    queue,
    room,
    roster,
    webhooks,
)
from ekyc.journey import call as calling
from ekyc.journey.codes import limits as code_limits
from ekyc.journey.decision import rules_of
from ekyc.notify.texts import Texts
from ekyc.settings import Bank, Booking, Codes
from ekyc.settings import Call as CallSettings
from ekyc.storage import applications, appointments
from tests.builders import a_member, an_application, given
from tests.fakes import START, Messages
from tests.meeting import GOOD_TEST, Scene

ZONE = "Asia/Ho_Chi_Minh"
RULES = Booking()
TEXTS = Texts()
ALL_DAY = Span(start_min=0, end_min=1440)
ELSEWHERE = {
    "recording.finished",  # needs a file: tests/integration/jobs/test_recordings.py
    "callback.confirmed",  # needs a mailbox: test_callback.py beside this
    "ticket.parked",  # need somebody who went away and is told: test_recall.py beside this
    "recall.asked",
    "recall.made",
    "recall.lapsed",
    "alert.raised",  # are of the queue, not of a customer: test_alerts.py beside this
    "alert.acknowledged",
    "alert.repeated",
    "alert.ended",
    "result.presented",  # after the verdict: test_result_calls.py beside this, with its shape
}
"""Not told by the stories below; their shapes are not held against their schemas here."""


async def _opens(scene: Scene) -> str:
    request = apply.Request(
        external_id="T24",
        phone="0900000318",
        phone_source="crm",
        phone_as_of="2026-11-20",
        name="CANARY",
        language="vi",
        product="",
    )
    async with scene.store.begin() as tx:
        opened = await apply.open_application(
            tx,
            scene.clock,
            request,
            actor=SYSTEM,
            region="VN",
            zone="Asia/Ho_Chi_Minh",
            link_hours=1,
        )
    token = opened.link_token
    await apply.open_session(scene.store, scene.clock, link_token=token, hours=1)
    return opened.application.id


async def _talks(scene: Scene) -> str:
    """From the device test to the verdict, with a line that drops once and another agent."""
    store, clock = scene.store, scene.clock
    await given(store, an_application())
    await queue.note_devices(store, clock, application_id="first", test=GOOD_TEST)
    await queue.call_now(store, clock, scene.queue, application_id="first")
    await scene.agent("lan")
    await scene.match()
    call = await scene.call_of()
    await desk.accept(store, clock, staff_id="lan", call_id=call.id)
    for event in (
        PartyConnected(room=call.id, party="customer", at=clock.now()),
        PartyConnected(room=call.id, party="agent", at=clock.now()),
        RoomLive(room=call.id, at=clock.now()),
        PartyDropped(room=call.id, party=Party.CUSTOMER.value, at=clock.now()),
        PartyConnected(room=call.id, party="customer", at=clock.now()),
    ):
        await room.hear(store, clock, event)
    authorised = await _authorises(scene)
    await _hands_over(scene, call)
    await calling.hang_up(store, clock, staff_id="mai", call_id=call.id)
    await scene.enters(await scene.call_of(), changed="CANARY", authorised=[authorised])
    await decision.decide(
        store,
        clock,
        rules_of(CallSettings()),
        application_id="first",
        verdict=Verdict.REJECT,
        reasons=["not-free"],
        note="CANARY",
        staff_id="mai",
    )
    return "first"


async def _hands_over(scene: Scene, call: Call) -> None:
    await scene.agent("mai")
    guest = await guests.ring(
        scene.store,
        scene.clock,
        staff_id="lan",
        call_id=call.id,
        to="mai",
        kind=Party.COLLEAGUE,
        mode=Mode.TRANSFER,
        note="CANARY",
    )
    await guests.accept(scene.store, scene.clock, staff_id="mai", guest_id=guest.id)


async def _authorises(scene: Scene) -> str:
    """A caller who names the file has something changed; the authorisation's id."""
    store, clock, secret = scene.store, scene.clock, b"s" * 32
    own: dict[str, Any] = {"staff_id": "lan", "application_id": "first"}
    rules = authorisation.limits(scene.call, Codes())
    await authorisation.identify(
        *(store, clock, rules), **own, by=Identifier.REFERENCE, said="HS-2611-first", right=False
    )
    asked = await authorisation.ask(
        *(store, clock, secret, rules, code_limits(Codes())), **own, change="CANARY"
    )
    await authorisation.show(store, clock, application_id="first", session="CANARY")
    await authorisation.confirm(
        *(store, clock),
        **own,
        authorisation_id=asked.id,
        secret=secret,
        digits=digits(secret, asked.id),
    )
    return asked.id


async def _reminds(scene: Scene, who: str) -> None:
    async with scene.store.read() as tx:
        promised = await appointments.active(tx, who)
    assert promised is not None  # booked a moment ago
    office = Desk(
        store=scene.store,
        clock=scene.clock,
        texts=TEXTS,
        bank=Bank(),
        address="https://sen",
        link_hours=1,
    )
    await messenger(office, Messages())({"appointment": promised.id, "word": "reminder"})


async def _book(scene: Scene, at: datetime) -> None:
    store, clock, who = scene.store, scene.clock, "booked"
    await booking.hold(store, clock, RULES, application_id=who, at=at, zone=ZONE)
    await booking.book(store, clock, RULES, application_id=who, zone=ZONE)


async def _comes(scene: Scene, at: datetime) -> None:
    """The hour, and the matcher looks."""
    scene.clock.pass_s((at - scene.clock.now()).total_seconds())
    await attend.attend(scene.store, scene.clock, RULES)


async def _books(scene: Scene) -> str:
    """Booked and cancelled; booked, moved, reminded and missed; put off and declined; kept."""
    times = [START + timedelta(minutes=minutes) for minutes in (60, 90, 150, 210)]
    await given(scene.store, an_application("booked"))
    store, clock, who = scene.store, scene.clock, "booked"
    await roster.set_shifts(
        store, clock, by="thu", staff_id="lan", weekdays=range(7), spans=[ALL_DAY]
    )
    await _book(scene, times[0])
    await _swaps_agents(scene)
    await booking.cancel(store, clock, RULES, application_id=who)
    await _book(scene, times[0])
    await _book(scene, times[1])
    await _reminds(scene, who)
    await _comes(scene, times[1])
    await _comes(scene, times[1] + timedelta(seconds=RULES.late_s))
    await _book(scene, times[2])
    await _comes(scene, times[2])
    await attend.postpone(store, clock, RULES, application_id=who)
    await _comes(scene, clock.now() + timedelta(minutes=RULES.postpone_min))
    await attend.decline(store, clock, application_id=who)
    await _book(scene, times[3])
    await _comes(scene, times[3])
    await queue.see(store, clock, scene.queue, application_id=who)
    await attend.attend(store, clock, RULES)
    await scene.chooses("lan", DeskState.AVAILABLE)
    await scene.match()
    call = await scene.call_of(who)
    await desk.accept(store, clock, staff_id="lan", call_id=call.id)
    await attend.answer(store, clock, application_id=who)
    return who


async def _swaps_agents(scene: Scene) -> None:
    """Lan is away for a while: Minh has the appointment, and then Lan again."""
    store, clock, house = scene.store, scene.clock, roster.House(settings=RULES, zone=ZONE)
    await given(store, a_member("minh"))
    await roster.set_shifts(
        store, clock, by="thu", staff_id="minh", weekdays=range(7), spans=[ALL_DAY]
    )
    today = clock.now().astimezone(ZoneInfo(ZONE)).date()
    for agent in ("lan", "minh"):
        off = DayOff(day=today, staff_id=agent)
        await roster.take_off(store, clock, house, by="thu", off=off, rebook=True)
        if agent == "lan":
            await roster.work(store, clock, by="thu", day=today, staff_id=agent)


async def _breaks_off(scene: Scene) -> str:
    """Nothing is left of somebody who never came back."""
    await given(scene.store, an_application("gone", stage=Stage.EXPIRED))
    assert await lapse.delete(scene.store, scene.clock, after_days=0, limit=9) == 1
    return "gone"


@pytest.fixture
async def bodies(scene: Scene) -> list[dict[str, object]]:
    """What the CRM would be told of four customers."""
    told: list[dict[str, object]] = []
    for story in (_opens, _talks, _books, _breaks_off):
        id = await story(scene)
        async with scene.store.read() as tx:
            facts = await applications.events(tx, id)
        promised = [fact["sequence"] for fact in facts if fact["name"] in CATALOGUE]
        told += [(await webhooks.message(scene.store, number))[1] for number in promised]
    return told


async def test_every_event_comes_in_the_shape_its_schema_promises(
    bodies: list[dict[str, object]],
) -> None:
    assert {body["type"] for body in bodies} == CATALOGUE.keys() - ELSEWHERE
    for body in bodies:
        Draft202012Validator(schema(str(body["type"]))).validate(body)
    assert "CANARY" not in str(bodies)
