"""What the CRM was told: the log of deliveries, their replay, and the schemas of events."""

from datetime import datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from ekyc.domain.access import Action
from ekyc.domain.catalogue import CATALOGUE, schema
from ekyc.domain.errors import BodyInvalid, NotFound
from ekyc.domain.events import Actor
from ekyc.journey import webhooks
from ekyc.storage import deliveries
from ekyc.storage.store import Row
from ekyc.web.api import Body, Query, Routes
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT
from ekyc.web.paging import Instant

routes = Routes(for_crm=True)

_STATES = {"due": "waiting", "running": "sending", "done": "delivered", "dead": "failed"}
_JOBS = {said: state for state, said in _STATES.items()}
State = Literal["waiting", "sending", "delivered", "failed"]
_NUMBERS = 2**63


class DeliveriesIn(Query):
    """Which deliveries, and how many at once."""

    state: State | None = None
    application: Annotated[str | None, Field(max_length=32)] = None
    limit: Annotated[int | None, Field(ge=1, le=1000)] = None
    cursor: Annotated[
        str | None, Field(pattern="^[0-9]{1,18}$", description="`next` of the last part")
    ] = None


class DeliveryOut(BaseModel):
    """One fact on its way to the CRM."""

    sequence: int
    id: str
    """The `webhook-id`."""
    type: str
    application: str
    at: datetime
    """When it happened."""
    state: State
    attempts: int
    """Since it was due or replayed."""
    next_try_at: datetime | None
    problem: str | None
    """Kind of the last failure."""


class TryOut(BaseModel):
    """One request to the CRM."""

    at: datetime
    endpoint: str
    answer: str
    """2xx, 3xx, 4xx, 5xx or none."""
    problem: str
    duration_ms: int


class DeliveryLogOut(DeliveryOut):
    """One delivery with every try at it that is still known."""

    tries: list[TryOut]


class DeliveriesOut(BaseModel):
    """One part of the log, newest first."""

    deliveries: list[DeliveryOut]
    next: str | None
    """Ask on with it as `cursor`; null at the end."""


class ReplayIn(Body):
    """From one instant to before another."""

    since: Instant
    until: Instant
    only_failed: bool = False


class ReplayOut(BaseModel):
    """How many facts will be told again."""

    replayed: int
    next_since: datetime | None
    """There were more: ask again from here; null at the end."""


class EventOut(BaseModel):
    """One type of event."""

    about: str
    told: bool
    """Whether `crm.webhook_events` names it."""
    body: dict[str, Any]
    """JSON Schema of the whole body."""


@routes.get("/api/v1/events/schemas", action=Action.LOOK, out=dict[str, EventOut])
async def event_schemas(request: web.Request) -> Any:
    """Every type of event there is, with the JSON Schema of its body."""
    told = request.app[SETTINGS].crm.webhook_events
    return {
        name: {"about": event.about, "told": name in told, "body": schema(name)}
        for name, event in CATALOGUE.items()
    }


@routes.get("/api/v1/deliveries", action=Action.INTEGRATE, query=DeliveriesIn, out=DeliveriesOut)
async def list_deliveries(request: web.Request, query: DeliveriesIn) -> Any:
    """Deliveries, newest first, part by part; `state=failed` are those put aside."""
    most = request.app[SETTINGS].crm.page_max
    limit = min(query.limit or most, most)
    async with request.app[STORE].read() as tx:
        found = await deliveries.newest(
            tx,
            state=_JOBS[query.state] if query.state else None,
            application_id=query.application,
            before=int(query.cursor) if query.cursor else None,
            limit=limit + 1,
        )
    last = found[limit - 1]["sequence"] if len(found) > limit else None
    shown = [DeliveryOut(**_delivery(row)) for row in found[:limit]]
    return DeliveriesOut(deliveries=shown, next=None if last is None else str(last))


def _delivery(row: Row) -> dict[str, Any]:
    return {
        "sequence": row["sequence"],
        "id": row["id"],
        "type": row["name"],
        "application": row["application_id"],
        "at": row["at"],
        "state": _STATES[row["state"]],
        "attempts": row["attempts"],
        "next_try_at": row["due_at"] if row["state"] == "due" else None,
        "problem": row["problem"],
    }


@routes.get("/api/v1/deliveries/{sequence}", action=Action.INTEGRATE, out=DeliveryLogOut)
async def get_delivery(request: web.Request) -> Any:
    """One delivery with its tries."""
    sequence = _sequence(request)
    async with request.app[STORE].read() as tx:
        row = await deliveries.one(tx, sequence)
        tries = await deliveries.tries(tx, sequence)
    if row is None:
        raise NotFound
    keys = TryOut.model_fields
    return DeliveryLogOut(
        **_delivery(row), tries=[TryOut(**{key: one[key] for key in keys}) for one in tries]
    )


def _sequence(request: web.Request) -> int:
    text = request.match_info["sequence"]
    if not text.isdigit() or int(text) >= _NUMBERS:
        raise NotFound
    return int(text)


@routes.post("/api/v1/deliveries/{sequence}/replay", action=Action.INTEGRATE, out=DeliveryLogOut)
async def replay_delivery(request: web.Request) -> Any:
    """Send one delivery again, from its first try on, under the same `webhook-id`."""
    app = request.app
    actor = Actor(kind="crm", id=request[SUBJECT])
    await webhooks.replay(app[STORE], app[CLOCK], sequence=_sequence(request), actor=actor)
    return await get_delivery(request)


@routes.post("/api/v1/deliveries/replay", action=Action.INTEGRATE, body=ReplayIn, out=ReplayOut)
async def replay_deliveries(request: web.Request, body: ReplayIn) -> Any:
    """Send what happened in a time again, also what was not told then."""
    if body.until <= body.since:
        raise BodyInvalid("until")
    rules = request.app[SETTINGS].crm
    replayed, rest = await webhooks.replay_between(
        request.app[STORE],
        request.app[CLOCK],
        names=rules.webhook_events,
        since=body.since,
        until=body.until,
        failed=body.only_failed,
        limit=rules.replay_max,
        actor=Actor(kind="crm", id=request[SUBJECT]),
    )
    return ReplayOut(replayed=replayed, next_since=rest)
