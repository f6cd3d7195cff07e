"""The agent's addresses of the questions asked aloud, and how staff and the CRM see them."""

from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.question import Answer, Question, QuestionState, Round, answers
from ekyc.journey import questions as journey
from ekyc.journey.customer_file import CallStory, CustomerFile, seconds_into
from ekyc.notify.texts import Texts
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import IdView

routes = Routes()
_AREA = "documents"


class JudgedIn(Body):
    passed: bool


class QuestionOut(BaseModel):
    """One question asked aloud, as the agent judged the answer; the answer is kept nowhere."""

    round: str
    topic: str
    state: str
    """open (not asked before the call or the round ended), passed or failed."""
    at: datetime | None


class RoundOut(BaseModel):
    """Questions drawn together, and what they were drawn from."""

    id: str
    seed: str
    asked_at: datetime


@routes.post(
    "/api/files/{id}/questions",
    action=Action.SERVE,
    out=IdView,
    refuses=(errors.NotAllowedNow, errors.TooManyQuestions),
)
async def draw(request: web.Request) -> Any:
    """Draw questions to ask aloud, in a random order."""
    app = request.app
    made = await journey.draw(
        app[STORE],
        app[CLOCK],
        journey.limits(app[SETTINGS].call),
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
    )
    return {"id": made.id}


@routes.post(
    "/api/files/{id}/questions/{question}/judged",
    action=Action.SERVE,
    body=JudgedIn,
    out=IdView,
    refuses=(errors.NotAllowedNow,),
)
async def judge(request: web.Request, body: JudgedIn) -> Any:
    """Say whether the customer answered well; what was said is not kept."""
    judged = await journey.judge(
        request.app[STORE],
        request.app[CLOCK],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        question_id=request.match_info["question"],
        passed=body.passed,
    )
    return {"id": judged.id}


def rounds(
    story: CallStory, file: CustomerFile, texts: Texts, language: str
) -> list[dict[str, Any]]:
    """For the staff's pages; what is expected comes with the one that is asked now alone."""
    return [
        {
            "id": drawn.id,
            "seed": drawn.seed,
            "asked_at": drawn.asked_at.isoformat(),
            "call_s": seconds_into(story.call, drawn.asked_at),
            "questions": _of_round(drawn, story, file, texts, language),
        }
        for drawn in story.rounds
    ]


def _of_round(
    drawn: Round, story: CallStory, file: CustomerFile, texts: Texts, language: str
) -> list[dict[str, Any]]:
    own = [one for one in story.questions if one.round_id == drawn.id]
    waiting = [one for one in own if one.state is QuestionState.OPEN]
    is_last = drawn == story.rounds[-1] and story.call.ended_at is None
    now = waiting[0].id if waiting and is_last else None
    return [
        {
            "id": one.id,
            "topic": one.topic.value,
            "state": one.state.value,
            "is_asked": one.id == now,
            "expected": _expected(one, file, texts, language) if one.id == now else None,
            "said": texts.say(_AREA, f"question.{one.topic}", file.application.language),
            "call_s": one.ended_at and seconds_into(story.call, one.ended_at),
        }
        for one in own
    ]


def _expected(one: Question, file: CustomerFile, texts: Texts, language: str) -> str | None:
    said = {name: field.value for name, field in file.form.fields.items()}
    answer: Answer | None = answers(file.application.document_kind, said).get(one.topic)
    if answer is None:
        return None  # of purpose, or the detail was changed since
    return answer.said or texts.say(_AREA, answer.key, language)


def round_out(drawn: Round) -> RoundOut:
    """For the CRM."""
    return RoundOut(id=drawn.id, seed=drawn.seed, asked_at=drawn.asked_at)


def question_out(one: Question) -> QuestionOut:
    """For the CRM."""
    return QuestionOut(
        round=one.round_id, topic=one.topic.value, state=one.state.value, at=one.ended_at
    )
