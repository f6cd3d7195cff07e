"""How a meeting moves its application: step by step before the verdict, not at all after it."""

from datetime import datetime

from ekyc.domain import application as rules
from ekyc.domain.application import SETTLED, Application, Stage
from ekyc.domain.call import Call
from ekyc.domain.decision import Verdict
from ekyc.domain.events import Actor
from ekyc.storage import applications, decisions
from ekyc.storage.store import Tx


async def follow(
    tx: Tx, application: Application, to: Stage, *, actor: Actor, now: datetime
) -> None:
    """The next step of the meeting; a result call leaves the stage as it was decided."""
    if application.stage not in SETTLED:
        await applications.save(tx, rules.move(application, to, now=now), actor=actor)


async def has_result(tx: Tx, application: Application) -> bool:
    """Whether there is a verdict to talk about: an incomplete file is taken up again instead."""
    if application.stage not in SETTLED:
        return False
    decision = await decisions.last(tx, application.id)
    return decision is not None and decision.verdict is not Verdict.INCOMPLETE


async def is_result_call(tx: Tx, application: Application, call: Call) -> bool:
    """Whether a call began after the verdict; one that led to it may outlast it by a goodbye."""
    if application.stage not in SETTLED:
        return False
    decision = await decisions.last(tx, application.id)
    return decision is not None and decision.at < call.rang_at
