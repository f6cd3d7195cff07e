"""The page that prepares customers for their call: six questions, answered and dated."""

from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain.access import Action
from ekyc.web.api import Routes
from ekyc.web.keys import PREPARATION

routes = Routes()


class AnsweredView(BaseModel):
    """One question with its answer; lines of the answer are parted by line feeds."""

    topic: Literal["number", "language", "time", "branch", "asked", "code"]
    question: str
    answer: str


class PreparationView(BaseModel):
    """The text in one language; days are ISO 8601."""

    posted: str
    updated: str
    answers: list[AnsweredView]


@routes.get("/api/preparation", action=Action.LOOK, out=dict[str, PreparationView], validated=True)
async def preparation(request: web.Request) -> Any:
    """The text in force, by language."""
    return {
        language: {
            "posted": text.posted.isoformat(),
            "updated": text.updated.isoformat(),
            "answers": [
                {"topic": one.topic, "question": one.question, "answer": one.answer}
                for one in text.answers
            ],
        }
        for language, text in request.app[PREPARATION].items()
    }
