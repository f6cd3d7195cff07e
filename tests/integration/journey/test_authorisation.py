"""Changes asked for in a call: who may order them, and the entry that says what was done."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.domain.authorisation import Authorisation, AuthorisationState, Identifier, digits
from ekyc.domain.call import Call
from ekyc.domain.contact import Contact, OrderedBy
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import (
    AuthorisationMissing,
    CodeExpired,
    CodeVoid,
    CodeWrong,
    ContactMissing,
    IdentificationMissing,
    IdentificationsUsedUp,
    NotAllowedNow,
    NotFound,
)
from ekyc.domain.events import Actor
from ekyc.domain.phone import Provenance
from ekyc.journey import authorisation, contact, desk, mailboxes, notice, phones
from ekyc.journey import call as calling
from ekyc.journey.codes import limits as code_limits
from ekyc.settings import Codes
from ekyc.storage import applications, authorisations, contacts, documents, schema
from ekyc.storage.documents import Edit
from tests.meeting import Scene

SECRET = b"s" * 32
CODES = Codes()
NUMBER = "079099012345"
OWN = "the customer's own session"
WRONG = "not six digits"


async def a_talk(scene: Scene) -> Call:
    """A live call with somebody whose form has a number."""
    call = await scene.talk()
    changes = {"number": Edit(before="", after=NUMBER, source=None)}
    async with scene.store.begin() as tx:
        now = scene.clock.now()
        await documents.set_typed(tx, "first", changes, actor="customer:", now=now)
    return call


async def identify(scene: Scene, said: str = NUMBER, **more: Any) -> bool:
    values = {"staff_id": "lan", "application_id": "first", "right": False, **more}
    values = {"by": Identifier.NUMBER, "said": said, **values}
    rules = authorisation.limits(scene.call, CODES)
    return (await authorisation.identify(scene.store, scene.clock, rules, **values)).passed


async def ask(scene: Scene, **more: Any) -> Authorisation:
    values = {"staff_id": "lan", "application_id": "first", "change": "another address", **more}
    rules = authorisation.limits(scene.call, CODES)
    return await authorisation.ask(
        scene.store, scene.clock, SECRET, rules, code_limits(CODES), **values
    )


async def show(scene: Scene, session: str = OWN) -> None:
    await authorisation.show(scene.store, scene.clock, application_id="first", session=session)


async def read_aloud(scene: Scene, asked: Authorisation, typed: str = "", **more: Any) -> None:
    values = {"staff_id": "lan", "application_id": "first", **more}
    await authorisation.confirm(
        scene.store,
        scene.clock,
        authorisation_id=asked.id,
        secret=SECRET,
        digits=typed or digits(SECRET, asked.id),
        **values,
    )


async def authorise(scene: Scene, *, known: bool = False) -> Authorisation:
    """A caller who is known, now or from before, authorises a change."""
    if not known:
        await identify(scene)
    asked = await ask(scene)
    await show(scene)
    await read_aloud(scene, asked)
    return asked


async def state_of(scene: Scene, asked: Authorisation) -> AuthorisationState:
    async with scene.store.read() as tx:
        found = await authorisations.find(tx, asked.id)
    assert found is not None
    return found.state


async def hang_up(scene: Scene, call: Call) -> None:
    await calling.hang_up(scene.store, scene.clock, staff_id="lan", call_id=call.id)


async def entry(scene: Scene, call: Call) -> Contact:
    async with scene.store.read() as tx:
        found = await contacts.of_call(tx, call.id)
    assert found is not None
    return found


async def register(scene: Scene, kind: str, by: str = "staff", on: str = "") -> None:
    """Somebody looked a number or a mailbox up."""
    values: dict[str, Any] = {"as_of": scene.clock.now().date(), "note": "page 12"}
    values["authorisation"] = on
    who: dict[str, Any] = {"application_id": "first", "actor": Actor(kind=by, id="mai")}
    who["zone"] = "Asia/Ho_Chi_Minh"
    async with scene.store.begin() as tx:
        if kind == "number":
            found = phones.Registration(
                number="+84900000999", source=Provenance.DIRECTORY, **values
            )
            await phones.register(*(tx, scene.clock, found), **who)
        else:
            box = mailboxes.Registration(address=f"{by}@mail.example", source="directory", **values)
            await mailboxes.register(*(tx, scene.clock, SECRET, box), **who)


async def told(scene: Scene, *words: str) -> list[str]:
    return [name for name in await scene.facts() if name.partition(".")[0] in words]


async def test_a_known_caller_reads_the_code_of_the_own_page_and_the_change_is_entered(
    scene: Scene,
) -> None:
    call = await a_talk(scene)
    asked = await authorise(scene)
    assert await state_of(scene, asked) is AuthorisationState.CONFIRMED
    await hang_up(scene, call)
    await scene.enters(call, changed="another address", authorised=[asked.id])
    made = await entry(scene, call)
    assert (made.changed, made.authorisations) == ("another address", (asked.id,))
    assert (made.ordered_by, made.by) == (OrderedBy.CUSTOMER, "lan")
    assert await told(scene, "identification", "authorisation", "code", "contact") == [
        "identification.passed",
        "authorisation.asked",
        "authorisation.shown",
        "code.confirmed",
        "authorisation.confirmed",
        "contact.entered",
    ]
    async with scene.store.read() as tx:
        told_all = str([row["data"] for row in await applications.events(tx, "first")])
    assert not any(secret in told_all for secret in (NUMBER, "address", digits(SECRET, asked.id)))


async def test_the_caller_is_known_by_the_service_or_a_number_and_not_by_guessing(
    scene: Scene,
) -> None:
    await a_talk(scene)
    with pytest.raises(IdentificationMissing):
        await ask(scene)
    with pytest.raises(NotAllowedNow):  # the CRM named none
        await identify(scene, by=Identifier.SERVICE, right=True)
    async with scene.store.begin() as tx:
        await applications.set_values(tx, "first", product="Current account")
    assert not await identify(scene, by=Identifier.SERVICE, right=False)
    for _ in range(scene.call.identification_tries - 1):
        assert not await identify(scene, "079099012346")
    with pytest.raises(IdentificationsUsedUp):
        await identify(scene)


@pytest.mark.parametrize(
    ("by", "said"), [(Identifier.SERVICE, ""), (Identifier.REFERENCE, "hs 2611 FIRST")]
)
async def test_a_caller_who_is_known_is_not_asked_who_it_is_again(
    scene: Scene, by: Identifier, said: str
) -> None:
    await a_talk(scene)
    async with scene.store.begin() as tx:
        await applications.set_values(tx, "first", product="Current account")
    assert not await identify(scene, "079099012346")
    assert await identify(scene, said, by=by, right=True)
    with pytest.raises(NotAllowedNow):
        await identify(scene)
    assert await told(scene, "identification") == ["identification.failed", "identification.passed"]


async def test_a_wrong_code_is_counted_and_the_last_try_refuses_the_change(scene: Scene) -> None:
    await a_talk(scene)
    await identify(scene)
    asked = await ask(scene)
    with pytest.raises(NotAllowedNow):  # no page shows it yet
        await read_aloud(scene, asked)
    await show(scene)
    for _ in range(CODES.tries - 1):
        with pytest.raises(CodeWrong):
            await read_aloud(scene, asked, WRONG)
    with pytest.raises(CodeVoid):
        await read_aloud(scene, asked, WRONG)
    assert await state_of(scene, asked) is AuthorisationState.REFUSED
    with pytest.raises(NotAllowedNow):
        await read_aloud(scene, asked)


async def test_a_code_is_good_once_in_its_call_for_its_time_and_in_one_session(
    scene: Scene,
) -> None:
    call = await a_talk(scene)
    await identify(scene)
    first = await ask(scene)
    await show(scene)
    with pytest.raises(NotAllowedNow):
        await show(scene, "somebody else's session")
    second = await ask(scene)  # one live of a purpose
    assert await state_of(scene, first) is AuthorisationState.LAPSED
    await show(scene)
    with pytest.raises(NotAllowedNow):
        await read_aloud(scene, first)
    with pytest.raises(NotFound):
        await read_aloud(scene, second, staff_id="minh")
    scene.clock.pass_s(CODES.life_s)
    with pytest.raises(CodeExpired):
        await read_aloud(scene, second)
    with pytest.raises(CodeExpired):
        await show(scene)
    third = await ask(scene)
    await show(scene)
    await read_aloud(scene, third)
    with pytest.raises(NotAllowedNow):
        await read_aloud(scene, third)
    fourth = await ask(scene)
    await hang_up(scene, call)
    assert await state_of(scene, fourth) is AuthorisationState.LAPSED
    with pytest.raises(NotFound):
        await read_aloud(scene, fourth)


async def test_two_sessions_that_ask_at_once_are_not_both_shown_the_code(scene: Scene) -> None:
    await a_talk(scene)
    await identify(scene)
    await ask(scene)
    outcomes = await asyncio.gather(
        *(show(scene, session) for session in ("one", "another")), return_exceptions=True
    )
    assert sorted(map(type, outcomes), key=str) == sorted([type(None), NotAllowedNow], key=str)


async def test_a_customer_who_says_no_is_not_asked_again_by_the_same_code(scene: Scene) -> None:
    await a_talk(scene)
    await identify(scene)
    asked = await ask(scene)
    await authorisation.decline(scene.store, scene.clock, application_id="first")
    assert await state_of(scene, asked) is AuthorisationState.DECLINED
    with pytest.raises(NotAllowedNow):
        await show(scene)
    with pytest.raises(NotAllowedNow):
        await read_aloud(scene, asked)


async def test_staff_register_a_number_or_mailbox_by_an_authorisation_of_the_call_each_by_its_own(
    scene: Scene,
) -> None:
    call = await a_talk(scene)
    for kind in ("number", "mailbox"):
        with pytest.raises(AuthorisationMissing):
            await register(scene, kind)
    await register(scene, "mailbox", by="crm")  # the bank's own system asks nobody here
    first = await authorise(scene)
    second = await authorise(scene, known=True)
    await hang_up(scene, call)  # what was authorised holds until the verdict
    with pytest.raises(AuthorisationMissing):  # it is named, or it covers nothing
        await register(scene, "number")
    await register(scene, "number", on=first.id)
    await register(scene, "number", on=first.id)  # said again
    with pytest.raises(AuthorisationMissing):
        await register(scene, "mailbox", on=first.id)
    await register(scene, "mailbox", on=second.id)
    async with scene.store.read() as tx:
        rows = await applications.events(tx, "first")
    ordered = {row["name"]: row["data"].get("authorisation") for row in rows}
    assert ordered["phone.registered"] == first.id
    assert ordered["mailbox.registered"] == second.id


async def test_the_wrap_up_waits_for_the_entry_and_so_does_every_next_call(scene: Scene) -> None:
    call = await scene.talk()
    await calling.leave(scene.store, scene.clock, application_id="first")
    async with scene.store.begin() as tx:
        await applications.set_values(tx, "first", stage="decided")
    with pytest.raises(ContactMissing):
        await desk.finish_wrap_up(scene.store, scene.clock, scene.queue, staff_id="lan")
    await contact.draft(scene.store, staff_id="lan", call_id=call.id, text="the new addr")
    scene.clock.pass_s(scene.queue.verdict_min * 60 + 1)
    assert await desk.end_forgotten(scene.store, scene.clock, scene.queue) == 1
    assert await told(scene, "contact") == ["contact.missed"]
    await scene.chooses("lan", DeskState.OFFLINE)
    await scene.tested("lan")
    with pytest.raises(ContactMissing):
        await scene.chooses("lan", DeskState.AVAILABLE)
    assert (await entry(scene, call)).draft == "the new addr"
    with pytest.raises(AuthorisationMissing):
        await scene.enters(call, changed="the new address")
    await scene.enters(call)
    await scene.chooses("lan", DeskState.AVAILABLE)


async def test_an_entry_is_written_by_who_held_the_call_and_once(scene: Scene) -> None:
    call = await scene.talk()
    with pytest.raises(NotFound):  # the call goes on
        await scene.enters(call)
    await hang_up(scene, call)
    for act in (
        contact.draft(scene.store, staff_id="minh", call_id=call.id, text=""),
        contact.enter(
            *(scene.store, scene.clock),
            staff_id="minh",
            call_id=call.id,
            changed="",
            authorised=(),
        ),
    ):
        with pytest.raises(NotFound):
            await act
    outcomes = await asyncio.gather(*(scene.enters(call) for _ in range(2)), return_exceptions=True)
    assert sorted(map(type, outcomes), key=str) == sorted([type(None), NotAllowedNow], key=str)


async def test_the_database_lets_an_authorisation_cover_one_entry(scene: Scene) -> None:
    call = await a_talk(scene)
    asked = await authorise(scene)
    await hang_up(scene, call)
    await scene.enters(call, changed="another address", authorised=[asked.id])
    row = {"authorisation_id": asked.id, "call_id": call.id, "position": 1}
    with pytest.raises(sa.exc.IntegrityError):
        async with scene.store.begin() as tx:
            await tx.connection.execute(sa.insert(schema.contact_changes).values(**row))


async def test_the_notice_of_recording_is_a_fact_once_shown_and_once_said(scene: Scene) -> None:
    with pytest.raises(NotAllowedNow):
        await notice.give(scene.store, scene.clock, application_id="first", spoken=False)
    call = await scene.talk()
    for spoken in (False, False, True, True):
        scene.clock.pass_s(1)
        await notice.give(scene.store, scene.clock, application_id="first", spoken=spoken)
    async with scene.store.read() as tx:
        rows = await applications.events(tx, "first")
    given = [row["data"] for row in rows if row["name"] == "notice.given"]
    assert given == [{"call": call.id, "spoken": spoken} for spoken in (False, True)]
