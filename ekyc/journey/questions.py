"""Questions asked aloud in the call: drawn, judged one by one by the agent."""

import secrets
from dataclasses import dataclass, replace

from ekyc.domain import call as rules
from ekyc.domain import question as bank
from ekyc.domain.call import Call
from ekyc.domain.errors import NotAllowedNow, NotFound, TooManyQuestions
from ekyc.domain.events import Actor
from ekyc.domain.question import Question, QuestionState, Round
from ekyc.journey.ending import fact
from ekyc.journey.ports import Clock
from ekyc.settings import Call as Settings
from ekyc.storage import applications, calls, documents, questions
from ekyc.storage.store import Store, Tx, new_id

SEED_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many questions a round has, and how many rounds a call."""

    of_file: int
    of_purpose: int
    rounds: int


def limits(settings: Settings) -> Limits:
    """The settings in force."""
    return Limits(
        of_file=settings.questions,
        of_purpose=settings.purpose_questions,
        rounds=settings.question_rounds_max,
    )


async def draw(
    store: Store, clock: Clock, limits: Limits, *, staff_id: str, application_id: str
) -> Round:
    """Draw a round for this customer; what was left open of the one before stays so.

    Raises `NotFound` when this agent is not in a call with the customer, `NotAllowedNow` before
    both are connected and while somebody is gone, `TooManyQuestions` after so many rounds.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        if not rules.is_complete(call):
            raise NotAllowedNow
        if len(await questions.rounds(tx, call.id)) >= limits.rounds:
            raise TooManyQuestions
        made = Round(id=new_id(), call_id=call.id, seed=secrets.token_hex(SEED_BYTES), asked_at=now)
        asked = await _asked(tx, made, limits, application_id)
        await questions.add(tx, made, asked)
        data = {"round": made.id, "seed": made.seed, "questions": len(asked)}
        actor = Actor(kind="staff", id=staff_id)
        await tx.tell(fact("questions.drawn", call, now, actor, **data))
        _wake(tx, call)
    return made


async def _asked(tx: Tx, made: Round, limits: Limits, application_id: str) -> list[Question]:
    application = await applications.load(tx, application_id)
    form = await documents.compare(tx, application_id)
    said = {name: field.value for name, field in form.fields.items()}
    known = bank.answers(application.document_kind, said)
    topics = bank.drawn(made.seed, known, of_file=limits.of_file, of_purpose=limits.of_purpose)
    return [
        Question(
            id=new_id(),
            call_id=made.call_id,
            round_id=made.id,
            position=position,
            topic=topic,
            state=QuestionState.OPEN,
        )
        for position, topic in enumerate(topics, start=1)
    ]


async def judge(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    application_id: str,
    question_id: str,
    passed: bool,
) -> Question:
    """What the agent made of the answer; the next question is open now.

    Raises `NotFound` for what is not asked in this agent's call, `NotAllowedNow` when it is
    settled or another one is asked.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        if question_id not in {one.id for one in await questions.of_call(tx, call.id)}:
            raise NotFound
        asked = await questions.open_one(tx, call.id)
        if asked is None or asked.id != question_id:
            raise NotAllowedNow
        state = QuestionState.PASSED if passed else QuestionState.FAILED
        judged = replace(asked, state=state, ended_at=now)
        if not await questions.end(tx, judged):
            raise NotAllowedNow
        data = {"question": judged.id, "topic": judged.topic.value, "round": judged.round_id}
        actor = Actor(kind="staff", id=staff_id)
        name = "question.passed" if passed else "question.failed"
        await tx.tell(fact(name, call, now, actor, **data))
        _wake(tx, call)
    return judged


async def _own(tx: Tx, staff_id: str, application_id: str) -> Call:
    call = await calls.of_agent(tx, staff_id)
    if call is None or call.application_id != application_id:
        raise NotFound
    return call


def _wake(tx: Tx, call: Call) -> None:
    tx.wake(f"desk:{call.agent_id}")
    tx.wake(f"application:{call.application_id}")
