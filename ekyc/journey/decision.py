"""The agent's work on the file: checklist, note, verdict; and the customer's second try."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from ekyc.domain import decision as rules
from ekyc.domain import question as bank
from ekyc.domain import sequence as drawing
from ekyc.domain import still as photographs
from ekyc.domain.application import Application, Stage, move
from ekyc.domain.call import Call
from ekyc.domain.code import CodeState
from ekyc.domain.decision import Decision, Need, Rules, Verdict
from ekyc.domain.errors import NotAllowed, NotAllowedNow, NotFound
from ekyc.domain.events import CUSTOMER, Actor, Event
from ekyc.domain.presence import Signal
from ekyc.domain.still import View
from ekyc.journey import clearance, freedom
from ekyc.journey.ports import Clock
from ekyc.settings import Call as Settings
from ekyc.storage import (
    applications,
    callbacks,
    calls,
    codes,
    decisions,
    documents,
    questions,
    sequences,
    staff,
    stills,
)
from ekyc.storage.store import Store, Tx, new_id

LONGEST_NOTE = 4000
_OPEN = frozenset({Stage.CONFIRMED, Stage.WAITING, Stage.IN_CALL})


def rules_of(settings: Settings) -> Rules:
    """What the settings ask of an approval."""
    return Rules(
        needs=frozenset(Need(name) for name in settings.approval_needs),
        questions_right=settings.questions_right,
        features=settings.features_needed,
        tilt=tuple(View(name) for name in settings.tilt_of),
        supervised=frozenset(Signal(name) for name in settings.supervised_signals),
    )


async def tick(
    store: Store, clock: Clock, *, application_id: str, item: str, done: bool, staff_id: str
) -> None:
    """Tick or untick one item of the checklist: what the agent of the call sees in it.

    Raises `NotFound`, `NotAllowed`, `NotAllowedNow` without a call.
    """
    if item not in rules.CHECKLIST + rules.FEATURES:
        raise NotFound
    now = clock.now()
    async with store.begin() as tx:
        application = await _in_hands(tx, application_id, staff_id)
        if application.stage is not Stage.IN_CALL:
            raise NotAllowedNow
        if await _own_call(tx, application, staff_id) is None:
            raise NotAllowed
        await decisions.tick(tx, application_id, item, done=done, by=staff_id, now=now)
        data = {"item": item, "done": done}
        await tx.tell(_fact("checklist.ticked", application_id, clock, staff_id, data))


async def write_note(
    store: Store, clock: Clock, *, application_id: str, text: str, staff_id: str
) -> None:
    """Keep the agent's note; only staff see it."""
    async with store.begin() as tx:
        application = await _in_hands(tx, application_id, staff_id)
        text = text.strip()[:LONGEST_NOTE]
        if text != application.note:
            await applications.set_values(tx, application_id, note=text)
            data = {"characters": len(text)}
            await tx.tell(_fact("note.written", application_id, clock, staff_id, data))


async def decide(
    store: Store,
    clock: Clock,
    asks: Rules,
    *,
    application_id: str,
    verdict: Verdict,
    reasons: Collection[str],
    note: str,
    staff_id: str,
) -> None:
    """Give the verdict.

    Raises `NotAllowed` for whoever has no hand in this call, `NotAllowedNow` at another stage,
    `ApproveMissing`, `ReasonMissing`.
    """
    now = clock.now()
    async with store.begin() as tx:
        application = await _in_hands(tx, application_id, staff_id)
        missing = await approve_missing(tx, application, asks, staff_id=staff_id)
        ordered = rules.judge(verdict, reasons, stage=application.stage, missing=missing)
        decision = Decision(
            id=new_id(),
            application_id=application_id,
            verdict=verdict,
            reasons=ordered,
            note=note.strip()[:LONGEST_NOTE],
            by=staff_id,
            at=await _after_the_last(tx, application_id, now),
        )
        await decisions.add(tx, decision)
        moved = move(application, Stage.DECIDED, now=now)
        actor = Actor(kind="staff", id=staff_id)
        await applications.save(tx, moved, actor=actor, verdict=verdict.value)
        data = {"verdict": verdict.value, "reasons": list(ordered)}
        await tx.tell(_fact("decision.made", application_id, clock, staff_id, data))
        tx.wake(f"desk:{staff_id}")


async def _after_the_last(tx: Tx, application_id: str, now: datetime) -> datetime:
    """The newest verdict is in force: a clock that was set back must not revive an older one."""
    last = await decisions.last(tx, application_id)
    return now if last is None else max(now, last.at + timedelta(microseconds=1))


async def approve_missing(
    tx: Tx, application: Application, asks: Rules, *, staff_id: str
) -> tuple[str, ...]:
    """Codes of what this member of staff still lacks for an approval.

    Only the latest call counts, and only for the agent who held it: whoever approves has met the
    customer. What an earlier call showed belongs to that one, even if its line broke.
    """
    call = await _own_call(tx, application, staff_id)
    met, signed, cleared, ticked = False, False, True, list[str]()
    unmoved, needs = rules.MOVEMENTS, asks.needs
    if await callbacks.is_wanted(tx, application.id):
        needs |= {Need.CALLBACK}
    unmet = needs
    if call is not None and call.live_at is not None:
        met = True
        signed = await freedom.was_given(tx, call)
        cleared = not await clearance.uncleared(tx, call, asks.supervised)
        unmoved = await _unmoved(tx, call)
        rows = await decisions.checks(tx, application.id, by=staff_id, since=call.accepted_at)
        ticked = [row["item"] for row in rows if row["done"]]
        unmet = needs - await _met(tx, call, asks, ticked)
    return rules.approve_missing(
        stage=application.stage,
        met=met,
        unmoved=unmoved,
        unmet=unmet,
        signed=signed,
        cleared=cleared,
        ticked=ticked,
    )


async def _met(tx: Tx, call: Call, asks: Rules, ticked: Collection[str]) -> frozenset[Need]:
    """What a bank's rules may ask for that this call shows."""
    asked = await questions.newest(tx, call.id)
    shown = await stills.of_call(tx, call.id)
    passed = photographs.passed(shown)
    code = await codes.of_call(tx, call.id)
    called_back = await callbacks.of_call(tx, call.id)
    met = {
        Need.QUESTIONS: bank.is_answered(asked, right=asks.questions_right),
        Need.FEATURES: len(set(ticked) & set(rules.FEATURES)) >= asks.features,
        Need.TILT: photographs.is_tilted(shown, asks.tilt),
        Need.FINGER: View.FINGER in passed,
        Need.HAND: View.HAND in passed,
        Need.CODE: code is not None and code.state is CodeState.USED,
        Need.CALLBACK: called_back is not None and called_back.confirmed_at is not None,
    }
    return frozenset(need for need, is_met in met.items() if is_met)


async def _unmoved(tx: Tx, call: Call) -> tuple[str, ...]:
    """Movements the call still lacks: of its own set, one by one or by a whole sequence of it.

    A sequence from before another set was chosen is no proof of this one.
    """
    done = await calls.movements(tx, call.id)
    passed = {movement.direction for movement in done if movement.state == "passed"}
    made = await sequences.of_call(tx, call.id)
    sequenced = any(
        one.state is drawing.SequenceState.PASSED and one.equivalent == call.equivalent
        for one in made
    )
    return drawing.missing(call.equivalent, passed=passed, sequenced=sequenced)


async def _own_call(tx: Tx, application: Application, staff_id: str) -> Call | None:
    """The latest call, if it is this agent's and no verdict was given after it."""
    last = await decisions.last(tx, application.id)
    since = last.at if last else application.opened_at
    latest = await _latest(tx, application.id)
    if latest is None or latest.agent_id != staff_id or latest.rang_at < since:
        return None
    return latest


async def _latest(tx: Tx, application_id: str) -> Call | None:
    every = await calls.of_application(tx, application_id)
    return every[-1] if every else None


async def resume(store: Store, clock: Clock, *, application_id: str) -> None:
    """The customer of an incomplete application begins again at the document; `NotAllowedNow`."""
    now = clock.now()
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        decision = await decisions.last(tx, application_id)
        if application.stage is not Stage.DECIDED or decision is None:
            raise NotAllowedNow
        if decision.verdict is not Verdict.INCOMPLETE:
            raise NotAllowedNow
        moved = move(application, Stage.DOCUMENTED, now=now)
        if "photograph-unclear" in decision.reasons:
            await documents.set_aside(tx, application_id)
        await decisions.untick_all(tx, application_id)
        await applications.save(tx, moved, actor=CUSTOMER)


async def _in_hands(tx: Tx, application_id: str, staff_id: str) -> Application:
    """The application, if this member of staff may work on it now."""
    application = await applications.load(tx, application_id)
    if application.stage not in _OPEN:
        raise NotAllowedNow
    if not await is_in_hands(tx, application, staff_id=staff_id):
        raise NotAllowed
    return application


async def is_in_hands(tx: Tx, application: Application, *, staff_id: str) -> bool:
    """Whether this member of staff may work on the file: no other agent's call is in the way."""
    latest = await _latest(tx, application.id)
    if application.stage is not Stage.IN_CALL or latest is None:
        return True
    member = await staff.by_id(tx, staff_id)
    return member is not None and rules.may_work_on(latest, staff_id=staff_id, role=member.role)


def _fact(
    name: str, application_id: str, clock: Clock, staff_id: str, data: Mapping[str, object]
) -> Event:
    return Event(
        name=name,
        application_id=application_id,
        at=clock.now(),
        actor=Actor(kind="staff", id=staff_id),
        data=data,
    )
