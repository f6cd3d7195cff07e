"""Queries on the rounds of questions of calls."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.question import Question, QuestionState, Round, Topic
from ekyc.storage import schema
from ekyc.storage.store import Tx

_r, _q = schema.rounds, schema.questions


async def add(tx: Tx, drawn: Round, questions: Sequence[Question]) -> None:
    """A round with its questions."""
    await tx.connection.execute(sa.insert(_r).values(**asdict(drawn)))
    for one in questions:
        await tx.connection.execute(sa.insert(_q).values(**asdict(one)))


async def end(tx: Tx, judged: Question) -> bool:
    """Write what the agent made of it; False when that was settled already."""
    update = sa.update(_q).where(_q.c.id == judged.id, _q.c.state == QuestionState.OPEN.value)
    changed = {"state": judged.state.value, "ended_at": judged.ended_at}
    return (await tx.connection.execute(update.values(**changed))).rowcount == 1


async def rounds(tx: Tx, call_id: str) -> Sequence[Round]:
    """Every round of a call, in order."""
    query = sa.select(_r).where(_r.c.call_id == call_id).order_by(_r.c.asked_at, _r.c.id)
    return [Round(**row) for row in (await tx.connection.execute(query)).mappings()]


async def of_call(tx: Tx, call_id: str) -> Sequence[Question]:
    """Every question of a call, in the order of the rounds and in each of them."""
    query = (
        sa.select(_q)
        .join(_r, _r.c.id == _q.c.round_id)
        .where(_q.c.call_id == call_id)
        .order_by(_r.c.asked_at, _r.c.id, _q.c.position)
    )
    rows = (await tx.connection.execute(query)).mappings()
    return [
        Question(**{**row, "topic": Topic(row["topic"]), "state": QuestionState(row["state"])})
        for row in rows
    ]


async def newest(tx: Tx, call_id: str) -> Sequence[Question]:
    """The questions of a call's last round, in order."""
    every = await of_call(tx, call_id)
    return [one for one in every if one.round_id == every[-1].round_id]


async def open_one(tx: Tx, call_id: str) -> Question | None:
    """The question that is asked now."""
    unjudged = [one for one in await newest(tx, call_id) if one.state is QuestionState.OPEN]
    return unjudged[0] if unjudged else None
